"""The blocks of a text as three parsers see them, in one form that can be compared.

A block is its kind, what belongs to the kind (level; start; tight or loose; rows and columns; language and lines of
code) and its depth. Looseness shows only where an item holds a paragraph. Text is no matter here.

Ours are read from the element tree that the reader's own converter makes of the lines, before callouts and tasks: those
rename elements and move text, but start and end no block. markdown-it-py's are read from its tokens, cmark-gfm's from
its HTML, for its Python package shows no tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from xml.etree.ElementTree import Element

import cmarkgfm
from cmarkgfm.cmark import Options as Cmark
from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token

from reading.engines import reader_converter

_MARKDOWN_IT = MarkdownIt("gfm-like", {"linkify": False, "maxNesting": 100})
_CMARK_OPTIONS = Cmark.CMARK_OPT_HARDBREAKS | Cmark.CMARK_OPT_TABLE_PREFER_STYLE_ATTRIBUTES
# cmark-gfm, in its safe mode, leaves this for raw HTML: a block of it has lines of its own. With hard breaks no line
# inside a paragraph begins like that.
_CMARK_HTML = re.compile(r"(?<![^\n])(?<!<br />\n)<!-- raw HTML omitted -->(?=\n)")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LANGUAGE = "language-"


@dataclass(slots=True)
class Block:
    """A block on its way to a line of the outline."""

    kind: str
    depth: int
    line: int = 0  # in the body, from 1, where the parser says it
    loose: bool | None = None  # of a list: None as long as no item holds a paragraph
    rows: int = 0
    columns: int = 0

    def label(self) -> str:
        """All that counts of it."""
        kind = self.kind
        if self.loose is not None:
            kind += " loose" if self.loose else " tight"
        if self.rows:
            kind += f" {self.rows}x{self.columns}"
        return "  " * self.depth + kind


def outline(blocks: Sequence[Block]) -> Iterator[str]:
    """A line for each block, as they are compared."""
    return (block.label() for block in blocks)


# --- ours -------------------------------------------------------------------------------------------------


def our_blocks(text: str) -> list[Block]:
    """The blocks that the reader's converter sees."""
    converter = reader_converter().reset()
    lines = text.split("\n")
    for preprocessor in converter.preprocessors:
        lines = preprocessor.run(lines)
    found: list[Block] = []
    root = converter.parser.parseDocument(lines).getroot()
    if root is not None:
        _walk(root, found, 0)
    return found


def _walk(parent: Element[Any], found: list[Block], depth: int, around: Block | None = None) -> None:
    """Add the blocks in an element. `around` is the list that an item belongs to."""
    if parent.tag == "li":
        _add_text(parent.text, found, depth, around)
    for child in parent:
        block = Block(_kind(child), depth, int(child.get("data-line") or 0))
        found.append(block)
        if child.tag == "table":
            rows = list(child.iter("tr"))
            block.rows, block.columns = len(rows), len(rows[0])
        elif child.tag in ("ul", "ol"):
            for item in child:
                found.append(Block("item", depth + 1, int(item.get("data-line") or 0)))
                _walk(item, found, depth + 2, block)
        elif child.tag == "blockquote":
            _walk(child, found, depth + 1)
        elif child.tag == "p" and around is not None:
            around.loose = True
        if parent.tag == "li":
            _add_text(child.tail, found, depth, around)


def _add_text(text: str | None, found: list[Block], depth: int, around: Block | None) -> None:
    """Text that stands in an item itself is a paragraph of a tight list."""
    if text and text.strip() and around is not None:
        found.append(Block("paragraph", depth))
        around.loose = bool(around.loose)


def _kind(element: Element[Any]) -> str:
    if not isinstance(element.tag, str):
        return "html"
    if element.tag == "pre":
        code = element[0]
        language = (code.get("class") or "").removeprefix(_LANGUAGE)
        return _code(language, code.text or "")
    return _named(element.tag, element.get("start"))


def _named(tag: str, start: str | None) -> str:
    if tag in _HEADINGS:
        return f"heading {tag[1]}"
    names = {"p": "paragraph", "blockquote": "quote", "ul": "bullets", "hr": "break", "table": "table"}
    return f"numbers from {start or 1}" if tag == "ol" else names.get(tag, tag)


def _code(language: str, text: str) -> str:
    return f"code {language or 'plain'}, lines: {text.count(chr(10))}"


# --- markdown-it-py ---------------------------------------------------------------------------------------


