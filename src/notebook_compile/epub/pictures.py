"""The images of a book as an EPUB may hold them: each once, of a core media type, under a safe name.

The book and a function that reads its files come in; the pictures by their path in the notebook go out, and what is
wrong with the others. Nothing is re-encoded.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from notebook_compile.diagnostics import Diagnostic, diagnostic
from notebook_compile.epub.drawings import sound_drawing
from notebook_compile.model import Image, Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from notebook_compile.model import Book, Text

# EPUB 3.3, core media types: how a file begins, as far as its width and height, so that what is cut off before them
# counts as no image -> media type and the extension that EPUBCheck expects of it.
_RASTER = (
    (re.compile(rb"\x89PNG\r\n\x1a\n.{4}IHDR.{17}", re.DOTALL), "image/png", "png"),
    (re.compile(rb"\xff\xd8\xff.*?\xff[\xc0-\xc3\xc5-\xc7\xc9-\xcb\xcd-\xcf].{8}", re.DOTALL), "image/jpeg", "jpg"),
    (re.compile(rb"GIF8[79]a.{7}.*?,.{9}", re.DOTALL), "image/gif", "gif"),
    (re.compile(rb"RIFF.{4}WEBP.{16}", re.DOTALL), "image/webp", "webp"),
)
_DRAWING = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as it stands in the package."""

    name: str  # in the package: "images/graph.png"
    media_type: str
    data: bytes = field(repr=False)


def collect_pictures(book: Book, read: Callable[[str], bytes]) -> tuple[dict[str, Picture], tuple[Diagnostic, ...]]:
    """The pictures that a book's images name, in the order of their first use."""
    found: dict[str, Picture] = {}
    findings: list[Diagnostic] = []
    taken: set[str] = set()
    for file in dict.fromkeys(image.file for image in images(book)):
        try:
            data = read(file)
        except OSError as error:
            why = error.strerror or str(error)
            findings.append(diagnostic("missing-image", file, (0, 0), f"image `{file}` cannot be read: {why}"))
            continue
        kind = _core_media_type(data)
        if kind is None:
            findings.append(
                diagnostic(
                    "foreign-image",
                    file,
                    (0, 0),
                    f"image `{file}` is of a kind that an EPUB cannot hold",
                    "save it as PNG, JPEG, GIF, WebP or SVG",
                )
            )
            continue
        media_type, extension, data = kind
        found[file] = Picture(_free_name(file, extension, taken), media_type, data)
    return found, tuple(findings)


def images(book: Book) -> Iterator[Image]:
    """Every image in a book's text, in order."""
    for text in _texts(book):
        yield from (reference for reference in text.references if isinstance(reference, Image))


def _texts(book: Book) -> Iterator[Text]:
    yield book.introduction
    for entry in book.entries:
        yield entry.introduction if isinstance(entry, Part) else entry.text


def _core_media_type(data: bytes) -> tuple[str, str, bytes] | None:
    """Media type, extension and bytes of an image, told by its content: the file's name may say anything."""
    for signature, media_type, extension in _RASTER:
        if signature.match(data):
            return media_type, extension, data
    drawing = sound_drawing(data) if _DRAWING.match(data) else None
    return ("image/svg+xml", "svg", drawing) if drawing is not None else None


def _free_name(file: str, extension: str, taken: set[str]) -> str:
    """A name of small ASCII letters, digits and hyphens, so that no file system or reading system trips over it."""
    ascii_stem = unicodedata.normalize("NFKD", PurePosixPath(file).stem).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", ascii_stem.lower()).strip("-")[:60] or "image"
    name, number = f"images/{stem}.{extension}", 1
    while name in taken:
        number += 1
        name = f"images/{stem}-{number}.{extension}"
    taken.add(name)
    return name
