"""What is made otherwise for Kindle, how files are called, and what the size of a book leads to."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree
from PIL import Image as Raster

from notebook_compile import config
from notebook_compile.epub import kindle, sizes
from notebook_compile.epub.edition import Edition
from notebook_compile.epub.kindle import to_kindle
from notebook_compile.epub.package import package
from notebook_compile.epub.profiles import PROFILES
from notebook_compile.model import Book, Chapter, Drawing, Formula, Image, Text

if TYPE_CHECKING:
    from collections.abc import Callable

XHTML = "{http://www.w3.org/1999/xhtml}"
NAMESPACES = 'xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
MATH = '<math xmlns="http://www.w3.org/1998/Math/MathML" alttext="x"><mi>x</mi></math>'
DIAGRAM = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 40" width="80" height="40"><text y="20">Box</text></svg>'
)


def document(body: str) -> bytes:
    html = f"<html {NAMESPACES}><head><title>t</title></head><body>{body}</body></html>"
    return f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n{html}'.encode()


def tables(body: str) -> list[etree._Element]:
    """The tables of a body after it has been made for Kindle."""
    return list(etree.fromstring(to_kindle(document(body))).iter(f"{XHTML}table"))


def rows(number: int, cells: str = "<td>{}</td>") -> str:
    return "".join(f"<tr>{cells.replace('{}', str(row))}</tr>" for row in range(number))


def words(table: etree._Element) -> list[str]:
    return [str(text) for text in table.itertext()]


@pytest.fixture(scope="module")
def pictured() -> Book:
    """A book with a formula, with diagrams in a text and in a footnote, and with an SVG file."""
    references = (
        Formula("x", MATH, False, (1, 1)),
        Drawing(DIAGRAM, 'A "box"', 5.0, (2, 1)),
        Drawing(DIAGRAM.replace("Box", "Wide"), "A wide box", 50.0, (3, 1)),
        Image("wave.svg", "A wave"),
        Image("wave.svg", "A small wave", 20),
    )
    body = "".join(f'<p><ref n="{n}"></ref></p>' for n in range(5))
    text = Text(body, references)
    return Book("T", "en", Text(), (Chapter(1, "C", 0, "c1", "c.md", None, text),), modified=1_700_000_000)


@pytest.fixture(scope="module")
def for_kindle(pictured: Book) -> dict[str, bytes]:
    data, findings = package(pictured, Edition("kindle"), lambda _: DIAGRAM.encode())
    assert not findings
    return files_of(data)


def files_of(epub: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(epub)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# --- the profiles -----------------------------------------------------------------------------------------


def test_each_profile_that_may_be_set_is_there() -> None:
    assert tuple(PROFILES) == config.PROFILES
    assert [PROFILES[name].ending for name in config.PROFILES] == [".epub", ".epub", ".kepub.epub"]


@pytest.mark.parametrize("name", ["book", "pictured"])
def test_epubcheck_finds_nothing_in_a_book_for_kindle(
    name: str,
    request: pytest.FixtureRequest,
    read: Callable[[str], bytes],
    epubcheck: Callable[[bytes], tuple[int, list[tuple[str, str, object]]]],
) -> None:
    files = read if name == "book" else lambda _: DIAGRAM.encode()
    code, messages = epubcheck(package(request.getfixturevalue(name), Edition("kindle"), files)[0])
    # OPF-097, a remark: no document shows the cover, as Amazon wants it.
    assert (code, [each for each in messages if each[0] != "OPF-097"]) == (0, [])


def test_no_profile_embeds_fonts_sets_variables_or_leaves_comments(book: Book, read: Callable[[str], bytes]) -> None:
    """Kobo takes no WOFF2 (epub-spec, "Supported Fonts"); Send to Kindle refused variables and `--` in comments."""
    for name in PROFILES:
        files = files_of(package(book, Edition(name), read)[0])
        assert not [file for file in files if file.endswith((".ttf", ".otf", ".woff", ".woff2"))]
        css = files["EPUB/styles/book.css"].decode()
        assert not re.search(r"@font-face|var\(|(?<![\w-])--\w", css)
        assert not [
            file for file, data in files.items() if file.endswith((".xhtml", ".opf", ".ncx")) and b"<!--" in data
        ]


# --- Kindle -----------------------------------------------------------------------------------------------


def test_formulas_are_mathml_without_what_kindle_does_not_know(for_kindle: dict[str, bytes], pictured: Book) -> None:
    """Kindle Publishing Guidelines 2019.2, 10.6: not `semantics`, not `annotation`."""
    text = for_kindle["EPUB/text/c1.xhtml"].decode()
    assert 'alttext="x"><mrow><mi>x</mi></mrow></math>' in text
    assert "<semantics>" in files_of(package(pictured)[0])["EPUB/text/c1.xhtml"].decode()


def test_drawings_are_images(for_kindle: dict[str, bytes]) -> None:
    """Kindle Publishing Guidelines 2019.2, 10.4.11: no SVG with text, at most 25 SVG."""
    text = for_kindle["EPUB/text/c1.xhtml"].decode()
    assert not [name for name, data in for_kindle.items() if name.endswith(".svg") or b"<svg" in data]
    images = re.findall(r"<img [^>]*/>", text)
    assert images == [
        '<img src="../images/diagrams/1.png" alt="A &quot;box&quot;" style="width: 5em"/>',
        '<img src="../images/diagrams/2.png" alt="A wide box" style="width: 100%"/>',
        '<img src="../images/drawings/wave.png" alt="A wave" width="80"/>',
        '<img src="../images/drawings/wave.png" alt="A small wave" width="20"/>',
    ]
    names = [re.sub(r'.*"\.\./(.*?)".*', r"EPUB/\1", image) for image in images]
    measured = [Raster.open(io.BytesIO(for_kindle[name])).size for name in names]
    assert measured == [(240, 120), (1860, 930), (240, 120), (240, 120)], "300 dots an inch, no wider than a Kindle"
    manifest = etree.fromstring(for_kindle["EPUB/content.opf"])
    assert not [item for item in manifest.iter("{*}item") if "svg" in item.get("properties", "")]


def test_diagrams_in_footnotes_are_images(pictured: Book) -> None:
    chapter = pictured.chapters[0]
    note = Text('<p><ref n="1"></ref></p>', chapter.text.references)
    diagrams = list(kindle._diagrams(replace(pictured, entries=(replace(chapter, text=Text(), footnotes=(note,)),))))
    assert [drawing.alt for _, drawing in diagrams] == ['A "box"', "A wide box"]


def test_a_drawing_that_cannot_be_drawn_is_said(pictured: Book) -> None:
    broken = Drawing("<svg", "", 5.0, (7, 3))
    entries = (replace(pictured.chapters[0], text=Text('<p><ref n="0"></ref></p>', (broken,))),)
    pictures, (finding,) = kindle.without_drawings(replace(pictured, entries=entries), {})
    assert pictures == {}
    assert (finding.code, finding.path, finding.line, finding.column) == ("bad-diagram", "c.md", 7, 3)


def test_a_document_without_formulas_and_long_tables_keeps_its_bytes() -> None:
    same = document(f"<p>a<br/></p><table><thead><tr><th>h</th></tr></thead><tbody>{rows(50)}</tbody></table>")
    assert to_kindle(same) == same


def test_a_long_table_becomes_several_with_the_head_of_each() -> None:
    """KDP, "Table Guidelines - Reflowable": fewer than 100 rows."""
    mark = '<span epub:type="pagebreak" id="p7" title="7"/>'
    head = f'<colgroup><col/></colgroup><thead><tr id="h"><th>H{mark}</th></tr></thead>'
    foot = "<tfoot><tr><td>F</td></tr></tfoot>"
    body = f'<table id="t"><caption>C</caption>{head}<tbody>{rows(200)}</tbody>{foot}</table>after'
    found = tables(body)
    assert [len(list(table.iter(f"{XHTML}tr"))) for table in found] == [99, 99, 6]
    assert [words(table)[:2] for table in found] == [["C", "H"], ["H", "98"], ["H", "196"]]
    assert words(found[-1])[-2:] == ["199", "F"]
    assert [[etree.QName(part).localname for part in table] for table in found] == [
        ["caption", "colgroup", "thead", "tbody"],
        ["colgroup", "thead", "tbody"],
        ["colgroup", "thead", "tbody", "tfoot"],
    ]
    whole = found[0].getroottree()
    assert whole.xpath("//@id") == ["t", "h", "p7"], "each id stays where it was"
    assert whole.xpath("count(//*[@*[local-name()='type']='pagebreak'])") == 1
    assert [table.tail for table in found] == ["\n", "\n", "after"]


def test_a_table_is_not_cut_within_a_cell_of_several_rows() -> None:
    pair = '<tr><td rowspan="3">a</td><td>b</td></tr><tr><td>c</td></tr><tr><td>d</td></tr>'
    assert [len(list(table.iter(f"{XHTML}tr"))) for table in tables(f"<table>{rows(98)}{pair}{rows(2)}</table>")] == [
        98,
        5,
    ]


@pytest.mark.parametrize(
    ("cells", "number", "expected"),
    [("<td>{}</td>" * 30, 90, [60, 30]), (f"<td>{'x' * 500}</td>", 80, [40, 40])],
)
def test_tables_of_many_cells_or_characters_are_cut_sooner(cells: str, number: int, expected: list[int]) -> None:
    """KDP, "Table Guidelines - Reflowable": not more than 1,800 cells and 20,000 characters."""
    assert [len(table) for table in tables(f"<table>{rows(number, cells)}</table>")] == expected


def test_a_table_in_a_table_becomes_text() -> None:
    """Kindle Publishing Guidelines 2019.2, 10.5.2: nested tables are not supported."""
    inner = "<table><tr><th>a</th><td colspan='2'>b</td></tr><tr><td><p>c</p></td><td>d</td></tr></table>"
    (table,) = tables(f"<table><tr><td>x{inner}y</td></tr></table>")
    (cell,) = table.iter(f"{XHTML}td")
    text = re.sub(r' xmlns(:\w+)?="[^"]*"', "", etree.tostring(cell, encoding="unicode"))
    rows_ = "<div><span>a</span> \u00b7 <span>b</span></div><div><div><p>c</p></div><div>d</div></div>"
    assert text == f"<td>x<div>{rows_}</div>y</td>"


CONSTRUCTS = Path(__file__).parents[1] / "pdf" / "constructs"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("ebook-convert") is None, reason="needs calibre")
def test_calibre_keeps_contents_notes_and_pictures_on_the_way_to_a_kindle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from notebook_compile.compiler import compile_notebook, make_epub  # noqa: PLC0415

    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setenv("QTWEBENGINE_DISABLE_SANDBOX", "1")
    compiled, settings = compile_notebook(CONSTRUCTS, {"profile": "kindle"}, lambda *_: None)
    data, _ = make_epub(compiled, settings, lambda *_: None)
    epub, azw3, opened = tmp_path / "book.epub", tmp_path / "book.azw3", tmp_path / "opened"
    epub.write_bytes(data)
    subprocess.run(["ebook-convert", epub, azw3], check=True, capture_output=True)
    subprocess.run(["calibre-debug", "-x", azw3, opened], check=True, capture_output=True)
    before = "".join(
        text.decode() for name, text in files_of(data).items() if "/text/" in name and "contents" not in name
    )
    after = "".join(file.read_text(encoding="utf-8") for file in (opened / "text").iterdir())
    for sign in ('role="doc-noteref"', 'role="doc-footnote"', 'role="doc-backlink"', "<img", "<table", "<math", "<pre"):
        assert after.count(sign) >= before.count(sign) > 0, sign
    contents = (opened / "toc.ncx").read_text(encoding="utf-8")
    assert contents.count("<navPoint") == files_of(data)["EPUB/toc.ncx"].count(b"<navPoint")


# --- sizes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "said"),
    [(50_000_000, ""), (50_000_001, "takes 50 MB by mail"), (200_000_001, "takes 200 MB by Amazon's page")],
)
def test_a_book_too_large_to_be_sent_is_said(size: int, said: str) -> None:
    findings = sizes.size_findings(size)
    assert [(each.code, said in each.message) for each in findings] == ([("large-book", True)] if said else [])


@pytest.mark.parametrize(("profile", "number"), [("generic", 1), ("kindle", 1), ("kobo", 0)])
def test_a_book_for_kobo_is_not_sent_to_kindle(
    profile: str, number: int, pictured: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sizes, "MAIL_LIMIT", 1000)
    findings = package(pictured, Edition(profile), lambda _: DIAGRAM.encode())[1]
    assert [each.code for each in findings] == ["large-book"] * number


def test_what_takes_the_room(pictured: Book) -> None:
    data = package(pictured, read=lambda _: DIAGRAM.encode())[0]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = {info.filename: info.compress_size for info in archive.infolist()}
    found = sizes.shares(data)
    assert [share.kind for share in found] == ["text", "images", "other"]
    assert sum(share.files for share in found) == len(infos)
    assert sum(share.size for share in found) == sum(infos.values())
    largest = sizes.largest_files(data)
    assert [size for _, size in largest] == sorted(infos.values(), reverse=True)[:5]
    assert all(infos[name] == size for name, size in largest)
