"""Printed pages of whole books: judged, and held against PDF/UA-1 and PDF/A-2a by veraPDF.

The environment variable VERAPDF names a program that is called as `$VERAPDF ua1 FILE` or `$VERAPDF 2a FILE`, and says
`compliant=true` or `compliant=false`; NOTEBOOKS is as in `test_real_notebooks.py`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf
import pytest

from notebook_compile.compiler import compile_notebook, make_pdf

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))

import pages

if TYPE_CHECKING:
    from collections.abc import Callable

CONSTRUCTS = Path("constructs")
CHAPTERS = 20
VERAPDF, FOLDER = os.environ.get("VERAPDF", ""), os.environ.get("NOTEBOOKS", "")
FOLDERS = sorted(file.parent for file in Path(FOLDER).glob("*/*.md") if file.stem == file.parent.name) if FOLDER else []
BOOKS = [(folder, theme) for folder in (CONSTRUCTS, *FOLDERS) for theme in ("book", "ereader", "handout")]
OTHER_FONTS = ("Book Emoji", "Noto Sans Hebrew", "Noto Serif Hebrew", "DejaVu Sans")

pytestmark = pytest.mark.slow
verapdf = pytest.mark.skipif(not VERAPDF, reason="VERAPDF names no program")


def print_to(file: Path, folder: Path, flags: dict[str, object]) -> Path:
    compiled, settings = compile_notebook(folder, flags, lambda *_: None)
    file.write_bytes(make_pdf(compiled, settings, lambda *_: None).pdf)
    return file


@pytest.fixture(scope="module", name="book", params=BOOKS, ids=lambda each: f"{each[0].name}-{each[1]}")
def printed_book(request: pytest.FixtureRequest, constructs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, theme = request.param
    file = tmp_path_factory.mktemp("pages") / "book.pdf"
    if folder == CONSTRUCTS:
        return print_to(file, constructs, {"theme": theme})
    return print_to(file, folder, {"theme": theme, "limit": CHAPTERS})


def is_compliant(profile: str, file: Path) -> tuple[bool, str]:
    run = subprocess.run([VERAPDF, profile, str(file)], capture_output=True, text=True, check=False)
    assert ("compliant=true" in run.stdout) != ("compliant=false" in run.stdout), run.stdout + run.stderr
    return "compliant=true" in run.stdout, run.stdout


def test_pages_keep_every_bar(book: Path) -> None:
    sections = pages.judge(book.read_bytes(), pages.Options(resolutions=(300,), fonts=OTHER_FONTS))
    missed = {name: each.lines for name, each in sections.items() if not all(figure.kept for figure in each.figures)}
    assert missed == {}


@verapdf
@pytest.mark.parametrize("profile", ["ua1", "2a"])
def test_a_book_is_what_it_claims(book: Path, profile: str) -> None:
    compliant, said = is_compliant(profile, book)
    assert compliant, said


# --- and what breaks its claim is found -------------------------------------------------------------------


def without_page_key(pdf: pikepdf.Pdf) -> None:
    """A page whose content no longer leads to its elements."""
    page = next(page for page in pdf.pages if "/StructParents" in page.obj)
    del page.obj["/StructParents"]


def without_description(pdf: pikepdf.Pdf) -> None:
    """A picture without a text in its place."""
    figure = next(each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Figure")
    del figure["/Alt"]


@verapdf
@pytest.mark.parametrize("break_claim", [without_page_key, without_description])
def test_a_broken_claim_is_found(break_claim: Callable[[pikepdf.Pdf], None], constructs: Path, tmp_path: Path) -> None:
    file = print_to(tmp_path / "book.pdf", constructs, {"limit": 1})
    assert is_compliant("ua1", file)[0]
    with pikepdf.open(file, allow_overwriting_input=True) as pdf:
        break_claim(pdf)
        pdf.save()
    assert not is_compliant("ua1", file)[0]
