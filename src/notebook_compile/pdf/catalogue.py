"""The catalogue of a bound book (ISO 32000-2, 7.7.2): its outline, page labels, names and metadata.

In: what the book is, and a writer. Out: entries of the catalogue. Never: pages.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pydyf

from notebook_compile.pdf import xmp
from notebook_compile.pdf.syntax import reference, string, written
from notebook_compile.pdf.writer import PACKED, Writer
from notebook_compile.words import words

PRODUCER = f"WeasyPrint {version('weasyprint')}"


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


def page_labels(first_pages: Sequence[int], labels: Iterable[Labels]) -> dict[str, object]:
    """The number tree of page labels (12.4.2), from the first page of each signature; without labels pages count on."""
    ranges: dict[int, dict[str, object]] = {0: {"S": "/D"}}
    for label in labels:
        style = {"S": f"/{label.style}"} if label.style else {}
        prefix = {"P": pydyf.String(label.prefix)} if label.prefix else {}
        ranges[first_pages[label.signature]] = {"St": label.first, **style, **prefix}
    return {"Nums": [item for pair in sorted(ranges.items(), key=lambda pair: pair[0]) for item in pair]}


def printed_labels(pages: Sequence[int], labels: Iterable[Labels]) -> tuple[str, ...]:
    """The label of each page, from the number of pages of each signature."""
    starts = {label.signature: label for label in labels}
    found: list[str] = []
    label, folio = Labels(0), 1
    for index, count in enumerate(pages):
        if index in starts:
            label, folio = starts[index], starts[index].first
        found += (label.prefix + _figures(label.style, number) for number in range(folio, folio + count))
        folio += count
    return tuple(found)


_ROMAN = tuple(
    zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "m cm d cd c xc l xl x ix v iv i".split(), strict=True)
)


def _figures(style: str, number: int) -> str:
    match style:
        case "D":
            return str(number)
        case "r" | "R":
            shown = ""
            for value, letters in _ROMAN:
                shown += letters * (number // value)
                number %= value
            return shown if style == "r" else shown.upper()
        case "a" | "A":  # a to z, aa to zz, and so on
            letter = chr(ord(style) + (number - 1) % 26)
            return letter * ((number - 1) // 26 + 1)
    return ""


def outline(writer: Writer, items: Sequence[OutlineItem]) -> int:
    """Write the document's outline, with all items closed (12.3.3), leading to the names of their anchors: its root."""
    root = writer.reserve(len(items) + 1)
    entries: list[dict[str, object]] = [{"Type": "/Outlines"}]
    kids: dict[int, list[int]] = defaultdict(list)  # by the item that they stand under, 0 for the root
    branch = [0]
    for place, item in enumerate(items, 1):
        del branch[item.depth + 1 :]
        kids[branch[-1]].append(place)
        entries.append(
            {
                "Title": pydyf.String(item.title),
                "Parent": reference(root + branch[-1]),
                "Dest": string(item.anchor.encode()),
            }
        )
        branch.append(place)
    for parent, under in kids.items():
        count = len(under) if parent == 0 else -len(under)
        entries[parent] |= {"First": reference(root + under[0]), "Last": reference(root + under[-1]), "Count": count}
        for one, other in pairwise(under):
            entries[one]["Next"], entries[other]["Prev"] = reference(root + other), reference(root + one)
    writer.objects(root, [written(entry) for entry in entries])
    return root


def information(metadata: Metadata) -> dict[str, object]:
    """The information dictionary (14.3.3)."""
    date = f"D:{datetime.fromtimestamp(metadata.modified, UTC):%Y%m%d%H%M%SZ}"
    facts = {
        "Title": metadata.title,
        "Author": ", ".join(metadata.authors),
        "Subject": metadata.description,
        "Keywords": _keywords(metadata),
        "Creator": metadata.creator,
        "Producer": PRODUCER,
        "CreationDate": date,
        "ModDate": date,
    }
    return {key: pydyf.String(value) for key, value in facts.items() if value}


def described(writer: Writer, metadata: Metadata, *, accessible: bool, archival: bool) -> dict[str, object]:
    """What the catalogue says for readers, catalogues, screen readers and archives (14.3).

    The file says that it is PDF/UA-1 when it is accessible, and PDF/A-2a when it is fit for archives besides.
    """
    date = datetime.fromtimestamp(metadata.modified, UTC)
    accessible = accessible and bool(metadata.title and metadata.language)
    packet = xmp.packet(_properties(metadata, f"{date:%Y-%m-%dT%H:%M:%SZ}", accessible, archival)).encode()
    number = writer.reserve()
    writer.stream(number, b"<</Type/Metadata/Subtype/XML", packet)
    direction = {"Direction": "/R2L"} if metadata.leftward else {}
    return {
        "Lang": pydyf.String(metadata.language),
        "MarkInfo": {"Marked": True},
        "ViewerPreferences": {"DisplayDocTitle": True, **direction},
        "Metadata": reference(number),
        "OutputIntents": [_output_intent(writer)],
    }


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


def _output_intent(writer: Writer) -> dict[str, object]:
    """What the colours on the pages mean (14.11.5): sRGB."""
    number = writer.reserve()
    writer.stream(number, b"<</N 3/Filter/FlateDecode", zlib.compress(_srgb_profile(), PACKED))
    return {
        "Type": "/OutputIntent",
        "S": "/GTS_PDFA1",
        "OutputConditionIdentifier": pydyf.String("sRGB"),
        "Info": pydyf.String("sRGB"),
        "DestOutputProfile": reference(number),
    }


def _srgb_profile() -> bytes:
    """The profile that WeasyPrint brings; it is not imported for this, which takes longer than binding."""
    package = find_spec("weasyprint")
    if package is None or package.origin is None:
        message = "WeasyPrint is not installed"
        raise ModuleNotFoundError(message)
    return Path(package.origin).with_name("pdf").joinpath("sRGB2014.icc").read_bytes()
