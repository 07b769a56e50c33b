"""The peers make the same book of the sample notebook as the compiler does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "benchmarks"))

from peers.notes import rewritten  # noqa: E402
from speed.makers import PEER_JOBS, Selection, missing_peers, select  # noqa: E402
from speed.results import OBSIDIAN, TYPST  # noqa: E402
from turns import run  # noqa: E402

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


# --- programs that get the notes written anew --------------------------------------------------------------

NOTES = {
    "index.md": "---\ntitle: Seas\n---\n\n## Deep\n\n- [[one]]\n- [[two|Two]]\n",
    "one.md": "---\nvideoId: dQw4w9WgXcQ\n---\nTo [[two|the *second*]], [[three]] at [00:01:02] and [1:03]\n\n"
    "![[a b.png]]\n",
    "two.md": "# Two\n\nTo [[one]] [00:01] and ![lost](lost.png).\n",
    "three.md": "Not in the book.\n",
}


def test_notes_written_anew(tmp_path: Path) -> None:
    for name, text in NOTES.items():
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "a b.png").write_bytes(b"")
    compiled, _ = Selection(tmp_path, "index", ()).compiled()
    texts = {chapter.path: text for chapter, text in rewritten(compiled, lambda to, label: f"<{to.number} {label}>")}
    assert texts == {
        "one.md": (
            f"To <2 the \\*second\\*>, three at[^m1] and[^m2]\n\n![](<{tmp_path}/a b.png>)\n\n"
            "[^m1]: 00:01:02 [youtu.be/dQw4w9WgXcQ?t=62](https://youtu.be/dQw4w9WgXcQ?t=62)\n\n"
            "[^m2]: 00:01:03 [youtu.be/dQw4w9WgXcQ?t=63](https://youtu.be/dQw4w9WgXcQ?t=63)\n"
        ),
        "two.md": "# Two\n\nTo <1 one> 00:01 and lost.\n",
    }


def addresses(pdf: Path) -> set[str]:
    """Those of the moments that links in a PDF lead to."""
    with pikepdf.open(pdf) as book:
        links = [link for page in book.pages for link in page.get("/Annots", [])]
        found = {str(link["/A"]["/URI"]) for link in links if "/A" in link and "/URI" in link["/A"]}
    return {address for address in found if "youtu.be/" in address and "t=" in address}


@pytest.mark.slow
@pytest.mark.parametrize("peer", [TYPST, OBSIDIAN])
def test_books_of_other_programs(plain: Path, tmp_path: Path, peer: str) -> None:
    """Page size, the addresses of all moments, and page numbers in contents and behind references are as ours."""
    if peer in missing_peers():
        pytest.skip("not there; benchmarks/peers.sh installs it")
    (tmp_path / "notes").mkdir()
    (tmp_path / "peer").mkdir()
    job = PEER_JOBS[peer](*select(ROOT / "notes", "index", 2, tmp_path / "notes").compiled(), tmp_path / "peer")
    run(job)
    assert addresses(job.output) == addresses(plain)
    document = pypdfium2.PdfDocument(job.output)
    assert [round(side) for side in document.get_page_size(0)] == [420, 595]
    texts = {
        document.get_page_label(number) or str(number + 1): page.get_textpage().get_text_bounded()
        for number, page in enumerate(document)
    }
    contents = next(text for text in texts.values() if len(re.findall(r"(?:Upper|Lower) Motor Neurons", text)) == 2)
    numbers = re.findall(r"(Upper Motor Neurons|Lower Motor Neurons)[\s.]+(\d+)", contents)
    assert len(numbers) == 2
    for title, number in numbers:
        assert title in texts[number]
    references = re.findall(r"\(p\.\s(\d+)\)", "".join(texts.values()))
    assert references
    assert set(references) <= {number for _, number in numbers}
