"""The content documents: cross-references, footnotes, images, and the markup that a browser forgives."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lxml import etree

from notebook_compile.epub.package import package
from notebook_compile.model import Book, Moment

if TYPE_CHECKING:
    from collections.abc import Callable

H = "{http://www.w3.org/1999/xhtml}"
TYPE = "{http://www.idpf.org/2007/ops}type"


def text(element: etree._Element) -> str:
    return str(etree.tostring(element, method="text", encoding="unicode", with_tail=False))


def hrefs(root: etree._Element) -> dict[str, str | None]:
    """The address of each link by its text."""
    return {text(a): a.get("href") for a in root.iter(f"{H}a")}


def of_type(root: etree._Element, kind: str) -> list[etree._Element]:
    return [e for e in root.iter() if e.get(TYPE) == kind]


def test_every_document_names_language_and_title(documents: dict[str, etree._Element]) -> None:
    assert len(documents) == 14
    for root in documents.values():
        assert root.get("lang") == root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
        assert root.findtext(f"{H}head/{H}title")


def test_titles_stay_as_written(documents: dict[str, etree._Element], book: Book) -> None:
    heading = next(documents["c1.xhtml"].iter(f"{H}h1"))
    assert heading.text == book.chapters[0].title
    assert heading.get(TYPE) == "title"


def test_cross_references(documents: dict[str, etree._Element]) -> None:
    links = hrefs(documents["c1.xhtml"])
    assert links["a chapter"] == "c2.xhtml"  # a whole chapter, without a fragment
    assert links["a place"] == "c2.xhtml#c2-deep"
    assert links["this chapter"] == links["here"] == "#c1-lists"
    assert links["what is gone"] == "c2.xhtml"
    assert "nowhere" not in links
    assert "outside" not in links
    assert hrefs(documents["p1.xhtml"])["it"] == "c1.xhtml"
    assert hrefs(documents["introduction.xhtml"])["the first"] == "c1.xhtml"


def test_links_of_the_author(documents: dict[str, etree._Element]) -> None:
    links = hrefs(documents["c1.xhtml"])
    assert links["web"] == "https://example.org/?a=1&b=2"
    assert links["bad"] is None
    assert links["gone"] is None


def test_every_reference_leads_to_its_footnote_and_back(documents: dict[str, etree._Element]) -> None:
    root = documents["c1.xhtml"]
    notes = {note.get("id"): note for note in of_type(root, "footnote")}
    assert [note.tag for note in notes.values()] == [f"{H}aside"] * 2
    assert {note.get("role") for note in notes.values()} == {"doc-footnote"}
    marks = of_type(root, "noteref")
    assert [mark.get("href") for mark in marks] == ["#fn1", "#fn2", "#fn1"]
    assert [mark.get("id") for mark in marks] == ["fnref1-1", "fnref2-1", "fnref1-2"]
    for mark in marks:
        note = notes[(mark.get("href") or "")[1:]]
        backs = [a.get("href") for a in note.iter(f"{H}a") if a.get("role") == "doc-backlink"]
        assert f"#{mark.get('id')}" in backs
    assert hrefs(notes["fn2"])["00:02:00"] == "https://youtu.be/dQw4w9WgXcQ?t=120"


def test_footnotes_of_the_author(documents: dict[str, etree._Element]) -> None:
    root = documents["c5.xhtml"]
    notes = of_type(root, "footnote")
    assert [" ".join(text(note).split()) for note in notes] == [
        "1. First, see there2.ab ↑",
        "2. Round2. ↑1 ↑2",
        "3. x ↑",
    ]
    ids = {element.get("id") for element in root.iter()}
    for note in notes:
        backs = [a.get("href") for a in note.iter(f"{H}a") if a.get("role") == "doc-backlink"]
        assert backs
        assert {(back or "")[1:] for back in backs} <= ids
    assert hrefs(notes[0])["there"] == "c1.xhtml"
    assert [mark.get("href") for mark in of_type(root, "noteref")] == ["#fn1", "#fn3", "#fn2", "#fn2"]


def test_a_diagram_stands_in_the_text(documents: dict[str, etree._Element]) -> None:
    drawing = next(documents["c5.xhtml"].iter("{http://www.w3.org/2000/svg}svg"))
    assert (drawing.get("role"), drawing.get("aria-label")) == ("img", "A <box>")
    assert text(drawing) == "Box"


def test_a_moment_read_otherwise_than_written_is_shown_both_ways(
    hebrew: Book, taken_apart: Callable[[Book], dict[str, bytes]]
) -> None:
    chapter = replace(hebrew.chapters[0], footnotes=(Moment("https://vimeo.com/12", 1201, 72060),))
    files = taken_apart(replace(hebrew, entries=(chapter,)))
    links = hrefs(etree.fromstring(files["EPUB/text/c1.xhtml"]))
    assert links["00:20:01"] == "https://vimeo.com/12#t=1201s"
    assert links["20:01:00"] == "https://vimeo.com/12#t=72060s"


def test_no_link_in_a_link(documents: dict[str, etree._Element]) -> None:
    paragraph = next(documents["c2.xhtml"].iter(f"{H}p"))
    assert [text(a) for a in paragraph.iter(f"{H}a")] == ["out and in", "1"]
    for root in documents.values():
        assert not [a for a in root.iter(f"{H}a") if next(a.iterancestors(f"{H}a"), None) is not None]


def test_code_and_mixed_text_are_not_touched(files: dict[str, bytes]) -> None:
    markup = files["EPUB/text/c1.xhtml"]
    assert b'<pre><code class="language-python">for  x in y:\n    print("&lt;", x)   # a long' in markup
    assert b"<b>bo</b><i>ld</i><br/>" in markup


def test_html_of_old_is_made_new(documents: dict[str, etree._Element]) -> None:
    root = documents["c1.xhtml"]
    assert [e.get("class") for e in root.iter(f"{H}th")] == ["align-right", None]
    assert not list(root.iter(f"{H}details"))
    assert not [e for e in root.iter() if e.get("align")]


def test_images(documents: dict[str, etree._Element], files: dict[str, bytes]) -> None:
    images = list(documents["c1.xhtml"].iter(f"{H}img"))
    assert [(image.get("src"), image.get("alt")) for image in images] == [
        ("../images/uber-mich.png", "A grey image"),
        ("../images/uber-mich-2.png", "uber mich"),
        ("../images/drawing.svg", 'A "drawing"'),
        ("../images/uber-mich.png", "A grey image"),
    ]
    assert (images[1].get("width"), images[1].get("height")) == ("40", "30")
    assert [name for name in files if "/images/" in name] == [
        f"EPUB/images/{name}" for name in ("cover.png", "uber-mich.png", "uber-mich-2.png", "drawing.svg")
    ]
    shown = text(documents["c1.xhtml"])
    assert "[A scan < that no EPUB holds][Not there]" in shown


def test_drawings_run_and_fetch_nothing(files: dict[str, bytes]) -> None:
    drawing = files["EPUB/images/drawing.svg"]
    assert b"<rect" in drawing
    assert b'fill="url(#a)"' in drawing
    for sign in (b"script", b"onload", b"example.org", b"@import", b"gone"):
        assert sign not in drawing


def test_images_that_cannot_be_held_are_told(book: Book, read: Callable[[str], bytes]) -> None:
    _, findings = package(book, read=read)
    hint = "save it as PNG, JPEG, GIF, WebP or SVG"
    assert [str(finding) for finding in findings] == [
        f"scan.tiff: warning foreign-image image `scan.tiff` is of a kind that an EPUB cannot hold ({hint})",
        "missing.png: warning missing-image image `missing.png` cannot be read: No such file or directory",
    ]


def test_video_is_named_once(documents: dict[str, etree._Element]) -> None:
    """A part's page names its video; its chapters only where theirs is another."""
    assert "https://youtu.be/dQw4w9WgXcQ" in hrefs(documents["p1.xhtml"]).values()
    assert "https://youtu.be/dQw4w9WgXcQ" not in hrefs(documents["c2.xhtml"]).values()
    assert hrefs(documents["c4.xhtml"]) == {"youtu.be/dQw4w9WgXcQ": "https://youtu.be/dQw4w9WgXcQ"}
