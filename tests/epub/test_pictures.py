"""The images of a book in the package: kinds, names, sizes, the budget, and what is said of them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image as Pixels

from notebook_compile.epub.edition import Edition
from notebook_compile.epub.package import package
from notebook_compile.epub.pictures import collect_pictures
from notebook_compile.model import Book, Image, Text

from .conftest import DRAWING, chapter, unpacked
from .test_image_files import FIT, UNFIT, photograph, saved

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Verdict

LARGE = 100_000_000
KINDS = "save it as PNG, JPEG, GIF, WebP or SVG"


def book(*images: Image) -> Book:
    body = "".join(f'<p><ref n="{number}"></ref></p>' for number in range(len(images)))
    return Book("Images", "en", Text(), (chapter(1, "Chapter", body, *images),))


def text(epub: bytes) -> bytes:
    """All documents of an EPUB."""
    return b"".join(data for name, data in unpacked(epub).items() if name.endswith(".xhtml"))


@pytest.fixture(scope="module")
def kinds() -> dict[str, bytes]:
    """Files of all kinds, by names that are not always theirs."""
    return {f"{name}.png": data() for name, data in {**FIT, **UNFIT}.items()} | {"drawing.svg": DRAWING}


def test_all_kinds(kinds: dict[str, bytes], epubcheck: Callable[[bytes], Verdict]) -> None:
    data, findings = package(book(*(Image(name, name) for name in kinds)), read=kinds.__getitem__)
    media = [name.rpartition(".")[2] for name in unpacked(data) if name.startswith("EPUB/images/")]
    assert len(media) == len(kinds) + 1  # the cover
    assert set(media) == {"png", "jpg", "gif", "svg"}
    assert sorted((finding.code, finding.path) for finding in findings) == [
        ("animated-image", "moving gif.png"),
        ("animated-image", "moving png.png"),
        ("animated-image", "moving webp.png"),
    ]
    assert epubcheck(data) == (0, [])


def test_a_file_that_says_nothing_of_its_kind() -> None:
    data = saved(photograph(), "WEBP")
    pictures, _ = collect_pictures(book(Image("a/Über mich", ""), Image("b/uber-mich.webp", "")), lambda _: data, LARGE)
    assert [picture.name for picture in pictures.values()] == ["images/uber-mich.jpg", "images/uber-mich-2.jpg"]
    assert {picture.media_type for picture in pictures.values()} == {"image/jpeg"}


def test_what_is_shown_small_is_small_in_the_file() -> None:
    data = saved(photograph(1600, 800), "JPEG")
    images = Image("icon", "", 40), Image("icon", "", 60), Image("both", "", 60), Image("both", "")
    pictures, _ = collect_pictures(book(*images), lambda _: data, LARGE)
    assert Pixels.open(io.BytesIO(pictures["icon"].data)).width == round(60 * 300 / 96)
    assert pictures["both"].data == data


def test_what_was_made_smaller_is_shown_as_large_as_before() -> None:
    files = {"wide.jpg": saved(photograph(3000, 300), "JPEG")}
    data, _ = package(book(Image("wide.jpg", "A")), read=files.__getitem__)
    assert b'<img src="../images/wide.jpg" alt="A" width="3000"/>' in text(data)


def test_the_budget_is_kept_and_told_of() -> None:
    files = {f"{number}.jpg": saved(photograph(1000 + number, 800), "JPEG", quality=95) for number in range(3)}
    budget = 30_000 + sum(map(len, files.values())) // 2
    edition = Edition(cover="none", image_budget=budget)
    data, (finding,) = package(book(*map(Image, files, files)), edition, files.__getitem__)
    taken = {name: len(file) for name, file in unpacked(data).items() if name.startswith("EPUB/images/")}
    assert sum(taken.values()) <= budget
    assert (finding.code, finding.path) == ("smaller-images", ".")
    assert finding.message.startswith("3 images were made smaller: all take ")


def test_the_cover_counts() -> None:
    files = {"1.jpg": saved(photograph(1000, 800), "JPEG", quality=95)}
    budget = len(files["1.jpg"]) + 1000
    data, _ = package(book(Image("1.jpg", "")), Edition(image_budget=budget), files.__getitem__)
    assert sum(len(file) for name, file in unpacked(data).items() if name.startswith("EPUB/images/")) <= budget


def test_a_budget_that_cannot_be_kept() -> None:
    files = {"1.jpg": saved(photograph(), "JPEG")}
    _, (finding,) = package(book(Image("1.jpg", "")), Edition(cover="none", image_budget=1), files.__getitem__)
    assert (finding.code, finding.severity, finding.path) == ("image-budget", "warning", ".")


def test_what_cannot_be_shown_is_named() -> None:
    files = {"cut.jpg": saved(photograph(), "JPEG")[:900], "no.svg": b"<svg", "notes.txt": b"no image"}
    data, findings = package(book(*(Image(name, f"The {name}") for name in files)), read=files.__getitem__)
    assert [str(finding) for finding in findings] == [
        "cut.jpg: warning broken-image image `cut.jpg` is broken (open it in an image editor and save it anew)",
        "no.svg: warning broken-image image `no.svg` is no drawing that can be read (save it anew as SVG, or as PNG)",
        f"notes.txt: warning foreign-image image `notes.txt` is of a kind that an EPUB cannot hold ({KINDS})",
    ]
    assert all(f"[The {name}]".encode() in text(data) for name in files)
