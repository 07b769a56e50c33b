"""The structure tree of a bound book: every piece of content is in it once, and everything leads to its root."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notebook_compile.pdf import folios

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Bookbinder, Layout

CONTENT = f"""
<section><h1 id="NAME">A title with a <a href="xref:NAME"><em>link</em> in <code>parts</code></a></h1>
<p>Text <a href="https://example.org/">address</a> (p. {folios.number("NAME", 1)})<span class="footnote">A note
<img alt="A dot" src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==">
<a href="https://example.org/note">of two <b>parts</b></a></span> and<br>more<span class="footnote">Second</span></p>
<ul><li>Tight <b>item</b></li><li><p>Loose</p><p>item</p><ul><li>Nested</li></ul></li><li></li></ul>
<ol><li><blockquote><p>Quote</p></blockquote></li></ol><dl><dt>Term</dt><dd><p>Meaning</p></dd></dl>
<table><caption>Caption</caption><thead><tr><th>Head</th><th></th></tr></thead>
{"<tr><td>Cell</td><td><ul><li>In cell</li></ul></td></tr>" * 12}</table>
<figure><img alt="A dot" src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==">
<figcaption>Words</figcaption></figure><hr><pre>Pre
formatted</pre><p><a href="xref:nowhere">Nowhere</a></p></section>"""
MARGIN = f"@page {{ @top-left {{ content: 'Head' }} @bottom-left {{ content: {folios.folio_content('left')} }} }}"


@pytest.fixture(scope="module", name="book")
def bound_book(layout: Layout, binder: Bookbinder) -> Iterator[pikepdf.Pdf]:
    bound = binder(*(layout(CONTENT.replace("NAME", name), MARGIN) for name in "abc"))
    with pikepdf.open(BytesIO(bound.pdf)) as pdf:
        yield pdf


def elements(book: pikepdf.Pdf) -> Iterator[tuple[pikepdf.Object, pikepdf.Object]]:
    """Each element, and the one that it stands under; from the root down."""
    queue = [(book.Root.StructTreeRoot.K[0], book.Root.StructTreeRoot)]
    for element, parent in queue:
        yield element, parent
        queue += [(kid, element) for kid in element.K if is_element(kid)]


def is_element(kid: object) -> bool:
    return isinstance(kid, pikepdf.Object) and "/S" in kid


def test_parents(book: pikepdf.Pdf) -> None:
    assert all(element.P.objgen == parent.objgen for element, parent in elements(book))
    assert sum(element.S == "/Document" for element, _ in elements(book)) == 1


def test_marked_content(book: pikepdf.Pdf) -> None:
    """Each marked content identifier stands once on its page and once in the tree, and the parent tree knows it."""
    tree = pikepdf.NumberTree(book.Root.StructTreeRoot.ParentTree)
    held: dict[tuple[int, int], list[int]] = {}
    for element, _ in elements(book):
        for kid in element.K:
            if isinstance(kid, int):
                held.setdefault(element.Pg.objgen, []).append(kid)
                assert tree[int(element.Pg.StructParents)][kid].objgen == element.objgen
    assert len({int(page.obj.StructParents) for page in book.pages}) == len(book.pages)
    for page in book.pages:
        drawn = re.findall(rb"<</MCID (\d+)>>", page.obj.Contents.read_bytes())
        assert sorted(map(int, drawn)) == sorted(held.get(page.obj.objgen, []))
        assert len(set(drawn)) == len(drawn)


def test_annotations(book: pikepdf.Pdf) -> None:
    """Each link's annotation is in one Link, and the parent tree knows it."""
    tree = pikepdf.NumberTree(book.Root.StructTreeRoot.ParentTree)
    held = [(kid.Obj.objgen, e) for e, _ in elements(book) for kid in e.K if not isinstance(kid, int) and "/Obj" in kid]
    drawn = [annotation for page in book.pages for annotation in page.obj.get("/Annots", [])]
    assert sorted(number for number, _ in held) == sorted(annotation.objgen for annotation in drawn)
    assert all(element.S == "/Link" for _, element in held)
    by_number = dict(held)
    assert all(tree[int(link.StructParent)].objgen == by_number[link.objgen].objgen for link in drawn)
    assert all(str(link.Contents) for link in drawn)


