"""What stands behind an element, for `:has(+ ...)`.

cssselect2 goes through all children of an element's parent to find those behind it: for a paragraph among a thousand, a
thousand, and so the square of them for all. Here it begins where the element is, whose place it knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from cssselect2.tree import ElementWrapper

_iter_next_siblings = ElementWrapper.iter_next_siblings


def install() -> None:
    """Let elements find what stands behind them so from now on, in this process."""
    ElementWrapper.iter_next_siblings = _siblings_from_here


def _siblings_from_here(self: Any) -> Iterator[Any]:
    if self.parent is None:
        return
    last, place = self, self.index
    for child in islice(self.parent.etree_children, self.index + 1, None):
        place += 1
        last = type(self)(child, parent=self.parent, index=place, previous=last, in_html_document=self.in_html_document)
        yield last
