"""Signatures: runs of whole chapters laid out at once, the unit of layout, of the cache and of parallel work.

What layout takes and gives, as values: reading them from the cache does not load WeasyPrint, which takes a second.
`rendering.py` makes them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

POINTS = 0.75  # a CSS pixel in points

# (an absolute address) -> what stands there; raises OSError for what may not be read or does not exist. It must be
# picklable for worker processes, and hashable: fonts and style sheets are read once for all calls with an equal one.
Fetch = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class StyleSheet:
    """A theme's CSS and the address that its relative addresses start from."""

    text: str
    base: str = ""


class Opening(NamedTuple):
    """A page's first letters, and how many the whole page has; a tuple, as thousands are read from the cache."""

    letters: str
    total: int


@dataclass(frozen=True, slots=True)
class Signature:
    """Laid-out pages, still without their numbers."""

    sheaf: bytes  # the pages as binding needs them (`sheaf.py`)
    pages: int
    anchors: dict[str, tuple[int, float, float]]  # name: zero-based page, x and y in points from its lower left
    openings: tuple[Opening, ...]  # how each page begins
    links: tuple[str, ...]  # web addresses that stand on the pages as links, once for each line that they are on
    lacking: str = ""  # characters that no font has, sorted
    unread: tuple[str, ...] = ()  # addresses of images that could not be read or drawn
    crowded: frozenset[str] = frozenset()  # anchors in footnotes that are too tall for their page
    accessible: bool = True  # whether the pages are fit for PDF/UA-1, as far as that depends on the content
    archival: bool = True  # the same for PDF/A-2u
    files: tuple[str, ...] = ()  # addresses that were read for the pages and for what all pages share, sorted


@dataclass(frozen=True, slots=True)
class BoxSize:
    """A box on a page, in points, and the colour of its text, as #rrggbb."""

    width: float
    height: float
    top: float  # of its content, from the page's lower edge
    type_size: float
    colour: str
