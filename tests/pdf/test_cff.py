"""Fonts with CFF outlines: one for each face in a book, keyed by names or by numbers, and pages that look as before."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf
import pypdfium2
import pytest
from fontTools.cffLib import FDArrayIndex, FDSelect, FontDict  # type: ignore[import-untyped]
from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]
from fontTools.pens.t2CharStringPen import T2CharStringPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from PIL import ImageChops
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from notebook_compile.pdf import binding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Layout
    from notebook_compile.pdf.binding import Metadata
    from notebook_compile.pdf.signature import Signature

WORDS = ("abcde", "defgh", "hijkl mnop")
FAR = 1000  # between a glyph's code and its CID


def outline(height: int) -> Any:
    pen = T2CharStringPen(600, None)
    for index, point in enumerate(((50, 0), (50, height), (550, height), (300, 0))):
        (pen.lineTo if index else pen.moveTo)(point)
    pen.closePath()
    return pen.getCharString()


def keyed_by_names() -> TTFont:
    """A font of CFF outlines, a glyph of its own height for each letter."""
    characters = " abcdefghijklmnop"
    names = [".notdef", *(f"cid{FAR + code:05d}" for code in range(len(characters)))]
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(dict(zip(map(ord, characters), names[1:], strict=True)))
    builder.setupCFF("Boxes", {}, {name: outline(100 + 40 * index) for index, name in enumerate(names)}, {})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (600, 50)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Boxes", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    return builder.font


def keyed_by_numbers() -> TTFont:
    """The same as CJK fonts are: each glyph has a CID, and two font dictionaries share the glyphs."""
    font = keyed_by_names()
    top = font["CFF "].cff[0]
    top.FDArray, top.FDSelect = FDArrayIndex(), FDSelect(format=3)
    for name in ("Boxes-Low", "Boxes-High"):
        dictionary = FontDict()
        dictionary.FontName, dictionary.Private = name, top.Private
        top.FDArray.append(dictionary)
    top.FDSelect.gidArray = [code // 9 for code in range(len(top.charset))]
    top.CharStrings.fdSelect, top.CharStrings.fdArray = top.FDSelect, top.FDArray
    top.ROS, top.CIDCount = ("Adobe", "Identity", 0), FAR + len(top.charset)
    top.rawDict = {"ROS": top.ROS, **top.rawDict}
    del top.Private
    return font


@pytest.fixture(scope="module", params=[keyed_by_names, keyed_by_numbers], ids=["names", "numbers"])
def css(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    file: Path = tmp_path_factory.mktemp("fonts") / "boxes.otf"
    request.param().save(file)
    return f"@font-face {{ font-family: Boxes; src: url({file.as_uri()}) }} p {{ font-family: Boxes }}"


@pytest.fixture(scope="module")
def signatures(layout: Layout, css: str) -> list[Signature]:
    return [layout(f"<section><p>{words}</p></section>", css) for words in WORDS]


@pytest.fixture(scope="module")
def plain(theme: str, css: str) -> bytes:
    """The same pages as WeasyPrint makes them."""
    fonts = FontConfiguration()
    html = "".join(f"<section><p>{words}</p></section>" for words in WORDS)
    styles = [CSS(string=text, font_config=fonts) for text in (theme, css)]
    pdf: bytes = HTML(string=f'<html lang="en">{html}').write_pdf(font_config=fonts, stylesheets=styles)
    return pdf


@pytest.fixture(scope="module")
def bound(signatures: list[Signature], metadata: Metadata) -> bytes:
    return binding.bind(signatures, [each.sheaf for each in signatures], [], [], metadata).pdf


def programs(pdf: bytes) -> Iterator[pikepdf.Object]:
    with pikepdf.open(BytesIO(pdf)) as book:
        for item in book.objects:
            if isinstance(item, pikepdf.Dictionary) and "/FontFile3" in item:
                yield item.FontFile3.Subtype


def test_a_face_is_one_font_of_the_book(plain: bytes, bound: bytes) -> None:
    assert [*programs(plain)] == ["/OpenType"]
    assert [*programs(bound)] == ["/CIDFontType0C"]


def test_pages_look_and_read_as_before(plain: bytes, bound: bytes) -> None:
    pages = zip(pypdfium2.PdfDocument(plain), pypdfium2.PdfDocument(bound), WORDS, strict=True)
    for one, page, words in pages:
        before, after = one.render(scale=4), page.render(scale=4)
        # Edges differ by a shade.
        difference = ImageChops.difference(before.to_pil().convert("L"), after.to_pil().convert("L"))
        assert max(shade for shade, count in enumerate(difference.histogram()) if count) < 10
        assert page.get_textpage().get_text_range().split() == words.split()


def test_the_same_signatures_give_the_same_book(signatures: list[Signature], bound: bytes, metadata: Metadata) -> None:
    assert binding.bind(signatures, [each.sheaf for each in signatures], [], [], metadata).pdf == bound
