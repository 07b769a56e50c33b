"""Resolve: the target of each link and embed, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping

from notebook_compile.book.names import Names, loose
from notebook_compile.diagnostics import Diagnostic, diagnostic
from notebook_compile.model import Embed, Link, Note, Reference, Target
from notebook_compile.notes.anchors import anchor_of

# (targets of a note's references, in the order of its references; None for a time and for what leads nowhere)
Targets = Mapping[str, tuple[Target | None, ...]]


def resolve_links(notes: Mapping[str, Note], names: Names) -> tuple[Targets, tuple[Diagnostic, ...]]:
    """The targets of every note's references, by the note's path."""
    found: list[Diagnostic] = []
    targets = {
        path: tuple(_resolve(reference, note, notes, names, found) for reference in note.references)
        for path, note in notes.items()
    }
    return targets, tuple(found)


def _resolve(
    reference: Reference, source: Note, notes: Mapping[str, Note], names: Names, found: list[Diagnostic]
) -> Target | None:
    if not isinstance(reference, Link | Embed):
        return None
    if not reference.target:
        return _place_in(source, reference, source, found)
    answer = names.note(reference.target, source.path)
    file = names.file(reference.target, source.path)
    if file and (answer is None or "." in reference.target.rpartition("/")[2].removesuffix(".md")):
        return Target(file=file)
    if answer is None:
        found.append(_missing(reference, source, names))
        return None
    if answer.others:
        message = f"`{reference.target}` may mean `{answer.path}` or `{'`, `'.join(answer.others)}`; the first is taken"
        found.append(diagnostic("ambiguous-link", source.path, reference.place, message, "write the note's path"))
    return _place_in(notes[answer.path], reference, source, found)


def _missing(reference: Link | Embed, source: Note, names: Names) -> Diagnostic:
    near = names.nearest(reference.target)
    hint = f"did you mean `{near}`?" if near else ""
    image = isinstance(reference, Embed) and "." in reference.target.rpartition("/")[2]
    kind, code = ("file", "missing-image") if image else ("note", "missing-note")
    message = f"{kind} `{reference.target}` does not exist"
    return diagnostic(code, source.path, reference.place, message, "" if image else hint)


def _place_in(note: Note, reference: Link | Embed, source: Note, found: list[Diagnostic]) -> Target:
    """The heading or block of a note that a fragment names; the whole note where it names none."""
    fragment = reference.fragment
    if not fragment:
        return Target(note.path)
    anchor = _block(note, fragment[1:]) if fragment.startswith("^") else _heading(note, fragment)
    if anchor is None and loose(fragment) == loose(note.title):  # its heading is the chapter's title now
        return Target(note.path)
    if anchor is None:
        kind = "block" if fragment.startswith("^") else "heading"
        message = f"`{note.path}` has no {kind} `{fragment.lstrip('^')}`; the link leads to the note"
        found.append(diagnostic("missing-heading", source.path, reference.place, message))
    return Target(note.path, anchor or "")


def _block(note: Note, name: str) -> str | None:
    return next((anchor for block, anchor in note.blocks if block.casefold() == name.casefold()), None)


def _heading(note: Note, fragment: str) -> str | None:
    """The anchor of `Heading` or `Heading#Subheading`, by text or by a published note's anchor."""
    start, anchor = 0, None
    for name in fragment.split("#"):
        wanted = loose(name)
        matches = (
            position
            for position, heading in enumerate(note.headings[start:], start)
            if loose(heading.text) == wanted or heading.anchor in (name, anchor_of(name))
        )
        position = next(matches, None)
        if position is None:
            return None
        start, anchor = position + 1, note.headings[position].anchor
    return anchor
