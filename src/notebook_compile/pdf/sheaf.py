"""Sheaves: a signature's pages as PDF objects that any book can take in.

In: the pydyf objects of a laid-out signature. Out: what they come to as bytes, with the numbers of objects, which
depend on the book, left open, and page numbers as gaps in compressed content. Putting a sheaf into a book costs next to
nothing: numbers are filled in, nothing is compressed or read again but the small objects. Never: other signatures.
"""

from __future__ import annotations

import pickle
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import pydyf

from notebook_compile.pdf import folios
from notebook_compile.pdf.fonts import Subset, origin
from notebook_compile.pdf.gaps import Gapped, compressed
from notebook_compile.pdf.signature import POINTS
from notebook_compile.pdf.syntax import reference_number, references, written
from notebook_compile.pdf.tagging import at, pages
from notebook_compile.pdf.writer import PACKED

if TYPE_CHECKING:
    from weasyprint import Document


# Links and streams are tuples for the reason that gaps are.


class Link(NamedTuple):
    """An annotation that leads to an anchor (12.5.6.5); where this stands is known when the book is bound."""

    head: bytes  # its dictionary, without its end
    numbers: tuple[int, ...]  # what fills the head
    target: str


_RECTANGLE = re.compile(rb"(?<=/Rect\[)(\S+) (\S+) (\S+)")  # its left and right edges, and one between


def moved(link: bytes, left: float, right: float) -> bytes:
    """The annotation of a link with its left and right edge so many CSS pixels further to the left."""

    def shifted(match: re.Match[bytes]) -> bytes:
        edges = float(match[1]) - left * POINTS, float(match[3]) - right * POINTS
        return b"%b %b %b" % (written(edges[0]), match[2], written(edges[1]))

    return _RECTANGLE.sub(shifted, link, count=1)


class Stream(NamedTuple):
    """A stream object (7.3.8), compressed."""

    head: bytes  # its dictionary, without its length and its end
    numbers: tuple[int, ...]  # what fills the head
    content: Gapped
    printed: tuple[folios.PlacedNumber, ...] = ()  # the late numbers in its gaps
    digest: bytes = b""  # of an image, which the book has once


class External(NamedTuple):
    """An object that the sheaf uses and the book has once."""

    kind: Literal["page root", "document", "font", "file", "image"]  # "document" is the root of the structure
    place: int = 0  # of the subset that it is the font or the font's file of, or of the image among the shared streams


@dataclass(frozen=True, slots=True)
class Sheaf:
    """The objects of a signature, numbered from 0: `objects`, then links, then streams.

    Numbers that fill templates are indices into a table: those of the sheaf's own objects, of its externals, and its
    keys in the parent tree, one after the other.
    """

    objects: bytes  # one a line, with room for numbers: first the node of the page tree, then the pages
    numbers: tuple[int, ...]
    count: int  # of these objects
    links: tuple[Link, ...]
    streams: tuple[Stream, ...]
    shared: tuple[Stream, ...]
    externals: tuple[External, ...]
    subsets: tuple[Subset, ...]
    pages: tuple[int, ...]
    keys: int  # how many keys of the parent tree it needs
    leaf: int  # its part of the parent tree
    kids: tuple[int, ...]  # of the structure's Document
    names: tuple[tuple[str, int], ...]  # identifiers of structure elements

    @property
    def size(self) -> int:
        """How many objects of its own it has."""
        return self.count + len(self.links) + len(self.streams)

    def packed(self) -> bytes:
        """The sheaf as bytes."""
        return pickle.dumps(self, pickle.HIGHEST_PROTOCOL)


def unpacked(data: bytes) -> Sheaf:
    """A sheaf from its bytes."""
    sheaf: Sheaf = pickle.loads(data)
    return sheaf


