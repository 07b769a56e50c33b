"""Footnotes: `[^id]` with its text in a block `[^id]: text`, as GitHub writes them, and `^[text]`, as Obsidian does.

Text that is defined but not shown, for nothing refers to it or its id was taken, is told in `FootnoteExtension.unused`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal
from xml.etree.ElementTree import Element, SubElement

from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from .cursor import CODE_INDENT, Line
from .delimiters import pair
from .extension import CommonMarkParser
from .footnote_list import in_order, make_mark, name_inline, number_marks, write_list
from .inline_tree import InlineTreeprocessor, build_inlines
from .inlines import Bracket, Token
from .links import LABEL_LIMIT
from .nodes import Block
from .tree import build_tree

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from markdown import Markdown

    from .builder import BlockBuilder
    from .delimiters import Delimiter
    from .inlines import Inlines, Rule
    from .tree import Node

_DEFINITION = re.compile(rf"\[\^([^\s\[\]^]{{1,{LABEL_LIMIT}}}+)\]:")
_BLANKS: Final = " \t\n"


@dataclass(frozen=True, slots=True)
class UnusedFootnote:
    """A definition that is not in the list of footnotes."""

    name: str  # its id, as written
    line: int  # where it starts, from 1
    end: int  # its last line
    reason: Literal["unreferenced", "repeated"]  # no shown text refers to it; an earlier one has its id


class FootnoteExtension(Extension):
    """Reads footnotes and lists them at the end of the document. Load it after `CommonMarkExtension`.

    `unused` holds the definitions that the last conversion left out.
    """

    def __init__(self, **options: Any) -> None:
        self.config: dict[str, list[Any]] = {
            "backlinks": [True, "End each footnote with an arrow that leads to its first mark."],
            "prefix": ["", "What all ids begin with, to keep those of several documents apart."],
        }
        super().__init__(**options)
        self.unused: tuple[UnusedFootnote, ...] = ()
        self._found = Footnotes()

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Add the start of a definition, the rules for marks, and the list."""
        inline = md.treeprocessors["inline"]
        if not isinstance(md.parser, CommonMarkParser) or not isinstance(inline, InlineTreeprocessor):
            raise TypeError("FootnoteExtension needs CommonMarkExtension, loaded before it")
        md.registerExtension(self)
        starts = md.parser.starts
        starts["["] = (*starts.get("[", ()), self._found.start_definition)
        inline.rules["^"] = self._found.open_text
        inline.rules["]"] = ClosingRule(self._found, inline.rules["]"])
        # Before all that look for something in blocks (block ids are the first), and after the last that does.
        md.treeprocessors.register(TextTreeprocessor(md.parser, self._found), "footnote_texts", 30)
        md.treeprocessors.register(ListTreeprocessor(self, self._found, inline), "footnotes", 18)

    def reset(self) -> None:
        """Forget the last document."""
        self.unused = ()
        self._found.clear()


class Definition(Block):
    """A block `[^name]: text`: it leaves nothing where it stands, and its content moves to `body`."""

    __slots__ = ("body", "name")
    container = True
    hidden = True

    def __init__(self, line: int, name: str) -> None:
        super().__init__(line)
        self.name = name
        self.body: Node = Element("div")

    def continues(self, line: Line) -> bool:
        """Go on with four columns, or over blank lines."""
        return line.take_indent(CODE_INDENT)


class TextBracket(Bracket):
    """The bracket of `^[`, which becomes no link; being inactive, it parts links outside from those inside."""

    __slots__ = ()

    def __init__(self, pos: int, index: int, below: Delimiter | None) -> None:
        super().__init__(pos, index, image=False, below=below)
        self.active = False


