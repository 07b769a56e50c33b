"""Marks that open and close, as the `%%` of comments and the `$$` of formulas: is one open where a line begins?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .nodes import Paragraph


class OpenMarks:
    """Counts a mark in the paragraph that is being read, each of its lines once, so that reading stays linear."""

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self._paragraph: Paragraph | None = None
        self._lines = 0
        self._marks = 0

    def in_paragraph(self, paragraph: Paragraph) -> bool:
        """Say whether the paragraph so far has a mark that nothing closes."""
        if paragraph is not self._paragraph:
            self._paragraph, self._lines, self._marks = paragraph, 0, 0
        self._marks += sum(line.count(self.mark) for line in paragraph.lines[self._lines :])
        self._lines = len(paragraph.lines)
        return self._marks % 2 == 1
