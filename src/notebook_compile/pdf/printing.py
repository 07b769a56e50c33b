"""The print stage: a book becomes a PDF.

Signatures are laid out with a guess of how many digits each page number has, again where the guess was wrong, and
bound. Layout runs over processes; nothing here depends on how many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from notebook_compile.diagnostics import Diagnostic, diagnostic
from notebook_compile.jobs import Map
from notebook_compile.model import Book, Chapter, Moment, PrintedPage, Text
from notebook_compile.pdf.back import back_html, back_sections
from notebook_compile.pdf.binding import Labels, Metadata, bind
from notebook_compile.pdf.design import Design, Looks, Measures, measure, style_sheets
from notebook_compile.pdf.estimate import pages, way
from notebook_compile.pdf.files import Files
from notebook_compile.pdf.findings import findings
from notebook_compile.pdf.footnotes import footnote_id, mark_id
from notebook_compile.pdf.front import FRONT_SECTIONS, cover_html, front_html
from notebook_compile.pdf.numbering import Entry, Numbering, known_digits, numbering, wanted
from notebook_compile.pdf.outline import link_descriptions, outline
from notebook_compile.pdf.pages import chapter_with_class, end_id, signature_html
from notebook_compile.pdf.printed_pages import printed_pages
from notebook_compile.pdf.references import printed_footnotes
from notebook_compile.pdf.signature import Signature, StyleSheet, lay_out
from notebook_compile.pdf.tables import fitted
from notebook_compile.resources import styles_folder
from notebook_compile.words import words

# Signatures are closed at this many characters of markup, a footnote counted as some hundred: one or two notes of a
# wiki, some seven pages. Measured from 6,000 to 40,000: a signature costs about 10 ms, but WeasyPrint's time grows with
# the square of the footnotes (60 notes with 1,380: 29 s against 92 s).
SIGNATURE_SIZE = 10_000
FOOTNOTE_SIZE = 400
# Signatures laid out before the guess of the pages to come is put right by what is known by then.
BATCH = 48
# Layout is repeated while digits change; each time fewer do, and from the third on a number only gains digits.
MAX_ROUNDS = 6

# Classes of a chapter whose pages lost a footnote, one after the other (references.css): WeasyPrint 70 loses one of
# some thousand, now under these rules and now under those. The last takes them into the text, where none can get lost.
_SAFER = ("loose", "looser", "notes-in-text")
# Of a page's text, each way, in the size of its type.
_LEAST_ROOM = 6
# What is too little for a chapter's last page, in the size of the type: some four lines.
_SHORT_END = 6.5
# How many pages behind its mark a footnote may stand.
_FARTHEST = 1

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed book."""

    pdf: bytes
    pages: tuple[PrintedPage, ...]  # but for the cover
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What one worker needs to lay out one signature; its HTML, with the QR codes, is made there too."""

    book: Book  # without its entries
    entries: tuple[Entry, ...]
    numbering: Numbering


@dataclass(frozen=True, slots=True)
class _Press:
    """What all signatures are laid out with."""

    styles: tuple[StyleSheet, ...]
    files: Files
    looks: Looks

    def __call__(self, html: str) -> Signature:
        """Lay out a document."""
        measures = self.looks.measures
        html = fitted(html, measures.width / measures.table_type_size, measures.height / measures.table_type_size)
        return lay_out(html, self.styles, self.files)


def print_book(book: Book, design: Design, run: Map, progress: Progress) -> Printed:
    """Lay out and bind a book."""
    press, problems = _press_with_room(book, design)
    groups = gather(book.entries)
    text = _lay_out_text(book, groups, press, run, progress)
    before, after = ([], []) if design.is_handout else _around(book, design, press, text)
    bound = bind(
        [*before, *text, *after],
        _labels(book, before, text),
        outline(book, handout=design.is_handout),
        Metadata(
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
        ),
        describe=link_descriptions(book),
    )
    lost = {
        chapter.anchor: _lost(chapter, signature, press.looks)
        for group, signature in zip(groups, text, strict=True)
        for chapter in _chapters(group)
    }
    covers = sum(signature.pages for signature in before[:-1])
    sections = _sections(groups, before, text, after)
    pages = printed_pages(bound.labels[covers:], sections)
    return Printed(bound.pdf, pages, (*problems, *findings(groups, text, [*before, *after], lost)))


def _sections(
    groups: Sequence[Sequence[Entry]],
    before: Sequence[Signature],
    text: Sequence[Signature],
    after: Sequence[Signature],
) -> Iterable[tuple[Signature, Sequence[str]]]:
    """The signatures behind the cover, each with the anchors of the sections that start in it."""
    yield from ((signature, FRONT_SECTIONS) for signature in before[-1:])
    yield from ((signature, [entry.anchor for entry in group]) for signature, group in zip(text, groups, strict=True))
    yield from ((signature, tuple(signature.anchors)) for signature in after)  # sections, and entries of indexes


def _press(book: Book, design: Design) -> _Press:
    styles, files = style_sheets(design, book.root), Files(str(book.root), str(styles_folder()))
    return _Press(styles, files, Looks(measure(styles, files), design.timestamps, design.is_handout))


def _press_with_room(book: Book, design: Design) -> tuple[_Press, tuple[Diagnostic, ...]]:
    """A press without the notebook's style sheets if these leave the text no room: layout would have no end."""
    press = _press(book, design)
    measures = press.looks.measures
    if not design.css or min(measures.width, measures.height) >= _LEAST_ROOM * measures.type_size:
        return press, ()
    message = f"`css`: pages are left {measures.width:.0f} by {measures.height:.0f} points for the text"
    finding = diagnostic("bad-config", ".", (0, 0), message, "make their margins smaller")
    return _press(book, replace(design, css=())), (finding,)


