"""The print stage: a book becomes a PDF.

Signatures are laid out with a guess of how many digits each page number has, again where the guess was wrong, and
bound. Layout runs over processes; nothing here depends on how many there are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from notebook_compile.diagnostics import Diagnostic, diagnostic
from notebook_compile.jobs import Map
from notebook_compile.model import Book, Chapter, CrossReference, Moment, Part, Text
from notebook_compile.pdf.binding import Labels, Metadata, OutlineItem, bind
from notebook_compile.pdf.files import Files, file_of
from notebook_compile.pdf.footnotes import footnote_id
from notebook_compile.pdf.formulas import undrawn
from notebook_compile.pdf.pages import (
    Numbering,
    chapter_with_class,
    front_html,
    reference_id,
    signature_html,
)
from notebook_compile.pdf.signature import Signature, StyleSheet, lay_out
from notebook_compile.pdf.tables import with_whole_words
from notebook_compile.resources import styles_folder
from notebook_compile.words import words

Entry = Part | Chapter

# Signatures are closed at this many characters of markup, a footnote counted as some hundred: one or two notes of a
# wiki, some seven pages. Measured from 6,000 to 40,000: a signature costs about 10 ms, but WeasyPrint's time grows with
# the square of the footnotes (60 notes with 1,380: 29 s against 92 s).
SIGNATURE_SIZE = 10_000
FOOTNOTE_SIZE = 400
# Signatures laid out before the guess of the pages to come is put right by what is known by then.
BATCH = 48
# Layout is repeated while digits change; each time fewer do, and from the third on a number only gains digits.
MAX_ROUNDS = 6

# How many A5 pages a chapter takes, for the first guess: least squares over 170 chapters of three real notebooks, which
# leave seven tenths of a page a chapter unexplained.
_PAGES_A_CHARACTER = 0.000378
_PAGES_A_FOOTNOTE = 0.048
_PAGES_A_HEADING = 0.102
_PAGES_A_BLOCK = 0.052
_PAGES_A_CHAPTER = 0.155
_A5_AREA = 148.0 * 210.0

# Classes of a chapter whose pages lost a footnote, one after the other (book.css): WeasyPrint 70 loses one of some
# thousand, now under these rules and now under those. The last takes footnotes into the text, where none can get lost.
_SAFER = ("loose", "looser", "notes-in-text")

_WORD = re.compile(r"[^\W_]+")
_TAG, _BLOCK, _HEADING = re.compile("<[^<>]*>"), re.compile(r"<(?:p|li|tr)\b"), re.compile("<h[2-6]")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed book."""

    pdf: bytes
    pages: int
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What one worker needs to lay out one signature; its HTML, with the QR codes, is made there too."""

    book: Book  # without its entries
    entries: tuple[Entry, ...]
    numbering: Numbering


def print_book(book: Book, page_size: tuple[float, float], run: Map, progress: Progress) -> Printed:
    """Lay out and bind a book; the page's width and height are in millimetres."""
    styles = _styles(page_size)
    files = Files(str(book.root), str(styles_folder()))
    press = partial(_lay_out_safely, styles=styles, files=files, width=page_size[0])
    groups = gather(book.entries)
    signatures = _lay_out_text(book, groups, page_size, press, run, progress)
    digits = len(str(sum(signature.pages for signature in signatures)))
    front = lay_out(with_whole_words(front_html(book, digits), page_size[0]), styles, files)
    labels = [Labels(0, "r"), Labels(1, "D")][: 1 + len(signatures)]
    metadata = Metadata(
        title=book.title,
        language=book.language,
        authors=book.authors,
        description=book.description,
        publisher=book.publisher,
        rights=book.rights,
        identifier=book.identifier,
        modified=book.modified,
    )
    bound = bind([front, *signatures], labels, _outline(book), metadata)
    return Printed(bound.pdf, bound.pages, tuple(_findings(front, groups, signatures)))


# --- layout -----------------------------------------------------------------------------------------------


def _lay_out_text(
    book: Book,
    groups: Sequence[Sequence[Entry]],
    page_size: tuple[float, float],
    press: Callable[[_Sheet], Signature],
    run: Map,
    progress: Progress,
) -> list[Signature]:
    cover = replace(book, entries=())
    guess = [_guess(group, page_size) for group in groups]
    laid_out: dict[int, Signature] = {}
    used: dict[int, Numbering] = {}
    for first in range(0, len(groups), BATCH):
        batch = range(first, min(first + BATCH, len(groups)))
        digits = _digits(groups, laid_out, guess)
        for index in batch:
            used[index] = _numbering(groups[index], digits, frozenset())
        sheets = [_Sheet(cover, tuple(groups[index]), used[index]) for index in batch]
        laid_out.update(zip(batch, run(press, sheets), strict=True))
        progress(batch.stop, len(groups))
    for round_number in range(MAX_ROUNDS):
        digits = _digits(groups, laid_out, guess)
        wanted = {
            index: _wanted(group, digits, used[index], laid_out[index], grow_only=round_number >= 2)
            for index, group in enumerate(groups)
        }
        again = [index for index in range(len(groups)) if wanted[index] != used[index]]
        if not again:
            break
        used.update({index: wanted[index] for index in again})
        sheets = [_Sheet(cover, tuple(groups[index]), used[index]) for index in again]
        laid_out.update(zip(again, run(press, sheets), strict=True))
    return [laid_out[index] for index in range(len(groups))]


