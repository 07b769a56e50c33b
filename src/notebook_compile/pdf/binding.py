"""Binding: joining laid-out signatures to one PDF.

In: signatures, how pages are labelled, the outline, and what is known of the book. Out: the PDF, with every late number
printed and every link between signatures leading to its page, and what could not be. Never: layout, files.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from io import BytesIO
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Literal
from warnings import catch_warnings, simplefilter

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, String
from weasyprint import VERSION

from notebook_compile.pdf import folios, fonts, structure

if TYPE_CHECKING:
    from notebook_compile.pdf.signature import Signature

PACKED = 6  # zlib's level for what stays in the book; 9 takes twice as long for half a percent
PRODUCER = f"WeasyPrint {VERSION}, pikepdf"


@dataclass(frozen=True, slots=True)
class Labels:
    """How pages are numbered from a signature's first page on, until the next labels (ISO 32000-2, 12.4.2)."""

    signature: int  # zero-based in the book
    style: Literal["D", "r", "R", "a", "A", ""] = "D"  # arabic, roman, letters; "" for the prefix alone
    first: int = 1
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """An entry of the outline (12.3.3)."""

    title: str
    anchor: str
    depth: int  # 0 for the outermost


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the file says of the book."""

    title: str
    language: str  # BCP 47
    authors: tuple[str, ...] = ()
    description: str = ""
    publisher: str = ""
    rights: str = ""
    identifier: str = ""
    modified: int = 0  # seconds since 1970, UTC
    creator: str = "notebook-compile"


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
    pages: int
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
) -> Bound:
    """Join signatures, in order, to one book.

    Rectos and versos are laid out alike, and then moved apart from the fold by half the `gutter`, in points: the inner
    margin becomes as much wider as the outer becomes narrower.
    """
    stand = places(signatures, labels)
    fair = _Fair(stand, {item.anchor: item.title for item in reversed(outline)})
    book = Pdf.new()
    opened: list[Pdf] = []  # until the book is written, as it takes their streams then
    roots: list[Object] = []
    starts: list[int] = []
    keys = 0
    for signature, folio in zip(signatures, _first_folios(signatures, labels), strict=True):
        sheaf = Pdf.open(BytesIO(signature.pdf))
        opened.append(sheaf)
        starts.append(len(book.pages))
        _print_pages(sheaf, signature, folio, starts[-1], fair)
        _lead_links(sheaf, fair)
        structure.shift_keys(sheaf.pages, keys)
        keys += structure.key_count(sheaf)
        with catch_warnings():
            simplefilter("ignore", pikepdf.PageCopyWarning)  # destinations and structure are joined here
            book.pages.extend(sheaf.pages)
        roots.append(book.copy_foreign(sheaf.Root.StructTreeRoot))
    pages = [page.obj for page in book.pages]
    if gutter:
        _move_apart(pages, gutter / 2)
    fonts.unite(book, [pages[first].Resources.Font for first in starts])
    book.Root.StructTreeRoot = structure.join(book, roots)
    _list_destinations(book, pages, outline, fair)
    book.Root.PageLabels = _page_labels(signatures, labels)
    _describe(book, metadata, all(signature.accessible for signature in signatures))
    return Bound(_write(book), len(pages), tuple(sorted(fair.missing)), tuple(sorted(fair.overfull)))


def _write(book: Pdf) -> bytes:
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
    titles: dict[str, str]
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
            pieces += [before[end : number.start], folios.show(number, digits, _side(first + number.page))]
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


def _side(page: int) -> folios.Side:
    """Whether a page, counted from zero, is on the right or on the left of an open book."""
    return "verso" if page % 2 else "recto"


def _move_apart(pages: Sequence[Object], shift: float) -> None:
    """Move what stands on the pages away from the fold, by moving the pages' boxes the other way (14.11.2)."""
    for index, page in enumerate(pages):
        step = -shift if _side(index) == "recto" else shift
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
                annotation.Contents = String(fair.titles.get(anchor, str(place.folio)))
                kept.append(annotation)
            else:
                structure.drop_annotation(sheaf, annotation)
        page.obj.Annots = Array(kept)


# --- the catalogue ----------------------------------------------------------------------------------------------------


def _list_destinations(book: Pdf, pages: Sequence[Object], outline: Sequence[OutlineItem], fair: _Fair) -> None:
    """The outline, and the names of all places that something in the book leads to (12.3.2.4)."""
    if items := [item for item in outline if fair.place(item.anchor)]:
        book.Root.Outlines = _outline(book, items)
        book.Root.PageMode = Name.UseOutlines
    if fair.used:
        names = [(name.encode(), _destination(pages, fair.stand[name])) for name in sorted(fair.used)]
        book.Root.Names = Dictionary(Dests=structure.name_tree(book, names))


