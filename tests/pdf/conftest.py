"""A small theme, and books made of strings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.request import url2pathname

import pypdfium2
import pytest

from notebook_compile.pdf.binding import Bound, Labels, Metadata, OutlineItem, bind
from notebook_compile.pdf.signature import Signature, StyleSheet, lay_out

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        gutter: float = 0,
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
        gutter: float = 0,
    ) -> Bound:
        return bind(signatures, labels, outline, METADATA, gutter)

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
