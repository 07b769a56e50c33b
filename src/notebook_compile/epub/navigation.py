"""The ways into a book: the navigation document and, for reading systems of EPUB 2, the NCX.

A book comes in, a table of contents of two levels goes out, and both files made of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from notebook_compile.epub.documents import COVER, TITLE_PAGE, render, title_of
from notebook_compile.epub.places import INTRODUCTION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from notebook_compile.epub.page_breaks import PageBreak
    from notebook_compile.epub.places import Places
    from notebook_compile.model import Book
    from notebook_compile.words import Words

NAV = "contents.xhtml"

# EPUB Structural Semantics 1.1, and OPF 2.0.1, 2.6.
_BACK_KINDS = {"videos": ("lov", "other.videos"), "tags": ("index", "index"), "titles": ("index", "index")}


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
    # EPUB 3.3, 5.4.2.2: there must be an entry, even in a book of nothing.
    return tuple(_nested(list(_lines(book, places, words)) or [(0, book.title, TITLE_PAGE)]))


def landmarks(book: Book, places: Places, words: Words, *, covered: bool) -> tuple[Landmark, ...]:
    """Cover, title page, contents, the start of the text, and what stands behind it."""
    found = [Landmark("cover", "cover", words("Cover"), COVER)] if covered else []
    found += (
        Landmark("titlepage", "title-page", words("Title page"), TITLE_PAGE),
        Landmark("toc", "toc", words("Contents"), NAV),
    )
    starts = [INTRODUCTION] if INTRODUCTION in places.texts else []
    starts += [document for document in places.texts if document != INTRODUCTION]
    if starts:
        found.append(Landmark("bodymatter", "text", words("Start of text"), starts[0]))
    found += [Landmark(*_BACK_KINDS[each.kind], each.title, each.name) for each in places.back if each.first]
    return tuple(found)


def navigation_document(
    toc: tuple[Entry, ...], marks: tuple[Landmark, ...], pages: tuple[PageBreak, ...], words: Words
) -> bytes:
    """EPUB 3.3, navigation document: `toc`, `landmarks`, and `page-list` where the book has pages."""
    return render("nav.xhtml", title=words("Contents"), toc=toc, landmarks=marks, pages=pages, words=words)


def ncx(book: Book, toc: tuple[Entry, ...], words: Words) -> bytes:
    """The NCX of EPUB 2: two levels, since several old reading systems show no more."""
    depth = 2 if any(entry.children for entry in toc) else 1
    return render("toc.ncx.xml", book=book, toc=toc, depth=depth, words=words)


def _lines(book: Book, places: Places, words: Words) -> Iterator[tuple[int, str, str]]:
    """Depth, title and document of every entry."""
    if INTRODUCTION in places.texts:
        yield 0, words("Introduction"), INTRODUCTION
    for entry in book.entries:
        yield entry.depth, title_of(entry, words), places.sections[entry.anchor][0]
    yield from ((0, each.title, each.name) for each in places.back if each.first)


def _nested(lines: list[tuple[int, str, str]]) -> Iterator[Entry]:
    starts = [place for place, (depth, _, _) in enumerate(lines) if depth == 0 or place == 0]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        below = tuple(
            Entry(title, document, place + 1)
            for place, (_, title, document) in enumerate(lines[start + 1 : end], start + 1)
        )
        _, title, document = lines[start]
        yield Entry(title, document, start + 1, below)
