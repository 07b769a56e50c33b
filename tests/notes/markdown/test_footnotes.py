"""Footnotes beside cmark-gfm, their options, and what is told of unused ones.

We differ from cmark-gfm where it numbers marks in definitions by the place of those, shows what only unused footnotes
refer to, puts links into links, ends definitions at a blank line with blanks, gives two marks one id, and reads no
markup in brackets that begin with a caret.
"""

from __future__ import annotations

import re

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from markdown import Markdown

from notebook_compile.notes.markdown import (
    CommonMarkExtension,
    FootnoteExtension,
    UnusedFootnote,
)
from notebook_compile.notes.markdown.footnote_list import ARROW

AS_GITHUB = [
    "a[^1]\n\n[^1]: b",
    "[^2]: c\n[^1]: b\n\n[^1] *[^2]* [^1] [^3]",
    "x[^1]\n[^1]: b\nlazy\n\n    c\n    d\n\n\n    e\n\nf",
    "[^1]:\n\n    b\n\n[^1]",
    "[^1]: - a\n    - b\n\n      c\n\n    > d\n    e\n\n        f\n\n[^1]",
    "> [^1]: q\n> more\nlazy\n\n[^1]",
    "- [^1]: q\n  lazy\n\n      indented\n- b\n\n[^1]",
    "- a\n  [^1]: b\n- c[^1]",
    "- a\n[^1]: b\n  - c\n\n[^1]",
    "[^1]: a\n***\n[^2]: b\n# c\n[^1][^2]",
    "[^1]: [^2]: a\n\n[^1][^2]",
    "[^1]: a\n[^1]: b\n\n[^1]",
    "[^A]: a\n\n[^a] \\[^a] `[^a]` [^a][] [^a](u) ![^a] [^a][b]\n\n[b]: v",
    "[^*a*]: x\n\n*b [^*a*]* c*",
    "# a[^1]\n\n| b[^1] |\n|---|\n| [^2] |\n[^1]: c\n[^2]:d",
    "a[^1]\n===\n\n    [^1]: b\n\n   [^1]: c\n   d",
    "[^1]:     a\n[^2]:\n        b\n\n[^1] [^2]",
    "[^1]: a\n===\n\n[^1] [x][^1]\n\n[x]: /u",
    "a[^1]\n\n[^1]: b[^2] c[^1]\n\n[^2]: d[^1]",
    "[^1] [^ ] [^]\n\n[^1]: | a |\n    |---|\n    | b |",
    "text\n\n[^never]: a\n\nmore",
]


@pytest.mark.parametrize("text", AS_GITHUB)
def test_as_github(text: str) -> None:
    converter = Markdown(extensions=[CommonMarkExtension(highlight=False), FootnoteExtension(backlinks=False)])
    judge = cmarkgfm.markdown_to_html_with_extensions(
        text, options=Options.CMARK_OPT_FOOTNOTES, extensions=["table", "strikethrough", "autolink"]
    )
    without_arrows = re.sub(
        r'\s*<a href="#fnref-[^>]*>.*?</a>', "", judge.replace('<sup class="footnote-ref">2</sup></a>', "</a>")
    )
    assert _meaning(converter.convert(text)) == _meaning(without_arrows)


def _meaning(html: str) -> str:
    """Leave out data attributes and the blanks around tags."""
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", re.sub(r' data-[a-z-]+(?:="[^"]*")?', "", html))


def test_unused() -> None:
    footnotes = FootnoteExtension()
    converter = Markdown(extensions=[CommonMarkExtension(), footnotes])
    converter.convert(
        "a[^1] ^[b]\n\n[^2]: c[^3]\n    d\n\n    - e\n\n[^3]: f\n\n> [^One]: g\nh\n\n[^1]: i[^one]\n[^oNE]: j\n"
    )
    assert footnotes.unused == (
        UnusedFootnote("2", 3, 6, "unreferenced"),
        UnusedFootnote("3", 8, 8, "unreferenced"),
        UnusedFootnote("oNE", 14, 14, "repeated"),
    )
    converter.convert("a")
    assert not footnotes.unused
    converter.convert("[^1]: b")
    converter.reset()
    assert not footnotes.unused


def test_each_document_has_its_own() -> None:
    converter = Markdown(extensions=[CommonMarkExtension(), FootnoteExtension()])
    html = converter.convert("a[^1]^[c]\n\n[^1]: b")
    assert converter.reset().convert("a[^1]") == "<p>a[^1]</p>"
    assert converter.convert("a[^1]^[c]\n\n[^1]: b") == html


def test_prefix_and_no_backlinks() -> None:
    converter = Markdown(extensions=[CommonMarkExtension(), FootnoteExtension(prefix="n7-", backlinks=False)])
    assert converter.convert("a[^x]\n\n[^x]: b") == (
        '<p>a<sup class="footnote-ref"><a href="#n7-fn-x" id="n7-fnref-x" data-footnote="x">1</a></sup></p>\n'
        '<section class="footnotes" data-footnotes="">\n<ol>\n'
        '<li id="n7-fn-x" data-footnote="x">\n<p>b</p>\n</li>\n</ol>\n</section>'
    )


def test_backlinks_have_the_prefix() -> None:
    converter = Markdown(extensions=[CommonMarkExtension(), FootnoteExtension(prefix="n7-")])
    assert f'<a href="#n7-fnref-x" class="footnote-backref">{ARROW}</a>' in converter.convert("a[^x]\n\n[^x]: b")


def test_without_the_extension_all_is_text() -> None:
    converter = Markdown(extensions=[CommonMarkExtension()])
    assert converter.convert("a[^1] ^[b]\n\n[^1]: /c") == "<p>a[^1] ^[b]</p>\n<p>[^1]: /c</p>"


def test_footnotes_need_the_parser() -> None:
    with pytest.raises(TypeError, match="loaded before"):
        Markdown(extensions=[FootnoteExtension()])


def test_long_names() -> None:
    converter = Markdown(extensions=[CommonMarkExtension(), FootnoteExtension()])
    for length, lists in ((999, 1), (1000, 0)):
        name = "a" * length
        assert converter.reset().convert(f"[^{name}]\n\n[^{name}]: b").count("<ol>") == lists


def test_nesting_is_capped() -> None:
    footnotes = FootnoteExtension()
    converter = Markdown(extensions=[CommonMarkExtension(), footnotes])
    converter.convert("".join(f"[^{i}]: " for i in range(2000)))
    assert 90 < len(footnotes.unused) <= 100


def test_footnotes_in_footnotes_are_not_capped() -> None:
    converter = Markdown(extensions=[CommonMarkExtension(), FootnoteExtension()])
    assert converter.convert("^[" * 5000 + "a" + "]" * 5000).count("<li") == 5000
