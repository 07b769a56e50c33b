"""Themes: every style sheet is read without complaint, and its pages have the measures of a good book."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

import pypdfium2
import pytest
import tinycss2
from weasyprint import LOGGER

from notebook_compile.config import PAGE_SIZES, SMALLEST_PAGE, THEMES, page_dimensions
from notebook_compile.model import Book, Chapter, CrossReference, Drawing, Moment, NoteReference, Part, Section, Text
from notebook_compile.pdf.design import Design, Measures, measure, style_sheets
from notebook_compile.pdf.files import Files
from notebook_compile.resources import styles_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from conftest import Press, Reader

STYLES = sorted([*styles_folder().glob("*.css"), *styles_folder().glob("shared/*.css")])
SHEETS = [path for path in STYLES if path.name != "epub.css"]
VIDEO = "https://youtu.be/dQw4w9WgXcQ"
PROSE = (
    "When we read a page of print, our eyes do not glide along its lines; they rest on a few places of each, and leap "
    "from one to the next. If a line is too long, the leap back to the beginning of the next goes astray; if it is too "
    "short, the reader is torn from the sense again and again. Printers found long ago that sixty to seventy letters, "
    "blanks included, make a line that most people read with ease, and that a little more space between the lines "
    "lets them be somewhat longer. Nothing in this is a law of nature, but whoever departs from it should know why."
)


# --- a book with some of everything -----------------------------------------------------------------------


def everything() -> Book:
    """Parts, chapters, notes of all kinds, and what is too wide for a page."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 1" width="900" height="100"><path d="M0 0h9"/></svg>'
    address = "https://example.org/a-very-long-address/that-goes-on/and-on?and=on&amp;on=" + "x" * 90
    row = "".join(f"<td>Internationalization{number}</td>" for number in range(6))
    body = (
        f'<h2 id="c1-a">A heading</h2><p>{PROSE}<ref n="0"></ref> <ref n="1">Two</ref>, <code>{"code" * 40}</code>.</p>'
        f'<p><a href="{address}">{address}</a> {"W" * 120}<ref n="2"></ref></p>'
        f"<pre><code>{'wide ' * 60}\n{'w' * 300}</code></pre><table><tbody><tr>{row}</tr></tbody></table>"
        f'<div class="callout" data-callout="note"><p class="callout-title">Note</p><p>{"v" * 200}</p></div>'
        f"<blockquote><p>{'q' * 200}</p></blockquote><ul><li>a<ul><li>b<ol><li>{'l' * 99}</li></ol></li></ul></li></ul>"
        '<p class="diagram"><ref n="3">A line</ref></p><hr/><p><mark>Marked</mark> <kbd>Key</kbd></p>'
    )
    references = (NoteReference(1, 1), CrossReference("c2", "c2", number=1), NoteReference(2, 1))
    one = Chapter(
        *(1, "A chapter of some length, as those of real notes", 1, "c1", "1.md", VIDEO),
        Text(body, (*references, Drawing(svg, "A line", 90.0, (1, 1)))),
        footnotes=(Moment(f"https://example.org/{'v' * 80}", 5), Text(f"<p>Own note. {'n' * 150}</p>")),
        sections=(Section(2, "A heading", "c1-a"),),
        tags=("tag",),
    )
    dense = "".join(f'<p>Word<ref n="{number}"></ref></p>' for number in range(9))
    two = Chapter(
        *(2, "Second", 1, "c2", "2.md", None, Text(dense, tuple(NoteReference(each, 1) for each in range(1, 10)))),
        footnotes=tuple(Moment(VIDEO, 60 * each) for each in range(9)),
        referenced_from=(("c1", 1),),
    )
    part = Part(1, "A Part", 0, "p1", VIDEO, Text(f"<p>{PROSE}</p>"))
    book = Book("A Book of Everything", "en", Text(f"<p>{PROSE}</p>"), (part, one, two), modified=1_700_000_000)
    return replace(book, subtitle="Subtitle", authors=("Ada Lovelace",), publisher="A Press", description=PROSE)


