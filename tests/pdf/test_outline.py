"""The outline, and what links say of where they lead."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
import pytest

from notebook_compile.model import Book, Chapter, CrossReference, Moment, NoteReference, Part, Section, Text
from notebook_compile.pdf.back import back_sections
from notebook_compile.pdf.design import Design
from notebook_compile.pdf.outline import link_descriptions, outline

if TYPE_CHECKING:
    from conftest import Press, Reader

VIDEO = "https://youtu.be/dQw4w9WgXcQ"


def chapter(number: int, title: str, *sections: tuple[int, str], depth: int = 0) -> Chapter:
    """A chapter with headings of these levels and titles."""
    made = tuple(Section(level, name, f"c{number}-{at}") for at, (level, name) in enumerate(sections))
    return Chapter(number, title, depth, f"c{number}", f"{number}.md", None, Text("<p>x</p>"), sections=made)


def part(number: int, title: str, depth: int = 0) -> Part:
    return Part(number, title, depth, f"p{number}", None, Text())


def book(*entries: Part | Chapter) -> Book:
    return Book("A Book", "en", Text(), entries)


def shown(made: Book) -> list[tuple[int, str]]:
    """Levels and titles of the text's items."""
    return [(each.depth, each.title) for each in outline(made, handout=True)]


@pytest.mark.parametrize("depth", [0, 1, 2, 3])
def test_headings_go_as_deep_as_the_third_level(depth: int) -> None:
    made = chapter(1, "One", (2, "A"), (3, "B"), (4, "C"), (2, "D"), depth=depth)
    headings = [(1, "A"), (2, "B"), (3, "C"), (1, "D")]
    wanted = [(depth + step, title) for step, title in headings if depth + step < 3]
    assert shown(book(made)) == [(depth, "One"), *wanted]


def test_parts_and_chapters_stand_at_every_depth() -> None:
    entries = (part(1, "P"), part(2, "Q", 1), part(3, "R", 2), chapter(1, "One", (2, "A"), depth=3), chapter(2, "Two"))
    assert shown(book(*entries)) == [(0, "P"), (1, "Q"), (2, "R"), (3, "One"), (0, "Two")]


@pytest.mark.parametrize(
    ("heading", "kept"),
    [
        ("GPU vs. CPU", False),
        ("gpu vs cpu", False),
        ("  GPU: vs CPU!", False),
        ("\uff27\uff30\uff35 vs CPU", False),  # of full width
        ("The other", False),  # what another chapter is called
        ("GPU vs. CPUs", True),
        ("GPU", True),
        ("CPU vs. GPU", True),
    ],
)
def test_headings_that_repeat_a_chapter_s_title_are_left_out(heading: str, kept: bool) -> None:
    made = book(chapter(1, "GPU vs. CPU", (2, heading), (3, "Below")), chapter(2, "The Other"))
    wanted = [(0, "GPU vs. CPU"), *([(1, heading)] if kept else []), (2, "Below"), (0, "The Other")]
    assert shown(made) == wanted


def test_what_stands_around_the_text_is_in_the_outline_of_a_book_alone() -> None:
    text = replace(chapter(1, "One"), video=VIDEO, tags=("tag",))
    made = replace(book(text), introduction=Text("<p>Before.</p>"))
    around = [(each.depth, each.title, each.anchor) for each in outline(made, handout=False, back=back_sections(made))]
    assert around == [
        (0, "A Book", "title-page"),
        (0, "Introduction", "introduction"),
        (0, "Contents", "contents"),
        (0, "One", "c1"),
        (0, "Videos", "videos"),
        (0, "Tags", "tags-index"),
    ]
    assert shown(made) == [(0, "One")]
    plain = outline(replace(book(chapter(1, "One")), language="de"), handout=False)
    assert [each.title for each in plain] == ["A Book", "Inhalt", "One"]


TITLES = ("Fish & Chips <b>", "Café №\u00a05 – “so”", "日本語", "עברית", "\N{PILE OF POO}", "(a\\b)", "x" * 300)


def test_titles_are_exact_and_lead_to_their_pages(press: Press, read: Reader) -> None:
    entries = [chapter(number, title) for number, title in enumerate(TITLES, 1)]
    reading = read(press(book(*entries), Design("book", (148.0, 210.0))))
    assert [title for _, title, _ in reading.outline] == ["A Book", "Contents", *TITLES]
    first = reading.labels.index("1")
    assert [page for _, _, page in reading.outline] == [1, 3, *range(first, first + len(TITLES))]


# --- descriptions -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("anchor", "said"),
    [
        ("c1", "One"),
        ("p1", "Part"),
        ("c1-0", "A heading"),
        ("c1-block", "One"),
        ("c1.ref4", "One"),
        ("c1.fn12", "Footnote 12"),
        ("c1.fnref12", "Back to text"),
        ("c12", ""),
        ("contents", ""),
        ("", ""),
    ],
)
def test_descriptions(anchor: str, said: str) -> None:
    describe = link_descriptions(book(part(1, "Part"), chapter(1, "One", (2, "A heading"))))
    assert describe(anchor) == said


def test_every_link_in_a_book_says_where_it_leads(press: Press) -> None:
    references = (NoteReference(1, 1), CrossReference("c2", "c2", number=1))
    text = Text('<p>Word<ref n="0"></ref>, <ref n="1">two</ref>.</p>', references)
    one = replace(chapter(1, "One"), text=text, footnotes=(Moment(VIDEO, 5),))
    printed = press(book(one, chapter(2, "Two")), Design("book", (148.0, 210.0)))
    said = set()
    with pikepdf.open(BytesIO(printed.pdf)) as pdf:
        for page in pdf.pages:
            said |= {str(each.Contents) for each in page.obj.get("/Annots", [])}
    assert {"One", "Two", "Footnote 1", "Back to text"} <= said
    assert "" not in said
