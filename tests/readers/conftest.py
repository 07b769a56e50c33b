"""Books that the tests read, and the readers that open them."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from notebook_compile.compiler import compile_notebook, make_epub, make_pdf

from .foliate import FOLIATE, Foliate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from notebook_compile.model import Book

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "notes"
CONSTRUCTS = ROOT / "tests" / "pdf" / "constructs"
FOLDER = os.environ.get("NOTEBOOKS", "")  # of large notebooks, each with an index note that is called like its folder
NOTEBOOKS = (
    sorted(file.parent for file in Path(FOLDER).glob("*/*.md") if file.stem == file.parent.name) if FOLDER else []
)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@dataclass(frozen=True, slots=True)
class Made:
    """A book, and the EPUB of it."""

    book: Book
    epub: bytes
    pages: tuple[str, ...]  # labels of its PDF's pages, none without one


def make(folder: Path, printed: bool = False, **flags: object) -> Made:
    """Compile a notebook; with its PDF, the EPUB tells of pages."""
    compiled, settings = compile_notebook(folder, flags, lambda *_: None)
    pages = make_pdf(compiled, settings, lambda *_: None).pages if printed else ()
    epub, _ = make_epub(compiled, settings, lambda *_: None, pages)
    return Made(compiled.book, epub, tuple(page.label for page in pages))


@pytest.fixture(scope="session")
def sample() -> Made:
    """The sample notebook, as `build` makes it."""
    return make(SAMPLE, printed=True)


@pytest.fixture(scope="session")
def constructs() -> Made:
    """The notebook with every construct, as `epub` makes it."""
    return make(CONSTRUCTS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def opened(browser: Any) -> Iterator[Callable[..., Foliate]]:
    """A function that opens a book in foliate-js."""
    if not FOLIATE.is_dir():
        pytest.skip("foliate-js is not installed; scripts/test does it")
    readers = []

    def open_book(data: bytes, name: str = "book.epub") -> Foliate:
        readers.append(Foliate(browser, data, name))
        return readers[-1]

    yield open_book
    for reader in readers:
        reader.close()
