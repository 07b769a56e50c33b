"""How many digits page numbers have, and which are not printed: all that layout has to know of them.

In: entries in groups, one for each signature, and where the anchors of signatures stand. Out: digits for each group.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from notebook_compile.model import Chapter, CrossReference, Part

if TYPE_CHECKING:
    from notebook_compile.pdf.sheet import LaidOut

_STEPS = 8  # of how much longer chapters are than was guessed
_MARGIN = 1.1

Entry = Part | Chapter
Anchors = Mapping[str, tuple[int, float, float]]


@dataclass(frozen=True, slots=True)
class Numbering:
    """What layout has to know of page numbers."""

    digits: Mapping[str, int]  # of the number of each anchor's page, and of chapters' own numbers by their names
    room: int = 1  # for the digits of each number in lists of pages
    unprinted: frozenset[str] = frozenset()  # ids of references whose target is on their own page
    lost: frozenset[str] = frozenset()  # anchors of chapters in whose place stands that they cannot be laid out


def reference_id(chapter: str, number: int) -> str:
    """The anchor of a cross-reference, by its chapter's anchor and its own number there."""
    return f"{chapter}.ref{number}"


def number_id(chapter: str) -> str:
    """The name of a chapter's own number, by the chapter's anchor; it stands nowhere else."""
    return f"{chapter}.number"


def undrawn_id(chapter: str, place: tuple[int, int]) -> str:
    """The anchor of a formula that could not be drawn, by its chapter's anchor and its place in the note."""
    return f"{chapter}.undrawn-{place[0]}-{place[1]}"


def undrawn(anchors: Iterable[str]) -> Iterator[tuple[str, tuple[int, int]]]:
    """The chapters' anchors and the places of the formulas that could not be drawn, by the anchors of the pages."""
    for anchor in anchors:
        chapter, undrawn, place = anchor.partition(".undrawn-")
        if undrawn:
            line, column = place.split("-")
            yield chapter, (int(line), int(column))


def numbered(group: Iterable[Entry]) -> tuple[str, ...]:
    """What a signature prints the numbers of, but for lists of pages, each once.

    They are anchors, whose pages are meant, and names of chapters.
    """
    return tuple(sorted({anchor for entry in group for anchor in _numbered(entry)}))


def _numbered(entry: Entry) -> Iterable[str]:
    text = entry.introduction if isinstance(entry, Part) else entry.text
    yield from (each.anchor for each in text.references if isinstance(each, CrossReference))
    if isinstance(entry, Chapter):
        yield number_id(entry.anchor)


@dataclass(frozen=True, slots=True)
class Guess:
    """Where entries will stand that are not laid out yet."""

    groups: Sequence[Sequence[Entry]]
    pages: Sequence[float]  # that each group may take

    @property
    def room(self) -> int:
        """The digits that no page number exceeds, unless the book is much longer than it seems to be."""
        return len(str(int(_MARGIN * sum(self.pages))))

    def digits(self, laid_out: Sequence[LaidOut]) -> dict[str, int]:
        """The digits of the page numbers of all entries behind the first signatures, which are laid out."""
        known, taken = len(laid_out), sum(signature.pages for signature in laid_out)
        # In steps, so that a page more or less changes no number's digits far away.
        scale = round(_STEPS * taken / sum(self.pages[:known])) / _STEPS if known else 1.0
        page = 1.0 + taken
        digits: dict[str, int] = {}
        for group, pages in zip(self.groups[known:], self.pages[known:], strict=True):
            digits |= {entry.anchor: len(str(int(page))) for entry in group}
            page += pages * scale
        return digits


def known_digits(signatures: Iterable[LaidOut], wanted: frozenset[str]) -> dict[str, int]:
    """The digits of the page numbers of those of the wanted anchors that stand in the first signatures of the text."""
    return {anchor: len(str(folio)) for anchor, folio in known_folios(signatures, wanted).items()}


def known_folios(signatures: Iterable[LaidOut], wanted: frozenset[str]) -> dict[str, int]:
    """The page numbers of those of the wanted anchors that stand in the first signatures of the text."""
    folios: dict[str, int] = {}
    page = 1
    for signature in signatures:
        folios |= {name: page + place[0] for name, place in signature.anchors.items() if name in wanted}
        page += signature.pages
    return folios


def digits_of(
    anchors: Iterable[str], known: Mapping[str, int], least: Mapping[str, int] = MappingProxyType({})
) -> dict[str, int]:
    """The digits of some anchors, but no fewer than the `least`.

    A place in a chapter of which nothing is known, as none is laid out yet, is taken to be where its chapter begins.
    """
    return {
        anchor: max(known.get(anchor) or known.get(_chapter_of(anchor), 1), least.get(anchor, 1)) for anchor in anchors
    }


def _chapter_of(anchor: str) -> str:
    return anchor.replace(".", "-").partition("-")[0]


def on_their_page(entries: Iterable[Entry], anchors: Anchors) -> frozenset[str]:
    """The references to places in their own chapter whose target is on the same page, by their anchors."""
    return frozenset(
        name
        for entry in entries
        if isinstance(entry, Chapter)
        for name, reference in _inward(entry)
        if name in anchors and reference.anchor in anchors and anchors[name][0] == anchors[reference.anchor][0]
    )


def _inward(chapter: Chapter) -> Iterable[tuple[str, CrossReference]]:
    """The references of a chapter to places in itself, with their anchors."""
    return (
        (reference_id(chapter.anchor, each.number), each)
        for each in chapter.text.references
        if isinstance(each, CrossReference) and each.chapter == chapter.anchor
    )
