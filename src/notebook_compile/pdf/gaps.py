"""Compressed streams with gaps: what stands in a gap is written later, without compressing anything again.

A gap is a stored block (RFC 1951, 3.2.4) of fixed length between compressed ones. It holds zeros at first, which
content streams have nowhere else, so nothing that is compressed behind it can be a copy of what stands in it. The
checksum at the end (RFC 1950, 9) is a sum that takes each byte by itself, so it is put right for the gaps alone.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from typing import NamedTuple

_WINDOW = 32_768  # how far back deflate looks
_HEADER = b"\x78\x9c"
_EMPTY_BLOCK = b"\0\0\xff\xff"  # the lengths in the stored block that flushing ends with
_MODULUS = 65_521


# Tuples, as thousands are read from the cache when a book is bound: dataclasses take ten times as long.


class Gap(NamedTuple):
    """Room for some text."""

    start: int  # in the compressed data
    room: int  # bytes
    rest: int  # bytes of the plain data behind it


class Gapped(NamedTuple):
    """A zlib stream (RFC 1950) with gaps."""

    data: bytes
    gaps: tuple[Gap, ...] = ()


def compressed(pieces: Sequence[bytes], rooms: Sequence[int], level: int) -> Gapped:
    """Compress pieces with a gap of so many bytes behind each but the last. The pieces have no zero bytes."""
    before, packed, starts = b"", bytearray(_HEADER), []
    for piece, room in zip(pieces, (*rooms, None), strict=True):
        deflate = zlib.compressobj(level, wbits=-zlib.MAX_WBITS, zdict=before[-_WINDOW:])
        packed += deflate.compress(piece)
        before += piece
        if room is None:
            packed += deflate.flush()
            break
        flushed = deflate.flush(zlib.Z_SYNC_FLUSH)
        packed += flushed.removesuffix(_EMPTY_BLOCK) + struct.pack("<HH", room, room ^ 0xFFFF)
        starts.append((len(packed), len(before)))
        packed += bytes(room)
        before += bytes(room)
    packed += struct.pack(">I", zlib.adler32(before))
    gaps = (Gap(start, room, len(before) - plain - room) for (start, plain), room in zip(starts, rooms, strict=True))
    return Gapped(bytes(packed), tuple(gaps))


def filled(stream: Gapped, texts: Sequence[bytes]) -> bytes:
    """The zlib stream with a text in each gap and blanks behind it; a gap that is too small is made larger."""
    if not stream.gaps:
        return stream.data
    if any(len(text) > gap.room for text, gap in zip(texts, stream.gaps, strict=True)):
        return _made_anew(stream, texts)
    data = bytearray(stream.data)
    checksum = struct.unpack(">I", data[-4:])[0]
    low, high = checksum & 0xFFFF, checksum >> 16
    for text, gap in zip(texts, stream.gaps, strict=True):
        padded = text.ljust(gap.room)
        data[gap.start : gap.start + gap.room] = padded
        own = zlib.adler32(padded, 0)
        low += own & 0xFFFF
        high += (own >> 16) + gap.rest * (own & 0xFFFF)
    data[-4:] = struct.pack(">I", (high % _MODULUS) << 16 | low % _MODULUS)
    return bytes(data)


def _made_anew(stream: Gapped, texts: Sequence[bytes]) -> bytes:
    plain = zlib.decompress(stream.data)
    pieces, end = [], 0
    for text, gap in zip(texts, stream.gaps, strict=True):
        start = len(plain) - gap.rest - gap.room
        pieces += [plain[end:start], text]
        end = start + gap.room
    return zlib.compress(b"".join([*pieces, plain[end:]]))
