"""Who made a book, read from its settings; what it is about, from its tags."""

from __future__ import annotations

import pytest

from notebook_compile.book.contributors import ROLES, read_contributor
from notebook_compile.book.subjects import MOST, subjects
from notebook_compile.model import Chapter, Contributor, Text


@pytest.mark.parametrize(
    ("written", "contributor"),
    [
        ("Ana Lima", Contributor("Ana Lima")),
        ("Ana Lima (author)", Contributor("Ana Lima")),
        ("Bo Ek (translator)", Contributor("Bo Ek", "trl")),
        ("Bo Ek(Translator)", Contributor("Bo Ek", "trl")),
        ("Bo Ek (trl)", Contributor("Bo Ek", "trl")),
        ("Bo Ek (trans.)", Contributor("Bo Ek", "trl")),
        ("Cy Oz (foreword)", Contributor("Cy Oz", "wfw")),
        ("Ana Lima [Lima, Ana]", Contributor("Ana Lima", "aut", "Lima, Ana")),
        ("山田花子 [やまだ はなこ] (editor)", Contributor("山田花子", "edt", "やまだ はなこ")),
        ("Pliny (the elder)", Contributor("Pliny (the elder)")),
        ("Pliny (the elder) (author)", Contributor("Pliny (the elder)")),
        ("Lima, Ana", Contributor("Lima, Ana")),
        ("(editor)", Contributor("(editor)")),
        ("A []", Contributor("A []")),
    ],
)
def test_an_entry(written: str, contributor: Contributor) -> None:
    assert read_contributor(written) == contributor


def test_each_word_means_one_role() -> None:
    words = [word for code, words in ROLES.items() for word in (code, *words)]
    assert len(words) == len(set(words))


def chapter(*tags: str) -> Chapter:
    return Chapter(1, "", 0, "", "", None, Text(), tags=tags)


def test_the_subjects_are_the_tags_of_the_index_note() -> None:
    assert subjects(["anatomy/spine", "Nerves", "nerves", " / "], [chapter("other")]) == ("anatomy / spine", "Nerves")


def test_without_tags_of_the_index_those_of_most_chapters_come_first() -> None:
    chapters = [chapter("once", "Often"), chapter("often", "a/b", "often"), chapter("a/b"), chapter("often")]
    assert subjects((), chapters) == ("Often", "a / b", "once")


def test_there_are_not_too_many_subjects() -> None:
    assert len(subjects((), [chapter(*map(str, range(100)))])) == MOST
    assert len(subjects(map(str, range(100)), ())) == 100  # the author wants all of them
    assert subjects((), ()) == ()
