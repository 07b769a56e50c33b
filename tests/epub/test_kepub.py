"""Documents for Kobo: spans as kepubify sets them, and nothing else changed."""

from __future__ import annotations

import io
import re
import zipfile
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from notebook_compile.epub.edition import Edition
from notebook_compile.epub.kepub import STYLE, to_kepub
from notebook_compile.epub.package import package

if TYPE_CHECKING:
    from collections.abc import Callable

    from notebook_compile.model import Book

XHTML = "{http://www.w3.org/1999/xhtml}"
HEAD = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml"><head>
<title>A. B.</title>
"""


def document(body: str) -> bytes:
    return f'{HEAD}</head>\n<body class="x">{body}</body>\n</html>\n'.encode()


def files_of(epub: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(epub)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def inner(body: str) -> str:
    """What becomes of a body's content, spans written as `[3.2|text]`."""
    result = to_kepub(document(body)).decode()
    start, end = '<div id="book-columns"><div id="book-inner">', "</div></div></body>"
    content = result[result.index(start) + len(start) : result.rindex(end)]
    return re.sub(r'<span class="koboSpan" id="kobo\.([\d.]+)">([^<]*|<img.*?/>)</span>', r"[\1|\2]", content)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", ""),
        ("<p>It rains. Who knows?  We do!</p>", "<p>[1.1|It rains. ][1.2|Who knows?  ][1.3|We do!]</p>"),
        # A sentence ends at a mark, perhaps a quotation mark, and a blank: not at a colon, not within a number.
        ("<p>Pi: 3.14 i.e. \u201cno.\u201d Yes</p>", "<p>[1.1|Pi: 3.14 i.e. ][1.2|\u201cno.\u201d ][1.3|Yes]</p>"),
        ("<p>Wait... what?!\nOh\u2026 no</p>", "<p>[1.1|Wait... ][1.2|what?!\n][1.3|Oh\u2026 no]</p>"),
        ("<p>a &lt; b. c &amp; d</p>", "<p>[1.1|a &lt; b. ][1.2|c &amp; d]</p>"),
        # Paragraphs, headings, lists and tables count on, items and cells do not.
        ("<h2>a</h2><p>b</p><p>c</p>", "<h2>[1.1|a]</h2><p>[2.1|b]</p><p>[3.1|c]</p>"),
        (
            "<ul><li>a</li><li>b<ol><li>c</li></ol></li><li>d</li></ul>",
            "<ul><li>[1.1|a]</li><li>[1.2|b]<ol><li>[2.1|c]</li></ol></li><li>[2.2|d]</li></ul>",
        ),
        (
            "<p>a</p><table><tr><td>b</td><td>c</td></tr></table>",
            "<p>[1.1|a]</p><table><tr><td>[2.1|b]</td><td>[2.2|c]</td></tr></table>",
        ),
        ("<div>a</div><p></p><p>b</p>", "<div>[0.1|a]</div><p></p><p>[1.1|b]</p>"),
        # Blanks have a span only right within a paragraph.
        ("<div>\n<p> </p>\n<p>a</p></div>", "<div>\n<p>[1.1| ]</p>\n<p>[2.1|a]</p></div>"),
        ("<p><b>a</b> <i> </i></p>", "<p><b>[1.1|a]</b>[1.2| ]<i> </i></p>"),
        ('<p>a <a href="#x">b. c</a>d</p>', '<p>[1.1|a ]<a href="#x">[1.2|b. ][1.3|c]</a>[1.4|d]</p>'),
        # An image counts as a paragraph.
        (
            '<p>a</p><p><img src="x.png" alt="1 > 0. No"/> b</p>',
            '<p>[1.1|a]</p><p>[2.1|<img src="x.png" alt="1 > 0. No"/>][2.2| b]</p>',
        ),
        # Code, formulas and drawings keep their text as it is.
        ("<pre><code>a. b</code></pre><p>c</p>", "<pre><code>a. b</code></pre><p>[1.1|c]</p>"),
        ("<p><math><mi>x</mi></math>.</p>", "<p><math><mi>x</mi></math>[1.1|.]</p>"),
        ("<svg><text>d</text><svg>a<g/></svg>e</svg>f", "<svg><text>d</text><svg>a<g/></svg>e</svg>[0.1|f]"),
        ("<p>a<br/>b<!-- <p>. d --></p>", "<p>[1.1|a]<br/>[1.2|b]<!-- <p>. d --></p>"),
    ],
)
def test_spans(body: str, expected: str) -> None:
    assert inner(body) == expected


