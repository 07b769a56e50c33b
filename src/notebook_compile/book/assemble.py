"""Assemble: outline and notes become a book. References are resolved, and still symbolic: no page, no file name."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

from notebook_compile.book.embeds import Expanded, expand
from notebook_compile.book.resolve import Targets
from notebook_compile.diagnostics import Diagnostic, diagnostic
from notebook_compile.model import (
    LOCAL_ID,
    Chapter,
    CrossReference,
    Embed,
    Image,
    Link,
    Moment,
    Note,
    NoteReference,
    Nowhere,
    Outline,
    Part,
    PlannedPart,
    Reference,
    Resolved,
    Section,
    Target,
    Text,
    Timestamp,
)
from notebook_compile.moments import clock

_TAG = re.compile(r'<ref n="(\d+)">|<(?:p|li|h[1-6]|td|th|dt|dd|blockquote|div)\b|(</ref>)')
_TIME = re.compile(r'(?<!\d\d:\d\d:\d\d)<ref n="(\d+)"></ref>')
_HEADING = re.compile(r"<(/?)h([1-6])\b")
# "From: [[index]] <br/>" as the first line of a note: a word or two and a link, nothing else
_FIRST_LINE = re.compile(
    r'\s*<(p|h[1-6])\b[^<>]*>[^<>\n]{0,30}<ref n="(\d+)">[^<>]*</ref>\s*(?:(<br/>)\s*)?(</\1>\s*)?'
)
_SCHEME = uuid.UUID("6f0c7d3e-4b1c-5a51-9a0e-7c0f6f9d1b1e")


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the notes of the book stand in it."""

    chapters: Mapping[str, int]  # a note's path to its chapter's number
    anchors: Mapping[str, frozenset[str]]  # a note's path to the anchors that it has
    index: str | None


def chapter_anchor(number: int) -> str:
    """The id of a chapter, unique in the book."""
    return f"c{number}"


def assemble(
    outline: Outline, notes: Mapping[str, Note], targets: Targets
) -> tuple[Text, tuple[Part | Chapter, ...], tuple[Diagnostic, ...]]:
    """The book's introduction and its parts and chapters in order."""
    found: list[Diagnostic] = []
    planned = [entry for entry in outline.entries if not isinstance(entry, PlannedPart)]
    numbers = {entry.path: number for number, entry in enumerate(planned, start=1)}
    anchors = {path: frozenset(_anchors(notes[path])) for path in numbers}
    places = _Places(numbers, anchors, outline.index)
    index = notes.get(outline.index or "")
    introduction = _index_text(outline.introduction, index, targets, places, "introduction")
    entries: list[Part | Chapter] = []
    parts = 0
    for entry in outline.entries:
        if isinstance(entry, PlannedPart):
            parts += 1
            anchor = f"p{parts}"
            text = _index_text(entry.introduction, index, targets, places, anchor)
            entries.append(Part(parts, entry.title, entry.depth, anchor, entry.video, text))
        else:
            chapter, problems = _chapter(notes[entry.path], entry.depth, notes, targets, places)
            entries.append(chapter)
            found += problems
    return introduction, tuple(entries), tuple(found)


def identifier(title: str, authors: tuple[str, ...], language: str) -> str:
    """A book's URN, the same whenever title, authors and language are."""
    return uuid.uuid5(_SCHEME, "\n".join((title, *authors, language))).urn


def _anchors(note: Note) -> tuple[str, ...]:
    return (*(heading.anchor for heading in note.headings), *(anchor for _, anchor in note.blocks))


def _index_text(body: str, index: Note | None, targets: Targets, places: _Places, prefix: str) -> Text:
    """The index note's prose, its links resolved; it has no footnotes, so its times stay as text."""
    if not body or index is None:
        return Text()
    expanded = Expanded(body, [(index.path, *pair) for pair in zip(index.references, targets[index.path], strict=True)])
    resolved, _ = _resolve(expanded, 0, places)
    plain = tuple(Nowhere() if isinstance(reference, NoteReference) else reference for reference in resolved)
    body = _TIME.sub(lambda match: _time_text(index.references[int(match[1])], match[0]), body)
    return Text(_in_order(body).replace(LOCAL_ID, f"{prefix}-"), _repeats_marked(body, plain))


def _time_text(reference: Reference, markup: str) -> str:
    return f" [{clock(reference.moment.seconds)}]{markup}" if isinstance(reference, Timestamp) else markup


def _chapter(
    note: Note, depth: int, notes: Mapping[str, Note], targets: Targets, places: _Places
) -> tuple[Chapter, list[Diagnostic]]:
    number = places.chapters[note.path]
    anchor = chapter_anchor(number)
    expanded = expand(note, notes, targets)
    expanded.body = _without_first_line(expanded, places.index)
    references, footnotes = _resolve(expanded, number, places)
    body = _in_order(expanded.body).replace(LOCAL_ID, f"{anchor}-")
    chapter = Chapter(
        number=number,
        title=note.title,
        depth=depth,
        anchor=anchor,
        path=note.path,
        video=note.video,
        text=Text(body, _repeats_marked(body, references)),
        footnotes=footnotes,
        sections=_sections(note, body, anchor),
    )
    return chapter, expanded.diagnostics + _outside(expanded, places)