def make_sheaf(document: Document, pdf: pydyf.PDF, numbers: Iterable[folios.PlacedNumber]) -> Sheaf:
    """Gather what the pages of a PDF need, after `tagging.tidy` has put its structure in order."""
    root = at(pdf, pdf.catalog["StructTreeRoot"])
    (top,) = references(root["K"])
    leaves = pages(pdf)
    node, leaf = _page_node(pdf, leaves), _parent_tree_leaf(pdf, leaves, root["ParentTree"]["Nums"])
    subsets, externals = _fonts(document, pdf)
    externals |= {pdf.pages.number: External("page root"), top: External("document")}
    used = [node, leaf, *_reached(pdf, [*leaves, pdf.objects[top]], {node.number, leaf.number, *externals})]
    shared = [each for each in used if _is_image(each)]
    externals |= {each.number: External("image", index) for index, each in enumerate(shared)}
    kinds = [(each, _target(each)) for each in used if each.number not in externals]
    streams = [each for each, _ in kinds if isinstance(each, pydyf.Stream)]
    links = [(each, target) for each, target in kinds if target is not None]
    objects = [each for each, target in kinds if target is None and not isinstance(each, pydyf.Stream)]

    order = [*(each.number for each in (*objects, *(link for link, _ in links), *streams)), *externals]
    table = {number: place for place, number in enumerate(order)}
    on_links = {each.number: place for place, (each, _) in enumerate(links)}
    printed = defaultdict(list)
    for number in numbers:
        printed[number.stream].append(number._replace(link=on_links.get(number.link, -1)))
    lines = [_template(each, table) for each in objects]
    return Sheaf(
        objects=b"\n".join(line for line, _ in lines),
        numbers=tuple(number for _, taken in lines for number in taken),
        count=len(objects),
        pages=tuple(table[page.number] for page in leaves),
        links=tuple(_link(each, target, table) for each, target in links),
        streams=tuple(_stream(each, table, printed[each.number]) for each in streams),
        shared=tuple(_stream(each, table, (), pdf) for each in shared),
        externals=tuple(externals.values()),
        subsets=tuple(subsets),
        keys=len(root["ParentTree"]["Nums"]) // 2,
        leaf=table[leaf.number],
        kids=tuple(table[number] for number in references(pdf.objects[top]["K"])),
        names=tuple(_names(root, table)),
    )


def _reached(pdf: pydyf.PDF, start: Sequence[pydyf.Object], known: set[int]) -> Iterator[pydyf.Object]:
    """The objects that some lead to and these themselves, but for what is known, in the order of their use."""
    waiting = [item.number for item in reversed(start)]
    seen = known | set(waiting)
    while waiting:
        item = pdf.objects[waiting.pop()]
        if item.number not in known:
            yield item
        found = dict.fromkeys(number for number in references(_dictionary(item)) if number not in seen)
        seen.update(found)
        waiting += reversed(found)


def _dictionary(item: Any) -> Any:
    return item.extra if isinstance(item, pydyf.Stream) else item


def _is_image(item: Any) -> bool:
    return isinstance(item, pydyf.Stream) and item.extra.get("Subtype") == "/Image"


# --- the page tree and the parent tree --------------------------------------------------------------------------------


class _Key(pydyf.Object):  # type: ignore[misc]
    """A key in the parent tree (14.7.5.4), counted from zero in a sheaf."""

    def __init__(self, key: int) -> None:
        super().__init__()
        self.key = key


def _page_node(pdf: pydyf.PDF, leaves: Sequence[Any]) -> Any:
    """The signature's node in the page tree (7.7.3.2)."""
    node = pydyf.Dictionary({"Type": "/Pages", "Parent": pdf.pages.reference, "Count": len(leaves)})
    node["Kids"] = [page.reference for page in leaves]
    pdf.add_object(node)
    for page in leaves:
        page["Parent"] = node.reference
    return node


