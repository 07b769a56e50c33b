"""QR codes for print, through zxing-cpp."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isqrt

import zxingcpp

# Four modules on each side (ISO/IEC 18004, 9.1): with less, one in a hundred was not read at 13 mm.
QUIET_ZONE = 4

_BITS = b"1" + b"0" * 255  # of modules, of which dark ones are 0

Rectangle = tuple[int, int, int, int]  # its upper left corner, x and y, its width and height


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code, in modules."""

    size: int  # with the quiet zone
    rectangles: tuple[Rectangle, ...]  # of dark modules, from the corner that the quiet zone leaves


@lru_cache(maxsize=128)  # those of a signature, which may be laid out again
def qr_code(address: str) -> Code:
    """The QR code of an address: the smallest, with as much redundancy as has room in it."""
    rows = _rows(address, "L")
    for level in "MQH":
        more = _rows(address, level)
        if len(more) > len(rows):
            break
        rows = more
    bits = [int(row[::-1].translate(_BITS), 2) for row in rows]
    return Code(len(rows) + 2 * QUIET_ZONE, tuple(rectangles(bits)))


def rectangles(rows: Sequence[int]) -> list[Rectangle]:
    """Rectangles that cover the ones in rows of bits, the lowest first, and nothing else; none overlaps another.

    In this order, rectangles of one size one below the other, they compress best of all that was tried.
    """
    left, found = list(rows), []
    for y in range(len(left)):
        while left[y]:
            x = (left[y] & -left[y]).bit_length() - 1
            run = left[y] >> x
            width = ((run + 1) & ~run).bit_length() - 1
            bits = ((1 << width) - 1) << x
            height = 0
            while y + height < len(left) and left[y + height] & bits == bits:
                left[y + height] -= bits
                height += 1
            found.append((x, y, width, height))
    return sorted(found, key=lambda each: (each[3], each[2], each[0], each[1]))


def _rows(address: str, level: str) -> list[bytes]:
    """The modules of a code with a level of redundancy, row by row: dark ones are 0."""
    code = zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    pixels = memoryview(code.to_image(scale=1, add_quiet_zones=False)).tobytes()  # type: ignore[arg-type]
    side = isqrt(len(pixels))
    return [pixels[start : start + side] for start in range(0, side * side, side)]
