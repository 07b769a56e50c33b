"""The EPUB's page list, held against the PDF of the same build, which another program reads."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from lxml import etree

from notebook_compile.compiler import compile_notebook, make_epub, make_pdf
from notebook_compile.letters import letters

if TYPE_CHECKING:
    from pathlib import Path

X = {"h": "http://www.w3.org/1999/xhtml"}
_LEFT_OUT = re.compile(
    r'<a class="noteref".*?</a>|<math.*?</math>|<svg.*?</svg>|<section class="footnotes".*|<p class="video".*?</p>'
    r"|<[^>]*(?:>|$)",
    re.DOTALL,
)
_PICTURES = 60  # letters of a page that has little more than its running head
_HEAD = 200  # letters at a page's top, among which its first word is: running heads and a table's head stand before it


@dataclass(frozen=True)
class Volume:
    """A book twice."""

    labels: list[str]  # of the PDF's pages
    texts: list[str]  # the letters of each
    entries: list[tuple[str, str]]  # of the page list: label and address
    documents: dict[str, str]  # markup by name

    def words_at(self, address: str) -> list[str]:
        """The words that stand behind a mark."""
        name, _, anchor = address.partition("#")
        markup = self.documents[name]
        place = markup.index(f'id="{anchor}"')
        return unescape(_LEFT_OUT.sub(" ", markup[markup.index("</span>", place) : place + 9000])).split()


@pytest.fixture(scope="module")
def volume(constructs: Path) -> Volume:
    compiled, settings = compile_notebook(constructs, {}, lambda *_: None)
    printed = make_pdf(compiled, settings, lambda *_: None)
    epub, _ = make_epub(compiled, settings, lambda *_: None, printed.pages)
    pdf = pypdfium2.PdfDocument(printed.pdf)
    with zipfile.ZipFile(io.BytesIO(epub)) as archive:
        documents = {
            posixpath.basename(n): archive.read(n).decode() for n in archive.namelist() if n.endswith(".xhtml")
        }
    nav = etree.fromstring(documents["contents.xhtml"].encode())
    entries = nav.iterfind(".//h:nav[@role='doc-pagelist']//h:a", X)
    return Volume(
        [pdf.get_page_label(page) for page in range(len(pdf))],
        [letters(page.get_textpage().get_text_range()) for page in pdf],
        [(entry.text or "", entry.get("href") or "") for entry in entries],
        documents,
    )


def test_every_page_but_the_cover_is_in_the_list_in_order(volume: Volume) -> None:
    assert [label for label, _ in volume.entries] == volume.labels[1:]


def test_pages_begin_with_the_same_words(volume: Volume) -> None:
    assert share_of_alike(volume, volume.entries) == 1
    others = [(label, address) for (label, _), (_, address) in zip(volume.entries, volume.entries[1:], strict=False)]
    assert share_of_alike(volume, others) < 0.5  # the measure can tell


def share_of_alike(volume: Volume, pages: list[tuple[str, str]]) -> float:
    """The share of pages of text that have one of the first words behind their mark at their top."""
    tops = {label: text[:_HEAD] for label, text in zip(volume.labels, volume.texts, strict=True)}
    alike = [
        any(letters(word) in tops[label] for word in words[:2])
        for label, address in pages
        if len(tops[label]) > _PICTURES
        and (words := [word for word in volume.words_at(address) if len(letters(word)) > 4])
    ]
    return sum(alike) / len(alike)
