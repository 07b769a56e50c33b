"""What comes together while one note is read: its references and what is wrong with it, each with its place."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from notebook_compile.diagnostics import Diagnostic, diagnostic
from notebook_compile.model import Reference, Source
from notebook_compile.notes.scan import Found

_LINE_END = re.compile("\n")


@dataclass(slots=True)
class Reading:
    """One note on its way from source to markup. Lives inside `read_note` alone."""

    source: Source
    found: tuple[Found, ...]  # links and times; their stand-ins are in the markup
    body_line: int = 1  # the line on which the body starts, behind the frontmatter; one-based
    references: list[Reference] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    _line_starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self._line_starts = [0, *(match.end() for match in _LINE_END.finditer(self.source.text))]

    def place(self, index: int) -> tuple[int, int]:
        """Line and column, one-based, of an index into the source."""
        line = bisect_right(self._line_starts, index)
        return line, index - self._line_starts[line - 1] + 1

    def find(self, text: str, line: int) -> tuple[int, int]:
        """The place of a text from a line on; the line's start where it is not found."""
        line = min(line, len(self._line_starts))
        index = self.source.text.find(text, self._line_starts[line - 1])
        return self.place(index) if index >= 0 else (line, 1)

    def refer(self, reference: Reference) -> str:
        """Keep a reference; its number, for the markup."""
        self.references.append(reference)
        return str(len(self.references) - 1)

    def say(self, code: str, place: tuple[int, int], message: str, hint: str = "") -> None:
        """Keep a diagnostic."""
        self.diagnostics.append(diagnostic(code, self.source.path, place, message, hint))
