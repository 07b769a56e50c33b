"""Raw HTML: which lines start a block of it, and what counts as a tag in a line (sections 4.6 and 6.6)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import Element

from .cursor import CODE_INDENT, Line
from .nodes import Block, Html, Paragraph

if TYPE_CHECKING:
    from .builder import BlockBuilder

_SPACE = r"[ \t\n\v\f\r]"
_ATTRIBUTE = (
    rf"{_SPACE}++[a-zA-Z_:][a-zA-Z0-9:._-]*+"
    rf"(?:{_SPACE}*+={_SPACE}*+(?:[^ \t\n\v\f\r\"'=<>`]++|'[^']*+'|\"[^\"]*+\"))?+"
)
_OPEN_TAG = rf"[A-Za-z][A-Za-z0-9-]*+(?:{_ATTRIBUTE})*+{_SPACE}*+/?>"
_CLOSE_TAG = rf"/[A-Za-z][A-Za-z0-9-]*+{_SPACE}*+>"

TAG: Final = re.compile(rf"<(?:{_OPEN_TAG}|{_CLOSE_TAG})")
"""An open or closing tag."""

SECTIONS: Final = (
    (re.compile(r"<!--"), "-->"),
    (re.compile(r"<\?"), "?>"),
    (re.compile(r"<![A-Za-z]"), ">"),
    (re.compile(r"<!\[CDATA\["), "]]>"),
)
"""How comments, processing instructions, declarations and CDATA sections start and end."""

_BLOCK_NAMES = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|"
    "dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h1|h2|h3|h4|"
    "h5|h6|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|"
    "optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|"
    "track|ul"
)

_LONE_TAG = re.compile(TAG.pattern + r"[ \t]*$")
_BLOCK_STARTS: Final[tuple[tuple[re.Pattern[str], re.Pattern[str] | None], ...]] = (
    (
        re.compile(r"<(?:script|pre|textarea|style)(?:[ \t]|>|$)", re.IGNORECASE),
        re.compile(r"</(?:script|pre|textarea|style)>", re.IGNORECASE),
    ),
    *((start, re.compile(re.escape(end))) for start, end in SECTIONS),
    (re.compile(rf"</?(?:{_BLOCK_NAMES})(?:[ \t]|/?>|$)", re.IGNORECASE), None),
    (_LONE_TAG, None),
)


def RawHtml(text: str) -> Element[Any]:  # noqa: N802 - named as ElementTree's own Comment
    """Make an element that stands for HTML as it is written, as `ElementTree.Comment` does for comments."""
    element: Element[Any] = Element(RawHtml)
    element.text = text
    return element


def start_html(builder: BlockBuilder, line: Line, container: Block) -> Block | None:
    """Start an HTML block; a lone tag of no block-level name cannot interrupt a paragraph."""
    if line.indent >= CODE_INDENT:
        return None
    for start, closing in _BLOCK_STARTS:
        if start.match(line.text, line.next):
            if start is _LONE_TAG and _interrupts(builder, line, container):
                return None
            builder.close_unmatched()
            html = builder.add(Html(line.number, closing))
            builder.take(html, line)
            return html
    return None


def _interrupts(builder: BlockBuilder, line: Line, container: Block) -> bool:
    return isinstance(container, Paragraph) or builder.lazy(line)
