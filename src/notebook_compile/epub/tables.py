"""Tables on narrow screens: no word is broken that has room, and no table has more columns than can be read.

Finished markup comes in, and goes out with classes (`epub.css`) for tables that are set small and for columns whose
words may break anywhere. A table that is too wide even so becomes several, each with the first column and some of the
others. How wide something is is estimated; all widths are in em of the table's type.
"""

from __future__ import annotations

import re
from html import unescape

# Lines of a reader of six inches are 20 em at its usual size of type, and fewer for those who like it larger.
_LINE, _SURE = 20.0, 17.0
_NORMAL, _SMALL = 0.85, 0.7  # the size of a table's type, in em of the text
_PADDING = 0.9
_LETTER = 0.5
_LONG = 7.0  # a word longer than this may break before a table is set small for it
_SHORT = 3.0  # what a column holds whose words may break
_PICTURE = 3.0
_MOST_COLUMNS = 12  # that the style sheet has classes for
_MOST_CHARACTERS = 40_000  # of a table that has its first column said again: documents have only so much room

_TABLE = re.compile(r"<table\b(?:(?!<table\b).)*?</table>", re.DOTALL)
_ROW, _CELL = re.compile(r"<tr\b.*?</tr>", re.DOTALL), re.compile(r"<(t[hd])\b[^<>]*>.*?</\1>", re.DOTALL)
_CAPTION = re.compile(r"<caption\b.*?</caption>\s*", re.DOTALL)
_IRREGULAR = re.compile(r"<t[hd]\b[^<>]*\b(?:row|col)span=|<col")
_PAGE_BREAK = re.compile(r"<[^<>]*\bpagebreak\b")
_UNSEEN = re.compile(r"<annotation\b.*?</annotation>|<sup>.*?</sup>", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_FILLING = re.compile(r"<(?:img|svg)\b")
_ONLY_ONCE = re.compile(
    r'<a class="noteref".*?</a>|<span\b[^<>]*pagebreak[^<>]*(?:/>|></span>)|\sid="[^"]*"', re.DOTALL
)
# The blank between a number and its unit, as m or kg.
_UNIT = re.compile(r"(?<=[0-9]) (?=[^\W\d_]{1,2}(?:[\s.,;)<]|\Z))")
_CODE = re.compile(r"<(?:code|pre|math|svg)\b")
_ID = re.compile(r'\sid="[^"]*"')
_WORD_END = re.compile(r"[ \n\t\u200b\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff]+|(?<=-)")


def with_fitted_tables(markup: str) -> str:
    """The markup of a document with tables that a narrow screen can show."""
    return _TABLE.sub(lambda table: _fitted(table[0]), markup) if "<table" in markup else markup


def _fitted(table: str) -> str:
    table = _CELL.sub(
        lambda cell: cell[0] if _CODE.search(cell[0]) else _UNIT.sub("\N{NO-BREAK SPACE}", cell[0]), table
    )
    rows = [[cell[0] for cell in _CELL.finditer(row)] for row in _ROW.findall(table)]
    widths = [max(map(_word_width, column)) for column in zip(*rows, strict=False)]
    is_regular = not _IRREGULAR.search(table) and len({len(row) for row in rows}) == 1
    if not is_regular:
        return table
    is_wide = _width(widths) > _LINE / _SMALL and len(widths) > 2
    if is_wide and len(table) <= _MOST_CHARACTERS and not _has_pages(rows):
        parts = (_with_columns(table, columns) for columns in _groups(widths))
        return "\n".join(_classed(part, [widths[column] for column in columns]) for part, columns in parts)
    return _classed(table, widths)


def _word_width(cell: str) -> float:
    """How wide the longest word of a cell is."""
    words = _WORD_END.split(unescape(_TAG.sub("", _UNSEEN.sub("", cell))))
    return max(_PICTURE if _FILLING.search(cell) else _LETTER, *(_LETTER * len(word) for word in words))


def _width(widths: list[float], longest: float = _LONG) -> float:
    """How wide a table is that has no words broken but those that are longer than the longest."""
    return sum(min(width, longest) for width in widths) + _PADDING * len(widths)


def _has_pages(rows: list[list[str]]) -> bool:
    """Whether a page of the printed book begins behind the first column: pages have to stay in their order."""
    return any(_PAGE_BREAK.search(cell) for row in rows for cell in row[1:])


# --- columns ------------------------------------------------------------------------------------------------


def _groups(widths: list[float]) -> list[list[int]]:
    """The columns of each table that a wide one becomes."""
    groups: list[list[int]] = [[0]]
    for column in range(1, len(widths)):
        group = [*groups[-1], column]
        if len(group) > 2 and _width([widths[each] for each in group]) > _SURE / _NORMAL:
            groups.append([0, column])
        else:
            groups[-1] = group
    return groups


def _with_columns(table: str, columns: list[int]) -> tuple[str, list[int]]:
    """Some columns of a table; its caption, ids and marks of notes stand only with the first of all."""
    goes_on = 1 not in columns

    def row(markup: re.Match[str]) -> str:
        cells = [cell[0] for cell in _CELL.finditer(markup[0])]
        kept = [_ONLY_ONCE.sub("", cells[0]) if goes_on else cells[0], *(cells[column] for column in columns[1:])]
        start = markup[0][: markup[0].index(">") + 1]
        return f"{_ID.sub('', start) if goes_on else start}{''.join(kept)}</tr>"

    made = _ROW.sub(row, _CAPTION.sub("", table) if goes_on else table)
    end = made.index("<tr")
    return (_ID.sub("", made[:end]) + made[end:] if goes_on else made), columns


# --- classes ------------------------------------------------------------------------------------------------


def _classed(table: str, widths: list[float]) -> str:
    """A table with its classes: none of its words is broken but those of the widest columns, if need be."""
    is_small = _width(widths) > _LINE / _NORMAL
    room = _SURE / (_SMALL if is_small else _NORMAL)
    whole = _whole(widths, room)

    breaking = [column for column in range(len(widths)) if column not in whole]
    if any(column >= _MOST_COLUMNS for column in breaking):
        return table
    classes = ["fitted", *["small"] * is_small, *(f"breaks-{column + 1}" for column in breaking)]
    return _with_class(table, " ".join(classes))


def _whole(widths: list[float], room: float) -> set[int]:
    """The columns that have room for their longest words, narrow ones first."""
    needed = _width(widths, _SHORT)
    whole: set[int] = set()
    for column in sorted(range(len(widths)), key=lambda column: widths[column]):
        needed += max(0.0, widths[column] - _SHORT)
        if needed > room:
            break
        whole.add(column)
    return whole


def _with_class(markup: str, name: str) -> str:
    """Markup that begins with an element, which gets one class more."""
    tag, bracket, rest = markup.partition(">")
    if ' class="' in tag:
        return tag.replace(' class="', f' class="{name} ', 1) + bracket + rest
    return re.sub(r"<\w+", rf'\g<0> class="{name}"', tag, count=1) + bracket + rest
