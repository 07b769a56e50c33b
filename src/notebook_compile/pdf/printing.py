"""The print stage: a book becomes a PDF.

Signatures are laid out with a guess of how many digits each page number has, again where the guess was wrong, and
bound. Layout runs over processes; nothing here depends on how many there are, nor on what is in the cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING
from zlib import crc32

from notebook_compile.cache import key, opened
from notebook_compile.diagnostics import Diagnostic, diagnostic
from notebook_compile.model import Book, Chapter, Part, PrintedPage, Section, Text
from notebook_compile.pdf.back import back_sections
from notebook_compile.pdf.binding import Labels, Metadata, bind
from notebook_compile.pdf.design import Design, Looks, Measures, measure, style_sheets
from notebook_compile.pdf.estimate import pages
from notebook_compile.pdf.files import Files
from notebook_compile.pdf.findings import findings
from notebook_compile.pdf.front import FRONT_SECTIONS
from notebook_compile.pdf.layouts import Layouts
from notebook_compile.pdf.numbering import (
    Entry,
    Guess,
    digits_of,
    known_digits,
    known_folios,
    number_id,
    numbered,
    reference_id,
)
from notebook_compile.pdf.outline import link_descriptions, outline
from notebook_compile.pdf.printed_pages import printed_pages
from notebook_compile.pdf.sheet import LaidOut, Press, Work, back, contents, cover, front, sheet
from notebook_compile.resources import styles_folder
from notebook_compile.versions import versions
from notebook_compile.words import words

if TYPE_CHECKING:
    from notebook_compile.cache import Cache
    from notebook_compile.jobs import Map
    from notebook_compile.pdf.signature import StyleSheet

# A chapter of so many characters of markup, a footnote counted as some hundred, is a signature by itself: with so many,
# what it costs to start a signature is little beside what its pages cost. Smaller ones stand together.
SIGNATURE_SIZE = 4_000
FOOTNOTE_SIZE = 400
# Of the small chapters one in so many begins a signature, whatever stands before it: where signatures begin must not
# depend on chapters far away, or a note that is added would make all others be laid out again.
_BEGINS = 4
# Signatures laid out before the guess of the pages to come is put right by what is known by then, for the first time;
# then twice as many.
FIRST_STAGE = 32
# Layout is repeated while digits change; each time fewer do, and from the third on a number only gains digits.
MAX_ROUNDS = 6

# Of a page's text, each way, in the size of its type.
_LEAST_ROOM = 6
_EMPTY = '<!DOCTYPE html><html lang="en"><title>-</title></html>'

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed book."""

    pdf: bytes
    pages: tuple[PrintedPage, ...]  # but for the cover
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class _Leaves:
    """Works, and what they are laid out to, in the order of the book."""

    works: tuple[Work, ...] = ()
    laid_out: tuple[LaidOut, ...] = ()


def print_book(
    book: Book, design: Design, run: Map, progress: Progress, cache: Cache | None = None, chapter: str | None = None
) -> Printed:
    """Lay out and bind a book, or of it one chapter alone, by its note's path.

    What is laid out is kept in the cache, and taken from there.
    """
    if cache is None:
        with opened() as temporary:
            return print_book(book, design, run, progress, temporary, chapter)
    press, problems = _press_with_room(book, design, run, cache)
    layouts = Layouts(press, run, cache)
    groups = gather(book.entries)
    text = _lay_out_text(book, groups, layouts, progress)
    alone = next((each for each in book.chapters if each.path == chapter), None)
    printed = _bound_chapter(book, alone, layouts, text) if alone else _bound_book(book, design, layouts, groups, text)
    return replace(printed, diagnostics=(*problems, *printed.diagnostics))


def _bound_book(
    book: Book, design: Design, layouts: Layouts, groups: Sequence[tuple[Entry, ...]], text: _Leaves
) -> Printed:
    sections = () if design.is_handout else back_sections(book)
    before, after = (_Leaves(), _Leaves()) if design.is_handout else _around(book, design, layouts, text, sections)
    works, laid_out = [*before.works, *text.works, *after.works], [*before.laid_out, *text.laid_out, *after.laid_out]
    labels, metadata = _labels(book, before, text), _metadata(book)
    items = outline(book, handout=design.is_handout, back=sections)
    numbers = _chapter_numbers(book)
    titles = tuple((each.anchor, each.title) for entry in book.entries for each in (entry, *_sections_of(entry)))
    bound = layouts.bound(
        works,
        laid_out,
        (tuple(labels), tuple(items), metadata, tuple(numbers.items()), titles),
        lambda: bind(
            laid_out,
            layouts.sheaves(works),
            labels,
            items,
            metadata,
            describe=link_descriptions(book),
            given=numbers,
        ),
    )
    covers = sum(signature.pages for signature in before.laid_out[:-2])
    starts = _sections(groups, before, text, after)
    found = findings(book.chapters, laid_out, layouts.lost)
    return Printed(bound.pdf, printed_pages(bound.labels[covers:], starts), tuple(found))


