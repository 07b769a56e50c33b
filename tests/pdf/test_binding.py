"""Binding: one book from signatures, the same however its chapters are shared out between them."""

from __future__ import annotations

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notebook_compile.pdf import folios
from notebook_compile.pdf.binding import Labels, OutlineItem, Place, places

if TYPE_CHECKING:
    from conftest import Bookbinder, Layout, Pages
    from notebook_compile.pdf.binding import Bound

NAMES = ("one", "two", "three", "four", "five", "six")
LENGTHS = (3, 12, 1, 30, 7, 18)


def chapter(index: int) -> str:
    """A chapter with links to all chapters, a footnote, and as many paragraphs as LENGTHS says."""
    links = " ".join(f'<a href="{folios.address(name)}">{name}</a> (p. {folios.number(name, 2)})' for name in NAMES)
    note = f'<span class="footnote"><a href="https://example.org/{NAMES[index]}">{NAMES[index]}</a></span>'
    text = f"<p>Paragraph{note} of chapter {NAMES[index]}.</p>" + "<p>More of it, and more.</p>" * LENGTHS[index]
    return f'<section><h1 id="{NAMES[index]}">Chapter {NAMES[index]}</h1><p>{links}</p>{text}</section>'


FOLIO = f"@page {{ @bottom-center {{ content: {folios.folio_content('center')}; text-align: center }} }}"
OUTLINE = [OutlineItem(f"Chapter № {name}", name, index % 3) for index, name in enumerate(NAMES)]


@pytest.fixture(scope="module")
def whole(layout: Layout, binder: Bookbinder) -> Bound:
    """All chapters in one signature."""
    return binder(layout("".join(map(chapter, range(6))), FOLIO), outline=OUTLINE)


@pytest.fixture(scope="module")
def apart(layout: Layout, binder: Bookbinder) -> Bound:
    """Each chapter in a signature of its own."""
    return binder(*(layout(chapter(index), FOLIO) for index in range(6)), outline=OUTLINE)


def outline_of(bound: Bound) -> list[tuple[str, int, int | None]]:
    document = pypdfium2.PdfDocument(bound.pdf)
    items = document.get_toc()
    return [(item.get_title(), item.level, (item.get_dest() or pytest.fail("no page")).get_index()) for item in items]


def links_of(bound: Bound) -> list[list[tuple[int, str]]]:
    """For each page, where its links lead: a page, a web address, or nowhere."""
    with pikepdf.open(BytesIO(bound.pdf)) as pdf:
        pages = {page.obj.objgen: index for index, page in enumerate(pdf.pages)}
        names = pikepdf.NameTree(pdf.Root.Names.Dests)
        found = []
        for page in pdf.pages:
            annotations = list(page.obj.get("/Annots", []))
            found.append(
                [
                    (pages[names[str(link.Dest)][0].objgen], "") if "/Dest" in link else (-1, str(link.A.URI))
                    for link in annotations
                    if "/Dest" in link or "/A" in link
                ]
            )
        return found


def test_numbers_and_links(whole: Bound, apart: Bound, read_pages: Pages) -> None:
    starts = [page for _, _, page in outline_of(apart)]
    pages = read_pages(apart)
    for name, start in zip(NAMES, starts, strict=True):
        assert f"Chapter {name}" in pages[start or 0]
        assert all(f"(p. {(target or 0) + 1})" in " ".join(pages[start or 0].split()) for target in starts)
        leads = [page for page, address in links_of(apart)[start or 0] if not address]
        assert leads == [target for target in starts for _ in range(2)]
    assert read_pages(whole) == pages
    assert links_of(whole) == links_of(apart)
    assert outline_of(whole) == outline_of(apart)
    assert not apart.missing
    assert not apart.overfull


@settings(max_examples=12, deadline=None)
@given(cuts=st.lists(st.booleans(), min_size=5, max_size=5))
def test_any_split(layout: Layout, binder: Bookbinder, read_pages: Pages, whole: Bound, cuts: list[bool]) -> None:
    """However chapters are shared out, the book is the same."""
    signatures, held = [], ""
    for index, cut in enumerate([*cuts, True]):
        held += chapter(index)
        if cut:
            signatures.append(layout(held, FOLIO))
            held = ""
    bound = binder(*signatures, outline=OUTLINE)
    assert read_pages(bound) == read_pages(whole)
    assert outline_of(bound) == outline_of(whole)
    assert links_of(bound) == links_of(whole)


def test_outline(apart: Bound) -> None:
    assert [(title, level) for title, level, _ in outline_of(apart)] == [(item.title, item.depth) for item in OUTLINE]
    with pikepdf.open(BytesIO(apart.pdf)) as pdf:
        assert pdf.Root.Outlines.Count == 2
        assert pdf.Root.Outlines.First.Count == -1  # closed


