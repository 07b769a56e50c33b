"""What comes together while one note is read: its references and what is wrong with it, each with its place."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from lxml import etree

from notebook_compile.diagnostics import Diagnostic, diagnostic
from notebook_compile.model import Reference, Source
from notebook_compile.notes.scan import Found

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LINE_END = re.compile("\n")
_BLANK_LINE = re.compile(r"\n\r?\n")
_NEAR = 10_000  # characters


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a notebook may choose about the reading of its notes."""

    line_breaks: str = "soft"  # a line end in a paragraph is a blank; "hard": it breaks the line
    wrapped: str = "note"  # a note that is all one fence of Markdown is unwrapped; "rest": first lines may be before it
    queries: str = "show"  # fences that Obsidian runs are shown as code; "omit": left out


@dataclass(slots=True)
class Reading:
    """One note on its way from source to markup. Lives inside `read_note` alone."""

    source: Source
    found: tuple[Found, ...]  # links and times; their stand-ins are in the markup
    body_line: int = 1  # the line on which the body starts, behind the frontmatter; one-based
    dialect: Dialect = field(default_factory=Dialect)
    references: list[Reference] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    _line_starts: list[int] = field(init=False)
    _line: int = 0  # that a text was last sought from
    _behind: int = 0  # the start of what was found then
    _paragraph_end: int = 0
    _allowance: int = field(init=False)  # characters that may be looked through in search of texts far away

    def __post_init__(self) -> None:
        self._allowance = 20 * len(self.source.text)
        self._line_starts = [0, *(match.end() for match in _LINE_END.finditer(self.source.text))]

    def place(self, index: int) -> tuple[int, int]:
        """Line and column, one-based, of an index into the source."""
        line = bisect_right(self._line_starts, index)
        return line, index - self._line_starts[line - 1] + 1

    def find(self, text: str, line: int) -> tuple[int, int]:
        """The place of a text from a line on; the line's start where it is not found.

        In the same paragraph it is sought behind what was found last. It may be far away, but not again and again: to
        look for many such texts would take the square of the note's length.
        """
        line = min(line, len(self._line_starts))
        start = self._line_starts[line - 1]
        if self._line != line:
            self._line, self._behind = line, start
            blank = _BLANK_LINE.search(self.source.text, start, start + _NEAR)
            self._paragraph_end = blank.start() if blank else len(self.source.text)
        index = self._index(text, self._behind, self._paragraph_end) or self._index(text, start)
        if index is None:
            return line, 1
        self._behind = index + 1
        return self.place(index)

    def _index(self, text: str, start: int, end: int | None = None) -> int | None:
        """The index of a text behind another index, if it is near or looking for it is not too much."""
        end = min(len(self.source.text) if end is None else end, start + max(self._allowance, _NEAR))
        index = self.source.text.find(text, start, end)
        self._allowance -= max(0, (end if index < 0 else index) - start)
        return index if index >= 0 else None

    def line_of(self, element: etree._Element) -> int:
        """The line of the nearest block that knows its own; one-based in the file."""
        here: etree._Element | None = element
        while here is not None:
            line = here.get("data-line", "")
            if line.isdecimal() and len(line) < 10:  # raw HTML may hold anything
                return min(int(line) + self.body_line - 1, len(self._line_starts))
            here = here.getparent()
        return self.body_line

    def refer(self, reference: Reference) -> str:
        """Keep a reference; its number, for the markup."""
        self.references.append(reference)
        return str(len(self.references) - 1)

    def say(self, code: str, place: tuple[int, int], message: str, hint: str = "") -> None:
        """Keep a diagnostic."""
        self.diagnostics.append(diagnostic(code, self.source.path, place, message, hint))


def make_reference(element: etree._Element, number: str) -> None:
    """Turn an element into a reference; its content stays as the label."""
    element.attrib.clear()
    element.tag = "ref"
    element.set("n", number)
