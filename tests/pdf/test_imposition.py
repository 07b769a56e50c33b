"""Imposition: sheets folded in code, read back with PDFium and two readers of QR codes."""

from __future__ import annotations

import io
import math
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pikepdf
import pypdfium2
import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Dictionary, Name
from pypdfium2 import raw
from pyzbar import pyzbar

from notebook_compile.jobs import processes
from notebook_compile.model import Book, Chapter, Moment, NoteReference, Text
from notebook_compile.pdf.design import Design
from notebook_compile.pdf.imposition import Scheme, impose, pairs
from notebook_compile.pdf.printing import print_book

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from PIL.Image import Image

INCH = 25.4  # millimetres
VIDEO = "https://youtu.be/dQw4w9WgXcQ"
SCHEMES: tuple[Scheme, ...] = ("2up", "booklet")
Size = tuple[float, float]
A5 = (148.0, 210.0)
UPRIGHT, WIDE, LARGE, SMALL = (120.0, 160.0), (160.0, 120.0), (240.0, 320.0), (100.0, 120.0)
MARGIN = 10.0


# --- books ------------------------------------------------------------------------------------------------


def paper(*sizes: Size, rotate: Mapping[int, int] | None = None, **root: Any) -> bytes:
    """A book with a page of each size in millimetres, some rotated, by their index, and more in its catalogue.

    Each says in its upper left which page it is, as "p12.".
    """
    with pikepdf.new() as book:
        font = book.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        for number, size in enumerate(sizes, 1):
            width, height = (edge / INCH * 72 for edge in size)
            page = book.add_blank_page(page_size=(width, height))
            page.add_resource(font, Name.Font, Name.F)
            x = MARGIN / INCH * 72
            page.Contents = book.make_stream(f"BT /F 10 Tf {x:.4f} {height - x:.4f} Td (p{number}.) Tj ET".encode())
        for index, angle in (rotate or {}).items():
            book.pages[index].Rotate = angle
        for key, value in root.items():
            book.Root[f"/{key}"] = value
        target = io.BytesIO()
        book.save(target)
    return target.getvalue()


@pytest.fixture(scope="module")
def book() -> bytes:
    """A book of the compiler's own, with 24 QR codes in its footnotes."""
    body = "".join(f'<p>Word {n + 1}<ref n="{n}"></ref> and more.</p>' for n in range(24))
    moments = tuple(Moment(VIDEO, 61 + 1000 * n) for n in range(24))
    text = Text(body, tuple(NoteReference(n + 1, 1) for n in range(24)))
    chapter = Chapter(1, "Codes", 0, "c1", "1.md", None, text, moments)
    made = Book(title="A Book", language="en", introduction=Text(), entries=(chapter,), modified=1_700_000_000)
    with processes(1) as run:
        return print_book(made, Design("book", A5, timestamps="footnote"), run, lambda *_: None).pdf


# --- what is read back ------------------------------------------------------------------------------------

Sides = list[tuple[str, str]]  # what stands on the left and on the right of each side


def halves(pdf: bytes) -> Sides:
    read = []
    for page in pypdfium2.PdfDocument(pdf):
        text, middle = page.get_textpage(), page.get_width() / 2
        both = (text.get_text_bounded(right=middle), text.get_text_bounded(left=middle))
        read.append((both[0].strip(), both[1].strip()))
    return read


@dataclass(frozen=True, slots=True)
class Found:
    """How a word stands on its sheet or page."""

    x: float  # where it starts, in millimetres from the left
    y: float  # and from the top
    angle: int  # counterclockwise, in degrees
    scale: float


def find(pdf: bytes, word: str) -> Found:
    matrix = raw.FS_MATRIX()
    for page in pypdfium2.PdfDocument(pdf):
        text = page.get_textpage()
        if found := text.search(word).get_next():
            assert raw.FPDFText_GetMatrix(text, found[0], matrix)
            x, y = matrix.e / 72 * INCH, (page.get_height() - matrix.f) / 72 * INCH
            return Found(
                x, y, round(math.degrees(math.atan2(matrix.b, matrix.a))) % 360, math.hypot(matrix.a, matrix.b)
            )
    return pytest.fail(f"no {word}")


def close(*numbers: float) -> Any:
    return pytest.approx(numbers, abs=0.02)


def sheet_sizes(pdf: bytes) -> set[Size]:
    sizes = (page.get_size() for page in pypdfium2.PdfDocument(pdf))
    return {(round(width / 72 * INCH, 2), round(height / 72 * INCH, 2)) for width, height in sizes}


def fold(sides: Sides, *, bound_on_right: bool = False) -> list[str]:
    """What a reader finds in sheets that were printed on both sides, stacked, folded, and leafed through.

    Turned over on its short edge, a sheet has the left of its back behind the right of its front. The stack is folded
    with the first front outside; the half that lies on top then is the right one, or the left one when bound there.
    """
    if bound_on_right:
        sides = [(right, left) for left, right in sides]
    sheets = list(zip(sides[::2], sides[1::2], strict=True))
    inwards = [page for front, back in sheets for page in (front[1], back[0])]
    outwards = [page for front, back in reversed(sheets) for page in (back[1], front[0])]
    return inwards + outwards


