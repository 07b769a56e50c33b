"""What PDFium sees on a page: its words and its pictures, where they stand, and which element each is of.

In: a page as PDFium opens it, and elements by marked content identifier. Out: words and pictures, in the page's points.
Never: what the elements are.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pypdfium2.raw as pdfium
from pypdfium2 import PdfPage

NO_ELEMENT = -1
_INVISIBLE = 3  # text rendering mode (ISO 32000-2, 9.3.6)
_FIXED_PITCH = 1  # a font descriptor's flag (9.8.2)
_APART = 0.15  # em between letters without a blank that are two words


@dataclass(frozen=True, slots=True)
class Box:
    """A box on a page, in points."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom

    @property
    def area(self) -> float:
        return self.width * self.height

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.bottom <= y <= self.top

    def joined(self, other: Box) -> Box:
        return Box(
            min(self.left, other.left),
            min(self.bottom, other.bottom),
            max(self.right, other.right),
            max(self.top, other.top),
        )


@dataclass(frozen=True, slots=True)
class Word:
    """Letters in a row, as wide as their advances are and as high as their ink is."""

    text: str
    box: Box
    baseline: float
    size: float  # of the type, in points
    fixed: bool  # whether all letters of the font are equally wide
    element: int


@dataclass(frozen=True, slots=True)
class Picture:
    """An image, a drawing, or one path of a drawing."""

    box: Box
    element: int


@dataclass(frozen=True, slots=True)
class _Run:
    """What all letters of a text object share."""

    element: int
    size: float
    fixed: bool
    seen: bool


@dataclass(frozen=True, slots=True)
class _Letter:
    text: str
    box: Box
    baseline: float
    run: _Run


def words(page: PdfPage, elements: Mapping[int, int]) -> Iterator[Word]:
    """The words on a page that are to be seen."""
    waiting: list[_Letter] = []
    for letter in _letters(page, elements):
        if waiting and (letter is None or not _go_on(waiting[-1], letter)):
            yield _word(waiting)
            waiting = []
        if letter:
            waiting.append(letter)
    if waiting:
        yield _word(waiting)


def _go_on(one: _Letter, other: _Letter) -> bool:
    """Whether a letter is of the same word as the one before it."""
    size = max(one.run.size, other.run.size)
    step = other.box.left - one.box.right
    return (
        one.run.element == other.run.element
        and abs(one.baseline - other.baseline) < 0.1 * size
        and -size < step < _APART * size
    )


def _word(letters: list[_Letter]) -> Word:
    box = letters[0].box
    for letter in letters[1:]:
        box = box.joined(letter.box)
    first = letters[0]
    text = "".join(letter.text for letter in letters)
    return Word(text, box, first.baseline, first.run.size, first.run.fixed, first.run.element)


def _letters(page: PdfPage, elements: Mapping[int, int]) -> Iterator[_Letter | None]:
    """The letters of a page that are to be seen; None for what is between words."""
    text = page.get_textpage()
    runs: dict[int | None, _Run] = {}
    loose, ink, origin = pdfium.FS_RECTF(), [ctypes.c_double() for _ in range(4)], [ctypes.c_double() for _ in range(2)]
    half = ""
    for index in range(text.count_chars()):
        letter = half + chr(pdfium.FPDFText_GetUnicode(text, index))
        half = letter if "\ud800" <= letter < "\udc00" else ""  # of a letter that UTF-16 has as two
        if half:
            continue
        letter = letter.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if letter.isspace() or letter == "\0" or pdfium.FPDFText_IsGenerated(text, index) == 1:
            yield None
            continue
        drawn = pdfium.FPDFText_GetTextObject(text, index)
        key = ctypes.cast(drawn, ctypes.c_void_p).value
        if key not in runs:
            runs[key] = _run(drawn, elements)
        if not runs[key].seen:
            yield None
            continue
        pdfium.FPDFText_GetLooseCharBox(text, index, loose)
        pdfium.FPDFText_GetCharBox(text, index, *ink)  # left, right, bottom, top
        pdfium.FPDFText_GetCharOrigin(text, index, *origin)
        box = Box(loose.left, ink[2].value, loose.right, ink[3].value)
        yield _Letter(letter, box, origin[1].value, runs[key])


def _run(drawn: object, elements: Mapping[int, int]) -> _Run:
    matrix, size = pdfium.FS_MATRIX(), ctypes.c_float()
    pdfium.FPDFPageObj_GetMatrix(drawn, matrix)
    pdfium.FPDFTextObj_GetFontSize(drawn, size)
    flags = pdfium.FPDFFont_GetFlags(pdfium.FPDFTextObj_GetFont(drawn))
    return _Run(
        elements.get(pdfium.FPDFPageObj_GetMarkedContentID(drawn), NO_ELEMENT),
        size.value * (matrix.c**2 + matrix.d**2) ** 0.5,
        bool(flags & _FIXED_PITCH) or "Mono" in _font_name(drawn),
        pdfium.FPDFTextObj_GetTextRenderMode(drawn) != _INVISIBLE,
    )


def _font_name(drawn: object) -> str:
    name = ctypes.create_string_buffer(128)
    pdfium.FPDFFont_GetBaseFontName(pdfium.FPDFTextObj_GetFont(drawn), name, len(name))
    return name.value.decode("utf-8", "replace")


def pictures(page: PdfPage, elements: Mapping[int, int]) -> Iterator[Picture]:
    """All on a page that is not text."""
    edges = [ctypes.c_float() for _ in range(4)]
    for index in range(pdfium.FPDFPage_CountObjects(page)):
        drawn = pdfium.FPDFPage_GetObject(page, index)
        if pdfium.FPDFPageObj_GetType(drawn) != pdfium.FPDF_PAGEOBJ_TEXT:
            pdfium.FPDFPageObj_GetBounds(drawn, *edges)
            element = elements.get(pdfium.FPDFPageObj_GetMarkedContentID(drawn), NO_ELEMENT)
            yield Picture(Box(*(edge.value for edge in edges)), element)
