"""No checker finds anything in the books of whole notebooks: EPUBCheck, Ace, calibre's Check Book."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .checkers import ace, check_book, epubcheck, kindle_faults
from .conftest import CHROMIUM, CONSTRUCTS, NOTEBOOKS, ROOT, SAMPLE, make

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .conftest import Made

MANY = 100  # chapters that Ace reads in a minute or two
# What makes a note odd: how often it has it.
ODDITIES = {
    "tables": re.compile(r"^[ >]*\|.*\|[ ]*$", re.M),
    "callouts": re.compile(r"^[ >]*\[!", re.M),
    "formulas": re.compile(r"\$"),
    "fences": re.compile(r"^[ >]*(?:```|~~~)", re.M),
    "a fence round the whole note": re.compile(r"\A(?:---\n.*?\n---\n)?\s*```", re.S),
    "HTML": re.compile(r"<(?!a class=\"yt-timestamp\"|br)/?[A-Za-z][^>\n]*>"),
    "tags never closed": re.compile(r"<(?![^<>\n]*>)[a-z]+"),
    "times": re.compile(r"yt-timestamp"),
    "pictures": re.compile(r"!\[|<img"),
    "footnotes": re.compile(r"\[\^|\^\["),
    "headings": re.compile(r"^#+ ", re.M),
    "deep headings": re.compile(r"^#{4,} ", re.M),
    "deep lists": re.compile(r"^ {8,}[-*\d]", re.M),
    "letters of other scripts": re.compile(r"[^\x00-\u024f\u2000-\u22ff]"),
}


def odd_notes(folders: Iterable[Path], count: int) -> list[Path]:
    """Of each oddity in turn the note that has most of it, until there are enough."""
    notes = {
        file: file.read_text(encoding="utf-8", errors="replace") for each in folders for file in each.rglob("*.md")
    }
    ranks = [
        sorted(notes, key=lambda file: (-len(oddity.findall(notes[file])), file.name)) for oddity in ODDITIES.values()
    ]
    found: dict[Path, None] = {}
    for place in range(len(notes)):
        for rank in ranks:
            if len(found) < count:
                found.setdefault(rank[place])
    return list(found)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """One book of every note that the project has as an example or as a test, in order of their folders."""
    folder = tmp_path_factory.mktemp("books") / "Ours"
    for each in (SAMPLE, CONSTRUCTS, *sorted((ROOT / "tests" / "notebooks").iterdir())):
        if each.is_dir():
            shutil.copytree(each, folder / each.name)
    return make(folder)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """One book of the oddest notes of the large notebooks."""
    if not NOTEBOOKS:
        pytest.skip("NOTEBOOKS names no folder of notebooks")
    folder = tmp_path_factory.mktemp("books") / "Odd"
    folder.mkdir()
    for number, note in enumerate(odd_notes(NOTEBOOKS, MANY)):
        shutil.copyfile(note, folder / f"{number:03} {note.name}")
    return make(folder)


@pytest.mark.parametrize("name", ["sample", "constructs", "ours"])
def test_epubcheck_finds_nothing(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    made: Made = request.getfixturevalue(name)
    assert epubcheck(made.epub, tmp_path) == []


def test_a_book_for_kindle_keeps_to_the_guidelines() -> None:
    assert kindle_faults(make(CONSTRUCTS, profile="kindle").epub) == []


@pytest.mark.slow
def test_epubcheck_finds_nothing_in_the_oddest_notes(odd: Made, tmp_path: Path) -> None:
    assert len(list(odd.book.chapters)) == MANY
    assert epubcheck(odd.epub, tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ours", "odd"])
def test_ace_finds_nothing(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    made: Made = request.getfixturevalue(name)
    assert ace(made.epub, tmp_path, CHROMIUM) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sample", "constructs"])
def test_calibre_finds_nothing(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    made: Made = request.getfixturevalue(name)
    assert check_book(made.epub, tmp_path) == []
