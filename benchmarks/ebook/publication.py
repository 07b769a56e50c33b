"""What stands in a finished EPUB: footnotes, landmarks, pages, and how large its parts are."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

_TYPE = "{http://www.idpf.org/2007/ops}type"
_OPF = {"opf": "http://www.idpf.org/2007/opf", "dc": "http://purl.org/dc/elements/1.1/"}
_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}rootfile"
_XHTML = "application/xhtml+xml"
# EPUB Structural Semantics 1.1 and DPUB-ARIA 1.1: either says what an element is.
_MARKS = frozenset({"noteref", "doc-noteref"})
_FOOTNOTES = frozenset({"footnote", "endnote", "rearnote", "doc-footnote", "doc-endnote"})
_BACK = frozenset({"backlink", "doc-backlink"})


@dataclass(frozen=True, slots=True)
class Footnotes:
    """The footnotes of a book."""

    count: int
    linked: int  # with a link to a mark that leads to them
    named: int  # whose link says that it leads back, which Kindle's pop-ups want


@dataclass(frozen=True, slots=True)
class Pages:
    """The page list of a book."""

    count: int
    source: str  # what the pages are of; "" where it is not said


class Publication:
    """An EPUB, opened. Raises KeyError, IndexError or XMLSyntaxError where it is none."""

    def __init__(self, file: Path) -> None:
        self.size = file.stat().st_size
        with zipfile.ZipFile(file) as archive:
            self._files: Mapping[str, bytes] = {name: archive.read(name) for name in archive.namelist()}
        container = etree.fromstring(self._files["META-INF/container.xml"])
        package = next(container.iter(_CONTAINER)).get("full-path", "")
        self._package = etree.fromstring(self._files[package])
        self._items = {
            posixpath.normpath(posixpath.join(posixpath.dirname(package), unquote(item.get("href", "")))): item
            for item in self._package.iterfind("opf:manifest/opf:item", _OPF)
        }

    @property
    def documents(self) -> dict[str, bytes]:
        """The content documents by their names, the navigation document too."""
        return {name: self._files[name] for name, item in self._items.items() if item.get("media-type") == _XHTML}

    @cached_property
    def _navigation(self) -> bytes:
        return next(
            self._files[name] for name, item in self._items.items() if "nav" in item.get("properties", "").split()
        )

    @property
    def navigation_size(self) -> int:
        """The bytes of the navigation document."""
        return len(self._navigation)

    @property
    def largest_document(self) -> int:
        """The bytes of the largest document that is read; the navigation is in no one's way."""
        return max((len(data) for data in self.documents.values() if data != self._navigation), default=0)

    @property
    def landmarks(self) -> tuple[str, ...]:
        """The kinds of places that readers can jump to, sorted."""
        links = (link for nav in self._navs("landmarks") for link in nav.iter("{*}a"))
        return tuple(sorted({kind for link in links for kind in link.get(_TYPE, "").split()}))

    @property
    def pages(self) -> Pages:
        """The page list, and the source that the package names for it (EPUB Accessibility 1.1, 3.3)."""
        count = sum(1 for nav in self._navs("page-list") for _ in nav.iter("{*}a"))
        metas = self._package.iterfind("opf:metadata/opf:meta", _OPF)
        named = (
            meta.text or "" for meta in metas if meta.get("property") in ("pageBreakSource", "a11y:pageBreakSource")
        )
        return Pages(count, next(named, "").strip())

    def _navs(self, kind: str) -> list[etree._Element]:
        root = etree.fromstring(self._navigation)
        return [nav for nav in root.iter("{*}nav") if kind in nav.get(_TYPE, "").split()]

    @property
    def footnotes(self) -> Footnotes:
        """The footnotes of all documents. A link back leads to a mark in the same document."""
        count = linked = named = 0
        for data in self.documents.values():
            if b"note" in data:
                for links, says_so in _footnotes(etree.fromstring(data)):
                    count, linked, named = count + 1, linked + links, named + says_so
        return Footnotes(count, linked, named)


def _footnotes(document: etree._Element) -> list[tuple[bool, bool]]:
    """Of each footnote: whether it links to a mark that leads to it, and whether this link says that it leads back."""
    marks: dict[str, set[str]] = {}  # footnote -> the ids of its marks
    for mark in document.iter("{*}a"):
        if _kinds(mark) & _MARKS:
            marks.setdefault(mark.get("href", "").partition("#")[2], set()).add(mark.get("id", ""))
    found: list[tuple[bool, bool]] = []
    for element in document.iter("{*}aside", "{*}li", "{*}div", "{*}p", "{*}section"):
        if _kinds(element) & _FOOTNOTES:
            own = marks.get(element.get("id", ""), set()) - {""}
            back = [link for link in element.iter("{*}a") if link.get("href", "").removeprefix("#") in own]
            found.append((bool(back), any(_kinds(link) & _BACK for link in back)))
    return found


def _kinds(element: etree._Element) -> set[str]:
    return {*element.get(_TYPE, "").split(), *element.get("role", "").split()}
