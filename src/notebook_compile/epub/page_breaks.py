"""The pages of the printed book in the e-book: a mark before the word that each page begins with.

In: markup, and printed pages. Out: the markup with its marks; the list of all marks. A page is found by the letters
that it opens with; where these stand more than once, by how many letters the page before it has.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from html import escape, unescape
from itertools import accumulate
from typing import TYPE_CHECKING

from notebook_compile.letters import letters
from notebook_compile.model import Drawing, Formula

if TYPE_CHECKING:
    from notebook_compile.model import PrintedPage, Resolved

_TOKEN = re.compile(r"""<(?:[^<>"']|"[^"]*"|'[^']*')*>|[^<]+""")
_REFERENCE = re.compile(r'<ref n="(\d+)">')
_ENTITY = re.compile(r"&[^;\s]*;")
_BODY = re.compile(r"<body[^>]*>\n?")
_MARK = re.compile(r'<span epub:type="pagebreak" role="doc-pagebreak" id="([^"]*)" aria-label="([^"]*)"></span>')
_LENGTHS = (60, 24, 10)  # of what is looked for of an opening, since formulas may stand in its way


@dataclass(frozen=True, slots=True)
class PageBreak:
    """An entry of the page list."""

    label: str
    document: str
    anchor: str


@dataclass(frozen=True, slots=True)
class _Run:
    """Letters that stand together."""

    first: int  # how many letters of all the markup stand before these
    piece: int  # the index of its markup
    offset: int  # where it stands there
    text: str  # "" where no mark may stand in it


def by_section(pages: Iterable[PrintedPage]) -> dict[str, list[PrintedPage]]:
    """Printed pages by the sections that they begin in."""
    sections: dict[str, list[PrintedPage]] = {}
    for page in pages:
        sections.setdefault(page.section, []).append(page)
    return sections


def section_of(document: str) -> str:
    """The section of the printed book that a document of its own has the name of."""
    return document.partition(".")[0]


def marked_document(markup: str, pages: Sequence[PrintedPage]) -> str:
    """A whole document with marks for the pages that start with it and within it."""
    if not pages:
        return markup
    start = _BODY.search(markup)
    place = start.end() if start else 0
    marks = page_marks(page for page in pages if page.starts)
    (rest,) = with_page_breaks([markup[place:]], pages)
    return f"{markup[:place]}{marks}\n{rest}"


def with_page_breaks(
    pieces: Sequence[str], pages: Sequence[PrintedPage], references: Sequence[Resolved] = ()
) -> tuple[str, ...]:
    """The markup of a section, in one piece or several, with marks for the pages that begin within it.

    Marks stand in the text, before the reference if the page begins with the label of one. Labels of formulas and
    drawings are not printed.
    """
    if all(page.starts for page in pages):
        return tuple(pieces)
    unseen = {str(index) for index, each in enumerate(references) if isinstance(each, Formula | Drawing)}
    runs: list[_Run] = []
    text = ""
    for piece, markup in enumerate(pieces):
        for offset, run, whole in _runs(markup, unseen):
            runs.append(_Run(len(text), piece, offset, "" if whole else run))
            text += letters(run)
    marked = list(pieces)
    for page, place in reversed(list(zip(pages, _places(text, pages), strict=True))):
        if not page.starts:
            piece, offset = _insertion(runs, place) if place < len(text) else (len(pieces) - 1, len(pieces[-1]))
            marked[piece] = marked[piece][:offset] + _mark(page) + marked[piece][offset:]
    return tuple(marked)


def page_breaks(documents: Iterable[tuple[str, str]]) -> Iterator[PageBreak]:
    """The marks in documents, given by name and markup, in their order."""
    for name, markup in documents:
        if "pagebreak" in markup:
            yield from (PageBreak(unescape(mark[2]), name, mark[1]) for mark in _MARK.finditer(markup))


def page_marks(pages: Iterable[PrintedPage]) -> str:
    """The marks of pages that begin at the same place."""
    return "".join(map(_mark, pages))


def _mark(page: PrintedPage) -> str:
    """EPUB Structural Semantics 1.1, `pagebreak`; DPUB-ARIA 1.1, `doc-pagebreak`, which must have a name.

    The id is the folio's, short and beginning with a letter, as Adobe's reader wants it.
    """
    label, anchor = escape(page.label), re.sub(r"[^\w.-]", "-", page.label)
    return f'<span epub:type="pagebreak" role="doc-pagebreak" id="f{anchor}" aria-label="{label}"></span>'


def _runs(markup: str, unseen: Set[str]) -> Iterator[tuple[int, str, bool]]:
    """The texts of markup, where each stands, and whether it is in a reference: then, where this stands.

    Without the labels of references that are `unseen`.
    """
    shown: list[bool] = []  # of the references that are open
    start = 0
    for token in _TOKEN.finditer(markup):
        if reference := _REFERENCE.match(token[0]):
            start = start if shown else token.start()
            shown.append(reference[1] not in unseen)
        elif token[0] == "</ref>":
            shown.pop()
        elif token[0][0] != "<" and all(shown):
            # An entity is no letter, and as long as it is written.
            text = _ENTITY.sub(lambda entity: " " * len(entity[0]), token[0])
            yield (start, text, True) if shown else (token.start(), text, False)


def _places(text: str, pages: Iterable[PrintedPage]) -> Iterator[int]:
    """How many letters of a section's text stand before each of its pages."""
    place = count = 0
    for page in pages:
        place = 0 if page.starts else _found(text, page.opening, place, count)
        yield place
        count = page.count


def _found(text: str, opening: str, before: int, count: int) -> int:
    """Where an opening stands that is `count` letters behind the place of the page before, as far as is known."""
    expected = min(before + count, len(text))
    for length in _LENGTHS:
        start = opening[:length]
        if not start or text.startswith(start, expected):
            break
        around = [text.rfind(start, before, expected + length), text.find(start, expected)]
        near = [place for place in around if place >= 0 and abs(place - expected) <= max(count, 200)]
        if near:
            return min(near, key=lambda place: abs(place - expected))
    return expected


def _insertion(runs: Sequence[_Run], place: int) -> tuple[int, int]:
    """The piece, and the offset in it, of the word that a letter belongs to."""
    run = runs[bisect_right(runs, place, key=lambda each: each.first) - 1]
    # Several runs may begin with the same letter: those but the last have none.
    counts = accumulate((len(letters(character)) for character in run.text), initial=run.first)
    offset = max(bisect_right(list(counts), place) - 1, 0)
    while offset and run.text[offset - 1].isalnum():
        offset -= 1
    return run.piece, run.offset + offset