def numbered(count: int) -> list[str]:
    return [f"p{number}." for number in range(1, count + 1)]


# --- the order of pages -----------------------------------------------------------------------------------


@given(st.integers(0, 2000), st.sampled_from(SCHEMES))
def test_every_page_stands_exactly_once(count: int, scheme: Scheme) -> None:
    placed = [page for pair in pairs(count, scheme) for page in pair]
    assert sorted(page for page in placed if page is not None) == list(range(count))
    assert placed.count(None) == -count % (4 if scheme == "booklet" else 2)


@given(st.integers(1, 25), st.booleans())
@settings(deadline=None)
def test_a_folded_booklet_reads_in_order(count: int, bound_on_right: bool) -> None:
    direction = Dictionary(Direction=Name.R2L if bound_on_right else Name.L2R)
    sides = halves(impose(paper(*[UPRIGHT] * count, ViewerPreferences=direction), "booklet"))
    assert fold(sides, bound_on_right=bound_on_right) == numbered(count) + [""] * (-count % 4)


def test_a_booklet_of_six_pages() -> None:
    sides = halves(impose(paper(*[UPRIGHT] * 6), "booklet"))
    assert sides == [("", "p1."), ("p2.", ""), ("p6.", "p3."), ("p4.", "p5.")]


@pytest.mark.parametrize(
    ("direction", "expected"),
    [("L2R", [("p1.", "p2."), ("p3.", "p4."), ("p5.", "")]), ("R2L", [("p2.", "p1."), ("p4.", "p3."), ("", "p5.")])],
)
def test_two_up_follows_the_reading_direction(direction: str, expected: Sides) -> None:
    book = paper(*[UPRIGHT] * 5, ViewerPreferences=Dictionary(Direction=Name(f"/{direction}")))
    assert halves(impose(book, "2up")) == expected


# --- where pages stand ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "sheet"),
    [
        (A5, (297, 210)),  # A4
        ((176.0, 250.0), (353, 250)),  # B5, B4
        ((105.0, 148.0), (210, 148)),  # A6, A5
        ((210.0, 297.0), (420, 297)),  # A4, A3
        ((139.7, 215.9), (279.4, 215.9)),  # half letter, letter
        (UPRIGHT, (240, 160)),
        (WIDE, (320, 120)),
        ((148.0, 200.0), (296, 200)),
    ],
)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_pages_keep_their_size_and_meet_in_the_middle(page: Size, sheet: Size, scheme: Scheme) -> None:
    sheets = impose(paper(*[page] * 4), scheme)
    assert sheet_sizes(sheets) == {sheet}
    middle = sheet[0] / 2
    # The second page is on the right of the first side, or on the left of the second.
    left_edge = middle if scheme == "2up" else middle - page[0]
    found = find(sheets, "p2.")
    assert (found.x, found.y, found.angle, found.scale) == close(left_edge + MARGIN, MARGIN, 0, 1)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_wide_pages_are_turned_with_their_head_to_the_left(scheme: Scheme) -> None:
    sheets = impose(paper(UPRIGHT, WIDE, WIDE, UPRIGHT), scheme)
    assert sheet_sizes(sheets) == {(240, 160)}
    for number in (2, 3):
        found = find(sheets, f"p{number}.")
        assert (found.x % 120, found.y, found.angle, found.scale) == close(MARGIN, 160 - MARGIN, 90, 1)
    assert find(sheets, "p4.").angle == 0


def test_most_pages_wide_still_makes_an_upright_book() -> None:
    assert sheet_sizes(impose(paper(UPRIGHT, WIDE, WIDE, WIDE), "2up")) == {(240, 160)}


@pytest.mark.parametrize(
    ("size", "rotate", "expected"),
    [
        (WIDE, 90, (120 - MARGIN, MARGIN, 270)),  # shown upright, so not turned again
        (WIDE, 270, (MARGIN, 160 - MARGIN, 90)),
        (WIDE, 180, (120 - MARGIN, MARGIN, 270)),  # shown wide with its head below, so turned
        (UPRIGHT, 90, (MARGIN, MARGIN, 0)),
        (UPRIGHT, 180, (120 - MARGIN, 160 - MARGIN, 180)),
    ],
)
def test_pages_are_turned_from_how_they_are_shown(size: Size, rotate: int, expected: tuple[float, float, int]) -> None:
    found = find(impose(paper(UPRIGHT, UPRIGHT, size, rotate={2: rotate}), "2up"), "p3.")
    assert (found.x, found.y, found.angle, found.scale) == close(*expected, 1)


