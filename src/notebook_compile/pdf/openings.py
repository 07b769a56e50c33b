"""How pages open: the words that each begins with, by which an e-book finds the same places.

In: WeasyPrint's page boxes. Out: letters. Counted is what the notes say, and nothing that print adds to it: no page
numbers, note references, footnotes, codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from weasyprint.formatting_structure.boxes import TableRowGroupBox, TextBox

from notebook_compile.letters import letters
from notebook_compile.pdf.signature import Opening

_ADDED = frozenset(
    "chapter-head late-number note-reference page-reference part-number part-title part-video plate"
    " referenced-from".split()
)
_LETTERS = 60  # of a page's first text, which tell its place in the book


def openings(pages: Iterable[Any]) -> tuple[Opening, ...]:
    """How each page of a document opens; `pages` are its page boxes."""
    heads: set[int] = set()
    return tuple(_opening(page, heads) for page in pages)


def _opening(page: Any, heads: set[int]) -> Opening:
    # The first box in a page is the text; footnotes and margins stand behind it.
    text = letters("".join(_texts(page.children[0], heads)))
    return Opening(text[:_LETTERS], len(text))


def _texts(box: Any, heads: set[int]) -> Iterator[str]:
    if isinstance(box, TextBox):
        yield box.text
        return
    if _is_added(box) or (isinstance(box, TableRowGroupBox) and _is_repeated(box, heads)):
        return
    for child in getattr(box, "children", ()):
        yield from _texts(child, heads)


def _is_added(box: Any) -> bool:
    """Whether print adds this: a marker of a list, what has one of the classes above."""
    return "::" in box.element_tag or (
        box.element is not None and not _ADDED.isdisjoint(box.element.get("class", "").split())
    )


def _is_repeated(group: Any, heads: set[int]) -> bool:
    """Whether these rows stand on each page of their table, and have stood on one already: `heads` keeps count."""
    if group.is_footer:
        return True
    seen = group.is_header and id(group.element) in heads
    heads.add(id(group.element))
    return seen
