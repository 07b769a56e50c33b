"""Books are read in foliate-js as a reader reads them: from the first page to the last, by the contents, along links,
with notes that pop up.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

import pytest

from notebook_compile.model import Chapter, Part

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Made
    from .foliate import Entry, Foliate, Place

# Chapters of `tests/pdf/constructs` and the notes that pop up in them: the mark's link, and the note as it was written.
CONSTRUCTED = {
    "Footnotes": {
        "fnref1-1": "1. First, at [00:01:00].",
        "fnref1-2": "1. First, at [00:01:00].",
        "fnref2-1": "2. Second, with a mark3 in it. a list of two and code and a quote and a table 1 2",
        "fnref3-2": "3. Third, with a formula 𝑥 2 and crab.",
        "fnref4-1": "4. 00:00:10",
        "fnref5-1": "5. with stress, code and a link",
        "fnref6-1": (
            "6. Fourth, which is long. The footnotes of old books were longer than their texts, and those who wrote "
            "them knew that nobody would read them, and wrote them all the more freely for it. Some of the best jokes "
            "of the century stand there. It has two paragraphs."
        ),
        "fnref7-1": (
            "7. Fifth: https://example.org/a/very/long/address/that/goes/on/and/on/until/it/has/to/be/broken/somewhere"
            "?and=has&more=to#say."
        ),
        "fnref8-1": "8. Sixth.",
        "fnref9-1": "9. Seventh.",
        "fnref10-1": "10. Eighth.",
        "fnref11-1": "11. Ninth, at [00:02:00] and [00:03:00].",
        "fnref12-1": "12. Tenth.",
        "fnref13-1": "13. Eleventh.",
        "fnref14-1": "14. Twelfth.",
    },
    "Quotes": {"fnref1-1": "1. Quoted in a footnote."},
    "Headings of every level": {"fnref3-1": "3. A heading's footnote stands on the page of the heading."},
    "Tables": {"fnref1-1": "1. A footnote of a table.", "fnref1-2": "1. A footnote of a table."},
    "Embeds": {"fnref2-1": "2. An embedded footnote."},
}
BROWN = (
    "1. T. Graham Brown, “The intrinsic factors in the act of progression in the mammal”, Proceedings of the Royal "
    "Society B 84 (1911), 308–319. His films of walking cats were found in an attic and shown again decades later."
)
REGION = "2. The mesencephalic locomotor region. The same spot is known in fish, birds and monkeys."


@pytest.fixture(scope="module", params=["sample", "constructs"])
def made(request: pytest.FixtureRequest) -> Made:
    book: Made = request.getfixturevalue(request.param)
    return book


@pytest.fixture(scope="module")
def reader(made: Made, opened: Callable[..., Foliate]) -> Foliate:
    return opened(made.epub)


def href_of(reader: Foliate, title: str) -> str:
    """Where the contents lead under a title."""
    return next(entry.href for entry in flat(reader.contents) if entry.label == title)


def flat(entries: tuple[Entry, ...]) -> list[Entry]:
    return [each for entry in entries for each in (entry, *flat(entry.below))]


@pytest.fixture(scope="module")
def read(reader: Foliate) -> list[Place]:
    """Every page, from the cover to the last."""
    return list(reader.pages())


def test_every_document_is_read_to_the_end_without_an_error(reader: Foliate, read: list[Place]) -> None:
    assert [number for number, _ in itertools.groupby(place.section for place in read)] == list(
        range(len(reader.sections))
    )
    fractions = [place.fraction for place in read]
    assert fractions == sorted(set(fractions))
    assert fractions[-1] == pytest.approx(1)
    assert reader.errors == []


def test_contents_have_two_levels_and_every_part_and_chapter(reader: Foliate, made: Made) -> None:
    assert reader.title == made.book.title
    chapters = [entry.title for entry in made.book.entries if isinstance(entry, Chapter)]
    parts = [entry.title for entry in made.book.entries if isinstance(entry, Part)]
    labels = [entry.label for entry in flat(reader.contents)]
    assert [label for label in labels if label in chapters] == chapters
    assert [part for part in parts if not any(label.endswith(part) for label in labels)] == []
    assert any(entry.below for entry in reader.contents)
    assert not any(below.below for entry in reader.contents for below in entry.below)


def test_each_entry_of_the_contents_leads_to_its_title(reader: Foliate) -> None:
    for entry in flat(reader.contents):
        title = entry.label.rpartition(" · ")[2]
        place = reader.go_to(entry.href)
        assert place.chapter == entry.label
        assert squeezed(title) in squeezed(place.text), entry.label


def squeezed(text: str) -> str:
    return re.sub(r"\W", "", text).casefold()


def test_landmarks_lead_to_cover_contents_and_text(reader: Foliate) -> None:
    landmarks = {kind: entry.href for entry in reader.landmarks for kind in entry.type}
    assert {"cover", "toc", "bodymatter"} <= landmarks.keys()
    order = [reader.go_to(landmarks[kind]).section for kind in ("cover", "bodymatter")]
    assert order[0] == 0 < order[1]
    assert "Contents" in reader.go_to(landmarks["toc"]).text


def test_pages_of_the_pdf_are_told_while_reading(reader: Foliate, made: Made, read: list[Place]) -> None:
    labels = [entry.label for entry in reader.page_list]
    assert labels == [label for label in made.pages if label in labels]
    assert bool(labels) == bool(made.pages)
    # A page's break may lack only where the EPUB has nothing of it, as before its title page.
    assert len(labels) >= len(made.pages) * 0.8
    told = [label for label, _ in itertools.groupby(place.page for place in read if place.page)]
    assert told == [label for label in labels if label in told]


def test_links_are_followed_to_their_chapters_and_back(made: Made, reader: Foliate) -> None:
    """Each chapter's first link to another, and its first to a section."""
    titles = {entry.title for entry in made.book.entries if isinstance(entry, Chapter)}
    followed = 0
    for entry in [entry for entry in flat(reader.contents) if entry.label in titles]:
        reader.go_to(entry.href)
        links = {link.href for link in reader.links if re.fullmatch(r"c\d+\.xhtml(#c.*)?", link.href)}
        for fragment in (False, True):
            href = min((link for link in links if ("#" in link) is fragment), default="")
            if not href:
                continue
            link = f'a[href="{href}"]'
            before = reader.turn_to(link)
            place = reader.follow(link)
            assert reader.sections[place.section].endswith(href.partition("#")[0])
            assert place != before
            assert reader.go_back() == before
            followed += 1
    assert followed > 5