def test_the_body_is_wrapped_and_the_head_has_a_style() -> None:
    body = '<div id="book-columns"><div id="book-inner"></div></div>'
    assert to_kepub(document("")).decode() == f'{HEAD}{STYLE}\n</head>\n<body class="x">{body}</body>\n</html>\n'


def test_a_document_without_body_is_refused() -> None:
    with pytest.raises(ValueError, match="no body"):
        to_kepub(b"<html><head></head></html>")


TEXT = st.text(st.sampled_from("ab .!?:\u201d'\n\t\u00a0\u3002&<>"), max_size=30).map(
    lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
)
VOID = st.sampled_from(['<img src="a>b" alt="x. y"/>', "<br/>", '<a id="q"/>', "<!-- <p> -->"])
MARKUP = st.recursive(
    TEXT | VOID,
    lambda inside: st.builds(
        lambda name, parts: f'<{name} title="a. b">{"".join(parts)}</{name}>',
        st.sampled_from("p div ul li table td em span pre svg math h2 ruby".split()),
        st.lists(inside, max_size=4),
    ),
    max_leaves=12,
)


def body_of(markup: bytes) -> etree._Element:
    body = etree.fromstring(markup).find(f"{XHTML}body")
    assert body is not None
    return body


@given(st.lists(MARKUP, max_size=5).map("".join))
def test_text_and_elements_stay_and_spans_hold_all_text(body: str) -> None:
    before, after = (body_of(each) for each in (document(body), to_kepub(document(body))))
    text_before, text_after = ("".join(map(str, each.itertext())) for each in (before, after))
    assert text_after == text_before
    numbers = [tuple(map(int, str(number).split(".")[1:])) for number in _found(after, "//*[@class='koboSpan']/@id")]
    assert all(one < other for one, other in pairwise(numbers)), "each number once, in order"
    spanless = "ancestor::*[local-name()='pre' or local-name()='svg' or local-name()='math']"
    bare = f"[normalize-space(translate(., '\u00a0', ''))][not(../@class='koboSpan')][not({spanless})]"
    assert not _found(after, f"//*[local-name()='body']//text(){bare}")
    tags = [each.tag for each in after.iter() if isinstance(each, etree._Comment) or each.get("class") != "koboSpan"]
    body_tag, *others = [each.tag for each in before.iter()]
    assert tags == [body_tag, f"{XHTML}div", f"{XHTML}div", *others]


def _found(root: etree._Element, path: str) -> list[object]:
    found = root.xpath(path)
    assert isinstance(found, list)
    return list(found)


def test_a_book_for_kobo(book: Book, read: Callable[[str], bytes], epubcheck: Callable[[bytes], object]) -> None:
    data = package(book, Edition("kobo"), read)[0]
    assert epubcheck(data) == (0, [])
    plain, kobo = files_of(package(book, read=read)[0]), files_of(data)
    assert plain.keys() == kobo.keys()
    changed = {name for name, content in plain.items() if kobo[name] != content}
    assert changed == {name for name in plain if name.endswith(".xhtml")}
    for name in changed:
        one, other = (etree.fromstring(files[name]) for files in (plain, kobo))
        ids = [str(each.get("id")) for each in other.iter() if each.get("id")]
        assert [each for each in ids if not each.startswith(("kobo.", "book-"))] == one.xpath("//@id")
        assert other.xpath("//@href") == one.xpath("//@href")
        assert bool(other.xpath("count(//*[@class='koboSpan'])")) == (not name.endswith("contents.xhtml"))