def _without_first_line(expanded: Expanded, index: str | None) -> str:
    """The body without a first line that does nothing but lead back to the index."""
    match = _FIRST_LINE.match(expanded.body)
    if not match or index is None:
        return expanded.body
    target = expanded.references[int(match[2])][2]
    closed, broken = match[4], match[3]
    if target is None or target.note != index or not (closed or broken):
        return expanded.body
    rest = expanded.body[match.end() :]
    return rest if closed else f"<{match[1]}>{rest}"


def _resolve(expanded: Expanded, number: int, places: _Places) -> tuple[tuple[Resolved, ...], tuple[Moment, ...]]:
    """What each reference is in the book, and the chapter's footnotes: one for each moment, however often named."""
    footnotes: dict[tuple[str, int], Moment] = {}
    numbers: dict[tuple[str, int], int] = {}
    counts: dict[tuple[str, int], int] = {}
    resolved: list[Resolved] = [Nowhere()] * len(expanded.references)
    for match in _TAG.finditer(expanded.body):
        if match[1] is None:
            continue
        position = int(match[1])
        _, reference, target = expanded.references[position]
        if isinstance(reference, Timestamp):
            key = (reference.moment.video, reference.moment.seconds)
            footnotes.setdefault(key, reference.moment)
            numbers.setdefault(key, len(numbers) + 1)
            counts[key] = counts.get(key, 0) + 1
            resolved[position] = NoteReference(numbers[key], counts[key])
        else:
            resolved[position] = _place(reference, target, number, places)
    return tuple(resolved), tuple(footnotes.values())


def _place(reference: Reference, target: Target | None, number: int, places: _Places) -> Resolved:
    if target is None:
        return Nowhere()
    if target.file:
        if isinstance(reference, Embed):
            return Image(target.file, reference.label, reference.width, reference.height)
        return Nowhere()
    chapter = places.chapters.get(target.note)
    if chapter is None:
        return Nowhere()
    anchor = chapter_anchor(chapter)
    if target.anchor and target.anchor in places.anchors[target.note]:
        anchor = f"{anchor}-{target.anchor}"
    return CrossReference(chapter, anchor, internal=chapter == number)


def _outside(expanded: Expanded, places: _Places) -> list[Diagnostic]:
    """Links of a chapter to notes that are not in the book."""
    used = (expanded.references[int(match[1])] for match in _TAG.finditer(expanded.body) if match[1])
    return [
        diagnostic("outside-book", path, reference.place, f"`{target.note}` is not in the book", "link it in the index")
        for path, reference, target in used
        if isinstance(reference, Link)
        and target is not None
        and target.note
        and target.note != places.index
        and target.note not in places.chapters
    ]


def _repeats_marked(body: str, references: tuple[Resolved, ...]) -> tuple[Resolved, ...]:
    """The references, those to a target that was named before in the same paragraph marked as repeated."""
    marked = list(references)
    seen: set[str] = set()
    for match in _TAG.finditer(body):
        if match[2]:
            continue
        if match[1] is None:
            seen.clear()
            continue
        reference = references[int(match[1])]
        if isinstance(reference, CrossReference):
            marked[int(match[1])] = replace(reference, repeated=reference.anchor in seen)
            seen.add(reference.anchor)
    return tuple(marked)


def _in_order(body: str) -> str:
    """The body with its headings from level 2 on, none deeper than one level below the heading that it stands under."""
    open_levels: list[tuple[int, int]] = []  # (level as written, level in the book)
    unclosed: list[int] = []  # levels of the headings whose end is still to come

    def level(match: re.Match[str]) -> str:
        if match[1]:
            return f"</h{unclosed.pop() if unclosed else match[2]}"
        written = int(match[2])
        while open_levels and open_levels[-1][0] >= written:
            open_levels.pop()
        open_levels.append((written, min(6, open_levels[-1][1] + 1 if open_levels else 2)))
        unclosed.append(open_levels[-1][1])
        return f"<h{unclosed[-1]}"

    return _HEADING.sub(level, body)


def _sections(note: Note, body: str, anchor: str) -> tuple[Section, ...]:
    """The chapter's own headings, with the levels that they have in its markup."""
    levels = {match[2]: int(match[1]) for match in re.finditer(r'<h([1-6])[^<>]* id="([^"]*)"', body)}
    wanted = ((f"{anchor}-{heading.anchor}", heading) for heading in note.headings)
    return tuple(Section(levels[place], heading.text, place) for place, heading in wanted if place in levels)
