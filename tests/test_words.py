"""The fixed words: every catalogue is whole, and languages fall back to what they are a variety of."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from notebook_compile.words import Word, words

LANGUAGES = ["ar", "de", "es", "fr", "he", "hi", "it", "ja", "pt", "ru", "zh"]
LOCALES = Path(str(files("notebook_compile"))) / "locales"


def test_catalogues() -> None:
    assert sorted(file.name for file in LOCALES.iterdir()) == [f"{language}.po" for language in LANGUAGES]


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_is_whole(language: str) -> None:
    with (LOCALES / f"{language}.po").open("rb") as lines:
        catalogue = read_po(lines, abort_invalid=True)
    messages = {str(message.id): message for message in catalogue if message.id}
    assert set(messages) == set(get_args(Word))
    assert catalogue.locale_identifier == language
    for word, message in messages.items():
        assert str(message.string).strip()
        assert not message.fuzzy
        assert re.findall(r"\{\w+\}", str(message.string)) == re.findall(r"\{\w+\}", word)


def test_english_is_the_source() -> None:
    assert words("en")("p. {page}", page=42) == "p. 42"
    assert words("en-GB")("Contents") == "Contents"


def test_values_are_only_text() -> None:
    assert words("de")("From {title}", title="{page} \\1 {title}") == "Aus {page} \\1 {title}"


@pytest.mark.parametrize(
    ("language", "tag", "contents", "direction"),
    [
        ("de", "de", "Inhalt", "ltr"),
        ("pt-BR", "pt-BR", "Sumário", "ltr"),
        ("zh_Hant_TW", "zh-Hant-TW", "目录", "ltr"),
        ("DE", "DE", "Inhalt", "ltr"),
        ("ar-EG", "ar-EG", "المحتويات", "rtl"),
        ("he", "he", "תוכן העניינים", "rtl"),
        ("fa", "fa", "Contents", "rtl"),
        ("tlh", "tlh", "Contents", "ltr"),
        ("../../etc", "und", "Contents", "ltr"),
        ("", "und", "Contents", "ltr"),
    ],
)
def test_languages(language: str, tag: str, contents: str, direction: str) -> None:
    found = words(language)
    assert (found.language, found("Contents"), found.direction) == (tag, contents, direction)


def test_read_once() -> None:
    assert words("fr") is words("fr")


@given(st.text(max_size=20))
def test_any_language_has_words(language: str) -> None:
    assert words(language)("Cover")
