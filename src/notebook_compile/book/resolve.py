"""Resolve: the target of each link and embed, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping

from notebook_compile.book.fragments import Fragments
from notebook_compile.book.names import Names, loose
from notebook_compile.diagnostics import Diagnostic, diagnostic
from notebook_compile.model import Embed, Link, Note, Reference, Target
from notebook_compile.notes.wikilinks import is_picture

# (targets of a note's references, in the order of its references; None for a time and for what leads nowhere)
Targets = Mapping[str, tuple[Target | None, ...]]


def resolve_links(notes: Mapping[str, Note], names: Names) -> tuple[Targets, tuple[Diagnostic, ...]]:
    """The targets of every note's references, by the note's path."""
    found: list[Diagnostic] = []
    fragments = Fragments()
    targets = {
        path: tuple(_resolve(reference, note, notes, names, fragments, found) for reference in note.references)
        for path, note in notes.items()
    }
    return targets, tuple(found)


def _resolve(
    reference: Reference,
    source: Note,
    notes: Mapping[str, Note],
    names: Names,
    fragments: Fragments,
    found: list[Diagnostic],
) -> Target | None:
    if not isinstance(reference, Link | Embed):
        return None
    if not reference.target:
        return _place_in(source, reference, source, fragments, found)
    answer = names.note(reference.target, source.path)
    file = names.file(reference.target, source.path)
    if file and (answer is None or "." in reference.target.rpartition("/")[2].removesuffix(".md")):
        if isinstance(reference, Embed) and not is_picture(file):
            message = f"`{file}` cannot stand in a book; its name does"
            found.append(diagnostic("not-embedded", source.path, reference.place, message))
        return Target(file=file)
    if answer is None:
        found.append(_missing(reference, source, names))
        return None
    if answer.others:
        message = f"`{reference.target}` may mean `{answer.path}` or `{'`, `'.join(answer.others)}`; the first is taken"
        found.append(diagnostic("ambiguous-link", source.path, reference.place, message, "write the note's path"))
    return _place_in(notes[answer.path], reference, source, fragments, found)


def _missing(reference: Link | Embed, source: Note, names: Names) -> Diagnostic:
    near = names.nearest(reference.target)
    hint = f"did you mean `{near}`?" if near else ""
    image = isinstance(reference, Embed) and "." in reference.target.rpartition("/")[2]
    kind, code = ("file", "missing-image") if image else ("note", "missing-note")
    message = f"{kind} `{reference.target}` does not exist"
    return diagnostic(code, source.path, reference.place, message, "" if image else hint)


def _place_in(
    note: Note, reference: Link | Embed, source: Note, fragments: Fragments, found: list[Diagnostic]
) -> Target | None:
    """The heading or block of a note that a fragment names; the whole note where it names none."""
    fragment = reference.fragment
    if not fragment:
        return Target(note.path)
    anchor = fragments.anchor(note, fragment)
    if anchor is None and loose(fragment) == loose(note.title):  # its heading is the chapter's title now
        return Target(note.path)
    if anchor is None:
        kind = "block" if fragment.startswith("^") else "heading"
        instead = "its name stands there" if isinstance(reference, Embed) else "the link leads to the note"
        message = f"no {kind} `{fragment.lstrip('^')}` in `{note.path}`; {instead}"
        found.append(diagnostic("missing-heading", source.path, reference.place, message))
        if isinstance(reference, Embed):
            return None
    return Target(note.path, anchor or "")
