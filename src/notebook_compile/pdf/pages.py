"""The HTML of signatures: what parts, chapters, references and footnotes look like in print.

A book's entries come in, with how many digits each page number will have; whole HTML documents go out.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from notebook_compile.filling import fill, indices
from notebook_compile.model import (
    Book,
    Chapter,
    CrossReference,
    Drawing,
    Formula,
    Image,
    Moment,
    NoteReference,
    Part,
    Resolved,
    Text,
)
from notebook_compile.pdf import folios
from notebook_compile.pdf.files import file_address
from notebook_compile.pdf.footnotes import SCHEME, footnote_id, mark, moment_footnote, text_footnote
from notebook_compile.pdf.formulas import formula_markup
from notebook_compile.qr import qr_image
from notebook_compile.words import Words, words

# Labels as "2001" or "S3": as links they would pass for page numbers, so the number behind them is the link.
_LIKE_A_PAGE_NUMBER = re.compile(r"\A\W*\d+\W*\Z|\b(?:pp?|S)\.?\s*\d+\W*\Z")
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Numbering:
    """What layout has to know of page numbers: how many digits each has, and which are not printed."""

    digits: Mapping[str, int]  # anchor: digits of its page's number
    unprinted: frozenset[str] = frozenset()  # ids of references whose target is on their own page


def signature_html(book: Book, entries: Iterable[Part | Chapter], numbering: Numbering) -> str:
    """A signature of parts and chapters as one HTML document."""
    return _render("signature.html", book, body=Markup("").join(_entry(book, entry, numbering) for entry in entries))


def front_html(book: Book, digits: int) -> str:
    """Title page, the index note's prose before the first part, and the table of contents: all parts and chapters.

    Every page number of the contents has room for so many digits.
    """
    introduction = Markup(_text(book, book.introduction, 0, Numbering({})))
    levels = sorted({entry.depth for entry in book.entries})
    lines = [
        (entry, min(levels.index(entry.depth), 2), Markup(folios.number(entry.anchor, digits)))
        for entry in book.entries
    ]
    return _render("front.html", book, introduction=introduction, lines=lines, address=folios.address)


def reference_id(chapter: int, number: int) -> str:
    """The anchor of a chapter's reference to a place in the same chapter, by its own number there."""
    return f"c{chapter}-ref{number}"


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
    return fill(text, _Filling(words(book.language), number, numbering, chapter).markup)


@dataclass(slots=True)
class _Filling:
    """What the references of one text look like in print."""

    words: Words
    number: int  # of the chapter; 0 for other texts
    numbering: Numbering
    chapter: Chapter | None
    printed: set[int] = field(default_factory=set)  # footnotes

    def markup(self, reference: Resolved, label: str) -> str:
        """The markup of a reference in the text; the first mark of a footnote brings the footnote."""
        if isinstance(reference, NoteReference) and self.chapter:
            return mark(reference.number) + "".join(self._footnotes(self.chapter, reference.number))
        return self._without_footnotes(reference, label)

    def _without_footnotes(self, reference: Resolved, label: str) -> str:
        match reference:
            case CrossReference():
                name = reference_id(self.number, reference.internal) if reference.internal else ""
                return _cross_reference(reference, label, name, self.numbering, self.words)
            case NoteReference():
                return mark(reference.number)
            case Image():
                return _image(reference, self.words)
            case Formula():
                return formula_markup(reference, self.number)
            case Drawing():
                return _drawing(reference)
            case _:
                return label

    def _footnotes(self, chapter: Chapter, number: int) -> Iterator[str]:
        """A footnote, and behind it those whose marks are in it: no footnote can stand within another."""
        waiting = [number]
        while waiting:
            number = waiting.pop()
            if number in self.printed:
                continue
            self.printed.add(number)
            footnote, anchor = chapter.footnotes[number - 1], footnote_id(chapter.anchor, number)
            if isinstance(footnote, Moment):
                yield moment_footnote(anchor, number, footnote)
            else:
                yield text_footnote(anchor, number, fill(footnote, self._without_footnotes))
                named = (footnote.references[index] for index in indices(footnote.body))
                waiting += [each.number for each in named if isinstance(each, NoteReference)][::-1]


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


def _image(image: Image, fixed: Words) -> str:
    size = "".join(
        f' {name}="{value}"' for name, value in (("width", image.width), ("height", image.height)) if value is not None
    )
    alt = escape(image.alt.strip() or fixed("Image"))
    return f'<img class="picture" src="{file_address(image.file)}" alt="{alt}"{size}/>'


def _drawing(drawing: Drawing) -> str:
    data = base64.b64encode(drawing.svg.encode()).decode()
    return (
        f'<img class="drawing" src="data:image/svg+xml;base64,{data}" alt="{escape(drawing.alt)}"'
        f' style="width: {drawing.width:g}em"/>'
    )


def _shown(video: str | None) -> tuple[str, str, str] | None:
    """A video's address, its short form that a reader sees, and its QR code."""
    return (video, SCHEME.sub("", video), qr_image(video)) if video else None


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
