"""QR codes: they read back to their address, with the margin that readers need."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageChops
from weasyprint import HTML

from notebook_compile.qr import qr_image

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
    side = modules(address) * MODULE
    style = f"@page {{ size: {side}px; margin: 0 }} body {{ margin: 0 }} img {{ display: block; width: {side}px }}"
    pdf = HTML(string=f'<style>{style}</style><img src="{qr_image(address)}">').write_pdf()
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=4 / 3).to_pil().convert("L")
    assert isinstance(picture, Image.Image)
    assert picture.size == (side, side)
    return picture


def modules(address: str) -> int:
    """How many modules a code is wide, with the quiet zone."""
    box = re.search(r"viewBox=['\"]0 0 (\d+) (\d+)['\"]", unquote(qr_image(address)))
    assert box
    assert box[1] == box[2]
    return int(box[1])


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_code_reads_back(address: str) -> None:
    assert [code.text for code in zxingcpp.read_barcodes(drawn(address))] == [address]


@pytest.mark.parametrize("address", ADDRESSES)
def test_four_modules_around_a_code_are_white(address: str) -> None:
    picture = drawn(address)
    side = picture.width
    dark = ImageChops.invert(picture).getbbox()
    assert dark == (QUIET * MODULE, QUIET * MODULE, side - QUIET * MODULE, side - QUIET * MODULE)


def test_a_code_is_an_image_that_needs_no_file_and_has_no_size() -> None:
    address = qr_image(ADDRESSES[0])
    assert address.startswith("data:image/svg+xml")
    assert not re.search(r"<svg[^>]* (?:width|height)=", unquote(address))
    assert address == qr_image(ADDRESSES[0])
