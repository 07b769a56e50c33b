"""The element tree to HTML or XHTML text, without recursion.

It differs from Python-Markdown's own in that it knows raw HTML. Like that one it leaves `&copy;` in text alone, for
other extensions rely on it; inline text is protected where it is made.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Comment, ProcessingInstruction

from .characters import REFERENCE_BODY
from .html import RawHtml

if TYPE_CHECKING:
    from .tree import Node

_BARE_AMPERSAND = re.compile(f"&(?!{REFERENCE_BODY})")

VOID: Final = frozenset(
    "area base basefont br col embed frame hr img input isindex link meta param source track wbr".split(" ")
)
"""Elements without content or end tag."""


def to_html(root: Node) -> str:
    """Write a tree as HTML."""
    return _serialize(root, void_end=">")


def to_xhtml(root: Node) -> str:
    """Write a tree as XHTML."""
    return _serialize(root, void_end=" />")


def _serialize(root: Node, void_end: str) -> str:
    parts: list[str] = []
    write = parts.append
    pending: list[Node | str] = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, str):
            write(node)
            continue
        if node.tail:
            pending.append(_escape(node.tail))
        tag = node.tag
        if tag is None:
            write(_escape(node.text or ""))
        elif isinstance(tag, str):
            write(_start_tag(tag, node))
            if tag in VOID:
                parts[-1] = parts[-1][:-1] + void_end
                continue
            if node.text:
                write(node.text if tag in ("script", "style") else _escape(node.text))
            pending.append(f"</{tag}>")
        else:
            write(_special(node))
        if len(node):
            pending.extend(reversed(node))
    return "".join(parts)


def _escape(text: str) -> str:
    if "&" in text:
        text = _BARE_AMPERSAND.sub("&amp;", text)
    return text.replace("<", "&lt;").replace(">", "&gt;")


def _start_tag(tag: str, node: Node) -> str:
    if not node.attrib:
        return f"<{tag}>"
    attributes = "".join(f' {name}="{escape(value or "")}"' for name, value in node.attrib.items())
    return f"<{tag}{attributes}>"


def _special(node: Node) -> str:
    text = node.text or ""
    if node.tag is RawHtml:
        return text
    if node.tag is Comment:
        return f"<!--{text}-->"
    if node.tag is ProcessingInstruction:
        return f"<?{text}?>"
    return _escape(text)
