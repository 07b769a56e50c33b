"""The images of a book as an EPUB may hold them: each once, fit for e-readers, under a safe name, within a budget.

The book and a function that reads its files come in; the pictures by their path in the notebook go out, and what is
wrong with the others.
"""

from __future__ import annotations

import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from notebook_compile.diagnostics import Diagnostic, diagnostic
from notebook_compile.epub.drawings import sound_drawing
from notebook_compile.epub.image_budget import within_budget
from notebook_compile.epub.image_files import ImageFile, UnreadableImageError, fit_for_readers
from notebook_compile.jobs import cores
from notebook_compile.model import Image, Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from notebook_compile.model import Book, Text

_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
_WHOLE = (0, 0)  # the place of findings on a file


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as it stands in the package."""

    name: str  # in the package: "images/graph.png"
    media_type: str
    data: bytes = field(repr=False)
    width: int | None = None  # that it is shown in where its author asks for none, in CSS pixels; None: its own


def collect_pictures(
    book: Book, read: Callable[[str], bytes], budget: int, made_cover: Callable[[], Picture | None] = lambda: None
) -> tuple[dict[str, Picture], tuple[Diagnostic, ...]]:
    """The pictures that a book's images name, in the order of their first use.

    With the cover, which is no smaller for it, they have at most `budget` bytes, if that can be had. Where there are
    none, nobody asks for the cover.
    """
    widths = _widths(book)
    if not widths:
        return {}, ()
    # Threads: decoders and encoders of images leave the interpreter free. The results do not depend on their number.
    with ThreadPoolExecutor(cores()) as threads:
        taken = dict(zip(widths, threads.map(partial(_taken, read), widths.items()), strict=True))
        found = [each for each in taken.values() if isinstance(each, Diagnostic)]
        files = {path: file for path, file in taken.items() if isinstance(file, ImageFile)}
        whole, cover = list(files.values()), made_cover()
        fitted = within_budget(whole, budget - (len(cover.data) if cover else 0), threads.map)
    found += [_animation(path) for path, file in files.items() if file.moved]
    found += _budget_findings(whole, fitted, budget, cover)
    names = {cover.name} if cover else set()
    pictures = {
        path: Picture(_free_name(path, file.extension, names), file.media_type, file.data, file.width)
        for path, file in zip(files, fitted, strict=True)
    }
    return pictures, tuple(found)


def images(book: Book) -> Iterator[Image]:
    """Every image in a book's text, in order."""
    for text in _texts(book):
        yield from (reference for reference in text.references if isinstance(reference, Image))


def image_file(data: bytes, shown: float | None = None) -> ImageFile:
    """The image as the package holds it; `shown` is its width in CSS pixels. Raises UnreadableImageError."""
    if not _MARKUP.match(data):
        return fit_for_readers(data, shown)
    drawing = sound_drawing(data)
    if drawing is None:
        hint = "save it anew as SVG, or as PNG"
        raise UnreadableImageError("broken-image", "is no drawing that can be read", hint)
    return ImageFile("image/svg+xml", "svg", drawing)


def _texts(book: Book) -> Iterator[Text]:
    yield book.introduction
    for entry in book.entries:
        yield entry.introduction if isinstance(entry, Part) else entry.text


def _widths(book: Book) -> dict[str, float | None]:
    """The files of images, in order, with the width that each is shown in at most; None where no width is asked for."""
    widths: dict[str, float | None] = {}
    for image in images(book):
        before = widths.get(image.file, 0.0)
        widths[image.file] = max(before, image.width) if image.width and before is not None else None
    return widths


def _taken(read: Callable[[str], bytes], file_and_width: tuple[str, float | None]) -> ImageFile | Diagnostic:
    file, shown = file_and_width
    try:
        return image_file(read(file), shown)
    except OSError as error:
        message = f"image `{file}` cannot be read: {error.strerror or error}"
        return diagnostic("missing-image", file, _WHOLE, message)
    except UnreadableImageError as error:
        return diagnostic(error.code, file, _WHOLE, f"image `{file}` {error.message}", error.hint)


def _animation(file: str) -> Diagnostic:
    """Kindle shows no animation (KDP, image guidelines), and none can be stopped as WCAG 2.2.2 demands."""
    hint = "choose a picture that says it all, or link a video"
    return diagnostic("animated-image", file, _WHOLE, f"the EPUB has only the first picture of `{file}`", hint)


def _budget_findings(
    before: Sequence[ImageFile], after: Sequence[ImageFile], budget: int, cover: Picture | None
) -> Iterator[Diagnostic]:
    was, now = (sum(len(file.data) for file in files) + (len(cover.data) if cover else 0) for files in (before, after))
    changed = sum(one is not other for one, other in zip(before, after, strict=True))
    if now > budget:
        message = f"images take {_megabytes(now)}, made as small as they can be; the budget is {_megabytes(budget)}"
        hint = "raise `image-budget`, or leave some out"
        yield diagnostic("image-budget", ".", _WHOLE, message, hint)
    elif changed:
        images_ = "1 image was" if changed == 1 else f"{changed} images were"
        message = f"{images_} made smaller: all take {_megabytes(now)} instead of {_megabytes(was)}"
        yield diagnostic("smaller-images", ".", _WHOLE, message, "raise `image-budget` for finer ones")


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1_000_000 else f"{size / 1e3:.0f} kB"


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
