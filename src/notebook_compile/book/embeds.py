"""Embeds: the text of another note, or of a section or block of it, put where a note asks for it.

In: notes and the targets of their references. Out: one markup with one list of references behind it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from notebook_compile.book.resolve import Targets
from notebook_compile.diagnostics import Diagnostic, diagnostic
from notebook_compile.markup import parse, serialise, serialise_content
from notebook_compile.model import LOCAL_ID, Embed, Note, Reference, Target

MAX_DEPTH = 5
MAX_EMBEDDED = 1_000_000  # characters of markup in one chapter

_REFERENCE = re.compile(r'<ref n="(\d+)">')
_LOCAL_ID = re.compile(f' id="{LOCAL_ID}[^"]*"')
_HEADING = re.compile(r"h([1-6])\Z")


@dataclass(slots=True)
class Expanded:
    """A note's markup with its embeds in place; `<ref n>` are indices into references."""

    body: str = ""
    references: list[tuple[str, Reference, Target | None]] = field(default_factory=list)  # (path of its note, ...)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def expand(note: Note, notes: Mapping[str, Note], targets: Targets) -> Expanded:
    """The markup of a note with the notes that it embeds, to MAX_DEPTH, each chain ending at a note in it already."""
    expanded = Expanded()
    expanded.body = _insert(note, note.body, (note.path,), notes, targets, expanded)
    return expanded


def _insert(
    note: Note, body: str, chain: tuple[str, ...], notes: Mapping[str, Note], targets: Targets, expanded: Expanded
) -> str:
    """A note's markup (or a part of it) with its references added to those of `expanded`, embeds put in."""
    first = len(expanded.references)
    resolved = targets[note.path]
    expanded.references += [(note.path, *pair) for pair in zip(note.references, resolved, strict=True)]
    body = _REFERENCE.sub(lambda match: f'<ref n="{first + int(match[1])}">', body)
    wanted = {
        first + number: target
        for number, (reference, target) in enumerate(zip(note.references, resolved, strict=True))
        if isinstance(reference, Embed) and target is not None and target.note
    }
    return _replace(body, wanted, chain, notes, targets, expanded) if wanted else body


def _replace(
    body: str,
    wanted: Mapping[int, Target],
    chain: tuple[str, ...],
    notes: Mapping[str, Note],
    targets: Targets,
    expanded: Expanded,
) -> str:
    tree = parse(body)
    for element in list(tree.iter("ref")):
        target = wanted.get(int(element.get("n", "-1")))
        if target is None:
            continue
        path, reference, _ = expanded.references[int(element.get("n", "-1"))]
        if target.note in chain or len(chain) > MAX_DEPTH or len(expanded.body) > MAX_EMBEDDED:
            message = f"embedding `{target.note}` here would not end" if target.note in chain else "embeds are too deep"
            expanded.diagnostics.append(
                diagnostic("embed-cycle", path, reference.place, message, "it is left as a link")
            )
            continue
        other = notes[target.note]
        part = _LOCAL_ID.sub("", _part(other, target.anchor))
        markup = _insert(other, part, (*chain, target.note), notes, targets, expanded)
        _put(element, parse(markup))
    return serialise_content(tree)


def _part(note: Note, anchor: str) -> str:
    """A note's whole markup, or the section or block at an anchor."""
    if not anchor:
        return note.body
    tree = parse(note.body)
    element = next((item for item in tree.iter() if item.get("id") == LOCAL_ID + anchor), None)
    if element is None:
        return note.body
    if element.tag == "li":  # outside a list it is none
        element.tag = "div"
        element.attrib.pop("value", "")
    parts = [element]
    if match := _HEADING.match(element.tag):
        for following in element.itersiblings():
            heading = _HEADING.match(following.tag)
            if heading and heading[1] <= match[1]:
                break
            parts.append(following)
    return "".join(serialise(part) for part in parts)


def _put(element: etree._Element, embedded: etree._Element) -> None:
    """Put embedded markup in place of a reference: its paragraph where it stands alone in one, else behind that."""
    embedded.set("class", "embed")
    paragraph = element.getparent()
    if paragraph is None or paragraph.tag != "p":
        embedded.tail, element.tail = element.tail, None
        element.addnext(embedded)
        _remove(element)
        return
    alone = len(paragraph) == 1 and not (paragraph.text or "").strip() and not (element.tail or "").strip()
    embedded.tail, paragraph.tail = paragraph.tail, None
    paragraph.addnext(embedded)
    if alone:
        _remove(paragraph)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
