"""Signatures: runs of whole chapters laid out at once, the unit of layout, of the cache and of parallel work.

In: a signature's markup, the theme's style sheets, and a door to files. Out: its pages as a tagged PDF, where its
anchors and late numbers stand, and the web addresses on its pages. Never: page numbers, other signatures, processes.
"""

from __future__ import annotations

import hashlib
import logging
import mimetypes
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from itertools import chain
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING, Any

import pydyf
from weasyprint import CSS, HTML, LOGGER
from weasyprint.css.counters import CounterStyle
from weasyprint.formatting_structure.boxes import FootnoteAreaBox, LineBox
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from notebook_compile.pdf import folios, linesetting, tagging
from notebook_compile.pdf.openings import Opening, openings
from notebook_compile.pdf.system_fonts import prefer_outlines

if TYPE_CHECKING:
    from weasyprint import Document
    from weasyprint.document import Page

# (an absolute address) -> what stands there; raises OSError for what may not be read or does not exist. It must be
# picklable for worker processes, and hashable: fonts and style sheets are read once for all calls with an equal one.
Fetch = Callable[[str], bytes]

LOGGER.propagate = False  # what matters becomes data; another library's handlers would print the rest

POINTS = 0.75  # a CSS pixel in points

# What PDF/A-2 excludes from the meaning of text (ISO 19005-2, 6.2.11.7), and the colours of images that it allows.
_MEANINGLESS = re.compile("[\0\ufeff\ufffe\ue000-\uf8ff\U000f0000-\U0010ffff]")
_KNOWN_COLOURS = ("/DeviceRGB", "/DeviceGray")


@dataclass(frozen=True, slots=True)
class StyleSheet:
    """A theme's CSS and the address that its relative addresses start from."""

    text: str
    base: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """Laid-out pages, still without their numbers. Small to pickle: bytes, numbers and strings."""

    pdf: bytes
    pages: int
    anchors: dict[str, tuple[int, float, float]]  # name: zero-based page, x and y in points from its lower left
    openings: tuple[Opening, ...]  # how each page begins
    numbers: tuple[folios.PlacedNumber, ...]
    links: tuple[str, ...]  # web addresses that stand on the pages as links, once for each line that they are on
    lacking: str = ""  # characters that no font has, sorted
    unread: tuple[str, ...] = ()  # addresses of images that could not be read or drawn
    crowded: frozenset[str] = frozenset()  # anchors in footnotes that are too tall for their page
    accessible: bool = True  # whether the pages are fit for PDF/UA-1, as far as that depends on the content
    archival: bool = True  # the same for PDF/A-2u


@dataclass(frozen=True, slots=True)
class BoxSize:
    """A box on a page, in points, and the colour of its text, as #rrggbb."""

    width: float
    height: float
    top: float  # of its content, from the page's lower edge
    type_size: float
    colour: str


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


def lay_out(html: str, styles: Iterable[StyleSheet], fetch: Fetch) -> Signature:
    """Lay out a signature: a whole HTML document with `lang` and `title`, each of its chapters starting a new page.

    Every element's `id` is an anchor. Links to anchors have `folios.address` as their `href`, numbers of anchors'
    pages are written by `folios.number`.
    """
    press = _press(tuple(styles), fetch)
    with _failed_images() as unread:
        document = _render(html, press)
    name = hashlib.sha256(html.encode()).hexdigest()[:12]
    finished: list[tuple[tuple[folios.PlacedNumber, ...], bool, bool]] = []
    target = BytesIO()
    document.write_pdf(
        target,
        finisher=lambda document, pdf: finished.append(_finish(document, pdf, name)),
        pdf_tags=True,
    )
    numbers, in_order, lasting = finished[0]
    lacking = "".join(sorted({chr(code) for font in document.fonts.values() for code in font.missing}))
    return Signature(
        pdf=target.getvalue(),
        pages=len(document.pages),
        anchors=_anchors(document),
        openings=openings(page._page_box for page in document.pages),
        numbers=numbers,
        links=_web_addresses(document),
        lacking=lacking,
        unread=tuple(dict.fromkeys(unread)),
        crowded=frozenset(_crowded(document)),
        accessible=in_order and not lacking,
        archival=lasting and not lacking,
    )


def _render(html: str, press: _Press) -> Document:
    return HTML(string=html, base_url=press.base, url_fetcher=press.fetcher).render(
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

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url.startswith("data:"):
            return super().fetch(url, headers)
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


@lru_cache(maxsize=4)
def _press(styles: tuple[StyleSheet, ...], fetch: Fetch) -> _Press:
    """Set up a press for a theme. Loading a theme's fonts and styles takes longer than laying out a page."""
    linesetting.install()
    fetcher, fonts, counters = _Door(fetch), FontConfiguration(), CounterStyle()
    prefer_outlines(fonts)
    # It keeps copies of the fonts in a folder until it is deleted, and worker processes end without deleting anything.
    Finalize(None, fonts.__del__, exitpriority=1)
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
    return _Press(styles[0].base if styles else "", fetcher, fonts, counters, sheets)


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


def _finish(document: Document, pdf: pydyf.PDF, name: str) -> tuple[tuple[folios.PlacedNumber, ...], bool, bool]:
    """Put the PDF in order before it is written: tidy its structure, find its numbers, compress it.

    Returns the numbers, and whether the structure is as PDF/UA and the rest as PDF/A wants it.
    """
    links = tagging.marked_links(pdf)
    in_order = tagging.tidy(pdf, name, _footnote_areas(document))
    contents = [tagging.contents(pdf, page) for page in tagging.pages(pdf)]
    for stream in chain.from_iterable(contents):
        stream.stream = [_tightened(operator) for operator in stream.stream]
    numbers = folios.find_numbers(document, contents, links)
    for key in ("Names", "Outlines"):  # binding makes them anew
        pdf.catalog.pop(key, None)
    for stream in chain.from_iterable(contents):
        _compress(stream, 1)  # binding packs pages once more, and well
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream):
            _compress(item, 6)
            if "Interpolate" in item.extra:
                item.extra["Interpolate"] = "false"  # PDF/A-2, 6.2.8; viewers smooth photographs as they like
    return numbers, in_order, _lasting(document, pdf)


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


def _tightened(operator: Any) -> Any:
    """An operator that shows text, without the displacements of nothing that WeasyPrint writes between glyphs."""
    if isinstance(operator, bytes) and operator.endswith(b"] TJ"):
        return operator.replace(b">0<", b"").replace(b">0]", b">]")
    return operator


def _compress(stream: pydyf.Stream, level: int) -> None:
    """Compress a stream here, as pydyf would take the highest level, which is slow."""
    stream.compress = False
    if "Filter" not in stream.extra:
        data = b"\n".join(folios.written(operator) for operator in stream.stream)
        stream.stream = [zlib.compress(data, level)]
        stream.extra["Filter"] = "/FlateDecode"
