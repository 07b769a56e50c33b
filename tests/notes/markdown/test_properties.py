"""What holds for any text: nothing raises, no word is lost, and blocks are those that other parsers find.

The judge of blocks is markdown-it-py; where it differs, cmark-gfm may bear us out. (markdown-it-py goes on with a quote
at a `>` that is indented by four; cmark-gfm looks for the header row of a table only once in a paragraph.)
"""

from __future__ import annotations

import os
import re
from html.parser import HTMLParser

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown import Markdown
from markdown_it import MarkdownIt

from notebook_compile.notes.markdown import (
    BlockIdExtension,
    CalloutExtension,
    CommentExtension,
    CommonMarkExtension,
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
def dialect() -> Markdown:
    extensions = [
        CommonMarkExtension(tasks=True, source_lines=True),
        CommentExtension(),
        CalloutExtension(),
        BlockIdExtension(),
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
