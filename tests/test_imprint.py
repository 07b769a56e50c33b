"""What title page and colophon say, in the book's language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from notebook_compile import __version__
from notebook_compile.book.contributors import ROLES
from notebook_compile.imprint import colophon, credits_of, date_text, series_of
from notebook_compile.model import Book, Contributor, Text
from notebook_compile.words import words

BARE = Book("Title", "en", Text(), ())
FULL = replace(
    BARE,
    authors=("Ana Lima", "Cy Oz"),
    contributors=(Contributor("Bo Ek", "trl"), Contributor("Di Po", "edt"), Contributor("Eu Vo", "trl")),
    publisher="Small Press",
    description="About it.",
    rights="CC BY 4.0",
    series="The Body",
    series_number="3",
    date="2026-05-01",
    isbn="978-3-16-148410-0",
    identifier="urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e",
    modified=1_700_000_000,
)


def said(book: Book) -> list[str]:
    return [line.text for line in colophon(book, words(book.language))]


def test_all_that_is_known() -> None:
    assert said(FULL) == [
        "Ana Lima, Cy Oz",
        "Translated by Bo Ek, Eu Vo",
        "Edited by Di Po",
        "The Body, volume 3",
        "About it.",
        "CC BY 4.0",
        "Small Press, May 1, 2026",
        "ISBN 978-3-16-148410-0",
        "Edition of November 14, 2023",
        f"This book was compiled from notes by notebook-compile {__version__}.",
        "urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e",
    ]


def test_nothing_else() -> None:
    assert said(BARE) == [f"This book was compiled from notes by notebook-compile {__version__}."]


def test_a_book_without_a_date_is_of_the_year_of_its_edition() -> None:
    assert "Small Press, 2023" in said(replace(FULL, date=""))
    assert "May 2026" in said(replace(FULL, date="2026-05", publisher=""))


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("de", ["Übersetzt von Bo Ek, Eu Vo", "The Body, Band 3", "Small Press, 1. Mai 2026"]),
        ("ja", ["翻訳：Bo Ek、Eu Vo", "The Body 第3巻", "2023年11月14日版"]),
        ("he", ["תרגום: Bo Ek, Eu Vo", "The Body, כרך 3", "מהדורה מיום 14 בנובמבר 2023"]),
        ("tlh", ["Translated by Bo Ek, Eu Vo", "Small Press, 2026-05-01"]),
    ],
)
def test_in_the_book_s_language(language: str, lines: list[str]) -> None:
    assert set(lines) <= set(said(replace(FULL, language=language)))


def test_every_role_has_its_words() -> None:
    for role in set(ROLES) - {"aut"}:
        (credit,) = credits_of(replace(BARE, contributors=(Contributor("Bo Ek", role),)), words("en"))
        assert credit.endswith("Bo Ek")


def test_a_series_may_have_no_numbers() -> None:
    assert series_of(replace(BARE, series="The Body"), words("de")) == "The Body"
    assert series_of(replace(BARE, series_number="3"), words("de")) == ""


@pytest.mark.parametrize(
    ("written", "text"), [("2026", "2026"), ("2026-05", "mayo de 2026"), ("2026-05-01", "1 de mayo de 2026"), ("", "")]
)
def test_dates(written: str, text: str) -> None:
    assert date_text(written, words("es")) == text