def _parent_tree_leaf(pdf: pydyf.PDF, leaves: Sequence[Any], entries: Sequence[Any]) -> Any:
    """The signature's leaf of the parent tree, from its keys, each followed by what it leads to."""
    for page in leaves:
        page["StructParents"] = _Key(page["StructParents"])
        for number in references(page.get("Annots", ())):
            pdf.objects[number]["StructParent"] = _Key(pdf.objects[number]["StructParent"])
    leaf = pydyf.Dictionary({"Limits": [_Key(0), _Key(len(entries) // 2 - 1)]})
    leaf["Nums"] = [each if place % 2 else _Key(each) for place, each in enumerate(entries)]
    pdf.add_object(leaf)
    return leaf


def _names(root: Any, table: dict[int, int]) -> Iterator[tuple[str, int]]:
    """The identifiers of structure elements (14.7.2)."""
    items = root.get("IDTree", {}).get("Names", ())
    for name, element in zip(items[::2], items[1::2], strict=True):
        (number,) = references(element)
        yield name.string, table[number]


# --- objects as templates ---------------------------------------------------------------------------------------------

_OBJECT, _KEY = b"\0", b"\1"  # where numbers go; nothing that is written holds these


def _template(value: Any, table: dict[int, int]) -> tuple[bytes, list[int]]:
    """A value with room for numbers, and which entries of the table these are."""
    taken: list[int] = []

    def fill(each: object) -> bytes | None:
        if isinstance(each, _Key):
            taken.append(len(table) + each.key)
            return _KEY
        if (number := reference_number(each)) is not None:
            taken.append(table[number])
            return _OBJECT
        return None

    text = written(value, fill).replace(b"%", b"%%")
    return text.replace(_OBJECT, b"%d 0 R").replace(_KEY, b"%d"), taken


def _target(item: Any) -> str | None:
    """The anchor that an annotation leads to, None for other objects."""
    if not isinstance(item, pydyf.Dictionary) or item.get("Subtype") != "/Link":
        return None
    return folios.target_of(item["A"]["URI"].string) if "A" in item else str(item["Dest"].string)


def _link(link: Any, target: str, table: dict[int, int]) -> Link:
    head = {key: value for key, value in link.items() if key not in ("A", "Dest", "Contents")}
    text, taken = _template(head, table)
    return Link(text.removesuffix(b">>"), tuple(taken), target)


def _stream(
    stream: pydyf.Stream,
    table: dict[int, int],
    printed: Sequence[folios.PlacedNumber],
    pdf: pydyf.PDF | None = None,
) -> Stream:
    """A stream; one that is shared, with `pdf`, gets its digest."""
    data = b"\n".join(folios.written(each) for each in stream.stream)
    if "Filter" in stream.extra:
        content = Gapped(data)
    else:
        stream.extra["Filter"] = "/FlateDecode"
        content = compressed(*folios.pieces(data, printed), PACKED)
    head = {key: value for key, value in stream.extra.items() if key != "Length"}
    text, taken = _template(head, table)
    return Stream(
        text.removesuffix(b">>"), tuple(taken), content, tuple(printed), _digest(text, stream, pdf) if pdf else b""
    )


def _digest(head: bytes, stream: pydyf.Stream, pdf: pydyf.PDF) -> bytes:
    """What tells images apart: what they are, their pixels, and those of their masks."""
    streams = [stream, *(pdf.objects[number] for number in references(stream.extra))]
    return sha256(b"\0".join([head, *(folios.written(part) for each in streams for part in each.stream)])).digest()


# --- fonts ------------------------------------------------------------------------------------------------------------


def _fonts(document: Document, pdf: pydyf.PDF) -> tuple[list[Subset], dict[int, External]]:
    """What the signature uses of fonts, and the numbers of the objects that the book has instead.

    A font that lacks characters maps these in a way of its own, so that it stays; its file is one with the others'.
    """
    subsets: list[Subset] = []
    externals: dict[int, External] = {}
    fonts = defaultdict(list)
    for font in document.fonts.values():
        fonts[font.hash].append(font)
    for page in pages(pdf)[:1]:
        resources = at(pdf, at(pdf, page["Resources"])["Font"])
    for resource, reference in resources.items():
        (number,) = references(reference)
        font = pdf.objects[number]
        descriptor = _descriptor(pdf, font)
        file = next((descriptor[key] for key in ("FontFile2", "FontFile3") if key in descriptor), None)
        if file is None:
            continue
        (file_number,) = references(file)
        lacks = font["Encoding"] != "/Identity-H"
        is_cff = "FontFile3" in descriptor
        subsets.append(_subset(fonts[resource], pdf.objects[file_number], is_cff=is_cff, lacks=lacks))
        externals[file_number] = External("file", len(subsets) - 1)
        if not lacks:
            externals[number] = External("font", len(subsets) - 1)
    return subsets, externals


def _descriptor(pdf: pydyf.PDF, font: Any) -> Any:
    """A composite font's descriptor (9.8); nothing for fonts of other kinds."""
    if font["Subtype"] != "/Type0":
        return {}
    (descendant,) = references(font["DescendantFonts"])
    return at(pdf, pdf.objects[descendant]["FontDescriptor"])


def _subset(fonts: Sequence[Any], file: pydyf.Stream, *, is_cff: bool, lacks: bool) -> Subset:
    """WeasyPrint may hold one font several times, each with some of its glyphs."""
    font, program = fonts[0], b"".join(file.stream)
    return Subset(
        resource=font.hash,
        origin=origin(program),
        name=font.name,
        family=font.family,
        flags=font.flags,
        ascent=font.ascent,
        descent=font.descent,
        is_cff=is_cff,
        program=zlib.compress(program, PACKED),
        widths={glyph: width for each in fonts for glyph, width in each.widths.items()},
        texts={glyph: text for each in fonts for glyph, text in each.to_unicode.items()},
        lacks=lacks,
    )
