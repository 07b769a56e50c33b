"""Writing a PDF file piece by piece (ISO 32000-2, 7.5): streams as they come, other objects in object streams.

In: objects as bytes, by their numbers. Out: the file, with a cross-reference stream. Never: what the objects mean. What
was handed over is written at once; kept is only where it stands.
"""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256
from itertools import accumulate, chain, groupby
from typing import BinaryIO

from notebook_compile.pdf.syntax import string

PACKED = 6  # zlib's level for what stays in the book; 9 takes half as long again for less than a percent

_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_AT_ONCE = 256  # objects in an object stream; a reader unpacks all to have one
_AHEAD = 8  # object streams that may be packed while others are written
_WIDTHS = (1, 5, 1)  # of the fields of a cross-reference (7.5.8.2), enough for the above and 1 TB
_UP = b"\x02"  # PNG's predictor: a row is written as what it has more than the one above (7.4.4.4)


class Writer:
    """A PDF file that is being written."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._offset = 0
        self._digest = sha256()
        self._next = 1
        self._packers = ThreadPoolExecutor(1)
        self._packed: deque[tuple[int, bytes, Future[bytes]]] = deque()  # object streams that are being packed
        self._numbers: list[int] = []  # of the objects for the next object streams
        self._texts: list[bytes] = []
        # Where objects are: a number, and how many from it on, with the row of the first in the cross-reference table.
        self._runs: list[tuple[int, int, tuple[int, int, int]]] = [(0, 1, (0, 0, 0))]
        self._write(_HEADER)

    def reserve(self, count: int = 1) -> int:
        """Numbers for so many objects, which have to be written: the first of them."""
        first = self._next
        self._next += count
        return first

    def stream(self, number: int, head: bytes, data: bytes) -> None:
        """Write a stream; `head` is its dictionary, without its length and its end."""
        self._runs.append((number, 1, (1, self._offset, 0)))
        self._write(b"%d 0 obj\n%b/Length %d>>stream\n" % (number, head, len(data)), data, b"\nendstream\nendobj\n")

    def objects(self, first: int, texts: Sequence[bytes]) -> None:
        """Write objects with numbers that follow on each other."""
        self._numbers += range(first, first + len(texts))
        self._texts += texts
        while len(self._texts) >= _AT_ONCE:
            self._write_waiting()

    def finish(self, root: int, information: int) -> None:
        """Write the cross-reference stream (7.5.8); the file's identifier is made from its content (14.4)."""
        self._write_waiting()
        while self._packed:
            self._write_packed()
        self._packers.shutdown()
        number = self.reserve()
        start = self._offset
        self._runs.append((number, 1, (1, start, 0)))
        identifier = string(self._digest.digest()[:16])
        head = (
            b"<</Type/XRef/Size %d/Root %d 0 R/Info %d 0 R/ID[%b%b]/W[%d %d %d]"
            b"/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns %d>>"
        )
        head %= (self._next, root, information, identifier, identifier, *_WIDTHS, sum(_WIDTHS))
        data = zlib.compress(b"".join(_rows(sorted(self._runs))), PACKED)
        self._write(b"%d 0 obj\n%b/Length %d>>stream\n" % (number, head, len(data)), data, b"\nendstream\nendobj\n")
        self._write(b"startxref\n%d\n%%%%EOF\n" % start)

    def _write_waiting(self) -> None:
        """Write the objects that wait longest to an object stream (7.5.7)."""
        numbers, self._numbers = self._numbers[:_AT_ONCE], self._numbers[_AT_ONCE:]
        texts, self._texts = self._texts[:_AT_ONCE], self._texts[_AT_ONCE:]
        starts = accumulate((len(text) + 1 for text in texts), initial=0)
        pairs = zip(numbers, starts, strict=False)
        places = b" ".join([b"%d %d"] * len(numbers)) % tuple(chain.from_iterable(pairs))
        number = self.reserve()
        head = b"<</Type/ObjStm/N %d/First %d/Filter/FlateDecode" % (len(texts), len(places) + 1)
        packing = self._packers.submit(zlib.compress, b"\n".join([places, *texts]), PACKED)
        self._packed.append((number, head, packing))
        if len(self._packed) > _AHEAD:
            self._write_packed()
        for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
            indices = list(run)
            index, first = indices[0]
            self._runs.append((first, len(indices), (2, number, index)))

    def _write_packed(self) -> None:
        """Write the object stream that was packed first; packing goes on beside the rest, on another processor."""
        number, head, packing = self._packed.popleft()
        self.stream(number, head, packing.result())

    def _write(self, *parts: bytes) -> None:
        for part in parts:
            self._target.write(part)
            self._digest.update(part)
            self._offset += len(part)


def _rows(runs: Iterable[tuple[int, int, tuple[int, int, int]]]) -> Iterable[bytes]:
    """The rows of a cross-reference table, predicted from those above them; in a run they differ by one in the end."""
    above = bytes(sum(_WIDTHS))
    step = _UP + bytes(sum(_WIDTHS) - 1) + b"\x01"
    for _, count, (kind, where, index) in runs:
        row = _row(kind, where, index)
        yield _UP + bytes((own - other) & 0xFF for own, other in zip(row, above, strict=True))
        yield step * (count - 1)
        above = _row(kind, where, index + count - 1)


def _row(kind: int, where: int, index: int) -> bytes:
    return b"".join(value.to_bytes(width, "big") for value, width in zip((kind, where, index), _WIDTHS, strict=True))
