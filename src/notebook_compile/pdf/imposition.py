"""Imposition: a bound book's pages, two side by side on each side of a sheet, for a printer and a stapler.

In: a book's PDF, and the scheme. Out: a PDF of sheets, to be printed on both sides and turned over on the short edge.
Never: links, outline and tags, which mean nothing on paper; pages larger or smaller, unless they outgrow the book.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from typing import Literal

from pikepdf import Array, Dictionary, Name, Object, ObjectStreamMode, Page, Pdf, Rectangle

Scheme = Literal["2up", "booklet"]
Pair = tuple[int | None, int | None]  # the zero-based pages on the left and on the right; None for a blank
Size = tuple[float, float]  # width and height

# ISO 216 halves to whole millimetres: two pages of A5 or B5 are 1 mm narrower than their sheet.
_WIDER_SHEETS: tuple[Size, ...] = ((297, 210), (353, 250))
_MILLIMETRE = 72 / 25.4
_TRUE_OF_SHEETS = ("/Type", "/Pages", "/Lang", "/Metadata", "/OutputIntents")
_CONFORMANCE = ("pdfuaid:part", "pdfaid:part", "pdfaid:conformance", "{http://www.aiim.org/pdfa/ns/extension/}schemas")


def impose(pdf: bytes, scheme: Scheme) -> bytes:
    """The sheets of a book: `2up` in reading order, `booklet` to be folded as one and stapled through the fold.

    Pages keep their size and meet in the sheet's middle. A book that is read from right to left is bound on the right.
    """
    book = Pdf.open(BytesIO(pdf))
    leftward = book.Root.get("/ViewerPreferences", Dictionary()).get("/Direction") == Name.R2L
    pages = list(book.pages)
    cell = _cell([_size(page) for page in pages])
    for page in pages:
        if _scale(_size(page)[::-1], cell) > _scale(_size(page), cell):
            # Its head comes to the left, as tables stand in bound books.
            page.rotate(-90, relative=True)
    forms = [page.as_form_xobject() for page in pages]
    del book.pages[:]
    for pair in pairs(len(forms), scheme):
        _add_side(book, cell, [None if index is None else forms[index] for index in (pair[::-1] if leftward else pair)])
    _describe(book)
    target = BytesIO()
    book.save(
        target,
        min_version="1.7",
        object_stream_mode=ObjectStreamMode.generate,
        compress_streams=True,
        deterministic_id=True,  # made from the content (ISO 32000-2, 14.4)
    )
    return target.getvalue()


def pairs(pages: int, scheme: Scheme) -> list[Pair]:
    """What stands on each side of each sheet, front and back in turn, of a book that is read from left to right."""
    if scheme == "2up":
        return [(first, _or_blank(first + 1, pages)) for first in range(0, pages, 2)]
    last = -(-pages // 4) * 4 - 1
    outside_in = [(_or_blank(last - low, pages), _or_blank(low, pages)) for low in range((last + 1) // 2)]
    return [(low, high) if side % 2 else (high, low) for side, (high, low) in enumerate(outside_in)]


def _or_blank(index: int, pages: int) -> int | None:
    return index if index < pages else None


# --- pages on sheets --------------------------------------------------------------------------------------------------


def _size(page: Page) -> Size:
    """The size of a page as it is shown."""
    box = Rectangle(Array(page.trimbox))
    size = box.width, box.height
    return size[::-1] if int(page.obj.get("/Rotate", 0)) % 180 else size


def _cell(sizes: Sequence[Size]) -> Size:
    """The size that most pages have, upright or turned, the way round that the first of them stands."""
    shapes = [sorted(map(round, size)) for size in sizes]
    [(shape, _)] = Counter(map(tuple, shapes)).most_common(1)
    return sizes[shapes.index(list(shape))]


def _scale(size: Size, cell: Size) -> float:
    """How large a page can be in its cell, roughly: boxes are rounded in files."""
    return round(min(1.0, cell[0] / size[0], cell[1] / size[1]), 3)


def _sheet(cell: Size) -> Size:
    """Two pages side by side, or the standard sheet that halves to them."""
    width, height = 2 * cell[0], cell[1]
    for standard in _WIDER_SHEETS:
        wide, high = (edge * _MILLIMETRE for edge in standard)
        if 0 <= wide - width < 1.5 * _MILLIMETRE and abs(high - height) < 0.5 * _MILLIMETRE:
            return wide, height
    return width, height


def _add_side(book: Pdf, cell: Size, pair: Sequence[Object | None]) -> None:
    """Add a side of a sheet with two pages, which meet in its middle, where the fold is."""
    width, height = _sheet(cell)
    side = book.add_blank_page(page_size=(width, height))
    placed = b""
    for name, left, form in zip((Name.Left, Name.Right), (width / 2 - cell[0], width / 2), pair, strict=True):
        if form is not None:
            side.add_resource(form, Name.XObject, name)
            placed += side.calc_form_xobject_placement(
                form,
                name,
                Rectangle(left, 0, left + cell[0], height),
                invert_transformations=True,
                allow_shrink=True,
                allow_expand=False,
            )
    side.obj.Contents = book.make_stream(placed)


# --- the catalogue ----------------------------------------------------------------------------------------------------


def _describe(book: Pdf) -> None:
    """Keep what is true of the sheets too, and say how they are to be printed (ISO 32000-2, 12.2)."""
    for key in book.Root.keys() - set(_TRUE_OF_SHEETS):
        del book.Root[key]
    book.Root.ViewerPreferences = Dictionary(
        DisplayDocTitle=True, PrintScaling=Name("/None"), Duplex=Name.DuplexFlipShortEdge
    )
    with book.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        for claim in _CONFORMANCE:
            metadata.pop(claim, None)
