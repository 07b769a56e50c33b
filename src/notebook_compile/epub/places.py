"""Where everything stands: the documents of each text, and the document that holds each id.

A book comes in; names of documents go out. All content documents share one folder, so a document's name is also the
link to it from any other. Markup is cut only where a text is too long for one document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html import escape, unescape
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from notebook_compile.epub.back import BackDocument, back_documents
from notebook_compile.epub.conforming import conform
from notebook_compile.epub.page_breaks import with_page_breaks
from notebook_compile.epub.splitting import document_names, pieces
from notebook_compile.epub.targets import empty_targets
from notebook_compile.epub.weights import LINK, weight
from notebook_compile.model import CrossReference, Part, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from notebook_compile.model import Book, Moment, PrintedPage

INTRODUCTION = "introduction.xhtml"
MOST_SOURCES = 100  # that "Referenced from" names; more are counted

_ID = re.compile(r'\sid="([^"]*)"')
_LINK_TO_ID = re.compile(r"""\shref=(?:"#([^"]*)"|'#([^']*)')""")


@dataclass(frozen=True, slots=True)
class Places:
    """The documents of a book's text."""

    texts: Mapping[str, Text]  # document -> the text that stands in it, in reading order
    sections: Mapping[str, tuple[str, ...]]  # what the print calls a text, as a chapter's anchor -> its documents
    ids: Mapping[str, str]  # id in the text -> the document that holds it
    starts: Mapping[str, Sequence[PrintedPage]]  # document -> the printed pages that start with it
    back: tuple[BackDocument, ...]  # behind the texts
    printed: Mapping[
        str, Sequence[PrintedPage]
    ]  # what the print calls a section or entry -> the pages that begin there

    def chapter(self, anchor: str) -> str | None:
        """The document that a chapter begins in, None for a chapter that is not in the book."""
        documents = self.sections.get(anchor)
        return documents[0] if documents else None

    def link(self, document: str, anchor: str) -> str | None:
        """The link to an id from a document, None if no text holds the id."""
        target = self.ids.get(anchor)
        if target is None:
            return None
        # Within a document the bare fragment: some reading systems load the file again otherwise.
        return f"{'' if target == document else target}#{quote(anchor)}"


@dataclass(frozen=True, slots=True)
class _Section:
    """A text of the book on its way into documents."""

    anchor: str  # what the print calls it
    name: str  # of its first document, without the ending
    text: Text
    footnotes: tuple[Moment | Text, ...] = ()
    behind: int = 0  # the weight of what stands behind it


def place(book: Book, pages: Mapping[str, Sequence[PrintedPage]] = MappingProxyType({})) -> Places:
    """Give every text of a book its documents, and the breaks of its printed pages, which come by their sections."""
    linked = _linked(book)
    texts: dict[str, Text] = {}
    sections: dict[str, tuple[str, ...]] = {}
    for section in _sections(book):
        text = replace(section.text, body=empty_targets(conform(section.text.body), linked))
        cut = pieces(text, section.footnotes, section.behind)
        bodies = with_page_breaks(cut, pages.get(section.anchor, ()), text.references)
        # Short names: the contents and the page list name documents some thousand times.
        sections[section.anchor] = document_names(f"{section.name}.xhtml", len(bodies))
        for document, body in zip(sections[section.anchor], bodies, strict=True):
            texts[document] = Text(body, text.references)
    ids = {anchor: document for document, text in texts.items() for anchor in _ID.findall(text.body)}
    starts = {names[0]: [page for page in pages.get(anchor, ()) if page.starts] for anchor, names in sections.items()}
    return Places(texts, sections, ids, starts, back_documents(book), pages)


def _sections(book: Book) -> Iterator[_Section]:
    titles = {chapter.anchor: chapter.title for chapter in book.chapters}
    if book.introduction.body.strip():
        yield _Section("introduction", "introduction", book.introduction)
    for entry in book.entries:
        if isinstance(entry, Part):
            yield _Section(entry.anchor, entry.anchor, entry.introduction)
        else:
            sources = [titles.get(chapter, "") for chapter, _ in entry.referenced_from[:MOST_SOURCES]]
            behind = sum(LINK + weight(escape(title)) for title in sources)
            yield _Section(entry.anchor, f"c{entry.number}", entry.text, entry.footnotes, behind)


def _linked(book: Book) -> set[str]:
    """The ids that links lead to."""
    linked: set[str] = set()
    for section in _sections(book):
        for text in (section.text, *(footnote for footnote in section.footnotes if isinstance(footnote, Text))):
            linked.update(reference.anchor for reference in text.references if isinstance(reference, CrossReference))
            linked.update(unquote(unescape(link[1] or link[2] or "")) for link in _LINK_TO_ID.finditer(text.body))
    return linked
