"""Assemble: outline and notes become a book. References are resolved, and still symbolic: no page, no file name."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace

from notebook_compile.book.anchors import chapter_anchors
from notebook_compile.book.embeds import Anchored, Expanded, expand
from notebook_compile.book.indexes import referenced_from
from notebook_compile.book.references import Places, resolve_chapter, resolve_prose
from notebook_compile.book.resolve import Targets
from notebook_compile.diagnostics import Diagnostic, diagnostic
from notebook_compile.filling import indices
from notebook_compile.model import LOCAL_ID, Chapter, Link, Moment, Note, Outline, Part, PlannedPart, Section, Text

_HEADING = re.compile(r"<(/?)h([1-6])\b")
# "From: [[index]] <br/>" as the first line of a note: a word or two and a link, nothing else
_FIRST_LINE = re.compile(
    r'\s*<(p|h[1-6])\b[^<>]*>[^<>\n]{0,30}<ref n="(\d+)">[^<>]*</ref>\s*(?:(<br/>)\s*)?(</\1>\s*)?'
)
_SCHEME = uuid.UUID("6f0c7d3e-4b1c-5a51-9a0e-7c0f6f9d1b1e")


def assemble(
    outline: Outline, notes: Mapping[str, Note], targets: Targets
) -> tuple[Text, tuple[Part | Chapter, ...], tuple[Diagnostic, ...]]:
    """The book's introduction and its parts and chapters in order."""
    found: list[Diagnostic] = []
    planned = [entry for entry in outline.entries if not isinstance(entry, PlannedPart)]
    chapters = chapter_anchors(entry.path for entry in planned)
    anchors = {path: frozenset(_anchors(notes[path])) for path in chapters}
    titles = {path: note.title for path, note in notes.items() if path != outline.index}
    places = Places(chapters, anchors, titles, outline.index)
    index = notes.get(outline.index or "")
    introduction = _index_text(outline.introduction, index, targets, places, "introduction")
    entries: list[Part | Chapter] = []
    anchored: Anchored = {}
    parts = number = 0
    for entry in outline.entries:
        if isinstance(entry, PlannedPart):
            parts += 1
            anchor = f"p{parts}"
            text = _index_text(entry.introduction, index, targets, places, anchor)
            entries.append(Part(parts, entry.title, entry.depth, anchor, entry.video, text))
        else:
            number += 1
            expanded = expand(notes[entry.path], notes, targets, anchored)
            chapter, problems = _chapter(notes[entry.path], expanded, number, entry.depth, places)
            entries.append(chapter)
            found += problems
    return introduction, _with_backlinks(entries), tuple(found)


def identifier(title: str, authors: tuple[str, ...], language: str) -> str:
    """A book's URN, the same whenever title, authors and language are."""
    return uuid.uuid5(_SCHEME, "\n".join((title, *authors, language))).urn


def _with_backlinks(entries: Sequence[Part | Chapter]) -> tuple[Part | Chapter, ...]:
    """The entries, each chapter with the references that lead to it."""
    found = referenced_from(entry for entry in entries if isinstance(entry, Chapter))
    return tuple(
        replace(entry, referenced_from=found.get(entry.anchor, ())) if isinstance(entry, Chapter) else entry
        for entry in entries
    )


def _anchors(note: Note) -> tuple[str, ...]:
    return (*(heading.anchor for heading in note.headings), *(anchor for _, anchor in note.blocks))


def _index_text(body: str, index: Note | None, targets: Targets, places: Places, prefix: str) -> Text:
    """The index note's prose."""
    if not body or index is None:
        return Text()
    references = [(index.path, *pair) for pair in zip(index.references, targets[index.path], strict=True)]
    footnotes = {(index.path, name): footnote for name, footnote in index.footnotes}
    return _finished(resolve_prose(Expanded(body, references, footnotes), places), prefix)


def _chapter(
    note: Note, expanded: Expanded, number: int, depth: int, places: Places
) -> tuple[Chapter, list[Diagnostic]]:
    anchor = places.chapters[note.path]
    expanded.body = _without_first_line(expanded, places.index)
    text, footnotes = resolve_chapter(expanded, places)
    text = _finished(text, anchor)
    chapter = Chapter(
        number=number,
        title=note.title,
        depth=depth,
        anchor=anchor,
        path=note.path,
        video=note.video,
        text=text,
        footnotes=footnotes,
        sections=_sections(note, text.body, anchor),
        aliases=note.aliases,
        tags=note.tags,
    )
    return chapter, expanded.diagnostics + _outside(expanded, footnotes, places)


def _finished(text: Text, anchor: str) -> Text:
    """The text with its headings in order, and its ids made unique in the book."""
    return replace(text, body=_in_order(text.body).replace(LOCAL_ID, f"{anchor}-"))


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


def _outside(expanded: Expanded, footnotes: tuple[Moment | Text, ...], places: Places) -> list[Diagnostic]:
    """Links of a chapter to notes that are not in the book."""
    bodies = [expanded.body, *(footnote.body for footnote in footnotes if isinstance(footnote, Text))]
    used = (expanded.references[index] for body in bodies for index in indices(body))
    return [
        diagnostic("outside-book", path, reference.place, f"`{target.note}` is not in the book", "link it in the index")
        for path, reference, target in used
        if isinstance(reference, Link)
        and target is not None
        and target.note
        and target.note != places.index
        and target.note not in places.chapters
    ]


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
