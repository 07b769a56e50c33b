"""The cover's drawing, made from title and authors when the book brings no image.

A book comes in, the lines and shapes of a drawing go out; the template `cover.xhtml` holds the SVG around them. No
font's widths are known here, so lines are broken by estimate, on the safe side.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from notebook_compile.cover import HEIGHT, Dot, dots

if TYPE_CHECKING:
    from collections.abc import Iterator

    from notebook_compile.model import Book

_MEASURE = 960
_TITLE_TOP = 940
_TITLE_BOTTOM = 1340
_SIZES = (150, 130, 112, 96, 82, 70, 60, 52)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; `y` is its baseline."""

    text: str
    y: int
    size: int


@dataclass(frozen=True, slots=True)
class Cover:
    """What the template draws."""

    title: tuple[Line, ...]
    subtitle: tuple[Line, ...]
    authors: tuple[Line, ...]
    dots: tuple[Dot, ...]


def draw(book: Book) -> Cover:
    """The cover of a book."""
    title = _title(book.title)
    below = title[-1].y + 80 if title else _TITLE_TOP
    subtitle = _set(_lines(book.subtitle, 54, _MEASURE)[:2], below + 54, 54)
    authors = _lines(", ".join(book.authors), 50, _MEASURE)[:2]
    return Cover(title, subtitle, _set(authors, HEIGHT - 120 - 60 * (len(authors) - 1), 50), dots(book.title))


def _title(text: str) -> tuple[Line, ...]:
    """The title at the largest size that fits; what does not fit at the smallest is cut off with an ellipsis."""
    for size in _SIZES:
        lines = _lines(text, size, _MEASURE)
        leading = round(size * 1.2)
        if len(lines) * leading <= _TITLE_BOTTOM - _TITLE_TOP and not _broken(text, lines):
            return _set(lines, _TITLE_TOP + size, size)
    room = (_TITLE_BOTTOM - _TITLE_TOP) // round(_SIZES[-1] * 1.2)
    if len(lines) > room:
        lines = [*lines[: room - 1], lines[room - 1] + "…"]
    return _set(lines, _TITLE_TOP + _SIZES[-1], _SIZES[-1])


def _set(lines: list[str], y: int, size: int) -> tuple[Line, ...]:
    return tuple(Line(line, y + number * round(size * 1.2), size) for number, line in enumerate(lines))


def _broken(text: str, lines: list[str]) -> bool:
    """Whether a word was cut: a smaller size may keep it whole. Scripts without blanks are cut anywhere."""
    return any(_width(word, 1) < len(word) and word not in " ".join(lines).split() for word in text.split())


def _lines(text: str, size: int, measure: int) -> list[str]:
    """The text in lines no wider than the measure, by estimate."""
    lines: list[str] = []
    for word in _words(text, size, measure):
        if lines and _width(lines[-1] + word.rstrip(), size) <= measure:
            lines[-1] += word
        else:
            lines.append(word)
    return [line.strip() for line in lines]


def _words(text: str, size: int, measure: int) -> Iterator[str]:
    """Words with the blank behind them; one that is wider than a line comes in characters."""
    for word in re.findall(r"\S+\s*", " ".join(text.split())):
        if _width(word.rstrip(), size) <= measure:
            yield word
        else:
            yield from word


def _width(text: str, size: int) -> float:
    return sum(_character_width(character) for character in text) * size


def _character_width(character: str) -> float:
    """In ems; ordinary serif faces stay below these."""
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(character) in ("W", "F"):
        return 1.0
    return 0.78 if character.isupper() else 0.62
