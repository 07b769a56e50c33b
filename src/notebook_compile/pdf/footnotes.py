"""The HTML of footnotes and of plates: a moment with its address and code, or what the author wrote.

WeasyPrint takes a footnote from where it stands in its paragraph, so all of it is made of elements of text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from lxml import etree
from markupsafe import escape

from notebook_compile.markup import parse, serialise_content
from notebook_compile.model import Moment
from notebook_compile.moments import address, clock
from notebook_compile.pdf import folios
from notebook_compile.pdf.codes import code_address
from notebook_compile.words import Words

# How a chapter's timestamps are printed: as footnotes with codes; as footnotes of a line each, with or without codes at
# the chapter's end; as links in the text.
Way = Literal["footnote", "plate", "url", "none"]

SCHEME = re.compile(r"^https?://(?:www\.)?")
_TAG = re.compile("<[^<>]*>")
_HALF_A_LINE = 39  # letters of a footnote that two have room for side by side
_INTEGER = re.compile(r"-?[0-9]{1,9}\Z")
_BLANKS = re.compile(r"(<pre\b.*?</pre>)|[ \t\r\n]+", re.DOTALL)

# HTML Living Standard, 4.4: a paragraph ends where one of these begins.
_BLOCKS = frozenset(
    "blockquote dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre summary "
    "table tbody td tfoot th thead tr ul caption".split()
)


# No anchor of a note has a dot in it, so these are unique.


def footnote_id(chapter: str, number: int) -> str:
    """The anchor of a footnote, by its chapter's anchor and its number."""
    return f"{chapter}.fn{number}"


def mark_id(chapter: str, number: int) -> str:
    """The anchor of the first mark that leads to a footnote."""
    return f"{chapter}.fnref{number}"


def mark(footnote: str, shown: int, anchor: str = "") -> str:
    """The mark in the text, a link to the footnote; with an anchor of its own where the footnote leads back to it."""
    name = f' id="{anchor}"' if anchor else ""
    # The narrow blank keeps "word" and "3" apart where text is searched or read aloud, and never breaks the line.
    link = f'<a{name} href="{folios.address(footnote)}">\u202f{shown}</a>'
    return f'<sup class="note-reference">{link}</sup>'


def moment_link(moment: Moment) -> str:
    """A moment as a link in the text, where it has no footnote."""
    return f' <a class="clock" href="{escape(address(moment))}">[{clock(moment.seconds)}]</a>'


def moment_footnote(anchor: str, back: str, shown: int, moment: Moment, codes: Sequence[str]) -> str:
    """A moment: its clock time, its address and its QR codes, at most two. `back` is its mark's anchor."""
    target = address(moment)
    as_written = written(moment)
    second = (
        f' <a class="as-written" href="{escape(address(as_written))}">[{clock(as_written.seconds)}]</a>'
        if as_written
        else ""
    )
    content = (
        f'<span class="clock">{clock(moment.seconds)}</span>{second} '
        f'<a class="address" href="{escape(target)}">{escape(SCHEME.sub("", target))}</a>' + "".join(codes)
    )
    kind = ("line", "coded", "coded twice")[len(codes)]
    if not codes and len(_TAG.sub("", content)) > _HALF_A_LINE:
        kind = "line long"
    return _footnote(anchor, back, shown, kind, content)


def written(moment: Moment) -> Moment | None:
    """The moment as the note has it, where it was read otherwise."""
    return None if moment.written is None else Moment(moment.video, moment.written)


def text_footnote(anchor: str, back: str, shown: int, markup: str) -> str:
    """What the author wrote."""
    return _footnote(anchor, back, shown, "text", _as_text(markup))


def code(target: str, fixed: Words) -> str:
    """The QR code of an address."""
    alternative = escape(fixed("QR code: {address}", address=target))
    return f'<img class="qr" src="{code_address(target)}" alt="{alternative}"/>'


def plate_code(shown: int, moment: Moment, fixed: Words) -> str:
    """A code on a plate: the number of its footnote, and its clock time."""
    target = address(moment)
    return (
        f'<span class="plate-code">{code(target, fixed)}<span class="footnote-number">{shown}</span>'
        f'<a class="clock" href="{escape(target)}">{clock(moment.seconds)}</a></span>'
    )


def _footnote(anchor: str, back: str, shown: int, kind: str, content: str) -> str:
    return (
        f'<span class="footnote" id="{anchor}"><span class="footnote-entry {kind}">'
        f'<a class="footnote-number" href="{folios.address(back)}">{shown}</a>{content}</span></span>'
    )


def _as_text(markup: str) -> str:
    """Markup with its blocks as `span`s of a class each, `as-p` and the like, which the style sheet sets as blocks.

    Blanks are made one here, as WeasyPrint 70 breaks the lines of a footnote where its markup has line ends.
    """
    tree = parse(_BLANKS.sub(lambda match: match[1] or " ", markup))
    blocks = [element for element in tree.iter(etree.Element) if element is not tree and element.tag in _BLOCKS]
    for element in blocks:
        # Line ends between blocks would be lines between what is now text.
        if element.tail and not element.tail.strip():
            element.tail = None
        if element.tag != "pre" and element.text and not element.text.strip():
            element.text = None
        if element.tag == "ol" and _INTEGER.match(element.get("start", "")):
            element.set("style", f"counter-reset: list-item {int(element.attrib.pop('start')) - 1}")
        element.set("class", f"as-{element.tag} {element.get('class', '')}".rstrip())
        element.tag = "span"
    return serialise_content(tree)
