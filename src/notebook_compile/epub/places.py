"""Where everything stands: the documents of each chapter, and the document that holds each id.

A book comes in; names of documents go out. All content documents share one folder, so a document's name is also the
link to it from any other. Markup is cut only where a chapter is too long for one document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import count, takewhile
from typing import TYPE_CHECKING
from urllib.parse import quote

from notebook_compile.epub.conforming import conform
from notebook_compile.epub.splitting import pieces
from notebook_compile.model import Chapter, Part, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from notebook_compile.model import Book

INTRODUCTION = "introduction.xhtml"

_ID = re.compile(r'\sid="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Places:
    """The documents of a book's text."""

    texts: Mapping[str, Text]  # document -> the text that stands in it, in reading order
    chapters: Mapping[int, tuple[str, ...]]  # chapter number -> its documents
    ids: Mapping[str, str]  # id in the text -> the document that holds it

    def chapter(self, number: int) -> str | None:
        """The document that a chapter begins in, None for a chapter that is not in the book."""
        documents = self.chapters.get(number)
        return documents[0] if documents else None

    def link(self, document: str, anchor: str) -> str | None:
        """The link to an id from a document, None if no text holds the id."""
        target = self.ids.get(anchor)
        if target is None:
            return None
        # Within a document the bare fragment: some reading systems load the file again otherwise.
        return f"{'' if target == document else target}#{quote(anchor)}"


def place(book: Book) -> Places:
    """Give every text of a book its documents."""
    texts = dict(_texts(book))
    chapters = {chapter.number: tuple(_names(chapter, texts)) for chapter in book.chapters}
    ids = {anchor: document for document, text in texts.items() for anchor in _ID.findall(text.body)}
    return Places(texts, chapters, ids)


def part_name(part: Part) -> str:
    """The name of a part's document."""
    return f"part-{part.number:03}.xhtml"


def _texts(book: Book) -> Iterator[tuple[str, Text]]:
    if book.introduction.body.strip():
        yield INTRODUCTION, _conformed(book.introduction)
    for entry in book.entries:
        if isinstance(entry, Part):
            yield part_name(entry), _conformed(entry.introduction)
        else:
            for place, body in enumerate(pieces(conform(entry.text.body)), 1):
                yield _chapter_name(entry, place), Text(body, entry.text.references)


def _conformed(text: Text) -> Text:
    return replace(text, body=conform(text.body))


def _chapter_name(chapter: Chapter, place: int) -> str:
    """The name of a chapter's first document, or of one that goes on with it."""
    return f"chapter-{chapter.number:04}{f'-{place}' if place > 1 else ''}.xhtml"


def _names(chapter: Chapter, texts: Mapping[str, Text]) -> Iterator[str]:
    names = (_chapter_name(chapter, place) for place in count(1))
    return takewhile(texts.__contains__, names)
