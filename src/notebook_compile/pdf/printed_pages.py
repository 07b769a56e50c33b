"""The pages of a bound book: their labels, and where in the book's text each begins.

In: labels, signatures, and the anchors of what stands in each. Out: what an e-book needs to have the same pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from notebook_compile.model import PrintedPage
from notebook_compile.pdf.sheet import LaidOut


def printed_pages(labels: Sequence[str], sections: Iterable[tuple[LaidOut, Sequence[str]]]) -> tuple[PrintedPage, ...]:
    """The pages of signatures in order; with each signature come the anchors of the sections that start pages in it.

    `labels` are those of all the pages.
    """
    pages = (page for signature, anchors in sections for page in _pages(signature, anchors))
    return tuple(PrintedPage(label, *page) for label, page in zip(labels, pages, strict=True))


def _pages(signature: LaidOut, anchors: Sequence[str]) -> Iterator[tuple[str, bool, str, int]]:
    """For each page: its section, whether this starts there, and how the page opens."""
    starts: dict[int, str] = {}
    for anchor in anchors:
        if anchor in signature.anchors:
            starts.setdefault(signature.anchors[anchor][0], anchor)
    section = anchors[0] if anchors else ""
    for page, (letters, count) in enumerate(signature.openings):
        section = starts.get(page, section)
        yield section, page in starts, letters, count
