"""Binding: joining laid-out signatures to one PDF.

In: signatures, how pages are labelled, the outline, and what is known of the book. Out: the PDF, with every late number
printed and every link between signatures leading to its page, and what could not be. Never: layout, files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Protocol

from notebook_compile.pdf import catalogue, folios
from notebook_compile.pdf.catalogue import Labels, Metadata, OutlineItem
from notebook_compile.pdf.fonts import Faces
from notebook_compile.pdf.gaps import filled
from notebook_compile.pdf.sheaf import External, Sheaf, Stream, moved, unpacked
from notebook_compile.pdf.structure import StructureTree
from notebook_compile.pdf.syntax import decimal, list_of, reference, string, written
from notebook_compile.pdf.trees import name_tree
from notebook_compile.pdf.writer import Writer

if TYPE_CHECKING:
    from notebook_compile.pdf.signature import Signature

__all__ = ["Bound", "Labels", "Metadata", "OutlineItem", "Place", "bind", "pdf_of", "places"]


class Facts(Protocol):
    """What binding has to know of a signature besides its sheaf."""

    @property
    def pages(self) -> int: ...

    @property
    def anchors(self) -> Mapping[str, tuple[int, float, float]]: ...

    @property
    def accessible(self) -> bool: ...

    @property
    def archival(self) -> bool: ...


class Place(NamedTuple):
    """Where an anchor stands in the bound book."""

    page: int  # zero-based in the book
    folio: int  # the number that its page has
    x: float  # in points from the page's lower left
    y: float


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound book."""

    pdf: bytes
    labels: tuple[str, ...]  # of its pages
    missing: tuple[str, ...]  # anchors that links, numbers or the outline lead to and that stand nowhere
    overfull: tuple[str, ...]  # anchors whose number has more digits than it was given space for somewhere


def places(signatures: Sequence[Facts], labels: Sequence[Labels] = ()) -> dict[str, Place]:
    """Where every anchor stands, and so which number it will have; the first of a name counts."""
    found: dict[str, Place] = {}
    page = 0
    for signature, folio in zip(signatures, _first_folios(signatures, labels), strict=True):
        for name, (leaf, x, y) in signature.anchors.items():
            found.setdefault(name, Place(page + leaf, folio + leaf, x, y))
        page += signature.pages
    return found


def bind(
    signatures: Sequence[Facts],
    sheaves: Iterable[bytes],
    labels: Sequence[Labels],
    outline: Sequence[OutlineItem],
    metadata: Metadata,
    describe: Callable[[str], str] = lambda anchor: "",
    given: Mapping[str, int] = MappingProxyType({}),
) -> Bound:
    """Join signatures, in order, to one book; each one's sheaf is asked for when its turn comes.

    What a link says of itself is what `describe` says of the anchor that it leads to, else that anchor's page. Numbers
    are those of the pages of anchors, or `given` by name: counts, and pages that are not in the book.
    """
    target = BytesIO()
    firsts = _first_folios(signatures, labels)
    book = _Book(target, _Fair(places(signatures, labels), describe, given, metadata.leftward))
    for sheaf, folio in zip(sheaves, firsts, strict=True):
        book.add(unpacked(sheaf), folio)
    accessible, archival = (all(s.accessible for s in signatures), all(s.archival for s in signatures))
    book.finish(labels, outline, metadata, accessible=accessible, archival=archival)
    printed = catalogue.printed_labels([signature.pages for signature in signatures], labels)
    fair = book.fair
    return Bound(target.getvalue(), printed, tuple(sorted(fair.missing)), tuple(sorted(fair.overfull)))


def pdf_of(signature: Signature) -> bytes:
    """A signature by itself."""
    return bind([signature], [signature.sheaf], [], [], Metadata("", "en")).pdf


def _first_folios(signatures: Iterable[Facts], labels: Sequence[Labels]) -> list[int]:
    """The number of each signature's first page."""
    starts = {label.signature: label.first for label in labels}
    firsts, folio = [], 1
    for index, signature in enumerate(signatures):
        folio = starts.get(index, folio)
        firsts.append(folio)
        folio += signature.pages
    return firsts


# --- the pages --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Fair:
    """The fair copy: what numbers and links are printed from, and what turned up while they were."""

    stand: dict[str, Place]
    describe: Callable[[str], str]
    given: Mapping[str, int]
    leftward: bool
    link_ends: dict[str, bytes] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    overfull: set[str] = field(default_factory=set)

    def place(self, anchor: str) -> Place | None:
        """Where an anchor stands, keeping account of what is asked for."""
        (self.used if anchor in self.stand else self.missing).add(anchor)
        return self.stand.get(anchor)

    def digits(self, number: folios.PlacedNumber, own: int) -> str:
        """What is printed for a late number; nothing when its target stands nowhere."""
        if not number.target:
            return str(own)
        if number.target in self.given:
            printed = self.given[number.target]
        elif place := self.place(number.target):
            printed = place.folio
        else:
            return ""
        digits = str(printed)
        if len(digits) > number.digits:
            self.overfull.add(number.target)
        return digits

    def link_end(self, anchor: str) -> bytes:
        """What the annotation of a link to an anchor ends in (12.5.6.5): where it leads, and what it says of itself."""
        if anchor not in self.link_ends:
            self.link_ends[anchor] = self._link_end(anchor)
        return self.link_ends[anchor]

    def _link_end(self, anchor: str) -> bytes:
        place = self.place(anchor)
        described = self.describe(anchor) or (str(place.folio) if place else anchor)
        leads = b"/Dest" + string(anchor.encode()) if place else b""
        return leads + b"/Contents" + string(described) + b">>"

    def side(self, page: int) -> folios.Side:
        """Whether a page, counted from zero, is on the right or on the left of an open book.

        The first page is on the right, in a book that is read leftward on the left.
        """
        return "verso" if bool(page % 2) != self.leftward else "recto"


