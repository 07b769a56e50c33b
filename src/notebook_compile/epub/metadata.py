"""What the package says about the book: Dublin Core, and what is known of its accessibility.

A book, what is asked of its EPUB, its documents and pictures come in, ebooklib's metadata are filled in. Nothing is
claimed that was not looked at, but for what the user vouches for.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import ebooklib

from notebook_compile import __version__
from notebook_compile.diagnostics import Diagnostic, diagnostic
from notebook_compile.epub.documents import legible
from notebook_compile.isbn import isbn_digits
from notebook_compile.model import Chapter, Contributor, Drawing, Image, Text
from notebook_compile.words import words

if TYPE_CHECKING:
    from notebook_compile.epub.documents import Document
    from notebook_compile.epub.edition import Edition
    from notebook_compile.epub.pictures import Picture
    from notebook_compile.model import Book
    from notebook_compile.words import Words

# An element's name, or a meta's property; its value; its other attributes.
_Statement = tuple[str, str, dict[str, str]]

# What makes an SVG move.
_MOVING = re.compile(rb"<(?:[\w-]+:)?(?:animate|set)|@keyframes", re.IGNORECASE)

# Features for accessibility that every book of this compiler has.
_FEATURES = ("ARIA", "displayTransformability", "readingOrder", "structuralNavigation", "tableOfContents")


def completed(book: Book) -> Book:
    """The book with an identifier and a title, which EPUB 3.3 demands, and its words without what XML cannot hold."""
    book = replace(
        book,
        title=legible(book.title),
        subtitle=legible(book.subtitle),
        authors=_legible(book.authors),
        contributors=tuple(replace(each, name=legible(each.name)) for each in book.contributors),
        filed_as=tuple((legible(name), filed_as) for name, filed_as in book.filed_as),
        publisher=legible(book.publisher),
        description=legible(book.description),
        rights=legible(book.rights),
        series=legible(book.series),
        subjects=_legible(book.subjects),
        sources=_legible(book.sources),
        identifier=legible(book.identifier),
    )
    own = uuid.uuid5(uuid.NAMESPACE_OID, "\n".join((book.title, *book.authors))).urn
    identifier = book.identifier.strip() or own
    return replace(book, identifier=identifier, title=book.title.strip() or book.root.name or identifier)


def _legible(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(text for text in map(legible, texts) if text.strip())


def describe(
    package: Any, book: Book, edition: Edition, pages: Iterable[Document], pictures: Iterable[Picture]
) -> None:
    """Fill in the metadata of an `EpubBook`."""
    fixed = words(book.language)
    package.set_identifier(book.identifier)
    package.language = fixed.language
    package.metadata[ebooklib.epub.NAMESPACES["OPF"]].clear()
    versions = f"notebook-compile {__version__}, EbookLib {'.'.join(map(str, ebooklib.VERSION))}"
    for name, content in (("generator", versions), *_for_calibre(book)):
        package.add_metadata("OPF", name, "", {"name": name, "content": content})
    for name, value, attributes in _dublin_core(book, edition, fixed):
        package.add_metadata("DC", name, value, attributes)
    metas = (
        *_refinements(book),
        *_series(book),
        *_accessibility(book, edition, tuple(pages), pictures, fixed),
        *_claim(book, edition),
    )
    for property_, value, attributes in metas:
        package.add_metadata(None, "meta", value, {"property": property_, **attributes})


# --- the book ---------------------------------------------------------------------------------------------


def _dublin_core(book: Book, edition: Edition, words: Words) -> Iterator[_Statement]:
    if book.isbn:
        yield "identifier", f"urn:isbn:{isbn_digits(book.isbn)}", {"id": "isbn"}
    yield "title", book.title, {"id": "main-title"}
    if book.subtitle.strip():
        yield "title", book.subtitle, {"id": "subtitle"}
    yield "language", words.language, {}
    for element, identifier, person in _people(book):
        yield element, person.name, {"id": identifier}
    for name, value in (
        ("publisher", book.publisher),
        ("date", book.date),
        ("description", book.description),
        *(("subject", subject) for subject in book.subjects),
        ("rights", book.rights),
        *(("source", source) for source in book.sources),
        ("source", _page_source(book) if edition.pages else ""),
    ):
        if value.strip():
            yield name, value, {}


def _people(book: Book) -> Iterator[tuple[str, str, Contributor]]:
    """Those who made the book, in order: the element of each, and its id."""
    creators = book.creators
    for number, person in enumerate(creators, 1):
        yield "creator", f"creator{number}", person
    for number, person in enumerate((each for each in book.contributors if each not in creators), 1):
        yield "contributor", f"contributor{number}", person


def _refinements(book: Book) -> Iterator[_Statement]:
    """EPUB 3.3, meta properties: `title-type`, `role`, `file-as`, `display-seq`, `identifier-type`."""
    yield "title-type", "main", {"refines": "#main-title"}
    if book.subtitle.strip():
        yield "title-type", "subtitle", {"refines": "#subtitle"}
    for number, (_, identifier, person) in enumerate(_people(book), 1):
        refines = {"refines": f"#{identifier}"}
        yield "role", person.role, {**refines, "scheme": "marc:relators"}
        if person.file_as:
            yield "file-as", legible(person.file_as), refines
        yield "display-seq", str(number), refines
    if book.isbn:
        yield "identifier-type", "15", {"refines": "#isbn", "scheme": "onix:codelist5"}  # 15: ISBN of 13 digits


def _series(book: Book) -> Iterator[_Statement]:
    """EPUB 3.3, `belongs-to-collection`."""
    if book.series.strip():
        yield "belongs-to-collection", book.series, {"id": "series"}
        yield "collection-type", "series", {"refines": "#series"}
        if book.series_number:
            yield "group-position", book.series_number, {"refines": "#series"}


def _for_calibre(book: Book) -> Iterator[tuple[str, str]]:
    """The series as calibre, Kobo's readers and many servers of books know it; the number must be a decimal one."""
    if book.series.strip():
        yield "calibre:series", book.series
        if re.fullmatch(r"\d+(\.\d+)?", book.series_number):
            yield "calibre:series_index", book.series_number