def test_only_marks_of_notes_pop_up(reader: Foliate) -> None:
    """Whatever else is a link, as a cross-reference, "Referenced from" or a way back, is followed."""
    marks = others = 0
    for number in range(len(reader.sections)):
        reader.go_to(number)
        for link in reader.links:
            assert link.note is (link.role == "doc-noteref"), (reader.sections[number], link)
            marks += link.note
            others += not link.note
    assert marks > 50 < others


@pytest.mark.parametrize("title", CONSTRUCTED)
def test_notes_pop_up_as_they_were_written(title: str, constructs: Made, opened: Callable[..., Foliate]) -> None:
    reader = opened(constructs.epub)
    reader.go_to(href_of(reader, title))
    for mark, text in CONSTRUCTED[title].items():
        note = reader.open_note(f"#{mark}")
        assert (note.text, note.type, note.hidden) == (text, "footnote", True)
        assert mark.startswith(f"fnref{note.id.removeprefix('fn')}-")
    assert reader.errors == []


def test_notes_and_moments_of_a_chapter_pop_up(sample: Made, opened: Callable[..., Foliate]) -> None:
    """In the order of their marks; and the way from a note in the text back to its mark."""
    reader = opened(sample.epub)
    start = reader.go_to(href_of(reader, "Central Pattern Generators"))
    marks = [link.id for link in reader.links if link.note]
    notes = [reader.open_note(f"#{mark}").text for mark in marks]
    assert notes == [BROWN, REGION, "3. 00:22:20", "4. 00:22:00"]
    reader.go_to(f"{reader.sections[start.section]}#fn1")
    back = reader.follow('#fn1 a[href="#fnref1-1"]')
    assert "nerves cut1." in back.text
    assert reader.errors == []
