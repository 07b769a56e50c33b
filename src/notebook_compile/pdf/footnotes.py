"""The HTML of footnotes: a moment with its address and code, or what the author wrote.

WeasyPrint takes a footnote from where it stands in its paragraph, so all of it is made of elements of text.
"""

from __future__ import annotations

import re

from lxml import etree
from markupsafe import escape

from notebook_compile.markup import parse, serialise_content
from notebook_compile.model import Moment
from notebook_compile.moments import address, clock
from notebook_compile.qr import qr_image

SCHEME = re.compile(r"^https?://(?:www\.)?")
_INTEGER = re.compile(r"-?[0-9]{1,9}\Z")

# HTML Living Standard, 4.4: a paragraph ends where one of these begins.
_BLOCKS = frozenset(
    "blockquote dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre summary "
    "table tbody td tfoot th thead tr ul caption".split()
)


def footnote_id(chapter: str, number: int) -> str:
    """The anchor of a footnote, by its chapter's anchor and its number."""
    return f"{chapter}-fn{number}"


def mark(number: int) -> str:
    """The mark in the text."""
    # The narrow blank keeps "word" and "3" apart where text is searched or read aloud, and never breaks the line.
    return f'<sup class="note-reference">\u202f{number}</sup>'


def moment_footnote(anchor: str, number: int, moment: Moment) -> str:
    """A moment: its clock time, its address and the code of it."""
    target = address(moment)
    href = escape(target)
    written = ""
    if moment.written is not None:
        other = escape(address(Moment(moment.video, moment.written)))
        written = f' <a class="as-written" href="{other}">[{clock(moment.written)}]</a>'
    content = (
        f'<span class="clock">{clock(moment.seconds)}</span>{written} '
        f'<a class="address" href="{href}">{escape(SCHEME.sub("", target))}</a>'
        f'<img class="qr" src="{escape(qr_image(target))}" alt="QR code: {href}"/>'
    )
    return _footnote(anchor, number, "moment", content)


def text_footnote(anchor: str, number: int, markup: str) -> str:
    """What the author wrote."""
    return _footnote(anchor, number, "text", _as_text(markup))


def _footnote(anchor: str, number: int, kind: str, content: str) -> str:
    return (
        f'<span class="footnote" id="{anchor}"><span class="footnote-entry {kind}">'
        f'<span class="footnote-number">{number}</span>{content}</span></span>'
    )


def _as_text(markup: str) -> str:
    """Markup with its blocks as `span`s of a class each, `as-p` and the like, which the style sheet sets as blocks."""
    tree = parse(markup)
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
