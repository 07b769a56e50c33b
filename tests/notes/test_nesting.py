"""Tags in pairs, whatever was written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notebook_compile.notes.nesting import MAX_DEPTH, paired

KNOWN = frozenset("a b br div h2 i iframe li p script table td title tr ul".split())
PIECES = [
    *"<b> </b> <i title=1> </i> <p> </p> <div> </div> <ul> <li> </li> <td> <tr> <table> </table> <br> </br>".split(),
    *("<a href='>'>", "</a>", "<h2>", "<x_y>", "<title>", "</title>", "<!--", "-->", "<?x", "<", ">", '"', "'", "="),
    *('<p a\'b=">c">', '<p a="', "</p x>", "word ", "&lt;", "\n"),
]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>a <b>b</p><p>c</p>", "<p>a <b>b</b></p><p>c</p>"),
        ("<p>a <b><i>b</b> c</i></p>", "<p>a <b><i>b</i></b> c</p>"),
        ("<div>a</p></b></div>", "<div>a</div>"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>"),
        ("<p>a<div>b</div>c", "<p>a</p><div>b</div>c"),
        ("<P CLASS=x>a<BR>b</P>", "<p CLASS=x>a<br>b</p>"),
        ("a</br>b<br/>", "a<br>b<br/>"),
        ("<x_y z='<b>'>", "&lt;x_y z='&lt;b>'&gt;"),
        ("a < b <", "a < b <"),
        ("<p a=b\"c d='e>f' \">g", "<p a=b d='e>f'>g</p>"),
        ('<p title="a', '&lt;p title="a'),
        ("a<!-- <b> -->b<?x?>c<!x>d", "abcd"),
        ("a <!-- b", "a &lt;!-- b"),
        ("<script>a</b></SCRIPT>b", "b"),
        ("<script>a<b>c", "a<b>c</b>"),
        ("<title>a<b>c</title>d", "a&lt;b>cd"),
        ("<div>" * 999 + "a" + "</div>" * 999, "<div>" * MAX_DEPTH + "a" + "</div>" * MAX_DEPTH),
    ],
)
def test_paired(markup: str, expected: str) -> None:
    assert paired(markup, KNOWN)[0] == expected


def test_names() -> None:
    assert paired("<b>a</B><X_Y><!-- <p> --></div>", KNOWN)[1] == ("b", "div")


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_tags_are_paired(markup: str) -> None:
    text, _ = paired(markup, KNOWN)
    open_names: list[str] = []
    for closes, name in re.findall(r"<(/?)([a-z0-9]+)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>", text):
        if closes:
            assert open_names.pop() == name
        elif name != "br":
            open_names.append(name)
    assert not open_names
    assert paired(text, KNOWN)[0] == text
