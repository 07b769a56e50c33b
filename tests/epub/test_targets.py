"""Where links lead: to empty elements, so that no reader shows what stands there as a pop-up note."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from notebook_compile.epub.conforming import conform
from notebook_compile.epub.targets import empty_targets
from notebook_compile.model import Book, CrossReference, NoteReference

from .conftest import chapter

if TYPE_CHECKING:
    from collections.abc import Callable

H = "{http://www.w3.org/1999/xhtml}"
HERE = '<span id="a"></span>'


@pytest.mark.parametrize(
    ("markup", "emptied"),
    [
        ('<h2 class="k" id="a">Title</h2>', f'<h2 class="k">{HERE}Title</h2>'),
        ('<p id="a">text <b id="b">x</b></p>', f'<p>{HERE}text <b id="b">x</b></p>'),
        ('<ul><li id="a">one</li></ul>', f"<ul><li>{HERE}one</li></ul>"),
        ('<ol><li id="a"><p>one</p></li></ol>', f"<ol><li><p>{HERE}one</p></li></ol>"),
        ('<ul id="a">\n<li>one</li></ul>', f"<ul>\n<li>{HERE}one</li></ul>"),
        ('<pre id="a"><code>x</code></pre>', f"<pre>{HERE}<code>x</code></pre>"),
        ('<blockquote id="a"><p>x</p></blockquote>', f"<blockquote><p>{HERE}x</p></blockquote>"),
        ('<a id="a">x</a>', f"<a>{HERE}x</a>"),
        (
            '<table id="a"><colgroup><col/></colgroup><thead><tr><th>x</th></tr></thead></table>',
            f"<table><colgroup><col/></colgroup><thead><tr><th>{HERE}x</th></tr></thead></table>",
        ),
        ('<dl id="a"><dt>x</dt><dd>y</dd></dl>', f"<dl><dt>{HERE}x</dt><dd>y</dd></dl>"),
        ('<div id="a"><div>x</div></div>', f"<div><div>{HERE}x</div></div>"),
    ],
)
def test_ids_move_to_empty_elements(markup: str, emptied: str) -> None:
    assert empty_targets(markup, {"a"}) == emptied
    assert conform(emptied) == emptied


@pytest.mark.parametrize(
    "markup",
    [
        '<img id="a" alt="x"/>',
        '<hr id="a"/>',
        '<span id="a"></span>text',
        '<ul id="a"></ul>',
        '<table id="a"><tbody><tr><td/></tr></tbody></table>',
        '<p title="x">say  id="a" in text</p>',
        '<p id="b">not linked to</p>',
    ],
)
def test_what_has_no_text_keeps_its_id(markup: str) -> None:
    assert empty_targets(markup, {"a"}) == markup


def test_a_quoted_id_is_known() -> None:
    assert empty_targets('<p id="a&amp;b">y</p>', {"a&b"}) == '<p><span id="a&amp;b"></span>y</p>'


def test_targets_of_all_links_are_empty(documents: dict[str, etree._Element]) -> None:
    """Kobo, kobolabs/epub-spec: a target of 9 to 5,000 characters behind its link pops up; footnotes shall."""
    ids = {(name, e.get("id")): e for name, root in documents.items() for e in root.iter() if e.get("id")}
    targets = set()
    for name, root in documents.items():
        for link in root.iter(f"{H}a"):
            target, _, fragment = (link.get("href") or "").partition("#")
            if fragment and "://" not in target and link.get("role") not in ("doc-noteref", "doc-backlink"):
                targets.add((target or name, fragment))
    assert ("c2.xhtml", "c2-deep") in targets
    for place in targets:
        assert "".join(map(str, ids[place].itertext())) == ""
        parent = ids[place].getparent()
        assert parent is not None
        assert parent.tag == f"{H}h2"  # KOReader, `isLinkToFootnote`: no heading is a footnote


def test_cross_references_stand_on_the_line(hebrew: Book, taken_apart: Callable[[Book], dict[str, bytes]]) -> None:
    """calibre, foliate and KOReader take raised links for marks of footnotes."""
    references = (CrossReference("c1", "c1"), NoteReference(1, 1))
    body = '<p>a<sup> <ref n="0">1</ref></sup> <ref n="0"><sup>2</sup></ref> <sup>b<ref n="1"></ref></sup></p>'
    files = taken_apart(replace(hebrew, entries=(chapter(1, "One", body, *references, depth=0),)))
    root = etree.fromstring(files["EPUB/text/c1.xhtml"])
    raised = set(root.iter(f"{H}sup"))
    links = [link for link in root.iter(f"{H}a") if link.get("href") == "c1.xhtml"]
    assert ["".join(map(str, link.itertext())) for link in links] == ["1", "2"]
    assert not any(raised & {*link.iterancestors(), *link.iter()} for link in links)
    assert len(raised) == 2  # the note reference's own, and the one that the author put round it
