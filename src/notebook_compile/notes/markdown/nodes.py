"""The kinds of blocks, and when a line carries each of them on (section 4 and 5; appendix, phase 1).

A block knows its own lines and children; which blocks are open is the builder's affair.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import ClassVar

from .cursor import CODE_INDENT, Line

_CLOSING_FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*$")


class Block:
    """A block: `line` is its first line, `end` its last one (one-based)."""

    __slots__ = ("children", "end", "line")

    container: ClassVar[bool] = False
    """Other blocks may start inside."""
    verbatim: ClassVar[bool] = False
    """Lines belong to it as they are: nothing starts inside."""
    hidden: ClassVar[bool] = False
    """It leaves nothing in the output."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.end = line
        self.children: list[Block] = []

    def contains(self, block: Block) -> bool:
        """Say whether `block` may be a child."""
        return self.container and not isinstance(block, Item)

    def continues(self, line: Line) -> bool | None:
        """Say whether the line goes on with this block, reading its marker; None: the line ends it and is used up."""
        return False

    def append(self, line: Line) -> bool:
        """Take the line's text; True when that ends the block."""
        return False

    def ended(self) -> None:
        """Settle what is only known at the end."""


class Document(Block):
    """The root."""

    __slots__ = ()
    container = True


class Quote(Block):
    """A block quote (section 5.1)."""

    __slots__ = ()
    container = True

    def continues(self, line: Line) -> bool:
        """Go on where there is a `>`, which is read with one column after it."""
        if line.indent >= CODE_INDENT or not line.text.startswith(">", line.next):
            return False
        line.skip(1)
        if line.indent:
            line.skip_columns(1)
        self.end = line.number
        return True


class List(Block):
    """A list (section 5.3): `marker` is its bullet or delimiter, `start` the first number, None for bullets."""

    __slots__ = ("marker", "start", "tight")
    container = True

    def __init__(self, line: int, marker: str, start: int | None) -> None:
        super().__init__(line)
        self.marker = marker
        self.start = start
        self.tight = True

    def contains(self, block: Block) -> bool:
        """Hold items only."""
        return isinstance(block, Item)

    def continues(self, line: Line) -> bool:
        """Go on always: its items decide."""
        return True

    def ended(self) -> None:
        """Find whether blank lines stand between items, or between the blocks of one item."""
        self.tight = not (_apart(self.children) or any(_apart(item.children) for item in self.children))


class Item(Block):
    """A list item (section 5.2): its content starts `width` columns after the container's."""

    __slots__ = ("width",)
    container = True

    def __init__(self, line: int, width: int) -> None:
        super().__init__(line)
        self.width = width

    def continues(self, line: Line) -> bool:
        """Go on with enough indentation, or over blank lines once there is any content."""
        return bool(self.children or not line.blank) and line.take_indent(self.width)


class Paragraph(Block):
    """A paragraph (section 4.8): `text` is set at its end, empty where it held definitions only."""

    __slots__ = ("lines", "text")

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.lines: list[str] = []
        self.text = ""

    def continues(self, line: Line) -> bool:
        """Go on up to a blank line."""
        return not line.blank

    def append(self, line: Line) -> bool:
        """Take the line without the blanks before it."""
        self.lines.append(line.text[line.next :])
        self.end = line.number
        return False


class Heading(Block):
    """An ATX or setext heading (sections 4.2 and 4.3)."""

    __slots__ = ("level", "text")

    def __init__(self, line: int, level: int, text: str) -> None:
        super().__init__(line)
        self.level = level
        self.text = text


class ThematicBreak(Block):
    """A thematic break (section 4.1)."""

    __slots__ = ()


class Code(Block):
    """An indented code block (section 4.4)."""

    __slots__ = ("lines",)
    verbatim = True

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.lines: list[str] = []

    @property
    def text(self) -> str:
        """The code."""
        return "".join(line + "\n" for line in self.lines)

    def continues(self, line: Line) -> bool | None:
        """Go on with four columns, or over blank lines."""
        return line.take_indent(CODE_INDENT)

    def append(self, line: Line) -> bool:
        """Take the line; blank ones do not move the end."""
        self.lines.append(line.rest)
        if not line.blank:
            self.end = line.number
        return False

    def ended(self) -> None:
        """Drop blank lines at the end."""
        del self.lines[self.end - self.line + 1 :]


class Fence(Code):
    """A fenced code block (section 4.5)."""

    __slots__ = ("indent", "info", "marker")

    def __init__(self, line: int, marker: str, indent: int, info: str) -> None:
        super().__init__(line)
        self.marker = marker
        self.indent = indent
        self.info = info

    def continues(self, line: Line) -> bool | None:
        """Go on up to a closing fence, without the opening fence's own indentation."""
        if line.indent < CODE_INDENT and line.text.startswith(self.marker, line.next):
            match = _CLOSING_FENCE.match(line.text, line.next)
            if match:
                self.end = line.number
                return None
        if line.indent:
            line.skip_columns(min(self.indent, line.indent))
        return True

    def append(self, line: Line) -> bool:
        """Take the line, blank or not."""
        self.lines.append(line.rest)
        self.end = line.number
        return False

    def ended(self) -> None:
        """Keep blank lines at the end."""


class Html(Code):
    """An HTML block (section 4.6): up to the line that `closing` is found in, or up to a blank line."""

    __slots__ = ("closing",)

    def __init__(self, line: int, closing: re.Pattern[str] | None) -> None:
        super().__init__(line)
        self.closing = closing

    @property
    def text(self) -> str:
        """The HTML."""
        return "\n".join(self.lines)

    def continues(self, line: Line) -> bool:
        """Go on up to a blank line, unless another end is asked for."""
        return self.closing is not None or not line.blank

    def append(self, line: Line) -> bool:
        """Take the line, and say whether it holds the end."""
        super().append(line)
        return self.closing is not None and bool(self.closing.search(line.text, line.pos))


def _apart(blocks: list[Block]) -> bool:
    return any(second.line - first.end > 1 for first, second in pairwise(blocks))
