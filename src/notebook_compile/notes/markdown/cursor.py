"""A line of the source and a place in it, counted in columns where there are tabs (section 2.2)."""

from __future__ import annotations

import re
from typing import Final

TAB_STOP: Final = 4
CODE_INDENT: Final = 4
"""From this many columns on a line is indented code, not the start of anything else."""

_BLANKS = re.compile(r"[ \t]*")


class Line:
    """One line, read from left to right while containers take their markers from it.

    `pos` is how far it is read, `next` is where its text goes on after blanks, `indent` is the number of columns in
    between, and `blank` says that there is nothing after them.
    """

    __slots__ = ("blank", "column", "indent", "next", "number", "pos", "text")

    def __init__(self, text: str, number: int) -> None:
        self.text = text
        self.number = number
        self.pos = 0
        self.column = 0
        self._measure()

    @property
    def rest(self) -> str:
        """What is not read yet, with the blanks before it."""
        return self.text[self.pos :]

    @property
    def content(self) -> str:
        """What is not read yet, without the blanks before it."""
        return self.text[self.next :]

    def skip(self, count: int) -> None:
        """Read `count` characters, none of them a tab, after the blanks."""
        self.column += self.indent + count
        self.pos = self.next + count
        self._measure()

    def skip_columns(self, count: int) -> None:
        """Read `count` columns of the blanks; of a tab that is wider, the rest stays as spaces."""
        while count > 0 and self.pos < self.next:
            width = self._width(self.text[self.pos], self.column)
            if width > count:
                self.text = self.text[: self.pos] + " " * (width - count) + self.text[self.pos + 1 :]
            else:
                self.pos += 1
            step = min(width, count)
            self.column += step
            count -= step
        self._measure()

    def take_indent(self, columns: int) -> bool:
        """Read so many columns of blanks, or a blank line whatever it has; False, and nothing is read, for less."""
        if self.indent >= columns:
            self.skip_columns(columns)
        elif self.blank:
            self.skip(0)
        else:
            return False
        return True

    def _measure(self) -> None:
        text, pos = self.text, self.pos
        end = pos
        if text[pos : pos + 1] in (" ", "\t"):
            match = _BLANKS.match(text, pos)
            end = match.end() if match else pos
        self.next = end
        self.blank = end == len(text)
        self.indent = end - pos
        if "\t" in text and "\t" in text[pos:end]:
            column = self.column
            for char in text[pos:end]:
                column += self._width(char, column)
            self.indent = column - self.column

    @staticmethod
    def _width(char: str, column: int) -> int:
        return TAB_STOP - column % TAB_STOP if char == "\t" else 1