class _Book:
    """A book that grows by one sheaf after the other; of a sheaf nothing is kept but numbers and names."""

    def __init__(self, target: BinaryIO, fair: _Fair) -> None:
        self.fair = fair
        self._writer = Writer(target)
        self._page_root = self._writer.reserve()
        self._tree = StructureTree(self._writer)
        self._faces = Faces(self._writer)
        self._images: dict[bytes, int] = {}
        self._pages: list[int] = []  # numbers of objects
        self._nodes: list[int] = []  # of the page tree
        self._first_pages: list[int] = []  # of each sheaf, zero-based in the book

    def add(self, sheaf: Sheaf, folio: int) -> None:
        """Print a sheaf's late numbers and links, and write it; `folio` is the number of its first page."""
        first = self._writer.reserve(sheaf.size)
        new = {stream.digest: stream for stream in sheaf.shared if stream.digest not in self._images}
        self._images |= {digest: self._writer.reserve() for digest in new}
        table = [*range(first, first + sheaf.size)]
        table += [self._external(each, sheaf) for each in sheaf.externals]
        table += range(self._tree.keys, self._tree.keys + sheaf.keys)

        def numbered(template: bytes, numbers: Sequence[int]) -> bytes:
            return template % tuple(map(table.__getitem__, numbers))

        printed = [self._printed(stream, folio) for stream in sheaf.streams]
        links = [numbered(link.head, link.numbers) + self.fair.link_end(link.target) for link in sheaf.links]
        for place, *edges in chain.from_iterable(moves for _, moves in printed):
            links[place] = moved(links[place], *edges)
        self._writer.objects(first, [*numbered(sheaf.objects, sheaf.numbers).split(b"\n"), *links])
        streams = zip(sheaf.streams, printed, strict=True)
        for number, (stream, (data, _)) in enumerate(streams, first + sheaf.count + len(links)):
            self._writer.stream(number, numbered(stream.head, stream.numbers), data)
        for digest, stream in new.items():
            self._writer.stream(self._images[digest], numbered(stream.head, stream.numbers), stream.content.data)
        self._first_pages.append(len(self._pages))
        self._pages += (table[page] for page in sheaf.pages)
        self._nodes.append(first)
        self._tree.add(sheaf, table)

    def finish(
        self,
        labels: Sequence[Labels],
        outline: Sequence[OutlineItem],
        metadata: Metadata,
        *,
        accessible: bool,
        archival: bool,
    ) -> None:
        """Write what belongs to the whole book."""
        writer = self._writer
        self._faces.write()
        node = {"Type": "/Pages", "Count": len(self._pages), "Kids": list_of(self._nodes)}
        writer.objects(self._page_root, [written(node)])
        entries: dict[str, object] = {
            "Type": "/Catalog",
            "Pages": reference(self._page_root),
            "StructTreeRoot": reference(self._tree.write()),
            "PageLabels": catalogue.page_labels(self._first_pages, labels),
        }
        if items := [item for item in outline if self.fair.place(item.anchor)]:
            entries |= {"Outlines": reference(catalogue.outline(writer, items)), "PageMode": "/UseOutlines"}
        if self.fair.used:
            names = {name.encode(): self._destination(self.fair.stand[name]) for name in self.fair.used}
            entries["Names"] = {"Dests": reference(name_tree(writer, names))}
        entries |= catalogue.described(writer, metadata, accessible=accessible, archival=archival)
        root = writer.reserve(2)
        writer.objects(root, [written(entries), written(catalogue.information(metadata))])
        writer.finish(root, root + 1)

    def _external(self, external: External, sheaf: Sheaf) -> int:
        """The number that an object has which the book has once."""
        match external.kind:
            case "page root":
                return self._page_root
            case "document":
                return self._tree.document
            case "image":
                return self._images[sheaf.shared[external.place].digest]
            case "font":
                return self._faces.font(sheaf.subsets[external.place])
            case "file":
                return self._faces.file(sheaf.subsets[external.place])

    def _printed(self, stream: Stream, folio: int) -> tuple[bytes, list[tuple[int, float, float]]]:
        """A stream's data with its late numbers, and the links on these: how far their left and right edges move.

        `folio` is the number of the signature's first page.
        """
        first_page = len(self._pages)
        texts: list[bytes] = []
        moves: list[tuple[int, float, float]] = []
        shift = 0.0
        for number in stream.printed:
            digits = self.fair.digits(number, folio + number.page)
            shift = shift if number.follows else 0.0
            texts += folios.texts(number, digits, self.fair.side(first_page + number.page), shift)
            start, shift = shift, shift + folios.slack(number, digits)
            if number.link >= 0 and (start or shift):
                moves.append((number.link, min(start, shift), max(start, shift)))
        return filled(stream.content, texts), moves

    def _destination(self, place: Place) -> bytes:
        """The place of an anchor as an explicit destination (12.3.2.2)."""
        return b"[%d 0 R/XYZ %b %b 0]" % (self._pages[place.page], decimal(place.x), decimal(place.y))
