"""Rendering: signatures are laid out and drawn by WeasyPrint.

In: a signature's markup, the theme's style sheets, and a door to files. Out: its pages as a sheaf of tagged PDF, where
its anchors stand, and the web addresses on its pages. Never: page numbers, other signatures, processes.
"""

from __future__ import annotations

import hashlib
import logging
import mimetypes
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING

import pydyf
from weasyprint import CSS, LOGGER
from weasyprint.css.counters import CounterStyle
from weasyprint.formatting_structure.boxes import FootnoteAreaBox, LineBox
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from notebook_compile.pdf import faster, folios, linesetting, tagging
from notebook_compile.pdf.codes import Images
from notebook_compile.pdf.documents import parsed
from notebook_compile.pdf.faster import garbage
from notebook_compile.pdf.openings import openings
from notebook_compile.pdf.sheaf import Sheaf, make_sheaf
from notebook_compile.pdf.signature import POINTS, BoxSize, Fetch, Signature, StyleSheet
from notebook_compile.pdf.system_fonts import prefer_outlines

if TYPE_CHECKING:
    from weasyprint import Document
    from weasyprint.document import Page

LOGGER.propagate = False  # what matters becomes data; another library's handlers would print the rest

# What PDF/A-2 excludes from the meaning of text (ISO 19005-2, 6.2.11.7), and the colours of images that it allows.
_MEANINGLESS = re.compile("[\0\ufeff\ufffe\ue000-\uf8ff\U000f0000-\U0010ffff]")
_KNOWN_COLOURS = ("/DeviceRGB", "/DeviceGray")


def box_sizes(html: str, styles: Iterable[StyleSheet], fetch: Fetch) -> dict[str, BoxSize]:
    """The boxes of elements by their ids; `page` is where text stands on the first page."""
    pages = [page._page_box for page in _render(html, _press(tuple(styles), fetch)).pages]
    boxes = {"page": (pages[0], pages[0])} | {
        box.element.get("id"): (page, box)
        for page in pages
        for box in page.descendants()
        if box.element is not None and box.element.get("id")
    }
    return {
        name: BoxSize(
            width=box.width * POINTS,
            height=box.height * POINTS,
            top=(page.margin_height() - box.content_box_y()) * POINTS,
            type_size=box.style["font_size"] * POINTS,
            colour="#" + "".join(f"{round(255 * part):02x}" for part in box.style["color"].to("srgb")[:3]),
        )
        for name, (page, box) in boxes.items()
    }


class Rendering:
    """A signature whose pages are laid out and not yet drawn: what decides whether it is laid out otherwise."""

    def __init__(self, html: str, styles: Iterable[StyleSheet], fetch: Fetch) -> None:
        """Lay out a signature: a whole HTML document with `lang` and `title`, each of its chapters on a new page.

        Every element's `id` is an anchor. Links to anchors have `folios.address` as their `href`, numbers of anchors'
        pages are written by `folios.number`.
        """
        press = _press(tuple(styles), fetch)
        with _failed_images() as unread, press.fetcher.noting() as read:
            self._document = _render(html, press)
        self._files = tuple(sorted({*press.files, *read}))
        self._name = hashlib.sha256(html.encode()).hexdigest()[:12]
        self._unread = tuple(dict.fromkeys(unread))
        self.pages = len(self._document.pages)
        self.anchors = _anchors(self._document)
        self.crowded = frozenset(_crowded(self._document))

    def signature(self) -> Signature:
        """Draw the pages."""
        document = self._document
        finished: list[tuple[Sheaf, bool, bool]] = []
        document.write_pdf(
            BytesIO(),
            finisher=lambda document, pdf: finished.append(_finish(document, pdf, self._name)),
            pdf_tags=True,
        )
        sheaf, in_order, lasting = finished[0]
        lacking = "".join(sorted({chr(code) for font in document.fonts.values() for code in font.missing}))
        return Signature(
            sheaf=sheaf.packed(),
            pages=self.pages,
            anchors=self.anchors,
            openings=openings(page._page_box for page in document.pages),
            links=_web_addresses(document),
            lacking=lacking,
            unread=self._unread,
            crowded=self.crowded,
            accessible=in_order and not lacking,
            archival=lasting and not lacking,
            files=self._files,
        )


def lay_out(html: str, styles: Iterable[StyleSheet], fetch: Fetch) -> Signature:
    """Lay out a signature and draw its pages; `Rendering` says of what."""
    return Rendering(html, styles, fetch).signature()


def _render(html: str, press: _Press) -> Document:
    return parsed(html, press.base, press.fetcher).render(
        cache=Images(),
        font_config=press.fonts,
        counter_style=press.counters,
        stylesheets=press.sheets,
        presentational_hints=True,  # numbers of lists and sizes of images are attributes
    )


@contextmanager
def _failed_images() -> Iterator[list[str]]:
    """The addresses of images that WeasyPrint fails to load meanwhile; it tells of them in its log only."""
    addresses: list[str] = []

    def note(record: logging.LogRecord) -> bool:
        if str(record.msg).startswith("Failed to load image") and record.args:
            addresses.append(str(record.args[0]))  # type: ignore[index]
        return True

    LOGGER.addFilter(note)
    try:
        yield addresses
    finally:
        LOGGER.removeFilter(note)


