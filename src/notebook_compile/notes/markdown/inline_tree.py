"""Tokens to elements, and the treeprocessor that reads the inline text of a whole tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, SubElement

from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from .autolinks import link_emails, maybe_urls
from .characters import literal
from .delimiters import Delimiter
from .html import RawHtml
from .inlines import Bracket, Close, Inlines, Open, Rule, Token
from .rules import special_pattern, url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markdown import Markdown

    from .tree import Node

NESTING_LIMIT: Final = 100
"""Inline elements inside each other; what would be deeper stays, without its element."""


def build_inlines(tokens: Iterable[Token], *, emails: bool = False) -> tuple[str, list[Node]]:
    """Make elements of tokens: the text before the first of them, and the elements, each with the text after it."""
    builder = _InlineBuilder(emails=emails)
    for token in tokens:
        builder.add(token)
    builder.flush()
    return builder.root.text or "", list(builder.root)


class InlineTreeprocessor(Treeprocessor):
    """Reads inline text in place of Python-Markdown's treeprocessor of the same name.

    `rules` may be extended: a rule for a special character sees it before anything else does.
    """

    def __init__(self, md: Markdown, rules: dict[str, Rule], *, hard: bool, autolinks: bool) -> None:
        super().__init__(md)
        self.rules = rules
        self.hard = hard
        self.autolinks = autolinks

    def run(self, root: Node) -> None:
        """Read the text in every element but code, and what follows elements in tight list items."""
        for element in list(root.iter()):
            if isinstance(element.tag, str) and element.tag != "code":
                self._read_element(element)

    def _read_element(self, element: Node) -> None:
        children = list(element)
        if _is_inline(element.text):
            element.text, nodes = self.parse(element.text or "", block_follows=bool(children))
            element[:0] = nodes
        if any(_is_inline(child.tail) for child in children):
            self._read_tails(element, children)

    def _read_tails(self, element: Node, children: list[Node]) -> None:
        content = element[: len(element) - len(children)]
        for child in children:
            content.append(child)
            if _is_inline(child.tail):
                child.tail, nodes = self.parse(child.tail or "", block_follows=child is not children[-1])
                content += nodes
        element[:] = content

    def parse(self, text: str, *, block_follows: bool = False) -> tuple[str, list[Node]]:
        """Parse one text to what precedes its first element, and its elements with what follows each."""
        urls = self.autolinks and maybe_urls(text)
        line_ends = "\n" in text and (self.hard or " \n" in text)
        characters = "".join(char for char in self.rules if char != "\n" or line_ends)
        state = Inlines(text, self.md.references, hard=self.hard)
        tokens = state.read(special_pattern(characters, urls=urls), self.rules, url)
        if block_follows:
            tokens.append("\n")
        return build_inlines(tokens, emails=self.autolinks and "@" in text)


class _InlineBuilder:
    """The open elements while tokens are turned to elements; an image collects its text alone.

    Each place for text is written once: text is collected up to the next beginning or end of an element.
    """

    def __init__(self, *, emails: bool) -> None:
        self.emails = emails
        self.root: Node = Element("span")
        self.open = [self.root]
        self.tags: list[str] = []
        self.links = 0
        self.text: list[str] = []
        self.image: Open | None = None
        self.image_depth = 0
        self.marks: list[Node] = []

    def add(self, token: Token) -> None:
        if isinstance(token, str):
            self.text.append(token)
        elif isinstance(token, Delimiter):
            self._add_run(token)
        elif isinstance(token, Open):
            self._begin(token)
        elif isinstance(token, Close):
            self._end()
        elif isinstance(token, Bracket):
            self.text.append("![" if token.image else "[")
        elif token.tag == "sup" and (self.image or self.links):
            # The mark of a footnote, itself a link.
            self.marks.append(token)
        elif self.image or (token.tag == "a" and self.links):
            # Text alternatives hold no elements, and links no links.
            self.text.append(token.text or "")
        else:
            self.flush()
            if token.text and token.tag is not RawHtml:
                token.text = literal(token.text)
            self.open[-1].append(token)

    def flush(self) -> None:
        """Put the text that came in behind the last element."""
        text = "".join(self.text)
        self.text.clear()
        if not text:
            return
        if self.emails and "@" in text and not self.links:
            for part in link_emails(text):
                self._append(part)
        else:
            self._append(text)

    def _append(self, part: str | Node) -> None:
        parent = self.open[-1]
        if not isinstance(part, str):
            parent.append(part)
        elif len(parent):
            parent[-1].tail = literal(part)
        else:
            parent.text = literal(part)

    def _add_run(self, run: Delimiter) -> None:
        if self.image:
            self.text.append(run.char * run.count)
            return
        for _ in run.closes:
            self._close()
        self.text.append(run.char * run.count)
        for tag in reversed(run.opens):
            self._open(tag, {})

    def _begin(self, token: Open) -> None:
        if self.image:
            self.image_depth += 1
        elif token.tag == "img":
            self.flush()
            self.image, self.image_depth = token, 1
        else:
            self._open(token.tag, token.attributes)

    def _end(self) -> None:
        if self.image is None:
            self._close()
            return
        self.image_depth -= 1
        if self.image_depth == 0:
            alternative = "".join(self.text).replace("\n", " ")
            self.text.clear()
            SubElement(self.open[-1], "img", self.image.attributes, alt=alternative)
            self.image = None
            self._put_marks()

    def _open(self, tag: str, attributes: dict[str, str]) -> None:
        self.tags.append(tag)
        if len(self.tags) <= NESTING_LIMIT:
            self.flush()
            self.open.append(SubElement(self.open[-1], tag, attributes))
        self.links += tag == "a"

    def _close(self) -> None:
        if len(self.tags) <= NESTING_LIMIT:
            self.flush()
            self.open.pop()
        self.links -= self.tags.pop() == "a"
        self._put_marks()

    def _put_marks(self) -> None:
        """Put the marks of footnotes that stood in a link or an image behind it."""
        if self.marks and not self.links:
            self.flush()
            self.open[-1].extend(self.marks)
            self.marks.clear()


def _is_inline(text: str | None) -> bool:
    return text is not None and text != "\n" and not isinstance(text, AtomicString) and not text.isspace()
