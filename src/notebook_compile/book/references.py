"""What each reference of a text is in the book: cross-reference, note reference, image, or nothing.

In: a note's markup with its embeds in place. Out: markup, the references behind it, and a chapter's footnotes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import escape

from notebook_compile.book.embeds import Expanded
from notebook_compile.filling import indices
from notebook_compile.model import (
    CrossReference,
    Drawing,
    Embed,
    FootnoteMark,
    Formula,
    Image,
    Moment,
    NoteReference,
    Nowhere,
    Reference,
    Resolved,
    Target,
    Text,
    Timestamp,
)
from notebook_compile.moments import address, clock
from notebook_compile.notes.wikilinks import is_picture

_TAG = re.compile(r'<ref n="(\d+)">|<(?:p|li|h[1-6]|td|th|dt|dd|blockquote|div)\b|(</ref>)')
_MARK = re.compile(r'(\d\d:\d\d:\d\d)?<ref n="(\d+)"></ref>')
_ONE_PARAGRAPH = re.compile(r"\s*<p\b[^<>]*>(.*)</p>\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Places:
    """Where the notes of the book stand in it."""

    chapters: Mapping[str, str]  # a note's path to its chapter's anchor
    anchors: Mapping[str, frozenset[str]]  # a note's path to the anchors that it has
    titles: Mapping[str, str]  # the path of every note but the index to its title, in the book or not
    index: str | None


def resolve_chapter(expanded: Expanded, places: Places) -> tuple[Text, tuple[Moment | Text, ...]]:
    """A chapter's text, ids still local, and its footnotes: one for each moment and note, however often named."""
    counted = _Counted([Nowhere()] * len(expanded.references))
    # The marks of a footnote's own text count right behind its own: in print they stand on the same page.
    texts = [indices(expanded.body)]
    while texts:
        position = next(texts[-1], None)
        if position is None:
            texts.pop()
            continue
        path, reference, target = expanded.references[position]
        if isinstance(reference, Timestamp):
            counted.mark(position, (reference.moment.video, reference.moment.seconds), reference.moment)
        elif isinstance(reference, FootnoteMark):
            body = _times_as_links(expanded.footnotes[path, reference.name], expanded)
            if counted.mark(position, (path, reference.name), body):
                texts.append(indices(body))
        else:
            counted.resolved[position] = _place(reference, target, position, places)
    for body in (expanded.body, *(footnote for footnote in counted.footnotes if isinstance(footnote, str))):
        _mark_repeats(body, counted.resolved)
    references = tuple(counted.resolved)
    footnotes = tuple(
        Text(footnote, references) if isinstance(footnote, str) else footnote for footnote in counted.footnotes
    )
    return Text(expanded.body, references), footnotes


def resolve_prose(expanded: Expanded, places: Places) -> Text:
    """The index note's prose, ids still local. It has no footnotes: times are links, notes stand in brackets."""
    body = _notes_in_brackets(_times_as_links(expanded.body, expanded), expanded)
    resolved: list[Resolved] = [
        Nowhere() if isinstance(reference, Timestamp | FootnoteMark) else _place(reference, target, position, places)
        for position, (_, reference, target) in enumerate(expanded.references)
    ]
    _mark_repeats(body, resolved)
    return Text(body, tuple(resolved))


@dataclass(slots=True)
class _Counted:
    """The footnotes of one chapter while they are counted."""

    resolved: list[Resolved]
    footnotes: list[Moment | str] = field(default_factory=list)
    numbers: dict[tuple[str, int | str], int] = field(default_factory=dict)
    occurrences: dict[int, int] = field(default_factory=dict)

    def mark(self, position: int, key: tuple[str, int | str], footnote: Moment | str) -> bool:
        """Count a mark; whether its footnote is a new one."""
        new = key not in self.numbers
        if new:
            self.footnotes.append(footnote)
            self.numbers[key] = len(self.footnotes)
        number = self.numbers[key]
        self.occurrences[number] = self.occurrences.get(number, 0) + 1
        self.resolved[position] = NoteReference(number, self.occurrences[number])
        return new


def _place(reference: Reference, target: Target | None, position: int, places: Places) -> Resolved:
    if isinstance(reference, Formula | Drawing):
        return reference
    if target is None:
        return Nowhere()
    if target.file:
        if isinstance(reference, Embed) and is_picture(target.file):
            return Image(target.file, reference.label, reference.width, reference.height)
        return Nowhere()
    chapter = places.chapters.get(target.note)
    if chapter is None:
        return Nowhere(places.titles.get(target.note, ""))
    known = target.anchor and target.anchor in places.anchors[target.note]
    return CrossReference(chapter, f"{chapter}-{target.anchor}" if known else chapter, number=position + 1)


def _times_as_links(body: str, expanded: Expanded) -> str:
    """The markup with its times as links to their moments, as where there can be no footnote."""

    def link(match: re.Match[str]) -> str:
        _, reference, _ = expanded.references[int(match[2])]
        if not isinstance(reference, Timestamp):
            return match[0]
        before = "" if match[1] or body[match.start() - 1 : match.start()].isspace() else " "
        return f'{before}<a href="{escape(address(reference.moment))}">[{clock(reference.moment.seconds)}]</a>'

    return _MARK.sub(link, body)


def _notes_in_brackets(body: str, expanded: Expanded) -> str:
    """The markup with the author's footnotes in their marks' places; a footnote within one is left out there."""

    def text(match: re.Match[str]) -> str:
        path, reference, _ = expanded.references[int(match[2])]
        if not isinstance(reference, FootnoteMark):
            return match[0]
        footnote = expanded.footnotes[path, reference.name]
        paragraph = _ONE_PARAGRAPH.fullmatch(footnote)
        content = paragraph[1] if paragraph and "</p>" not in paragraph[1] else footnote
        return f"{match[1] or ''} [{_times_as_links(content, expanded)}]"

    return _MARK.sub(text, body)


def _mark_repeats(body: str, resolved: list[Resolved]) -> None:
    """Mark the cross-references to a target that was named before in the same paragraph."""
    anchors = [reference.anchor for reference in resolved if isinstance(reference, CrossReference)]
    if len(set(anchors)) == len(anchors):
        return
    seen: set[str] = set()
    for match in _TAG.finditer(body):
        if match[2]:
            continue
        if match[1] is None:
            seen.clear()
            continue
        reference = resolved[int(match[1])]
        if isinstance(reference, CrossReference):
            resolved[int(match[1])] = replace(reference, repeated=reference.anchor in seen)
            seen.add(reference.anchor)