# --- layout -----------------------------------------------------------------------------------------------


def _lay_out_text(
    book: Book, groups: Sequence[Sequence[Entry]], press: _Press, run: Map, progress: Progress
) -> list[Signature]:
    cover = replace(book, entries=())
    guess = [{entry.anchor: pages(entry, press.looks.measures) for entry in group} for group in groups]
    laid_out: dict[int, Signature] = {}
    used: dict[int, Numbering] = {}

    def lay_out_all(indices: Sequence[int]) -> None:
        sheets = [_Sheet(cover, tuple(groups[index]), used[index]) for index in indices]
        laid_out.update(zip(indices, run(partial(_lay_out_safely, press=press), sheets), strict=True))

    for first in range(0, len(groups), BATCH):
        batch = range(first, min(first + BATCH, len(groups)))
        digits = known_digits(groups, laid_out, guess)
        used.update({index: numbering(groups[index], digits) for index in batch})
        lay_out_all(batch)
        progress(batch.stop, len(groups))
    for round_number in range(MAX_ROUNDS):
        digits = known_digits(groups, laid_out, guess)
        now = {
            index: wanted(group, digits, used[index], laid_out[index], grow_only=round_number >= 2)
            for index, group in enumerate(groups)
        }
        again = [index for index in now if now[index] != used[index]]
        if not again:
            break
        used.update(now)
        lay_out_all(again)
    return [laid_out[index] for index in range(len(groups))]


def gather(entries: Iterable[Entry], size: int = SIGNATURE_SIZE) -> list[list[Entry]]:
    """The entries in runs of about `size`; a part stands with the chapter behind it."""
    groups: list[list[Entry]] = [[]]
    held = 0
    for entry in entries:
        if held >= size and isinstance(groups[-1][-1], Chapter):
            groups.append([])
            held = 0
        groups[-1].append(entry)
        text = entry.text if isinstance(entry, Chapter) else entry.introduction
        held += len(text.body) + (sum(map(_size, entry.footnotes)) if isinstance(entry, Chapter) else 0)
    return groups if groups[0] else []


def _size(footnote: Moment | Text) -> int:
    return FOOTNOTE_SIZE + (len(footnote.body) if isinstance(footnote, Text) else 0)