def _bound_chapter(book: Book, chapter: Chapter, layouts: Layouts, text: _Leaves) -> Printed:
    """A chapter with the numbers that its pages, and those that it names, have in the book."""
    names, listed = numbered([chapter]), [reference_id(*place) for place in chapter.referenced_from]
    own = _chapter_numbers(book)
    folios = known_folios(text.laid_out, frozenset((chapter.anchor, *names, *listed)))
    room = max(len(str(folios.get(name, 1))) for name in (chapter.anchor, *listed))
    digits = {name: len(str((folios | own).get(name, 1))) for name in names}
    work = replace(sheet(book, (chapter,), room), digits=digits)
    laid_out = layouts([work])
    bound = bind(
        laid_out,
        layouts.sheaves([work]),
        [Labels(0, "D", first=folios[chapter.anchor])],
        outline(replace(book, entries=(replace(chapter, depth=0),)), handout=True),
        replace(_metadata(book), title=f"{book.title}: {chapter.title}"),
        describe=link_descriptions(book),
        given=folios | own,
    )
    pages = printed_pages(bound.labels, [(laid_out[0], [chapter.anchor])])
    return Printed(bound.pdf, pages, tuple(findings([chapter], laid_out, layouts.lost)))


def _sections_of(entry: Entry) -> tuple[Section, ...]:
    return entry.sections if isinstance(entry, Chapter) else ()


def _metadata(book: Book) -> Metadata:
    return Metadata(
        title=book.title,
        language=book.language,
        authors=tuple(each.name for each in book.creators),
        contributors=tuple(each.name for each in book.contributors if each not in book.creators),
        subjects=book.subjects,
        description=book.description,
        publisher=book.publisher,
        rights=book.rights,
        date=book.date,
        sources=book.sources,
        identifier=book.identifier,
        modified=book.modified,
    )


def _sections(
    groups: Sequence[Sequence[Entry]], before: _Leaves, text: _Leaves, after: _Leaves
) -> Iterable[tuple[LaidOut, Sequence[str]]]:
    """The signatures behind the cover, each with the anchors of the sections that start in it."""
    yield from ((signature, FRONT_SECTIONS) for signature in before.laid_out[-2:])
    starts = ([entry.anchor for entry in group] for group in groups)
    yield from zip(text.laid_out, starts, strict=True)
    yield from ((each, tuple(each.anchors)) for each in after.laid_out)  # sections, and entries of indexes


# --- the press --------------------------------------------------------------------------------------------


def _press(book: Book, design: Design, run: Map, cache: Cache) -> Press:
    styles, files = style_sheets(design, book.root), Files(str(book.root), str(styles_folder()))
    return Press(styles, files, Looks(_measured(styles, files, run, cache), design.timestamps, design.is_handout))


def _measured(styles: tuple[StyleSheet, ...], files: Files, run: Map, cache: Cache) -> Measures:
    """What the style sheets come to, if need be found out in another process: loading WeasyPrint takes a second."""
    name = key("measures", versions(), tuple((each.text, files.relative(each.base)) for each in styles))
    known = cache.load(name)
    if known is None or any(files.digest(address) != digest for address, digest in known[1]):
        (known,) = run(partial(_measure, files=files), [styles])
        cache.store(name, known)
    measures: Measures = known[0]
    return measures


def _measure(styles: tuple[StyleSheet, ...], files: Files) -> tuple[Measures, tuple[tuple[str, str], ...]]:
    from notebook_compile.pdf.rendering import lay_out  # noqa: PLC0415  # slow, for other processes

    return measure(styles, files), files.digests(lay_out(_EMPTY, styles, files).files)


def _press_with_room(book: Book, design: Design, run: Map, cache: Cache) -> tuple[Press, tuple[Diagnostic, ...]]:
    """A press without the notebook's style sheets if these leave the text no room: layout would have no end."""
    press = _press(book, design, run, cache)
    measures = press.looks.measures
    if not design.css or min(measures.width, measures.height) >= _LEAST_ROOM * measures.type_size:
        return press, ()
    message = f"`css`: pages are left {measures.width:.0f} by {measures.height:.0f} points for the text"
    finding = diagnostic("bad-config", ".", (0, 0), message, "make their margins smaller")
    return _press(book, replace(design, css=()), run, cache), (finding,)


# --- layout -----------------------------------------------------------------------------------------------


