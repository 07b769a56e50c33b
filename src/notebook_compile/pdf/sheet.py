"""What signatures are laid out from, and what comes of it: values that processes exchange and the cache knows.

A book comes in, and goes out in pieces of which each holds all that its pages show and nothing else, so that a piece
that stays the same need not be laid out again. Never: layout, HTML, files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from notebook_compile.cache import key
from notebook_compile.model import Book, Chapter, Moment, Part, Text
from notebook_compile.pdf.design import Looks
from notebook_compile.pdf.files import Files
from notebook_compile.pdf.numbering import Entry
from notebook_compile.pdf.signature import Opening, StyleSheet

_DAY = 86_400  # seconds


@dataclass(frozen=True, slots=True)
class Press:
    """What all signatures of a book are laid out with."""

    styles: tuple[StyleSheet, ...]
    files: Files
    looks: Looks


@dataclass(frozen=True, slots=True)
class Sheet:
    """Parts and chapters."""

    book: Book  # what their pages show of it
    entries: tuple[Entry, ...]
    content: str  # the key of these two
    digits: Mapping[str, int]  # of the numbers that are printed here, as `Numbering` has them
    room: int = 1  # as in `Numbering`; 0 if nothing here depends on it
    lost: frozenset[str] = frozenset()  # anchors of chapters in whose place stands that they cannot be laid out

    def key(self) -> str:
        """The key of all that the signature depends on, but for what it has in common with others."""
        return key("sheet", self.content, tuple(sorted(self.digits.items())), self.room, tuple(sorted(self.lost)))


@dataclass(frozen=True, slots=True)
class Cover:
    """The cover."""

    book: Book
    picture: str  # the path of an image; empty for one made from the title

    def key(self) -> str:
        """As that of a sheet."""
        return key(self)


@dataclass(frozen=True, slots=True)
class Front:
    """Title page, colophon, introduction."""

    book: Book

    def key(self) -> str:
        """As that of a sheet."""
        return key(self)


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents."""

    book: Book
    digits: int  # that each number in it has room for
    first: int  # the number of its first page

    def key(self) -> str:
        """As that of a sheet."""
        return key(self)


@dataclass(frozen=True, slots=True)
class Back:
    """The list of videos, or an index."""

    book: Book
    section: str  # its anchor
    room: int  # for the digits of each page number

    def key(self) -> str:
        """As that of a sheet."""
        return key(self)


Work = Sheet | Cover | Front | Contents | Back


@dataclass(frozen=True, slots=True)
class LaidOut:
    """What is known of a signature without its sheaf, and what it was made of besides its work."""

    pages: int
    anchors: dict[str, tuple[int, float, float]]  # name: zero-based page, x and y in points from its lower left
    openings: tuple[Opening, ...]  # how each page begins
    lacking: str  # characters that no font has
    unread: tuple[str, ...]  # addresses of images that could not be read or drawn
    accessible: bool  # whether the pages are fit for PDF/UA-1, as far as that depends on the content
    archival: bool  # the same for PDF/A-2u
    files: tuple[tuple[str, str], ...]  # addresses, and digests of what stood there
    lost: tuple[tuple[str, tuple[int, ...]], ...] = ()  # anchors of chapters, and footnotes that no page holds


def sheet(book: Book, entries: tuple[Entry, ...], room: int = 1) -> Sheet:
    """A sheet that knows no page numbers yet, with room for so many digits in lists of pages."""
    common, bare = _common(book), tuple(map(_bare, entries))
    listing = any(isinstance(entry, Chapter) and entry.referenced_from for entry in bare)
    return Sheet(common, bare, key(common, bare), {}, room if listing else 0)


def cover(book: Book, picture: str) -> Cover:
    """The cover of a book."""
    return Cover(replace(_common(book), contributors=book.contributors), picture)


def front(book: Book) -> Front:
    """What stands before the contents of a book; the colophon has the day of the edition, and no hours."""
    modified = book.modified - book.modified % _DAY
    return Front(replace(book, entries=(), modified=modified, root=Path(), subjects=(), sources=(), filed_as=()))


def contents(book: Book, digits: int, first: int) -> Contents:
    """The contents of a book."""
    return Contents(replace(_common(book), entries=tuple(map(_listed, book.entries))), digits, first)


def back(book: Book, room: int, section: str) -> Back:
    """A section of a book's back matter, by its anchor."""
    return Back(replace(_common(book), entries=tuple(map(_indexed, book.entries))), section, room)


def _common(book: Book) -> Book:
    """What all pages show of a book: its language, and what stands in the margins."""
    return Book(book.title, book.language, Text(), (), book.subtitle, book.authors)


def _bare(entry: Entry) -> Entry:
    """An entry as its own pages show it."""
    if isinstance(entry, Part):
        return replace(entry, depth=0)
    return replace(entry, number=0, depth=0, path="", sections=(), aliases=(), tags=())


def _listed(entry: Entry) -> Entry:
    """An entry as the contents show it."""
    if isinstance(entry, Part):
        return replace(entry, video=None, introduction=Text())
    return Chapter(entry.number, entry.title, entry.depth, entry.anchor, "", None, Text())


def _indexed(entry: Entry) -> Entry:
    """An entry as the indexes show it."""
    if isinstance(entry, Part):
        return replace(entry, introduction=Text())
    videos = dict.fromkeys(each.video for each in entry.footnotes if isinstance(each, Moment))
    moments = tuple(Moment(video, 0) for video in videos)
    shown = Chapter(entry.number, entry.title, 0, entry.anchor, "", entry.video, Text(), moments)
    return replace(shown, aliases=entry.aliases, tags=entry.tags)
