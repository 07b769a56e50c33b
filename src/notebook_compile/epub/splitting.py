"""Cutting a chapter that is too long for one document.

A chapter's markup comes in, the markup of its documents goes out. Nearly every chapter is returned as it came; reading
systems of small memory refuse documents of more than about 300 kB.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT = 250_000  # bytes; below 300 kB by what the document adds around the text

_REFERENCE_WEIGHT = 450  # bytes that a note reference, its footnote and their links become, roughly
_HEADING = re.compile(r"<h[1-6][\s>]")


def pieces(body: str) -> tuple[str, ...]:
    """The markup in pieces of at most LIMIT, cut between blocks and, if there are any, before headings."""
    if _weight(body) <= LIMIT:
        return (body,)
    found: list[list[str]] = [[]]
    size = 0
    for block in _blocks(body):
        weight = _weight(block)
        heading = _HEADING.match(block) is not None
        after_heading = bool(found[-1]) and _HEADING.match(found[-1][-1]) is not None
        if size and (size + weight > LIMIT or (heading and size > LIMIT // 2)) and not after_heading:
            found.append([])
            size = 0
        found[-1].append(block)
        size += weight
    return tuple("".join(blocks) for blocks in found)


def _weight(markup: str) -> int:
    return len(markup.encode()) + _REFERENCE_WEIGHT * markup.count("<ref ")


def _blocks(body: str) -> Iterator[str]:
    """The outermost elements, each with the text behind it; a single one that is too long stays whole."""
    root = etree.fromstring(f"<body>{body}</body>", etree.XMLParser(huge_tree=True, resolve_entities=False))
    if root.text and root.text.strip():
        yield escape(root.text)
    for block in root:
        # An empty reference is written with two tags: that is what filling looks for.
        yield re.sub(r'<ref n="(\d+)"/>', r'<ref n="\1"></ref>', etree.tostring(block, encoding="unicode"))
