"""What the package says about the book: Dublin Core, and what is known of its accessibility.

A book and its pictures come in, ebooklib's metadata are filled in. Nothing is claimed that was not looked at.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import ebooklib

from notebook_compile import __version__
from notebook_compile.epub.documents import legible
from notebook_compile.epub.pictures import images

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from notebook_compile.epub.documents import Document
    from notebook_compile.epub.pictures import Picture
    from notebook_compile.model import Book
    from notebook_compile.words import Words


def completed(book: Book) -> Book:
    """The book with an identifier and a title, which EPUB 3.3 demands, and its words without what XML cannot hold."""
    book = replace(
        book,
        title=legible(book.title),
        subtitle=legible(book.subtitle),
        authors=tuple(legible(author) for author in book.authors),
        publisher=legible(book.publisher),
        description=legible(book.description),
        rights=legible(book.rights),
        identifier=legible(book.identifier),
    )
    own = uuid.uuid5(uuid.NAMESPACE_OID, "\n".join((book.title, *book.authors))).urn
    identifier = book.identifier.strip() or own
    return replace(book, identifier=identifier, title=book.title.strip() or book.root.name or identifier)


def describe(package: Any, book: Book, pages: Iterable[Document], pictures: Iterable[Picture], words: Words) -> None:
    """Fill in the metadata of an `EpubBook`."""
    package.set_identifier(book.identifier)
    package.language = words.language
    package.metadata[ebooklib.epub.NAMESPACES["OPF"]].clear()
    versions = f"notebook-compile {__version__}, EbookLib {'.'.join(map(str, ebooklib.VERSION))}"
    package.add_metadata("OPF", "generator", "", {"name": "generator", "content": versions})
    for name, value, attributes in _dublin_core(book, words):
        package.add_metadata("DC", name, value, attributes)
    for property_, value, attributes in (*_refinements(book), *_accessibility(book, pages, pictures, words)):
        package.add_metadata(None, "meta", value, {"property": property_, **attributes})


def _dublin_core(book: Book, words: Words) -> Iterator[tuple[str, str, dict[str, str]]]:
    yield "title", book.title, {"id": "main-title"}
    if book.subtitle.strip():
        yield "title", book.subtitle, {"id": "subtitle"}
    yield "language", words.language, {}
    for number, author in enumerate(book.authors, 1):
        yield "creator", author, {"id": f"creator{number}"}
    for name, value in (("publisher", book.publisher), ("description", book.description), ("rights", book.rights)):
        if value.strip():
            yield name, value, {}


def _refinements(book: Book) -> Iterator[tuple[str, str, dict[str, str]]]:
    """EPUB 3.3, `title-type` and `role`."""
    yield "title-type", "main", {"refines": "#main-title"}
    if book.subtitle.strip():
        yield "title-type", "subtitle", {"refines": "#subtitle"}
    for number, _ in enumerate(book.authors, 1):
        yield "role", "aut", {"refines": f"#creator{number}", "scheme": "marc:relators"}


def _accessibility(
    book: Book, pages: Iterable[Document], pictures: Iterable[Picture], words: Words
) -> Iterator[tuple[str, str, dict[str, str]]]:
    """EPUB Accessibility 1.1, discovery metadata, with the values of the schema.org accessibility vocabulary."""
    alternatives = [bool(image.alt.strip()) for image in images(book)]
    described = all(alternatives)
    modes = ["textual", "visual"] if alternatives else ["textual"]
    features = ["displayTransformability", "readingOrder", "structuralNavigation", "tableOfContents"]
    features += ["alternativeText"] if alternatives and described else []
    features += ["MathML"] if any("mathml" in page.properties for page in pages) else []
    summary = [words("Headings, links and a table of contents give this book its structure.")]
    if alternatives:
        summary.append(
            words("Every image has a text that stands for it.")
            if described
            else words("Some images have no text that stands for them.")
        )
    # A GIF may flash; nothing else in the book moves or sounds.
    moving = any(picture.media_type == "image/gif" for picture in pictures)
    yield from (("schema:accessMode", mode, {}) for mode in modes)
    yield "schema:accessModeSufficient", "textual" if described else ",".join(modes), {}
    yield from (("schema:accessibilityFeature", feature, {}) for feature in sorted(features))
    yield "schema:accessibilityHazard", "unknown" if moving else "none", {}
    yield "schema:accessibilitySummary", " ".join(summary), {}