def _destination(pages: Sequence[Object], place: Place) -> Array:
    """The place of an anchor as an explicit destination (12.3.2.2)."""
    return Array([pages[place.page], Name.XYZ, place.x, place.y, 0])


def _page_labels(signatures: Sequence[Signature], labels: Sequence[Labels]) -> Dictionary:
    """The number tree of page labels (12.4.2); a book without labels counts from 1."""
    first_pages = [0, *accumulate(signature.pages for signature in signatures)]
    ranges: dict[int, Dictionary] = {0: Dictionary(S=Name.D)}
    for label in labels:
        entry = Dictionary(St=label.first)
        if label.style:
            entry.S = Name("/" + label.style)
        if label.prefix:
            entry.P = String(label.prefix)
        ranges[first_pages[label.signature]] = entry
    return Dictionary(Nums=Array([item for pair in sorted(ranges.items()) for item in pair]))


def _outline(book: Pdf, items: Sequence[OutlineItem]) -> Object:
    """The document's outline, with all items closed (12.3.3)."""
    root = book.make_indirect(Dictionary(Type=Name.Outlines))
    kids: dict[int, list[Object]] = defaultdict(list)  # of the item at each level of the branch
    branch = [root]

    def close(level: int) -> None:
        """Tell the items of the branch from `level` on what stands under them."""
        while len(branch) > level:
            parent, under = branch.pop(), kids.pop(len(branch), [])
            if under:
                parent.First, parent.Last = under[0], under[-1]
                parent.Count = len(under) if parent is root else -len(under)
                for one, other in pairwise(under):
                    one.Next, other.Prev = other, one

    for item in items:
        close(item.depth + 1)
        parent = branch[-1]
        entry = book.make_indirect(
            Dictionary(Title=String(item.title), Parent=parent, Dest=String(item.anchor.encode()))
        )
        kids[len(branch) - 1].append(entry)
        branch.append(entry)
    close(0)
    return root


def _describe(book: Pdf, metadata: Metadata, accessible: bool) -> None:
    """Metadata for readers, catalogues and screen readers (14.3)."""
    date = datetime.fromtimestamp(metadata.modified, UTC)
    book.Root.Lang = String(metadata.language)
    book.Root.MarkInfo = Dictionary(Marked=True)
    book.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    information = {
        "/Title": metadata.title,
        "/Author": ", ".join(metadata.authors),
        "/Subject": metadata.description,
        "/Creator": metadata.creator,
        "/Producer": PRODUCER,
        "/CreationDate": f"D:{date:%Y%m%d%H%M%SZ}",
        "/ModDate": f"D:{date:%Y%m%d%H%M%SZ}",
    }
    for key, value in information.items():
        if value:
            book.docinfo[key] = String(value)
    stream = book.make_stream(_xmp(metadata, f"{date:%Y-%m-%dT%H:%M:%SZ}", accessible).encode())
    stream.Type, stream.Subtype = Name.Metadata, Name.XML
    book.Root.Metadata = stream


def _xmp(metadata: Metadata, date: str, accessible: bool) -> str:
    """The XMP packet (ISO 16684-1)."""

    def several(kind: str, values: Iterable[str], attributes: str = "") -> str:
        items = "".join(f"<rdf:li{attributes}>{escape(value)}</rdf:li>" for value in values)
        return f"<rdf:{kind}>{items}</rdf:{kind}>"

    def localised(value: str) -> str:
        return several("Alt", [value], ' xml:lang="x-default"')

    properties = {
        "dc:title": localised(metadata.title),
        "dc:creator": several("Seq", metadata.authors) if metadata.authors else "",
        "dc:description": localised(metadata.description) if metadata.description else "",
        "dc:publisher": several("Bag", [metadata.publisher]) if metadata.publisher else "",
        "dc:rights": localised(metadata.rights) if metadata.rights else "",
        "dc:identifier": escape(metadata.identifier),
        "dc:language": several("Bag", [metadata.language]),
        "dc:format": "application/pdf",
        "pdf:Producer": escape(PRODUCER),
        "xmp:CreatorTool": escape(metadata.creator),
        "xmp:CreateDate": date,
        "xmp:ModifyDate": date,
        "xmp:MetadataDate": date,
        "pdfuaid:part": "1" if accessible and metadata.title and metadata.language else "",
    }
    lines = "\n".join(f"<{name}>{value}</{name}>" for name, value in properties.items() if value)
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
{lines}
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""
