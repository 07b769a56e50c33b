"""The whole publication: judged by EPUBCheck, the same at every build, its container and package document."""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from notebook_compile.epub import splitting
from notebook_compile.epub.package import package
from notebook_compile.model import Book, Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"


@pytest.fixture(scope="module")
def opf(files: dict[str, bytes]) -> etree._Element:
    return etree.fromstring(files["EPUB/content.opf"])


def metas(opf: etree._Element) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in opf.iter(f"{OPF}meta"):
        found.setdefault(meta.get("property", ""), []).append(meta.text or "")
    return found


@pytest.mark.parametrize("name", ["book", "hebrew", "bare"])
def test_epubcheck_finds_nothing(
    name: str, book: Book, hebrew: Book, read: Callable[[str], bytes], epubcheck: Callable[[bytes], object]
) -> None:
    bare = Book(" ", "no language", Text(), ())
    assert epubcheck(package({"book": book, "hebrew": hebrew, "bare": bare}[name], read=read)[0]) == (0, [])


def test_same_book_same_bytes(book: Book, tmp_path: Path) -> None:
    stored = tmp_path / "book.pickle"
    stored.write_bytes(pickle.dumps(book))
    code = (
        "import pickle, sys, hashlib; from notebook_compile.epub.package import package;"
        "book = pickle.load(open(sys.argv[1], 'rb')); print(hashlib.sha256(package(book)[0]).hexdigest())"
    )
    digests = set()
    for zone, seed in (("UTC", "0"), ("Asia/Kathmandu", "1"), ("America/St_Johns", "4711")):
        environment = os.environ | {"TZ": zone, "PYTHONHASHSEED": seed}
        ended = subprocess.run([sys.executable, "-c", code, stored], env=environment, capture_output=True, check=True)
        digests.add(ended.stdout)
    assert len(digests) == 1


def test_mimetype_comes_first_and_dates_are_the_books(epub: bytes, book: Book) -> None:
    with zipfile.ZipFile(io.BytesIO(epub)) as archive:
        first, *others = archive.infolist()
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
    assert epub[30:58] == b"mimetypeapplication/epub+zip"
    when = datetime.fromtimestamp(book.modified - book.modified % 2, UTC).timetuple()[:6]
    assert {info.date_time for info in (first, *others)} == {when}


def test_a_book_without_date_is_of_1980_in_its_zip_and_1970_in_its_package(hebrew: Book) -> None:
    data, _ = package(hebrew)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)
        assert metas(etree.fromstring(archive.read("EPUB/content.opf")))["dcterms:modified"] == ["1970-01-01T00:00:00Z"]


def test_metadata(opf: etree._Element, book: Book) -> None:
    assert opf.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert [e.text for e in opf.iter(f"{DC}title")] == [book.title, book.subtitle]
    assert [e.text for e in opf.iter(f"{DC}creator")] == list(book.authors)
    assert [e.get("id") for e in opf.iter(f"{DC}creator")] == ["creator1", "creator2"]
    assert [e.text for e in opf.iter(f"{DC}identifier")] == [book.identifier]
    assert [e.text for e in opf.iter(f"{DC}language")] == ["en"]
    assert metas(opf)["dcterms:modified"] == ["2023-11-14T22:13:21Z"]


def test_accessibility_is_what_the_book_has(
    opf: etree._Element, hebrew: Book, taken_apart: Callable[[Book], dict[str, bytes]]
) -> None:
    with_images = metas(opf)
    assert with_images["schema:accessMode"] == ["textual", "visual"]
    assert with_images["schema:accessModeSufficient"] == ["textual,visual"]  # one image has no text
    assert "alternativeText" not in with_images["schema:accessibilityFeature"]
    assert "Some images" in with_images["schema:accessibilitySummary"][0]
    without = metas(etree.fromstring(taken_apart(hebrew)["EPUB/content.opf"]))
    assert without["schema:accessMode"] == without["schema:accessModeSufficient"] == ["textual"]
    assert without["schema:accessibilityHazard"] == ["none"]
    assert "כותרות" in without["schema:accessibilitySummary"][0]


def test_right_to_left(hebrew: Book, taken_apart: Callable[[Book], dict[str, bytes]]) -> None:
    files = taken_apart(hebrew)
    opf = etree.fromstring(files["EPUB/content.opf"])
    spine = opf.find(f"{OPF}spine")
    assert spine is not None
    assert (opf.get("dir"), spine.get("page-progression-direction")) == ("rtl", "rtl")
    roots = [etree.fromstring(data) for name, data in files.items() if name.endswith(".xhtml")]
    assert {root.get("dir") for root in roots} == {"rtl"}
    assert {root.get("lang") for root in roots} == {"he"}


def test_characters_that_xml_cannot_hold_are_left_out(
    taken_apart: Callable[[Book], dict[str, bytes]], hebrew: Book
) -> None:
    odd = "a\x00b\x0b\ufffe\ud800c"
    files = taken_apart(replace(hebrew, title=odd, authors=(odd,), description=odd))
    opf = etree.fromstring(files["EPUB/content.opf"])
    for name in ("title", "creator", "description"):
        assert [e.text for e in opf.iter(DC + name)] == ["abc"]
    assert b"abc" in files["EPUB/text/title-page.xhtml"]


def test_properties_are_true(opf: etree._Element, book: Book, taken_apart: Callable[[Book], dict[str, bytes]]) -> None:
    def properties(root: etree._Element) -> dict[str, str]:
        return {e.get("href", ""): e.get("properties", "") for e in root.iter(f"{OPF}item") if e.get("properties")}

    assert properties(opf) == {
        "text/contents.xhtml": "nav",
        "images/cover.png": "cover-image",
        "text/c5.xhtml": "svg",
    }
    math = '<p><math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi></math></p>'
    changed = replace(book, entries=(replace(book.chapters[2], text=Text(math)),))
    files = taken_apart(changed)
    opf = etree.fromstring(files["EPUB/content.opf"])
    assert properties(opf)["text/c3.xhtml"] == "mathml"
    assert "MathML" in metas(opf)["schema:accessibilityFeature"]


def test_long_chapter_is_split_and_its_links_stay_right(
    hebrew: Book, taken_apart: Callable[[Book], dict[str, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(splitting, "LIMIT", 2_000)
    body = "".join(
        f'<h2 id="c1-{n}">{n}</h2><p>{"text " * 60}<ref n="0"></ref> <a href="#c1-{9 - n}">over</a></p>'
        for n in range(10)
    )
    whole = hebrew.chapters[0]
    long = replace(whole, text=replace(whole.text, body=body.replace('<ref n="0"></ref>', "", 9)))
    files = taken_apart(replace(hebrew, entries=(long,)))
    names = [name for name in files if "/c1" in name]
    assert len(names) > 3
    assert names[:2] == ["EPUB/text/c1.xhtml", "EPUB/text/c1-2.xhtml"]
    roots = {name.rpartition("/")[2]: etree.fromstring(files[name]) for name in names}
    ids = {name: {e.get("id") for e in root.iter() if e.get("id")} for name, root in roots.items()}
    links = 0
    for name, root in roots.items():
        for link in root.iter("{http://www.w3.org/1999/xhtml}a"):
            target, _, fragment = link.get("href", "").partition("#")
            links += "://" not in target
            assert "://" in target or fragment in ids[target or name]
    assert links == 12
    assert sum(b"<h1" in files[name] for name in names) == 1
    assert not any(b"</h2>\n</section>" in files[name] for name in names)  # no heading at a document's end
