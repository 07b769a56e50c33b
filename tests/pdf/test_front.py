"""Front matter: cover, title page, colophon, contents, and the labels of pages."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from notebook_compile import __version__
from notebook_compile.book.contributors import ROLES
from notebook_compile.config import PAGE_SIZES, THEMES
from notebook_compile.model import Book, Chapter, Contributor, Moment, NoteReference, Part, Text
from notebook_compile.pdf.design import Design

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Press, Reader

A5 = (148.0, 210.0)
CHAPTER = Chapter(1, "Chapter", 0, "c1", "1.md", None, Text("<p>Text</p>"))
BOOK = Book("A Book", "en", Text(), (CHAPTER,), modified=1_700_000_000)
RICH = replace(
    BOOK,
    subtitle="Its subtitle",
    authors=("Ada Lovelace", "Grace Hopper"),
    publisher="A Press",
    description="What it is about.",
    rights="CC BY 4.0",
    identifier="urn:uuid:12345678-1234-5678-1234-567812345678",
)
LONG = ("Some words of a title that never ends, and then more " * 4)[:200]
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunter"[:60]


def letters(text: str) -> str:
    """A text without what its lines end in."""
    return "".join(each for each in text if each.isalnum())


# --- cover ------------------------------------------------------------------------------------------------


def test_a_cover_is_made_from_the_title(press: Press, read: Reader) -> None:
    reading = read(press(RICH, Design("book", A5)))
    assert reading.labels[:3] == ("Cover", "i", "ii")
    assert reading.texts[0] == "A Book Its subtitle Ada Lovelace, Grace Hopper"
    plain = read(press(replace(BOOK, language="de"), Design("book", A5)))
    assert (plain.labels[0], plain.texts[0]) == ("Umschlag", "A Book")


def test_books_have_covers_of_their_own(press: Press) -> None:
    pictures = [
        pypdfium2.PdfDocument(press(replace(BOOK, title=title), Design("book", A5)).pdf)[0]
        .render(scale=0.3)
        .to_pil()
        .crop((0, 0, 120, 80))  # above the title
        .tobytes()
        for title in ("A Book", "A Book", "Another")
    ]
    assert pictures[0] == pictures[1] != pictures[2]


@pytest.mark.parametrize(("width", "height"), [(300, 500), (800, 100)])
def test_a_picture_for_the_cover(press: Press, read: Reader, tmp_path: Path, width: int, height: int) -> None:
    """It fills the page as far as its proportions allow, and stands in its middle."""
    Image.new("RGB", (width, height), "red").save(tmp_path / "front cover.png")
    printed = press(replace(RICH, root=tmp_path), Design("book", A5, cover="front cover.png"))
    assert printed.diagnostics == ()
    reading = read(printed)
    assert (reading.labels[0], reading.texts[0]) == ("Cover", "")
    page = pypdfium2.PdfDocument(printed.pdf)[0]
    (picture,) = page.get_objects([pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
    left, bottom, right, top = picture.get_bounds()
    scale = min(page.get_width() / width, page.get_height() / height)
    assert (right - left, top - bottom) == pytest.approx((width * scale, height * scale), abs=1)
    assert (left + right, bottom + top) == pytest.approx(page.get_size(), abs=1)


def test_a_picture_that_is_not_there_is_named(press: Press, tmp_path: Path) -> None:
    (finding,) = press(replace(BOOK, root=tmp_path), Design("book", A5, cover="gone.png")).diagnostics
    assert (finding.path, finding.code) == ("gone.png", "foreign-image")


def test_no_cover(press: Press, read: Reader) -> None:
    reading = read(press(RICH, Design("book", A5, cover="none")))
    assert reading.labels == ("i", "ii", "iii", "1")
    assert reading.texts[0].startswith("Ada Lovelace")


@pytest.mark.parametrize("size", ["a4", "a5", "a6"])
@pytest.mark.parametrize("theme", ["book", "ereader"])
@pytest.mark.parametrize("title", [LONG, WORD, f"{LONG[:139]} {WORD}", "X"])
def test_any_title_stays_on_the_cover_and_on_the_title_page(
    press: Press, read: Reader, theme: str, size: str, title: str
) -> None:
    printed = press(replace(RICH, title=title), Design(theme, PAGE_SIZES[size]))
    reading = read(printed)
    assert reading.labels[:3] == ("Cover", "i", "ii")
    cover, title_page = (pypdfium2.PdfDocument(printed.pdf)[index] for index in (0, 1))
    for page in (cover, title_page):
        assert letters(title) in letters(page.get_textpage().get_text_range())
        width, height = page.get_size()
        assert all(
            left > 0 and bottom > 0 and right < width and top < height for left, bottom, right, top in boxes(page)
        )
    (_, subtitle, _, _), *_ = boxes(cover, "subtitle")
    (_, _, _, authors), *_ = boxes(cover, "Lovelace")
    assert subtitle > authors


def boxes(page: pypdfium2.PdfPage, word: str = "") -> list[tuple[float, float, float, float]]:
    """The letters of a page, or those of a word on it: left, bottom, right, top."""
    text = page.get_textpage()
    at, count = text.search(word).get_next() if word else (0, text.count_chars())
    return [text.get_charbox(index) for index in range(at, at + count) if text.get_text_range(index, 1).isalnum()]


# --- title page and colophon ------------------------------------------------------------------------------


def test_title_page_and_colophon(press: Press, read: Reader) -> None:
    reading = read(press(RICH, Design("book", A5)))
    assert reading.page("i") == "Ada Lovelace, Grace Hopper A Book Its subtitle A Press"
    colophon = reading.page("ii").replace("\ufffe", "-")
    for said in ("A Book. Its subtitle", "Ada Lovelace, Grace Hopper", "What it is about.", "CC BY 4.0"):
        assert said in colophon
    assert "A Press, 2023" in colophon
    assert f"compiled from notes by notebook-compile {__version__}." in colophon
    assert "urn:uuid:12345678-1234-5678-1234-567812345678" in colophon.replace(" ", "")


FULL = replace(
    RICH,
    contributors=tuple(Contributor("Bo Ek", role) for role in sorted({*ROLES} - {"aut"})),
    series="The Body",
    series_number="3",
    date="2026-05-01",
    isbn="978-3-16-148410-0",
    subjects=("anatomy / spine", "nerves"),
    sources=("https://example.org/talks",),
)


@pytest.mark.parametrize("theme", sorted({*THEMES} - {"handout"}))
@pytest.mark.parametrize(("size", "roles"), [("a4", 12), ("a6", 5)])
def test_all_that_is_known_stands_on_a_page_each(press: Press, read: Reader, theme: str, size: str, roles: int) -> None:
    made = replace(FULL, contributors=FULL.contributors[-roles:])
    printed = press(made, Design(theme, PAGE_SIZES[size]))
    reading = read(printed)
    assert reading.labels == ("Cover", "i", "ii", "iii", "1")
    title_page, colophon = reading.page("i"), reading.page("ii").replace("\ufffe", "-")
    for said in ("The Body, volume 3", "Foreword by Bo Ek", "A Press"):
        assert said in title_page
    for said in (
        "Foreword by Bo Ek",
        "A Press, May 1, 2026",
        "ISBN 978-3-16-148410-0",
        "Edition of November 14, 2023",
    ):
        assert said in colophon
    for page in (pypdfium2.PdfDocument(printed.pdf)[index] for index in (1, 2)):
        width, height = page.get_size()
        assert all(
            left > 0 and bottom > 0 and right < width and top < height for left, bottom, right, top in boxes(page)
        )


def test_the_file_says_what_the_title_page_says(press: Press) -> None:
    with pikepdf.open(io.BytesIO(press(FULL, Design("book", A5)).pdf)) as pdf:
        assert str(pdf.docinfo["/Author"]) == "Ada Lovelace, Grace Hopper"
        assert str(pdf.docinfo["/Keywords"]) == "anatomy / spine; nerves"
        with pdf.open_metadata() as metadata:
            assert metadata["dc:creator"] == ["Ada Lovelace", "Grace Hopper"]
            assert metadata["dc:contributor"] == {"Bo Ek"}
            assert metadata["dc:subject"] == {"anatomy / spine", "nerves"}
            assert metadata["dc:date"] == ["2026-05-01"]
            assert metadata["pdf:Keywords"] == "anatomy / spine; nerves"


def test_a_book_without_authors_is_its_editors(press: Press, read: Reader) -> None:
    printed = press(replace(BOOK, contributors=(Contributor("Bo Ek", "edt"),)), Design("book", A5))
    assert read(printed).texts[0] == "A Book Edited by Bo Ek"
    with pikepdf.open(io.BytesIO(printed.pdf)) as pdf:
        assert str(pdf.docinfo["/Author"]) == "Bo Ek"


def test_a_colophon_says_only_what_is_known(press: Press, read: Reader) -> None:
    colophon = read(press(replace(BOOK, modified=0), Design("book", A5))).page("ii").replace("\ufffe", "-")
    assert colophon == f"A Book This book was compiled from notes by notebook-compile {__version__}."


@pytest.mark.parametrize("theme", sorted({*THEMES} - {"handout"}))
@pytest.mark.parametrize("size", ["a4", "a6"])
def test_front_matter_takes_a_page_each(press: Press, read: Reader, theme: str, size: str) -> None:
    """No box of a page's height makes an empty page behind it."""
    reading = read(press(RICH, Design(theme, PAGE_SIZES[size])))
    assert reading.labels == ("Cover", "i", "ii", "iii", "1")
    assert all(reading.texts)


