"""How the entries of an index are sorted, and under which letter each stands.

A text and the book's language come in, a sort key or a heading goes out. Case, accents and punctuation do not count,
numbers stand in their natural order. Never: articles, and readings of ideographs, which no rule gives.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from notebook_compile.notes.folder import natural_key

SortKey = tuple[tuple[tuple[int, int, str], ...], str, str]

SIGNS, DIGITS, IDEOGRAPHS = "#", "0–9", "字"

_SEEN = 200  # characters; normalising takes the square of the combining ones
_LAST = "\U0010fffd"  # behind every letter
# Letters that NFKD leaves whole, and katakana, which is sorted as hiragana.
_WHOLE = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}) | {
    katakana: katakana - 0x60 for katakana in range(0x30A1, 0x30F7)
}
# Letters that are none with an accent: they stand behind all words of the letter that they look like.
_OWN = {"es": {"ñ": "n"}, "ru": {"й": "и"}}
# Vowel signs and the virama of Indic scripts are letters to whoever sorts them.
_LETTER_MARKS = (0, 9)  # canonical combining classes


def sort_key(text: str, language: str) -> SortKey:
    """What a text is sorted by; different texts have different keys."""
    return natural_key(_plain(text, language)), text.casefold(), text


def heading(text: str, language: str) -> str:
    """The letter that a text stands under in an index; one heading each for signs, digits and ideographs."""
    plain = _plain(text, language)
    first = plain[:1]
    if not first:
        return SIGNS
    if first.isdecimal():
        return DIGITS
    if unicodedata.name(first, "").startswith("CJK"):
        return IDEOGRAPHS
    if plain[1:2] == _LAST:
        first = next(letter for letter, like in _own(language).items() if like == first)
    return first.title()


def _plain(text: str, language: str) -> str:
    """The letters and digits of a text, in small letters without accents, and one blank between its words."""
    own = _own(language)
    characters = unicodedata.normalize("NFC", text[:_SEEN]).casefold()
    letters = (f"{own[each]}{_LAST}" if each in own else _bare(each) for each in characters)
    return " ".join("".join(letters).split())


def _own(language: str) -> dict[str, str]:
    return _OWN.get(language.partition("-")[0].lower(), {})


@lru_cache(maxsize=4096)
def _bare(character: str) -> str:
    pieces = unicodedata.normalize("NFKD", character).casefold().translate(_WHOLE)
    return "".join(each if _is_letter(each) else "" if unicodedata.combining(each) else " " for each in pieces)


def _is_letter(character: str) -> bool:
    is_mark = unicodedata.category(character).startswith("M")
    return character.isalnum() or (is_mark and unicodedata.combining(character) in _LETTER_MARKS)
