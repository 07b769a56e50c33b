"""The printed book's style sheet: what stands where on the pages of small chapters."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
import pytest
from PIL import Image as Picture

from notebook_compile.jobs import processes
from notebook_compile.model import Book, Chapter, Image, Text
from notebook_compile.pdf.design import Design
from notebook_compile.pdf.printing import Printed, print_book

if TYPE_CHECKING:
    from pathlib import Path

A5 = (148.0, 210.0)
MILLIMETRE = 72 / 25.4


def press(body: str, *images: Image, root: Path | None = None, video: str | None = None) -> Printed:
    chapter = Chapter(1, "Chapter", 0, "c1", "1.md", video, Text(body, images))
    book = Book("A Book", "en", Text(), (chapter,))
    book = replace(book, root=root) if root else book
    with processes(1) as run:
        return print_book(book, Design("book", A5, cover="none"), run, lambda *_: None)


def pages(printed: Printed) -> list[pypdfium2.PdfPage]:
    """The pages of the text."""
    pdf = pypdfium2.PdfDocument(printed.pdf)
    return [pdf[index] for index in range(len(pdf)) if pdf.get_page_label(index).isdecimal()]


def texts(printed: Printed) -> list[str]:
    """What stands on them, all white space made single blanks."""
    return [" ".join(page.get_textpage().get_text_range().split()) for page in pages(printed)]


def boxes(printed: Printed, *words: str) -> list[tuple[float, float]]:
    """From where to where each of some words that stand on the text's first page reaches, in points from the left."""
    page = pages(printed)[0].get_textpage()
    found = []
    for word in words:
        at, count = page.search(word, match_case=True, match_whole_word=True).get_next()
        letters = [page.get_charbox(index) for index in range(at, at + count)]
        found.append((min(box[0] for box in letters), max(box[2] for box in letters)))
    return found


# --- attributes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ('<ol start="3"><li>x</li><li>y</li></ol>', "3. 4."),
        ('<ol><li>x</li><li value="9">y</li><li>z</li></ol>', "1. 9. 10."),
        ('<ol type="a" start="5"><li>x</li></ol><ol type="I"><li>y</li><li>z</li></ol>', "e. I. II."),
    ],
)
def test_lists_have_the_numbers_that_are_asked_for(body: str, shown: str) -> None:
    assert texts(press(body))[0].removesuffix(" 1").endswith(shown)  # PDFium has the markers behind the text


@pytest.mark.parametrize(
    ("width", "height", "drawn"),
    [
        (None, None, (225, 75)),  # 300 and 100 pixels
        (100, None, (75, 25)),
        (None, 50, (112.5, 37.5)),
        (100, 100, (75, 25)),
        (900, 300, (114 * MILLIMETRE, 38 * MILLIMETRE)),
        (None, 300, (114 * MILLIMETRE, 38 * MILLIMETRE)),
    ],
)
def test_pictures_are_as_large_as_asked_for_and_never_wider_than_the_text(
    width: int | None, height: int | None, drawn: tuple[float, float], tmp_path: Path
) -> None:
    Picture.new("RGB", (300, 100)).save(tmp_path / "a.png")
    printed = press('<p><ref n="0"></ref></p>', Image("a.png", "", width, height), root=tmp_path)
    page = pages(printed)[0]
    (picture,) = page.get_objects([pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
    left, bottom, right, top = picture.get_bounds()
    assert (right - left, top - bottom) == pytest.approx(drawn, abs=0.5)


def test_a_picture_without_a_description_has_one(tmp_path: Path) -> None:
    Picture.new("RGB", (3, 1)).save(tmp_path / "a.png")
    images = (Image("a.png", " "), Image("a.png", "Black"))
    printed = press('<p><ref n="0"></ref><ref n="1"></ref></p>', *images, root=tmp_path)
    with pikepdf.open(BytesIO(printed.pdf)) as pdf:
        figures = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Figure"]
        assert sorted(str(each.Alt) for each in figures) == ["Black", "Image"]


# --- lists ------------------------------------------------------------------------------------------------


def task(content: str) -> str:
    return f'<li class="task"><span class="task-box">\u2610</span> {content}</li>'


def test_each_level_of_tasks_and_bullets_stands_further_in() -> None:
    third = f"<ul>{task('three')}<li>third</li></ul>"
    second = f"<ul>{task('two' + third)}<li>second</li></ul>"
    printed = press(f"<ul>{task('one' + second)}<li>first</li></ul>")
    lefts = [left for left, _ in boxes(printed, "one", "two", "three")]
    bullets = [left for left, _ in boxes(printed, "first", "second", "third")]
    assert lefts == pytest.approx(bullets, abs=1.5)
    assert lefts[1] - lefts[0] == pytest.approx(lefts[2] - lefts[1], abs=0.5)
    assert lefts[1] - lefts[0] > 10


# --- heads of chapters and tables -------------------------------------------------------------------------

CALLOUT = f'<div class="callout" data-callout="note"><p class="callout-title">Note</p>{"<p>line</p>" * 27}</div>'
TABLE = f"<table><tbody><tr><td>{'<br/>'.join(['row'] * 60)}</td></tr></tbody></table>"


def test_text_that_is_copied_begins_with_the_title_of_its_chapter() -> None:
    """A code beside it does not put it behind the page's text."""
    printed = press("<p>Text</p>", video="https://youtu.be/dQw4w9WgXcQ")
    assert texts(printed)[0].startswith("1 Chapter Video: youtu.be/dQw4w9WgXcQ Text")


@pytest.mark.parametrize(("body", "shown"), [(CALLOUT, "Note line"), (TABLE, "row"), ("<p>Text</p>", "Text")])
def test_a_chapter_begins_with_its_number_title_and_text(body: str, shown: str) -> None:
    assert texts(press(body))[0].startswith(f"1 Chapter {shown}")


def test_the_number_of_a_chapter_stands_with_its_title_before_what_fills_a_page() -> None:
    first, second, *_ = texts(press(f'<div class="embed">{CALLOUT}</div>'))
    assert first.startswith("1 Chapter")
    assert "line" in first + second


def table(*words: str) -> str:
    heads, cells = ("".join(f"<{kind}>{word}</{kind}>" for word in words) for kind in ("th", "td"))
    code = "<td><code>a_long_word_of_code_that_wants_all_of_the_width()</code></td>" + "<td>x</td>" * (len(words) - 1)
    return f"<table><thead><tr>{heads}</tr></thead><tbody><tr>{cells}</tr><tr>{code}</tr></tbody></table>"


def test_words_of_a_table_that_have_room_are_whole() -> None:
    words = "First Second Third Fourth Fifth Sixth Seventh Eighth".split()
    shown = texts(press(table(*words)))[0]
    assert shown.startswith(f"1 Chapter {' '.join(words)} {' '.join(words)}")


@pytest.mark.parametrize("words", [["Heading"] * 14, ["Internationalization"] * 5, ["W" * 30] * 3])
@pytest.mark.parametrize("around", ["{}", "<ul><li>a<ul><li>b<ul><li>{}</li></ul></li></ul></li></ul>"])
def test_no_table_leaves_the_page(words: list[str], around: str) -> None:
    printed = press(around.format(table(*words)))
    page = pages(printed)[0]  # turned, perhaps
    text = page.get_textpage()
    rights = [text.get_charbox(index)[2] for index in range(text.count_chars())]
    assert max(rights) < page.get_width() - 12 * MILLIMETRE
