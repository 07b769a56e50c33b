"""What the references in a text look like in print: links with page numbers, footnotes, pictures, formulas.

In: a text of the book, and how many digits each page number will have. Out: its markup. Never: whole documents.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import unescape

from markupsafe import Markup, escape

from notebook_compile.filling import fill, indices
from notebook_compile.model import (
    Chapter,
    CrossReference,
    Drawing,
    Formula,
    Image,
    Moment,
    NoteReference,
    Nowhere,
    Resolved,
    Text,
)
from notebook_compile.moments import address
from notebook_compile.pdf import folios
from notebook_compile.pdf.files import file_address
from notebook_compile.pdf.footnotes import (
    Way,
    code,
    footnote_id,
    mark,
    mark_id,
    moment_footnote,
    moment_link,
    plate_code,
    text_footnote,
    written,
)
from notebook_compile.pdf.numbering import Numbering, reference_id
from notebook_compile.words import Words

# Labels as "2001" or "S3": as links they would pass for page numbers, so the number behind them is the link.
_LIKE_A_PAGE_NUMBER = re.compile(r"\A\W*\d+\W*\Z|\b(?:pp?|S)\.?\s*\d+\W*\Z")
_TAG = re.compile(r"<[^<>]*>")
# What a link shows of its address, and the marks behind which a line may break.
_SHOWN_ADDRESS = re.compile(r"(<a\b[^<>]*>)((?:https?://|www\.)[^<>\s]+)(?=</a>)")
# A formula on a line of its own, and what may be marks right behind it.
_FORMULA_AND_MARKS = re.compile(
    r'(<span class="math display"><ref n="\d+">[^<>]*</ref>)</span>((?:<ref n="\d+"></ref>)+)'
)
_BREAK_BEHIND = re.compile(r"(?<=[^/:])/(?!/)|[?#=_]|&amp;|-(?=[^-])")


@dataclass(slots=True)
class Filling:
    """The markup of one text's references, one after the other as they stand in it."""

    words: Words
    numbering: Numbering
    chapter: Chapter | None = None  # None for texts without footnotes
    way: Way = "none"  # how the chapter's timestamps are printed
    shows_outside: bool = False  # whether links to notes outside the book name them
    _printed: set[int] = field(default_factory=set)  # footnotes
    _marked: set[int] = field(default_factory=set)  # footnotes that a mark leads to
    _coded: set[str] = field(default_factory=set)  # addresses that a code of the chapter holds

    def text(self, text: Text) -> Markup:
        """The markup of a text."""
        body = _FORMULA_AND_MARKS.sub(lambda match: _marked_formula(match, text), text.body)
        return Markup(_with_breakable_addresses(fill(replace(text, body=body), self._markup)))

    def plate(self) -> Iterator[Markup]:
        """The codes of the chapter's plate, in the order of their numbers."""
        if self.chapter and self.way == "plate":
            for number, shown in printed_footnotes(self.chapter, self.way).items():
                footnote = self.chapter.footnotes[number - 1]
                codes = self._codes(self.chapter, footnote) if isinstance(footnote, Moment) else []
                yield from (Markup(plate_code(shown, each, self.words)) for each in codes)

    def _markup(self, reference: Resolved, label: str) -> str:
        """The markup of a reference in the text; the first mark of a footnote brings the footnote."""
        shown = self._without_footnotes(reference, label)
        if isinstance(reference, NoteReference) and self.chapter:
            return shown + "".join(self._footnotes(self.chapter, reference.number))
        return shown

    def _without_footnotes(self, reference: Resolved, label: str) -> str:
        chapter = self.chapter.anchor if self.chapter else ""
        shown = label
        match reference:
            case CrossReference():
                name = reference_id(chapter, reference.number) if chapter else ""
                shown = _cross_reference(reference, label, name, self.numbering, self.words)
            case NoteReference() if self.chapter:
                shown = self._mark(self.chapter, reference.number)
            case Image():
                shown = _image(reference, self.words)
            case Formula():
                from notebook_compile.pdf.formulas import formula_markup  # noqa: PLC0415  # loads fonts

                shown = formula_markup(reference, chapter)
            case Drawing():
                shown = _drawing(reference)
            case Nowhere() if self.shows_outside and reference.title:
                shown = _title_reference(reference.title, label, self.words)
        return shown

    def _mark(self, chapter: Chapter, number: int) -> str:
        shown = printed_footnotes(chapter, self.way).get(number)
        footnote = chapter.footnotes[number - 1]
        if shown is None:
            return moment_link(footnote) if isinstance(footnote, Moment) else ""
        first = number not in self._marked
        self._marked.add(number)
        return mark(footnote_id(chapter.anchor, number), shown, mark_id(chapter.anchor, number) if first else "")

    def _footnotes(self, chapter: Chapter, number: int) -> Iterator[str]:
        """A footnote, and behind it those whose marks are in it: no footnote can stand within another."""
        shown = printed_footnotes(chapter, self.way)
        waiting = [number]
        while waiting:
            number = waiting.pop()
            if number in self._printed or number not in shown:
                continue
            self._printed.add(number)
            footnote, back = chapter.footnotes[number - 1], mark_id(chapter.anchor, number)
            anchor = footnote_id(chapter.anchor, number)
            if isinstance(footnote, Moment):
                coded = self._codes(chapter, footnote) if self.way == "footnote" else []
                codes = [code(address(each), self.words) for each in coded]
                yield moment_footnote(anchor, back, shown[number], footnote, codes)
            else:
                yield text_footnote(anchor, back, shown[number], fill(footnote, self._without_footnotes))
                named = (footnote.references[index] for index in indices(footnote.body))
                waiting += [each.number for each in named if isinstance(each, NoteReference)][::-1]

    def _codes(self, chapter: Chapter, moment: Moment) -> list[Moment]:
        """What a moment brings the codes of: itself, and the moment that the note has where it was read otherwise.

        Of those with one address, as on sites without times, the first does; that of the chapter's video has its code
        at the chapter's head.
        """
        codes = []
        for each in filter(None, (moment, written(moment))):
            if address(each) != chapter.video and address(each) not in self._coded:
                self._coded.add(address(each))
                codes.append(each)
        return codes


