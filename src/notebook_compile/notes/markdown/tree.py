"""Blocks to the element tree that Python-Markdown's treeprocessors work on.

Inline text stays in the elements as it is written; code is an `AtomicString`, which nothing parses further.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

from .characters import literal
from .html import RawHtml
from .nodes import Block, Code, Fence, Heading, Html, Item, List, Paragraph, Quote, ThematicBreak
from .tables import Table

Node: TypeAlias = "Element[Any]"
"""An element of the tree; its tag is a name, or `RawHtml`."""


def build_tree(document: Block, root: Node, *, source_lines: bool, align_attribute: bool) -> None:
    """Append a container's blocks to `root`; with `source_lines` each has its first line in `data-line`."""
    pending: list[tuple[Block, Node, bool]] = [(document, root, False)]
    while pending:
        parent, element, tight = pending.pop()
        texts: list[str] = []
        for block in parent.children:
            if block.hidden:
                continue
            if isinstance(block, Paragraph) and (tight or not block.text):
                texts.append(block.text)
                continue
            _append_texts(element, texts)
            if isinstance(block, Table):
                child = _table(block, element, align_attribute=align_attribute)
            else:
                child = ELEMENTS[type(block)](block, element)
            child.tail = "\n"
            if source_lines:
                child.set("data-line", str(block.line))
            if block.container:
                inner_tight = block.tight if isinstance(block, List) else isinstance(block, Item) and tight
                child.text = None if isinstance(block, Item) and tight else "\n"
                pending.append((block, child, inner_tight))
        _append_texts(element, texts)


def _append_texts(element: Node, texts: list[str]) -> None:
    """Put the text of a tight item's paragraphs behind what the item holds so far, and empty the list."""
    text = "\n".join(filter(None, texts))
    texts.clear()
    if not text:
        return
    if len(element):
        element[-1].tail = text
    else:
        element.text = text


def _paragraph(block: Paragraph, parent: Node) -> Node:
    element = SubElement(parent, "p")
    element.text = block.text
    return element


def _heading(block: Heading, parent: Node) -> Node:
    element = SubElement(parent, f"h{block.level}")
    element.text = block.text
    return element


def _quote(block: Quote, parent: Node) -> Node:
    return SubElement(parent, "blockquote")


def _list(block: List, parent: Node) -> Node:
    if block.start is None:
        return SubElement(parent, "ul")
    element = SubElement(parent, "ol")
    if block.start != 1:
        element.set("start", str(block.start))
    return element


def _item(block: Item, parent: Node) -> Node:
    return SubElement(parent, "li")


def _break(block: ThematicBreak, parent: Node) -> Node:
    return SubElement(parent, "hr")


def _code(block: Code, parent: Node) -> Node:
    pre = SubElement(parent, "pre")
    code = SubElement(pre, "code")
    code.text = AtomicString(literal(block.text))
    return pre


def _fence(block: Fence, parent: Node) -> Node:
    pre = _code(block, parent)
    language = block.info.split(maxsplit=1)
    if language:
        pre[0].set("class", f"language-{language[0]}")
    return pre


def _html(block: Html, parent: Node) -> Node:
    html = RawHtml(block.text)
    parent.append(html)
    return html


def _table(block: Table, parent: Node, *, align_attribute: bool) -> Node:
    table = SubElement(parent, "table")
    table.text = "\n"
    _rows(SubElement(table, "thead"), "th", block.rows[:1], block.alignments, align_attribute)
    if len(block.rows) > 1:
        _rows(SubElement(table, "tbody"), "td", block.rows[1:], block.alignments, align_attribute)
    return table


def _rows(group: Node, tag: str, rows: list[list[str]], alignments: list[str], align_attribute: bool) -> None:
    group.text = group.tail = "\n"
    for row in rows:
        line = SubElement(group, "tr")
        line.text = line.tail = "\n"
        for text, alignment in zip(row, alignments, strict=False):
            cell = SubElement(line, tag)
            cell.text = text
            cell.tail = "\n"
            if alignment:
                style = ("align", alignment) if align_attribute else ("style", f"text-align: {alignment};")
                cell.set(*style)


ELEMENTS: Final[dict[type[Block], Callable[[Any, Node], Node]]] = {
    Paragraph: _paragraph,
    Heading: _heading,
    Quote: _quote,
    List: _list,
    Item: _item,
    ThematicBreak: _break,
    Code: _code,
    Fence: _fence,
    Html: _html,
}
"""What makes the element of each kind of block; other extensions add their own."""
