"""A small theme, books made of strings, and PDFs read back."""

from __future__ import annotations

import io
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.request import url2pathname

import pikepdf
import pypdfium2
import pytest
import segno
import zxingcpp
from PIL import Image, ImageDraw

from notebook_compile.jobs import processes
from notebook_compile.pdf.binding import Bound, Labels, Metadata, OutlineItem, bind
from notebook_compile.pdf.printing import Printed, print_book
from notebook_compile.pdf.rendering import lay_out
from notebook_compile.pdf.signature import Signature, StyleSheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from notebook_compile.model import Book
    from notebook_compile.pdf.design import Design

FONTS = Path(__file__).parents[2] / "styles" / "fonts"
FACES = {
    ("Text", "normal", "normal"): "NotoSerif-Regular.ttf",
    ("Text", "bold", "normal"): "NotoSerif-Bold.ttf",
    ("Text", "normal", "italic"): "NotoSerif-Italic.ttf",
    ("Code", "normal", "normal"): "NotoSansMono-Regular.ttf",
}
METADATA = Metadata("A Book", "en", ("Ada", "Grace"), "About & <more>", modified=1_700_000_000)

THEME = (
    "".join(
        f"@font-face {{ font-family: {family}; font-weight: {weight}; font-style: {style};"
        f" src: url({(FONTS / file).as_uri()}) }}\n"
        for (family, weight, style), file in FACES.items()
    )
    + """
@page { size: 240pt 320pt; margin: 30pt; @footnote { margin-top: 6pt } }
html { font: 10pt/1.3 Text } body { margin: 0 } h1 { font-size: 14pt } code { font-family: Code }
.footnote { float: footnote } section { break-before: page; counter-reset: footnote }
"""
)


def fetch(address: str) -> bytes:
    """What stands in a file."""
    return Path(url2pathname(address.removeprefix("file://"))).read_bytes()


def page_of(html: str) -> str:
    """A whole document."""
    return f'<html lang="en"><title>Signature</title><body>{html}</body></html>'


class Layout(Protocol):
    """Lays out sections of a signature, with more CSS if need be."""

    def __call__(self, html: str, css: str = "") -> Signature: ...


class Bookbinder(Protocol):
    """Binds signatures, with few cares."""

    def __call__(
        self,
        *signatures: Signature,
        labels: Sequence[Labels] = (),
        outline: Sequence[OutlineItem] = (),
    ) -> Bound: ...


@pytest.fixture(scope="session")
def layout() -> Layout:
    def lay(html: str, css: str = "") -> Signature:
        styles = [StyleSheet(THEME), StyleSheet(css)] if css else [StyleSheet(THEME)]
        return lay_out(page_of(html), styles, fetch)

    return lay


@pytest.fixture(scope="session")
def binder() -> Bookbinder:
    def sew(
        *signatures: Signature,
        labels: Sequence[Labels] = (),
        outline: Sequence[OutlineItem] = (),
    ) -> Bound:
        return bind(signatures, [each.sheaf for each in signatures], labels, outline, METADATA)

    return sew


@pytest.fixture(scope="session")
def theme() -> str:
    return THEME


@pytest.fixture(scope="session")
def metadata() -> Metadata:
    return METADATA


class Pages(Protocol):
    """The text of a PDF, page by page, as PDFium reads it."""

    def __call__(self, bound: Bound) -> list[str]: ...


@pytest.fixture(scope="session")
def read_pages() -> Pages:
    def read(bound: Bound) -> list[str]:
        return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(bound.pdf)]

    return read


# --- whole books ------------------------------------------------------------------------------------------


