"""How large an EPUB is, what takes the room, and whether it can be sent.

The bytes of a finished file come in; figures and findings go out.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from notebook_compile.diagnostics import Diagnostic, diagnostic

# Amazon's limits of Send to Kindle: https://www.amazon.com/gp/help/customer/display.html?nodeId=201974220 for mail,
# https://www.amazon.com/sendtokindle for the page.
MAIL_LIMIT, WEB_LIMIT = 50_000_000, 200_000_000

LARGEST = 5  # files that are named

_KINDS = {".xhtml": "text", ".jpg": "images", ".png": "images", ".gif": "images", ".webp": "images", ".svg": "images"}


@dataclass(frozen=True, slots=True)
class Share:
    """What a kind of file takes."""

    kind: str  # "text", "images" or "other"
    files: int
    size: int  # bytes, as compressed


def shares(epub: bytes) -> tuple[Share, ...]:
    """What text, images and the rest take of an EPUB, in this order; kinds without files are left out."""
    sizes: dict[str, list[int]] = {"text": [], "images": [], "other": []}
    for name, size in _files(epub):
        sizes[_KINDS.get(name[name.rfind(".") :], "other")].append(size)
    return tuple(Share(kind, len(found), sum(found)) for kind, found in sizes.items() if found)


def largest_files(epub: bytes) -> tuple[tuple[str, int], ...]:
    """The names of the largest files in an EPUB with their bytes, as compressed, the largest first."""
    return tuple(sorted(_files(epub), key=lambda file: (-file[1], file[0]))[:LARGEST])


def size_findings(size: int) -> tuple[Diagnostic, ...]:
    """What is to be said of an EPUB of so many bytes that may be sent to a Kindle."""
    way, limit = ("Amazon's page", WEB_LIMIT) if size > WEB_LIMIT else ("mail", MAIL_LIMIT)
    if size <= limit:
        return ()
    message = f"an EPUB of {size / 1e6:.1f} MB: Send to Kindle takes {limit // 1_000_000} MB by {way}"
    hint = "make images smaller by `--image-budget`, or the book shorter by `--limit`"
    return (diagnostic("large-book", ".", (0, 0), message, hint),)


def _files(epub: bytes) -> list[tuple[str, int]]:
    with zipfile.ZipFile(io.BytesIO(epub)) as archive:
        return [(info.filename, info.compress_size) for info in archive.infolist()]
