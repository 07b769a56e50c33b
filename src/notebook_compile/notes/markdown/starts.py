"""The starts of blocks: one function for each kind, tried in the order of `STARTS` (appendix, phase 1).

A start looks at a line and the container that the line belongs to; it adds a block to the builder and returns it, or
returns None and leaves everything as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from .builder import QUOTE_LIMIT
from .characters import unescape
from .cursor import CODE_INDENT, Line
from .html import start_html
from .links import take_definitions
from .nodes import Block, Code, Fence, Heading, Item, List, Paragraph, Quote, ThematicBreak
from .tables import start_table

if TYPE_CHECKING:
    from .builder import BlockBuilder

Start = Callable[["BlockBuilder", Line, Block], Block | None]

_ATX = re.compile(r"(#{1,6})(?:[ \t]+|$)")
_FENCE = re.compile(r"(`{3,}+)([^`]*)$|(~{3,}+)(.*)$", re.DOTALL)
_SETEXT = re.compile(r"(?:=+|-+)[ \t]*$")
_BREAK = re.compile(r"(?:(?:\*[ \t]*+){3,}+|(?:-[ \t]*+){3,}+|(?:_[ \t]*+){3,}+)$")
_MARKER = re.compile(r"([*+-]|([0-9]{1,9})[.)])(?=[ \t]|$)")


def start_quote(builder: BlockBuilder, line: Line, container: Block) -> Block | None:
    """Start a block quote at `>` (section 5.1)."""
    if line.indent >= CODE_INDENT or builder.too_deep(QUOTE_LIMIT):
        return None
    builder.close_unmatched()
    quote = Quote(line.number)
    quote.continues(line)
    return builder.add(quote)


def start_heading(builder: BlockBuilder, line: Line, container: Block) -> Block | None:
    """Take an ATX heading (section 4.2)."""
    match = _ATX.match(line.text, line.next)
    if line.indent >= CODE_INDENT or not match:
        return None
    builder.close_unmatched()
    text = line.text[match.end() :].rstrip(" \t")
    without_closing = text.rstrip("#")
    if not without_closing or without_closing[-1] in " \t":
        text = without_closing.rstrip(" \t")
    return builder.add(Heading(line.number, len(match[1]), text))


def start_fence(builder: BlockBuilder, line: Line, container: Block) -> Block | None:
    """Open a fenced code block (section 4.5)."""
    match = _FENCE.match(line.text, line.next)
    if line.indent >= CODE_INDENT or not match:
        return None
    builder.close_unmatched()
    marker, info = (match[1], match[2]) if match[1] else (match[3], match[4])
    return builder.add(Fence(line.number, marker, line.indent, unescape(info.strip(" \t"))))


def start_setext(builder: BlockBuilder, line: Line, container: Block) -> Block | None:
    """Make the paragraph a heading if the line underlines it (section 4.3)."""
    if line.indent >= CODE_INDENT or not isinstance(container, Paragraph):
        return None
    if not _SETEXT.match(line.text, line.next):
        return None
    text = take_definitions("\n".join(container.lines), builder.references).rstrip(" \t\n")
    if not text:
        return None
    builder.close_unmatched()
    level = 1 if line.text[line.next] == "=" else 2
    heading = Heading(container.line, level, text)
    heading.end = line.number
    return builder.replace(heading)


def start_break(builder: BlockBuilder, line: Line, container: Block) -> Block | None:
    """Take a thematic break (section 4.1)."""
    if line.indent >= CODE_INDENT or not _BREAK.match(line.text, line.next):
        return None
    builder.close_unmatched()
    return builder.add(ThematicBreak(line.number))


def start_item(builder: BlockBuilder, line: Line, container: Block) -> Block | None:
    """Start a list item, and a list where its marker is another one (sections 5.2 and 5.3)."""
    match = _MARKER.match(line.text, line.next)
    if line.indent >= CODE_INDENT or not match or builder.too_deep():
        return None
    start = int(match[2]) if match[2] else None
    if isinstance(container, Paragraph):
        empty = not line.text[match.end() :].strip(" \t")
        if empty or start not in (None, 1):
            return None
    builder.close_unmatched()
    marker_indent, size = line.indent, len(match[1])
    line.skip(size)
    if line.blank:
        padding = 1
        line.skip_columns(1)
    else:
        padding = line.indent if line.indent <= CODE_INDENT else 1
        line.skip_columns(padding)
    marker = match[1][-1]
    parent = builder.tip
    if not isinstance(parent, List) or parent.marker != marker:
        builder.add(List(line.number, marker, start))
    return builder.add(Item(line.number, marker_indent + size + padding))


def start_code(builder: BlockBuilder, line: Line, container: Block) -> Block | None:
    """Start indented code, which cannot interrupt a paragraph (section 4.4)."""
    if line.indent < CODE_INDENT or line.blank or isinstance(builder.tip, Paragraph):
        return None
    builder.close_unmatched()
    line.skip_columns(CODE_INDENT)
    code = builder.add(Code(line.number))
    builder.take(code, line)
    return code


STARTS: Final[dict[str, tuple[Start, ...]]] = {
    ">": (start_quote,),
    "#": (start_heading,),
    "`": (start_fence,),
    "~": (start_fence,),
    "<": (start_html,),
    "=": (start_setext,),
    "-": (start_setext, start_break, start_item, start_table),
    "*": (start_break, start_item),
    "_": (start_break,),
    "+": (start_item,),
    "|": (start_table,),
    ":": (start_table,),
    **dict.fromkeys("0123456789", (start_item,)),
}
"""What may start at a character, in the order to try. Indented lines are tried as code alone."""