# --- contents and labels ----------------------------------------------------------------------------------


def test_contents_lead_to_what_they_name(press: Press, read: Reader) -> None:
    part = Part(1, "A Part", 0, "p1", None, Text())
    entries = (part, replace(CHAPTER, depth=1), replace(CHAPTER, number=2, title="Second", anchor="c2", depth=1))
    reading = read(press(replace(BOOK, entries=entries), Design("book", A5)))
    contents = reading.labels.index("iii")
    assert reading.texts[contents] == "Contents A Part 1 Chapter 2 Second 3 iii"
    leads = [reading.labels[reading.anchors[target]] for page, target in reading.links if page == contents]
    assert leads == ["1", "1", "2", "2", "3", "3"]  # each title and its number


def test_a_handout_has_its_chapters_alone(press: Press, read: Reader) -> None:
    text = Text('<p>Text<ref n="0"></ref></p>', (NoteReference(1, 1),))
    entry = replace(CHAPTER, text=text, video="https://youtu.be/dQw4w9WgXcQ", tags=("tag",))
    entry = replace(entry, footnotes=(Moment("https://youtu.be/dQw4w9WgXcQ", 5),))
    reading = read(press(replace(RICH, entries=(entry,)), Design("handout", PAGE_SIZES["a4"])))
    assert reading.labels == ("1",)
    assert [title for _, title, _ in reading.outline] == ["Chapter"]


def test_labels_go_on_behind_the_text(press: Press, read: Reader) -> None:
    entry = replace(CHAPTER, video="https://youtu.be/dQw4w9WgXcQ")
    made = replace(BOOK, entries=(entry,), introduction=Text("<p>Before.</p>"))
    reading = read(press(made, Design("book", A5)))
    assert reading.labels == ("Cover", "i", "ii", "iii", "iv", "1", "2")
    assert [reading.labels[page] for _, _, page in reading.outline] == ["i", "iii", "iv", "1", "2"]
    assert [text.split()[-1] for text in reading.texts[3:]] == ["iii", "iv", "1", "2"]
