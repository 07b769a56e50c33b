"""Fonts: one for each face in a book, and pages that look as before."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from notebook_compile.pdf import binding

if TYPE_CHECKING:
    from conftest import Layout
    from notebook_compile.pdf.binding import Metadata
    from notebook_compile.pdf.signature import Signature

WORDS = [
    "Portez ce vieux whisky au juge blond qui fume. " * 9,
    "<b>Zwölf Boxkämpfer jagen Viktor</b> quer über den großen Sylter Deich. " * 9,
    "<i>Съешь же ещё этих мягких французских булок</i>, да выпей чаю. " * 9,
    "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία. <code>code → 0123456789</code> ﬁ e\N{COMBINING ACUTE ACCENT} " * 9,
    "Capital LETTERS and: punctuation, “quotes”; dashes – — (and so on) \U0001e95f" * 9,
]


@pytest.fixture(scope="module")
def signatures(layout: Layout) -> list[Signature]:
    return [layout(f"<section><h1>Chapter {index}</h1><p>{words}</p></section>") for index, words in enumerate(WORDS)]


@pytest.fixture(scope="module")
def united(signatures: list[Signature], metadata: Metadata) -> bytes:
    return binding.bind(signatures, [each.sheaf for each in signatures], [], [], metadata).pdf


def test_pages_look_the_same(signatures: list[Signature], united: bytes, metadata: Metadata) -> None:
    alone = [binding.bind([each], [each.sheaf], [], [], metadata).pdf for each in signatures]
    pages = [page for pdf in alone for page in pypdfium2.PdfDocument(pdf)]
    for one, other in zip(pypdfium2.PdfDocument(united), pages, strict=True):
        assert one.get_textpage().get_text_bounded() == other.get_textpage().get_text_bounded()
        assert one.render(scale=2).to_pil().tobytes() == other.render(scale=2).to_pil().tobytes()


def programs(pdf: bytes) -> list[bytes]:
    with pikepdf.open(BytesIO(pdf)) as book:
        return [bytes(item.FontFile2.read_bytes()) for item in book.objects if "/FontFile2" in item]


def test_one_font_for_each_face(united: bytes) -> None:
    with pikepdf.open(BytesIO(united)) as book:
        faces = [
            str(item.FontName) for item in book.objects if isinstance(item, pikepdf.Dictionary) and "/FontName" in item
        ]
        files = {
            item.FontFile2.objgen
            for item in book.objects
            if isinstance(item, pikepdf.Dictionary) and "/FontFile2" in item
        }
    assert len(files) == len(set(faces))


def test_size(united: bytes, theme: str) -> None:
    """Not much more than one document of the same pages."""
    configuration = FontConfiguration()
    chapters = "".join(
        f"<section><h1>Chapter {index}</h1><p>{words}</p></section>" for index, words in enumerate(WORDS)
    )
    one = HTML(string=f'<html lang="en"><title>One</title>{chapters}').write_pdf(
        font_config=configuration, stylesheets=[CSS(string=theme, font_config=configuration)], pdf_tags=True
    )
    assert len(united) < 1.1 * len(one)


def test_programs_are_fonts(united: bytes) -> None:
    for program in programs(united):
        font = TTFont(BytesIO(program))
        assert font["maxp"].numGlyphs == len(font["hmtx"].metrics) == len(font["loca"]) - 1
        for name in font.getGlyphOrder():
            font["glyf"][name].expand(font["glyf"])
