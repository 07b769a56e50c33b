"""Tables that fit their page: as they are, in small type, or in small type on a page that is turned.

In: the HTML of a signature, and the room on a page. Out: the same HTML with classes (styles/shared/tables.css) for
tables, for rows too tall to be kept in one piece, and for cells whose longest words have room side by side. Never: a
layout; what comes of a table is estimated, in time that grows with its size alone.

WeasyPrint shrinks columns to single letters where words may break anywhere, and lets tables leave the page where they
may not. Tables in tables, and those around them, stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from notebook_compile.pdf.table_cells import Cell, read_cell, with_breaks

# Widths and heights are in em of a table's type.
_SMALL = 0.84  # small type, as part of normal type
_PADDING, _SMALL_PADDING = 0.9, 0.8  # of a column
_INDENT = 2.5  # of a list, quote or callout around a table
_LINE, _ROW_PADDING = 1.4, 0.7
_TALL = 1 / 3  # of a page: what a row may leave empty at a page's end
_TALL_HEAD = 1 / 4  # of a page: taller heads are not repeated, as WeasyPrint leaves those out that leave no room

_NARROW = 4.0  # what a column has at least whose words break
_LONG = 14.0  # words longer than this, as addresses and code, may break before a table is made smaller for them
# Text is squeezed in a column narrower than this, some 22 letters, where it has more lines than that, and than the
# column has em.
_SQUEEZED_WIDTH, _SQUEEZED_LINES = 12.0, 5

_AROUND = re.compile(r"<(/?)(table|ul|ol|dl|blockquote|div|details)\b[^<>]*>")
_ROW, _CELL = re.compile(r"<tr\b.*?</tr>", re.DOTALL), re.compile(r"<(t[hd])\b[^<>]*>.*?</\1>", re.DOTALL)
_NAME, _HEADING_END = re.compile(r"<\w+"), re.compile(r"</(h[2-6]|header)>\s*\Z")
_TAIL = 12  # where the end of a heading is looked for, with a blank or two behind it

_Row = tuple[tuple[int, Cell], ...]  # cells and their columns
_Kind = tuple[bool, int]  # whether a cell is a head, and its column


@dataclass(frozen=True, slots=True)
class _Needs:
    """What the columns of a table need; cells that stand in several columns have no part in it."""

    words: dict[_Kind, float]  # the longest word
    columns: dict[int, float]  # the longest word in all of a column
    lines: dict[int, float]  # the longest line in a column


@dataclass(frozen=True, slots=True)
class _Setting:
    """A way to set a table, and the room that it has."""

    name: str
    room: float
    page: float  # its height
    padding: float


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What comes of a table in a setting, by estimate."""

    setting: _Setting
    fits: bool  # whether words stay whole, but for long ones
    squeezed: bool
    rows: tuple[float, ...]  # their heights


def fitted(html: str, width: float, height: float) -> str:
    """The document with classes for its tables; the page's text area is in em of a table's normal type.

    The text area of a turned page is as wide as that of others is tall, and as tall as that of others is wide.
    """
    made: list[str] = []
    done = 0
    for start, end, depth in _tables(html):
        indent = depth * _INDENT
        before, table = html[done:start], with_breaks(html[start:end])
        rows = [tuple(_cells(row)) for row in _ROW.findall(table)]
        needs = _needs(rows)
        upright = _Setting("", width - indent, height, _PADDING)
        small = _Setting("small", (width - indent) / _SMALL, height / _SMALL, _SMALL_PADDING)
        turned = _Setting("small turned", (height - indent) / _SMALL, width / _SMALL, _SMALL_PADDING)
        best = _best(*(_outcome(rows, needs, setting) for setting in (upright, small, turned)))
        made.append(_with_headings_turned(before) if best.setting is turned else before)
        made.append(_classed(table, rows, best, _whole(needs, best.setting)))
        done = end
    return "".join((*made, html[done:]))


def _tables(html: str) -> Iterator[tuple[int, int, int]]:
    """Where tables begin and end, and how deep they stand in lists and the like."""
    start = depth = tables = 0
    alone = True
    for tag in _AROUND.finditer(html) if "<table" in html else ():
        step = -1 if tag[1] else 1
        if tag[2] == "table":
            tables += step
            if tables == 0 and alone:
                yield start, tag.end(), depth
            start, alone = (tag.start(), True) if (step, tables) == (1, 1) else (start, tables == 0)
        elif tables == 0:
            depth += step


# --- what a table needs -------------------------------------------------------------------------------------


def _cells(row: str) -> Iterator[tuple[int, Cell]]:
    column = 0
    for markup in _CELL.finditer(row):
        cell = read_cell(markup[0])
        yield column, cell
        column += cell.span


