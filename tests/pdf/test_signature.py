"""Signatures: laid out as WeasyPrint lays out a document, with all that binding needs to know."""

from __future__ import annotations

import base64
import logging
import pickle
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

import pikepdf
import pytest
from PIL import Image
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from notebook_compile.pdf import folios
from notebook_compile.pdf.rendering import lay_out
from notebook_compile.pdf.signature import StyleSheet

if TYPE_CHECKING:
    from conftest import Bookbinder, Layout

TEXT = "<p>" + "Some words that fill a line, and then some more. " * 30 + "</p>"
CHAPTERS = f'<section><h1 id="one">One</h1>{TEXT}</section><section><h1 id="two">Two</h1>{TEXT * 3}</section>'


def test_pages_as_weasyprint_makes_them(layout: Layout, theme: str) -> None:
    fonts = FontConfiguration()
    document = HTML(string=f'<html lang="en"><title>One</title>{CHAPTERS}').render(
        font_config=fonts, stylesheets=[CSS(string=theme, font_config=fonts)]
    )
    assert layout(CHAPTERS).pages == len(document.pages) > 2


def test_anchors(layout: Layout) -> None:
    """Places are in points, from the lower left corner of the page."""
    anchors = layout(
        '<p id="top">Top</p><section id="next"><p style="margin-left: 20pt" id="ünder">Text</p></section>'
    ).anchors
    assert list(anchors) == ["top", "next", "ünder"]
    assert anchors["top"][0] == 0
    assert anchors["top"][1:] == pytest.approx((30, 280))
    assert anchors["next"][0] == anchors["ünder"][0] == 1
    assert anchors["ünder"][1] == pytest.approx(50)


def test_web_addresses(layout: Layout) -> None:
    links = [f'<a href="https://example.org/{name}">{name}</a>' for name in ("a", "b")]
    note = f'<span class="footnote">{links[1]}</span>'
    signature = layout(f'<p id="p">{links[0]} <a href="{folios.address("p")}">p</a> {folios.number("p", 1)}{note}</p>')
    assert signature.links == ("https://example.org/a", "https://example.org/b")


def test_equal_for_equal_input(layout: Layout) -> None:
    first, second = layout(CHAPTERS), layout(CHAPTERS)
    assert first == second
    assert pickle.loads(pickle.dumps(first)) == first


def test_no_file_without_leave() -> None:
    """What may not be read is left out; nothing is read from elsewhere."""
    asked: list[str] = []

    def refuse(address: str) -> bytes:
        asked.append(address)
        raise PermissionError(address)

    images = ["file:///etc/hostname", "https://example.org/image.png", "http://localhost/image.png"]
    html = "".join(f'<img alt="" src="{image}">' for image in images)
    signature = lay_out(html, [StyleSheet("@import 'https://example.org/style.css';")], refuse)
    assert sorted(asked) == sorted(["https://example.org/style.css", *images])
    assert signature.pages == 1


def test_what_weasyprint_logs_is_not_printed(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other libraries install handlers for all that is logged."""
    stream = StringIO()
    monkeypatch.setattr(logging.root, "handlers", [logging.StreamHandler(stream)])
    assert layout('<img alt="" src="notebook:gone.png">').unread == ("notebook:gone.png",)
    assert stream.getvalue() == ""


def test_lacking_characters(layout: Layout) -> None:
    signature = layout("<p>Text \U0003fffd</p>")  # unassigned: no font can have it
    assert signature.lacking == "\U0003fffd"
    assert not signature.accessible


@pytest.mark.parametrize(
    ("html", "accessible"),
    [
        ("<h1>One</h1><h2>Two</h2><h3>Three</h3><h2>Two</h2><h1>One</h1>", True),
        ("<h1>One</h1><h3>Three</h3>", False),
        ("<h2>Two</h2>", False),
        ("<p>No heading</p>", True),
        ("<img alt='A dot' src='data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw=='>", True),
        ("<img src='data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw=='>", False),
    ],
)
def test_accessible(layout: Layout, html: str, accessible: bool) -> None:
    assert layout(html).accessible is accessible


@pytest.mark.parametrize(
    ("mode", "kind", "archival"),
    [("RGB", "PNG", True), ("RGBA", "PNG", True), ("L", "GIF", True), ("CMYK", "JPEG", False)],
)
def test_archival_images(layout: Layout, binder: Bookbinder, mode: str, kind: str, archival: bool) -> None:
    """Colours that depend on a printing press do not last; nor does what a viewer makes up between pixels."""
    file = BytesIO()
    Image.new(mode, (8, 8)).save(file, kind)
    data = base64.b64encode(file.getvalue()).decode()
    signature = layout(f'<img alt="Squares" width="8" src="data:image/{kind.lower()};base64,{data}">')
    assert signature.archival is archival
    with pikepdf.open(BytesIO(binder(signature).pdf)) as pdf:
        images = [item for item in pdf.objects if isinstance(item, pikepdf.Stream) and "/Interpolate" in item]
        assert images
        assert not any(image.Interpolate for image in images)


def test_archival_text(layout: Layout) -> None:
    assert layout("<p>Text</p>").archival
    assert not layout("<p>Private \ue000</p>").archival


def test_content_is_tightened(layout: Layout, binder: Bookbinder) -> None:
    with pikepdf.open(BytesIO(binder(layout(CHAPTERS)).pdf)) as pdf:
        assert b">0<" not in pdf.pages[0].Contents.read_bytes()


def test_address() -> None:
    for name in ("a", "a b", "ä:/?#%41", "100%"):
        assert folios.target_of(folios.address(name)) == name
    assert folios.target_of("https://example.org/") is None
