"""How many bytes a text becomes in its document.

Texts and footnotes come in; numbers go out that are a little too high rather than too low. They have room for the
spans that a Kobo wants round every sentence (`kepub.py`), so that all profiles have the same documents.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from notebook_compile.epub.formulas import formula_markup
from notebook_compile.filling import indices
from notebook_compile.model import CrossReference, Drawing, Formula, Image, Moment, NoteReference, Resolved, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SPAN = 50  # round a sentence
LINK = 110  # an `a` element that leads to a document, and the item of a list around it
_MARK = 450  # a note reference, and the link back to it
_FOOTNOTE = 250  # the element around a footnote
_MOMENT = 450  # both links of a moment, without their addresses
_IMAGE = 300
_AFTER_A_TAG = re.compile(r">\s*[^<\s]")
_SENTENCE_END = re.compile(r"[.!?]\S?\s")
_SVG = 150  # what is said about a drawing, or of a formula's source, without the words


def weight(markup: str) -> int:
    """The bytes of markup, or of text within an element."""
    return len(markup.encode()) + SPAN * (len(_AFTER_A_TAG.findall(markup)) + len(_SENTENCE_END.findall(markup)))


def text_weight(text: Text, footnotes: Iterable[Moment | Text] = ()) -> int:
    """The weight of a text with its references filled in and its footnotes below it."""
    notes = (_FOOTNOTE + footnote_weight(footnote) for footnote in footnotes)
    return _filled_weight(text) + sum(notes)


def reference_weights(references: Iterable[Resolved], footnotes: Sequence[Moment | Text] = ()) -> tuple[int, ...]:
    """The weight of each reference without its label; a note reference brings the footnotes that it leads to."""
    own = [_FOOTNOTE + footnote_weight(footnote) for footnote in footnotes]
    brought = [sum(own[number - 1] for number in _reached(first, footnotes)) for first in range(1, len(footnotes) + 1)]

    def total(reference: Resolved) -> int:
        if isinstance(reference, NoteReference) and 0 < reference.number <= len(brought):
            return reference_weight(reference) + brought[reference.number - 1]
        return reference_weight(reference)

    return tuple(total(reference) for reference in references)


def reference_weight(reference: Resolved) -> int:
    """The weight of a reference alone."""
    match reference:
        case CrossReference():
            return LINK + 3 * weight(reference.anchor)  # percent-encoded
        case NoteReference():
            return _MARK
        case Formula():
            return len(formula_markup(reference).encode())
        case Drawing():
            return _SVG + len(reference.svg.encode()) + len(escape(reference.alt).encode())
        case Image():
            return _IMAGE + weight(escape(reference.alt))
        case _:
            return 0


def footnote_weight(footnote: Moment | Text) -> int:
    """The weight of what a footnote says."""
    return _filled_weight(footnote) if isinstance(footnote, Text) else _MOMENT + 6 * weight(footnote.video)


def _filled_weight(text: Text) -> int:
    return weight(text.body) + sum(reference_weight(text.references[index]) for index in indices(text.body))


def _reached(first: int, footnotes: Sequence[Moment | Text]) -> set[int]:
    """The numbers of a footnote and of those that marks in it lead to, directly or not."""
    reached: set[int] = set()
    unread = [first]
    while unread:
        number = unread.pop()
        if number in reached or not 0 < number <= len(footnotes):
            continue
        reached.add(number)
        footnote = footnotes[number - 1]
        if isinstance(footnote, Text):
            marks = (footnote.references[index] for index in indices(footnote.body))
            unread += [mark.number for mark in marks if isinstance(mark, NoteReference)]
    return reached