class Footnotes:
    """What is found in one document.

    `definitions` are all in the order of the source, `named` is the first of each id, without regard to case, and
    `texts` are the tokens of inline footnotes.
    """

    def __init__(self) -> None:
        self.definitions: list[Definition] = []
        self.named: dict[str, Definition] = {}
        self.texts: dict[str, list[Token]] = {}

    def clear(self) -> None:
        """Forget all."""
        self.definitions.clear()
        self.named.clear()
        self.texts.clear()

    def unused(self, shown: Collection[str]) -> Iterator[UnusedFootnote]:
        """Find the definitions that are not shown."""
        for definition in self.definitions:
            name, line, end = definition.name, definition.line, definition.end
            if self.named[name.casefold()] is not definition:
                yield UnusedFootnote(name, line, end, "repeated")
            elif name not in shown:
                yield UnusedFootnote(name, line, end, "unreferenced")

    def start_definition(self, builder: BlockBuilder, line: Line, container: Block) -> Block | None:
        """Start a definition, also right after text."""
        match = _DEFINITION.match(line.text, line.next)
        if line.indent >= CODE_INDENT or not match or builder.too_deep():
            return None
        builder.close_unmatched()
        line.skip(match.end() - line.next)
        line.skip_columns(line.indent)
        definition = Definition(line.number, match[1])
        self.definitions.append(definition)
        self.named.setdefault(match[1].casefold(), definition)
        return builder.add(definition)

    def open_text(self, state: Inlines, at: int) -> int:
        """Remember `^[`."""
        if not state.text.startswith("[", at + 1):
            return at
        if state.brackets:
            state.brackets[-1].nested = True
        state.tokens.append("^")
        bracket = TextBracket(at + 1, len(state.tokens), state.last)
        state.tokens.append(bracket)
        state.brackets.append(bracket)
        return at + 2

    def close_text(self, state: Inlines, at: int) -> int:
        """Make a footnote of what stands after the innermost bracket, a `TextBracket`, unless that is nothing."""
        opener = state.brackets.pop()
        content = state.tokens[opener.index + 1 :]
        if not any(not isinstance(token, str) or token.strip(_BLANKS) for token in content):
            return at
        pair(state.last, opener.below)
        # No id has a blank in it.
        key = f"inline {len(self.texts)}"
        self.texts[key] = content
        _replace(state, opener.index - 1, opener.below, (make_mark(key),))
        return at + 1

    def close_name(self, state: Inlines, at: int, opener: Bracket) -> int:
        """Make a mark of `[^name]` if there is such a footnote."""
        start = opener.pos + (2 if opener.image else 1)
        if opener.nested or at - start > LABEL_LIMIT + 1 or not state.text.startswith("^", start):
            return at
        definition = self.named.get(state.text[start + 1 : at].casefold())
        if definition is None:
            return at
        _replace(state, opener.index, opener.below, ("!" if opener.image else "", make_mark(definition.name)))
        return at + 1


class ClosingRule:
    """The rule for `]`: links go before footnotes, as `[^a](address)`."""

    def __init__(self, found: Footnotes, close_bracket: Rule) -> None:
        self._found = found
        self._close_bracket = close_bracket

    def __call__(self, state: Inlines, at: int) -> int:
        """Close the innermost bracket."""
        opener = state.brackets[-1] if state.brackets else None
        if isinstance(opener, TextBracket):
            return self._found.close_text(state, at)
        end = self._close_bracket(state, at)
        return self._found.close_name(state, at, opener) if opener and end == at else end


class TextTreeprocessor(Treeprocessor):
    """Puts the definitions' blocks at the end of the tree, so that all that is done to blocks is done to them."""

    def __init__(self, parser: CommonMarkParser, found: Footnotes) -> None:
        super().__init__(parser.md)
        self._options = parser.tree_options
        self._found = found

    def run(self, root: Node) -> None:
        """Append one element for each definition that counts."""
        for definition in self._found.named.values():
            body = definition.body
            body.text = "\n"
            if self._options["source_lines"]:
                body.set("data-line", str(definition.line))
            build_tree(definition, body, **self._options)
            root.append(body)


class ListTreeprocessor(Treeprocessor):
    """Numbers the footnotes, and makes a list of those that the document refers to."""

    def __init__(self, extension: FootnoteExtension, found: Footnotes, inline: InlineTreeprocessor) -> None:
        super().__init__(inline.md)
        self._extension = extension
        self._found = found
        self._inline = inline

    def run(self, root: Node) -> None:
        """Take the definitions from the end of the tree, and append the list."""
        found = self._found
        bodies = {definition.name: definition.body for definition in found.named.values()}
        apart = set(bodies.values())
        root[:] = [child for child in root if child not in apart]
        entries = in_order(root, lambda key, line: bodies[key] if key in bodies else self._text_body(key, line))
        self._extension.unused = tuple(found.unused({entry.name for entry in entries}))
        name_inline([entry for entry in entries if entry.name in found.texts], found.named)
        prefix = self._extension.getConfig("prefix")
        number_marks(entries, prefix)
        if entries:
            root.append(write_list(entries, prefix, backlinks=self._extension.getConfig("backlinks")))
        found.clear()

    def _text_body(self, key: str, line: str | None) -> Node:
        """Make the one paragraph of an inline footnote; its line is that of the block with its mark."""
        body: Node = Element("div")
        body.text = "\n"
        paragraph = SubElement(body, "p", {"data-line": line} if line else {})
        paragraph.text, nodes = build_inlines(self._found.texts[key], emails=self._inline.autolinks)
        paragraph.text = paragraph.text.lstrip(_BLANKS)
        paragraph.extend(nodes)
        if nodes:
            nodes[-1].tail = (nodes[-1].tail or "").rstrip(_BLANKS)
        else:
            paragraph.text = paragraph.text.rstrip(_BLANKS)
        paragraph.tail = "\n"
        return body


def _replace(state: Inlines, index: int, below: Delimiter | None, tokens: tuple[Token, ...]) -> None:
    """Put tokens in the place of all from `index` on, and leave out the delimiter runs after `below`."""
    state.tokens[index:] = tokens
    state.last = below
    if below:
        below.next = None
