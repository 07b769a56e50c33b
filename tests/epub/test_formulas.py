"""Formulas in the EPUB: MathML that EPUBCheck takes, declared in the manifest, and shown by a browser."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from notebook_compile.epub.package import package
from notebook_compile.model import Book, Chapter, Formula, Text
from notebook_compile.notes.formulas import NAMESPACE, to_mathml

if TYPE_CHECKING:
    from collections.abc import Callable

FORMULAS = Path(__file__).parents[1].joinpath("notes", "formulas", "formulas.txt").read_text("utf-8").split("\n")[:-1]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def formulas() -> Book:
    """A book with every formula, in a line and on one of its own."""
    read = [
        Formula(tex, mathml, display, (1, 1))
        for tex in FORMULAS
        for display in (False, True)
        if (mathml := to_mathml(tex, display)[0])
    ]
    body = "".join(
        f'<div class="math display"><ref n="{number}">x</ref></div>'
        if each.display
        else f'<p>In a <b>line <ref n="{number}">x</ref></b>.</p>'
        for number, each in enumerate(read)
    )
    plain = Chapter(2, "Two", 0, "c2", "2.md", None, Text("<p>None.</p>"))
    return Book("Formulas", "en", Text(), (Chapter(1, "One", 0, "c1", "1.md", None, Text(body, tuple(read))), plain))


def test_epubcheck_finds_nothing(formulas: Book, epubcheck: Callable[[bytes], object]) -> None:
    assert epubcheck(package(formulas)[0]) == (0, [])


def test_documents_hold_it_and_the_manifest_says_so(
    formulas: Book, taken_apart: Callable[[Book], dict[str, bytes]]
) -> None:
    files = taken_apart(formulas)
    opf = etree.fromstring(next(data for name, data in files.items() if name.endswith(".opf")))
    items = {str(item.get("href")): item.get("properties") for item in opf.iter("{*}item")}
    maths: list[etree._Element] = []
    for name, properties in items.items():
        if name.endswith(".xhtml"):
            document = etree.fromstring(next(data for path, data in files.items() if path.endswith(name)))
            found = list(document.iter(f"{{{NAMESPACE}}}math"))
            assert bool(found) == (properties == "mathml")
            maths += found
    assert len(maths) > 300
    assert all(math.get("alttext") for math in maths)
    assert {math.get("display") for math in maths} == {None, "block"}


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_browser_shows_it(formulas: Book, tmp_path: Path) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with zipfile.ZipFile(io.BytesIO(package(formulas)[0])) as archive:
        archive.extractall(tmp_path)
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 600, "height": 800})
        page.goto((tmp_path / "EPUB" / "text" / "chapter-0001.xhtml").as_uri())
        flat = page.evaluate(
            "[...document.querySelectorAll('math')].filter(m => m.getBoundingClientRect().height < 1)"
            ".map(m => m.getAttribute('alttext'))"
        )
        wide = page.evaluate("document.documentElement.scrollWidth")
        browser.close()
    assert flat == []
    assert wide <= 600
