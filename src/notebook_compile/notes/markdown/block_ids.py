"""Block ids, as Obsidian writes them: ` ^id` at the end of a block's text, or alone under a block."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

if TYPE_CHECKING:
    from markdown import Markdown

    from .tree import Node

_TEXT_BLOCKS: Final = frozenset(("p", "li", "h1", "h2", "h3", "h4", "h5", "h6"))
_ID = re.compile(r"\^([A-Za-z0-9-]+)")


class BlockIdExtension(Extension):
    """Takes block ids out of the text, into `data-block` of their block."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Register the treeprocessor, before tasks and callouts move text."""
        md.treeprocessors.register(BlockIdTreeprocessor(md), "block_ids", 29)


class BlockIdTreeprocessor(Treeprocessor):
    """Does so while text is still as it is written, so that code keeps its carets."""

    def run(self, root: Node) -> None:
        """Find the ids that stand alone under a block, and those at the end of a block's text."""
        for element in list(root.iter()):
            if element.tag == "table":
                _take_row(element)
            elif len(element):
                _take_lone(element)
            if element.tag in _TEXT_BLOCKS:
                _take_from_text(element)


def split_id(text: str) -> tuple[str, str]:
    """Split text into what stands before a block id at its end, and the id, empty if there is none."""
    text = text.rstrip()
    caret = text.rfind("^")
    match = _ID.fullmatch(text, caret) if caret >= 0 else None
    if match is None or (caret and not text[caret - 1].isspace()):
        return text, ""
    return text[:caret].rstrip(), match[1]


def _take_from_text(block: Node) -> None:
    """Take an id at the end of the block's own text; in list items that is also text between other blocks."""
    before, name = split_id(block.text or "")
    if name and before:
        block.text = before
        block.set("data-block", name)
    if block.tag != "li":
        return
    for child in block:
        before, name = split_id(child.tail or "")
        if name:
            child.tail = before
            block.set("data-block", name)
    if len(block) and block[0].tag == "p" and not (block.text or "").strip():
        _take_from_text(block[0])
        _move(block[0], block)


def _take_lone(parent: Node) -> None:
    """Give a paragraph that is an id alone to the block before it."""
    kept: list[Node] = []
    for child in parent:
        before, name = split_id(child.text or "") if child.tag == "p" else ("", "")
        if name and not before and kept:
            kept[-1].set("data-block", name)
        else:
            kept.append(child)
    if len(kept) < len(parent):
        parent[:] = kept


def _take_row(table: Node) -> None:
    """Give the table an id that stands right under it, where it was read as a row."""
    group = table[-1] if len(table) else table
    if group.tag != "tbody" or not len(group):
        return
    texts = [cell.text or "" for cell in group[-1]]
    before, name = split_id(texts[0]) if texts else ("", "")
    if name and not before and not any(texts[1:]):
        table.set("data-block", name)
        group.remove(group[-1])
        if not len(group):
            table.remove(group)


def _move(source: Node, target: Node) -> None:
    name = source.attrib.pop("data-block", None)
    if name:
        target.set("data-block", name)