def printed_footnotes(chapter: Chapter, way: Way) -> dict[int, int]:
    """The footnotes of a chapter that are printed as such, and their numbers in print."""
    kept = [n for n, each in enumerate(chapter.footnotes, 1) if way != "none" or isinstance(each, Text)]
    return {number: shown for shown, number in enumerate(kept, 1)}


def _marked_formula(match: re.Match[str], text: Text) -> str:
    """A displayed formula with its marks on its line, rather than alone on the next."""
    marks = all(isinstance(text.references[index], NoteReference) for index in indices(match[2]))
    return f"{match[1]}{match[2]}</span>" if marks else match[0]


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


def _title_reference(title: str, label: str, fixed: Words) -> str:
    """A link to a note that is not in the book, with that note's title where the label says something else."""
    plain = " ".join(unescape(_TAG.sub("", label)).split())
    if plain.casefold() == title.casefold():
        return f'<span class="title-reference">{label}</span>'
    before, _, after = str(escape(fixed("see {title}", title="\ue000"))).partition("\ue000")
    return f'{label} ({before}<span class="title-reference">{escape(title)}</span>{after})'


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


def _with_breakable_addresses(markup: str) -> str:
    """Markup in which addresses that are shown may break behind their marks; a hyphen would pass for a part of them."""

    def breakable(match: re.Match[str]) -> str:
        # Not `wbr`: behind one that is in a link, WeasyPrint breaks lines anywhere.
        shown = _BREAK_BEHIND.sub("\\g<0>\u200b", match[2])
        return f'{match[1]}<span class="address">{shown}</span>'

    return _SHOWN_ADDRESS.sub(breakable, markup)
