"""The content documents: cover, title page, colophon, introduction, parts, chapters, videos, indexes.

A book, its places and pictures come in; documents of final bytes go out, in reading order. Templates hold the
structure, the text's own markup goes in as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from notebook_compile.epub.conforming import conform
from notebook_compile.epub.links import sound_address
from notebook_compile.epub.page_breaks import page_marks
from notebook_compile.epub.places import MOST_SOURCES
from notebook_compile.epub.references import markup_of, note_reference_id
from notebook_compile.imprint import colophon, credits_of, series_of
from notebook_compile.model import Moment, Part, Text
from notebook_compile.moments import address, clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from notebook_compile.epub.back import BackDocument, Line
    from notebook_compile.epub.pictures import Picture
    from notebook_compile.epub.places import Places
    from notebook_compile.model import Book, Chapter
    from notebook_compile.words import Words

# Named as the sections of the printed book (pdf/front.py), so that they have its pages.
COVER, TITLE_PAGE, COLOPHON = "cover.xhtml", "title-page.xhtml", "colophon.xhtml"

_NOTE_REFERENCE_ID = re.compile(r' id="fnref(\d+)-(\d+)"')
_PARAGRAPH = re.compile(r"<p[\s>]")
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PROPERTIES = (
    ("mathml", re.compile(r"<math[\s>]")),
    ("remote-resources", re.compile(r"""<(?:audio|video|source|track)\s[^>]*?\ssrc=["']https?:""")),
    ("svg", re.compile(r"<svg[\s>]")),
)


@dataclass(frozen=True, slots=True)
class Document:
    """An XHTML content document."""

    name: str
    title: str
    markup: bytes = field(repr=False)
    properties: tuple[str, ...]  # EPUB 3.3, manifest properties that are true of the markup


@dataclass(frozen=True, slots=True)
class Footnote:
    """An entry at the end of a document, and the ids of the marks that lead to it."""

    number: int
    opening: Markup  # the tag of its first paragraph
    content: Markup = field(repr=False)  # what follows, up to the end of its last paragraph
    references: tuple[str, ...]


def documents(book: Book, places: Places, pictures: Mapping[str, Picture], words: Words) -> Iterator[Document]:
    """The documents of a book in reading order, but for its cover; the table of contents is the navigation's."""
    said = {"series": series_of(book, words), "credits": credits_of(book, words)}
    yield _document("title.xhtml", TITLE_PAGE, book.title, words, book=book, **said)
    lines = colophon(book, words)
    yield _document("colophon.xhtml", COLOPHON, words("Colophon"), words, book=book, lines=lines)
    fill = partial(markup_of, places=places, pictures=pictures, words=words)
    for place, name in enumerate(places.sections.get("introduction", ())):
        text = Markup(fill(places.texts[name], name))
        yield _document("introduction.xhtml", name, words("Introduction"), words, first=place == 0, text=text)
    titles = {chapter.anchor: title_of(chapter, words) for chapter in book.chapters}
    video: str | None = None
    for entry in book.entries:
        if isinstance(entry, Part):
            video = entry.video
            yield from _part(entry, places, fill, words)
        else:
            # The part's page has said already where its video is.
            shown = None if entry.video == video else entry.video
            yield from _chapter(entry, shown, titles, places, fill, words)
    for document in places.back:
        yield _back(document, titles, places, words)


def cover_document(book: Book, cover: Picture, words: Words) -> Document:
    """The document that shows the cover."""
    return _document("cover.xhtml", COVER, book.title, words, book=book, cover=cover)


def title_of(entry: Part | Chapter, words: Words) -> str:
    """The title in the contents: a part's with its number, so that a chapter may have the same title."""
    if isinstance(entry, Part):
        number = words("Part {number}", number=entry.number)
        return f"{number} · {entry.title}" if entry.title.strip() else number
    return entry.title if entry.title.strip() else words("Chapter {number}", number=entry.number)


def legible(text: str) -> str:
    """The text without the characters that XML 1.0 has no place for."""
    return _NOT_IN_XML.sub("", text)


def render(template: str, **values: object) -> bytes:
    """A template of `templates/epub`, filled in."""
    return _templates().get_template(template).render(**values).encode()


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("notebook_compile", "templates/epub"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        finalize=lambda value: legible(value) if type(value) is str else value,
    )


