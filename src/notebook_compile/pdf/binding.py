"""Binding: joining laid-out signatures to one PDF.

In: signatures, how pages are labelled, the outline, and what is known of the book. Out: the PDF, with every late number
printed and every link between signatures leading to its page, and what could not be. Never: layout, files.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING
from warnings import catch_warnings, simplefilter

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from notebook_compile.pdf import catalogue, folios, fonts, structure
from notebook_compile.pdf.catalogue import Labels, Metadata, OutlineItem

if TYPE_CHECKING:
    from notebook_compile.pdf.signature import Signature

__all__ = ["Bound", "Labels", "Metadata", "OutlineItem", "Place", "bind", "places"]

PACKED = 6  # zlib's level for what stays in the book; 9 takes half as long again for less than a percent


@dataclass(frozen=True, slots=True)
class Place:
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


def places(signatures: Sequence[Signature], labels: Sequence[Labels] = ()) -> dict[str, Place]:
    """Where every anchor stands, and so which number it will have; the first of a name counts."""
    found: dict[str, Place] = {}
    page = 0
    for signature, folio in zip(signatures, _first_folios(signatures, labels), strict=True):
        for name, (leaf, x, y) in signature.anchors.items():
            found.setdefault(name, Place(page + leaf, folio + leaf, x, y))
        page += signature.pages
    return found


def bind(
    signatures: Sequence[Signature],
    labels: Sequence[Labels],
    outline: Sequence[OutlineItem],
    metadata: Metadata,
    gutter: float = 0.0,
    describe: Callable[[str], str] = lambda anchor: "",
) -> Bound:
    """Join signatures, in order, to one book.

    What a link says of itself is what `describe` says of the anchor that it leads to, else that anchor's page.

    Rectos and versos are laid out alike, and then moved apart from the fold by half the `gutter`, in points: the inner
    margin becomes as much wider as the outer becomes narrower.
    """
    fair = _Fair(places(signatures, labels), describe, metadata.leftward)
    book = Pdf.new()
    roots: list[Object] = []
    first_pages: list[int] = []
    keys = 0
    for signature, folio in zip(signatures, _first_folios(signatures, labels), strict=True):
        sheaf = Pdf.open(BytesIO(signature.pdf))
        first_pages.append(len(book.pages))
        _print_pages(sheaf, signature, folio, first_pages[-1], fair)
        _lead_links(sheaf, fair)
        structure.shift_keys(sheaf.pages, keys)
        keys += structure.key_count(sheaf)
        with catch_warnings():
            simplefilter("ignore", pikepdf.PageCopyWarning)  # destinations and structure are joined here
            book.pages.extend(sheaf.pages)
        roots.append(book.copy_foreign(sheaf.Root.StructTreeRoot))
    pages = [page.obj for page in book.pages]
    if gutter:
        _move_apart(pages, gutter / 2, metadata.leftward)
    resources = [pages[first].Resources for first in first_pages]
    fonts.unite(book, [resource.Font for resource in resources])
    _share_images([resource.XObject for resource in resources])
    book.Root.StructTreeRoot = structure.join(book, roots)
    _list_destinations(book, pages, outline, fair)
    book.Root.PageLabels = catalogue.page_labels(first_pages, labels)
    accessible, archival = (all(s.accessible for s in signatures), all(s.archival for s in signatures))
    catalogue.describe(book, metadata, accessible, archival)
    printed = tuple(str(page.label) for page in book.pages)
    return Bound(saved(book), printed, tuple(sorted(fair.missing)), tuple(sorted(fair.overfull)))


def saved(book: Pdf) -> bytes:
    """The file: the same bytes for the same book, with an identifier made from its content (ISO 32000-2, 14.4)."""
    target = BytesIO()
    book.save(
        target,
        min_version="1.7",
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        compress_streams=True,
        deterministic_id=True,
    )
    return target.getvalue()


def _first_folios(signatures: Iterable[Signature], labels: Sequence[Labels]) -> list[int]:
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
    leftward: bool
    used: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    overfull: set[str] = field(default_factory=set)

    def place(self, anchor: str) -> Place | None:
        """Where an anchor stands, keeping account of what is asked for."""
        (self.used if anchor in self.stand else self.missing).add(anchor)
        return self.stand.get(anchor)


def _print_pages(sheaf: Pdf, signature: Signature, folio: int, first: int, fair: _Fair) -> None:
    """Print a signature's late numbers, and pack its pages' content well; `first` is its first page in the book."""
    streams: dict[int, list[folios.PlacedNumber]] = {page.obj.Contents.objgen[0]: [] for page in sheaf.pages}
    for number in signature.numbers:
        streams.setdefault(number.stream, []).append(number)
    for stream, numbers in streams.items():
        content = sheaf.get_object(stream, 0)
        before, pieces, end = content.read_bytes(), [], 0
        for number in numbers:
            digits = _digits(number, folio + number.page, fair)
            pieces += [
                before[end : number.start],
                folios.show(number, digits, _side(first + number.page, fair.leftward)),
            ]
            end = number.end
        content.write(zlib.compress(b"".join([*pieces, before[end:]]), PACKED), filter=Name.FlateDecode)


def _digits(number: folios.PlacedNumber, own: int, fair: _Fair) -> str:
    """What is printed for a late number; nothing when its target stands nowhere."""
    if not number.target:
        return str(own)
    if not (place := fair.place(number.target)):
        return ""
    digits = str(place.folio)
    if len(digits) > number.digits:
        fair.overfull.add(number.target)
    return digits


def _side(page: int, leftward: bool) -> folios.Side:
    """Whether a page, counted from zero, is on the right or on the left of an open book.

    The first page is on the right, in a book that is read leftward on the left.
    """
    return "verso" if bool(page % 2) != leftward else "recto"


def _move_apart(pages: Sequence[Object], shift: float, leftward: bool) -> None:
    """Move what stands on the pages away from the fold, by moving the pages' boxes the other way (14.11.2)."""
    for index, page in enumerate(pages):
        step = -shift if _side(index, leftward) == "recto" else shift
        for name in ("/MediaBox", "/TrimBox", "/BleedBox"):
            left, bottom, right, top = (float(edge) for edge in page[name])
            page[name] = Array([left + step, bottom, right + step, top])


