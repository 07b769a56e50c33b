"""The package stage: a book becomes the bytes of an `.epub` file.

The order of the work stands here. Images are the only files that are read, through one function; nothing is written.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ebooklib import epub

from notebook_compile.epub import container
from notebook_compile.epub.documents import TITLE_PAGE, documents
from notebook_compile.epub.metadata import completed, describe
from notebook_compile.epub.navigation import NAV, contents, landmarks, navigation_document, ncx
from notebook_compile.epub.pictures import collect_pictures
from notebook_compile.epub.places import place
from notebook_compile.notes.folder import read_file
from notebook_compile.resources import styles_folder
from notebook_compile.words import words

if TYPE_CHECKING:
    from collections.abc import Callable

    from notebook_compile.diagnostics import Diagnostic
    from notebook_compile.model import Book

TEXT_FOLDER = "text"


def package(
    book: Book, read: Callable[[str], bytes] | None = None, css: str | None = None
) -> tuple[bytes, tuple[Diagnostic, ...]]:
    """The book as an EPUB 3.3 publication, and what is wrong with its images.

    `read` gives the bytes of a file of the notebook by its relative path; without it, files below `book.root` are
    read. `css` takes the place of the built-in stylesheet.
    """
    book = completed(book)
    fixed = words(book.language)
    places = place(book)
    pictures, findings = collect_pictures(book, read or partial(read_file, book.root))
    pages = list(documents(book, places, pictures, fixed))
    toc, marks = contents(book, places, fixed), landmarks(book, places, fixed)

    publication = epub.EpubBook()
    describe(publication, book, pages, pictures.values(), fixed)
    publication.direction = "rtl" if fixed.direction == "rtl" else None
    nav = _add_document(publication, NAV, fixed("Contents"), navigation_document(toc, marks, fixed), ("nav",))
    for page in pages:
        item = _add_document(publication, page.name, page.title, page.markup, page.properties)
        publication.spine.append(item)
        if page.name == TITLE_PAGE:
            publication.spine.append(nav)
    _add_file(publication, "ncx", "toc.ncx", "application/x-dtbncx+xml", ncx(book, toc, fixed))
    _add_file(publication, "stylesheet", "styles/book.css", "text/css", (css or _stylesheet()).encode())
    for number, picture in enumerate(pictures.values(), 1):
        _add_file(publication, f"image{number}", picture.name, picture.media_type, picture.data)
    publication.guide = [
        {"type": mark.guide, "title": mark.title, "href": f"{TEXT_FOLDER}/{mark.document}"} for mark in marks
    ]
    return container.write(publication, book.modified, fixed.direction), findings


def _stylesheet() -> str:
    return (styles_folder() / "epub.css").read_text(encoding="utf-8")


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


def _add_file(publication: epub.EpubBook, uid: str, name: str, media_type: str, data: bytes) -> None:
    publication.add_item(epub.EpubItem(uid=uid, file_name=name, media_type=media_type, content=data))
