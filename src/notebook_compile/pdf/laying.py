"""Laying out one signature: a pure function of its work, the style sheets, and the files that it shows.

In: work, and what all signatures are laid out with. Out: a signature, with the digests of the files that it was made
of. Never: other signatures, the cache, processes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from notebook_compile.model import Chapter
from notebook_compile.pdf.back import back_html
from notebook_compile.pdf.design import Measures
from notebook_compile.pdf.estimate import way
from notebook_compile.pdf.faster.garbage import collected_seldom
from notebook_compile.pdf.footnotes import footnote_id, mark_id
from notebook_compile.pdf.front import contents_html, cover_html, front_html
from notebook_compile.pdf.numbering import Anchors, Entry, Numbering, on_their_page
from notebook_compile.pdf.pages import chapter_with_class, end_id, signature_html
from notebook_compile.pdf.references import printed_footnotes
from notebook_compile.pdf.rendering import Rendering
from notebook_compile.pdf.sheet import Back, Contents, Cover, Front, LaidOut, Press, Sheet, Work
from notebook_compile.pdf.signature import Signature
from notebook_compile.pdf.tables import fitted

# Layout is repeated while references turn out to stand on the page that they name; each time fewer do.
_MAX_ROUNDS = 6
# Classes of a chapter whose pages lost a footnote, one after the other (references.css): WeasyPrint 70 loses one of
# some thousand, now under these rules and now under those. The last takes them into the text, where none can get lost.
_SAFER = ("loose", "looser", "notes-in-text")
# What is too little for a chapter's last page, in the size of the type: some four lines.
_SHORT_END = 6.5
# How many pages behind its mark a footnote may stand.
_FARTHEST = 1


@collected_seldom()
def lay_out(work: Work, press: Press) -> tuple[LaidOut, bytes]:
    """Lay out some work: what is known of the signature, and its sheaf."""
    trials = _Trials(press)
    match work:
        case Sheet():
            signature = _rendered(work, trials).signature()
            lost = ((each.anchor, trials.lost(each, signature)) for each in _chapters(work))
            return _known(signature, press, tuple((anchor, numbers) for anchor, numbers in lost if numbers))
        case Cover():
            html = cover_html(work.book, work.picture, press.looks.measures)
        case Front():
            html = front_html(work.book)
        case Contents():
            html = contents_html(work.book, work.digits, work.first)
        case Back():
            html = back_html(work.book, work.section, work.room)
    return _known(trials(html).signature(), press)


def _known(
    signature: Signature, press: Press, lost: tuple[tuple[str, tuple[int, ...]], ...] = ()
) -> tuple[LaidOut, bytes]:
    known = LaidOut(
        signature.pages,
        signature.anchors,
        signature.openings,
        signature.lacking,
        signature.unread,
        signature.accessible,
        signature.archival,
        press.files.digests((*signature.files, *signature.unread)),
        lost,
    )
    return known, signature.sheaf


@dataclass(frozen=True, slots=True)
class _Trials:
    """Lays out documents, and sees what became of a chapter."""

    press: Press

    def __call__(self, html: str) -> Rendering:
        measures = self.press.looks.measures
        html = fitted(html, measures.width / measures.table_type_size, measures.height / measures.table_type_size)
        return Rendering(html, self.press.styles, self.press.files)

    def html(self, sheet: Sheet, entries: Iterable[Entry], numbering: Numbering) -> str:
        """The document of some of a sheet's entries."""
        return signature_html(sheet.book, entries, numbering, self.press.looks)

    def lost(self, chapter: Chapter, laid_out: Rendering | Signature) -> tuple[int, ...]:
        """The printed numbers of a chapter's footnotes that stand on no page near their mark, or not whole."""
        looks = self.press.looks
        printed = printed_footnotes(chapter, way(chapter, looks.timestamps, looks.measures))
        return tuple(shown for number, shown in printed.items() if not _is_held(chapter.anchor, number, laid_out))


def _chapters(sheet: Sheet) -> list[Chapter]:
    """The chapters of a sheet that are laid out."""
    return [entry for entry in sheet.entries if isinstance(entry, Chapter) and entry.anchor not in sheet.lost]


def _rendered(sheet: Sheet, trials: _Trials) -> Rendering:
    """A sheet's pages, without the numbers of those that they stand on themselves; what was left out once stays out."""
    numbering = Numbering(sheet.digits, sheet.room, lost=sheet.lost)
    rendering = _with_footnotes(sheet, numbering, trials)
    for _ in range(_MAX_ROUNDS):
        unprinted = numbering.unprinted | on_their_page(_chapters(sheet), rendering.anchors)
        if unprinted == numbering.unprinted:
            break
        numbering = replace(numbering, unprinted=unprinted)
        rendering = _with_footnotes(sheet, numbering, trials)
    return rendering


def _with_footnotes(sheet: Sheet, numbering: Numbering, trials: _Trials) -> Rendering:
    """Lay out a signature, and again with safer rules for the chapters that lost a footnote.

    Which rules are safe for a chapter is found with that chapter alone: it starts on a page of its own anyway.
    """
    html = trials.html(sheet, sheet.entries, numbering)
    rendering = trials(html)
    if not on_their_page(_chapters(sheet), rendering.anchors) <= numbering.unprinted:
        return rendering  # it is laid out again anyway
    short = [chapter for chapter in _chapters(sheet) if trials.lost(chapter, rendering)]
    for chapter in short:
        alone = trials.html(sheet, [chapter], numbering)
        html = chapter_with_class(html, chapter.anchor, _safe_rules(chapter, alone, trials))
    return _without_short_ends(sheet, html, trials(html) if short else rendering, trials)


def _without_short_ends(sheet: Sheet, html: str, rendering: Rendering, trials: _Trials) -> Rendering:
    """The signature, its chapters that end in a few lines on a page of their own set tighter where this saves it."""
    for chapter in _chapters(sheet):
        if not _ends_short(chapter, rendering.anchors, trials.press.looks.measures):
            continue
        tightened = chapter_with_class(html, chapter.anchor, "tight")
        tighter = trials(tightened)
        if tighter.pages < rendering.pages and not any(trials.lost(each, tighter) for each in _chapters(sheet)):
            html, rendering = tightened, tighter
    return rendering


def _ends_short(chapter: Chapter, anchors: Anchors, measures: Measures) -> bool:
    start, end = anchors.get(chapter.anchor), anchors.get(end_id(chapter.anchor))
    if start is None or end is None or start[0] == end[0]:
        return False
    return measures.top - end[2] < _SHORT_END * measures.type_size


def _safe_rules(chapter: Chapter, html: str, trials: _Trials) -> str:
    """The first of the safer rules under which a chapter keeps all its footnotes."""
    for rules in _SAFER[:-1]:
        if not trials.lost(chapter, trials(chapter_with_class(html, chapter.anchor, rules))):
            return rules
    return _SAFER[-1]


def _is_held(chapter: str, number: int, laid_out: Rendering | Signature) -> bool:
    footnote = footnote_id(chapter, number)
    place, mark = laid_out.anchors.get(footnote), laid_out.anchors.get(mark_id(chapter, number))
    if place is None or mark is None or footnote in laid_out.crowded:
        return False
    return 0 <= place[0] - mark[0] <= _FARTHEST
