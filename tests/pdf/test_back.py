"""Back matter and lists of pages: what their documents say, and what stands on their pages."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pypdfium2 import PdfDocument, PdfPage

from notebook_compile.book.indexes import FEW
from notebook_compile.model import Book, Chapter, Text
from notebook_compile.pdf.back import back_html, back_sections
from notebook_compile.pdf.backlinks import backlinks, page_list
from notebook_compile.pdf.binding import Bound, Labels, Metadata, bind
from notebook_compile.pdf.design import Design, style_sheets
from notebook_compile.pdf.files import Files
from notebook_compile.pdf.rendering import lay_out
from notebook_compile.pdf.sheaf import unpacked
from notebook_compile.pdf.signature import Signature
from notebook_compile.resources import styles_folder
from notebook_compile.words import words

VIDEO = "https://youtu.be/aaaaaaaaaaa"
LETTERS = "abcdefghijklmnopqrst"
ROOM = 3  # for the digits of page numbers


def chapter(number: int, title: str, **others: object) -> Chapter:
    made = Chapter(number, title, 0, f"c{number}", f"{number}.md", None, Text())
    return replace(made, **others)  # type: ignore[arg-type]


def book(*chapters: Chapter, language: str = "en") -> Book:
    return Book("A <Book>", language, Text(), chapters)


def large(count: int) -> Book:
    """A book of many chapters, whose titles are of one to six words."""
    titles = (" ".join(f"{LETTERS[(n * k) % 20]}word{n * k % 7}" for k in range(1, n % 6 + 2)) for n in range(count))
    return book(*(chapter(number, title) for number, title in enumerate(titles, 1)))


def lay(markup: str, theme: str = "book", size: tuple[float, float] = (148.0, 210.0)) -> Signature:
    return lay_out(markup, style_sheets(Design(theme, size), Path()), Files("", str(styles_folder())))


def documents(made: Book) -> list[str]:
    """The back matter of a book."""
    return [back_html(made, anchor, ROOM) for anchor, _ in back_sections(made)]


def bound(made: Book, theme: str = "book") -> tuple[Bound, list[PdfPage]]:
    """A book in which each chapter is a page, and its back matter's pages."""
    text = "".join(f'<section class="chapter" id="{each.anchor}">-</section>' for each in made.chapters)
    signatures = [
        lay(f'<html lang="en"><title>-</title><body>{text}</body></html>'),
        *(lay(html, theme) for html in documents(made)),
    ]
    result = bind(signatures, [each.sheaf for each in signatures], [Labels(0, "D")], [], Metadata("A Book", "en"))
    return result, list(PdfDocument(result.pdf))[signatures[0].pages :]


def read(page: PdfPage) -> str:
    return " ".join(re.sub("[\u200b\ufffe\ufeff]", "", page.get_textpage().get_text_range()).split())


def said(markup: str) -> str:
    """The text of markup, numbers that are still to come as their anchors."""
    shown = re.sub(r'<a class="late-number[^>]*href="folio:\d+[lr]:([^"]*)">\d+</a>', r"\1", markup)
    return unescape(re.sub("<[^<>]*>", "", shown))


# --- lists of pages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "one", "several"),
    [
        ("en", "Referenced from p.\u00a0c4.ref2", "Referenced from pp.\u00a0c4.ref2, c9.ref1"),
        ("de", "Erwähnt auf S.\u00a0c4.ref2", "Erwähnt auf S.\u00a0c4.ref2, c9.ref1"),
        ("ja", "参照元：c4.ref2ページ", "参照元：c4.ref2、c9.ref1ページ"),
        ("hi", "पृ.\u00a0c4.ref2 पर उल्लिखित", "पृ.\u00a0c4.ref2, c9.ref1 पर उल्लिखित"),
    ],
)
def test_a_chapter_says_where_it_is_referred_to(language: str, one: str, several: str) -> None:
    fixed, target = words(language), chapter(1, "One")
    assert backlinks(target, 4, fixed) == ""
    assert said(backlinks(replace(target, referenced_from=(("c4", 2),)), 4, fixed)) == one
    assert said(backlinks(replace(target, referenced_from=(("c4", 2), ("c9", 1))), 4, fixed)) == several


def test_numbers_have_room_for_all_digits() -> None:
    shown = page_list(["c1", "c2"], 3, words("en"))
    assert re.findall(r'href="(folio:[^"]*)"', shown) == ["folio:3l:c1", "folio:3l:c2"]
    assert "folio:3r:c1" in page_list(["c1"], 3, words("ar"))


