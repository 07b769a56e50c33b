"""Back matter: the book's videos with their codes, the index of tags, the index of titles.

A book comes in, with how many digits the numbers of its pages may have; an HTML document goes out. Never: what the
indexes hold (`book/indexes.py`).
"""

from __future__ import annotations

from markupsafe import Markup, escape

from notebook_compile.book.indexes import Entry, Group, Video, tags_index, title_index, videos
from notebook_compile.model import Book
from notebook_compile.pdf.backlinks import page_list, page_numbers
from notebook_compile.pdf.footnotes import SCHEME, code
from notebook_compile.pdf.templates import render
from notebook_compile.words import Words, words

VIDEOS, TAGS, TITLES = "videos", "tags-index", "title-index"  # the sections' anchors

# An index's last word is on one line with the first number behind it, if a column has room for both at any size.
_LAST_WORD = 12
# Where the line may break. Before an element behind a mere blank, WeasyPrint 70 breaks some lines too early.
_BREAK = Markup(" \u200b")


def back_sections(book: Book) -> tuple[tuple[str, str], ...]:
    """The anchors and headings of the sections that a book has; none where it has nothing to list."""
    fixed = words(book.language)
    sections = (
        (VIDEOS, fixed("Videos"), videos(book)),
        (TAGS, fixed("Tags"), tags_index(book)),
        (TITLES, fixed("Index"), title_index(book)),
    )
    return tuple((anchor, heading) for anchor, heading, content in sections if content)


def back_html(book: Book, anchor: str, room: int) -> str:
    """The document of a section that a book has."""
    fixed = words(book.language)
    index = {VIDEOS: lambda _: (), TAGS: tags_index, TITLES: title_index}[anchor](book)
    return render(
        "back.html",
        book,
        anchor=anchor,
        heading=dict(back_sections(book))[anchor],
        videos=[_video(video, room, fixed) for video in (videos(book) if anchor == VIDEOS else ())],
        index=[_lines(group, room, fixed) for group in index],
    )


def _video(video: Video, room: int, fixed: Words) -> tuple[Video, str, Markup, Markup]:
    """A video, its address as a reader sees it, its code, and the pages of its chapters."""
    anchors = [chapter.anchor for chapter in video.chapters]
    return (
        video,
        SCHEME.sub("", video.address),
        Markup(code(video.address, fixed)),
        page_list(anchors, room, fixed),
    )


def _lines(group: Group, room: int, fixed: Words) -> tuple[str, list[tuple[Entry, Markup]]]:
    """A letter, and the entries under it with their lines."""
    return group.heading, [(entry, _line(entry, room, fixed)) for entry in group.entries]


def _line(entry: Entry, room: int, fixed: Words) -> Markup:
    """What an entry says, and the numbers of its pages."""
    numbers = page_numbers((chapter.anchor for chapter in entry.chapters), room, fixed)
    if not numbers:
        return escape(entry.text)
    before, _, last = entry.text.rpartition(" ")
    if len(last) > _LAST_WORD:
        before, last = f"{entry.text}\u00a0", ""
    kept = Markup('<span class="index-page">{}\u00a0\u00a0{}</span>' if last else "{}{}").format(last, numbers[0])
    return escape(fixed(", ")).join([escape(before) + (_BREAK if before else "") + kept, *numbers[1:]])
