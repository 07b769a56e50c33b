"""Name trees and number trees (ISO 32000-2, 7.9.6 and 7.9.7), of two levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from notebook_compile.pdf.syntax import list_of, string, written
from notebook_compile.pdf.writer import Writer

_AT_ONCE = 256  # names in a leaf


def name_tree(writer: Writer, names: Mapping[bytes, bytes]) -> int:
    """Write the tree of what stands under names; this is given as it is written: the number of the tree's root."""
    ordered = sorted(names)
    leaves = []
    for start in range(0, len(ordered), _AT_ONCE):
        part = ordered[start : start + _AT_ONCE]
        flat = b" ".join(string(name) + names[name] for name in part)
        leaves.append(b"<</Limits[%b%b]/Names[%b]>>" % (string(part[0]), string(part[-1]), flat))
    first = writer.reserve(len(leaves))
    writer.objects(first, leaves)
    return tree_root(writer, range(first, first + len(leaves)))


def tree_root(writer: Writer, leaves: Sequence[int]) -> int:
    """Write the root above some leaves: its number."""
    root = writer.reserve()
    writer.objects(root, [written({"Kids": list_of(leaves)})])
    return root
