"""How many digits page numbers have, and which are not printed: all that layout has to know of them.

In: entries in groups, one for each signature, and the signatures that are laid out. Out: a `Numbering` for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from notebook_compile.model import Chapter, CrossReference, Part
from notebook_compile.pdf.signature import Signature

Entry = Part | Chapter


@dataclass(frozen=True, slots=True)
class Numbering:
    """What layout has to know of page numbers."""

    digits: Mapping[str, int]  # anchor: digits of its page's number
    unprinted: frozenset[str] = frozenset()  # ids of references whose target is on their own page


def reference_id(chapter: int, number: int) -> str:
    """The anchor of a chapter's cross-reference, by its own number there."""
    return f"c{chapter}.ref{number}"


def known_digits(
    groups: Sequence[Sequence[Entry]], laid_out: Mapping[int, Signature], guess: Sequence[Mapping[str, float]]
) -> dict[str, int]:
    """How many digits the page number of every anchor has: as laid out, and as guessed where that is still to come.

    `guess` has the pages that each entry of each group may take.
    """
    known = sum(signature.pages for signature in laid_out.values())
    guessed = sum(sum(guess[index].values()) for index in laid_out)
    scale = known / guessed if guessed else 1.0
    digits: dict[str, int] = {}
    page = 1.0
    for index, group in enumerate(groups):
        signature = laid_out.get(index)
        if signature is not None:
            digits |= {anchor: len(str(round(page) + leaf)) for anchor, (leaf, _, _) in signature.anchors.items()}
            page += signature.pages
            continue
        for entry in group:
            digits[entry.anchor] = len(str(max(1, int(page))))
            page += guess[index][entry.anchor] * scale
    return digits


def numbering(group: Sequence[Entry], digits: Mapping[str, int], unprinted: frozenset[str] = frozenset()) -> Numbering:
    """What a signature has to know of page numbers, and nothing more: it is laid out again when this changes."""
    return Numbering({target: _digits(target, digits) for target in sorted(set(_targets(group)))}, unprinted)


def wanted(
    group: Sequence[Entry], digits: Mapping[str, int], used: Numbering, signature: Signature, *, grow_only: bool
) -> Numbering:
    """The numbering that a laid-out signature turns out to need. What was left out once stays out: it cannot swing."""
    same_page = frozenset(
        name
        for entry in group
        if isinstance(entry, Chapter)
        for name, reference in _internal_references(entry)
        if name in signature.anchors
        and reference.anchor in signature.anchors
        and signature.anchors[name][0] == signature.anchors[reference.anchor][0]
    )
    found = numbering(group, digits, used.unprinted | same_page)
    if not grow_only:
        return found
    grown = {target: max(count, used.digits.get(target, 1)) for target, count in found.digits.items()}
    return Numbering(grown, found.unprinted)


def _digits(target: str, digits: Mapping[str, int]) -> int:
    """The digits of a place in a chapter that is not laid out yet are taken to be those of the chapter."""
    return digits.get(target) or digits.get(target.replace(".", "-").partition("-")[0], 1)


def _targets(group: Sequence[Entry]) -> Iterable[str]:
    """The anchors whose pages a signature prints the numbers of."""
    for entry in group:
        text = entry.introduction if isinstance(entry, Part) else entry.text
        yield from (each.anchor for each in text.references if isinstance(each, CrossReference))
        if isinstance(entry, Chapter):
            yield from (reference_id(*place) for place in entry.referenced_from)


def _internal_references(chapter: Chapter) -> Iterable[tuple[str, CrossReference]]:
    """The references of a chapter to places in itself, with their anchors."""
    return (
        (reference_id(chapter.number, each.number), each)
        for each in chapter.text.references
        if isinstance(each, CrossReference) and each.chapter == chapter.number
    )