def _document(template: str, name: str, title: str, words: Words, **values: object) -> Document:
    markup = render(template, title=title, words=words, **values)
    text = markup.decode()
    return Document(name, title, markup, tuple(name for name, sign in _PROPERTIES if sign.search(text)))


def _part(part: Part, places: Places, fill: Callable[..., str], words: Words) -> Iterator[Document]:
    title = title_of(part, words)
    for place, name in enumerate(places.sections[part.anchor]):
        text, video = Markup(fill(places.texts[name], name)), _video(part.video)
        yield _document("part.xhtml", name, title, words, part=part, first=place == 0, video=video, text=text)


def _chapter(
    chapter: Chapter,
    video: str | None,
    titles: Mapping[str, str],
    places: Places,
    fill: Callable[..., str],
    words: Words,
) -> Iterator[Document]:
    """The document of a chapter; several for one that is too long."""
    names = places.sections[chapter.anchor]
    sources = [source for source, _ in chapter.referenced_from if source in titles]
    for name in names:
        fill_here = partial(fill, document=name, notes=len(chapter.footnotes))
        text = fill_here(places.texts[name])
        last = name == names[-1]
        yield _document(
            "chapter.xhtml",
            name,
            titles[chapter.anchor],
            words,
            chapter=chapter,
            first=name == names[0],
            video=_video(video),
            text=Markup(text),
            sources=_links(sources[:MOST_SOURCES], titles, places) if last else (),
            more=max(len(sources) - MOST_SOURCES, 0) if last else 0,
            footnotes=_footnotes(chapter, text, fill_here),
        )


def _links(anchors: Iterable[str], titles: Mapping[str, str], places: Places) -> tuple[tuple[str, str], ...]:
    """The documents and titles of chapters."""
    return tuple((places.sections[anchor][0], titles[anchor]) for anchor in anchors)


def _back(document: BackDocument, titles: Mapping[str, str], places: Places, words: Words) -> Document:
    def links(line: Line) -> tuple[tuple[str, str], ...]:
        return _links((chapter.anchor for chapter in line.chapters), titles, places)

    def marks(line: Line) -> Markup:
        return Markup(page_marks(places.printed.get(line.printed, ())))

    functions = {"links": links, "marks": marks, "video": _video}
    return _document(f"{document.kind}.xhtml", document.name, document.title, words, document=document, **functions)


def _video(video: str | None) -> tuple[str, str] | None:
    """The address of a video, and the short form of it that a reader sees."""
    sound = sound_address(video) if video else None
    return (sound, re.sub(r"^https?://(?:www\.)?", "", sound)) if sound else None


def _footnotes(chapter: Chapter, text: str, fill: Callable[[Text], str]) -> tuple[Footnote, ...]:
    """The footnotes that a document's marks lead to, read from its markup: a link back must lead to a mark."""
    marks: dict[int, list[str]] = {}
    contents: dict[int, str] = {}
    unread = [text]
    while unread:
        for mark in _NOTE_REFERENCE_ID.finditer(unread.pop()):
            number = int(mark[1])
            marks.setdefault(number, []).append(note_reference_id(number, int(mark[2])))
            if number not in contents:
                contents[number] = _content(chapter.footnotes[number - 1], fill)
                unread.append(contents[number])
    return tuple(_footnote(number, contents[number], marks[number]) for number in sorted(marks))


def _footnote(number: int, content: str, marks: list[str]) -> Footnote:
    start = content.index(">") + 1
    return Footnote(number, Markup(content[:start]), Markup(content[start : -len("</p>")]), tuple(marks))


def _content(footnote: Moment | Text, fill: Callable[[Text], str]) -> str:
    """What a footnote says, as paragraphs and other blocks: the first and the last is a paragraph."""
    if isinstance(footnote, Text):
        markup = fill(replace(footnote, body=conform(footnote.body))).strip()
        return ("" if _PARAGRAPH.match(markup) else "<p></p>") + markup + ("" if markup.endswith("</p>") else "<p></p>")
    written = ""
    if footnote.written is not None:
        written = f" [{_moment(Moment(footnote.video, footnote.written))}]"
    return f"<p>{_moment(footnote)}{written}</p>"


def _moment(moment: Moment) -> str:
    href = sound_address(address(moment))
    return f'<a href="{escape(href)}">{clock(moment.seconds)}</a>' if href else clock(moment.seconds)