def _lead_links(sheaf: Pdf, fair: _Fair) -> None:
    """Let links with private addresses lead to the anchors that they name (12.5.6.5); drop those that cannot."""
    for page in sheaf.pages:
        if "/Annots" not in page.obj:
            continue
        kept = []
        for annotation in page.obj.Annots:
            anchor = folios.target_of(str(annotation.A.URI)) if "/A" in annotation else str(annotation.Dest)
            if anchor is None:
                kept.append(annotation)
            elif place := fair.place(anchor):
                if "/A" in annotation:
                    del annotation.A
                annotation.Dest = String(anchor.encode())
                annotation.Contents = String(fair.describe(anchor) or str(place.folio))
                kept.append(annotation)
            else:
                structure.drop_annotation(sheaf, annotation)
        page.obj.Annots = Array(kept)


# --- what signatures share --------------------------------------------------------------------------------------------


def _share_images(resources: Iterable[Object]) -> None:
    """Keep one of each image that several signatures show; WeasyPrint names an image by its address."""
    kept: dict[tuple[str, bytes, bytes], Object] = {}
    for objects in resources:
        for name, image in objects.items():
            if image.Subtype == Name.Image:
                mask = image.SMask.read_raw_bytes() if "/SMask" in image else b""
                objects[name] = kept.setdefault((name, _digest(image.read_raw_bytes()), _digest(mask)), image)


def _digest(data: bytes) -> bytes:
    return sha256(data).digest()


def _list_destinations(book: Pdf, pages: Sequence[Object], outline: Sequence[OutlineItem], fair: _Fair) -> None:
    """The outline, and the names of all places that something in the book leads to (12.3.2.4)."""
    if items := [item for item in outline if fair.place(item.anchor)]:
        book.Root.Outlines = catalogue.outline(book, items)
        book.Root.PageMode = Name.UseOutlines
    if fair.used:
        names = [(name.encode(), _destination(pages, fair.stand[name])) for name in fair.used]
        book.Root.Names = Dictionary(Dests=structure.name_tree(book, names))


def _destination(pages: Sequence[Object], place: Place) -> Array:
    """The place of an anchor as an explicit destination (12.3.2.2)."""
    return Array([pages[place.page], Name.XYZ, place.x, place.y, 0])
