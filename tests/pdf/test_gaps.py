"""Compressed streams with gaps read as if they had been compressed with what stands in the gaps."""

from __future__ import annotations

import zlib

from hypothesis import given
from hypothesis import strategies as st

from notebook_compile.pdf.gaps import compressed, filled

TEXTS = st.binary(max_size=40).map(lambda data: data.replace(b"\0", b"0"))
PIECES = st.tuples(TEXTS, st.integers(0, 9)).map(lambda pair: pair[0] * pair[1])


@given(data=st.data(), pieces=st.lists(PIECES, min_size=1, max_size=6))
def test_any_texts(data: st.DataObject, pieces: list[bytes]) -> None:
    rooms = [data.draw(st.integers(0, 60)) for _ in pieces[1:]]
    texts = [data.draw(TEXTS) for _ in rooms]
    fit = all(len(text) <= room for text, room in zip(texts, rooms, strict=True))
    expected = b"".join(
        piece + (text.ljust(room) if fit else text)
        for piece, text, room in zip(pieces, [*texts, b""], [*rooms, 0], strict=True)
    )
    assert zlib.decompress(filled(compressed(pieces, rooms, 6), texts)) == expected


def test_a_long_stream_is_still_compressed_well() -> None:
    """What stands before a gap helps to compress what stands behind it."""
    words = b" ".join(b"%d" % (number * number) for number in range(9_000))
    pieces = [words[start : start + 5_000] for start in range(0, len(words), 5_000)]
    packed = compressed(pieces, [10] * (len(pieces) - 1), 6)
    assert len(packed.data) < len(zlib.compress(words, 6)) + 40 * len(pieces)
    assert zlib.decompress(filled(packed, [b"x" * 10] * (len(pieces) - 1))).count(b"x") == 10 * (len(pieces) - 1)
