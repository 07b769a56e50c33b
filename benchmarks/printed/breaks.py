"""Where pages end: paragraphs that are broken over two of them, headings left alone, and what leaves the page.

In: a volume. Out: what was found, with its page. Never: a bar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from printed.lines import HEADINGS, lines, running_text
from printed.sheet import Box, Word
from printed.volume import Volume

_FULL = 1.5  # points that a full line may lack
_HYPHENS = "\u00ad\u2010"  # those that layout puts in; authors write others
_SMALL = 0.8  # of the type around them: marks of footnotes
_TERMINAL = re.compile(r"[.!?…:;。！？：；]\W*\Z")


@dataclass(frozen=True, slots=True)
class Break:
    """A paragraph that is broken over two pages."""

    page: int  # the former
    before: int  # lines on it, and
    after: int  # on the latter
    words: str
    within_word: bool


def broken_paragraphs(volume: Volume) -> Iterator[Break]:
    """The paragraphs and list items that go on on the next page.

    Each page may have elements of its own, so text says it: a page ends within a sentence or with a full line, and the
    next one begins with a block of the same kind and type.
    """
    for page in range(len(volume.pages) - 1):
        above, below = _last_block(volume, page), _first_block(volume, page + 1)
        if above is None or below is None:
            continue
        ends, begins = lines(volume.blocks(page)[above]), lines(volume.blocks(page + 1)[below])
        if above == below or (_alike(volume, page, above, below) and _is_within(volume, page, ends, begins)):
            last = ends[-1][-1].text
            yield Break(page, len(ends), len(begins), f"{_text(ends[-1])} / {_text(begins[0])}", last[-1] in _HYPHENS)


def headings_at_foot(volume: Volume) -> Iterator[tuple[int, str]]:
    """Headings that a page ends with; titles of books, parts and chapters may stand alone."""
    for page in range(len(volume.pages)):
        last = _last_block(volume, page)
        if last is not None and volume.elements[last].kind in HEADINGS - {"H1"}:
            yield page, " ".join(word.text for word in volume.blocks(page)[last])


def outside(volume: Volume, margin: float = 0.0) -> Iterator[tuple[int, Box]]:
    """Words and pictures that are nearer to the edge of their page than a margin, in points; below 0, outside it."""
    for index, page in enumerate(volume.pages):
        edges = page.box
        for box in (mark.box for mark in page.marks):
            near = min(box.left - edges.left, box.bottom - edges.bottom, edges.right - box.right, edges.top - box.top)
            if near < margin:
                yield index, box


# --- what a page begins and ends with ---------------------------------------------------------------------


def _body(volume: Volume, page: int) -> dict[int, list[Word]]:
    """The blocks of a page, without its footnotes."""
    return {block: words for block, words in volume.blocks(page).items() if not _in_note(volume, block)}


def _in_note(volume: Volume, element: int) -> bool:
    return volume.elements[element].within("Note")


def _last_block(volume: Volume, page: int) -> int | None:
    """The block of text that a page ends with; None if it ends with a picture."""
    body = _body(volume, page)
    if not body:
        return None
    last = max(body)
    foot = min(word.baseline - word.size for word in body[last])
    return None if any(box.bottom < foot for box in _pictures(volume, page)) else last


def _first_block(volume: Volume, page: int) -> int | None:
    """The block of text that a page begins with; None if it begins with a picture, or with the mark of a new item."""
    body = _body(volume, page)
    if not body:
        return None
    first = min(body)
    head = max(word.baseline + word.size for word in body[first])
    return None if any(box.bottom > head for box in _pictures(volume, page)) else first


def _pictures(volume: Volume, page: int) -> Iterator[Box]:
    for picture in volume.pages[page].pictures:
        if picture.element >= 0 and not _in_note(volume, picture.element):
            yield picture.box


def _alike(volume: Volume, page: int, above: int, below: int) -> bool:
    """Whether two blocks are running text of one kind and size of type."""
    one, other = running_text(volume, page).get(above), running_text(volume, page + 1).get(below)
    if not one or not other:
        return False
    kinds = {volume.elements[block].kind for block in (above, below)}
    sizes = [max(word.size for word in words) for words in (one, other)]
    return len(kinds) == 1 and kinds < {"P", "LBody"} and abs(sizes[0] - sizes[1]) < 0.1


def _is_within(volume: Volume, page: int, ends: Sequence[list[Word]], begins: Sequence[list[Word]]) -> bool:
    """Whether these lines at the foot of a page and those at the head of the next read as one paragraph."""
    if begins[0][0].text[0].islower():
        return True
    size = max(word.size for word in ends[-1])
    last = [word for word in ends[-1] if word.size > _SMALL * size][-1]
    full = last.box.right > _right_edge(volume, page) - _FULL
    return full and (len(ends) > 1 or not _TERMINAL.search(last.text))


def _right_edge(volume: Volume, page: int) -> float:
    """Where full lines of a page end."""
    return max(word.box.right for words in _body(volume, page).values() for word in words)


def _text(line: Sequence[Word]) -> str:
    return " ".join(word.text for word in line)
