"""Task list items, `- [x] text` (GFM section 5.3), with any one character as Obsidian reads them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from markdown.treeprocessors import Treeprocessor

if TYPE_CHECKING:
    from .tree import Node

_BOX = re.compile(r"\[([^\[\]\n])\](?=\s|$)")


class TaskTreeprocessor(Treeprocessor):
    """Turns the box at the start of a list item's text into a checkbox, before inline text is read."""

    def run(self, root: Node) -> None:
        """Mark the items that are tasks: `class="task"` and the character in `data-task`."""
        for item in list(root.iter("li")):
            holder = _first_text(item)
            match = _BOX.match(holder.text or "") if holder is not None else None
            if holder is None or match is None:
                continue
            item.set("class", "task")
            item.set("data-task", match[1])
            holder.insert(0, _checkbox(checked=match[1] != " ", text=(holder.text or "")[match.end() :]))
            holder.text = None


def _first_text(item: Node) -> Node | None:
    """Return the element with the item's first text: itself, or its first paragraph."""
    if (item.text or "").strip():
        return item
    return item[0] if len(item) and item[0].tag == "p" else None


def _checkbox(*, checked: bool, text: str) -> Node:
    box: Node = Element("input", {"type": "checkbox", "disabled": ""})
    if checked:
        box.set("checked", "")
    box.tail = text
    return box
