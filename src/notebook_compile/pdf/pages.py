"""The HTML of signatures: what parts and chapters look like in print.

A book's entries come in, with how many digits each page number will have; whole HTML documents go out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

from notebook_compile.model import Book, Chapter, Part
from notebook_compile.pdf import folios
from notebook_compile.pdf.backlinks import backlinks
from notebook_compile.pdf.design import Looks
from notebook_compile.pdf.estimate import way
from notebook_compile.pdf.footnotes import SCHEME, code
from notebook_compile.pdf.numbering import Numbering, number_id
from notebook_compile.pdf.references import Filling
from notebook_compile.pdf.templates import render
from notebook_compile.words import Words, text_direction, words

_TAG = re.compile("<[^<>]*>")
_SHORT_WORD = 11  # letters


def signature_html(book: Book, entries: Iterable[Part | Chapter], numbering: Numbering, looks: Looks) -> str:
    """A signature of parts and chapters as one HTML document."""
    body = Markup("").join(_entry(book, entry, numbering, looks) for entry in entries)
    return render("signature.html", book, body=body)


def end_id(chapter: str) -> str:
    """The anchor of the end of a chapter, by the chapter's anchor."""
    return f"{chapter}.end"


def chapter_with_class(html: str, anchor: str, name: str) -> str:
    """A signature's document with one more class for the chapter at an anchor."""
    return html.replace(f'" id="{anchor}">', f' {name}" id="{anchor}">', 1)


def _entry(book: Book, entry: Part | Chapter, numbering: Numbering, looks: Looks) -> Markup:
    fixed = words(book.language)
    if isinstance(entry, Part):
        text = Filling(fixed, numbering).text(entry.introduction)
        video = _shown(entry.video, fixed)
        return Markup(render("part.html", book, part=entry, title=_balanced(entry.title), text=text, video=video))
    own = number_id(entry.anchor)
    number = Markup(folios.count(own, numbering.digits.get(own, 1)))
    if entry.anchor in numbering.lost:
        end = end_id(entry.anchor)
        return Markup(render("lost.html", book, chapter=entry, number=number, end=end, title=_balanced(entry.title)))
    here = way(entry, looks.timestamps, looks.measures)
    filling = Filling(fixed, numbering, entry, here, looks.shows_outside)
    return Markup(
        render(
            "chapter.html",
            book,
            chapter=entry,
            number=number,
            end=end_id(entry.anchor),
            title=_balanced(entry.title),
            text=filling.text(entry.text),
            backlinks=backlinks(entry, numbering.room, fixed),
            plate=list(filling.plate()),
            direction=text_direction(f"{entry.title} {_TAG.sub(' ', entry.text.body)}") or fixed.direction,
            video=_shown(entry.video, fixed),
        )
    )


def _balanced(title: str) -> Markup:
    """A title of which no line is a single short word, if it has words enough."""
    words_before, _, last = title.rpartition(" ")
    before, _, last_but_one = words_before.rpartition(" ")
    if " " not in before or len(last) > _SHORT_WORD or len(last_but_one) > 2 * _SHORT_WORD:
        return escape(title)
    return Markup('{} <span class="kept">{} {}</span>').format(before, last_but_one, last)


def _shown(video: str | None, fixed: Words) -> tuple[str, str, Markup] | None:
    """A video's address, its short form that a reader sees, and its QR code."""
    return (video, SCHEME.sub("", video), Markup(code(video, fixed))) if video else None
