"""What holds for any text: nothing raises, no word is lost, and blocks are those that other parsers find.

The judge of blocks is markdown-it-py; where it differs, cmark-gfm may bear us out. (markdown-it-py goes on with a quote
at a `>` that is indented by four; cmark-gfm looks for the header row of a table only once in a paragraph.)
"""

from __future__ import annotations

import os
import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from markdown import Markdown
from markdown_it import MarkdownIt

from notebook_compile.notes.markdown import (
    BlockIdExtension,
    CalloutExtension,
    CommentExtension,
    CommonMarkExtension,
    FootnoteExtension,
    MathExtension,
)

UNSAFE = Options.CMARK_OPT_UNSAFE
BLOCKS = frozenset("blockquote ul ol li p h1 h2 h3 h4 h5 h6 pre table thead tbody tr th td hr".split(" "))

STARTS = [
    *(
        "> ",
        ">",
        "- ",
        "  - ",
        "    - ",
        "* ",
        "+ ",
        "1. ",
        "2) ",
        "10. ",
        "-",
        "1.",
        "# ",
        "## ",
        "#",
        "```",
        "~~~",
        "```",
    ),
    *("    ", "  ", "   ", "\t", "---", "===", "***", "_ _ _", "<div>", "</div>", "<b>", "| a | b |", "|---|:-:|", "|"),
    *("a | b", "[a]: /u", "[a]", "%", "$x$", ":", "=", "&amp;", "\\"),
]
INLINES = [
    *(
        "*",
        "**",
        "_",
        "__",
        "`",
        "``",
        "[",
        "]",
        "![",
        "](",
        "(",
        ")",
        "](/u)",
        "<",
        ">",
        "<b>",
        "</b>",
        "<http://a.b>",
    ),
    *("~~", "==", "%%", "%", "\\", "\\*", "&", "&lt;", "&#2;", "^id", " ^id", "[!x]", "[x] ", "[[", "]]", "$", "  \n"),
    *("[^a]", "[^B]", "[^", "^[", "^[a]", "[^a]:", "\n[^a]: ", "\n\n[^b]: ", "^"),
    *(
        "\n",
        "\n\n",
        "\t",
        " ",
        "é",
        "—",
        "\ue000",
        "\0",
        "\u2028",
        "\u00a0",
        "\ud800",
        "a",
        "b.c",
        "www.",
        "http://",
        "@",
    ),
]

