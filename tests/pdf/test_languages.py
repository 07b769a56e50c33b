"""Books in other scripts: their direction, their fonts, and what is said where no font has a character."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
import pytest
from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from notebook_compile.compiler import compile_notebook, make_pdf
from notebook_compile.diagnostics import Diagnostic
from notebook_compile.model import Chapter, Drawing, Text
from notebook_compile.pdf import folios
from notebook_compile.pdf.binding import bind
from notebook_compile.pdf.characters import missing_characters
from notebook_compile.pdf.system_fonts import prefer_outlines

if TYPE_CHECKING:
    from conftest import Layout
    from notebook_compile.pdf.binding import Metadata

BOOKS = Path(__file__).parent / "languages"
STYLES = Path(__file__).parents[2] / "styles"


def has_font(file: str) -> bool:
    listed = shutil.which("fc-list") and subprocess.run(["fc-list"], capture_output=True, text=True, check=True).stdout
    return f"/{file}" in (listed or "")


noto = pytest.mark.skipif(not has_font("NotoNaskhArabic"), reason="scripts/test installs fonts-noto-core")
han = pytest.mark.skipif(not has_font("DroidSansFallback"), reason="scripts/test installs fonts-droid-fallback")


# --- characters without a font ------------------------------------------------------------------------------


def chapter(number: int, title: str, text: Text, *footnotes: Text) -> Chapter:
    return Chapter(number, title, 0, f"c{number}", f"{number}.md", None, text, footnotes)


def found(lacking: str, *chapters: Chapter) -> list[tuple[str, str, str]]:
    findings: list[Diagnostic] = list(missing_characters(lacking, chapters))
    assert {each.code for each in findings} <= {"missing-character"}
    return [(each.path, each.message, each.hint) for each in findings]


@pytest.mark.parametrize(
    ("characters", "hint"),
    [
        ("\u0b95", "install the font Noto Sans Tamil, on Debian with fonts-noto-core"),
        ("\u0f40", "install the font Noto Serif Tibetan, on Debian with fonts-noto-core"),
        ("漢かカ한ㄅ。！Ａ", "install the font Noto Serif CJK, on Debian with fonts-noto-cjk"),
        ("\U00020000", "install the font HanaMin, on Debian with fonts-hanazono"),
        ("\u0915\u0964", "install the font Noto Sans Devanagari, on Debian with fonts-noto-core"),  # a danda is shared
        ("\U0001d11e", "install the font Noto Sans Symbols, on Debian with fonts-noto-core"),
        ("\U0001fae8", "install the font Noto Color Emoji, on Debian with fonts-noto-color-emoji"),
        ("\ue000", "use another character"),
        ("\U0003fffd", "use another character"),
    ],
    ids=ascii,
)
def test_the_font_is_named_that_has_a_character(characters: str, hint: str) -> None:
    assert [each for *_, each in found(characters, chapter(1, "A", Text(f"<p>{characters}</p>")))] == [hint]


def test_a_note_is_told_once_of_each_font_that_it_lacks() -> None:
    first = chapter(1, "A", Text("<p>\u0b95\u0b99 and 漢</p>"), Text("<p>\u0b9a</p>"))
    second = chapter(2, "漢字", Text("<p>plain</p>"))
    assert [(path, message) for path, message, _ in found("\u0b95\u0b99\u0b9a漢字", first, second)] == [
        ("1.md", "no font has `\u0b95` (U+0B95, tamil letter ka) and 2 more like it"),
        ("1.md", "no font has `漢` (U+6F22, cjk unified ideograph-6f22)"),
        ("2.md", "no font has `漢` (U+6F22, cjk unified ideograph-6f22) and 1 more like it"),
    ]


def test_only_what_is_printed_counts() -> None:
    drawing = Drawing('<svg id="字"><text>漢</text></svg>', "", 1.0, (1, 1))
    drawn = chapter(1, "A", Text('<p id="字"><ref n="0"></ref></p>', (drawing,)))
    assert [(path, message[:13]) for path, message, _ in found("漢字", drawn)] == [
        ("1.md", "no font has `"),
        (".", "no font has `"),  # a title, say
    ]
    assert not found("", drawn)


# --- fonts in colour ----------------------------------------------------------------------------------------


def coloured_figures() -> bytes:
    """A font in colour that has the figures, as fonts of emoji do."""
    pen = TTGlyphPen(None)
    for index, point in enumerate(((0, 0), (0, 500), (500, 0))):
        (pen.lineTo if index else pen.moveTo)(point)
    pen.closePath()
    names = [".notdef", *(f"figure{figure}" for figure in range(10))]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({0x30 + figure: f"figure{figure}" for figure in range(10)})
    builder.setupGlyf(dict.fromkeys(names, pen.glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (600, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Coloured", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.setupCOLR({name: [(name, 0)] for name in names[1:]})
    builder.setupCPAL([[(1.0, 0.0, 0.0, 1.0)]])
    target = BytesIO()
    builder.save(target)
    return target.getvalue()


def test_figures_come_from_the_font_that_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "coloured.ttf").write_bytes(coloured_figures())
    fonts = FontConfiguration()
    prefer_outlines(fonts)
    faces = "".join(
        f'@font-face {{ font-family: "{family}"; src: url({file.as_uri()}) }}'
        for family, file in {
            "Coloured": tmp_path / "coloured.ttf",
            "Noto Serif": STYLES / "fonts" / "NotoSerif-Regular.ttf",
            "Noto Emoji": STYLES / "fonts" / "NotoEmoji-Regular.ttf",
        }.items()
    )
    css = CSS(string=faces + 'body { font-family: "Noto Serif", "Noto Emoji" }', font_config=fonts)
    document = HTML(string="<p>1989 \N{GRINNING FACE} 12:30").render(stylesheets=[css], font_config=fonts)
    document.write_pdf()
    assert not [font.family for font in document.fonts.values() if "Coloured" in font.family]


# --- direction ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "leftward"), [("ar", True), ("he-IL", True), ("en", False), ("ja", False)])
def test_a_book_is_bound_on_the_side_that_it_is_read_from(
    layout: Layout, metadata: Metadata, language: str, leftward: bool
) -> None:
    verso, recto = folios.folio_content("left", "verso"), folios.folio_content("right", "recto")
    css = f"@page {{ @top-left {{ content: {verso} ' verso' }} @top-right {{ content: 'recto ' {recto} }} }}"
    signature = layout("<section>one</section><section>two</section>", css)
    bound = bind([signature], [signature.sheaf], [], [], replace(metadata, language=language))
    with pikepdf.open(BytesIO(bound.pdf)) as pdf:
        assert (pdf.Root.ViewerPreferences.get("/Direction") == "/R2L") == leftward
    texts = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(bound.pdf)]
    assert ["recto" in text for text in texts] == [not leftward, leftward]
    assert ["verso" in text for text in texts] == [leftward, not leftward]


# --- whole books --------------------------------------------------------------------------------------------


@cache
def press(language: str) -> tuple[pypdfium2.PdfDocument, bytes, tuple[Diagnostic, ...]]:
    compiled, settings = compile_notebook(BOOKS / language, {"jobs": 1}, lambda *_: None)
    printed = make_pdf(compiled, settings, lambda *_: None)
    return pypdfium2.PdfDocument(printed.pdf), printed.pdf, printed.diagnostics


def families(pdf: bytes) -> set[str]:
    """The families of the fonts in a book, without blanks, weights and slants."""
    with pikepdf.open(BytesIO(pdf)) as book:
        names = [
            str(item.FontName) for item in book.objects if isinstance(item, pikepdf.Dictionary) and "/FontName" in item
        ]
    cut = [name.split("+")[-1].removesuffix("-Oblique").removesuffix("-Italic").removesuffix("-Bold") for name in names]
    return {name.replace("-", "").rstrip(",") for name in cut}


OWN = {"NotoSerif", "NotoSans", "NotoSansMono", "NotoSansMath", "NotoSansSymbols2", "NotoEmoji", "BookEmoji"}


@pytest.mark.parametrize(
    ("language", "fonts", "text"),
    [
        ("ru", set(), "естественное состояние"),
        pytest.param("ar", {"NotoNaskhArabic", "NotoSansArabic"}, "النوم الخفيف", marks=noto),
        pytest.param("he", {"NotoSerifHebrew", "NotoSansHebrew"}, "שינה קלה", marks=noto),
        pytest.param("hi", {"NotoSerifDevanagari", "NotoSansDevanagari"}, "नींद", marks=noto),
    ],
)
def test_a_book_is_set_in_the_fonts_of_its_script(language: str, fonts: set[str], text: str) -> None:
    document, pdf, findings = press(language)
    assert not [each for each in findings if each.code == "missing-character"]
    assert families(pdf) - OWN == fonts
    assert text in "".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", " ")


@han
@pytest.mark.parametrize(("language", "word"), [("ja", "骨"), ("zh", "骨")])
def test_chinese_and_japanese_are_printed(language: str, word: str) -> None:
    document, _, findings = press(language)
    assert not [each for each in findings if each.code == "missing-character"]
    assert word in "".join(page.get_textpage().get_text_range() for page in document)


def left(page: pypdfium2.PdfPage, word: str) -> float:
    """Where a word begins, as a share of the page's width."""
    text = page.get_textpage()
    place = text.search(word).get_next()
    assert place is not None
    return float(min(text.get_charbox(index)[0] for index in range(place[0], sum(place))) / page.get_width())


@noto
def test_what_is_read_from_right_to_left_is_mirrored() -> None:
    document, _, _ = press("he")
    pages = {page.get_textpage().get_text_range().replace("\r\n", " "): page for page in document}

    def showing(*words: str) -> pypdfium2.PdfPage:
        return next(page for text, page in pages.items() if all(word in text for word in words))

    contents = showing("תוכן העניינים")
    assert left(contents, "זיכרון") > 0.5 > left(contents, "4")
    chapter = showing("cycle")
    assert left(chapter, "def") < 0.2  # code is not
    assert left(chapter, "עמוקה") > 0.7
