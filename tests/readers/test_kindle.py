"""What a Kindle gets: calibre makes an AZW3 of the EPUB, and foliate-js reads it, with its contents and its pop-ups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from .checkers import to_azw3
from .conftest import CONSTRUCTS, SAMPLE, Made, make
from .test_reading import BROWN, CONSTRUCTED, REGION, flat, href_of, squeezed

if TYPE_CHECKING:
    from collections.abc import Callable

    from .foliate import Entry, Foliate

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Converted:
    """A book, and the reader that has its AZW3 open."""

    made: Made
    kindle: Foliate


@pytest.fixture(scope="module")
def sample(opened: Callable[..., Foliate], tmp_path_factory: pytest.TempPathFactory) -> Converted:
    made = make(SAMPLE, profile="kindle")
    return Converted(made, opened(to_azw3(made.epub, tmp_path_factory.mktemp("sample")), "book.azw3"))


@pytest.fixture(scope="module")
def constructs(opened: Callable[..., Foliate], tmp_path_factory: pytest.TempPathFactory) -> Converted:
    made = make(CONSTRUCTS, profile="kindle")
    return Converted(made, opened(to_azw3(made.epub, tmp_path_factory.mktemp("constructs")), "book.azw3"))


def outline(entries: tuple[Entry, ...]) -> list[object]:
    return [(entry.label, outline(entry.below)) for entry in entries]


@pytest.mark.parametrize("name", ["sample", "constructs"])
def test_contents_are_kept_and_lead_to_their_titles(
    name: str, request: pytest.FixtureRequest, opened: Callable[..., Foliate]
) -> None:
    book: Converted = request.getfixturevalue(name)
    assert outline(book.kindle.contents) == outline(opened(book.made.epub).contents)
    for entry in flat(book.kindle.contents):
        assert squeezed(entry.label.rpartition(" · ")[2]) in squeezed(book.kindle.go_to(entry.href).text), entry.label
    assert book.kindle.errors == []


@pytest.mark.parametrize("title", CONSTRUCTED)
def test_notes_pop_up_as_they_were_written(title: str, constructs: Converted) -> None:
    kindle = constructs.kindle
    kindle.go_to(href_of(kindle, title))
    for mark, text in CONSTRUCTED[title].items():
        note = kindle.open_note(f"#{mark}")
        # MathML comes without its namespace, so its letters are not set as variables.
        assert (note.text, note.type, note.hidden) == (text.replace("𝑥 2", "x2"), "footnote", True)
    assert kindle.errors == []


def test_notes_and_moments_of_a_chapter_pop_up(sample: Converted) -> None:
    kindle = sample.kindle
    kindle.go_to(href_of(kindle, "Central Pattern Generators"))
    marks = [link.id for link in kindle.links if link.note]
    assert [kindle.open_note(f"#{mark}").text for mark in marks] == [BROWN, REGION, "3. 00:22:20", "4. 00:22:00"]


def test_cross_references_are_followed(sample: Converted) -> None:
    kindle = sample.kindle
    kindle.go_to(href_of(kindle, "The Stretch Reflex"))
    link = next(link for link in kindle.links if link.text == "motor neurons")
    assert not link.note
    assert kindle.follow(f'a[href="{link.href}"]').chapter == "Lower Motor Neurons"
