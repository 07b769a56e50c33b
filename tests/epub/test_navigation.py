"""The ways into a book: contents, landmarks, NCX, reading order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Callable

    from notebook_compile.model import Book

H = "{http://www.w3.org/1999/xhtml}"
N = "{http://www.daisy.org/z3986/2005/ncx/}"
TYPE = "{http://www.idpf.org/2007/ops}type"

Line = tuple[int, str, str]

CONTENTS: list[Line] = [
    (1, "Introduction", "introduction.xhtml"),
    (1, "Part 1 · Part <one> & two", "p1.xhtml"),
    (2, 'Title with <&"> and \U0001f600', "c1.xhtml"),
    (2, "Second", "c2.xhtml"),
    (2, "Part 2 · Inner part", "p2.xhtml"),
    (2, "Empty", "c3.xhtml"),
    (1, "Part 3", "p3.xhtml"),
    (2, "Chapter 4", "c4.xhtml"),
    (2, "Notes", "c5.xhtml"),
    (1, "Videos", "videos.xhtml"),
]


def test_contents_have_two_levels_in_order(documents: dict[str, etree._Element]) -> None:
    toc = next(nav for nav in documents["contents.xhtml"].iter(f"{H}nav") if nav.get(TYPE) == "toc")
    lines = [(len(list(a.iterancestors(f"{H}ol"))), a.text or "", a.get("href") or "") for a in toc.iter(f"{H}a")]
    assert lines == CONTENTS


def test_ncx_says_the_same(files: dict[str, bytes], book: Book) -> None:
    root = etree.fromstring(files["EPUB/toc.ncx"])
    points = list(root.iter(f"{N}navPoint"))
    lines = [
        (
            1 + len(list(point.iterancestors(f"{N}navPoint"))),
            point.findtext(f"{N}navLabel/{N}text") or "",
            next(point.iter(f"{N}content")).get("src", "").removeprefix("text/"),
        )
        for point in points
    ]
    assert lines == CONTENTS
    assert [point.get("playOrder") for point in points] == [str(n) for n in range(1, len(CONTENTS) + 1)]
    heads = {meta.get("name"): meta.get("content") for meta in root.iter(f"{N}meta")}
    assert (heads["dtb:depth"], heads["dtb:uid"]) == ("2", book.identifier)


def test_landmarks(documents: dict[str, etree._Element]) -> None:
    nav = next(nav for nav in documents["contents.xhtml"].iter(f"{H}nav") if nav.get(TYPE) == "landmarks")
    assert nav.get("hidden") == "hidden"
    assert {a.get(TYPE): a.get("href") for a in nav.iter(f"{H}a")} == {
        "cover": "cover.xhtml",
        "titlepage": "title-page.xhtml",
        "toc": "contents.xhtml",
        "bodymatter": "introduction.xhtml",
        "lov": "videos.xhtml",
    }


def test_spine_is_the_reading_order(files: dict[str, bytes]) -> None:
    root = etree.fromstring(files["EPUB/content.opf"])
    spine = [item.get("idref") for item in root.iter("{http://www.idpf.org/2007/opf}itemref")]
    introduction, *body = [name.removesuffix(".xhtml") for _, _, name in CONTENTS]
    assert spine == ["cover", "title-page", "colophon", introduction, "contents", *body]


def test_chapters_without_parts_stand_on_one_level(
    hebrew: Book, taken_apart: Callable[[Book], dict[str, bytes]]
) -> None:
    files = taken_apart(hebrew)
    root = etree.fromstring(files["EPUB/toc.ncx"])
    assert [meta.get("content") for meta in root.iter(f"{N}meta") if meta.get("name") == "dtb:depth"] == ["1"]
    toc = etree.fromstring(files["EPUB/text/contents.xhtml"])
    assert [a.text for a in toc.iter(f"{H}a")][:1] == ["ראשון"]
