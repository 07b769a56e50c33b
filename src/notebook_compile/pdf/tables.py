"""Tables whose words need not break: a class for the cells whose longest words have room side by side.

The HTML of a signature goes in and out. WeasyPrint shrinks columns to single letters where words may break anywhere,
and lets tables leave the page where they may not; so what each column needs is estimated here.
"""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from itertools import count

# Widths are in em of a table's type (book.css): 0.84 of 9.4 pt, in a text area 34 mm narrower than the page.
_EM = 0.84 * 9.4 * 25.4 / 72
_MARGINS = 34.0
_PADDING = 0.6
_FILLED = 0.92  # lists and callouts are narrower than the page
_NARROW = 4.0  # what a column has at least whose words break

# Widths of letters, about those of Noto Sans in bold.
_SLIM, _LETTER, _CAPITAL, _BROAD = 0.42, 0.62, 0.72, 1.0
_OF_SLIM, _OF_BROAD = frozenset("fijlrtI.,:;!|'()[]/"), frozenset("mwMW@%")

_TABLE = re.compile(r"<table\b[^>]*>(?:(?!<table\b).)*?</table>", re.DOTALL)
_ROW, _CELL = re.compile(r"<tr\b.*?</tr>", re.DOTALL), re.compile(r"<(t[hd])\b([^>]*>(.*?)</\1>)", re.DOTALL)
_LINE_BREAK, _TAG, _BETWEEN_WORDS = re.compile(r"<br\b"), re.compile("<[^<>]*>"), re.compile(r"[\s\u00ad-]+")


def with_whole_words(html: str, page_width: float) -> str:
    """The document with a class for cells that keep their words whole; the page's width is in millimetres."""
    room = (page_width - _MARGINS) / _EM * _FILLED
    return _TABLE.sub(lambda table: _classed(table[0], room), html)


def _classed(table: str, room: float) -> str:
    heads: dict[int, float] = {}
    cells: dict[int, float] = {}
    for row in _ROW.findall(table):
        for column, (kind, _, content) in enumerate(_CELL.findall(row)):
            widths = heads if kind == "th" else cells
            widths[column] = max(widths.get(column, 0.0), _longest_word(content))
    whole = _whole(heads, cells, room)

    def row_with_classes(row: re.Match[str]) -> str:
        columns = count()

        def cell_with_class(cell: re.Match[str]) -> str:
            return f'<{cell[1]} class="whole-words"{cell[2]}' if (cell[1], next(columns)) in whole else cell[0]

        return _CELL.sub(cell_with_class, row[0])

    return _ROW.sub(row_with_classes, table)


def _whole(heads: dict[int, float], cells: dict[int, float], room: float) -> set[tuple[str, int]]:
    """The cells, by kind and column, that have room for whole words: heads before others, the narrowest first."""
    columns = heads.keys() | cells.keys()
    needed = {column: min(max(heads.get(column, 0.0), cells.get(column, 0.0)), _NARROW) for column in columns}
    whole: set[tuple[str, int]] = set()
    room -= len(columns) * _PADDING + sum(needed.values())
    for kind, widths in (("th", heads), ("td", cells)):
        for column, width in sorted(widths.items(), key=lambda item: (item[1], item[0])):
            more = max(0.0, width - needed[column])
            if more <= room:
                needed[column] += more
                room -= more
                whole.add((kind, column))
    return whole


def _longest_word(content: str) -> float:
    text = unescape(_TAG.sub("", _LINE_BREAK.sub(" <br", content)))
    return max(sum(map(_width, word)) for word in _BETWEEN_WORDS.split(text))


def _width(character: str) -> float:
    """A letter's width; none for ideographs, as lines break between them."""
    if unicodedata.east_asian_width(character) in "WF":
        return 0.0 if character.isalpha() else _BROAD
    if character in _OF_SLIM:
        return _SLIM
    return _BROAD if character in _OF_BROAD else _LETTER if character.islower() else _CAPITAL
