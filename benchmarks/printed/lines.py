"""How the lines of running text are set: which they are, and how wide the spaces in them are.

In: a volume. Out: lines, and the spaces between words with their pages. Never: a bar.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from printed.sheet import Box, Word
from printed.volume import Page, Volume, code_address

HEADINGS = frozenset(f"H{level}" for level in range(1, 7))
_RUNNING = HEADINGS | {"P", "LBody", "BlockQuote", "Caption"}
_NOT_RUNNING = ("Note", "TD", "TH", "TOC", "TOCI", "Index", "Lbl", "Code", "Figure", "Formula")
_EVEN, _SHORT = 1.0, 4.0  # points that lines which end together may differ, and those that a short one lacks
_SAME_LINE = 0.55  # em between baselines: marks stand up to .45 em above their line, the next line is over 1 em away


@dataclass(frozen=True, slots=True)
class Gap:
    """The space between two words of a line, without the pictures in it."""

    width: float
    page: int
    words: tuple[str, str]


def lines(words: Iterable[Word]) -> list[list[Word]]:
    """The lines of a block, from its top, each from its left."""
    found: list[list[Word]] = []
    main: Word | None = None
    for word in sorted(words, key=lambda word: -word.baseline):
        if main is None or main.baseline - word.baseline > _SAME_LINE * max(main.size, word.size):
            found.append([])
            main = word
        found[-1].append(word)
        main = max(main, word, key=lambda each: each.size)
    return [sorted(line, key=lambda word: word.box.left) for line in found]


def running_text(volume: Volume, page: int) -> dict[int, list[Word]]:
    """The words of a page's paragraphs, list items and headings; not what stands in columns, and no footnotes."""
    parents = (volume.elements[drawing].parent for drawing in volume.drawings(page) if code_address(volume, drawing))
    plates = {volume.elements[parent].block for parent in parents}  # codes in rows, with their numbers
    return {
        block: words
        for block, words in volume.blocks(page).items()
        if volume.elements[block].kind in _RUNNING
        and not volume.elements[block].within(*_NOT_RUNNING)
        and block not in plates
        and not _is_contents(volume, page, words)
    }


def _is_contents(volume: Volume, page: int, words: Sequence[Word]) -> bool:
    """Whether a block is a line of the contents: a link, at its end the label of the page that all of it leads to."""
    last = words[-1]
    target = _target(volume.pages[page], last)
    if target is None or last.text != volume.pages[target].label:
        return False
    return len(words) > 1 and _target(volume.pages[page], words[0]) == target


def _target(page: Page, word: Word) -> int | None:
    x, y = (word.box.left + word.box.right) / 2, (word.box.bottom + word.box.top) / 2
    return next((link.target for link in page.links if link.box.holds(x, y) and link.target is not None), None)


def gaps(volume: Volume) -> list[Gap]:
    """All spaces between words of running text, the widest first; those between words of code are the author's."""
    found = []
    for index, page in enumerate(volume.pages):
        drawings = [*volume.drawings(index).values()]
        for words in running_text(volume, index).values():
            for line in lines(words):
                for one, other in pairwise(line):
                    if not (one.fixed and other.fixed):
                        width = other.box.left - one.box.right
                        if width > one.size:  # others cannot be among the widest
                            width -= _filled([*drawings, *(word.box for word in page.words)], one, other)
                        found.append(Gap(width, index, (one.text, other.text)))
    return sorted(found, key=lambda gap: -gap.width)


def short_lines(volume: Volume) -> list[tuple[int, str]]:
    """The lines of justified paragraphs that fall short of the right edge though others follow, by their last word."""
    found = []
    for index in range(len(volume.pages)):
        drawings = [*volume.drawings(index).values()]
        for block, words in running_text(volume, index).items():
            inner = lines(words)[:-1]
            ends = [_end(line, drawings) for line in inner]
            edge = max(ends, default=0.0)
            justified = sum(edge - end < _EVEN for end in ends) * 2 > len(ends) > 1
            if justified and volume.elements[block].kind not in HEADINGS:
                found += [(index, line[-1].text) for line, end in zip(inner, ends, strict=True) if edge - end > _SHORT]
    return found


def _end(line: Sequence[Word], drawings: Iterable[Box]) -> float:
    """Where a line ends, be it with a word or with a formula."""
    last = line[-1]
    middle = last.baseline + last.size / 4
    return max([last.box.right, *(box.right for box in drawings if box.bottom < middle < box.top)])


def _filled(boxes: Iterable[Box], one: Word, other: Word) -> float:
    """How much of the space between two words has a picture or a formula in it."""
    left, right = one.box.right, other.box.left
    bottom = min(one.baseline, other.baseline)
    top = bottom + max(one.size, other.size)
    inside = sorted(
        (box.left, box.right)
        for box in boxes
        if left - 1 <= box.left and box.right <= right + 1 and box.bottom < top and box.top > bottom
    )
    filled, end = 0.0, left
    for start, stop in inside:
        filled += max(0.0, min(stop, right) - max(start, end))
        end = max(end, stop)
    return filled
