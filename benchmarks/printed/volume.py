"""Read a finished PDF into values that pages are judged by.

In: a PDF's bytes. Out: a `Volume`: what its structure tree says (ISO 32000-2, 14.7), by pikepdf, and what stands where
on its pages, by `sheet`. Never: a judgement.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO

import pikepdf
from pypdfium2 import PdfDocument

from printed.sheet import Box, Picture, Word, pictures, words

# What stands within a line; all other kinds of elements start one.
_INLINE = frozenset("Span Link NonStruct Em Strong Quote Code Reference BibEntry Ruby Warichu Annot".split())
# What text stands in only by way of a block.
_HOLD_BLOCKS = frozenset("Document Part Art Sect Div BlockQuote Aside L LI Table TR THead TBody TFoot TOC".split())
_CHAPTER = re.compile(r"c([a-z2-7]{6}|[a-z2-7]{16})\Z")  # the destinations of chapters
_CODE = re.compile(r"\bQR\b.*?(https?://\S+)\s*\Z", re.S)  # the description of a QR code


@dataclass(frozen=True, slots=True)
class Element:
    """A structure element, in reading order."""

    kind: str  # P, H1, Note and so on
    page: int  # zero-based
    parent: int  # -1 for none
    around: tuple[str, ...]  # the kinds of the elements that it is in, the nearest first
    block: int  # the element that its lines are in: itself or the nearest that is not inline
    alt: str | None = None

    def within(self, *kinds: str) -> bool:
        """Whether it is of one of these kinds or is in one."""
        return self.kind in kinds or any(kind in kinds for kind in self.around)


@dataclass(frozen=True, slots=True)
class Link:
    """A link annotation."""

    box: Box
    name: str  # the destination's name; "" for addresses
    target: int | None  # the destination's page
    described: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the outline."""

    title: str
    name: str  # of its destination
    page: int | None
    depth: int  # 1 for the outermost


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on a page; words and pictures in the order in which they were painted."""

    label: str
    box: Box
    words: tuple[Word, ...]
    pictures: tuple[Picture, ...]
    links: tuple[Link, ...]

    @property
    def marks(self) -> tuple[Word | Picture, ...]:
        """All that is printed on it."""
        return (*self.words, *self.pictures)


class Volume:
    """A finished PDF."""

    def __init__(self, data: bytes) -> None:
        self.pdf = pikepdf.open(BytesIO(data))
        self.drawn = PdfDocument(data)
        self._page_of = {page.obj.objgen: index for index, page in enumerate(self.pdf.pages)}
        self.destinations: Mapping[str, int] = dict(self._destinations())
        self.elements: list[Element] = []
        self._element_of: list[dict[int, int]] = [{} for _ in self.pdf.pages]  # by marked content identifier
        if "/StructTreeRoot" in self.pdf.Root:
            self._enter(self.pdf.Root.StructTreeRoot, -1, 0)

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """The pages, in order."""
        return tuple(self._page(index) for index in range(len(self.pdf.pages)))

    @cached_property
    def outline(self) -> tuple[Entry, ...]:
        """The outline's entries, in order."""
        with self.pdf.open_outline() as outline:
            return tuple(self._entries(outline.root, 1))

    @cached_property
    def chapters(self) -> tuple[range, ...]:
        """The pages of each chapter: from its entry in the outline up to the next that is no section of it."""
        found = []
        for index, entry in enumerate(self.outline):
            if entry.page is not None and _CHAPTER.match(entry.name):
                others = (each for each in self.outline[index + 1 :] if not each.name.startswith(f"{entry.name}-"))
                end = next((each.page for each in others if each.page is not None), len(self.pages))
                found.append(range(entry.page, end))
        return tuple(found)

    def blocks(self, page: int) -> dict[int, list[Word]]:
        """The words of each block on a page, in reading order; what is in margins is in none."""
        found: dict[int, list[Word]] = defaultdict(list)
        for word in self.pages[page].words:
            if word.element >= 0:
                found[self.elements[word.element].block].append(word)
        return dict(sorted(found.items()))

    def drawings(self, page: int) -> dict[int, Box]:
        """The box of each element on a page that is a picture or is drawn, as formulas are."""
        found: dict[int, Box] = {}
        for picture in self.pages[page].pictures:
            if picture.element >= 0:
                found[picture.element] = found.get(picture.element, picture.box).joined(picture.box)
        return dict(sorted(found.items()))

    def _page(self, index: int) -> Page:
        page, drawn = self.pdf.pages[index], self.drawn[index]
        elements = self._element_of[index]
        left, bottom, right, top = (float(edge) for edge in page.mediabox)
        annotations = page.obj.get("/Annots", pikepdf.Array())
        return Page(
            str(page.label),
            Box(left, bottom, right, top),
            tuple(words(drawn, elements)),
            tuple(pictures(drawn, elements)),
            tuple(self._link(each) for each in annotations if each.Subtype == "/Link"),
        )

    def _link(self, annotation: pikepdf.Object) -> Link:
        ends = [float(end) for end in annotation.Rect]
        box = Box(min(ends[::2]), min(ends[1::2]), max(ends[::2]), max(ends[1::2]))
        action = annotation.get("/A", pikepdf.Dictionary())
        name = _name(annotation.get("/Dest", action.get("/D")))
        return Link(box, name, self.destinations.get(name), bool(str(annotation.get("/Contents", ""))))

    def _destinations(self) -> Iterator[tuple[str, int]]:
        root = self.pdf.Root
        if "/Names" in root and "/Dests" in root.Names:
            for name, value in pikepdf.NameTree(root.Names.Dests).items():
                place = value.D if isinstance(value, pikepdf.Dictionary) else value
                if (page := self._page_of.get(place[0].objgen)) is not None:
                    yield str(name), page

    def _entries(self, items: list[pikepdf.OutlineItem], depth: int) -> Iterator[Entry]:
        for item in items:
            name = _name(item.destination)
            yield Entry(item.title, name, self.destinations.get(name), depth)
            yield from self._entries(item.children, depth + 1)

    def _enter(self, parent: pikepdf.Object, above: int, page: int) -> None:
        """Enter the elements under another, and what each holds."""
        kids = parent.get("/K", pikepdf.Array())
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, int):
                self._element_of[page][kid] = above
            elif kid.get("/Type") == "/MCR":
                self._element_of[self._page_of[kid.Pg.objgen] if "/Pg" in kid else page][int(kid.MCID)] = above
            elif "/S" in kid:
                own = self._page_of[kid.Pg.objgen] if "/Pg" in kid else page
                self.elements.append(self._element(kid, above, own))
                self._enter(kid, len(self.elements) - 1, own)

    def _element(self, element: pikepdf.Object, above: int, page: int) -> Element:
        kind, alt = str(element.S)[1:], element.get("/Alt")
        parent = self.elements[above] if above >= 0 else None
        around = (parent.kind, *parent.around) if parent else ()
        own = len(self.elements)
        # Where no block of text is around, the outermost inline element is the block.
        inline = parent is not None and kind in _INLINE and self.elements[parent.block].kind not in _HOLD_BLOCKS
        return Element(
            kind, page, above, around, parent.block if inline and parent else own, None if alt is None else str(alt)
        )


def code_address(volume: Volume, element: int) -> str:
    """The address that an element says it is a QR code of; "" if it is none."""
    match = _CODE.search(volume.elements[element].alt or "")
    return match[1] if match else ""


def _name(destination: object) -> str:
    return str(destination) if isinstance(destination, (pikepdf.String, pikepdf.Name, str)) else ""
