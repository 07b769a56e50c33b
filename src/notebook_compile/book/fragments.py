"""Which place in a note does a link mean? Headings and blocks by the names that links give them."""

from __future__ import annotations

from bisect import bisect_left

from notebook_compile.book.names import loose
from notebook_compile.model import Note
from notebook_compile.notes.anchors import anchor_of


class Fragments:
    """The headings and blocks of all notes that links were followed to; each note is looked through once."""

    def __init__(self) -> None:
        self._headings: dict[str, dict[str, list[int]]] = {}  # positions of a note's headings, by text and by anchor
        self._blocks: dict[str, dict[str, str]] = {}  # anchors of a note's blocks, by name

    def anchor(self, note: Note, fragment: str) -> str | None:
        """The anchor of `^block` or `Heading`; None if the note has no such place."""
        return self._block(note, fragment[1:]) if fragment.startswith("^") else self._heading(note, fragment)

    def _block(self, note: Note, name: str) -> str | None:
        if note.path not in self._blocks:
            self._blocks[note.path] = {block.casefold(): anchor for block, anchor in reversed(note.blocks)}
        return self._blocks[note.path].get(name.casefold())

    def _heading(self, note: Note, fragment: str) -> str | None:
        """The anchor of `Heading` or `Heading#Subheading`, by text or by a published note's anchor."""
        if note.path not in self._headings:
            self._headings[note.path] = _positions(note)
        positions = self._headings[note.path]
        start, anchor = 0, None
        for name in fragment.split("#"):
            matches = (positions.get(key, []) for key in (" " + loose(name), name, anchor_of(name)))
            following = [found[place] for found in matches if (place := bisect_left(found, start)) < len(found)]
            if not following:
                return None
            start, anchor = min(following) + 1, note.headings[min(following)].anchor
        return anchor


def _positions(note: Note) -> dict[str, list[int]]:
    """The positions of a note's headings, by anchor, and by text behind a blank, which no anchor has."""
    positions: dict[str, list[int]] = {}
    for position, heading in enumerate(note.headings):
        for key in (" " + loose(heading.text), heading.anchor):
            positions.setdefault(key, []).append(position)
    return positions