def test_outline_that_skips_depths(layout: Layout, binder: Bookbinder) -> None:
    items = [OutlineItem(str(depth), "a", depth) for depth in (2, 0, 3, 1)]
    bound = binder(layout('<p id="a">'), outline=items)
    assert [(title, level) for title, level, _ in outline_of(bound)] == [("2", 0), ("0", 0), ("3", 1), ("1", 1)]


@pytest.mark.parametrize("name", ["ünïcode №", "100%", "a:b/c?d#e", "(brackets)", "\N{PILE OF POO}", "x" * 300])
def test_any_name(layout: Layout, binder: Bookbinder, name: str) -> None:
    link = f'<a href="{folios.address(name)}">link</a> {folios.number(name, 1)}'
    signature = layout(f'<section>{link}</section><section id="{name}">there</section>')
    bound = binder(signature, outline=[OutlineItem(name, name, 0)])
    assert outline_of(bound) == [(name, 0, 1)]
    assert not bound.missing
    document = pypdfium2.PdfDocument(bound.pdf)
    for index in range(2):
        annotation = pypdfium2.raw.FPDFPage_GetAnnot(document[0], index)
        link = pypdfium2.raw.FPDFAnnot_GetLink(annotation)
        assert pypdfium2.raw.FPDFDest_GetDestPageIndex(document, pypdfium2.raw.FPDFLink_GetDest(document, link)) == 1


def test_labels(layout: Layout, binder: Bookbinder) -> None:
    signature = layout("<section>a</section><section>b</section>")
    labels = [Labels(0, "r"), Labels(1), Labels(2, "A", 3, "Index ")]
    document = pypdfium2.PdfDocument(binder(signature, signature, signature, labels=labels).pdf)
    assert [document.get_page_label(page) for page in range(6)] == ["i", "ii", "1", "2", "Index C", "Index D"]


def test_places(layout: Layout) -> None:
    signatures = [layout(f'<section>a</section><section id="{name}">b</section>') for name in "abc"]
    found = places(signatures, [Labels(0, "r"), Labels(1, first=10)])
    assert {name: (place.page, place.folio) for name, place in found.items()} == {
        "a": (1, 2),
        "b": (3, 11),
        "c": (5, 13),
    }
    assert isinstance(found["a"], Place)


def test_link_to_nowhere(layout: Layout, binder: Bookbinder, read_pages: Pages) -> None:
    signature = layout(f'<p id="here">a <a href="{folios.address("gone")}">gone</a> <a href="#here">here</a></p>')
    bound = binder(signature, outline=[OutlineItem("Lost", "lost", 0), OutlineItem("Here", "here", 0)])
    assert bound.missing == ("gone", "lost")
    assert "gone" in read_pages(bound)[0]
    assert links_of(bound) == [[(0, "")]]
    assert [title for title, _, _ in outline_of(bound)] == ["Here"]


def test_metadata(whole: Bound) -> None:
    with pikepdf.open(BytesIO(whole.pdf)) as pdf:
        assert pdf.Root.Lang == "en"
        assert pdf.docinfo.Title == "A Book"
        assert pdf.docinfo.ModDate == "D:20231114221320Z"
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == "A Book"
            assert metadata["dc:creator"] == ["Ada", "Grace"]
            assert metadata["dc:description"] == "About & <more>"
            assert metadata["xmp:ModifyDate"] == "2023-11-14T22:13:20Z"
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["pdfaid:part"] == "2"
            assert metadata["pdfaid:conformance"] == "A"


def test_no_claim_that_does_not_hold(layout: Layout, binder: Bookbinder) -> None:
    with (
        pikepdf.open(BytesIO(binder(layout("<h2>A heading without its chapter</h2>")).pdf)) as pdf,
        pdf.open_metadata() as metadata,
    ):
        assert not [name for name in metadata if "pdfuaid" in name or "pdfaid" in name]


SCRIPT = """
import sys
sys.path.insert(0, {here!r})
from hashlib import sha256
from conftest import METADATA, THEME, fetch, page_of
from test_binding import FOLIO, OUTLINE, chapter
from notebook_compile.pdf.binding import bind
from notebook_compile.pdf.rendering import lay_out
from notebook_compile.pdf.signature import StyleSheet
styles = [StyleSheet(THEME), StyleSheet(FOLIO)]
signatures = [lay_out(page_of(chapter(index)), styles, fetch) for index in range(6)]
print(sha256(bind(signatures, [each.sheaf for each in signatures], [], OUTLINE, METADATA).pdf).hexdigest())
"""


def test_same_bytes() -> None:
    """In another process, time zone and order of hashing, the book is the same to the byte."""
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", SCRIPT.format(here=str(Path(__file__).parent))],
            env={**os.environ, "TZ": zone, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            text=True,
        )
        for zone, seed in (("Asia/Tokyo", "1"), ("America/New_York", "2"))
    ]
    first, second = (run.communicate()[0] for run in runs)
    assert first == second
    assert len(first.strip()) == 64
