"""Tables, after GitHub's specification (GFM section 4.10)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from .cursor import CODE_INDENT, Line
from .nodes import Block, Paragraph

if TYPE_CHECKING:
    from .builder import BlockBuilder

FILL_LIMIT: Final = 0x10000
"""No more empty cells than this are added to short rows: wide tables of short rows would grow by the square."""

_DELIMITER_ROW = re.compile(r"\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*")


class Table(Block):
    """A table: `rows` holds the header row first, `alignments` has one entry for each column."""

    __slots__ = ("alignments", "filled", "rows")

    def __init__(self, line: int, header: list[str], alignments: list[str]) -> None:
        super().__init__(line)
        self.rows = [header]
        self.alignments = alignments
        self.filled = 0
        self.end = line + 1

    def continues(self, line: Line) -> bool:
        """Go on up to a blank line or the start of another block."""
        return not line.blank

    def append(self, line: Line) -> bool:
        """Take a row: cells that are missing are empty, cells too many are ignored."""
        cells = split_row(line.content)
        missing = len(self.alignments) - len(cells)
        if 0 < missing <= FILL_LIMIT - self.filled:
            self.filled += missing
            cells += [""] * missing
        self.rows.append(cells[: len(self.alignments)])
        self.end = line.number
        return False


def split_row(row: str) -> list[str]:
    r"""Split a row into cells at bars; `\|` is a bar inside a cell, even in code."""
    row = row.strip(" \t")
    pieces = row.split("|")
    if "\\|" in row:
        pieces = _rejoin(pieces)
    if len(pieces) > 1:
        first = 1 if not pieces[0] else 0
        last = -1 if not pieces[-1].strip(" \t") else len(pieces)
        pieces = pieces[first:last]
    return [piece.strip(" \t") for piece in pieces]


def start_table(builder: BlockBuilder, line: Line, container: Block) -> Block | None:
    """Turn the last line of a paragraph into a header row if the line is a fitting delimiter row."""
    if line.indent >= CODE_INDENT or not isinstance(container, Paragraph):
        return None
    if not _DELIMITER_ROW.fullmatch(line.text, line.next):
        return None
    header, delimiters = split_row(container.lines[-1]), split_row(line.content)
    if len(header) != len(delimiters) or "|" not in container.lines[-1] + line.content:
        return None
    builder.close_unmatched()
    container.lines.pop()
    container.end -= 1
    table = Table(line.number - 1, header, [_alignment(cell) for cell in delimiters])
    return builder.add(table)


def _rejoin(pieces: list[str]) -> list[str]:
    """Put back together what was split at an escaped bar, without its backslash."""
    cells: list[list[str]] = [[]]
    for piece in pieces:
        if piece.endswith("\\"):
            cells[-1] += [piece[:-1], "|"]
        else:
            cells[-1].append(piece)
            cells.append([])
    if not cells[-1]:
        cells.pop()
    return ["".join(parts) for parts in cells]


def _alignment(delimiter: str) -> str:
    left, right = delimiter.startswith(":"), delimiter.endswith(":")
    if left and right:
        return "center"
    return "left" if left else "right" if right else ""
