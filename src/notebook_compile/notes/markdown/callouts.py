"""Callouts, as Obsidian writes them: a block quote that begins with `[!type|meta]+ title`.

Where the `>` was forgotten, a paragraph that begins so may be one, too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import Element

from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

if TYPE_CHECKING:
    from markdown import Markdown

    from .tree import Node

ALIASES: Final = {
    "summary": "abstract",
    "tldr": "abstract",
    "hint": "tip",
    "important": "tip",
    "check": "success",
    "done": "success",
    "help": "question",
    "faq": "question",
    "caution": "warning",
    "attention": "warning",
    "fail": "failure",
    "missing": "failure",
    "error": "danger",
    "cite": "quote",
}
"""Other names of types."""

_MARKER = re.compile(r"\[!([^\[\]|\n]+)(?:\|([^\[\]\n]*))?\]([+-]?)(?![(:\[])[ \t]*")
_NO_WORD = re.compile(r"[^\w]+")


class CalloutExtension(Extension):
    """Turns block quotes that begin with a callout marker into `<div class="callout">`."""

    def __init__(self, **options: Any) -> None:
        self.config: dict[str, list[Any]] = {
            "unquoted": [False, "Make a callout of a paragraph that begins with a marker, without any `>`."],
        }
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Register the treeprocessor, before inline text is read."""
        processor = CalloutTreeprocessor(md, unquoted=self.getConfig("unquoted"))
        md.treeprocessors.register(processor, "callouts", 26)


class CalloutTreeprocessor(Treeprocessor):
    """Does so while titles are still inline text as it is written."""

    def __init__(self, md: Markdown, *, unquoted: bool) -> None:
        super().__init__(md)
        self.unquoted = unquoted

    def run(self, root: Node) -> None:
        """Convert every such quote, nested ones as well."""
        for quote in list(root.iter("blockquote")):
            first = quote[0] if len(quote) else None
            match = _MARKER.match(first.text or "") if first is not None and first.tag == "p" else None
            if first is not None and match:
                _convert(quote, first, match)
        for paragraph in list(root.iter("p")) if self.unquoted else ():
            match = _MARKER.match(paragraph.text or "")
            if match and "class" not in paragraph.attrib:
                _convert(paragraph, _quote(paragraph), match)


def callout_type(name: str) -> str:
    """Return the type that a name stands for: lower case, aliases resolved, other names as slugs."""
    slug = _NO_WORD.sub("-", name.casefold()).strip("-")
    return ALIASES.get(slug, slug) or "note"


def _convert(quote: Node, paragraph: Node, marker: re.Match[str]) -> None:
    name, metadata, fold = marker.groups()
    title, _, body = (paragraph.text or "")[marker.end() :].partition("\n")
    quote.tag = "div"
    quote.set("class", "callout")
    quote.set("data-callout", callout_type(name))
    if metadata:
        quote.set("data-callout-metadata", metadata.strip())
    if fold:
        quote.set("data-callout-fold", fold)
    paragraph.set("class", "callout-title")
    paragraph.text = title.strip() or name.strip().replace("-", " ").capitalize()
    holder = quote
    if body.strip():
        holder = _body(paragraph, body)
        quote.insert(1, holder)
    if "data-block" in paragraph.attrib:
        holder.set("data-block", paragraph.attrib.pop("data-block"))


def _quote(paragraph: Node) -> Node:
    """Make a quote of a paragraph; return the paragraph that is now in it."""
    inner: Node = Element("p", paragraph.attrib)
    inner.text, inner.tail, paragraph.text = paragraph.text, "\n", "\n"
    paragraph.append(inner)
    return inner


def _body(title: Node, text: str) -> Node:
    """Make a paragraph of the lines under the title, which starts one line below it."""
    paragraph: Node = Element("p")
    paragraph.text = text
    paragraph.tail = "\n"
    line = title.get("data-line")
    if line:
        paragraph.set("data-line", str(int(line) + 1))
    return paragraph
