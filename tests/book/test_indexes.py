"""What the back matter lists: backlinks, tags, titles, videos, and in which order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notebook_compile.book.collation import heading, sort_key
from notebook_compile.book.indexes import FEW, Entry, Group, referenced_from, tags_index, title_index, videos
from notebook_compile.compiler import compile_notebook
from notebook_compile.model import Book, Chapter, CrossReference, Moment, Part, Resolved, Text


def chapter(number: int, title: str = "", **others: object) -> Chapter:
    made = Chapter(number, title or f"Chapter {number}", 0, f"c{number}", f"{number}.md", None, Text())
    return replace(made, **others)  # type: ignore[arg-type]


def part(number: int, title: str, video: str | None) -> Part:
    return Part(number, title, 0, f"p{number}", video, Text())


def book(*entries: Part | Chapter, language: str = "en") -> Book:
    return Book("A Book", language, Text(), entries)


def titled(*titles: str, language: str = "en") -> Book:
    """A book of these chapters, and of others that start with Z, so many that there is an index."""
    rest = [f"Zz {number}" for number in range(FEW, 0, -1)]
    return book(*(chapter(number, title) for number, title in enumerate([*titles, *rest], 1)), language=language)


def shown(groups: tuple[Group, ...]) -> dict[str, list[tuple[int, str, list[int]]]]:
    """Of each letter the entries: level, text, numbers of chapters."""
    return {group.heading: [line(entry) for entry in group.entries] for group in groups}


def line(entry: Entry) -> tuple[int, str, list[int]]:
    return entry.level, entry.text, [each.number for each in entry.chapters]


# --- backlinks --------------------------------------------------------------------------------------------


def text(*references: Resolved) -> Text:
    """References in the order in which they are given, the last of them first in the list behind the text."""
    last = len(references) - 1
    body = "".join(f'<ref n="{last - index}">x</ref>' for index in range(len(references)))
    return Text(f"<p>{body}</p>", references[::-1])


def to(target: int, number: int) -> CrossReference:
    return CrossReference(f"c{target}", f"c{target}-place", number=number)


def test_each_chapter_that_refers_to_another_is_named_once_with_its_first_reference() -> None:
    chapters = [
        chapter(1, text=text(to(3, 7), to(3, 2), to(1, 4))),
        chapter(2, text=text(to(1, 9))),
        chapter(3, text=text(to(3, 1), to(1, 5)), footnotes=(text(to(2, 8)), Moment("https://youtu.be/x", 1))),
    ]
    assert referenced_from(chapters) == {"c3": (("c1", 7),), "c1": (("c2", 9), ("c3", 5)), "c2": (("c3", 8),)}


def test_a_reference_in_the_text_goes_before_one_in_a_footnote() -> None:
    assert referenced_from([chapter(1, text=text(to(2, 5)), footnotes=(text(to(2, 1)),))]) == {"c2": (("c1", 5),)}


def test_what_no_text_uses_does_not_count() -> None:
    assert referenced_from([chapter(1, text=Text("<p>x</p>", (to(2, 1),)))]) == {}


def test_chapters_know_their_backlinks_aliases_and_tags(tmp_path: Path) -> None:
    (tmp_path / "index.md").write_text("- [[one]]\n- [[two]]\n", encoding="utf-8")
    (tmp_path / "one.md").write_text("---\naliases: [First]\ntags: [a/b]\n---\nSee [[two]], #c.\n", encoding="utf-8")
    (tmp_path / "two.md").write_text("Text.\n", encoding="utf-8")
    one, two = compile_notebook(tmp_path, {}, lambda *_: None)[0].book.chapters
    (reference,) = (each for each in one.text.references if isinstance(each, CrossReference))
    assert (one.referenced_from, two.referenced_from) == ((), ((one.anchor, reference.number),))
    assert (one.aliases, one.tags) == (("First",), ("a/b", "c"))


# --- titles -----------------------------------------------------------------------------------------------


def test_titles_stand_under_their_letters() -> None:
    found = shown(title_index(titled("beta", "Éclair", "edit", "10 ways", "2 ways", "…", "«Alpha»", "E 10", "E 9")))
    del found["Z"]
    assert found == {
        "#": [(0, "…", [6])],
        "0–9": [(0, "2 ways", [5]), (0, "10 ways", [4])],
        "A": [(0, "«Alpha»", [7])],
        "B": [(0, "beta", [1])],
        "E": [(0, "E 9", [9]), (0, "E 10", [8]), (0, "Éclair", [2]), (0, "edit", [3])],
    }


@pytest.mark.parametrize(
    ("language", "titles", "headings"),
    [
        ("en", "naïve nature ñandú nube", "N"),
        ("es", "nube ñandú oso", "N Ñ O"),
        ("es-MX", "nube Ñandú oso", "N Ñ O"),
        ("ru", "икра яма йога", "И Й Я"),
        ("ja", "がく かさ カメラ 漢字 日本", "か 字"),
        ("de", "Öl Ofen Straße strasse", "O S"),
        ("fr", "œuvre ouvert Ægypte", "A O"),
        ("ar", "أب اب بيت", "ا ب"),
        ("he", "אב בית", "א ב"),
        ("hi", "कला क़लम किताब खेल", "क ख"),
    ],
)
def test_letters(language: str, titles: str, headings: str) -> None:
    ordered = sorted(titles.split(), key=lambda title: sort_key(title, language))
    assert list(dict.fromkeys(heading(title, language) for title in ordered)) == headings.split()


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        ("en", "a B c"),
        ("en", "cote coté côté cotes"),
        ("es", "nz ña o"),
        ("ja", "かさ カメラ かわ"),
        ("hi", "कला काम किताब कुल"),
    ],
)
def test_order(language: str, titles: str) -> None:
    expected = titles.split()
    backwards = expected[::-1]
    assert sorted(backwards, key=lambda title: sort_key(title, language)) == expected


def test_words_count_before_letters() -> None:
    backwards = ["Newark", "New-Zealand", "New York"]
    assert sorted(backwards, key=lambda title: sort_key(title, "en")) == backwards[::-1]


@given(st.lists(st.text(), unique=True, max_size=6), st.sampled_from(["en", "es", "ja", "", "x-"]))
def test_any_titles_have_an_order_and_stand_together_with_their_letter(titles: list[str], language: str) -> None:
    ordered = sorted(titles, key=lambda title: sort_key(title, language))
    backwards = ordered[::-1]
    assert sorted(backwards, key=lambda title: sort_key(title, language)) == ordered
    headings = [heading(title, language) for title in ordered]
    runs = [each for index, each in enumerate(headings) if index == 0 or headings[index - 1] != each]
    assert len(runs) == len(set(runs))


def test_a_long_number_is_no_fault() -> None:
    assert heading("9" * 10_000, "en") == "0–9"
    assert sort_key("9" * 10_000, "en") > sort_key("1", "en")


def test_an_alias_stands_beside_the_titles_unless_it_is_one_but_for_case() -> None:
    many = titled("Epinephrine", "Sleep")
    one, two, *rest = many.chapters
    one = replace(one, aliases=("Adrenaline", "EPINEPHRINE", "adrenaline", " "))
    two = replace(two, aliases=("Sleep?",))
    found = shown(title_index(book(one, two, *rest)))
    assert found["A"] == [(0, "Adrenaline", [1])]
    assert found["E"] == [(0, "Epinephrine", [1])]
    assert found["S"] == [(0, "Sleep", [2]), (0, "Sleep?", [2])]


def test_books_whose_contents_say_as_much_have_no_index_of_titles() -> None:
    many = [chapter(number) for number in range(FEW, 0, -1)]
    assert title_index(book(*many))
    assert title_index(book(*many[1:])) == ()
    assert title_index(book(*many[::-1])) == ()
    assert title_index(book(*many[:0:-1], replace(many[0], aliases=("Last",))))


def test_a_title_without_text_is_left_out() -> None:
    assert "#" not in shown(title_index(titled("a", " ")))


# --- tags -------------------------------------------------------------------------------------------------


def test_tags_are_listed_with_their_chapters_and_nested_ones_below_others() -> None:
    made = book(
        chapter(1, tags=("sleep/rem", "Anatomy")),
        chapter(2, tags=("anatomy", "ANATOMY", "sleep/deep", "body/hand/left/thumb")),
        chapter(3, tags=("sleep", "sleep/REM", "/", "")),
    )
    assert shown(tags_index(made)) == {
        "": [
            (0, "Anatomy", [1, 2]),
            (0, "body", []),
            (1, "hand", []),
            (2, "left/thumb", [2]),
            (0, "sleep", [3]),
            (1, "deep", [2]),
            (1, "rem", [1, 3]),
        ]
    }
    assert tags_index(book(chapter(1))) == ()


def test_many_tags_stand_under_letters_and_nested_ones_with_those_above() -> None:
    many = tuple(f"b{number}" for number in range(FEW))
    found = shown(tags_index(book(chapter(1, tags=("a", "a/zoo", *many)))))
    assert list(found) == ["A", "B"]
    assert found["A"] == [(0, "a", [1]), (1, "zoo", [1])]


def test_nesting_costs_no_time() -> None:
    tags_index(book(chapter(1, tags=("a/" * 100_000,))))


# --- videos -----------------------------------------------------------------------------------------------

ONE, TWO, THREE = (f"https://youtu.be/{letter * 11}" for letter in "abc")


def test_videos_stand_in_the_order_of_their_first_use() -> None:
    made = book(
        chapter(1, footnotes=(Moment(THREE, 5), Moment(f"https://www.youtube.com/watch?v={'b' * 11}", 7))),
        part(1, "A part", ONE),
        chapter(2, "Second", video="a" * 11, footnotes=(Moment(ONE, 1), Moment(TWO, 2))),
        part(2, "Another part", f"{ONE}?t=7"),
        chapter(3, video=None),
    )
    found = [(each.address, each.title, [used.number for used in each.chapters]) for each in videos(made)]
    assert found == [(THREE, "Chapter 1", [1]), (TWO, "", [1, 2]), (ONE, "A part", [2])]


def test_what_is_no_address_is_no_video() -> None:
    assert videos(book(chapter(1, video="not an address", footnotes=(Moment("", 1), Text())))) == ()
