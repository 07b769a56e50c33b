"""The judge of EPUBs: what it reads in finished files, and the whole comparison on the sample notebook."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "benchmarks"))

from ebook.publication import Footnotes, Pages, Publication  # noqa: E402
from turns import Job  # noqa: E402

# By its file: to pytest, the folder of the compiler's tests is `epub`.
_SPEC = importlib.util.spec_from_file_location("benchmarks_epub", ROOT / "benchmarks" / "epub.py")
assert _SPEC is not None
assert _SPEC.loader is not None
epub: Any = importlib.util.module_from_spec(_SPEC)
sys.modules[_SPEC.name] = epub  # where dataclasses look for it
_SPEC.loader.exec_module(epub)

XHTML = '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>{}</body></html>'
MARK = '<p><a epub:type="noteref" href="#n1" id="m1">1</a></p>'
NOTE = '<aside epub:type="footnote" id="n1"><p>{}A note</p></aside>'
LANDMARKS = '<nav epub:type="landmarks"><ol>{}</ol></nav>'
PLACE = '<li><a epub:type="{}" href="a.xhtml">A place</a></li>'
PAGES = '<nav epub:type="page-list"><ol><li><a href="a.xhtml#p1">1</a></li></ol></nav>'
SOURCE = '<meta property="pageBreakSource">urn:isbn:9780000000002</meta>'


def made(folder: Path, body: str = "", nav: str = "", meta: str = "", name: str = "book.epub") -> Path:
    """An EPUB of one document."""
    file = folder / name
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="in/b.opf"/></rootfiles></container>',
        )
        archive.writestr(
            "in/b.opf",
            f'<package xmlns="http://www.idpf.org/2007/opf"><metadata>{meta}</metadata><manifest>'
            '<item href="text/nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
            '<item href="text/a%20b.xhtml" media-type="application/xhtml+xml"/></manifest></package>',
        )
        archive.writestr("in/text/nav.xhtml", XHTML.format(nav))
        archive.writestr("in/text/a b.xhtml", XHTML.format(body))
    return file


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<p>No note</p>", (0, 0, 0)),
        (MARK + NOTE.format(""), (1, 0, 0)),
        (MARK + NOTE.format('<a href="#m1">back</a>'), (1, 1, 0)),
        (MARK + NOTE.format('<a href="#m1" role="doc-backlink">back</a>'), (1, 1, 1)),
        (MARK + NOTE.format('<a href="#m2" role="doc-backlink">lost</a>'), (1, 0, 0)),
        (MARK.replace("#n1", "#n2") + NOTE.format('<a href="#m1" role="doc-backlink">of another</a>'), (1, 0, 0)),
        (
            '<p><a role="doc-noteref" href="#n1" id="m1">1</a></p><ol><li role="doc-endnote" id="n1">x</li></ol>',
            (1, 0, 0),
        ),
    ],
)
def test_footnotes(tmp_path: Path, body: str, found: tuple[int, int, int]) -> None:
    assert Publication(made(tmp_path, body)).footnotes == Footnotes(*found)


def test_navigation(tmp_path: Path) -> None:
    nav = LANDMARKS.format(PLACE.format("toc") + PLACE.format("bodymatter")) + PAGES
    book = Publication(made(tmp_path, "x" * 1000, nav, SOURCE))
    assert book.landmarks == ("bodymatter", "toc")
    assert book.pages == Pages(1, "urn:isbn:9780000000002")
    assert 1000 < book.largest_document < 1200
    assert Publication(made(tmp_path)).pages == Pages(0, "")


def judged(facts: list[Any]) -> set[str]:
    return {fact.name for fact in facts if fact.worse}


def test_what_is_worse_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epub, "epubcheck", lambda file: {"Error": int(file.name == "bad.epub")})
    monkeypatch.setattr(epub, "ace", lambda file: {"minor": int(file.name == "bad.epub")})
    linked = MARK + NOTE.format('<a href="#m1" role="doc-backlink">back</a>')
    good = made(tmp_path, linked, LANDMARKS.format(PLACE.format("toc")) + PAGES, SOURCE)
    bad = made(
        tmp_path, MARK + NOTE.format("") + "x" * 300_000, LANDMARKS.format("") + "<p>x</p>" * 100, name="bad.epub"
    )
    assert (
        judged(epub.whole_facts(good, bad))
        == judged(epub.whole_facts(good, good))
        == judged(epub.few_facts(good, bad))
        == set()
    )
    assert judged(epub.whole_facts(bad, good)) == {
        "EPUBCheck, error",
        "footnotes with a link back",
        "of which say so, for pop-ups",
        "landmarks",
        "largest document, kB",
        "contents, kB",
    }
    assert judged(epub.few_facts(bad, good)) == {"Ace, minor", "page list"}
    assert epub.facts_table([epub.Fact("a", "1", "2", worse=True)])[1].endswith("2   WORSE")


def test_a_checker_that_is_not_installed_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(epub, "ace", lambda _: None)
    book = made(tmp_path)
    assert [fact.name for fact in epub.few_facts(book, book)] == ["page list"]
    assert "no Ace here" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("written", "repeated"),
    [("'x'", True), ("__import__('os').environ['TZ']", False), ("str(hash('x'))", False)],
)
def test_repeatability(tmp_path: Path, written: str, *, repeated: bool) -> None:
    file = tmp_path / "book.epub"
    program = f"open({str(file)!r}, 'w').write({written})"
    assert epub.repeats(Job("a program", 1, (sys.executable, "-c", program), file)) == repeated


@pytest.mark.slow
def test_all_rows() -> None:
    process = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "epub.py", ROOT / "notes", "--few", "2", "--runs", "1"],
        capture_output=True,
        text=True,
        check=False,
    )
    if "no pandoc" in process.stderr:
        pytest.skip("no pandoc; benchmarks/peers.sh installs it")
    assert process.returncode == 0, process.stdout + process.stderr
    assert re.search(r"^  the same bytes from two builds +yes ", process.stdout, re.M)
    assert re.search(r"^  page list +[1-9]\d*, source ", process.stdout, re.M)
