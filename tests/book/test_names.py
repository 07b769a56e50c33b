"""Names: which note a link means, from the strictest rule to the loosest, and which of several."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notebook_compile.book.names import Answer, Names, loose
from notebook_compile.model import Note

NOTES = (
    Note("index.md", "Index", ""),
    Note("Tide Pools.md", "Life Between the Tides", "", aliases=("Rock Pools", "shared")),
    Note("shore/Dunes.md", "Hills of Sand", "", aliases=("shared",)),
    Note("marsh/Dunes.md", "Dunes", ""),
    Note("marsh/Reed_bed.md", "Reeds", ""),
    Note("marsh/deep/Mud.md", "Mud", ""),
    Note("deep/er/Mud.md", "Mud", ""),
    Note("C# and F#.md", "C# and F#", ""),
    Note("Übergang.md", "Übergang", ""),
    Note("v1.2 notes.md", "v1.2 notes", ""),
)
FILES = ("chart.pdf", "shore/crab.png", "marsh/crab.png", "marsh/only here.PNG")
names = Names(NOTES, FILES)


@pytest.mark.parametrize(
    ("target", "source", "path"),
    [
        ("Tide Pools", "index.md", "Tide Pools.md"),
        ("Tide Pools.md", "index.md", "Tide Pools.md"),
        ("tide pools", "marsh/Dunes.md", "Tide Pools.md"),
        ("shore/Dunes", "marsh/Dunes.md", "shore/Dunes.md"),
        ("/shore/Dunes", "index.md", "shore/Dunes.md"),
        ("../shore/Dunes", "marsh/Dunes.md", "shore/Dunes.md"),
        ("./deep/Mud", "marsh/Dunes.md", "marsh/deep/Mud.md"),
        ("deep/Mud", "marsh/Dunes.md", "marsh/deep/Mud.md"),
        ("deep/Mud", "index.md", "marsh/deep/Mud.md"),
        ("Dunes", "marsh/Reed_bed.md", "marsh/Dunes.md"),
        ("Dunes", "shore/Other.md", "shore/Dunes.md"),
        ("rock pools", "index.md", "Tide Pools.md"),
        ("tide_pools", "index.md", "Tide Pools.md"),
        ("Tide-Pools", "index.md", "Tide Pools.md"),
        ("Reed bed", "index.md", "marsh/Reed_bed.md"),
        ("hills of sand", "index.md", "shore/Dunes.md"),
        ("life_between-the tides", "index.md", "Tide Pools.md"),
        ("C# and F#", "index.md", "C# and F#.md"),
        ("U\u0308bergang", "index.md", "Übergang.md"),
        ("v1.2 notes", "index.md", "v1.2 notes.md"),
        ("elsewhere/Reed_bed", "index.md", "marsh/Reed_bed.md"),
    ],
)
def test_a_name_means_one_note(target: str, source: str, path: str) -> None:
    assert names.note(target, source) == Answer(path)


@pytest.mark.parametrize("target", ["Volcanoes", "", "..", "/", "crab.png", "Dune"])
def test_a_name_means_no_note(target: str) -> None:
    assert names.note(target, "index.md") is None


@pytest.mark.parametrize(
    ("target", "answer"),
    [
        ("Dunes", Answer("marsh/Dunes.md", ("shore/Dunes.md",))),
        ("Mud", Answer("deep/er/Mud.md", ("marsh/deep/Mud.md",))),
        ("shared", Answer("Tide Pools.md", ("shore/Dunes.md",))),
    ],
)
def test_of_several_notes_the_shortest_path_is_taken(target: str, answer: Answer) -> None:
    assert names.note(target, "elsewhere/x.md") == answer


def test_which_notes_come_first_in_the_folder_changes_nothing() -> None:
    turned = Names(NOTES[::-1], FILES[::-1])
    for target in ("Dunes", "Mud", "shared", "Tide Pools"):
        one, other = names.note(target, "else/x.md"), turned.note(target, "else/x.md")
        assert one
        assert other
        assert (one.path, set(one.others)) == (other.path, set(other.others))
    assert names.file("crab.png", "index.md") == turned.file("crab.png", "index.md")


@pytest.mark.parametrize(
    ("target", "source", "file"),
    [
        ("chart.pdf", "marsh/Dunes.md", "chart.pdf"),
        ("CHART.PDF", "index.md", "chart.pdf"),
        ("crab.png", "shore/Dunes.md", "shore/crab.png"),
        ("shore/crab.png", "marsh/Dunes.md", "shore/crab.png"),
        ("../shore/crab.png", "marsh/Dunes.md", "shore/crab.png"),
        ("only here.png", "index.md", "marsh/only here.PNG"),
        ("images/only here.png", "index.md", "marsh/only here.PNG"),
        ("crab.png", "index.md", "marsh/crab.png"),
        ("gull.png", "index.md", None),
        ("", "index.md", None),
    ],
)
def test_files(target: str, source: str, file: str | None) -> None:
    assert names.file(target, source) == file


@pytest.mark.parametrize(
    ("target", "near"),
    [
        ("Tied Pools", "Tide Pools.md"),
        ("reedbed", "marsh/Reed_bed.md"),
        ("Hill of Sand", "shore/Dunes.md"),
        ("xyz", None),
    ],
)
def test_the_nearest_name(target: str, near: str | None) -> None:
    assert names.nearest(target) == near


def test_an_empty_notebook_has_no_names() -> None:
    nothing = Names((), ())
    assert (nothing.note("a", "b.md"), nothing.file("a", "b.md"), nothing.nearest("a")) == (None, None, None)


@settings(derandomize=True)
@given(st.text(max_size=12), st.text("a/.", max_size=6))
def test_any_name_has_an_answer_or_none(target: str, source: str) -> None:
    answer = names.note(target, source)
    assert answer is None or answer.path in {note.path for note in NOTES}
    assert names.file(target, source) in {None, *FILES}
    assert loose(loose(target)) == loose(target)
