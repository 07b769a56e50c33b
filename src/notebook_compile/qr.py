"""QR codes for print, through zxing-cpp."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from math import isqrt

import zxingcpp

# Four modules on each side (ISO/IEC 18004, 9.1): with less, one in a hundred was not read at 13 mm.
QUIET_ZONE = 4

_DARK = re.compile(b"\0+")


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code, in modules from its upper left corner; the quiet zone is part of it."""

    size: int
    runs: tuple[tuple[int, int, int], ...]  # dark modules side by side: where they begin, x and y, and how many


@lru_cache(maxsize=128)  # those of a signature, which may be laid out again
def qr_code(address: str) -> Code:
    """The QR code of an address: the smallest, with as much redundancy as has room in it."""
    rows = _rows(address, "L")
    for level in "MQH":
        more = _rows(address, level)
        if len(more) > len(rows):
            break
        rows = more
    runs = (
        (QUIET_ZONE + run.start(), y, run.end() - run.start())
        for y, row in enumerate(rows, QUIET_ZONE)
        for run in _DARK.finditer(row)
    )
    return Code(len(rows) + 2 * QUIET_ZONE, tuple(runs))


def _rows(address: str, level: str) -> list[bytes]:
    """The modules of a code with a level of redundancy, row by row: dark ones are 0."""
    code = zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    pixels = memoryview(code.to_image(scale=1, add_quiet_zones=False)).tobytes()  # type: ignore[arg-type]
    side = isqrt(len(pixels))
    return [pixels[start : start + side] for start in range(0, side * side, side)]
