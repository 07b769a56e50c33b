"""Anchors of headings and blocks: ids that are stable, readable and unique in their note."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

_NOT_IN_ANCHOR = re.compile(r"[^\w\s-]")
_BLANKS = re.compile(r"[\s_-]+")
MAX_ANCHOR = 60  # characters; some notes have headings of several hundred


def anchor_of(text: str) -> str:
    """The anchor that GitHub and Obsidian's publishers make of a heading: lower case, blanks as hyphens."""
    plain = _NOT_IN_ANCHOR.sub("", unicodedata.normalize("NFC", text).casefold())
    return _BLANKS.sub("-", plain).strip("-")[:MAX_ANCHOR].rstrip("-")


def unique(anchor: str, taken: Container[str], fallback: str) -> str:
    """The anchor, with `-2`, `-3` behind it where it is taken already; `fallback` for an empty one."""
    anchor = anchor or fallback
    if anchor not in taken:
        return anchor
    number = 2
    while f"{anchor}-{number}" in taken:
        number += 1
    return f"{anchor}-{number}"