def test_odd_pages_stand_in_the_middle_of_their_cell_and_outgrown_ones_are_scaled_down() -> None:
    sheets = impose(paper(UPRIGHT, LARGE, SMALL, UPRIGHT), "2up")
    assert sheet_sizes(sheets) == {(240, 160)}
    large, small = find(sheets, "p2."), find(sheets, "p3.")
    assert (large.x, large.y, large.scale) == close(120 + MARGIN / 2, MARGIN / 2, 0.5)
    assert (small.x, small.y, small.scale) == close(10 + MARGIN, 20 + MARGIN, 1)


def test_pages_are_cut_where_their_boxes_say() -> None:
    """A book's gutter is made by moving boxes; the trim box counts."""
    with pikepdf.open(io.BytesIO(paper(UPRIGHT, UPRIGHT))) as book:
        for page in book.pages:
            left, bottom, right, top = (float(edge) for edge in page.MediaBox)
            page.TrimBox = [left - 9, bottom + 18, right - 9, top + 18]
            page.MediaBox = [left - 90, bottom, right + 90, top + 90]
        target = io.BytesIO()
        book.save(target)
    sheets = impose(target.getvalue(), "2up")
    assert sheet_sizes(sheets) == {(240, 160)}
    found = find(sheets, "p2.")
    moved = (120 + MARGIN + 9 / 72 * INCH, MARGIN + 18 / 72 * INCH)
    assert (found.x, found.y, found.angle, found.scale) == close(*moved, 0, 1)


# --- the file ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", SCHEMES)
def test_sheets_are_described_as_what_they_are(book: bytes, scheme: Scheme) -> None:
    with pikepdf.open(io.BytesIO(impose(book, scheme))) as sheets, pikepdf.open(io.BytesIO(book)) as before:
        assert set(sheets.Root.keys()) == {
            "/Type",
            "/Pages",
            "/Lang",
            "/Metadata",
            "/OutputIntents",
            "/ViewerPreferences",
        }
        assert sheets.Root.ViewerPreferences == Dictionary(
            DisplayDocTitle=True, PrintScaling=Name("/None"), Duplex=Name.DuplexFlipShortEdge
        )
        assert dict(sheets.docinfo) == dict(before.docinfo)
        assert str(sheets.Root.Lang) == "en"
        assert "/Annots" not in sheets.pages[0].obj
        assert sheets.open_metadata()["dc:title"] == "A Book"
        claimed = before.Root.Metadata.read_bytes()
        assert b"pdfuaid:part>" in claimed
        packet = sheets.Root.Metadata.read_bytes()
        for claim in (b"<pdfuaid", b"<pdfaid", b"<pdfaExtension", b"<pdfaSchema"):
            assert claim not in packet


@pytest.mark.parametrize("scheme", SCHEMES)
def test_sheets_are_a_sound_file(book: bytes, scheme: Scheme, tmp_path: Path) -> None:
    file = tmp_path / "sheets.pdf"
    file.write_bytes(impose(book, scheme))
    checked = subprocess.run(["qpdf", "--check", file], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "warning" not in checked.stdout.lower()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_sheets_share_what_pages_share(book: bytes, scheme: Scheme) -> None:
    sheets = impose(book, scheme)
    assert len(sheets) < len(book)
    assert font_files(sheets) == font_files(book) > 0


def test_sheets_are_repeatable() -> None:
    book = paper(UPRIGHT, WIDE, UPRIGHT)
    sheets = [impose(book, scheme) for scheme in SCHEMES]
    time.sleep(1.1)  # identifiers that are made from the time change every second
    assert sheets == [impose(book, scheme) for scheme in SCHEMES]


def font_files(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return sum(isinstance(each, Dictionary) and each.get("/Type") == Name.FontDescriptor for each in file.objects)


# --- codes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("dpi", [300, 600])
def test_codes_are_read_from_sheets_at_their_full_size(book: bytes, scheme: Scheme, dpi: int) -> None:
    wanted = {f"{VIDEO}?t={61 + 1000 * n}" for n in range(24)}
    found: dict[str, float] = {}
    seen: set[str] = set()
    for page in pypdfium2.PdfDocument(impose(book, scheme)):
        picture: Image = page.render(scale=dpi / 72, grayscale=True).to_pil()
        for code in zxingcpp.read_barcodes(picture):
            found[code.text] = width(code) / dpi * INCH
            # ZBar takes corners of neighbouring codes for one, so it is shown one at a time, as to a telephone.
            seen |= {each.data.decode() for each in pyzbar.decode(cut_out(code, picture), [pyzbar.ZBarSymbol.QRCODE])}
    assert wanted <= found.keys() == seen
    # PDFium draws on whole pixels.
    assert min(found.values()) > 13 - INCH / dpi * 2


def width(code: Any) -> float:
    """How wide a code is with its quiet zone, in pixels."""
    modules = segno.make_qr(code.text).symbol_size(border=0)[0]
    dark = code.position.top_right.x - code.position.top_left.x
    return float(dark * (modules + 8) / modules)


def cut_out(code: Any, picture: Image) -> Image:
    """A code with about four modules around it."""
    start, end = code.position.top_left, code.position.bottom_right
    around = (end.x - start.x) // 8
    return picture.crop((start.x - around, start.y - around, end.x + around, end.y + around))
