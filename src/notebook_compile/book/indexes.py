"""What the back matter lists, as data: tags, titles, videos, and where each chapter is referred to.

Chapters, or a book of them, come in; entries that name chapters go out, sorted as readers of its language expect.
Never: markup, page numbers, file names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby

from notebook_compile.book.collation import heading, sort_key
from notebook_compile.filling import indices
from notebook_compile.model import Book, Chapter, CrossReference, Moment, Part, Text
from notebook_compile.moments import video_address

# The contents of fewer chapters stand on one page, where the eye finds a title sooner than in an index; and so few
# entries need no letters above them.
FEW = 24
_LEVELS = 3  # of nested tags; what is nested deeper stays in the last one's name


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of an index."""

    text: str
    chapters: tuple[Chapter, ...]  # in the book's order; none where only entries below this one have some
    level: int = 0  # above 0: below the last entry of a lower level
    number: int = 0  # in its index, counted from 1: by it both books know an entry


@dataclass(frozen=True, slots=True)
class Group:
    """The entries of an index under one letter."""

    heading: str  # "" for all entries of a short index
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Video:
    """A video that the book is taken from."""

    address: str
    title: str  # "" where none is known
    chapters: tuple[Chapter, ...]  # that name it or a moment of it, in the book's order
    number: int  # among the videos, counted from 1


def referenced_from(chapters: Iterable[Chapter]) -> dict[str, tuple[tuple[str, int], ...]]:
    """For each chapter's anchor: every other chapter that refers to it, and the first reference there."""
    found: dict[str, dict[str, int]] = {}
    for chapter in chapters:
        for text in (chapter.text, *(each for each in chapter.footnotes if isinstance(each, Text))):
            for reference in (text.references[index] for index in indices(text.body)):
                if isinstance(reference, CrossReference) and reference.chapter != chapter.anchor:
                    found.setdefault(reference.chapter, {}).setdefault(chapter.anchor, reference.number)
    return {target: tuple(sources.items()) for target, sources in found.items()}


# --- titles and tags --------------------------------------------------------------------------------------


def title_index(book: Book) -> tuple[Group, ...]:
    """The chapters by title and by alias; nothing for a book whose contents say as much."""
    titles = [Entry(chapter.title, (chapter,)) for chapter in book.chapters if chapter.title.strip()]
    aliases = [Entry(alias, (chapter,)) for chapter in book.chapters for alias in _aliases(chapter)]
    entries = sorted(titles + aliases, key=lambda entry: sort_key(entry.text, book.language))
    return () if len(book.chapters) < FEW or entries == titles else _grouped(entries, book.language)


def _aliases(chapter: Chapter) -> Iterable[str]:
    """The aliases that say more than the title does."""
    spellings = {alias.strip().casefold(): alias.strip() for alias in reversed(chapter.aliases)}
    return (alias for spelling, alias in spellings.items() if spelling not in ("", chapter.title.strip().casefold()))


@dataclass(slots=True)
class _Tag:
    """A tag while its chapters are gathered."""

    names: tuple[str, ...]  # of those that it is nested in, and its own
    chapters: dict[int, Chapter] = field(default_factory=dict)  # by number


def tags_index(book: Book) -> tuple[Group, ...]:
    """The tags, nested ones below those that they are nested in, without regard to case."""
    tags: dict[tuple[str, ...], _Tag] = {}
    for chapter in book.chapters:
        for tag in chapter.tags:
            names = tuple(filter(None, (name.strip() for name in tag.strip(" /").split("/", _LEVELS - 1))))
            keys = tuple(name.casefold() for name in names)
            for level in range(1, len(names) + 1):
                tags.setdefault(keys[:level], _Tag(names[:level]))
            if names:
                tags[keys].chapters[chapter.number] = chapter
    ordered = sorted(tags.items(), key=lambda item: [sort_key(name, book.language) for name in item[0]])
    entries = (Entry(tag.names[-1], tuple(tag.chapters.values()), len(tag.names) - 1) for _, tag in ordered)
    return _grouped(entries, book.language)


def _grouped(entries: Iterable[Entry], language: str) -> tuple[Group, ...]:
    """Sorted entries under their letters, those of a level above 0 with the entry that they stand below."""
    entries = tuple(replace(entry, number=number) for number, entry in enumerate(entries, 1))
    if sum(entry.level == 0 for entry in entries) < FEW:
        return (Group("", entries),) if entries else ()
    letter = ""
    letters: list[tuple[str, Entry]] = []
    for entry in entries:
        letter = heading(entry.text, language) if entry.level == 0 else letter
        letters.append((letter, entry))
    groups = groupby(letters, key=lambda pair: pair[0])
    return tuple(Group(name, tuple(entry for _, entry in pairs)) for name, pairs in groups)


# --- videos -----------------------------------------------------------------------------------------------


def videos(book: Book) -> tuple[Video, ...]:
    """The videos of parts, chapters and moments, each once, in the order of their first use."""
    parts: dict[str, str] = {}  # titles by address
    used: dict[str, dict[int, Chapter]] = {}
    for entry in book.entries:
        if isinstance(entry, Part):
            for address in _addresses(entry.video):
                parts.setdefault(address, entry.title)
                used.setdefault(address, {})
            continue
        moments = (footnote.video for footnote in entry.footnotes if isinstance(footnote, Moment))
        for address in _addresses(entry.video, *moments):
            used.setdefault(address, {})[entry.number] = entry
    found = enumerate(used.items(), 1)
    return tuple(_video(address, tuple(chapters.values()), number, parts) for number, (address, chapters) in found)


def _addresses(*written: str | None) -> Iterable[str]:
    return (address for address in (video_address(each) for each in written if each) if address)


def _video(address: str, chapters: tuple[Chapter, ...], number: int, parts: Mapping[str, str]) -> Video:
    title = parts.get(address, "").strip() or (chapters[0].title if len(chapters) == 1 else "")
    return Video(address, title, chapters, number)