def _page_source(book: Book) -> str:
    """What page breaks are those of: the PDF, which has the same identifier (W3C, Page Source Identification)."""
    return f"{book.title}. PDF: {book.identifier}"


# --- its accessibility ------------------------------------------------------------------------------------


def _accessibility(
    book: Book, edition: Edition, pages: tuple[Document, ...], pictures: Iterable[Picture], words: Words
) -> Iterator[_Statement]:
    """EPUB Accessibility 1.1, discovery metadata, with the values of the schema.org accessibility vocabulary.

    The cover is not counted: nobody needs it to read the book (W3C, EPUB Accessibility Metadata Guide).
    """
    alternatives = [bool(visual.alt.strip()) for visual in _visuals(book)]
    described = all(alternatives)
    summary = [words("Headings, links and a table of contents give this book its structure.")]
    if alternatives:
        summary.append(
            words("Every image has a text that stands for it.")
            if described
            else words("Some images have no text that stands for them.")
        )
    summary += [words("Its pages are numbered as in print.")] if edition.pages else []
    # Other pictures are of one frame, and nothing sounds.
    moving = any(picture.media_type == "image/svg+xml" and _MOVING.search(picture.data) for picture in pictures)
    yield "schema:accessMode", "textual", {}
    if alternatives:
        yield "schema:accessMode", "visual", {}
        yield "schema:accessModeSufficient", "textual,visual", {}
    if described:
        yield "schema:accessModeSufficient", "textual", {}
    features = [*_FEATURES]
    features += ["alternativeText"] if alternatives and described else []
    features += ["MathML"] if any("mathml" in page.properties for page in pages) else []
    features += ["index"] if any(b'role="doc-index"' in page.markup for page in pages) else []
    features += ["pageBreakMarkers", "pageNavigation"] if edition.pages else []
    yield from (("schema:accessibilityFeature", feature, {}) for feature in sorted(features))
    yield "schema:accessibilityHazard", "unknown" if moving else "none", {}
    yield "schema:accessibilitySummary", " ".join(summary), {}
    if edition.pages:
        yield "pageBreakSource", _page_source(book), {}


def _visuals(book: Book) -> Iterator[Image | Drawing]:
    """What is to be seen in the text: pictures and diagrams."""
    footnotes = (each for chapter in book.chapters for each in chapter.footnotes if isinstance(each, Text))
    texts = (entry.text if isinstance(entry, Chapter) else entry.introduction for entry in book.entries)
    for text in (book.introduction, *texts, *footnotes):
        yield from (each for each in text.references if isinstance(each, Image | Drawing))


# --- what the user vouches for ----------------------------------------------------------------------------


def _claim(book: Book, edition: Edition) -> Iterator[_Statement]:
    """EPUB Accessibility 1.1, 4.3: what the publication conforms to, and who says so, without whom it is no claim."""
    certifiers = _certifiers(book)
    if edition.claim and certifiers:
        _, version, level = edition.claim.split("-")
        conformance = f"EPUB Accessibility 1.1 - WCAG {version} Level {level.upper()}"
        yield "dcterms:conformsTo", conformance, {"id": "conformance"}
        yield from (("a11y:certifiedBy", name, {"refines": "#conformance"}) for name in certifiers)


def _certifiers(book: Book) -> tuple[str, ...]:
    """Who answers for the book: its publisher, else its authors or editors."""
    return (book.publisher,) if book.publisher.strip() else tuple(each.name for each in book.creators)


def claim_findings(book: Book, edition: Edition) -> tuple[Diagnostic, ...]:
    """What speaks against the claim that the user makes for the EPUB."""
    if not edition.claim:
        return ()
    if not _certifiers(book):
        message, hint = "`accessibility-claim`: nobody vouches for it", "set `publisher` or `authors`"
        return (diagnostic("bad-config", ".", (0, 0), message, hint),)
    bare = list(dict.fromkeys(each.file for each in _visuals(book) if isinstance(each, Image) and not each.alt.strip()))
    if not bare:
        return ()
    number = "one image has" if len(bare) == 1 else f"{len(bare)} images have"
    message = f"`accessibility-claim`: {number} no alternative text, as `{bare[0]}`"
    return (diagnostic("unfounded-claim", ".", (0, 0), message, "write it as `![what it shows](file)`"),)
