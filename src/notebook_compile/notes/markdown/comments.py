"""Comments, as Obsidian writes them: `%%text%%` in a line, or over many lines from a line that begins with `%%`.

A comment that never ends is text. One that begins in the middle of a paragraph ends in that paragraph or is text too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from .cursor import CODE_INDENT, Line
from .extension import CommonMarkParser
from .inline_tree import InlineTreeprocessor
from .marks import OpenMarks
from .nodes import Block, Paragraph

if TYPE_CHECKING:
    from markdown import Markdown

    from .builder import BlockBuilder
    from .inlines import Inlines
    from .tree import Node

MARK: Final = "%%"


class CommentExtension(Extension):
    """Leaves comments out. Load it after `CommonMarkExtension`, which it builds on."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Add the start of a block, and the rule for comments in a line."""
        inline = md.treeprocessors["inline"]
        if not isinstance(md.parser, CommonMarkParser) or not isinstance(inline, InlineTreeprocessor):
            raise TypeError("CommentExtension needs CommonMarkExtension, loaded before it")
        md.parser.starts["%"] = (CommentStart(),)
        inline.rules["%"] = take_comment
        md.treeprocessors.register(EmptyParagraphTreeprocessor(md), "comments", 19)


class Comment(Block):
    """A comment over several lines, up to the next mark or the end of its container."""

    __slots__ = ()
    verbatim = True
    hidden = True

    def continues(self, line: Line) -> bool:
        """Go on up to the mark; what follows it on the line is read as if it began the line."""
        self.end = line.number
        end = line.text.find(MARK, line.pos)
        if end < 0:
            return True
        line.skip(end + len(MARK) - line.next)
        return False


class EmptyParagraphTreeprocessor(Treeprocessor):
    """Removes paragraphs that held nothing but comments."""

    def run(self, root: Node) -> None:
        """Look at all paragraphs."""
        for parent in list(root.iter()):
            kept = [child for child in parent if not _is_empty_paragraph(child)]
            if len(kept) < len(parent):
                parent[:] = kept


class CommentStart:
    """Starts a comment that does not end on its line but on a later one."""

    def __init__(self) -> None:
        self._open = OpenMarks(MARK)

    def __call__(self, builder: BlockBuilder, line: Line, container: Block) -> Block | None:
        """Start it at `%%`, unless that ends a comment in the paragraph before it."""
        text = line.content
        if line.indent >= CODE_INDENT or not text.startswith(MARK) or MARK in text[len(MARK) :]:
            return None
        if isinstance(container, Paragraph) and self._open.in_paragraph(container):
            return None
        if not any(MARK in later for later in builder.lines_after(line)):
            return None
        builder.close_unmatched()
        return builder.add(Comment(line.number))


def take_comment(state: Inlines, at: int) -> int:
    """Skip a comment in a line."""
    if not state.text.startswith(MARK, at):
        return at
    end = state.find(MARK, at + len(MARK))
    return end + len(MARK) if end >= 0 else at


def _is_empty_paragraph(element: Node) -> bool:
    return element.tag == "p" and not len(element) and not (element.text or "").strip()
