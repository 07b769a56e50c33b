"""Embeds: the text of another note, or of a section or block of it, put where a note asks for it.

In: notes and the targets of their references. Out: one markup with one list of references behind it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

from notebook_compile.book.resolve import Targets
from notebook_compile.diagnostics import Diagnostic, diagnostic
from notebook_compile.markup import parse, serialise, serialise_content
from notebook_compile.model import LOCAL_ID, Embed, Note, Reference, Target

MAX_DEPTH = 5
MAX_EMBEDDED = 1_000_000  # characters of markup in one chapter
MAX_REFERENCES = 100_000  # of all notes that are embedded in one chapter, each time that they are

_REFERENCE = re.compile(r'<ref n="(\d+)">')
_LOCAL_ID = re.compile(f' id="{LOCAL_ID}[^"]*"')
_HEADING = re.compile(r"h([1-6])\Z")


# by a note's path: the elements of its markup that have an id
Anchored = dict[str, Mapping[str, etree._Element]]
# (path, anchor) of each note, or part of one, that the text is embedded in; "" for a whole note
Chain = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Expanded:
    """A note's markup with its embeds in place; `<ref n>` are indices into references."""

    body: str = ""
    references: list[tuple[str, Reference, Target | None]] = field(default_factory=list)  # (path of its note, ...)
    footnotes: dict[tuple[str, str], str] = field(default_factory=dict)  # (path, name): markup, as body
    diagnostics: list[Diagnostic] = field(default_factory=list)
    anchored: Anchored = field(default_factory=dict)
    embedded: int = 0  # characters of markup so far


def expand(note: Note, notes: Mapping[str, Note], targets: Targets, anchored: Anchored | None = None) -> Expanded:
    """The markup of a note with the notes that it embeds, to MAX_DEPTH, each chain ending at a note in it already.

    `anchored` keeps what was read of notes embedded in parts, for the next chapter.
    """
    expanded = Expanded(anchored={} if anchored is None else anchored)
    expanded.body = _insert(note, note.body, ((note.path, ""),), notes, targets, expanded)
    return expanded


def _insert(
    note: Note, body: str, chain: Chain, notes: Mapping[str, Note], targets: Targets, expanded: Expanded
) -> str:
    """A note's markup (or a part of it) with its references added to those of `expanded`, embeds put in."""
    first = len(expanded.references)
    resolved = targets[note.path]
    expanded.references += [(note.path, *pair) for pair in zip(note.references, resolved, strict=True)]
    for name, footnote in note.footnotes:
        if (note.path, name) not in expanded.footnotes:
            expanded.footnotes[note.path, name] = _shifted(_LOCAL_ID.sub("", footnote), first)
    body = _shifted(body, first)
    wanted = {
        first + number: target
        for number, (reference, target) in enumerate(zip(note.references, resolved, strict=True))
        if isinstance(reference, Embed) and target is not None and target.note
    }
    return _replace(body, wanted, chain, notes, targets, expanded) if wanted else body


def _shifted(body: str, first: int) -> str:
    return _REFERENCE.sub(lambda match: f'<ref n="{first + int(match[1])}">', body)


def _replace(
    body: str,
    wanted: Mapping[int, Target],
    chain: Chain,
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
        if message := _refusal(target, chain, expanded):
            expanded.diagnostics.append(
                diagnostic("embed-cycle", path, reference.place, message, "it is left as a link")
            )
            continue
        other = notes[target.note]
        part = _LOCAL_ID.sub("", _part(other, target.anchor, expanded.anchored))
        expanded.embedded += len(part)
        markup = _insert(other, part, (*chain, (target.note, target.anchor)), notes, targets, expanded)
        _put(element, parse(markup))
    return serialise_content(tree)


def _refusal(target: Target, chain: Chain, expanded: Expanded) -> str:
    """Why a note, or a part of it, may not be embedded at the end of a chain of these; empty if it may."""
    if (target.note, target.anchor) in chain or (not target.anchor and target.note in (path for path, _ in chain)):
        return f"embedding `{target.note}` here would not end"
    if len(chain) > MAX_DEPTH:
        return "embeds are too deep"
    too_much = expanded.embedded > MAX_EMBEDDED or len(expanded.references) > MAX_REFERENCES
    return "the chapter's embeds are too long" if too_much else ""


def _part(note: Note, anchor: str, anchored: Anchored) -> str:
    """A note's whole markup, or the section or block at an anchor."""
    if not anchor:
        return note.body
    if note.path not in anchored:
        anchored[note.path] = {item.get("id", ""): item for item in parse(note.body).iterfind(".//*[@id]")}
    element = anchored[note.path].get(LOCAL_ID + anchor)
    if element is None:
        return note.body
    if element.tag == "li":  # outside a list it is none
        element = deepcopy(element)
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
    """Put embedded markup in place of a reference; a paragraph round it ends before it and goes on behind it."""
    embedded.set("class", "embed")
    paragraph = element.getparent()
    if paragraph is None or paragraph.tag != "p":
        embedded.tail, element.tail = element.tail, None
        element.addnext(embedded)
        _remove(element)
        return
    rest = etree.Element("p")
    rest.text, element.tail = element.tail, None
    rest.extend(list(element.itersiblings()))
    _remove(element)
    _without_breaks(paragraph, rest)
    last = rest if len(rest) or (rest.text or "").strip() else embedded
    last.tail, paragraph.tail = paragraph.tail, None
    if last is rest:
        paragraph.addnext(rest)
    paragraph.addnext(embedded)
    if not len(paragraph) and not (paragraph.text or "").strip():
        if "id" in paragraph.attrib:
            embedded.set("id", paragraph.get("id", ""))
        _remove(paragraph)


def _without_breaks(before: etree._Element, behind: etree._Element) -> None:
    """Take away the line breaks that the two halves of a paragraph would end and begin with."""
    if len(before) and before[-1].tag == "br" and not (before[-1].tail or "").strip():
        before.remove(before[-1])
    if len(behind) and behind[0].tag == "br" and not (behind.text or "").strip():
        behind.text = (behind[0].tail or "").lstrip()
        behind.remove(behind[0])


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
