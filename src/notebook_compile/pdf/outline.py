"""The outline of a printed book, and what its links say of where they lead.

A book comes in; outline items and descriptions go out. Never: pages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from notebook_compile.model import Book, Chapter
from notebook_compile.pdf.binding import OutlineItem
from notebook_compile.words import words

# How many levels the outline has, except where parts and chapters alone have more.
_LEVELS = 3

_WORD = re.compile(r"[^\W_]+")
_FOOTNOTE = re.compile(r".+\.fn(ref)?(\d+)")
_IN_CHAPTER = re.compile(r"(c[a-z0-9]+)[-.].*", re.DOTALL)


def outline(book: Book, *, handout: bool, back: Sequence[tuple[str, str]] = ()) -> list[OutlineItem]:
    """What stands before the text, parts, chapters, the headings in chapters to the third level, and the indexes.

    `back` are the anchors and headings of the back matter; a handout has none, and nothing before its text. A heading
    that says what a chapter is called is left out: who looks for the chapter would end up there.
    """
    titles = {_plain(chapter.title) for chapter in book.chapters}
    items = [] if handout else _before(book)
    for entry in book.entries:
        items.append(OutlineItem(entry.title, entry.anchor, entry.depth))
        sections = entry.sections if isinstance(entry, Chapter) else ()
        items += (
            OutlineItem(section.title, section.anchor, depth)
            for section in sections
            if (depth := entry.depth + section.level - 1) < _LEVELS and _plain(section.title) not in titles
        )
    return [*items, *(OutlineItem(title, anchor, 0) for anchor, title in back)]


def _before(book: Book) -> list[OutlineItem]:
    fixed = words(book.language)
    introduction = [OutlineItem(fixed("Introduction"), "introduction", 0)] if book.introduction.body else []
    return [OutlineItem(book.title, "title-page", 0), *introduction, OutlineItem(fixed("Contents"), "contents", 0)]


def _plain(title: str) -> tuple[str, ...]:
    """A title's words, without regard to case and punctuation: "GPU vs. CPU" is "GPU vs CPU"."""
    return tuple(_WORD.findall(unicodedata.normalize("NFKC", title).casefold()))


def link_descriptions(book: Book) -> Callable[[str], str]:
    """What is said of a link, by the anchor that it leads to (PDF/UA-1, 7.18.5); nothing of anchors not known."""
    fixed = words(book.language)
    titles = {entry.anchor: entry.title for entry in book.entries}
    titles |= {section.anchor: section.title for chapter in book.chapters for section in chapter.sections}

    def describe(anchor: str) -> str:
        if match := _FOOTNOTE.fullmatch(anchor):
            return fixed("Back to text") if match[1] else fixed("Footnote {number}", number=match[2])
        chapter = _IN_CHAPTER.fullmatch(anchor)
        return titles.get(anchor) or (titles.get(chapter[1], "") if chapter else "")

    return describe
