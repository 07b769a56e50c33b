"""QR codes: whether two readers read each, how large it is printed, and what it says.

In: a volume. Out: each code with what was read. Never: a bar. A code is a square picture whose description ends in an
address; zxing-cpp and zbar read it from its own place on the page, with its quiet zone and a little around it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import zxingcpp
from PIL.Image import Image
from pypdfium2 import PdfPage
from pyzbar import pyzbar

from printed.sheet import Box
from printed.volume import Volume, code_address

QUIET_ZONE = 4  # modules (ISO/IEC 18004, 9.1)
MILLIMETRE = 72 / 25.4
_FINEST = 600  # dots per inch that sizes are measured at
_TIMED = re.compile(r"[?&#](?:t|start)=\d")
_DARK = 128
_SQUARE = 0.06  # PDFium adds the width of their lines to drawings, not always on all sides
_WITH_QUIET_ZONE = 41 / 33  # the width of a code of version 4, as addresses with times are, to its modules


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code on a page."""

    page: int
    box: Box  # of its picture
    address: str  # that its description gives


@dataclass(frozen=True, slots=True)
class Reading:
    """What a code is in print."""

    code: Code
    width: float  # with its quiet zone, in millimetres; 0 if it is not read
    missed: tuple[str, ...]  # readers and resolutions that do not read it
    says: str  # the address that was read
    quiet: bool  # whether its quiet zone is empty


def codes(volume: Volume) -> list[Code]:
    """All codes of a book, in reading order."""
    found = []
    for index in range(len(volume.pages)):
        for element, box in volume.drawings(index).items():
            address = code_address(volume, element)
            if address and abs(box.width - box.height) < _SQUARE * box.width:
                found.append(Code(index, box, address))
    return found


def undescribed(volume: Volume, known: Iterable[Code], pages: Iterable[int]) -> Iterator[tuple[int, str]]:
    """The codes that are read on whole pages, and that are no picture with a description."""
    addresses = Counter((code.page, code.address) for code in known)
    for page in pages:
        image = volume.drawn[page].render(scale=300 / 72, grayscale=True).to_pil()
        for text in sorted({each.text for each in _zxing(image)}):
            if not addresses[page, text]:
                yield page, text


def read(volume: Volume, code: Code, resolutions: Iterable[int]) -> Reading:
    """Read a code as it is printed in so many dots per inch, by each reader."""
    page = volume.drawn[code.page]
    missed, says = [], ""
    for dots in resolutions:
        image = _picture_of(page, code.box, dots, code.box.width * 0.12)
        by_reader = {
            "zxing": [each.text for each in _zxing(image)],
            "zbar": [each.data.decode() for each in pyzbar.decode(image, symbols=[pyzbar.ZBarSymbol.QRCODE])],
        }
        missed += [f"{reader} at {dots}" for reader, texts in by_reader.items() if not texts]
        says = next((text for texts in by_reader.values() for text in texts), says)
    width, quiet = _printed(page, code.box)
    return Reading(code, width, tuple(missed), says, quiet)


def repeated(volume: Volume, known: Iterable[Code]) -> list[tuple[int, str]]:
    """The addresses with a time that have more than one code in their chapter, with its first page."""
    at = [(code.page, code.address) for code in known if _TIMED.search(code.address)]
    found = []
    for chapter in volume.chapters:
        count = Counter(address for page, address in at if page in chapter)
        found += [(chapter.start, address) for address, times in count.items() if times > 1]
    return found


def crowded(volume: Volume, known: Iterable[Code]) -> list[tuple[int, float]]:
    """The pages of which codes take more than half of the text block, and the share that they take."""
    block = text_block(volume)
    areas: dict[int, float] = defaultdict(float)
    for code in known:
        areas[code.page] += code.box.area * _WITH_QUIET_ZONE**2
    return [(page, area / block) for page, area in sorted(areas.items()) if area > block / 2]


def text_block(volume: Volume) -> float:
    """The area that text can take on a page: that of all which is no margin, on nearly the fullest pages."""
    areas = []
    for page in volume.pages:
        boxes = [mark.box for mark in page.marks if mark.element >= 0]
        if boxes:
            around = boxes[0]
            for box in boxes[1:]:
                around = around.joined(box)
            areas.append(around.area)
    return sorted(areas)[len(areas) * 9 // 10] if areas else 0.0


# --- one code on its page ---------------------------------------------------------------------------------


def _zxing(image: Image) -> list[zxingcpp.Barcode]:
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    found = zxingcpp.read_barcodes(image, formats=formats)
    # Among many codes it now and then sees a Micro QR code, of which we print none.
    return [each for each in found if each.valid and "Micro" not in str(each.format)]


def _picture_of(page: PdfPage, box: Box, dots: int, around: float) -> Image:
    """What is printed in a box and in so many points around it."""
    left, bottom, right, top = page.get_mediabox()
    crop = (box.left - around - left, box.bottom - around - bottom, right - box.right - around, top - box.top - around)
    drawn = page.render(scale=dots / 72, crop=tuple(max(0.0, each) for each in crop), grayscale=True)
    image: Image = drawn.to_pil()
    return image


def _printed(page: PdfPage, box: Box) -> tuple[float, bool]:
    """How wide a code is with its quiet zone, and whether that is empty; 0 for one that is not read."""
    found, dark = _zxing(_picture_of(page, box, _FINEST, box.width / 4)), _ink(_picture_of(page, box, _FINEST, 0))
    if not found or dark is None:
        return 0.0, False
    dot = 72 / _FINEST
    code = Box(box.left + dark[0] * dot, box.top - dark[3] * dot, box.left + dark[2] * dot, box.top - dark[1] * dot)
    extra: Any = found[0].extra  # a dictionary
    modules = 17 + 4 * int(extra["Version"])
    zone = QUIET_ZONE * code.width / modules
    around = _ink(_picture_of(page, code, _FINEST, zone - 3 * dot))  # less what rounding to dots takes
    width, height = dark[2] - dark[0], dark[3] - dark[1]
    quiet = around is not None and around[2] - around[0] <= width + 2 and around[3] - around[1] <= height + 2
    return (code.width + 2 * zone) / MILLIMETRE, quiet


def _ink(image: Image) -> tuple[int, int, int, int] | None:
    """The box around what is dark."""
    return image.point([255 * (level < _DARK) for level in range(256)]).getbbox()
