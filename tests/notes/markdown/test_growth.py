"""Inputs that are slow or fatal for careless parsers: twice the text may take about twice the time."""

from __future__ import annotations

import gc
from time import process_time
from typing import TYPE_CHECKING

import pytest
from markdown import Markdown

from notebook_compile.notes.markdown import (
    BlockIdExtension,
    CalloutExtension,
    CommentExtension,
    CommonMarkExtension,
    FootnoteExtension,
    MathExtension,
)

if TYPE_CHECKING:
    from collections.abc import Callable

GROWTH_LIMIT = 2.6
TRIFLE = 0.02
"""Seconds that are too few to compare."""

INPUTS: dict[str, Callable[[int], str]] = {
    "opening brackets": lambda n: "[" * n,
    "closing brackets": lambda n: "a]" * n,
    "empty brackets": lambda n: "[]" * n,
    "open wiki-links": lambda n: "[[a|" * n,
    "open images": lambda n: "![[](" * n,
    "open links": lambda n: "[a](" * n,
    "open pointed links": lambda n: "[a](<b" * n,
    "open titles": lambda n: '[a](u "' * n,
    "nested links": lambda n: "[" * n + "a" + "](u)" * n,
    "nested images": lambda n: "![" * n + "a" + "](u)" * n,
    "nested labels": lambda n: "[a]: u\n\n" + "[" * n + "a" + "]" * n,
    "open labels": lambda n: "[a]: u\n\n" + "[a][b" * n,
    "definitions": lambda n: "".join(f"[{i}]: u\n" for i in range(n)),
    "definitions that are none": lambda n: '[a]: u "\n' * n,
    "stars": lambda n: "*" * (10 * n),
    "open emphasis": lambda n: "*a " * n,
    "mixed emphasis": lambda n: "*a_ " * n,
    "closing emphasis": lambda n: "a** " * n,
    "nested emphasis": lambda n: "*a **a " * n + "b** b* " * n,
    "rule of three": lambda n: "a***** b* c* " * n,
    "mixed delimiters": lambda n: "*_~~==" * n,
    "backticks of growing length": lambda n: "".join("a" + "`" * i for i in range(int(n**0.5) * 8)),
    "less-than signs": lambda n: "<" * n,
    "open tags": lambda n: "<a b='\"" * n,
    "open comments of HTML": lambda n: "a <!-- " * n,
    "open instructions": lambda n: "a <?" * n,
    "open declarations": lambda n: "a <!A " * n,
    "ampersands": lambda n: "&#" * n,
    "backslashes": lambda n: "\\" * n,
    "one long line": lambda n: "abc def " * (10 * n),
    "one long word": lambda n: "a" * (100 * n),
    "blanks": lambda n: "a" + " " * (100 * n) + "b",
    "addresses": lambda n: "www.a_b.c_" * n,
    "addresses in brackets": lambda n: "[http://a.b" * n,
    "mail addresses": lambda n: "a@" * n,
    "quotes in quotes": lambda n: "> " * n + "a",
    "lists in lists": lambda n: "- " * n + "a",
    "lazy lines": lambda n: "> - " * 50 + "a\n" + "b\n" * n,
    "deep lines": lambda n: ("> " * 40 + "a\n") * (n // 40),
    "items": lambda n: "- a\n\n" * n,
    "headings": lambda n: "#" * n + " a" + " #" * n,
    "underlines": lambda n: "a\n=\n" * n,
    "delimiter rows": lambda n: "a\n|-|-|\n" * n,
    "a wide table": lambda n: f"|{'a|' * (n // 10)}\n|{'-|' * (n // 10)}\n" + "|a\n" * (n // 10),
    "escaped bars": lambda n: "|a|\n|-|\n" + "\\|" * n,
    "hard breaks": lambda n: "a  \n" * n,
    "breaks between lines of an item": lambda n: "- a\n" + "  ***\n  b\n" * n,
    "comments": lambda n: "%%\n\n" * n,
    "comments in a paragraph": lambda n: "a %%\n%%b\n" * n,
    "comments in quotes": lambda n: "> %%\n\n" * n,
    "marks of footnotes": lambda n: "[^a]" * n + "\n\n[^a]: b",
    "marks without footnotes": lambda n: "[^a]" * n,
    "open marks of footnotes": lambda n: "[^a]: b\n\n" + "[^a" * n + "]" * n,
    "long marks of footnotes": lambda n: "[^a]: b\n\n[" + "^a" * (10 * n) + "]",
    "footnotes": lambda n: "".join(f"[^{i}]: u\n" for i in range(n)) + "".join(f"[^{i}]" for i in range(n)),
    "footnotes of one name": lambda n: "[^a]: b\n" * n,
    "footnotes with footnotes": lambda n: "[^0]" + "".join(f"\n\n[^{i}]: [^{i + 1}]" for i in range(n)),
    "footnotes in footnotes": lambda n: "".join(f"[^{i}]: " for i in range(n)),
    "footnotes with names like ids": lambda n: "".join(f"[^a-{i}]: b\n" for i in range(n)) + "[^a]: b\n\n" + "[^a]" * n,
    "footnotes in a line": lambda n: "^[a]" * n,
    "open footnotes in a line": lambda n: "^[" * n,
    "nested footnotes in a line": lambda n: "^[" * n + "a" + "]" * n,
    "footnotes in links": lambda n: "[a ^[[b](u)" * n + "]](u)" * n,
    "footnotes in images": lambda n: "![^[a]" * n + "](u)" * n,
    "emphasis in footnotes": lambda n: "*a ^[*b* _c " * n + "] d*" * n,
    "callouts": lambda n: "> [!a] b\n>\n" * n,
    "block ids": lambda n: "a\n\n^b\n\n" * n,
    "tabs": lambda n: "-\ta\n" * n,
    "dollars": lambda n: "$" * n,
    "open formulas": lambda n: "$a" * n,
    "formulas": lambda n: "$a$ " * n,
    "formulas that are none": lambda n: "$a $ " * n,
    "escaped dollars": lambda n: "$\\$" * n,
    "displays": lambda n: "$$a$$ " * n,
    "displays that are none": lambda n: "a $$ $$$ " * n,
    "open displays": lambda n: "$$a\n\n" * n,
    "open displays in a paragraph": lambda n: "$$a\n" * n,
    "a display that never ends": lambda n: "$$\n" + "a\n\n" * n,
    "displays in quotes": lambda n: "> $$\n\n" * n,
    "displays in items": lambda n: "- $$\na\n" * n,
    "tags in dollars": lambda n: "$<a b" * n,
}


@pytest.fixture(scope="module")
def converter() -> Markdown:
    extensions = [
        CommonMarkExtension(tasks=True, source_lines=True),
        CommentExtension(),
        MathExtension(),
        CalloutExtension(),
        BlockIdExtension(),
        FootnoteExtension(),
    ]
    return Markdown(extensions=extensions)


def seconds(converter: Markdown, text: str) -> float:
    converter.reset()
    gc.collect()
    gc.disable()
    try:
        start = process_time()
        converter.convert(text)
        return process_time() - start
    finally:
        gc.enable()


@pytest.mark.parametrize("name", INPUTS)
def test_growth(converter: Markdown, name: str) -> None:
    once, twice = INPUTS[name](2500), INPUTS[name](5000)
    growth = 0.0
    for _ in range(4):
        longer = min(seconds(converter, twice) for _ in range(2))
        if longer < TRIFLE:
            return
        growth = longer / min(seconds(converter, once) for _ in range(2))
        if growth <= GROWTH_LIMIT:
            return
    pytest.fail(f"twice the text takes {growth:.1f} times as long")


@pytest.mark.parametrize("marker", ["> ", "- ", "1. ", "> - "])
def test_nesting_is_capped(converter: Markdown, marker: str) -> None:
    html = converter.reset().convert(marker * 2000 + "words")
    assert html.count("words") == 1
    assert 40 < html.count("<blockquote") + html.count("<li") <= 100


def test_emphasis_is_capped(converter: Markdown) -> None:
    html = converter.reset().convert("*a **b " * 1000 + "c** d* " * 1000)
    assert html.count("a") >= 1000
    assert html.count("</em>") + html.count("</strong>") == 100