# --- sections ---------------------------------------------------------------------------------------------


def test_a_book_has_the_sections_that_it_has_something_for() -> None:
    assert back_sections(book(chapter(1, "One"))) == ()
    assert back_sections(book(chapter(1, "One", video=VIDEO))) == (("videos", "Videos"),)
    many = (chapter(number, f"T {number}", tags=("a",)) for number in range(FEW, 0, -1))
    tagged = book(*many, language="fr")
    assert back_sections(tagged) == (("tags-index", "Mots-clés"), ("title-index", "Index"))


def test_titles_are_only_text() -> None:
    made = book(chapter(1, "<b>&", video=VIDEO, tags=("x&y/<i>",)))
    text = " ".join(map(said, documents(made)))
    assert all(each in text for each in ("<b>&", "x&y", "<i>"))


def test_the_pages_of_the_back_matter() -> None:
    made = book(
        chapter(1, "First", video=VIDEO, tags=("sleep", "sleep/rem")),
        chapter(2, "Second", tags=("sleep",)),
        *(chapter(number, f"Other {FEW + 3 - number}") for number in range(3, FEW + 1)),
    )
    result, pages = bound(made)
    assert (result.missing, result.overfull) == ((), ())
    videos, tags, titles = map(read, pages)
    assert videos.startswith("Videos First youtu.be/aaaaaaaaaaa p. 1")
    assert tags.startswith("Tags sleep 1, 2 rem 1")
    assert titles.startswith(f"Index F First 1 O Other 3 {FEW} Other 4 {FEW - 1}")
    assert f"S Second 2 {FEW + 3}" in titles  # and the page's own number
    with pikepdf.open(BytesIO(result.pdf)) as pdf:
        figures = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Figure"]
        assert [VIDEO in str(each.Alt) for each in figures] == [True]


# --- layout -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["book", "ereader", "handout"])
def test_no_entry_of_a_long_index_is_lost(theme: str) -> None:
    made = large(150)
    (html,) = documents(made)
    signature = lay(html, theme)
    assert (signature.lacking, signature.accessible, signature.archival) == ("", True, True)
    numbers = (number for stream in unpacked(signature.sheaf).streams for number in stream.printed)
    assert sorted(number.target for number in numbers if number.target) == sorted(each.anchor for each in made.chapters)
    assert signature.pages > 1


def columns(page: PdfPage) -> tuple[list[str], list[str]]:
    """The lines of the left and the right column of a page without a heading."""
    width, height = page.get_size()
    text = page.get_textpage()
    sides = ((0, width / 2), (width / 2, width))
    left, right = (text.get_text_bounded(start, 45, end, height - 45).splitlines() for start, end in sides)
    return [line.strip() for line in left], [line.strip() for line in right]


@pytest.mark.parametrize("count", [120, 150, 180])
def test_lines_are_where_they_belong(count: int) -> None:
    _, (_, *pages) = bound(large(count))
    for page in pages:
        for column in columns(page):
            assert not re.fullmatch("[A-Z]", column[-1])  # a letter with no entry below it
            assert not [line for line in column if line.isdecimal()]
            assert all(len(line.split()) > 3 for line in column if len(line) > 1 and "\u00a0" not in line)  # full lines
    left, right = columns(pages[-1])
    assert abs(len(left) - len(right)) <= 4


@pytest.mark.parametrize("title", ["W" * 300, "汉" * 80, "word " * 200, "a" * 12 + " " + "W" * 12])
def test_nothing_leaves_the_page(title: str) -> None:
    made = book(*(chapter(number, f"{title} {number}", tags=(title,), video=VIDEO) for number in range(FEW, 0, -1)))
    _, pages = bound(made)
    for page in pages:
        text = page.get_textpage()
        rights = [text.get_charbox(index)[2] for index in range(text.count_chars())]
        assert max(rights) < page.get_width() - 15 * 72 / 25.4


@pytest.mark.parametrize("language", ["ar", "he", "ja", "zh", "hi", "ru"])
def test_other_languages_have_back_matter_too(language: str) -> None:
    made = book(chapter(1, "One", video=VIDEO, tags=("a", "b")), chapter(2, "Two", tags=("a",)), language=language)
    for signature in map(lay, documents(made)):
        assert (signature.pages, signature.lacking, signature.accessible) == (1, "", True)