class Press(Protocol):
    """Prints a book, in so many processes."""

    def __call__(self, book: Book, design: Design, jobs: int = 1) -> Printed: ...


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code on a page."""

    page: int
    text: str
    width: float  # with its quiet zone, in millimetres


@dataclass(frozen=True, slots=True)
class Reading:
    """A printed book as a reader has it; pages are counted from zero."""

    pdf: bytes
    texts: tuple[str, ...]  # of each page, all white space made single blanks
    labels: tuple[str, ...]  # of each page
    outline: tuple[tuple[int, str, int], ...]  # level, title, page
    anchors: dict[str, int]  # the pages of places that something in the book leads to
    links: tuple[tuple[int, str], ...]  # pages, and the anchor or web address that a link on it leads to

    @property
    def body(self) -> range:
        """The pages behind the front matter and before the back matter."""
        back = (self.anchors.get(name, len(self.texts)) for name in ("videos", "tags-index", "title-index"))
        return range(self.labels.index("1"), min(back))

    @property
    def text(self) -> str:
        """What stands on these pages."""
        return " ".join(self.texts[page] for page in self.body)

    def page(self, label: str) -> str:
        """The text of a page."""
        return self.texts[self.labels.index(label)]

    def label(self, title: str) -> str:
        """The label of the page that an item of the outline leads to."""
        return self.labels[next(page for _, name, page in self.outline if name == title)]

    def codes(self, pages: Iterable[int]) -> list[Code]:
        """The QR codes that are read on pages at 300 dpi."""
        pdf, dots = pypdfium2.PdfDocument(self.pdf), 300 / 25.4
        found = []
        for page in pages:
            for code in zxingcpp.read_barcodes(pdf[page].render(scale=300 / 72).to_pil()):
                dark = (code.position.top_right.x - code.position.top_left.x) / dots
                modules = segno.make_qr(code.text).symbol_size(border=0)[0]
                found.append(Code(page, code.text, dark * (modules + 8) / modules))
        return found


class Reader(Protocol):
    """Reads a printed book."""

    def __call__(self, printed: Printed) -> Reading: ...


@pytest.fixture(scope="session")
def press() -> Press:
    def print_in_processes(book: Book, design: Design, jobs: int = 1) -> Printed:
        with processes(jobs) as run:
            return print_book(book, design, run, lambda *_: None)

    return print_in_processes


@pytest.fixture(scope="session")
def read() -> Reader:
    def read_back(printed: Printed) -> Reading:
        pdf = pypdfium2.PdfDocument(printed.pdf)
        labels = tuple(pdf.get_page_label(index) for index in range(len(pdf)))
        assert labels[len(labels) - len(printed.pages) :] == tuple(page.label for page in printed.pages)
        return Reading(
            printed.pdf,
            texts=tuple(" ".join(page.get_textpage().get_text_range().split()) for page in pdf),
            labels=labels,
            outline=tuple((item.level, item.get_title(), item.get_dest().get_index()) for item in pdf.get_toc()),
            **_leads(printed.pdf),
        )

    return read_back


def _leads(data: bytes) -> dict[str, Any]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pages = {page.obj.objgen: index for index, page in enumerate(pdf.pages)}
        names = pikepdf.NameTree(pdf.Root.Names.Dests) if "/Names" in pdf.Root else {}
        links = [(index, each) for index, page in enumerate(pdf.pages) for each in page.obj.get("/Annots", [])]
        links = [(page, each) for page, each in links if "/Dest" in each or "/A" in each]  # others lead nowhere
        return {
            "anchors": {name: pages[place[0].objgen] for name, place in names.items()},
            "links": tuple((page, str(each.Dest if "/Dest" in each else each.A.URI)) for page, each in links),
        }


# --- a notebook of every construct ------------------------------------------------------------------------

PICTURES = {"crab.png": (96, 64), "gull.jpg": (400, 240), "tall.png": (80, 900)}


@pytest.fixture(scope="session")
def constructs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The notebook in `constructs/`, whose notes hold all that the reader knows, with the files that they name."""
    folder = tmp_path_factory.mktemp("constructs") / "coast"
    shutil.copytree(Path(__file__).with_name("constructs"), folder)
    for name, (width, height) in PICTURES.items():
        picture = Image.new("RGB", (width, height), "white")
        ImageDraw.Draw(picture).ellipse((2, 2, width - 3, height - 3), fill="steelblue")
        picture.save(folder / name)
    for name in ("film.mp4", "map.canvas", "paper.pdf"):
        (folder / name).touch()
    return folder
