"""A real browser opens the documents: footnotes are there to be seen, and nothing comes from the network."""

from __future__ import annotations

import io
import shutil
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from notebook_compile.model import Book, Chapter, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def folder(epub: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target: Path = tmp_path_factory.mktemp("epub")
    with zipfile.ZipFile(io.BytesIO(epub)) as archive:
        archive.extractall(target)
    return target / "EPUB" / "text"


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser.new_page(viewport={"width": 600, "height": 800})
        browser.close()


def test_footnote_link_leads_to_visible_text_and_back(page: Any, folder: Path) -> None:
    page.goto((folder / "c1.xhtml").as_uri())
    mark = page.locator("#fnref1-2")
    mark.click()
    note = page.locator("#fn1")
    assert note.is_visible()
    assert "00:01:00" in note.inner_text()
    assert page.url.endswith("#fn1")
    note.locator("a[role=doc-backlink]").nth(1).click()
    assert page.url.endswith("#fnref1-2")


def test_nothing_is_fetched_and_nothing_is_wider_than_the_page(page: Any, folder: Path) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for document in sorted(folder.glob("*.xhtml")):
        page.goto(document.as_uri())
        assert page.evaluate("document.querySelector('parsererror')") is None, document.name
        assert page.evaluate("document.documentElement.scrollWidth") <= 600, document.name
    assert {url.partition(":")[0] for url in asked} == {"file"}
    assert any(url.endswith("images/drawing.svg") for url in asked)


LONG = "https://example.org/" + "averylongpath_" * 12
NARROW = 420


def test_long_words_break_and_leave_room_for_short_ones(
    page: Any, taken_apart: Callable[[Book], dict[str, bytes]], tmp_path: Path
) -> None:
    cells = f"<td>first thing</td><td>{LONG}</td><td><code>a_function(of)</code></td>"
    body = (
        f"<p>{LONG}</p><ul><li>{LONG}</li></ul><blockquote><p>{LONG}</p></blockquote>"
        f"<table><thead><tr><th>Name</th><th>Meaning</th><th>Code</th></tr></thead><tbody><tr>{cells}</tr></tbody></table>"
    )
    chapter = Chapter(1, "Long", 0, "c1", "1.md", None, Text(body))
    for name, data in taken_apart(Book("A Book", "en", Text(), (chapter,))).items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    page.set_viewport_size({"width": NARROW, "height": 800})
    try:
        page.goto((tmp_path / "EPUB" / "text" / "c1.xhtml").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
        head, _, code = page.evaluate("Array.from(document.querySelectorAll('th'), e => e.clientHeight)")
        assert head == code < 40  # one line
        assert page.evaluate("document.querySelector('td code').offsetWidth") > 30
    finally:
        page.set_viewport_size({"width": 600, "height": 800})


def test_images_are_drawn(page: Any, folder: Path) -> None:
    page.goto((folder / "c1.xhtml").as_uri())
    widths = page.evaluate("Array.from(document.images, image => image.naturalWidth)")
    assert widths == [60, 40, 90, 60]


def test_stylesheet_leaves_the_page_to_the_reader(page: Any, folder: Path) -> None:
    """A reader's colours show through: no element has a background or a colour of its own."""
    page.goto((folder / "c1.xhtml").as_uri())
    page.add_style_tag(content="html { color: rgb(1, 2, 3) } a { color: inherit }")
    found = page.evaluate(
        "Array.from(document.body.querySelectorAll('*'), e => getComputedStyle(e))"
        ".map(s => s.color + ' on ' + s.backgroundColor)"
    )
    assert set(found) == {"rgb(1, 2, 3) on rgba(0, 0, 0, 0)"}
