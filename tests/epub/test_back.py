"""Back matter, and the lists of what refers to a chapter."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from notebook_compile.epub import splitting
from notebook_compile.epub.back import BackDocument, Line, back_documents
from notebook_compile.epub.places import MOST_SOURCES, place
from notebook_compile.model import Book, Chapter, Text

from .conftest import chapter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

H = "{http://www.w3.org/1999/xhtml}"
TYPE = "{http://www.idpf.org/2007/ops}type"


def of(*chapters: Chapter) -> Book:
    return Book("Notes", "en", Text(), chapters)


def many(count: int) -> Book:
    """Chapters of two tags each, the first also of a nested one, every tenth with another title."""
    titles = [f"{chr(65 + number % 26)} chapter {number}" for number in range(1, count + 1)]
    made = [chapter(number, title, "<p>x</p>", depth=0) for number, title in enumerate(titles, 1)]
    made = [
        replace(each, tags=("all", f"t{each.number % 5}"), aliases=("Otherwise",) if each.number % 10 == 0 else ())
        for each in made
    ]
    return of(replace(made[0], tags=("all", "t1/deep/er")), *made[1:])


def lines(document: BackDocument) -> Iterator[Line]:
    def all_of(line: Line) -> Iterator[Line]:
        yield line
        for below in line.below:
            yield from all_of(below)

    return (line for group in document.groups for each in group.lines for line in all_of(each))


def texts(root: etree._Element, path: str) -> list[str]:
    found = root.iterfind(path.replace("/", f"/{H}").replace(f"/{H}/{H}", f"//{H}"))
    return ["".join(map(str, each.itertext())) for each in found]


@pytest.fixture(scope="module")
def files(taken_apart: Callable[[Book], dict[str, bytes]]) -> dict[str, bytes]:
    return taken_apart(many(60))


def document(files: dict[str, bytes], name: str) -> etree._Element:
    return etree.fromstring(files[f"EPUB/text/{name}"])


def test_a_book_of_nothing_has_no_back_matter() -> None:
    assert back_documents(of(replace(chapter(1, "One"), video=None))) == ()


def test_index_of_tags_leads_to_chapters(files: dict[str, bytes]) -> None:
    root = document(files, "tags-index.xhtml")
    (section,) = root.iterfind(f".//{H}section")
    assert (section.get(TYPE), section.get("role")) == ("index", "doc-index")
    terms = [text for text in texts(root, ".//p") if text.strip() in ("all", "t1", "deep", "er")]
    assert terms == ["all", "t1", "deep", "er"]
    (everything, *_) = root.iterfind(f".//{H}ul[@class='index-chapters']")
    links = [(a.get("href"), a.text) for a in everything.iter(f"{H}a")]
    assert links[:2] == [("c1.xhtml", "B chapter 1"), ("c2.xhtml", "C chapter 2")]
    assert len(links) == 60
    below = [item for item in root.iter(f"{H}li") if next(item.iterancestors(f"{H}li"), None) is not None]
    assert any(text.strip().startswith("deep") for text in ("".join(map(str, item.itertext())) for item in below))


def test_long_indexes_have_ways_to_their_entries(files: dict[str, bytes]) -> None:
    for name, labels in (("tags-index.xhtml", ["all", "t0", "t1"]), ("title-index.xhtml", ["A", "B", "C"])):
        root = document(files, name)
        jumps = [(a.text, a.get("href") or "") for a in root.iterfind(f".//{H}p[@class='index-jumps']/{H}a")]
        assert [label for label, _ in jumps][:3] == labels
        for label, href in jumps:
            target = root.find(f".//*[@id='{href[1:]}']")
            assert target is not None
            assert target.tail == label


def test_index_of_titles_has_other_titles(files: dict[str, bytes]) -> None:
    links = [(a.text, a.get("href")) for a in document(files, "title-index.xhtml").iterfind(f".//{H}li/{H}a")]
    assert ("A chapter 26", "c26.xhtml") in links
    assert ("Otherwise, see K chapter 10", "c10.xhtml") in links
    assert len(links) == 66


def test_videos_name_their_chapters(files: dict[str, bytes]) -> None:
    root = document(files, "videos.xhtml")
    links = [(a.text, a.get("href")) for a in root.iter(f"{H}a")]
    assert links[0] == ("youtu.be/dQw4w9WgXcQ", "https://youtu.be/dQw4w9WgXcQ")
    assert links[1] == ("B chapter 1", "c1.xhtml")
    assert len(links) == 61


def test_a_video_with_the_title_of_its_chapter_says_it_once(taken_apart: Callable[[Book], dict[str, bytes]]) -> None:
    root = document(taken_apart(of(chapter(1, "One", depth=0))), "videos.xhtml")
    assert [(a.text, a.get("href")) for a in root.iter(f"{H}a")] == [
        ("One", "c1.xhtml"),
        ("youtu.be/dQw4w9WgXcQ", "https://youtu.be/dQw4w9WgXcQ"),
    ]


def test_back_matter_is_in_contents_and_landmarks(files: dict[str, bytes]) -> None:
    root = document(files, "contents.xhtml")
    marks = [(a.get(TYPE), a.get("href")) for a in root.iter(f"{H}a") if a.get(TYPE)]
    back = [("lov", "videos.xhtml"), ("index", "tags-index.xhtml"), ("index", "title-index.xhtml")]
    assert marks[-3:] == back
    toc = [a.get("href") for a in root.iter(f"{H}a") if not a.get(TYPE)]
    assert toc[-3:] == [href for _, href in back]


def test_nothing_is_lost_where_an_index_is_cut(
    monkeypatch: pytest.MonkeyPatch, taken_apart: Callable[[Book], dict[str, bytes]]
) -> None:
    book = many(120)
    whole = back_documents(book)
    monkeypatch.setattr(splitting, "LIMIT", 4_000)
    cut = back_documents(book)
    assert len(cut) > len(whole)
    for kind in ("videos", "tags", "titles"):
        listed, again = (
            [
                (line.text, each.number)
                for part in parts
                if part.kind == kind
                for line in lines(part)
                for each in line.chapters
            ]
            for parts in (whole, cut)
        )
        assert listed == again
        assert [part.first for part in cut if part.kind == kind].count(True) == 1
    files = taken_apart(book)
    names = [name for name in files if "index" in name or "videos" in name]
    assert len(names) == len(cut)
    assert max(len(files[name]) for name in names) < 4_000 + 1_500  # what is around, and the ways to entries
    root = document(files, "title-index.xhtml")
    for link in root.iterfind(f".//{H}p[@class='index-jumps']/{H}a"):
        name, _, anchor = (link.get("href") or "").partition("#")
        assert document(files, name or "title-index.xhtml").find(f".//*[@id='{anchor}']") is not None


# --- what refers to a chapter -------------------------------------------------------------------------------


def test_what_refers_to_a_chapter_stands_below_it(taken_apart: Callable[[Book], dict[str, bytes]]) -> None:
    """Links to documents as wholes: Kobo pops up fragments, Kindle takes links to each other for footnotes."""
    first = replace(chapter(1, "One", "<p>x</p>", depth=0), referenced_from=(("c2", 1), ("c3", 4)))
    book = of(first, chapter(2, "Two & more", depth=0), chapter(3, " ", depth=0))
    files = taken_apart(book)
    root = document(files, "c1.xhtml")
    (footer,) = root.iter(f"{H}footer")
    assert (footer[0].text, [(a.text, a.get("href")) for a in footer.iter(f"{H}a")]) == (
        "Referenced from",
        [("Two & more", "c2.xhtml"), ("Chapter 3", "c3.xhtml")],
    )
    assert b"<footer" not in files["EPUB/text/c2.xhtml"]


def test_a_chapter_that_hundreds_refer_to_stays_small(taken_apart: Callable[[Book], dict[str, bytes]]) -> None:
    sources = [chapter(number, f"Chapter of number {number}", depth=0) for number in range(2, 402)]
    hub = replace(chapter(1, "Hub", depth=0), referenced_from=tuple((each.anchor, 1) for each in sources))
    files = taken_apart(of(hub, *sources))
    root = document(files, "c1.xhtml")
    items = ["".join(map(str, item.itertext())) for item in root.iterfind(f".//{H}footer/{H}ul/{H}li")]
    assert items[-1] == f"and {400 - MOST_SOURCES} more"
    assert len(items) == MOST_SOURCES + 1
    assert len(files["EPUB/text/c1.xhtml"]) < 15_000


def test_a_long_chapter_has_it_in_its_last_document(
    monkeypatch: pytest.MonkeyPatch, taken_apart: Callable[[Book], dict[str, bytes]]
) -> None:
    monkeypatch.setattr(splitting, "LIMIT", 2_000)
    long = chapter(1, "One", f"<p>{'word ' * 60}</p>" * 12, depth=0)
    book = of(replace(long, referenced_from=(("c2", 1),)), chapter(2, "Two", depth=0))
    names = place(book).sections["c1"]
    files = taken_apart(book)
    assert len(names) > 1
    assert [b"<footer" in files[f"EPUB/text/{name}"] for name in names] == [False] * (len(names) - 1) + [True]


def test_long_introductions_are_cut_as_well(
    monkeypatch: pytest.MonkeyPatch, taken_apart: Callable[[Book], dict[str, bytes]]
) -> None:
    monkeypatch.setattr(splitting, "LIMIT", 2_000)
    book = replace(of(chapter(1, "One", depth=0)), introduction=Text("<p>" + "word " * 900 + "</p>"))
    files = taken_apart(book)
    names = [name for name in files if "/introduction" in name]
    assert names[:2] == ["EPUB/text/introduction.xhtml", "EPUB/text/introduction-2.xhtml"]
    assert [files[name].count(b"<h1") for name in names] == [1, *[0] * (len(names) - 1)]
    root = etree.fromstring(files["EPUB/content.opf"])
    spine = [str(item.get("idref")) for item in root.iter("{http://www.idpf.org/2007/opf}itemref")]
    places = [spine.index(name.rpartition("/")[2].removesuffix(".xhtml")) for name in names]
    assert places == list(range(places[0], places[0] + len(names)))
