"""GitHub's extensions: the specification's examples, and examples of our own for rules that came to it later.

Those of version 0.29 are in `gfm-0.29-extensions.json`; ours in `gfm-rules.txt`, written as the files in `cases/`. HTML
is compared as a tree; our own marks of tasks do not count.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import html
from markdown import Markdown

from notebook_compile.notes import markdown as dialect
from notebook_compile.notes.markdown import CommonMarkExtension

HERE = Path(__file__).parent

READ_OTHERWISE = {
    "one tilde on each side": "a tilde alone means about, or a range, as in Obsidian",
}
"""What we do not read as GitHub does, and why."""

OUR_MARKS = ("class", "data-task", "data-line")
BESIDE_BLOCKS = re.compile(r"\s*(</?(?:blockquote|div|h\d|li|ol|p|pre|table|tbody|td|th|thead|tr|ul)\b[^>]*>)\s*")


@dataclass(frozen=True)
class Example:
    name: str
    source: str
    html: str


def of_specification() -> list[Example]:
    data = json.loads((HERE / "gfm-0.29-extensions.json").read_text(encoding="utf-8"))
    return [Example(f"{each['example']} {each['section']}", each["markdown"], each["html"]) for each in data]


def of_rules() -> list[Example]:
    parts = (HERE / "gfm-rules.txt").read_text(encoding="utf-8").split("\n.\n")
    triples = zip(parts[::3], parts[1::3], parts[2::3], strict=False)
    return [Example(title.strip(), source, markup) for title, source, markup in triples]


EXAMPLES = [*of_specification(), *of_rules()]


def normalize(markup: str) -> str:
    tree = html.fragment_fromstring(markup, create_parent=True)
    for element in tree.iter("*"):
        kept = sorted((name, value) for name, value in element.attrib.items() if name not in OUR_MARKS)
        element.attrib.clear()
        element.attrib.update(kept)
    return BESIDE_BLOCKS.sub(r"\1", html.tostring(tree, encoding="unicode"))


@pytest.fixture(scope="module")
def plain() -> Markdown:
    return Markdown(extensions=[CommonMarkExtension(tasks=True, use_align_attribute=True)])


@pytest.fixture(scope="module")
def whole() -> Markdown:
    """With all that Obsidian adds."""
    others = [getattr(dialect, name)() for name in dialect.__all__ if name.endswith("Extension")]
    first = CommonMarkExtension(tasks=True, use_align_attribute=True)
    return Markdown(extensions=[first, *(each for each in others if not isinstance(each, CommonMarkExtension))])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_example(plain: Markdown, example: Example) -> None:
    alike = normalize(plain.reset().convert(example.source)) == normalize(example.html)
    assert alike == (example.name not in READ_OTHERWISE)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_whole_dialect_reads_examples_alike(plain: Markdown, whole: Markdown, example: Example) -> None:
    assert normalize(whole.reset().convert(example.source)) == normalize(plain.reset().convert(example.source))


def test_exceptions_are_examples() -> None:
    assert set(READ_OTHERWISE) <= {example.name for example in EXAMPLES}


def test_all_sections_are_there() -> None:
    sections = {example.name.partition(" ")[2] for example in of_specification()}
    assert sections == {"Tables", "Task list items", "Strikethrough", "Autolinks"}
    assert len(of_specification()) == 23