def test_shapes(book: pikepdf.Pdf) -> None:
    """What stands under what, as PDF/UA-1 wants it."""
    for element, parent in elements(book):
        if parent.get("/S") == "/LI":
            assert element.S in ("/Lbl", "/LBody")
        if element.S == "/Note":
            assert "/ID" in element


def test_nothing_empty(book: pikepdf.Pdf) -> None:
    assert all(len(element.K) > 0 for element, _ in elements(book) if element.S in ("/Span", "/NonStruct"))


def test_tables(layout: Layout, binder: Bookbinder) -> None:
    """Headers tell what they head, and all rows have as many columns."""
    table = """<table><tr><th>a</th><th>b</th><th>c</th></tr><tr><th rowspan="2">d</th><td colspan="2">e</td></tr>
<tr><td>f</td></tr><tr></tr></table>"""
    with pikepdf.open(BytesIO(binder(layout(table)).pdf)) as book:
        rows = [element for element, _ in elements(book) if element.S == "/TR"]
        scopes = [str(element.A.Scope) for element, _ in elements(book) if element.S == "/TH"]
        assert [len(row.K) for row in rows] == [3, 2, 2, 3]
    assert scopes == ["/Column"] * 3 + ["/Row"]


def test_a_cell_that_goes_on_on_the_next_page_ends_with_the_rows_of_its_own(layout: Layout, binder: Bookbinder) -> None:
    rows = '<tr><td rowspan="40">a</td><td>b</td></tr>' + "<tr><td>c</td></tr>" * 39
    with pikepdf.open(BytesIO(binder(layout(f"<table><tbody>{rows}</tbody></table>")).pdf)) as book:
        tables = [element for element, _ in elements(book) if element.S == "/TBody"]
        spans = [element.A.RowSpan for element, _ in elements(book) if "/RowSpan" in element.get("/A", {})]
        assert len(tables) > 1
        assert spans[0] == len(tables[0].K) < 40


def test_identifiers(book: pikepdf.Pdf) -> None:
    names = [bytes(element.ID) for element, _ in elements(book) if "/ID" in element]
    assert len(names) == len(set(names)) == 6
    tree = pikepdf.NameTree(book.Root.StructTreeRoot.IDTree)
    assert sorted(str(name) for name in tree) == sorted(name.decode() for name in names)


def test_margins_are_artifacts(book: pikepdf.Pdf) -> None:
    for page in book.pages:
        assert page.obj.Contents.read_bytes().count(b"/Artifact\n<</Type /Pagination>>\nBDC") == 2


TAGS = st.sampled_from(
    "p div span a em h1 h2 ul ol li dl dt dd table thead tbody tr th td caption blockquote figure pre section".split()
)
ATTRIBUTES = st.sampled_from(
    [
        "",
        ' href="https://example.org/"',
        ' href="xref:here"',
        ' id="here"',
        ' class="footnote"',
        ' colspan="2"',
        ' rowspan="3"',
        ' style="display: inline-block"',
        ' style="display: block"',
        ' style="float: right"',
        ' style="position: absolute"',
        ' style="opacity: 0.5"',
    ]
)
PIECES = st.recursive(
    st.sampled_from(["words", "more words ", "<br>", "<hr>", folios.number("here", 2), "0123456789", ""]),
    lambda inner: st.tuples(TAGS, ATTRIBUTES, st.lists(inner, max_size=4)).map(
        lambda parts: f"<{parts[0]}{parts[1]}>{''.join(parts[2])}</{parts[0]}>"
    ),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(html=PIECES)
def test_any_content(layout: Layout, binder: Bookbinder, html: str) -> None:
    """Whatever notes hold, the tree holds together."""
    signature = layout(html, MARGIN)
    with pikepdf.open(BytesIO(binder(signature, signature).pdf)) as book:
        test_parents(book)
        test_shapes(book)
        if "opacity" not in html:
            test_marked_content(book)
            test_annotations(book)