def gather(entries: Iterable[Entry], size: int = SIGNATURE_SIZE) -> list[list[Entry]]:
    """The entries in runs of about `size`; a part stands with the chapter behind it."""
    groups: list[list[Entry]] = [[]]
    held = 0
    for entry in entries:
        if held >= size and not (groups[-1] and isinstance(groups[-1][-1], Part)):
            groups.append([])
            held = 0
        groups[-1].append(entry)
        held += len(_text(entry)) + (sum(map(_size, entry.footnotes)) if isinstance(entry, Chapter) else 0)
    return groups if groups[0] else []


def _size(footnote: Moment | Text) -> int:
    return FOOTNOTE_SIZE + (len(footnote.body) if isinstance(footnote, Text) else 0)


def _lay_out_safely(sheet: _Sheet, styles: tuple[StyleSheet, ...], files: Files, width: float) -> Signature:
    """Lay out a signature, and again with safer rules for the chapters that lost a footnote.

    Which rules are safe for a chapter is found with that chapter alone: it starts on a page of its own anyway.
    """
    html = with_whole_words(signature_html(sheet.book, sheet.entries, sheet.numbering), width)
    signature = lay_out(html, styles, files)
    short = [chapter for chapter in _chapters(sheet.entries) if _lost(chapter, signature)]
    if not short:
        return signature
    for chapter in short:
        alone = with_whole_words(signature_html(sheet.book, [chapter], sheet.numbering), width)
        html = chapter_with_class(html, chapter.anchor, _safe_rules(chapter, alone, styles, files))
    return lay_out(html, styles, files)


def _safe_rules(chapter: Chapter, html: str, styles: tuple[StyleSheet, ...], files: Files) -> str:
    """The first of the safer rules under which a chapter keeps all its footnotes."""
    for rules in _SAFER[:-1]:
        if not _lost(chapter, lay_out(chapter_with_class(html, chapter.anchor, rules), styles, files)):
            return rules
    return _SAFER[-1]


def _chapters(entries: Iterable[Entry]) -> Iterable[Chapter]:
    return (entry for entry in entries if isinstance(entry, Chapter))


def _lost(chapter: Chapter, signature: Signature) -> list[int]:
    """The numbers of a chapter's footnotes that stand on no page of its signature, or not whole."""
    held = signature.anchors.keys() - signature.crowded
    return [n for n in range(1, len(chapter.footnotes) + 1) if footnote_id(chapter.anchor, n) not in held]


# --- digits of page numbers -------------------------------------------------------------------------------


def _text(entry: Entry) -> str:
    return entry.introduction.body if isinstance(entry, Part) else entry.text.body


def _guess(group: Sequence[Entry], page_size: tuple[float, float]) -> dict[str, float]:
    """Roughly how many pages each entry of a group takes."""
    scale = page_size[0] * page_size[1] / _A5_AREA
    return {entry.anchor: max(1.0, _filled(entry) / scale + _PAGES_A_CHAPTER) for entry in group}


def _filled(entry: Entry) -> float:
    """How many A5 pages the text and the footnotes of an entry fill."""
    body = _text(entry)
    return (
        len(_TAG.sub("", body)) * _PAGES_A_CHARACTER
        + len(_BLOCK.findall(body)) * _PAGES_A_BLOCK
        + len(_HEADING.findall(body)) * _PAGES_A_HEADING
        + (len(entry.footnotes) * _PAGES_A_FOOTNOTE if isinstance(entry, Chapter) else 0.0)
    )


def _digits(
    groups: Sequence[Sequence[Entry]], laid_out: Mapping[int, Signature], guess: Sequence[Mapping[str, float]]
) -> dict[str, int]:
    """How many digits the page number of every anchor has: as laid out, and as guessed where that is still to come."""
    known = sum(signature.pages for signature in laid_out.values())
    guessed = sum(sum(guess[index].values()) for index in laid_out)
    scale = known / guessed if guessed else 1.0
    digits: dict[str, int] = {}
    page = 1.0
    for index, group in enumerate(groups):
        signature = laid_out.get(index)
        if signature is not None:
            digits |= {anchor: len(str(round(page) + leaf)) for anchor, (leaf, _, _) in signature.anchors.items()}
            page += signature.pages
            continue
        for entry in group:
            here = len(str(max(1, int(page))))
            digits[entry.anchor] = here
            digits |= {section.anchor: here for section in entry.sections} if isinstance(entry, Chapter) else {}
            page += guess[index][entry.anchor] * scale
    return digits


