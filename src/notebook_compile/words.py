"""The fixed words of a book in its language: "Contents", "p. 42".

A language tag comes in, a lookup from English to that language goes out. The words stand in gettext catalogues
(`locales/*.po`), read as they are: there is no compiled file that could be out of date.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

from babel import Locale, UnknownLocaleError
from babel.messages.pofile import read_po

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Direction = Literal["ltr", "rtl"]

Word = Literal[
    "p. {page}",
    "pp. {pages}",
    ", ",
    "Contents",
    "Pages",
    "Part {number}",
    "Chapter {number}",
    "Cover",
    "Title page",
    "Introduction",
    "Notes",
    "Start of text",
    "Referenced from",
    "Referenced from p. {page}",
    "Referenced from pp. {pages}",
    "and {number} more",
    "see {title}",
    "Back to text",
    "Video",
    "Videos",
    "QR codes",
    "QR code: {address}",
    "Tags",
    "Index",
    "Colophon",
    "This book was compiled from notes by {program}.",
    "Set in {fonts}.",
    "Footnote {number}",
    "From {title}",
    "Image",
    "Landmarks",
    "Headings, links and a table of contents give this book its structure.",
    "Every image has a text that stands for it.",
    "Some images have no text that stands for them.",
    "Edited by {names}",
    "Compiled by {names}",
    "Translated by {names}",
    "Illustrated by {names}",
    "Photographs by {names}",
    "Narrated by {names}",
    "Cover by {names}",
    "Foreword by {names}",
    "Preface by {names}",
    "Introduction by {names}",
    "Afterword by {names}",
    "With contributions by {names}",
    "{series}, volume {number}",
    "Edition of {date}",
    "Its pages are numbered as in print.",
    "This chapter could not be laid out.",
]

# BCP 47 leaves much more open; this is the form that every tag has: subtags of letters and digits, joined by hyphens.
_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; a word that its catalogue lacks stays English."""

    language: str  # BCP 47, well formed
    direction: Direction
    catalogue: Mapping[str, str] = field(repr=False)

    def __call__(self, word: Word, **values: object) -> str:
        """The word in this language, with its `{...}` filled in."""
        text = self.catalogue.get(word) or word
        # Not str.format: a title that holds a brace is only text.
        return re.sub(r"\{(\w+)\}", lambda match: str(values[match[1]]), text)


@cache
def words(language: str) -> Words:
    """The words of a language: those of the tag itself (`pt-BR`), of what it is a variety of (`pt`), else English."""
    tag = language.strip().replace("_", "-")
    tag = tag if _TAG.fullmatch(tag) else "und"
    return Words(tag, _direction(tag), _catalogue(tag))


def text_direction(text: str) -> Direction | None:
    """Which way a text runs, by the first letter that says so (Unicode Bidirectional Algorithm, P2); else None."""
    kinds = (unicodedata.bidirectional(character) for character in text)
    first = next((kind for kind in kinds if kind in ("L", "R", "AL")), None)
    return None if first is None else "ltr" if first == "L" else "rtl"


def _catalogue(tag: str) -> Mapping[str, str]:
    """The catalogue of the longest beginning of a tag that has one; empty for English and for unknown languages."""
    for name in _beginnings(tag):
        file = files(__package__) / "locales" / f"{name.lower()}.po"
        if file.is_file():
            with file.open("rb") as lines:
                return {str(message.id): str(message.string) for message in read_po(lines) if message.id}
    return {}


def _beginnings(tag: str) -> Iterator[str]:
    subtags = tag.split("-")
    for end in range(len(subtags), 0, -1):
        yield "-".join(subtags[:end])


def _direction(tag: str) -> Direction:
    for name in _beginnings(tag):
        try:
            return "rtl" if Locale.parse(name, sep="-").text_direction == "rtl" else "ltr"
        except (UnknownLocaleError, ValueError):
            continue
    return "ltr"
