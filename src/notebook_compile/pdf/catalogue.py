"""The catalogue of a bound book (ISO 32000-2, 7.7.2): its outline, page labels, names and metadata.

In: what the book is and where its anchors stand. Out: objects for the catalogue. Never: pages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from itertools import pairwise
from typing import Literal

from pikepdf import Array, Dictionary, Name, Object, Pdf, String
from weasyprint import VERSION

from notebook_compile.pdf import xmp
from notebook_compile.words import words

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
    contributors: tuple[str, ...] = ()  # all but the authors
    subjects: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    date: str = ""  # of publication, ISO 8601

    @property
    def leftward(self) -> bool:
        """Whether the book is read from right to left, and so bound on the right."""
        return words(self.language).direction == "rtl"


def page_labels(first_pages: Sequence[int], labels: Iterable[Labels]) -> Dictionary:
    """The number tree of page labels (12.4.2), from the first page of each signature; without labels pages count on."""
    ranges: dict[int, Dictionary] = {0: Dictionary(S=Name.D)}
    for label in labels:
        entry = Dictionary(St=label.first)
        if label.style:
            entry.S = Name("/" + label.style)
        if label.prefix:
            entry.P = String(label.prefix)
        ranges[first_pages[label.signature]] = entry
    return Dictionary(Nums=Array([item for pair in sorted(ranges.items()) for item in pair]))


def outline(book: Pdf, items: Sequence[OutlineItem]) -> Object:
    """The document's outline, with all items closed (12.3.3); they lead to the names of their anchors."""
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


def describe(book: Pdf, metadata: Metadata, accessible: bool, archival: bool) -> None:
    """Metadata for readers, catalogues, screen readers and archives (14.3).

    The file says that it is PDF/UA-1 when it is accessible, and PDF/A-2a when it is fit for archives besides.
    """
    date = datetime.fromtimestamp(metadata.modified, UTC)
    book.Root.Lang = String(metadata.language)
    book.Root.MarkInfo = Dictionary(Marked=True)
    book.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    if metadata.leftward:
        book.Root.ViewerPreferences.Direction = Name.R2L
    information = {
        "/Title": metadata.title,
        "/Author": ", ".join(metadata.authors),
        "/Subject": metadata.description,
        "/Keywords": _keywords(metadata),
        "/Creator": metadata.creator,
        "/Producer": PRODUCER,
        "/CreationDate": f"D:{date:%Y%m%d%H%M%SZ}",
        "/ModDate": f"D:{date:%Y%m%d%H%M%SZ}",
    }
    for key, value in information.items():
        if value:
            book.docinfo[key] = String(value)
    accessible = accessible and bool(metadata.title and metadata.language)
    packet = xmp.packet(_properties(metadata, f"{date:%Y-%m-%dT%H:%M:%SZ}", accessible, archival))
    book.Root.Metadata = book.make_stream(packet.encode(), Type=Name.Metadata, Subtype=Name.XML)
    book.Root.OutputIntents = Array([_output_intent(book)])


def _properties(metadata: Metadata, date: str, accessible: bool, archival: bool) -> dict[str, str]:
    """The properties of the XMP packet; empty ones do not count."""
    return {
        "dc:title": xmp.localised(metadata.title),
        "dc:creator": xmp.several("Seq", metadata.authors),
        "dc:contributor": xmp.several("Bag", metadata.contributors),
        "dc:subject": xmp.several("Bag", metadata.subjects),
        "dc:description": xmp.localised(metadata.description),
        "dc:publisher": xmp.several("Bag", [metadata.publisher]),
        "dc:rights": xmp.localised(metadata.rights),
        "dc:date": xmp.several("Seq", [metadata.date]),
        "dc:source": xmp.plain("; ".join(metadata.sources)),
        "dc:identifier": xmp.plain(metadata.identifier),
        "dc:language": xmp.several("Bag", [metadata.language]),
        "dc:format": "application/pdf",
        "pdf:Keywords": xmp.plain(_keywords(metadata)),
        "pdf:Producer": xmp.plain(PRODUCER),
        "xmp:CreatorTool": xmp.plain(metadata.creator),
        "xmp:CreateDate": date,
        "xmp:ModifyDate": date,
        "xmp:MetadataDate": date,
        "pdfuaid:part": "1" if accessible else "",
        "pdfaid:part": "2" if accessible and archival else "",
        "pdfaid:conformance": "A" if accessible and archival else "",
    }


def _keywords(metadata: Metadata) -> str:
    """The subjects once more, as the information dictionary has them; PDF/A wants the same in both (ISO 19005-2)."""
    return "; ".join(metadata.subjects)


def _output_intent(book: Pdf) -> Dictionary:
    """What the colours on the pages mean (14.11.5): sRGB."""
    profile = files("weasyprint.pdf").joinpath("sRGB2014.icc").read_bytes()
    return Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=String("sRGB"),
        Info=String("sRGB"),
        DestOutputProfile=book.make_stream(profile, N=3),
    )