def _needs(rows: list[_Row]) -> _Needs:
    needs = _Needs({}, {}, {})
    for column, cell in (each for row in rows for each in row if each[1].span == 1):
        kind = (cell.is_head, column)
        needs.words[kind] = max(needs.words.get(kind, 0.0), cell.word)
        needs.columns[column] = max(needs.columns.get(column, 0.0), cell.word)
        needs.lines[column] = max(needs.lines.get(column, 0.0), *cell.lines)
    return needs


def _outcome(rows: list[_Row], needs: _Needs, setting: _Setting) -> _Outcome:
    """Columns are as wide as WeasyPrint makes them: what is left of the room goes to those with long lines."""
    least = {column: min(word, _LONG) for column, word in needs.columns.items()}
    words = sum(least.values())
    more = sum(needs.lines.values()) - words
    room = max(1.0, setting.room - len(least) * setting.padding)
    fits = words <= room
    share = min(1.0, (room - words) / more) if fits and more else 0.0
    narrowed = 1.0 if fits else room / words
    widths = {column: (word + (needs.lines[column] - word) * share) * narrowed for column, word in least.items()}
    lines = [[(_lines(cell, widths[column]), widths[column]) for column, cell in row if cell.span == 1] for row in rows]
    return _Outcome(
        setting,
        fits=fits,
        squeezed=any(width < _SQUEEZED_WIDTH and n > max(width, _SQUEEZED_LINES) for row in lines for n, width in row),
        rows=tuple(max((n for n, _ in row), default=1) * _LINE + _ROW_PADDING for row in lines),
    )


def _lines(cell: Cell, width: float) -> int:
    return sum(max(1, ceil(line / max(width, 0.5))) for line in cell.lines)


def _best(upright: _Outcome, small: _Outcome, turned: _Outcome) -> _Outcome:
    """A page is turned where words would break otherwise, or squeezed text would fill more than a page."""
    if upright.fits and not upright.squeezed:
        return upright
    wider = turned.setting.room > small.setting.room
    if wider and not small.fits:
        return turned
    if wider and small.squeezed and not turned.squeezed and sum(small.rows) > small.setting.page:
        return turned
    return small


def _whole(needs: _Needs, setting: _Setting) -> set[_Kind]:
    """The cells that have room for whole words: those with the narrowest first."""
    room = max(0.0, setting.room - len(needs.columns) * setting.padding)
    needed = {column: min(word, _NARROW, room / len(needs.columns)) for column, word in needs.columns.items()}
    room -= sum(needed.values())
    whole: set[_Kind] = set()
    for (is_head, column), word in sorted(needs.words.items(), key=lambda item: (item[1], item[0])):
        more = max(0.0, word - needed[column])
        if more <= room:
            needed[column] += more
            room -= more
            whole.add((is_head, column))
    return whole


# --- what is written ----------------------------------------------------------------------------------------


def _classed(table: str, rows: list[_Row], outcome: _Outcome, whole: set[_Kind]) -> str:
    """A table with the classes that come of it."""
    left = iter(zip(rows, outcome.rows, strict=True))

    def row_classed(markup: re.Match[str]) -> str:
        row, height = next(left)
        cells = iter(row)

        def cell_classed(markup: re.Match[str]) -> str:
            column, cell = next(cells)
            is_whole = cell.span == 1 and (cell.is_head, column) in whole
            return _with_class(markup[0], "whole-words") if is_whole else markup[0]

        classed = _CELL.sub(cell_classed, markup[0])
        return _with_class(classed, "tall") if height > outcome.setting.page * _TALL else classed

    head, end, _ = table.partition("</thead>")
    is_tall = bool(end) and sum(outcome.rows[: head.count("<tr")]) > outcome.setting.page * _TALL_HEAD
    classed, classes = _ROW.sub(row_classed, table), outcome.setting.name + " tall-head" * is_tall
    return _with_class(classed, classes.strip()) if classes else classed


def _with_headings_turned(html: str) -> str:
    """Markup whose last headings, or head of a chapter, go to the turned page too where it ends in them."""
    turned: list[str] = []
    end = len(html)
    while heading := _HEADING_END.search(html, max(0, end - _TAIL), end):
        start = html.rfind(f"<{heading[1]}", 0, end)
        turned.append(_with_class(html[start:end], "turned"))
        end = start
    return html[:end] + "".join(reversed(turned))


def _with_class(markup: str, name: str) -> str:
    """Markup that begins with an element, which gets one more class."""
    tag, bracket, rest = markup.partition(">")
    if ' class="' in tag:
        return tag.replace(' class="', f' class="{name} ', 1) + bracket + rest
    return _NAME.sub(lambda start: f'{start[0]} class="{name}"', tag, count=1) + bracket + rest
