"""The HTML of signatures: what parts, chapters, references and footnotes look like in print.

A book's entries come in, with how many digits each page number will have; whole HTML documents go out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import count

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from notebook_compile.filling import fill
from notebook_compile.model import (
    Book,
    Chapter,
    CrossReference,
    Image,
    Moment,
    NoteReference,
    Part,
    Resolved,
    Text,
)
from notebook_compile.moments import address, clock
from notebook_compile.pdf import folios
from notebook_compile.pdf.files import file_address
from notebook_compile.qr import qr_image
from notebook_compile.words import Words, words

# Labels as "2001" or "S3": as links they would pass for page numbers, so the number behind them is the link.
_LIKE_A_PAGE_NUMBER = re.compile(r"\A\W*\d+\W*\Z|\b(?:pp?|S)\.?\s*\d+\W*\Z")
_TAG = re.compile(r"<[^<>]*>")
_SCHEME = re.compile(r"^https?://(?:www\.)?")


@dataclass(frozen=True, slots=True)
class Numbering:
    """What layout has to know of page numbers: how many digits each has, and which are not printed."""

    digits: Mapping[str, int]  # anchor: digits of its page's number
    unprinted: frozenset[str] = frozenset()  # ids of references whose target is on their own page


def signature_html(book: Book, entries: Iterable[Part | Chapter], numbering: Numbering) -> str:
    """A signature of parts and chapters as one HTML document."""
    return _render("signature.html", book, body=Markup("").join(_entry(book, entry, numbering) for entry in entries))


def front_html(book: Book, digits: int) -> str:
    """Title page, the index note's prose before the first part, and the table of contents to two levels.

    Every page number of the contents has room for so many digits.
    """
    introduction = Markup(_text(book, book.introduction, 0, Numbering({})))
    levels = sorted({entry.depth for entry in book.entries})[:2]
    lines = [
        (entry, levels.index(entry.depth), Markup(folios.number(entry.anchor, digits)))
        for entry in book.entries
        if entry.depth in levels
    ]
    return _render("front.html", book, introduction=introduction, lines=lines, address=folios.address)


def reference_id(chapter: int, position: int) -> str:
    """The anchor of a chapter's reference to a place in the same chapter, by its position among these."""
    return f"c{chapter}-ref{position}"


def footnote_id(chapter: str, number: int) -> str:
    """The anchor of a footnote, by its chapter's anchor and its number."""
    return f"{chapter}-fn{number}"


def chapter_with_class(html: str, anchor: str, name: str) -> str:
    """A signature's document with one more class for the chapter at an anchor."""
    return html.replace(f'" id="{anchor}">', f' {name}" id="{anchor}">', 1)


# --- entries ----------------------------------------------------------------------------------------------


def _entry(book: Book, entry: Part | Chapter, numbering: Numbering) -> Markup:
    if isinstance(entry, Part):
        text = Markup(_text(book, entry.introduction, 0, numbering))
        return Markup(_render("part.html", book, part=entry, text=text, video=_shown(entry.video)))
    text = Markup(_text(book, entry.text, entry.number, numbering, entry))
    return Markup(_render("chapter.html", book, chapter=entry, text=text, video=_shown(entry.video)))


def _text(book: Book, text: Text, number: int, numbering: Numbering, chapter: Chapter | None = None) -> str:
    fixed = words(book.language)
    footnotes: set[int] = set()  # that have been printed
    internal = count(1)

    def markup(reference: Resolved, label: str) -> str:
        match reference:
            case CrossReference():
                name = reference_id(number, next(internal)) if reference.internal else ""
                return _cross_reference(reference, label, name, numbering, fixed)
            case NoteReference() if chapter:
                first = reference.number not in footnotes
                footnotes.add(reference.number)
                return _note_reference(chapter, reference.number, first)
            case Image():
                return _image(reference)
            case _:
                return label

    return fill(text, markup)


def _cross_reference(reference: CrossReference, label: str, name: str, numbering: Numbering, fixed: Words) -> str:
    """A link, with its target's page number behind it where that says something new."""
    anchor = f' id="{name}"' if name else ""
    unmistakable = not _LIKE_A_PAGE_NUMBER.search(_TAG.sub("", label))
    link = f'<a class="cross-reference"{anchor} href="{folios.address(reference.anchor)}">{label}</a>'
    if name in numbering.unprinted or (reference.repeated and unmistakable):
        return link
    page = folios.number(reference.anchor, numbering.digits.get(reference.anchor, 1))
    before, _, after = str(escape(fixed("p. {page}", page="\ue000"))).replace(" ", "\u00a0").partition("\ue000")
    shown = link if unmistakable else f"<span{anchor}>{label}</span>"
    return f'{shown} <span class="page-reference">({before}{page}{after})</span>'


def _note_reference(chapter: Chapter, number: int, first: bool) -> str:
    # The narrow blank keeps "word" and "3" apart where text is searched or read aloud, and never breaks the line.
    call = f'<sup class="note-reference">\u202f{number}</sup>'
    if not first:
        return call
    return call + _footnote(footnote_id(chapter.anchor, number), number, chapter.footnotes[number - 1])


def _footnote(anchor: str, number: int, moment: Moment) -> str:
    target = address(moment)
    href = escape(target)
    written = ""
    if moment.written is not None:
        other = escape(address(Moment(moment.video, moment.written)))
        written = f' <a class="as-written" href="{other}">[{clock(moment.written)}]</a>'
    return (
        f'<span class="footnote" id="{anchor}"><span class="footnote-entry">'
        f'<span class="footnote-number">{number}</span><span class="clock">{clock(moment.seconds)}</span>{written} '
        f'<a class="address" href="{href}">{escape(_SCHEME.sub("", target))}</a>'
        f'<img class="qr" src="{escape(qr_image(target))}" alt="QR code: {href}"/></span></span>'
    )


def _image(image: Image) -> str:
    size = "".join(
        f' {name}="{value}"' for name, value in (("width", image.width), ("height", image.height)) if value is not None
    )
    return f'<img class="picture" src="{file_address(image.file)}" alt="{escape(image.alt)}"{size}/>'


def _shown(video: str | None) -> tuple[str, str, str] | None:
    """A video's address, its short form that a reader sees, and its QR code."""
    return (video, _SCHEME.sub("", video), qr_image(video)) if video else None


# --- templates --------------------------------------------------------------------------------------------


def _render(template: str, book: Book, **values: object) -> str:
    return _templates().get_template(template).render(book=book, words=words(book.language), **values)


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("notebook_compile", "templates/pdf"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
