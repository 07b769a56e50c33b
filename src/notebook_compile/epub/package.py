"""The package stage: a book becomes the bytes of an `.epub` file.

The order of the work stands here. Images are the only files that are read, through one function; nothing is written.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING

from ebooklib import epub

from notebook_compile.epub import container
from notebook_compile.epub.documents import COLOPHON, COVER, TITLE_PAGE, Document, cover_document, documents
from notebook_compile.epub.edition import GENERIC, Edition
from notebook_compile.epub.kindle import without_drawings
from notebook_compile.epub.metadata import claim_findings, completed, describe
from notebook_compile.epub.navigation import NAV, Entry, Landmark, contents, landmarks, navigation_document, ncx
from notebook_compile.epub.page_breaks import by_section, marked_document, page_breaks, section_of
from notebook_compile.epub.pictures import collect_pictures
from notebook_compile.epub.places import INTRODUCTION, Places, place
from notebook_compile.epub.profiles import PROFILES
from notebook_compile.epub.sizes import size_findings
from notebook_compile.epub.stylesheet import with_sides
from notebook_compile.model import Text
from notebook_compile.notes.folder import read_file
from notebook_compile.resources import styles_folder
from notebook_compile.words import words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from notebook_compile.diagnostics import Diagnostic
    from notebook_compile.epub.pictures import Picture
    from notebook_compile.jobs import Apart
    from notebook_compile.model import Book, PrintedPage
    from notebook_compile.words import Words

TEXT_FOLDER = "text"


def package(
    book: Book,
    edition: Edition = GENERIC,
    read: Callable[[str], bytes] | None = None,
    apart: Apart = partial,
) -> tuple[bytes, tuple[Diagnostic, ...]]:
    """The book as an EPUB 3.3 publication, and what is wrong with its images.

    `read` gives the bytes of a file of the notebook by its relative path; without it, files below `book.root` are
    read. The cover is made by `apart` while everything else is.
    """
    book = completed(book)
    fixed = words(book.language)
    profile = PROFILES[edition.profile]
    printed = by_section(edition.pages)
    read = read or partial(read_file, book.root)
    made_cover = cache(apart(_cover, replace(book, introduction=Text(), entries=()), edition, read))
    places = place(book, printed)
    pictures, findings = collect_pictures(book, read, edition.image_budget, lambda: made_cover()[0])
    if not profile.draws_svg:
        pictures, more = without_drawings(book, pictures)
        findings += more
    texts = list(documents(book, places, pictures, fixed))
    cover, found = made_cover()
    findings = found + findings + claim_findings(book, edition)
    shown = cover if profile.shows_cover else None
    front = [cover_document(book, shown, fixed)] if shown else []
    pages = [_paged(page, places, printed) for page in (*front, *texts)]
    toc, marks = contents(book, places, fixed), landmarks(book, places, fixed, covered=shown is not None)
    navigation = _navigation(toc, marks, pages, printed.get(section_of(NAV), ()), fixed)

    publication = epub.EpubBook()
    describe(publication, book, edition, pages, pictures.values())
    publication.direction = "rtl" if fixed.direction == "rtl" else None
    nav = _add_document(publication, NAV, fixed("Contents"), profile.finish(navigation), ("nav",))
    items = [
        _add_document(publication, page.name, page.title, profile.finish(page.markup), page.properties)
        for page in pages
    ]
    before = _documents_in_front(pages)
    publication.spine += [*items[:before], nav, *items[before:]]
    _add_file(publication, "ncx", "toc.ncx", "application/x-dtbncx+xml", ncx(book, toc, fixed))
    _add_file(publication, "stylesheet", "styles/book.css", "text/css", _stylesheet(fixed).encode())
    if cover is not None:
        _add_cover(publication, cover)
    for number, picture in enumerate(pictures.values(), 1):
        _add_file(publication, f"image{number}", picture.name, picture.media_type, picture.data)
    publication.guide = [
        {"type": mark.guide, "title": mark.title, "href": f"{TEXT_FOLDER}/{mark.document}"} for mark in marks
    ]
    data = container.write(publication, book.modified, fixed.direction)
    return data, findings + (size_findings(len(data)) if profile.is_sent else ())


def _cover(book: Book, edition: Edition, read: Callable[[str], bytes]) -> tuple[Picture | None, tuple[Diagnostic, ...]]:
    if edition.cover == "none":
        return None, ()
    # WeasyPrint, which draws covers, takes as long to start as hundreds of chapters do.
    from notebook_compile.epub.cover import cover_picture  # noqa: PLC0415

    return cover_picture(book, edition, read)


def _paged(page: Document, places: Places, printed: Mapping[str, Sequence[PrintedPage]]) -> Document:
    """A document with the breaks of the pages that start with it, and of all where its text is not the notes'."""
    breaks = places.starts.get(page.name, printed.get(section_of(page.name), ()))
    return replace(page, markup=marked_document(page.markup.decode(), breaks).encode()) if breaks else page


def _navigation(
    toc: tuple[Entry, ...],
    marks: tuple[Landmark, ...],
    pages: Sequence[Document],
    printed: Sequence[PrintedPage],
    fixed: Words,
) -> bytes:
    """The navigation document, which has pages of its own and the list of all."""
    if not printed:
        return navigation_document(toc, marks, (), fixed)
    own = marked_document(navigation_document(toc, marks, (), fixed).decode(), printed)
    texts = [(page.name, page.markup.decode()) for page in pages]
    front = _documents_in_front(pages)
    breaks = tuple(page_breaks([*texts[:front], (NAV, own), *texts[front:]]))
    return marked_document(navigation_document(toc, marks, breaks, fixed).decode(), printed).encode()


def _documents_in_front(pages: Sequence[Document]) -> int:
    """How many documents stand before the contents: as in print, for the order of the page list."""
    own = (COVER, TITLE_PAGE, COLOPHON)
    return sum(page.name in own or page.name.startswith(section_of(INTRODUCTION)) for page in pages)


def _stylesheet(words: Words) -> str:
    return with_sides((styles_folder() / "epub.css").read_text(encoding="utf-8"), words.direction)


def _add_document(
    publication: epub.EpubBook, name: str, title: str, markup: bytes, properties: tuple[str, ...]
) -> container.Document:
    item = container.Document(
        uid=name.removesuffix(".xhtml"),
        file_name=f"{TEXT_FOLDER}/{name}",
        media_type="application/xhtml+xml",
        content=markup,
        title=title,
    )
    item.properties = list(properties)
    publication.add_item(item)
    return item


def _add_cover(publication: epub.EpubBook, cover: Picture) -> None:
    """The cover image, as EPUB 3 tells it to readers (EPUB 3.3, D.1.1), and as EPUB 2 did: Kobo reads the latter."""
    item = _add_file(publication, "cover-image", cover.name, cover.media_type, cover.data)
    item.properties = ["cover-image"]
    publication.add_metadata("OPF", "cover", "", {"name": "cover", "content": item.id})


def _add_file(publication: epub.EpubBook, uid: str, name: str, media_type: str, data: bytes) -> epub.EpubItem:
    item = epub.EpubItem(uid=uid, file_name=name, media_type=media_type, content=data)
    publication.add_item(item)
    return item
