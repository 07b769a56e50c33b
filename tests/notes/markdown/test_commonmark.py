"""The examples of the CommonMark specification, compared as normalised HTML."""

from __future__ import annotations

import json
import re
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from markdown import Markdown

from notebook_compile.notes.markdown import (
    BlockIdExtension,
    CalloutExtension,
    CommentExtension,
    CommonMarkExtension,
)

EXAMPLES = json.loads(Path(__file__).with_name("commonmark-0.31.2.json").read_text(encoding="utf-8"))

LINKED_BY_GITHUB = {
    602: "an address inside angle brackets that are no autolink",
    606: "a mail address inside angle brackets that are no autolink",
    608: "an address inside angle brackets that are no autolink",
    611: "an address without any markup",
    612: "a mail address without any markup",
}
"""What GitHub's extended autolinks, which are on by default, make a link of."""

BLOCKS = frozenset(
    (
        *("address", "article", "blockquote", "br", "dd", "del", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("hr", "iframe", "li", "ol", "p", "pre", "script", "section", "style", "table", "tbody", "td", "textarea"),
        *("th", "thead", "tr", "ul"),
    )
)


class Normalizer(HTMLParser):
    """Writes HTML anew: attributes sorted, blanks collapsed, none of them beside blocks."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.preformatted = 0
        self.after_block = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.end_text(tag)
        self.preformatted += tag == "pre"
        attributes = "".join(f' {name}="{escape(value or "")}"' for name, value in sorted(attrs))
        self.parts.append(f"<{tag}{attributes}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.preformatted -= tag == "pre"
        self.end_text(tag)
        self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self.preformatted:
            data = re.sub(r"\s+", " ", data)
            data = data.lstrip() if self.after_block else data
        if data:
            self.parts.append(escape(data))
            self.after_block = False

    def handle_comment(self, data: str) -> None:
        self.parts.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.parts.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.parts.append(f"<?{data}>")

    def unknown_decl(self, data: str) -> None:
        self.parts.append(f"<![{data}]>")

    def end_text(self, tag: str) -> None:
        if tag in BLOCKS and self.parts and not self.preformatted:
            self.parts[-1] = self.parts[-1].rstrip()
        self.after_block = tag in BLOCKS


def normalize(html: str) -> str:
    normalizer = Normalizer()
    normalizer.feed(html)
    normalizer.close()
    return "".join(normalizer.parts).rstrip()


def label(example: dict[str, Any]) -> str:
    return f"{example['example']} {example['section']}"


@pytest.fixture(scope="module")
def plain() -> Markdown:
    return Markdown(extensions=[CommonMarkExtension(autolinks=False)])


@pytest.fixture(scope="module")
def dialect() -> Markdown:
    extensions = [CommonMarkExtension(tasks=True), CommentExtension(), CalloutExtension(), BlockIdExtension()]
    return Markdown(extensions=extensions)


@pytest.mark.parametrize("example", EXAMPLES, ids=label)
def test_example(plain: Markdown, example: dict[str, Any]) -> None:
    assert normalize(plain.reset().convert(example["markdown"])) == normalize(example["html"])


@pytest.mark.parametrize("example", EXAMPLES, ids=label)
def test_whole_dialect_reads_examples_alike(dialect: Markdown, example: dict[str, Any]) -> None:
    alike = normalize(dialect.reset().convert(example["markdown"])) == normalize(example["html"])
    assert alike == (example["example"] not in LINKED_BY_GITHUB)


def test_html_output(plain: Markdown) -> None:
    converter = Markdown(extensions=[CommonMarkExtension(autolinks=False)], output_format="html")
    for example in EXAMPLES:
        html = converter.reset().convert(example["markdown"])
        assert normalize(html) == normalize(plain.reset().convert(example["markdown"]))