class Complaints(logging.Handler):
    """What WeasyPrint warns of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(record.getMessage())


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    handler = Complaints()
    LOGGER.addHandler(handler)
    yield handler.found
    LOGGER.removeHandler(handler)


def test_every_style_sheet_is_a_theme_that_can_be_set() -> None:
    assert {path.stem for path in SHEETS if path.parent == styles_folder()} == set(THEMES)


@pytest.mark.parametrize("theme", THEMES)
def test_weasyprint_understands_a_theme(press: Press, complaints: list[str], theme: str) -> None:
    """Style sheets are read once for each design: a size that no other test has makes them be read here."""
    printed = press(everything(), Design(theme, (151.0, 211.0)))
    assert complaints == []
    assert printed.diagnostics == ()


def test_complaints_are_heard(press: Press, complaints: list[str], tmp_path: Path) -> None:
    (tmp_path / "own.css").write_text('@import url("gone.css"); p { colour: red }')
    press(replace(everything(), root=tmp_path), Design("book", (152.0, 211.0), css=("own.css",)))
    assert len(complaints) >= 2


# --- properties -------------------------------------------------------------------------------------------


def declared(css: str) -> set[str]:
    """The custom properties that a style sheet sets for `:root`."""
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    roots = [rule for rule in rules if rule.type == "qualified-rule" and _plain(rule.prelude) == ":root"]
    contents = (tinycss2.parse_blocks_contents(rule.content, skip_comments=True) for rule in roots)
    return {each.name for content in contents for each in content if each.type == "declaration"}


def _plain(tokens: Iterable[object]) -> str:
    return str(tinycss2.serialize(tokens)).strip()


def test_custom_properties_are_defined() -> None:
    generated = style_sheets(Design("book", (148.0, 210.0)), styles_folder())[0].text
    known = declared(generated).union(*(declared(path.read_text()) for path in SHEETS if path.parent.name == "shared"))
    assert {"--page-width", "--type-size", "--ink", "--qr"} <= known
    for path in SHEETS:
        text = path.read_text()
        assert set(re.findall(r"var\(\s*(--[\w-]+)", text)) - known == set(), path.name
        assert declared(text) - known == set(), f"{path.name} sets what is not explained"


def test_no_property_is_idle() -> None:
    texts = [path.read_text() for path in SHEETS]
    used = {name for text in texts for name in re.findall(r"var\(\s*(--[\w-]+)", text)}
    assert set().union(*map(declared, texts)) - used == set()


# --- measures ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("theme", "size"), [("book", "a5"), ("book", "a4"), ("handout", "a4"), ("handout", "letter"), ("ereader", "")]
)
def test_lines_have_sixty_to_seventy_letters(press: Press, theme: str, size: str) -> None:
    chapter = Chapter(1, "Chapter", 0, "c1", "1.md", None, Text(f"<p>{PROSE * 3}</p>"))
    design = Design(theme, page_dimensions(size or THEMES[theme]), cover="none")
    pdf = pypdfium2.PdfDocument(press(Book("A Book", "en", Text(), (chapter,)), design).pdf)
    page = next(page for index, page in enumerate(pdf) if pdf.get_page_label(index) == "1")
    text = page.get_textpage().get_text_range()
    lines = text[text.index("When we read") :].splitlines()
    assert len(lines) > 15
    assert 60 <= median(map(len, lines[:15])) <= 70


def measures_of(design: Design, root: Path) -> Measures:
    return measure(style_sheets(design, root), Files(str(root), str(styles_folder())))


@pytest.mark.parametrize("theme", THEMES)
def test_the_notebook_s_own_styles_win(press: Press, read: Reader, theme: str, tmp_path: Path) -> None:
    first = ":root { --type-size: 14pt; --measure: 80mm } table { font-size: 5pt } @page { margin-top: 33mm }"
    (tmp_path / "first.css").write_text(first)
    (tmp_path / "second.css").write_text("table { font-size: 6pt } h1.chapter-title::after { content: ', seen' }")
    design = Design(theme, (148.0, 210.0), css=("first.css", "second.css"))
    measures = measures_of(design, tmp_path)
    assert measures.type_size == pytest.approx(14)
    assert measures.table_type_size == pytest.approx(6)
    millimetre = 72 / 25.4
    assert measures.width == pytest.approx(80 * millimetre, abs=0.5)
    bottom = measures_of(replace(design, css=()), tmp_path).height
    assert measures.height < bottom
    chapter = Chapter(1, "Chapter", 0, "c1", "1.md", None, Text("<p>x</p>"))
    assert "Chapter, seen" in read(press(Book("A Book", "en", Text(), (chapter,), root=tmp_path), design)).page("1")


@pytest.mark.parametrize("css", ["@page { margin: 500mm }", "@page { size: 1mm }", ":root { --measure: 0 }"])
def test_style_sheets_that_leave_no_room_are_left_out_and_named(press: Press, css: str, tmp_path: Path) -> None:
    (tmp_path / "own.css").write_text(css)
    chapter = Chapter(1, "Chapter", 0, "c1", "1.md", None, Text("<p>x</p>"))
    printed = press(
        Book("A Book", "en", Text(), (chapter,), root=tmp_path), Design("book", (148.0, 210.0), css=("own.css",))
    )
    (finding,) = printed.diagnostics
    assert (finding.code, finding.message[:23]) == ("bad-config", "`css`: pages are left 1")


@pytest.mark.parametrize(
    "css",
    [
        ":root { --qr: 0 }",
        ":root { --type-size: 0 }",
        ":root { --page-width: x }",
        "* { display: none }",
        ".qr, table, .cover, .footnote { display: none }",
        "}}{{ \0 @page",
    ],
)
def test_no_style_sheet_of_a_notebook_stops_a_book(press: Press, css: str, tmp_path: Path) -> None:
    (tmp_path / "own.css").write_text(css)
    assert press(replace(everything(), root=tmp_path), Design("book", (148.0, 210.0), css=("own.css",))).pages


# --- what is on the pages ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("theme", "size"),
    [(theme, size) for theme in THEMES for size in sorted({*PAGE_SIZES.values(), (210.0, 148.0)})]
    + [("book", (SMALLEST_PAGE, SMALLEST_PAGE))],
)
def test_nothing_leaves_the_page(press: Press, theme: str, size: tuple[float, float]) -> None:
    printed = press(everything(), Design(theme, size))
    pdf = pypdfium2.PdfDocument(printed.pdf)
    for index, page in enumerate(pdf):
        width, height = page.get_size()
        text = page.get_textpage()
        boxes = [text.get_charbox(at) for at in range(text.count_chars()) if text.get_text_range(at, 1).isalnum()]
        if pdf.get_page_label(index) != "Cover":  # whose figure the page cuts off
            boxes += [each.get_bounds() for each in page.get_objects() if each.type != pypdfium2.raw.FPDF_PAGEOBJ_TEXT]
        for left, bottom, right, top in boxes:
            assert left > -1, index
            assert bottom > -1, index
            assert right < width + 1, index
            assert top < height + 1, index
