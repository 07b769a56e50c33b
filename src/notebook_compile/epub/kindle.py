"""What Kindle's better typesetting ("Enhanced Typesetting") does not know, said by means that it does.

The bytes of a finished content document come in and go out, the text and the ids of them as they were; drawings become
images. A book with what Enhanced Typesetting lacks is shown without it: without MathML, hyphens and its tables.

The rules are Amazon's. "Guidelines" below are the Kindle Publishing Guidelines, version 2019.2, by their sections.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, cast

from lxml import etree

from notebook_compile.diagnostics import Diagnostic, diagnostic
from notebook_compile.epub.pictures import Picture
from notebook_compile.markup import serialise
from notebook_compile.model import Chapter, Drawing, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from notebook_compile.model import Book

# "Table Guidelines - Reflowable", https://kdp.amazon.com/en_US/help/topic/GZ8BAXASXKB5JVML: fewer than 100 rows; more
# than 1,800 cells and 20,000 characters are not supported. More than 10 columns there should not be either, but none
# can be left out.
MOST_ROWS, MOST_CELLS, MOST_CHARACTERS = 99, 1_800, 20_000

_XHTML = "{http://www.w3.org/1999/xhtml}"
_TYPE = "{http://www.idpf.org/2007/ops}type"
_TABLE, _COLUMNS, _HEAD, _BODY, _FOOT, _ROW, _DIV, _SPAN = (
    f"{_XHTML}{name}" for name in "table colgroup thead tbody tfoot tr div span".split()
)
_CELLS = (f"{_XHTML}td", f"{_XHTML}th")
_BLOCKS = frozenset(f"{_XHTML}{name}" for name in "blockquote dd div dl dt figure hr ol p pre section ul".split())
_OF_CELLS = frozenset({"align", "colspan", "rowspan", "scope"})
_PARSER = etree.XMLParser(huge_tree=True, resolve_entities=False, no_network=True)

# Guidelines, 10.6: `semantics`, `annotation` and `maction` are not supported. The TeX stays in `alttext`.
_SEMANTICS = re.compile(r"<semantics>(.*?)<annotation\b[^>]*>[^<]*</annotation></semantics>", re.DOTALL)

_PIXELS_AN_EM = 48  # three times 16: Kindles have about 300 dots an inch, CSS 96
_MOST_PIXELS_WIDE = 1_860  # the widest e-ink Kindle's


def to_kindle(document: bytes) -> bytes:
    """A content document of well-formed XHTML as Kindle wants it."""
    markup = _SEMANTICS.sub(r"\1", document.decode())
    return (_with_plain_tables(markup) if "<table" in markup else markup).encode()


# --- tables -----------------------------------------------------------------------------------------------


def _with_plain_tables(markup: str) -> str:
    start = markup.index("<html")
    root = etree.fromstring(markup[start:], _PARSER)
    inner = [table for table in root.iter(_TABLE) if next(table.iterancestors(_TABLE), None) is not None]
    for table in reversed(inner):
        _unravel(table)
    divided = [_divide(table) for table in list(root.iter(_TABLE))]
    return markup[:start] + serialise(root) if inner or any(divided) else markup


def _unravel(table: etree._Element) -> None:
    """Make a table within a table what can stand in a cell: Enhanced Typesetting does not support it (10.5.2)."""
    for columns in list(table.iterchildren(_COLUMNS)):
        table.remove(columns)
    for row in list(table.iter(_ROW)):
        cells = list(row.iterchildren(*_CELLS))
        in_line = not any(element.tag in _BLOCKS for element in row.iter())
        for cell in cells:
            cell.tag = _SPAN if in_line else _DIV
            if in_line and cell is not cells[-1]:
                cell.tail = " \u00b7 "
        for element in (row, *cells):
            for name in _OF_CELLS.intersection(map(str, element.attrib)):
                del element.attrib[name]
        row.tag = _DIV
    for part in (table, *table):
        part.tag = _DIV


def _divide(table: etree._Element) -> bool:
    """Put the rows of a table that is too long into several tables, each with its head; whether it was."""
    head = table.find(_HEAD)
    above = [] if head is None else list(head.iter(_ROW))
    pieces = list(_pieces(list(_groups([row for row in table.iter(_ROW) if row not in above])), above))
    last = table
    for rows in pieces[1:]:
        more = _continued(table, rows)
        more.tail, last.tail = last.tail, "\n"
        last.addnext(more)
        last = more
    for part in list(table.iterchildren(_BODY, _FOOT)):
        if len(pieces) > 1 and not len(part):
            table.remove(part)
    return len(pieces) > 1


def _groups(rows: list[etree._Element]) -> Iterator[list[etree._Element]]:
    """Rows that hang together by cells that reach over several."""
    group: list[etree._Element] = []
    left = 0  # how many rows more belong to the group
    for row in rows:
        spans = [str(cell.get("rowspan", "1")) for cell in row.iterchildren(*_CELLS)]
        left = max([left, *(int(span) for span in spans if span.isdecimal())]) - 1
        group.append(row)
        if left <= 0:
            yield group
            group, left = [], 0
    if group:
        yield group


def _pieces(groups: list[list[etree._Element]], above: list[etree._Element]) -> Iterator[list[etree._Element]]:
    """Rows for one table each, which the rows of its head stand above."""
    most = (MOST_ROWS, MOST_CELLS, MOST_CHARACTERS)
    piece: list[etree._Element] = []
    size = head = _size(above)
    for group in groups:
        added = _size(group)
        if piece and any(old + new > limit for old, new, limit in zip(size, added, most, strict=True)):
            yield piece
            piece, size = [], head
        piece += group
        size = cast("tuple[int, int, int]", tuple(old + new for old, new in zip(size, added, strict=True)))
    yield piece


def _size(rows: list[etree._Element]) -> tuple[int, int, int]:
    """How many rows, cells and characters."""
    return len(rows), sum(map(len, rows)), sum(len("".join(map(str, row.itertext()))) for row in rows)


def _continued(table: etree._Element, rows: list[etree._Element]) -> etree._Element:
    """A table that goes on with some rows of another."""
    piece = table.makeelement(_TABLE, {str(name): str(value) for name, value in table.attrib.items()})
    piece.extend(deepcopy(part) for part in table.iterchildren(_COLUMNS, _HEAD))
    for element in piece.iter():
        if "id" in element.attrib:
            del element.attrib["id"]  # there is one already; so, too, for breaks of pages
        if element.get(_TYPE) == "pagebreak":
            element.attrib.clear()
    for part, of_part in groupby(rows, etree._Element.getparent):
        if part is not None:
            (piece if part is table else etree.SubElement(piece, part.tag)).extend(list(of_part))
    return piece


# --- drawings ---------------------------------------------------------------------------------------------


def without_drawings(book: Book, pictures: Mapping[str, Picture]) -> tuple[dict[str, Picture], tuple[Diagnostic, ...]]:
    """The pictures of a book, SVG files among them as PNG, and its diagrams as PNG, each under its own markup as key.

    Guidelines, 10.4.11: SVG with text is not supported, nor is a book with more than 25 SVG.
    """
    from notebook_compile.epub.rasters import png_of_svg  # noqa: PLC0415  # slow, and for Kindle alone

    found: dict[str, Picture] = {}
    findings: list[Diagnostic] = []
    for file, picture in pictures.items():
        found[file] = picture
        if picture.media_type == "image/svg+xml":
            try:
                found[file] = _painted(picture)
            except ValueError as error:
                findings.append(diagnostic("foreign-image", file, (0, 0), f"image `{file}`: {error}", "save it as PNG"))
    for path, drawing in _diagrams(book):
        if drawing.svg not in found:
            pixels = min(round(drawing.width * _PIXELS_AN_EM), _MOST_PIXELS_WIDE)
            name = f"images/diagrams/{len(found) - len(pictures) + 1}.png"
            try:
                found[drawing.svg] = Picture(name, "image/png", png_of_svg(drawing.svg, pixels))
            except ValueError as error:
                findings.append(diagnostic("bad-diagram", path, drawing.place, str(error)))
    return found, tuple(findings)


def _painted(picture: Picture) -> Picture:
    """An SVG file as PNG, which is shown as wide as the SVG was."""
    from notebook_compile.epub.rasters import png_of_svg, svg_size  # noqa: PLC0415

    width = svg_size(picture.data)[0]
    pixels = min(round(width * _PIXELS_AN_EM / 16), _MOST_PIXELS_WIDE)
    name = picture.name.replace("images/", "images/drawings/", 1).removesuffix(".svg") + ".png"
    data = png_of_svg(picture.data, max(1, pixels))
    return replace(picture, name=name, media_type="image/png", data=data, width=round(width))


def _diagrams(book: Book) -> Iterator[tuple[str, Drawing]]:
    """The diagrams of a book, each with the path of its note, "" for the index note."""
    texts = [("", book.introduction)]
    for entry in book.entries:
        if isinstance(entry, Chapter):
            texts += [(entry.path, each) for each in (entry.text, *entry.footnotes) if isinstance(each, Text)]
        else:
            texts.append(("", entry.introduction))
    for path, text in texts:
        yield from ((path, each) for each in text.references if isinstance(each, Drawing))