def _lay_out_text(book: Book, groups: Sequence[tuple[Entry, ...]], layouts: Layouts, progress: Progress) -> _Leaves:
    """Lay out all signatures, each with the digits that its numbers turn out to have.

    What a signature is laid out with follows from the book alone, by way of layouts that follow from it: with an empty
    cache and with a full one this takes the same steps.
    """
    guess = Guess(groups, [sum(pages(entry, layouts.press.looks.measures) for entry in group) for group in groups])
    sheets = [sheet(book, group, guess.room) for group in groups]
    anchors = [numbered(group) for group in groups]
    wanted = frozenset(anchor for each in anchors for anchor in each)
    own = {name: len(str(number)) for name, number in _chapter_numbers(book).items()}
    laid_out: list[LaidOut] = []

    while (first := len(laid_out)) < len(groups):
        stage = slice(first, max(FIRST_STAGE, 2 * first))
        known = own | guess.digits(laid_out) | known_digits(laid_out, wanted)
        numbers = [digits_of(names, known) for names in anchors[stage]]
        sheets[stage] = [replace(each, digits=digits) for each, digits in zip(sheets[stage], numbers, strict=True)]
        laid_out += layouts(sheets[stage], partial(_tell, progress, first, len(groups)))
    for round_number in range(MAX_ROUNDS):
        known = own | known_digits(laid_out, wanted)
        last = len(str(_pages(laid_out)))
        again = {}
        for index, (each, names) in enumerate(zip(sheets, anchors, strict=True)):
            digits = digits_of(names, known, least=each.digits if round_number >= 2 else {})
            needed = replace(each, digits=digits, room=each.room and max(each.room, last))
            if needed != each:
                again[index] = needed
        if not again:
            break
        for index, made in zip(again, layouts(list(again.values())), strict=True):
            sheets[index], laid_out[index] = again[index], made
    return _Leaves(tuple(sheets), tuple(laid_out))


def _chapter_numbers(book: Book) -> dict[str, int]:
    """The chapters' own numbers, by their names."""
    return {number_id(chapter.anchor): chapter.number for chapter in book.chapters}


def _tell(progress: Progress, before: int, total: int, done: int) -> None:
    progress(before + done, total)


def gather(entries: Iterable[Entry]) -> list[tuple[Entry, ...]]:
    """The entries in signatures: a chapter alone, or some small ones; a part stands with the chapter behind it.

    Where a signature begins depends on the chapters around this place alone.
    """
    groups: list[list[Entry]] = []
    closed = True  # whether nothing more has a place in the last group
    for entry in entries:
        small = isinstance(entry, Chapter) and _size(entry) < SIGNATURE_SIZE
        follows_part = bool(groups) and isinstance(groups[-1][-1], Part)
        begins = crc32(entry.anchor.encode()) % _BEGINS == 0
        if follows_part or (small and not closed and not begins):
            groups[-1].append(entry)
        else:
            groups.append([entry])
        closed = not small
    return [tuple(group) for group in groups]


def _size(chapter: Chapter) -> int:
    notes = (len(each.body) if isinstance(each, Text) else 0 for each in chapter.footnotes)
    return len(chapter.text.body) + FOOTNOTE_SIZE * len(chapter.footnotes) + sum(notes)


# --- around the text --------------------------------------------------------------------------------------


def _around(
    book: Book, design: Design, layouts: Layouts, text: _Leaves, sections: Sequence[tuple[str, str]]
) -> tuple[_Leaves, _Leaves]:
    """What stands before and behind the text: cover and front matter; the sections of the back matter."""
    digits = known_digits(text.laid_out, frozenset(entry.anchor for entry in book.entries))
    room = len(str(_pages(text.laid_out)))
    covers = () if design.cover == "none" else (cover(book, design.cover),)
    opening: tuple[Work, ...] = (*covers, front(book))
    opened = layouts(opening)
    listed = contents(book, max(digits.values(), default=1), opened[-1].pages + 1)
    after: tuple[Work, ...] = tuple(back(book, room, anchor) for anchor, _ in sections)
    laid_out = layouts([listed, *after])
    return _Leaves((*opening, listed), (*opened, laid_out[0])), _Leaves(after, tuple(laid_out[1:]))


def _pages(signatures: Iterable[LaidOut]) -> int:
    return sum(each.pages for each in signatures)


def _labels(book: Book, before: _Leaves, text: _Leaves) -> list[Labels]:
    """The cover has its name, front matter roman numbers, and all behind it arabic ones."""
    front = len(before.works)  # with the contents
    cover = [Labels(0, "", prefix=words(book.language)("Cover"))] if front > 2 else []
    return [*cover, *([Labels(front - 2, "r")] if front else []), *([Labels(front, "D")] if text.works else [])]
