"""Places that links lead to, so marked that no reader takes a link to one for the mark of a footnote.

Markup comes in with the ids that links want; it goes out with each of these ids on an empty element at the start of
what it names. What follows is why.

- Kobo shows a link's target as a pop-up note if it stands behind the link and has 9 to 5,000 characters
  (kobolabs/epub-spec, "Footnotes/Endnotes"): an empty element has none.
- KOReader (`isLinkToFootnote` in koreader-base's `cre.cpp`) takes links of up to three digits or two letters, Roman
  numbers and raised ones for marks, but none whose target is in a heading: the element stands within it. The style
  sheet's `-cr-hint` says the same for targets elsewhere.
- Kindle takes two links that lead to each other for a footnote (Kindle Publishing Guidelines, "Hyperlink
  Guidelines"): targets are not links, and stand before the text that may hold links back.
- Apple Books, Thorium and the other readers of EPUB 3 go by `epub:type` or `role` alone, calibre and foliate by
  raised type, too: `references.py` lowers cross-references.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_ID = re.compile(r'\sid="([^"]*)"')
_START = re.compile(r"""<([a-z][a-z0-9]*)(?:[^>"']|"[^"]*"|'[^']*')*>""")
_HOLDING_ONLY_BLOCKS = frozenset({"table", "thead", "tbody", "tfoot", "tr", "ul", "ol", "dl"})
_HOLDING_BLOCKS = frozenset({"li", "div", "blockquote", "td", "th", "dd", "figure", "caption", "figcaption"})
_BLOCK = re.compile(
    r"""\s*(?:<colgroup\b.*?</colgroup>\s*|<colgroup\b[^>]*/>\s*)?
    <(table|thead|tbody|tfoot|tr|t[dh]|[uo]l|li|d[ltd]|div|blockquote|p|pre|h[1-6]|figure|caption|figcaption)
    (?=[\s>])(?:[^>"']|"[^"]*"|'[^']*')*>""",
    re.DOTALL | re.VERBOSE,
)
_WITHOUT_TEXT = frozenset({"img", "hr", "br", "wbr", "input", "audio", "video", "ref", "col", "colgroup"})


def empty_targets(markup: str, wanted: Collection[str]) -> str:
    """The markup with the wanted ids on empty elements."""
    changes = sorted(_changes(markup, wanted))
    parts, end = [], 0
    for start, stop, replacement in changes:
        parts += [markup[end:start], replacement]
        end = stop
    return "".join([*parts, markup[end:]]) if changes else markup


def _changes(markup: str, wanted: Collection[str]) -> Iterator[tuple[int, int, str]]:
    """What is replaced: from where, to where, by what."""
    for found in _ID.finditer(markup):
        if unescape(found[1]) not in wanted:
            continue
        tag = _START.match(markup, markup.rfind("<", 0, found.start()))
        # Otherwise it is text that looks like an id.
        if tag is not None and found.end() < tag.end():
            place = _start_of_text(markup, tag)
            if place is not None:
                yield found.start(), found.end(), ""
                yield place, place, f'<span id="{found[1]}"></span>'


def _start_of_text(markup: str, tag: re.Match[str]) -> int | None:
    """Where the first text of an element may stand; None if it has none, or nothing but this text's place."""
    name, end = tag[1], tag.end()
    if name in _WITHOUT_TEXT or tag[0].endswith("/>") or markup.startswith("</", end):
        return None
    while name in _HOLDING_BLOCKS or name in _HOLDING_ONLY_BLOCKS:
        block = _BLOCK.match(markup, end)
        if block is None or block[0].endswith("/>"):
            break
        name, end = block[1], block.end()
    return None if name in _HOLDING_ONLY_BLOCKS else end
