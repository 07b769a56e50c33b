"""Lines to blocks: the first phase of the specification's parsing strategy (appendix).

Lines come in, a `Document` and link reference definitions come out. Inline text is left as it is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .cursor import CODE_INDENT, Line
from .links import References, take_definitions
from .nodes import Block, Document, Paragraph

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .starts import Start

NESTING_LIMIT: Final = 100
"""Containers inside each other; deeper markers are plain text. A list and its item are two."""

QUOTE_LIMIT: Final = 64
"""Containers around a quote, whose markers are short and stand on every line."""


class BlockBuilder:
    """The open blocks of one document, from the root to the tip."""

    def __init__(self, starts: Mapping[str, Sequence[Start]], indented: Start, references: References) -> None:
        self.starts = starts
        self.indented = indented
        self.references = references
        self.lines: Sequence[str] = ()
        self.open: list[Block] = []
        self.matched = 0

    @property
    def tip(self) -> Block:
        """The innermost open block."""
        return self.open[-1]

    def build(self, lines: Sequence[str]) -> Document:
        """Read all lines."""
        document = Document(1)
        self.lines = lines
        self.open = [document]
        for number, text in enumerate(lines, start=1):
            self._read(Line(text, number))
        self._close_from(0)
        return document

    def add(self, block: Block) -> Block:
        """Add a block to the innermost open one that can hold it."""
        while not self.tip.contains(block):
            self._close_from(len(self.open) - 1)
        self.tip.children.append(block)
        self.open.append(block)
        self.matched = len(self.open)
        return block

    def replace(self, block: Block) -> Block:
        """Put a block in the place of the tip."""
        self.open.pop()
        self.tip.children[-1] = block
        self.open.append(block)
        return block

    def take(self, block: Block, line: Line) -> None:
        """Give the line's text to the tip, and close it if that was its end."""
        if block.append(line):
            self._close_from(len(self.open) - 1)

    def close_unmatched(self) -> None:
        """Close the blocks that the line does not go on with."""
        self._close_from(self.matched)

    def lazy(self, line: Line) -> bool:
        """Say whether the line's text could go on with a paragraph whose containers it does not match."""
        return self.matched < len(self.open) and not line.blank and isinstance(self.tip, Paragraph)

    def lines_after(self, line: Line) -> Iterator[str]:
        """Give the source lines that follow."""
        return (self.lines[index] for index in range(line.number, len(self.lines)))

    def too_deep(self, limit: int = NESTING_LIMIT) -> bool:
        """Say whether no more containers may be opened."""
        return self.matched >= limit

    def _read(self, line: Line) -> None:
        if self._match(line):
            return
        container = self.open[self.matched - 1]
        if not container.verbatim:
            started = self._start(line, container)
            if started is None:
                return
            container = started
        if self.lazy(line):
            self.tip.append(line)
            return
        self.close_unmatched()
        if line.blank and not container.verbatim:
            return
        if container.container:
            container = self.add(Paragraph(line.number))
        self.take(container, line)

    def _match(self, line: Line) -> bool:
        """Find the open blocks that the line goes on with; True when the line is used up."""
        open_blocks = self.open
        self.matched = 1
        for block in open_blocks[1:]:
            goes_on = block.continues(line)
            if goes_on is None:
                self._close_from(self.matched)
                return True
            if not goes_on:
                break
            self.matched += 1
        return False

    def _start(self, line: Line, container: Block) -> Block | None:
        """Open the blocks that start on the line; return the container of what remains of it, None if nothing does."""
        while not line.blank:
            if line.indent >= CODE_INDENT:
                return None if self.indented(self, line, container) else container
            for start in self.starts.get(line.text[line.next], ()):
                block = start(self, line, container)
                if block:
                    break
            else:
                return container
            if not block.container:
                return None
            container = block
        return container

    def _close_from(self, depth: int) -> None:
        """Close open blocks down to a depth, innermost first."""
        while len(self.open) > depth:
            block = self.open.pop()
            if isinstance(block, Paragraph):
                block.text = take_definitions("\n".join(block.lines), self.references).rstrip(" \t\n")
            else:
                block.ended()
            if self.open:
                parent = self.open[-1]
                parent.end = max(parent.end, block.end)