def _numbering(group: Sequence[Entry], digits: Mapping[str, int], unprinted: frozenset[str]) -> Numbering:
    """What a signature has to know of page numbers, and nothing more: it is laid out again when this changes."""
    targets = {
        reference.anchor
        for entry in group
        for reference in (entry.introduction if isinstance(entry, Part) else entry.text).references
        if isinstance(reference, CrossReference)
    }
    return Numbering({target: digits.get(target, 1) for target in sorted(targets)}, unprinted)


def _wanted(
    group: Sequence[Entry], digits: Mapping[str, int], used: Numbering, signature: Signature, *, grow_only: bool
) -> Numbering:
    """The numbering that a laid-out signature turns out to need. What was left out once stays out: it cannot swing."""
    same_page = frozenset(
        name
        for entry in group
        if isinstance(entry, Chapter)
        for name, reference in _internal_references(entry)
        if name in signature.anchors
        and reference.anchor in signature.anchors
        and signature.anchors[name][0] == signature.anchors[reference.anchor][0]
    )
    numbering = _numbering(group, digits, used.unprinted | same_page)
    if not grow_only:
        return numbering
    grown = {target: max(count, used.digits.get(target, 1)) for target, count in numbering.digits.items()}
    return Numbering(grown, numbering.unprinted)


def _internal_references(chapter: Chapter) -> Iterable[tuple[str, CrossReference]]:
    """The references of a chapter to places in itself, with their anchors."""
    return (
        (reference_id(chapter.number, each.internal), each)
        for each in chapter.text.references
        if isinstance(each, CrossReference) and each.internal
    )


# --- around the text --------------------------------------------------------------------------------------


def _styles(page_size: tuple[float, float]) -> tuple[StyleSheet, ...]:
    folder = styles_folder()
    theme = folder / "book.css"
    page = f"@page {{ size: {page_size[0]:g}mm {page_size[1]:g}mm }}"
    return (StyleSheet(theme.read_text(encoding="utf-8"), theme.as_uri()), StyleSheet(page))


def _outline(book: Book) -> list[OutlineItem]:
    """Title page and contents, parts, chapters, and the first headings in chapters.

    A heading that says what a chapter is called is left out: who looks for the chapter would end up there.
    """
    fixed = words(book.language)
    titles = {_plain(chapter.title) for chapter in book.chapters}
    items = [OutlineItem(book.title, "title-page", 0)]
    if book.introduction.body:
        items.append(OutlineItem(fixed("Introduction"), "introduction", 0))
    items.append(OutlineItem(fixed("Contents"), "contents", 0))
    for entry in book.entries:
        items.append(OutlineItem(entry.title, entry.anchor, entry.depth))
        sections = entry.sections if isinstance(entry, Chapter) else ()
        items += (
            OutlineItem(section.title, section.anchor, entry.depth + 1)
            for section in sections
            if section.level == 2 and _plain(section.title) not in titles
        )
    return items


def _plain(title: str) -> tuple[str, ...]:
    """A title's words, without regard to case and punctuation: "GPU vs. CPU" is "GPU vs CPU"."""
    return tuple(_WORD.findall(unicodedata.normalize("NFKC", title).casefold()))


def _findings(
    front: Signature, groups: Sequence[Sequence[Entry]], signatures: Sequence[Signature]
) -> Iterable[Diagnostic]:
    """What layout found missing: images, characters, footnotes."""
    for file in sorted({file_of(address) for signature in (front, *signatures) for address in signature.unread}):
        message = f"image `{file}` cannot be read, or is of a kind that a PDF cannot hold"
        yield diagnostic("foreign-image", file, (0, 0), message, "save it as PNG, JPEG or SVG")
    lacking = {character for signature in signatures for character in signature.lacking}
    for character in front.lacking:
        if character not in lacking:  # titles of chapters stand in the contents too
            yield _missing_character(character, ())
    for group, signature in zip(groups, signatures, strict=True):
        for character in signature.lacking:
            yield _missing_character(character, group)
        paths = {chapter.number: chapter.path for chapter in _chapters(group)}
        for number, place in undrawn(signature.anchors):
            message = "a formula is too large to be drawn, or has signs that cannot be"
            yield diagnostic("bad-math", paths.get(number, "."), place, message, "it is printed as code")
        for chapter in _chapters(group):
            for number in _lost(chapter, signature):
                message = f"no page holds footnote {number} of `{chapter.title}`"
                yield diagnostic("lost-footnote", chapter.path, (0, 0), message, "use a larger page")


def _texts(chapter: Chapter) -> tuple[str, ...]:
    notes = (footnote.body for footnote in chapter.footnotes if isinstance(footnote, Text))
    return (chapter.title, chapter.text.body, *notes)


def _missing_character(character: str, group: Sequence[Entry]) -> Diagnostic:
    """A character that no font has, said of the first chapter of its signature that holds it."""
    chapters = [chapter for chapter in _chapters(group) if any(character in text for text in _texts(chapter))]
    path = chapters[0].path if chapters else "."
    name = unicodedata.name(character, "a character without a name").lower()
    message = f"no font has `{character}` (U+{ord(character):04X}, {name})"
    return diagnostic("missing-character", path, (0, 0), message, "install a font that has it, as Debian's fonts-noto")
