r"""Mathematics in TeX: `$x$` in a line, `$$x$$` in a line or over many; GitHub's ``$`x`$`` and fences of `math`.

Most dollars in notes are money, so the rule is pandoc's (`tex_math_dollars`) and stricter. Of `$x$`: no blank just
inside the dollars, no digit right behind; besides, the next dollar is the closing one or there is none, no letter or
digit stands right before (`US$5`), and prose is no formula (`$5 to 10$`). Of `$$`: exactly two dollars, as `$$$` is a
price. Nothing in a formula is Markdown. A block starts where a line begins with `$$` and goes on, over blank lines too,
up to a line that ends with `$$`; where that is missing, it is text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import Element, SubElement

from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from .characters import literal
from .cursor import CODE_INDENT, Line
from .extension import CommonMarkParser
from .html import TAG
from .inline_tree import InlineTreeprocessor
from .marks import OpenMarks
from .nodes import Block, Paragraph
from .tree import ELEMENTS

if TYPE_CHECKING:
    from markdown import Markdown

    from .builder import BlockBuilder
    from .inlines import Inlines
    from .tree import Node

MARK: Final = "$$"

INLINE: Final = "math inline"
DISPLAY: Final = "math display"
"""Classes of the elements that hold a formula's source as their text."""

_RUN = re.compile(r"\\.|(\$+)", re.DOTALL)
_ENDS_BLOCK = re.compile(r"\$\$(?:[ \t]+\^([A-Za-z0-9-]+))?[ \t]*\Z")  # a block id may follow
_LETTER_OR_DIGIT = re.compile(r"[A-Za-z0-9]")
_BEFORE_LETTER = re.compile(r"[A-Za-z]\Z|.*[\\^]", re.DOTALL)  # `$n$th`, not `$HOME/$USER`
_NO_FORMULA = re.compile(rf"`|\A[^\[]*\]\(|{TAG.pattern}")  # code, the end of a link, a tag
_SIGN = re.compile(r"[\\^_{}=+|]")
_PROSE = re.compile(r"\s[A-Za-z]{2}|[A-Za-z]{2}[,.;:]?\s")


class MathExtension(Extension):
    """Reads mathematics. Load it after `CommonMarkExtension`, which it builds on."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Add the start of a block, the rule for formulas in a line, and what turns fences into formulas."""
        inline = md.treeprocessors["inline"]
        if not isinstance(md.parser, CommonMarkParser) or not isinstance(inline, InlineTreeprocessor):
            raise TypeError("MathExtension needs CommonMarkExtension, loaded before it")
        ELEMENTS[MathBlock] = _element
        md.parser.starts["$"] = (MathStart(),)
        inline.rules["$"] = MathRule()
        md.treeprocessors.register(MathFenceTreeprocessor(md), "math", 27)


class MathBlock(Block):
    """A formula over several lines, up to the one that ends with `$$`; `closed` says that it has been found."""

    __slots__ = ("closed", "lines", "name")
    verbatim = True

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.lines: list[str] = []
        self.closed = False
        self.name = ""  # its block id

    @property
    def text(self) -> str:
        """The lines as they are written."""
        return "\n".join(self.lines)

    def continues(self, line: Line) -> bool:
        """Go on up to the end, which `append` finds."""
        return True

    def append(self, line: Line) -> bool:
        """Take the line, and say whether it holds the end."""
        self.lines.append(line.content)
        self.end = line.number
        end = _ENDS_BLOCK.search(line.content, 0 if len(self.lines) > 1 else len(MARK))
        self.closed = end is not None
        self.name = end[1] or "" if end else ""
        return self.closed

    def formula(self) -> str:
        """The source between the dollars."""
        return _ENDS_BLOCK.sub("", self.text)[len(MARK) :].strip()


