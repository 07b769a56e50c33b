"""The values that pass between the stages: load, parse, order, resolve, assemble, print, package.

All are frozen. Markup is held as strings of well-formed XHTML in which everything that leads out of a note
stands as `<ref n="3">label</ref>`, an index into the references beside it: what a reference looks like is
decided late, by print and package (`filling.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

# Stands at the start of every id in a note's markup, until assembling makes the id unique in the book.
LOCAL_ID = "\ue000"


class Packed:
    """A dataclass that is pickled as the values of its fields, which a note in the cache has hundreds of.

    Reading a frozen one with slots back takes Python 3.11 three times as long.
    """

    __slots__: tuple[str, ...] = ()

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), tuple(getattr(self, name) for name in self.__slots__)


# --- load -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """A note's file, read and decoded, not yet parsed."""

    path: str  # relative to the notebook, with forward slashes: "folder/note.md"
    text: str


@dataclass(frozen=True, slots=True)
class Notebook:
    """A folder of notes as it was found on disk."""

    root: Path  # absolute
    sources: tuple[Source, ...]  # in natural order of their paths
    files: frozenset[str]  # the other files, relative to root: images and the like
    modified: int = 0  # when the newest note was written, in seconds since 1970


# --- parse ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Link(Packed):
    """A link from one note to another, or to a place in the same note (empty target)."""

    target: str  # as written: "folder/note", "Note.md"; "" for the same note
    fragment: str  # as written: "Heading", "Heading#Subheading", "^block-id"; "" for the whole note
    label: str  # the plain text that a reader sees
    place: tuple[int, int]  # line and column in the note's file, one-based


@dataclass(frozen=True, slots=True)
class Embed:
    """A place where another note, a section or a block of one, or a file stands whole: `![[...]]`, an image."""

    target: str
    fragment: str
    label: str  # an image's alternative text
    place: tuple[int, int]
    width: int | None = None  # CSS pixels
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Moment(Packed):
    """A video and a second in it."""

    video: str  # the video's address, without a time
    seconds: int
    written: int | None = None  # the seconds as the note has them, where they were read otherwise


@dataclass(frozen=True, slots=True)
class Timestamp(Packed):
    """A place in a note's text that names a moment of its video."""

    moment: Moment
    place: tuple[int, int]


@dataclass(frozen=True, slots=True)
class FootnoteMark:
    """A mark that leads to a footnote which the author wrote."""

    name: str  # as in `[^name]`; made up for `^[text]`
    place: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Formula:
    """Mathematics."""

    tex: str  # LaTeX, as written, without its dollars
    mathml: str  # a whole `math` element
    display: bool  # on a line of its own
    place: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A diagram that the note describes in words for a machine."""

    svg: str  # a whole `svg` element
    alt: str
    width: float  # em of the text around it
    place: tuple[int, int]


Reference = Link | Embed | Timestamp | FootnoteMark | Formula | Drawing


@dataclass(frozen=True, slots=True)
class Heading(Packed):
    """A heading in a note's body."""

    level: int  # 1 to 6, as written
    text: str
    anchor: str  # its id in the note's markup, without LOCAL_ID
    line: int


@dataclass(frozen=True, slots=True)
class Note:
    """One note, parsed; depends on its source alone."""

    path: str
    title: str  # frontmatter's title, else the first level-1 heading, else the file's name
    body: str  # XHTML; references as <ref n="...">, ids behind LOCAL_ID
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    video: str | None = None  # address of the video that its times mean
    meta: tuple[tuple[str, object], ...] = ()  # the frontmatter's other keys, for the index note's settings
    references: tuple[Reference, ...] = ()
    footnotes: tuple[tuple[str, str], ...] = ()  # names and XHTML of the footnotes that marks lead to
    headings: tuple[Heading, ...] = ()
    blocks: tuple[tuple[str, str], ...] = ()  # block ids without their caret, and their ids in the markup
    lines: tuple[tuple[str, int], ...] = ()  # the line of each key of the frontmatter


# --- resolve ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Target:
    """What a link or an embed leads to: a note, or a place in one, or another file of the notebook."""

    note: str = ""  # path
    anchor: str = ""  # in that note, without LOCAL_ID; "" for the whole note
    file: str = ""  # path of a file that is no note


# --- order ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a note is in the book: the link that it came in through, or the folder's order."""

    source: str  # path of the note that links to it; "" where the order is that of names, or was asked for
    place: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class PlannedPart:
    """A heading of the index under which chapters stand."""

    title: str
    depth: int  # 0 for the outermost
    video: str | None  # address of the video that the heading links to
    introduction: str  # XHTML; references are those of the index note


@dataclass(frozen=True, slots=True)
class PlannedChapter:
    """A note that will be a chapter."""

    path: str
    depth: int  # in the outline, parts counted: 0 for the outermost
    reason: Reason


