"""Footnotes: whether each stands where its mark in the text leads, and leads back.

In: a volume, in which the mark of footnote 3 of chapter `c7` leads to the destination `c7.fn3`, and the number of the
footnote back to `c7.fnref3`. Out: what was found, with its page. Never: a bar.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from printed.sheet import Box, Word
from printed.volume import Link, Page, Volume

_NAME = re.compile(r"(?P<chapter>.+)\.(?P<kind>fn|fnref)(?P<number>\d+)\Z")
_NEAR = 3.0  # points


@dataclass(frozen=True, slots=True)
class Footnotes:
    """The footnotes of a book; names are as `c7.3`."""

    footnotes: int  # that calls lead to
    without_call: tuple[str, ...]  # footnotes that lead back to what is no call of theirs
    without_footnote: tuple[str, ...]  # calls that no footnote leads back to
    far: tuple[str, ...]  # before their call, or more than a page behind it
    misnumbered: tuple[str, ...]  # their call shows another number
    unlinked: tuple[str, ...]  # Notes of the structure tree whose number leads to no call


def footnotes(volume: Volume) -> Footnotes:
    """Hold calls against footnotes."""
    notes: dict[str, int] = {}  # the page of each that calls lead to
    calls: dict[str, int] = {}  # the page of the call that each leads back to
    shown: dict[str, set[str]] = defaultdict(set)  # what the links of each show
    for page in volume.pages:
        for link in page.links:
            if link.target is not None and (match := _NAME.match(link.name)):
                name = f"{match['chapter']}.{match['number']}"
                (notes if match["kind"] == "fn" else calls)[name] = link.target
                shown[name].add("".join(word.text for word in _under(page, link)))
    far = [
        f"{name}: call on page {calls[name] + 1}, footnote on {leaf + 1}"
        for name, leaf in notes.items()
        if name in calls and not 0 <= leaf - calls[name] <= 1
    ]
    return Footnotes(
        len(notes),
        tuple(name for name in calls if name not in notes),
        tuple(name for name in notes if name not in calls),
        tuple(far),
        tuple(f"{name}: {sorted(texts)}" for name, texts in shown.items() if not _is_number(texts)),
        tuple(_unlinked(volume)),
    )


def _is_number(texts: set[str]) -> bool:
    """Whether call and footnote show one number."""
    return len(texts) == 1 and all(text.isdecimal() for text in texts)


def _under(page: Page, link: Link) -> Iterator[Word]:
    """The words whose middle is under a link, or under one that is too flat."""
    box = Box(link.box.left, link.box.bottom - _NEAR, link.box.right, link.box.top + _NEAR)
    for word in page.words:
        if box.holds((word.box.left + word.box.right) / 2, (word.box.bottom + word.box.top) / 2):
            yield word


def _unlinked(volume: Volume) -> Iterator[str]:
    """The Notes in which no link leads back to a call."""
    for index, page in enumerate(volume.pages):
        back = [link for link in page.links if (match := _NAME.match(link.name)) and match["kind"] == "fnref"]
        linked = {_note(volume, word) for link in back for word in _under(page, link)}
        for block in volume.blocks(index):
            if volume.elements[block].kind == "Note" and block not in linked:
                yield f"page {index + 1}: {' '.join(word.text for word in volume.blocks(index)[block])[:40]}"


def _note(volume: Volume, word: Word) -> int | None:
    return volume.elements[word.element].block if word.element >= 0 else None