def markdown_it_blocks(text: str) -> list[Block]:
    """The blocks that markdown-it-py sees."""
    found: list[Block] = []
    lists: list[Block] = []
    depth = 0
    for token in _MARKDOWN_IT.parse(text):
        if token.type in _CLOSING:
            depth -= 1
            if token.type in ("bullet_list_close", "ordered_list_close"):
                lists.pop()
        elif kind := _token_kind(token):
            block = Block(kind, depth, token.map[0] + 1 if token.map else 0)
            found.append(block)
            depth += token.type in _OPENING
            if token.type in ("bullet_list_open", "ordered_list_open"):
                lists.append(block)
            elif token.type == "paragraph_open" and _in_item(found):
                lists[-1].loose = lists[-1].loose or not token.hidden
        elif token.type == "tr_open":
            found[-1].rows += 1
        elif token.type == "th_open":
            found[-1].columns += 1
    return found


_OPENING = frozenset({"bullet_list_open", "ordered_list_open", "list_item_open", "blockquote_open"})
_CLOSING = frozenset(name.replace("open", "close") for name in _OPENING)


def _in_item(found: Sequence[Block]) -> bool:
    """Whether the block that was found last stands in an item itself."""
    depth = found[-1].depth
    around = next((block for block in reversed(found) if block.depth < depth), None)
    return around is not None and around.kind == "item"


def _token_kind(token: Token) -> str:
    if token.type in ("fence", "code_block"):
        return _code((unescapeAll(token.info).split() or [""])[0], token.content)
    if token.type == "ordered_list_open":
        return _named("ol", str(token.attrs.get("start", 1)))
    kinds = {
        "paragraph_open": "paragraph",
        "heading_open": f"heading {token.tag[1:]}",
        "bullet_list_open": "bullets",
        "list_item_open": "item",
        "blockquote_open": "quote",
        "html_block": "html",
        "table_open": "table",
        "hr": "break",
    }
    return kinds.get(token.type, "")


# --- cmark-gfm --------------------------------------------------------------------------------------------


def cmark_blocks(text: str) -> list[Block]:
    """The blocks that cmark-gfm sees."""
    html = cmarkgfm.markdown_to_html_with_extensions(
        text.replace("\0", "\ufffd"), options=_CMARK_OPTIONS, extensions=["table", "strikethrough"]
    )
    outline = _Outline()
    outline.feed(_CMARK_HTML.sub("<html-block></html-block>", html))
    outline.close()
    return outline.found


class _Outline(HTMLParser):
    """Lists the blocks of HTML that Markdown alone made."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Block] = []
        self.open: list[Block] = []  # the containers around, lists, items and quotes
        self.leaf = ""  # the tag of the block that holds text; "li" for a tight paragraph
        self.code = ""
        self.language = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, or the text of a tight item."""
        attributes = dict(attrs)
        if self.leaf == "pre":
            self.language = (attributes.get("class") or "").removeprefix(_LANGUAGE)
        elif tag == "tr":
            self.found[-1].rows += 1
        elif tag == "th":
            self.found[-1].columns += 1
        elif tag in ("ul", "ol", "li", "blockquote"):
            self.leaf = ""
            self._add("item" if tag == "li" else _named(tag, attributes.get("start")))
            self.open.append(self.found[-1])
        elif tag in _HEADINGS or tag in ("p", "pre", "table", "hr", "html-block"):
            self.leaf = "" if tag == "hr" else tag
            self._add("html" if tag == "html-block" else _named(tag, None))
            if tag == "p":
                self._say_loose(True)
        else:
            self._text()

    def handle_endtag(self, tag: str) -> None:
        """End it."""
        if tag == "pre":
            self.found[-1].kind = _code(self.language, self.code)
            self.code = self.language = ""
        if tag in ("ul", "ol", "li", "blockquote"):
            self.open.pop()
            self.leaf = ""
        elif tag == self.leaf:
            self.leaf = ""

    def handle_data(self, data: str) -> None:
        """Keep code; other text may be that of a tight item."""
        if self.leaf == "pre":
            self.code += data
        elif data.strip():
            self._text()

    def handle_comment(self, data: str) -> None:
        """Raw HTML in a line."""
        self._text()

    def _text(self) -> None:
        if not self.leaf and self.open and self.open[-1].kind == "item":
            self.leaf = "li"
            self._add("paragraph")
            self._say_loose(False)

    def _add(self, kind: str) -> None:
        self.found.append(Block(kind, len(self.open)))

    def _say_loose(self, loose: bool) -> None:
        if len(self.open) > 1 and self.open[-1].kind == "item":
            self.open[-2].loose = self.open[-2].loose or loose
