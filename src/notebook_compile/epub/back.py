"""What the documents of the back matter hold: the videos, the index of tags, the index of titles.

A book comes in; entries that lead to chapters go out, document by document, none longer than a document may be. Never:
what the indexes list (`book/indexes.py`), markup.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from itertools import chain
from typing import TYPE_CHECKING

from notebook_compile.book.indexes import FEW, Entry, Group, tags_index, title_index, videos
from notebook_compile.epub import splitting
from notebook_compile.epub.weights import LINK, weight
from notebook_compile.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from notebook_compile.model import Book, Chapter

# Named as the sections of the printed book (pdf/back.py), so that they have its pages.
_NAMES = {"videos": "videos.xhtml", "tags": "tags-index.xhtml", "titles": "title-index.xhtml"}


@dataclass(frozen=True, slots=True)
class Line:
    """An entry, and the chapters that it leads to."""

    text: str
    chapters: tuple[Chapter, ...]
    address: str = ""  # of a video
    printed: str = ""  # what the print calls this entry, "" for one that goes on
    level: int = 0  # above 0: below the last entry of a lower level
    anchor: str = ""  # where a link at the index's start leads
    below: tuple[Line, ...] = ()  # entries of higher levels


@dataclass(frozen=True, slots=True)
class LetterGroup:
    """Entries under one heading, "" where they need none."""

    heading: str
    anchor: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class BackDocument:
    """A document of the back matter."""

    name: str
    kind: str  # "videos", "tags" or "titles", which its template has the name of
    title: str
    groups: tuple[LetterGroup, ...]
    first: bool  # of its section: what has the title
    jumps: tuple[tuple[str, str], ...] = ()  # labels, and links to what they name


def back_documents(book: Book) -> tuple[BackDocument, ...]:
    """The documents of the sections that a book has; none where it has nothing to list."""
    fixed = words(book.language)
    listed = tuple(Line(video.title, video.chapters, video.address, f"videos.{video.number}") for video in videos(book))
    sections = (
        ("videos", fixed("Videos"), (LetterGroup("", "", listed),) if listed else ()),
        ("tags", fixed("Tags"), tuple(_groups("tags-index", tags_index(book)))),
        ("titles", fixed("Index"), tuple(_groups("title-index", title_index(book)))),
    )
    return tuple(document for kind, title, groups in sections if groups for document in _documents(kind, title, groups))


def _groups(index: str, groups: Iterable[Group]) -> Iterator[LetterGroup]:
    """The groups of an index, with an anchor for each, or for each outermost entry of an index in one group."""
    for number, group in enumerate(groups, 1):
        lines = tuple(_line(index, entry, named=not group.heading) for entry in group.entries)
        yield LetterGroup(group.heading, f"letter{number}" if group.heading else "", lines)


def _line(index: str, entry: Entry, *, named: bool) -> Line:
    anchor = f"entry{entry.number}" if named and entry.level == 0 else ""
    return Line(entry.text, entry.chapters, printed=f"{index}.{entry.number}", level=entry.level, anchor=anchor)


def _documents(kind: str, title: str, groups: tuple[LetterGroup, ...]) -> Iterator[BackDocument]:
    contents = list(_cut(groups))
    names = splitting.document_names(_NAMES[kind], len(contents))
    jumps = tuple(_jumps(list(zip(names, contents, strict=True)))) if kind != "videos" else ()
    for place, (document, content) in enumerate(zip(names, contents, strict=True)):
        nested = tuple(replace(group, lines=_nested(group.lines)) for group in content)
        yield BackDocument(document, kind, title, nested, place == 0, jumps if place == 0 else ())


def _jumps(documents: list[tuple[str, tuple[LetterGroup, ...]]]) -> Iterator[tuple[str, str]]:
    """The ways to the letters, or to the entries without letters if there is much below these."""
    first = documents[0][0]
    groups = [(name, group) for name, content in documents for group in content]
    many = sum(len(line.chapters) for _, group in groups for line in group.lines) > FEW
    for name, group in groups if many else ():
        document = "" if name == first else name
        if group.anchor:
            yield group.heading, f"{document}#{group.anchor}"
        yield from ((line.text, f"{document}#{line.anchor}") for line in group.lines if line.anchor)


# --- cutting ----------------------------------------------------------------------------------------------


def _cut(groups: Iterable[LetterGroup]) -> Iterator[tuple[LetterGroup, ...]]:
    """The groups in documents: a new one begins with a letter, else with an entry where a letter has too many."""
    document: list[LetterGroup] = []
    size = 0
    for group in chain.from_iterable(map(_group_parts, groups)):
        own = sum(map(_line_weight, group.lines))
        if document and size + own > splitting.LIMIT:
            yield tuple(document)
            document, size = [], 0
        document.append(group)
        size += own
    if document:
        yield tuple(document)


def _group_parts(group: LetterGroup) -> Iterator[LetterGroup]:
    """A group as groups that each fit into a document; the heading is above the first."""
    lines: list[Line] = []
    size, heading, anchor = 0, group.heading, group.anchor
    for line in chain.from_iterable(map(_line_parts, group.lines)):
        if lines and size + _line_weight(line) > splitting.LIMIT:
            yield LetterGroup(heading, anchor, tuple(lines))
            lines, size, heading, anchor = [], 0, "", ""
        lines.append(line)
        size += _line_weight(line)
    yield LetterGroup(heading, anchor, tuple(lines))


def _line_parts(line: Line) -> Iterator[Line]:
    """An entry as entries that each fit into a document."""
    start, size = 0, 0
    for end, chapter in enumerate(line.chapters):
        own = _chapter_weight(chapter)
        if end > start and size + own > splitting.LIMIT // 2:
            yield _part_of(line, start, end)
            start, size = end, 0
        size += own
    yield _part_of(line, start, len(line.chapters))


def _part_of(line: Line, start: int, end: int) -> Line:
    """An entry with some of its chapters; the first of them has its anchors."""
    part = replace(line, chapters=line.chapters[start:end])
    return replace(part, anchor="", printed="") if start else part


def _line_weight(line: Line) -> int:
    """The weight of an entry and of the link to it."""
    if [chapter.title for chapter in line.chapters] == [line.text]:
        return LINK + weight(escape(line.text))
    own = 2 * LINK + weight(escape(line.text)) + 2 * weight(escape(line.address))
    jump = LINK + weight(escape(line.text)) if line.anchor else 0
    return own + jump + sum(map(_chapter_weight, line.chapters))


def _chapter_weight(chapter: Chapter) -> int:
    return LINK + weight(escape(chapter.title))


def _nested(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Entries with those below them."""
    nested: list[Line] = []
    place = 0
    while place < len(lines):
        first = lines[place]
        end = place + 1
        while end < len(lines) and lines[end].level > first.level:
            end += 1
        nested.append(replace(first, below=_nested(lines[place + 1 : end])))
        place = end
    return tuple(nested)
