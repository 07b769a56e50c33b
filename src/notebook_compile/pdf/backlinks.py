"""Lists of pages in print: "pp. 4, 19", and the line below a chapter that says which pages refer to it.

Anchors come in, with how many digits the numbers of pages may have; markup with late numbers goes out.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

from notebook_compile.model import Chapter
from notebook_compile.pdf import folios
from notebook_compile.pdf.numbering import reference_id
from notebook_compile.words import Words

_NUMBERS = "\ue000"  # stands for them in the words around


def backlinks(chapter: Chapter, room: int, fixed: Words) -> Markup:
    """The pages where other chapters refer to this one; nothing where none does."""
    anchors = [reference_id(*place) for place in chapter.referenced_from]
    if not anchors:
        return Markup("")
    several = fixed("Referenced from pp. {pages}", pages=_NUMBERS)
    phrase = several if len(anchors) > 1 else fixed("Referenced from p. {page}", page=_NUMBERS)
    return Markup('<p class="referenced-from">{}</p>').format(_filled(phrase, anchors, room, fixed))


def page_list(anchors: list[str], room: int, fixed: Words) -> Markup:
    """The pages of some anchors: "p. 4", "pp. 4, 19"; nothing for none."""
    if not anchors:
        return Markup("")
    several = fixed("pp. {pages}", pages=_NUMBERS)
    phrase = several if len(anchors) > 1 else fixed("p. {page}", page=_NUMBERS)
    return _filled(phrase, anchors, room, fixed)


def page_numbers(anchors: Iterable[str], room: int, fixed: Words) -> list[Markup]:
    """The numbers of the pages that anchors are on."""
    leftward = fixed.direction == "rtl"
    return [Markup(folios.listed(anchor, room, leftward=leftward)) for anchor in anchors]


def _filled(phrase: str, anchors: Iterable[str], room: int, fixed: Words) -> Markup:
    """A phrase with numbers in it, the blank before which never breaks the line."""
    before, _, after = phrase.partition(_NUMBERS)
    before = f"{before[:-1]}\u00a0" if before.endswith(" ") else before
    return escape(before) + escape(fixed(", ")).join(page_numbers(anchors, room, fixed)) + escape(after)
