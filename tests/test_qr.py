"""QR codes: they read back to their address, with the margin that readers need."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

import pypdfium2
import pytest
import segno
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops
from pyzbar import pyzbar
from weasyprint import HTML

from notebook_compile.pdf.codes import Images, code_address
from notebook_compile.qr import qr_code, rectangles

ADDRESSES = [
    "https://youtu.be/dQw4w9WgXcQ?t=5",
    "https://vimeo.com/123456789/0a1b2c3d4e#t=86399s",
    "https://example.org/V%C3%B6gel?q=a%20b&amp=<1>'\"#end",
    "https://example.org/" + "long/" * 60,
    "A",
]
MODULE = 4  # pixels
QUIET = 4  # modules, ISO/IEC 18004, 9.1


def drawn(address: str) -> Image.Image:
    """A code as WeasyPrint and PDFium draw it, four pixels a module."""
    side = qr_code(address).size * MODULE
    style = f"@page {{ size: {side}px; margin: 0 }} body {{ margin: 0 }} img {{ display: block; width: {side}px }}"
    html = HTML(string=f'<style>{style}</style><img src="{code_address(address)}">')
    picture = pypdfium2.PdfDocument(html.write_pdf(cache=Images()))[0].render(scale=4 / 3).to_pil().convert("L")
    assert isinstance(picture, Image.Image)
    assert picture.size == (side, side)
    return picture


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_code_reads_back(address: str) -> None:
    picture = drawn(address)
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [address]
    assert [code.data.decode() for code in pyzbar.decode(picture)] == [address]


@pytest.mark.parametrize("address", ADDRESSES)
def test_four_modules_around_a_code_are_white(address: str) -> None:
    picture = drawn(address)
    side = picture.width
    dark = ImageChops.invert(picture).getbbox()
    assert dark == (QUIET * MODULE, QUIET * MODULE, side - QUIET * MODULE, side - QUIET * MODULE)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_code_is_as_small_and_as_redundant_as_another_library_makes_it(address: str) -> None:
    other = segno.make_qr(address)
    levels = {code.ec_level for code in zxingcpp.read_barcodes(drawn(address))}
    assert (qr_code(address).size, levels) == (other.symbol_size(border=QUIET)[0], {other.error})


@given(st.lists(st.integers(0, 2**21 - 1), max_size=21))
def test_rectangles_cover_what_is_dark_once(rows: list[int]) -> None:
    covered = Counter(
        (column, row)
        for x, y, width, height in rectangles(rows)
        for column in range(x, x + width)
        for row in range(y, y + height)
    )
    assert covered == {(x, y): 1 for y, row in enumerate(rows) for x in range(21) if row >> x & 1}


def test_a_code_is_drawn_in_few_rectangles() -> None:
    """Small numbers, fewer rectangles than runs of dark modules, and those of one size together."""
    found = qr_code(ADDRESSES[0]).rectangles
    assert min(found)[:2] == (0, 0)  # a finder pattern
    sizes = [(width, height) for _, _, width, height in found]
    assert len(list(groupby(sizes))) == len(set(sizes))
    assert len(found) < 180


def test_images_have_only_codes_and_what_they_are_given() -> None:
    images = Images()
    assert "notebook:a.png" not in images
    images["notebook:a.png"] = None
    assert "notebook:a.png" in images
    assert images[code_address(ADDRESSES[0])] is images[code_address(ADDRESSES[0])]
