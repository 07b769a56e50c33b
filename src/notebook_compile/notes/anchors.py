"""Anchors of headings and blocks: ids that are stable, readable and unique in their note."""

from __future__ import annotations

import re
import unicodedata

_NOT_IN_ANCHOR = re.compile(r"[^\w\s-]")
_BLANKS = re.compile(r"[\s_-]+")
MAX_ANCHOR = 60  # characters; some notes have headings of several hundred
_SEEN = 1000  # characters of a text; normalising takes the square of the combining ones


def anchor_of(text: str) -> str:
    """The anchor that GitHub and Obsidian's publishers make of a heading: lower case, blanks as hyphens."""
    plain = _NOT_IN_ANCHOR.sub("", unicodedata.normalize("NFC", text[:_SEEN]).casefold())
    return _BLANKS.sub("-", plain).strip("-")[:MAX_ANCHOR].rstrip("-")


def unique(anchor: str, taken: dict[str, int], fallback: str) -> str:
    """The anchor, with `-2`, `-3` behind it where it is taken already; `fallback` for an empty one.

    It is taken then. For each anchor, `taken` holds the number that was last put behind it.
    """
    anchor = base = anchor or fallback
    while anchor in taken:
        taken[base] += 1
        anchor = f"{base}-{taken[base]}"
    taken[anchor] = 1
    return anchor
