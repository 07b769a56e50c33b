"""The ways into a book: the navigation document and, for reading systems of EPUB 2, the NCX.

A book comes in, a table of contents of two levels goes out, and both files made of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from notebook_compile.epub.documents import COLOPHON, COVER, render, title_of
from notebook_compile.epub.places import INTRODUCTION, part_name
from notebook_compile.model import Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from notebook_compile.epub.places import Places
    from notebook_compile.model import Book
    from notebook_compile.words import Words

NAV = "contents.xhtml"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table of contents; `order` is the NCX's playOrder, counted from 1."""

    title: str
    document: str
    order: int
    children: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Landmark:
    """A main place of the book; `kind` is its `epub:type`, `guide` the name that EPUB 2 has for it."""

    kind: str
    guide: str
    title: str
    document: str


def contents(book: Book, places: Places, words: Words) -> tuple[Entry, ...]:
    """The table of contents: what stands outermost, and one level of what stands below it."""
    return tuple(_nested(list(_lines(book, places, words))))


def landmarks(book: Book, places: Places, words: Words) -> tuple[Landmark, ...]:
    """Cover, contents and the start of the text."""
    found = [Landmark("cover", "cover", words("Cover"), COVER), Landmark("toc", "toc", words("Contents"), NAV)]
    starts = [INTRODUCTION] if INTRODUCTION in places.texts else []
    starts += [document for document in places.texts if document != INTRODUCTION]
    if starts:
        found.append(Landmark("bodymatter", "text", words("Start of text"), starts[0]))
    return tuple(found)


def navigation_document(toc: tuple[Entry, ...], marks: tuple[Landmark, ...], words: Words) -> bytes:
    """EPUB 3.3, navigation document: `toc` and `landmarks`."""
    return render("nav.xhtml", title=words("Contents"), toc=toc, landmarks=marks, words=words)


def ncx(book: Book, toc: tuple[Entry, ...], words: Words) -> bytes:
    """The NCX of EPUB 2: two levels, since several old reading systems show no more."""
    depth = 2 if any(entry.children for entry in toc) else 1
    return render("toc.ncx.xml", book=book, toc=toc, depth=depth, words=words)


def _lines(book: Book, places: Places, words: Words) -> Iterator[tuple[int, str, str]]:
    """Depth, title and document of every entry."""
    if INTRODUCTION in places.texts:
        yield 0, words("Introduction"), INTRODUCTION
    for entry in book.entries:
        if isinstance(entry, Part):
            yield entry.depth, title_of(entry, words), part_name(entry)
        else:
            yield entry.depth, title_of(entry, words), places.chapters[entry.number][0]
    yield 0, words("Colophon"), COLOPHON


def _nested(lines: list[tuple[int, str, str]]) -> Iterator[Entry]:
    starts = [place for place, (depth, _, _) in enumerate(lines) if depth == 0 or place == 0]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        below = tuple(
            Entry(title, document, place + 1)
            for place, (_, title, document) in enumerate(lines[start + 1 : end], start + 1)
        )
        _, title, document = lines[start]
        yield Entry(title, document, start + 1, below)