words = st.text(alphabet="abcdefghijklmnopqrstuvwxyzäßλж\ue000\uf8ff0123456789", min_size=1, max_size=8)
line = st.builds(
    lambda starts, text, end: "".join(starts) + text + end,
    st.lists(st.sampled_from(STARTS), max_size=4),
    st.sampled_from(["", "text", "two words", "a *b* c", "`code`"]),
    st.sampled_from(["", "", " ", "  "]),
)
names = st.sampled_from(["a", "B", "é", "1"])
numbered = st.integers(min_value=0, max_value=10**6).map(lambda number: f"word{number}")
marked = st.lists(
    numbered | names.map(lambda name: f"[^{name}]") | numbered.map(lambda word: f"^[{word}]"), max_size=6
).map(" ".join)
documents = st.lists(line, min_size=1, max_size=12).map("\n".join)
noise = st.lists(st.sampled_from(STARTS + INLINES) | st.text(max_size=3), max_size=40).map("".join)
many = settings(
    max_examples=int(os.environ.get("EXAMPLES", "250")),
    deadline=None,
    derandomize="EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class Tags(HTMLParser):
    """Lists the tags of blocks, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.found.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.found.append(f"/{tag}")


def blocks(html: str) -> list[str]:
    tags = Tags()
    tags.feed(html)
    tags.close()
    return tags.found


@pytest.fixture(scope="module")
def plain() -> Markdown:
    return Markdown(extensions=[CommonMarkExtension(autolinks=False, highlight=False)])


@pytest.fixture(scope="module")
def footnotes() -> FootnoteExtension:
    return FootnoteExtension()


@pytest.fixture(scope="module")
def dialect(footnotes: FootnoteExtension) -> Markdown:
    extensions = [
        CommonMarkExtension(tasks=True, source_lines=True),
        CommentExtension(),
        MathExtension(),
        CalloutExtension(),
        BlockIdExtension(),
        footnotes,
    ]
    return Markdown(extensions=extensions)


@pytest.fixture(scope="module")
def reference() -> MarkdownIt:
    return MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"])


@many
@given(noise)
def test_never_raises(dialect: Markdown, text: str) -> None:
    html = dialect.reset().convert(text)
    assert "\x02" not in html
    assert "\x03" not in html


@many
@given(st.lists(st.sampled_from(["x", "y_1", *STARTS, *INLINES]), min_size=1, max_size=12).map("".join))
def test_formulas_are_kept_as_they_are_written(dialect: Markdown, text: str) -> None:
    tex = "\n".join(line.strip(" \t") for line in re.sub("[$\0\\\\]", "", text).split("\n")).strip()
    assume(tex and not re.search(r"\s\Z|\A\s", tex))
    found = re.fullmatch(
        r'<div class="math display" data-line="1">(.*)</div>', dialect.reset().convert(f"$$\n{tex}\n$$"), re.DOTALL
    )
    assert found
    assert unescape(found[1]) == tex


@many
@given(documents)
def test_blocks_are_those_of_the_reference(plain: Markdown, reference: MarkdownIt, text: str) -> None:
    found = blocks(plain.reset().convert(text))
    if found != blocks(reference.render(text)):
        judge = cmarkgfm.markdown_to_html_with_extensions(text, options=UNSAFE, extensions=["table", "strikethrough"])
        assert found == blocks(judge)


@many
@given(st.lists(st.tuples(st.sampled_from(["", "> ", "- ", "1. ", "# ", "> - ", "\n", "  "]), words), min_size=1))
def test_words_are_kept(dialect: Markdown, lines: list[tuple[str, str]]) -> None:
    html = dialect.reset().convert("\n".join(start + word for start, word in lines))
    text = re.sub(r"<[^>]*>", " ", html)
    assert text.split() == [word for _, word in lines]


@many
@given(documents)
def test_lines_are_in_the_source(dialect: Markdown, text: str) -> None:
    html = dialect.reset().convert(text)
    numbers = [int(number) for number in re.findall(r'data-line="(\d+)"', html)]
    assert numbers == sorted(numbers)
    assert all(1 <= number <= text.count("\n") + 1 for number in numbers)


@many
@given(noise)
def test_footnotes_of_any_text(dialect: Markdown, footnotes: FootnoteExtension, text: str) -> None:
    html = dialect.reset().convert(text)
    unused = footnotes.unused
    assert dialect.reset().convert(text) == html
    assert footnotes.unused == unused
    last = len(re.split(r"\r\n?|\n", text))
    assert all(1 <= note.line <= note.end <= last for note in unused)
    ids = re.findall(r' id="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    marks = re.findall(r'<a href="[^"]*" id="[^"]*" data-footnote="([^"]*)"', html)
    items = re.findall(r'<li[^>]* data-footnote="([^"]*)"', html)
    assert sorted(set(marks)) == sorted(items)
    assert html.count('class="footnote-backref"') == len(items)


@many
@given(marked, st.lists(st.tuples(names, marked), max_size=6))
def test_each_footnote_is_shown_or_told(
    dialect: Markdown, footnotes: FootnoteExtension, text: str, definitions: list[tuple[str, str]]
) -> None:
    source = "\n\n".join([f"start {text}", *(f"[^{name}]: {content}" for name, content in definitions)])
    html = dialect.reset().convert(source)
    lines = source.split("\n")
    told = [lines[note.line - 1] for note in footnotes.unused]
    found = " ".join([re.sub(r"<[^>]*>", " ", html), *told])
    assert Counter(re.findall(r"word\d+", found)) == Counter(re.findall(r"word\d+", source))
    items = re.findall(r'<li[^>]* data-footnote="([^"]*)"', html)
    assert len(items) == len(set(items))
    assert len([name for name in items if not name.startswith("inline-")]) + len(told) == len(definitions)
    numbers = [int(number) for number in re.findall(r'data-footnote="[^"]*">(\d+)<', html)]
    assert list(dict.fromkeys(numbers)) == list(range(1, len(items) + 1))