class MathStart:
    """Starts a block of mathematics."""

    def __init__(self) -> None:
        self._open = OpenMarks(MARK)

    def __call__(self, builder: BlockBuilder, line: Line, container: Block) -> Block | None:
        """Start it at `$$` if the next `$$` ends a line; inside a paragraph only where that has none open."""
        text = line.content
        if line.indent >= CODE_INDENT or not text.startswith(MARK) or text.startswith("$$$"):
            return None
        if isinstance(container, Paragraph) and self._open.in_paragraph(container):
            return None
        first = text[len(MARK) :]
        if not _closes([first] if MARK in first else builder.lines_after(line)):
            return None
        builder.close_unmatched()
        block = builder.add(MathBlock(line.number))
        builder.take(block, line)
        return block


class MathRule:
    """Reads formulas in a line."""

    def __init__(self) -> None:
        self._text: str | None = None
        self._runs: list[tuple[int, int]] = []  # start and length of the dollars that are not escaped
        self._doubles: list[int] = []  # starts of those of two

    def __call__(self, state: Inlines, at: int) -> int:
        """Take a formula, or else all dollars of the run."""
        text = state.text
        if text is not self._text:
            self._text = text
            self._runs = [(run.start(1), len(run[1])) for run in _RUN.finditer(text) if run[1]]
            self._doubles = [start for start, length in self._runs if length == len(MARK)]
        index = bisect_left(self._runs, (at, 0))
        start, length = self._runs[index] if index < len(self._runs) else (-1, 0)
        if start != at:  # a backslash that escapes in one place may not do so in another, as behind code
            return at
        after = at + length
        formula, end = None, after
        if length == 1 and index + 1 < len(self._runs):
            closing, closing_length = self._runs[index + 1]
            end = closing + 1
            formula = _formula(text, at, closing) if closing_length == 1 else None
        elif length == len(MARK):
            following = bisect_left(self._doubles, after)
            closing = self._doubles[following] if following < len(self._doubles) else after
            end = closing + len(MARK)
            formula = text[after:closing].strip()
        if not formula:
            state.tokens.append(text[at:after])
            return after
        element: Element[Any] = Element("span", {"class": INLINE if length == 1 else DISPLAY})
        element.text = formula
        state.tokens.append(element)
        return end


class MathFenceTreeprocessor(Treeprocessor):
    """Turns fences of `math` into formulas."""

    def run(self, root: Node) -> None:
        """Look at all code blocks."""
        for block in list(root.iter("pre")):
            if len(block) and block[0].get("class") == "language-math":
                code = block[0].text or ""
                block.remove(block[0])
                block.tag = "div"
                block.set("class", DISPLAY)
                block.text = AtomicString(code.strip())


def _closes(lines: Any) -> bool:
    """Whether the first of the lines that has the mark ends with it, and has it once."""
    found = next((line for line in lines if MARK in line), "")
    end = _ENDS_BLOCK.search(found)
    return end is not None and found.find(MARK) == end.start() and found[end.start() - 1 : end.start()] != "\\"


def _formula(text: str, opening: int, closing: int) -> str | None:
    """What stands between two single dollars, if that is a formula."""
    content = text[opening + 1 : closing]
    before, after = text[opening - 1 : opening], text[closing + 1 : closing + 2]
    if content.startswith("`") and content.endswith("`") and "`" not in content[1:-1]:
        return content[1:-1].strip()
    if not content.strip() or content[0].isspace() or content[-1].isspace():
        return None
    if content[0] not in "_^" and _LETTER_OR_DIGIT.match(before):  # `CO$_2$`, not `US$5`
        return None
    if after.isdecimal() or (_LETTER_OR_DIGIT.match(after) and not _BEFORE_LETTER.match(content)):
        return None
    if _NO_FORMULA.search(content) or (not _SIGN.search(content) and _PROSE.search(content)):
        return None
    return content


def _element(block: MathBlock, parent: Node) -> Node:
    if not block.closed:  # its container ended before it
        element = SubElement(parent, "p")
        element.text = block.text
        return element
    element = SubElement(parent, "div", {"class": DISPLAY})
    element.text = AtomicString(literal(block.formula()))
    if block.name:
        element.set("data-block", block.name)
    return element