# --- what signatures share in a process -------------------------------------------------------------------------------


class _Door(URLFetcher):  # type: ignore[misc]
    """WeasyPrint's way to files: data addresses, and what `fetch` gives."""

    def __init__(self, fetch: Fetch) -> None:
        super().__init__(allowed_protocols=("data",))
        self._read = fetch
        self._noted: list[str] = []

    @contextmanager
    def noting(self) -> Iterator[list[str]]:
        """The addresses of files that are asked for meanwhile."""
        self._noted = []
        yield self._noted

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url.startswith("data:"):
            return super().fetch(url, headers)
        self._noted.append(url)
        media_type, _ = mimetypes.guess_type(url.partition("?")[0])
        return URLFetcherResponse(url, self._read(url), {"Content-Type": media_type or "application/octet-stream"})


@dataclass(frozen=True, slots=True)
class _Press:
    """Parsed style sheets and loaded fonts, made once in a process."""

    base: str
    fetcher: _Door
    fonts: FontConfiguration
    counters: CounterStyle
    sheets: list[CSS]
    files: list[str]  # addresses that were read for these


@lru_cache(maxsize=4)
def _press(styles: tuple[StyleSheet, ...], fetch: Fetch) -> _Press:
    """Set up a press for a theme. Loading a theme's fonts and styles takes longer than laying out a page."""
    linesetting.install()
    faster.install()
    fetcher, fonts, counters = _Door(fetch), FontConfiguration(), CounterStyle()
    prefer_outlines(fonts)
    # It keeps copies of the fonts in a folder until it is deleted, and worker processes end without deleting anything.
    Finalize(None, fonts.__del__, exitpriority=1)
    with fetcher.noting() as files:
        sheets = [
            CSS(
                string=sheet.text,
                base_url=sheet.base or None,
                url_fetcher=fetcher,
                font_config=fonts,
                counter_style=counters,
            )
            for sheet in (StyleSheet(folios.STYLES), *styles)
        ]
    garbage.keep_what_is_there()
    return _Press(styles[0].base if styles else "", fetcher, fonts, counters, sheets, files)


# --- what is known of the pages ---------------------------------------------------------------------------------------


def _anchors(document: Document) -> dict[str, tuple[int, float, float]]:
    """Where each id stands; the first place counts for an element that is broken over pages."""
    anchors: dict[str, tuple[int, float, float]] = {}
    for index, page in enumerate(document.pages):
        for name, (x, y, *_) in page.anchors.items():
            anchors.setdefault(name, (index, round(x * POINTS, 2), round((page.height - y) * POINTS, 2)))
    return anchors


def _web_addresses(document: Document) -> tuple[str, ...]:
    return tuple(
        target
        for page in document.pages
        for kind, target, _, _ in page.links
        if kind == "external" and folios.target_of(target) is None
    )


def _finish(document: Document, pdf: pydyf.PDF, name: str) -> tuple[Sheaf, bool, bool]:
    """Take the pages out of the PDF, with its structure in order.

    Returns them, and whether the structure is as PDF/UA and the rest as PDF/A wants it.
    """
    links = tagging.marked_links(pdf)
    tagging.unlink(pdf, folios.is_count)
    in_order = tagging.tidy(pdf, name, _footnote_areas(document))
    contents = [tagging.contents(pdf, page) for page in tagging.pages(pdf)]
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream) and "Interpolate" in item.extra:
            item.extra["Interpolate"] = "false"  # PDF/A-2, 6.2.8; viewers smooth photographs as they like
    lasting = _lasting(document, pdf)
    sheaf = make_sheaf(document, pdf, folios.find_numbers(document, contents, links))
    pdf.objects.clear()  # nothing is left to be written
    return sheaf, in_order, lasting


def _lasting(document: Document, pdf: pydyf.PDF) -> bool:
    """Whether text and images mean the same everywhere: no private characters, no colours of an unknown press."""
    texts = "".join(text for font in document.fonts.values() for text in font.to_unicode.values())
    images = [item.extra for item in pdf.objects if isinstance(item, pydyf.Stream) and "ColorSpace" in item.extra]
    return not _MEANINGLESS.search(texts) and all(image["ColorSpace"] in _KNOWN_COLOURS for image in images)


def _footnote_areas(document: Document) -> list[int]:
    return [index for index, page in enumerate(document.pages) if _footnote_area(page)]


def _footnote_area(page: Page) -> FootnoteAreaBox | None:
    """Where a page's footnotes are, if it has any."""
    areas = (box for box in page._page_box.children if isinstance(box, FootnoteAreaBox) and box.children)
    return next(areas, None)


def _crowded(document: Document) -> Iterator[str]:
    """The anchors in footnotes that take more than a page has left: WeasyPrint breaks none over pages."""
    for page in document.pages:
        area = _footnote_area(page)
        if area is None:
            continue
        text = (box for box in page._page_box.children[0].descendants() if isinstance(box, LineBox))
        free = max((line.position_y + line.height for line in text), default=page._page_box.content_box_y())
        if area.position_y < free - 1:  # a pixel, for what is rounded
            yield from filter(None, (box.style["anchor"] for box in area.descendants()))
