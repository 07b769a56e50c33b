"""How much of a page a chapter fills, before it is laid out.

In: entries of a book and the measures of its pages. Out: pages, as fractions. Never: layout.
"""

from __future__ import annotations

import re
from itertools import accumulate, pairwise

from notebook_compile.model import Chapter, Moment, NoteReference, Part, Text
from notebook_compile.pdf.design import Measures
from notebook_compile.pdf.footnotes import Way

# How many pages of the theme `book` on A5 a chapter takes, by its markup, which is counted fast: least squares over
# 1,221 chapters of three real notebooks, each notebook of equal weight, which leave a third of a page a chapter
# unexplained. A chapter begins on a page of its own, so that half a page of it is empty.
_PAGES_A_LETTER_OF_MARKUP = 0.000458
_PAGES_AN_ITEM = 0.0143
_PAGES_A_TITLE = 0.0495
_PAGES_A_NOTE = 0.0283
_PAGES_A_CHAPTER = 0.869
_ROUNDED = 4  # parts of a page: a word more or less changes no guess

# How much of such pages the text alone fills, by what a reader sees: least squares over 170 chapters.
_PAGES_A_CHARACTER = 0.000378
_PAGES_A_HEADING = 0.102
_PAGES_A_BLOCK = 0.052
# Of these pages: the text's width and height, in its type's size.
_ROOM = 34.4 * 52.0

# A code in a footnote with the space above it, and how much of the text's height codes may take, of a page's foot.
_CODE_HEIGHT = 1.2
_FOOT = 0.36
_CODES_A_ROW = 2

_TAG, _BLOCK, _HEADING = re.compile("<[^<>]*>"), re.compile(r"<(?:p|li|tr)\b"), re.compile("<h[2-6]")
_REFERENCE = re.compile(r'<ref n="(\d+)">')


def pages(entry: Part | Chapter, measures: Measures) -> float:
    """Roughly how many pages an entry takes."""
    body = entry.introduction.body if isinstance(entry, Part) else entry.text.body
    footnotes = len(entry.footnotes) if isinstance(entry, Chapter) else 0
    filled = (
        len(body) * _PAGES_A_LETTER_OF_MARKUP
        + body.count("<li") * _PAGES_AN_ITEM
        + body.count("</h") * _PAGES_A_TITLE
        + footnotes * _PAGES_A_NOTE
    )
    return max(1.0, round(_ROUNDED * (filled / _scale(measures) + _PAGES_A_CHAPTER)) / _ROUNDED)


def way(chapter: Chapter, wanted: str, measures: Measures) -> Way:
    """How a chapter's timestamps are printed: as wanted, or, for `auto`, so that codes take no page for themselves."""
    if wanted == "auto":
        return "plate" if _crowded(chapter, measures) else "footnote"
    return wanted  # type: ignore[return-value]  # config reads no other words


def _crowded(chapter: Chapter, measures: Measures) -> bool:
    """Whether more codes may fall on a page than its foot has room for."""
    most = max(1, int(measures.height * _FOOT / (measures.qr * _CODE_HEIGHT))) * _CODES_A_ROW
    stretch = 1 - (most + 1) / _CODES_A_ROW * measures.qr * _CODE_HEIGHT / measures.height
    places = _calls(chapter, measures)
    return any(last - first <= stretch for first, last in zip(places, places[most:], strict=False))


def _calls(chapter: Chapter, measures: Measures) -> list[float]:
    """Where the codes of a chapter's moments are called for, in pages of text behind its start."""
    body, seen, places = chapter.text.body, set[int](), []
    marks = list(_REFERENCE.finditer(body))
    starts = [0, *(match.start() for match in marks)]
    stretches = (_filled(body[start:end]) / _scale(measures) for start, end in pairwise(starts))
    for match, place in zip(marks, accumulate(stretches), strict=True):
        reference = chapter.text.references[int(match[1])]
        if isinstance(reference, NoteReference) and reference.number not in seen:
            seen.add(reference.number)
            footnote = chapter.footnotes[reference.number - 1]
            places += [place] * _codes(footnote)
    return places


def _codes(footnote: Moment | Text) -> int:
    """How many codes a footnote brings."""
    return (2 if footnote.written is not None else 1) if isinstance(footnote, Moment) else 0


def _filled(body: str) -> float:
    """How many of the pages that were measured markup fills, footnotes apart."""
    return (
        len(_TAG.sub("", body)) * _PAGES_A_CHARACTER
        + len(_BLOCK.findall(body)) * _PAGES_A_BLOCK
        + len(_HEADING.findall(body)) * _PAGES_A_HEADING
    )


def _scale(measures: Measures) -> float:
    """How much more a page holds than those that were measured."""
    return measures.width * measures.height / measures.type_size**2 / _ROOM
