"""CommonMark 0.31.2 with GitHub's tables, strikethrough, task items and autolinks, as a Python-Markdown extension.

The block parser, the inline treeprocessor and the serialiser of a `Markdown` object are replaced; its other
treeprocessors and its postprocessors work as before. Block processors and inline patterns are not called.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, ElementTree

from markdown.blockparser import BlockParser
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown.util import ETX, STX

from .builder import BlockBuilder
from .inline_tree import InlineTreeprocessor
from .rules import RULES
from .serializer import to_html, to_xhtml
from .starts import STARTS, start_code
from .tables import start_table
from .tasks import TaskTreeprocessor
from .tree import build_tree

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markdown import Markdown

    from .inlines import Rule
    from .starts import Start
    from .tree import Node

_SPECIAL = re.compile(f"[\\r\\0{STX}{ETX}]")
_LINE_ENDS = re.compile(r"\r\n?")
_FRAMES = str.maketrans({STX: None, ETX: None, "\0": "\ufffd"})


class LinePreprocessor(Preprocessor):
    """Makes line ends alike, and keeps Python-Markdown's placeholder frames out of the source (section 2.3)."""

    def run(self, lines: list[str]) -> list[str]:
        """Return the lines of the source, without an empty one after the last line end."""
        text = "\n".join(lines)
        if _SPECIAL.search(text):
            text = _LINE_ENDS.sub("\n", text.translate(_FRAMES))
        return text.removesuffix("\n").split("\n")


class CommonMarkParser(BlockParser):
    """Parses blocks in place of Python-Markdown's block parser.

    `starts` may be extended: what may start a block at a character, in the order to try.
    """

    def __init__(self, md: Markdown, starts: dict[str, tuple[Start, ...]], **tree_options: bool) -> None:
        super().__init__(md)
        # Other extensions go on registering here; their block processors are not called.
        self.blockprocessors = md.parser.blockprocessors
        self.starts = starts
        self.tree_options = tree_options

    def parseDocument(self, lines: Iterable[str]) -> ElementTree[Any]:  # noqa: N802
        """Parse lines to a tree of blocks."""
        self.root = Element(self.md.doc_tag)
        self._parse(self.root, list(lines))
        return ElementTree(self.root)

    def parseChunk(self, parent: Node, text: str) -> None:  # noqa: N802
        """Parse text to blocks inside `parent`."""
        self._parse(parent, text.split("\n"))

    def parseBlocks(self, parent: Node, blocks: list[str]) -> None:  # noqa: N802
        """Parse pieces of text that blank lines part."""
        self._parse(parent, "\n\n".join(blocks).split("\n"))
        blocks.clear()

    def _parse(self, parent: Node, lines: list[str]) -> None:
        builder = BlockBuilder(self.starts, start_code, self.md.references)
        build_tree(builder.build(lines), parent, **self.tree_options)


class CommonMarkExtension(Extension):
    """Makes Python-Markdown read CommonMark. Load it before extensions that build on it."""

    def __init__(self, **options: Any) -> None:
        self.config: dict[str, list[Any]] = {
            "line_breaks": ["soft", "A line end in a paragraph: `soft` is a blank, `hard` is a line break."],
            "source_lines": [False, "Give each block its first line (from 1) in `data-line`."],
            "tables": [True, "Read tables."],
            "strikethrough": [True, "Read `~~deleted~~`."],
            "highlight": [True, "Read `==marked==`."],
            "autolinks": [True, "Make links of addresses without markup."],
            "tasks": [False, "Read task items, `- [x]`, with any one character."],
            "use_align_attribute": [False, "Align cells by `align` instead of `style`."],
        }
        super().__init__(**options)
        if self.getConfig("line_breaks") not in ("soft", "hard"):
            raise ValueError(f"line_breaks is `soft` or `hard`, not `{self.getConfig('line_breaks')}`")

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Replace the parts of `md` that read Markdown otherwise."""
        md.registerExtension(self)
        self.md = md
        md.preprocessors.deregister("html_block", strict=False)
        md.preprocessors.register(LinePreprocessor(md), "normalize_whitespace", 30)
        md.parser = CommonMarkParser(
            md,
            self._starts(),
            source_lines=self.getConfig("source_lines"),
            align_attribute=self.getConfig("use_align_attribute"),
        )
        inline = InlineTreeprocessor(
            md,
            self._rules(),
            hard=self.getConfig("line_breaks") == "hard",
            autolinks=self.getConfig("autolinks"),
        )
        md.treeprocessors.register(inline, "inline", 20)
        # Blocks come with their line ends; prettifying would change text, and is recursive.
        md.treeprocessors.deregister("prettify", strict=False)
        if self.getConfig("tasks"):
            md.treeprocessors.register(TaskTreeprocessor(md), "tasks", 28)

    def reset(self) -> None:
        """Set the serialiser, which Python-Markdown chooses only after its extensions are loaded."""
        self.md.serializer = to_html if self.md.output_format == "html" else to_xhtml

    def _starts(self) -> dict[str, tuple[Start, ...]]:
        if self.getConfig("tables"):
            return dict(STARTS)
        return {char: tuple(start for start in starts if start is not start_table) for char, starts in STARTS.items()}

    def _rules(self) -> dict[str, Rule]:
        left_out = {"~": "strikethrough", "=": "highlight"}
        return {char: rule for char, rule in RULES.items() if char not in left_out or self.getConfig(left_out[char])}
