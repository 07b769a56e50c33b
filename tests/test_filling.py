"""Filling in references: each in its place, innermost first, all else as it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from notebook_compile.filling import fill
from notebook_compile.model import CrossReference, Nowhere, Resolved, Text

TARGETS = (CrossReference("c1", "c1"), CrossReference("c2", "c2"), Nowhere())


def shown(reference: Resolved, label: str) -> str:
    return f"({reference.anchor}:{label})" if isinstance(reference, CrossReference) else f"-{label}-"


def filled(body: str) -> str:
    return fill(Text(body, TARGETS), shown)


def test_a_text_without_references_stays() -> None:
    assert (
        filled('<p id="c1-a">a &lt;ref n="0"&gt; <b>c</b></p>\n') == '<p id="c1-a">a &lt;ref n="0"&gt; <b>c</b></p>\n'
    )
    assert filled("") == ""


def test_references_in_a_row() -> None:
    body = '<p><ref n="0">a</ref><ref n="1"></ref> and <ref n="2"><em>c</em></ref>.</p>'
    assert filled(body) == "<p>(c1:a)(c2:) and -<em>c</em>-.</p>"


def test_a_reference_may_stand_twice() -> None:
    assert filled('<ref n="0">a</ref><ref n="0">b</ref>') == "(c1:a)(c1:b)"


def test_references_in_references_are_filled_first() -> None:
    assert filled('<ref n="0">a<ref n="1">b</ref><ref n="2"></ref>c</ref>d') == "(c1:a(c2:b)--c)d"


def test_what_is_filled_in_is_not_read_again() -> None:
    assert fill(Text('<ref n="0">a</ref>', TARGETS), lambda *_: '<ref n="9">x</ref>') == '<ref n="9">x</ref>'


nested = st.recursive(
    st.text("ab <&", max_size=4).map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;")),
    lambda inner: st.lists(
        st.tuples(st.integers(0, 2), inner).map(lambda made: f'<ref n="{made[0]}">{made[1]}</ref>') | inner, max_size=3
    ).map("".join),
)


@given(nested)
def test_no_text_is_lost(body: str) -> None:
    assert fill(Text(body, TARGETS), lambda _, label: label) == (
        body.replace("</ref>", "").replace('<ref n="0">', "").replace('<ref n="1">', "").replace('<ref n="2">', "")
    )