def _lay_out_safely(sheet: _Sheet, press: _Press) -> Signature:
    """Lay out a signature, and again with safer rules for the chapters that lost a footnote.

    Which rules are safe for a chapter is found with that chapter alone: it starts on a page of its own anyway.
    """
    html = signature_html(sheet.book, sheet.entries, sheet.numbering, press.looks)
    signature = press(html)
    short = [chapter for chapter in _chapters(sheet.entries) if _lost(chapter, signature, press.looks)]
    for chapter in short:
        alone = signature_html(sheet.book, [chapter], sheet.numbering, press.looks)
        html = chapter_with_class(html, chapter.anchor, _safe_rules(chapter, alone, press))
    return _without_short_ends(sheet, html, press(html) if short else signature, press)


def _without_short_ends(sheet: _Sheet, html: str, signature: Signature, press: _Press) -> Signature:
    """The signature, its chapters that end in a few lines on a page of their own set tighter where this saves it."""
    for chapter in _chapters(sheet.entries):
        if not _ends_short(chapter, signature, press.looks.measures):
            continue
        tightened = chapter_with_class(html, chapter.anchor, "tight")
        tighter = press(tightened)
        if tighter.pages < signature.pages and not any(
            _lost(each, tighter, press.looks) for each in _chapters(sheet.entries)
        ):
            html, signature = tightened, tighter
    return signature


def _ends_short(chapter: Chapter, signature: Signature, measures: Measures) -> bool:
    start, end = signature.anchors.get(chapter.anchor), signature.anchors.get(end_id(chapter.anchor))
    if start is None or end is None or start[0] == end[0]:
        return False
    return measures.top - end[2] < _SHORT_END * measures.type_size


def _safe_rules(chapter: Chapter, html: str, press: _Press) -> str:
    """The first of the safer rules under which a chapter keeps all its footnotes."""
    for rules in _SAFER[:-1]:
        if not _lost(chapter, press(chapter_with_class(html, chapter.anchor, rules)), press.looks):
            return rules
    return _SAFER[-1]


def _chapters(entries: Iterable[Entry]) -> Iterable[Chapter]:
    return (entry for entry in entries if isinstance(entry, Chapter))


def _lost(chapter: Chapter, signature: Signature, looks: Looks) -> list[int]:
    """The printed numbers of a chapter's footnotes that stand on no page near their mark, or not whole."""
    printed = printed_footnotes(chapter, way(chapter, looks.timestamps, looks.measures))
    return [shown for number, shown in printed.items() if not _is_held(chapter.anchor, number, signature)]


def _is_held(chapter: str, number: int, signature: Signature) -> bool:
    footnote = footnote_id(chapter, number)
    place, mark = signature.anchors.get(footnote), signature.anchors.get(mark_id(chapter, number))
    if place is None or mark is None or footnote in signature.crowded:
        return False
    return 0 <= place[0] - mark[0] <= _FARTHEST


# --- around the text --------------------------------------------------------------------------------------


def _around(
    book: Book, design: Design, press: _Press, text: Sequence[Signature]
) -> tuple[list[Signature], list[Signature]]:
    """What stands before and behind the text: cover and front matter; indexes."""
    digits = _digits(text)
    most = max(digits.values(), default=1)
    cover = [] if design.cover == "none" else [press(cover_html(book, design, press.looks.measures))]
    after = [press(back_html(book, digits))] if back_sections(book) else []
    return [*cover, press(front_html(book, most))], after


def _digits(text: Sequence[Signature]) -> dict[str, int]:
    """How many digits the page number of every anchor in the text has."""
    digits: dict[str, int] = {}
    page = 1
    for signature in text:
        digits |= {anchor: len(str(page + leaf)) for anchor, (leaf, _, _) in signature.anchors.items()}
        page += signature.pages
    return digits


def _labels(book: Book, before: Sequence[Signature], text: Sequence[Signature]) -> list[Labels]:
    """The cover has its name, front matter roman numbers, and all behind it arabic ones."""
    front = [Labels(len(before) - 1, "r")] if before else []
    cover = [Labels(0, "", prefix=words(book.language)("Cover"))] if len(before) > 1 else []
    return [*cover, *front, *([Labels(len(before), "D")] if text else [])]
