"""The peers make the same book of the sample notebook as the compiler does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

ROOT = Path(__file__).parents[2]
CHOSEN = ("--index", "index", "--limit", "2")


def codes(pdf: Path) -> set[str]:
    """What the QR codes on all pages say; one plain document now and then prints a footnote twice."""
    pages = [page.render(scale=300 / 72).to_pil() for page in pypdfium2.PdfDocument(pdf)]
    return {code.text for page in pages for code in zxingcpp.read_barcodes(page)}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("plain") / "book.pdf"
    script = ROOT / "benchmarks" / "plain_weasyprint.py"
    subprocess.run([sys.executable, script, ROOT / "notes", output, *CHOSEN], check=True)
    return output


def test_same_footnotes(plain: Path, tmp_path: Path) -> None:
    ours = tmp_path / "ours.pdf"
    command = (
        sys.executable,
        "-m",
        "notebook_compile",
        "pdf",
        str(ROOT / "notes"),
        "--quiet",
        *CHOSEN,
        "-o",
        str(ours),
    )
    subprocess.run(command, check=True)
    assert codes(plain) == codes(ours)
    assert len(codes(plain)) > 2


def test_page_numbers(plain: Path) -> None:
    """Those of the contents, and those behind cross-references, lead to the pages that they name."""
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(plain)]
    contents = next(text for text in pages if text.startswith("Contents"))
    entries = re.findall(r"^(Upper Motor Neurons|Lower Motor Neurons)\s+(\d+)", contents, re.M)
    assert len(entries) == 2
    for title, number in entries:
        assert title in pages[int(number) - 1]
    references = re.findall(r"\(p\.\s(\d+)\)", "".join(pages))
    assert set(references) <= {number for _, number in entries}
    assert references


def test_outline(plain: Path) -> None:
    titles = [item.get_title() for item in pypdfium2.PdfDocument(plain).get_toc()]
    assert {"Contents", "Upper Motor Neurons", "Lower Motor Neurons"} <= set(titles)