@dataclass(frozen=True, slots=True)
class Outline:
    """The book as it will be: what `plan` shows."""

    index: str | None  # path of the index note
    introduction: str  # the index's prose before its first part or chapter, XHTML
    entries: tuple[PlannedPart | PlannedChapter, ...] = ()
    missing: tuple[Link, ...] = ()  # named by the index, and no such note
    repeated: tuple[Link, ...] = ()  # named by the index again
    empty: tuple[str, ...] = ()  # headings of the index with nothing below them
    outside: tuple[str, ...] = ()  # notes that a chain of links reaches, and that are not in the book
    unreachable: tuple[str, ...] = ()  # notes that no chain of links reaches


# --- assemble ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CrossReference:
    """A link to a chapter of this book, or to a heading or block in one."""

    chapter: str  # the target chapter's anchor
    anchor: str  # the target's id, unique in the book; that of the chapter when no place in it is meant
    repeated: bool = False  # the same target stands earlier in the same paragraph
    number: int = 0  # this reference's own in its chapter, counted from 1


@dataclass(frozen=True, slots=True)
class NoteReference:
    """The mark in the text that leads to a footnote of its chapter, a moment or the author's."""

    number: int  # of the footnote, counted from 1 in each chapter
    occurrence: int  # counted from 1: the same footnote may be referred to again


@dataclass(frozen=True, slots=True)
class Image:
    """A picture from the notebook."""

    file: str  # path relative to the notebook
    alt: str
    width: int | None = None  # CSS pixels, as the author asked
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Nowhere:
    """A reference that leads to nothing in this book: its label stays, as plain text."""

    title: str = ""  # of the note that it leads to, where there is one


Resolved = CrossReference | NoteReference | Image | Formula | Drawing | Nowhere


@dataclass(frozen=True, slots=True)
class Section:
    """A heading in a chapter, for the outline and the tables of contents."""

    level: int  # in the markup: 2 to 6; the chapter's title is level 1
    title: str
    anchor: str  # unique in the book


@dataclass(frozen=True, slots=True)
class Text:
    """Markup with its references resolved."""

    body: str = ""  # XHTML; <ref n="..."> are indices into references; ids are unique in the book
    references: tuple[Resolved, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the book: a title, an introduction, and the chapters until the next part of its depth."""

    number: int  # counted from 1 in the book
    title: str
    depth: int
    anchor: str
    video: str | None
    introduction: Text


@dataclass(frozen=True, slots=True)
class Chapter:
    """One note in the book."""

    number: int  # counted from 1 in the book
    title: str
    depth: int
    anchor: str
    path: str  # the note's
    video: str | None
    text: Text
    footnotes: tuple[Moment | Text, ...] = ()  # number 1 first
    sections: tuple[Section, ...] = ()
    aliases: tuple[str, ...] = ()  # other titles
    tags: tuple[str, ...] = ()
    referenced_from: tuple[
        tuple[str, int], ...
    ] = ()  # the anchor of each chapter that refers here, its first reference


@dataclass(frozen=True, slots=True)
class Contributor:
    """Someone who had a part in making a book."""

    name: str
    role: str = "aut"  # MARC relator code
    file_as: str = ""  # the name as catalogues sort it, "Lima, Ana"; "" where nobody said it


@dataclass(frozen=True, slots=True)
class Book:
    """A whole book before it takes a form: print and package read this and nothing else of the notebook."""

    title: str
    language: str  # BCP 47
    introduction: Text
    entries: tuple[Part | Chapter, ...]
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    publisher: str = ""
    description: str = ""
    rights: str = ""
    contributors: tuple[Contributor, ...] = ()  # all but the authors, in the order of the settings
    filed_as: tuple[tuple[str, str], ...] = ()  # names of authors, and how catalogues sort them
    series: str = ""
    series_number: str = ""  # "3", "2.1"
    date: str = ""  # of publication: "2026", "2026-05" or "2026-05-01"
    isbn: str = ""  # as the user writes it, perhaps with hyphens
    subjects: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()  # works that this one is taken from
    identifier: str = ""  # urn:uuid:..., stable for a notebook
    modified: int = 0  # seconds since 1970, UTC; SOURCE_DATE_EPOCH
    root: Path = field(default_factory=Path)  # the notebook's folder, where images are read

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        """The chapters alone, in order."""
        return tuple(entry for entry in self.entries if isinstance(entry, Chapter))

    @property
    def creators(self) -> tuple[Contributor, ...]:
        """Those whom catalogues name the book by: its authors, else its editors and compilers."""
        filed_as = dict(self.filed_as)
        authors = tuple(Contributor(name, "aut", filed_as.get(name, "")) for name in self.authors)
        return authors or tuple(each for each in self.contributors if each.role in ("edt", "com"))


# --- print ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """A page of the printed book, as an e-book needs it to have a break at the same word."""

    label: str  # as printed: "iv", "42"
    section: str  # anchor of the part, chapter or other section that the page begins in
    starts: bool  # whether the section starts with this page
    opening: str  # the page's first letters, as `letters.py` has them: "" for a page of pictures
    count: int  # of all its letters
