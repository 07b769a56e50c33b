"""What a book's title page and colophon say of it, in its language: the same in print and in the e-book.

A book and its words come in, lines of text go out; the templates of both formats hold their markup.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton

from notebook_compile import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

    from notebook_compile.model import Book
    from notebook_compile.words import Word, Words

PROGRAM = f"notebook-compile {__version__}"

_CREDITS: dict[str, Word] = {  # by MARC relator code
    "edt": "Edited by {names}",
    "com": "Compiled by {names}",
    "trl": "Translated by {names}",
    "ill": "Illustrated by {names}",
    "pht": "Photographs by {names}",
    "nrt": "Narrated by {names}",
    "cov": "Cover by {names}",
    "wfw": "Foreword by {names}",
    "wpr": "Preface by {names}",
    "win": "Introduction by {names}",
    "waw": "Afterword by {names}",
    "ctb": "With contributions by {names}",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of the colophon."""

    kind: str  # for style sheets
    text: str
    latin: bool = False  # written from left to right in every language


def credits_of(book: Book, words: Words) -> tuple[str, ...]:
    """What others than the authors did, "Translated by Bo Ek", a line for each role in the order of the settings."""
    names: dict[str, list[str]] = {}
    for each in book.contributors:
        names.setdefault(each.role, []).append(each.name)
    return tuple(words(_CREDITS[role], names=words(", ").join(those)) for role, those in names.items())


def series_of(book: Book, words: Words) -> str:
    """The series and the book's number in it; "" without one."""
    if not book.series.strip() or not book.series_number:
        return book.series.strip()
    return words("{series}, volume {number}", series=book.series, number=book.series_number)


def colophon(book: Book, words: Words) -> Iterator[Line]:
    """What is known of a book, title and subtitle excepted."""
    made = datetime.fromtimestamp(book.modified, UTC).date() if book.modified else None
    published = date_text(book.date, words) or (str(made.year) if made and book.publisher.strip() else "")
    lines = [
        Line("authors", words(", ").join(book.authors)),
        *(Line("credit", credit) for credit in credits_of(book, words)),
        Line("series", series_of(book, words)),
        Line("description", book.description),
        Line("rights", book.rights),
        Line("imprint", words(", ").join(filter(None, [book.publisher.strip(), published]))),
        Line("isbn", f"ISBN {book.isbn}" if book.isbn else "", latin=True),
        Line("edition", words("Edition of {date}", date=date_text(made.isoformat(), words)) if made else ""),
        Line("program", words("This book was compiled from notes by {program}.", program=PROGRAM)),
        Line("identifier", book.identifier, latin=True),
    ]
    return (line for line in lines if line.text.strip())


def date_text(written: str, words: Words) -> str:
    """A year, month or day (`2026`, `2026-05`, `2026-05-01`) as a language writes it; as it is where none is known."""
    try:
        locale = Locale.parse(words.language, sep="-")
    except (UnknownLocaleError, ValueError):
        return written
    match len(written):
        case 7:
            return format_skeleton("yMMMM", date.fromisoformat(f"{written}-01"), locale=locale)
        case 10:
            return format_date(date.fromisoformat(written), "long", locale)
        case _:
            return written
