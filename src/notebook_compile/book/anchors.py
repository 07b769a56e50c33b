"""What chapters are called by links to them, in the PDF and in the markup of both books.

Paths of notes come in, names go out. A chapter keeps its name when others come and go: whatever holds the name, as a
laid-out page or a reader's bookmark, stays as it was.
"""

from __future__ import annotations

import hashlib
from base64 import b32encode
from collections import Counter
from collections.abc import Iterable

_SHORT, _LONG = 6, 16  # letters: with so few, two of 10,000 notes share a name in one book of twenty


def chapter_anchors(paths: Iterable[str]) -> dict[str, str]:
    """The anchor of each note's chapter, unique in the book: a few letters that depend on the note's path alone."""
    whole = {path: b32encode(hashlib.sha256(path.encode("utf-8", "surrogateescape")).digest()) for path in paths}
    names = {path: digest.decode().lower() for path, digest in whole.items()}
    shared = Counter(name[:_SHORT] for name in names.values())
    return {path: f"c{name[: _SHORT if shared[name[:_SHORT]] == 1 else _LONG]}" for path, name in names.items()}
