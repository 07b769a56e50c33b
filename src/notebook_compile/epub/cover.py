"""The cover as an image: the one that the user names, or one made from the title, as the theme's printed cover.

A book and what is asked of its EPUB come in; a picture goes out, or none, and what is wrong with the user's.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from notebook_compile.diagnostics import Diagnostic, diagnostic
from notebook_compile.epub.image_files import LONGEST, ImageFile, UnreadableImageError, size_of, smaller
from notebook_compile.epub.pictures import Picture, image_file
from notebook_compile.epub.rasters import painted, png, png_of_svg
from notebook_compile.pdf.binding import pdf_of
from notebook_compile.pdf.design import Design, measure, style_sheets
from notebook_compile.pdf.files import Files
from notebook_compile.pdf.front import cover_html
from notebook_compile.pdf.rendering import box_sizes, lay_out
from notebook_compile.pdf.signature import StyleSheet
from notebook_compile.resources import styles_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from notebook_compile.epub.edition import Edition
    from notebook_compile.model import Book

# KDP, "Cover Image Guidelines": ideally 2560 pixels high and 1600 wide.
WIDTH, HEIGHT = 1600, 2560
_SMALL = 1600  # pixels of the longer side: less is blurred on a large screen

# The printed cover on a page so small, in millimetres, and with words so large that a library's rows show them.
_PAGE = (100.0, 160.0)
_TITLE_SIZES = {"": 3.2, "medium": 2.6, "long": 1.9, "longest": 1.2}  # in rem, by the class of a title
_STYLE = StyleSheet(
    "".join(f".cover-title{'.' * bool(kind)}{kind} {{ font-size: {size}rem }} " for kind, size in _TITLE_SIZES.items())
    + ".cover-authors { font-size: 1.3rem } @page cover { border: 0; padding: 0 }"
)
_PAGE_STYLE = StyleSheet(f"@page {{ size: {_PAGE[0]:g}mm {_PAGE[1]:g}mm }} @page cover {{ margin: 0 }}")
_WORD = re.compile(r"[^\s\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]+")  # Chinese and Japanese break anywhere
_TITLE = re.compile(r'class="cover-title (\w*)"')
_LETTER = 0.6  # ems that a letter is wide, more or less
_INDENTS = range(0, 40, 5)  # of the title on either side, in hundredths of the measure
_MOST_LETTERS = 120  # of a title, or of a line of authors, for which there is room
_FOR_SHOPS = 3_000_000  # bytes: Kobo (kobolabs/epub-spec, "Cover Images") wants less, and no GIF
_QUALITY = 75


def cover_picture(
    book: Book, edition: Edition, read: Callable[[str], bytes]
) -> tuple[Picture | None, tuple[Diagnostic, ...]]:
    """The cover of a book, of at least `WIDTH` by `HEIGHT` pixels unless the user names a smaller one."""
    if edition.cover == "none":
        return None, ()
    if not edition.cover:
        return _made(book, edition), ()
    try:
        file = _given(read(edition.cover))
    except OSError as error:
        return _made(book, edition), (_unusable(edition.cover, "missing-image", error.strerror or str(error)),)
    except UnreadableImageError as error:
        return _made(book, edition), (_unusable(edition.cover, error.code, error.message, error.hint),)
    picture = Picture(f"images/cover.{file.extension}", file.media_type, file.data)
    return picture, tuple(_small(edition.cover, size_of(file)))


def _given(data: bytes) -> ImageFile:
    file = image_file(data)
    if file.media_type == "image/svg+xml":
        try:
            return ImageFile("image/png", "png", png_of_svg(file.data, WIDTH))
        except ValueError as error:
            hint = "save it as PNG or JPEG"
            raise UnreadableImageError("broken-image", "cannot be drawn", hint) from error
    if file.media_type == "image/gif" or len(file.data) > _FOR_SHOPS:
        return smaller(file, LONGEST, _QUALITY)
    return file


def _unusable(file: str, code: str, why: str, hint: str = "") -> Diagnostic:
    return diagnostic(code, file, (0, 0), f"cover `{file}` {why}; one is made from the title", hint)


def _small(file: str, size: tuple[int, int]) -> list[Diagnostic]:
    if max(size) >= _SMALL:
        return []
    message = f"cover `{file}` has only {size[0]} by {size[1]} pixels"
    return [diagnostic("small-cover", file, (0, 0), message, f"use one of {WIDTH} by {HEIGHT}")]


# --- made from the title ----------------------------------------------------------------------------------------------


def _made(book: Book, edition: Edition) -> Picture:
    book = replace(
        book,
        title=_shortened(book.title),
        subtitle=_shortened(book.subtitle),
        authors=_first(book.authors),
    )
    design = Design(edition.theme, _PAGE, edition.css)
    files = Files(str(book.root), str(styles_folder()))
    page, theme, *own = style_sheets(design, book.root)
    styles = (page, theme, _STYLE, *own, _PAGE_STYLE)
    html = _balanced(cover_html(book, design.cover, measure(styles, files)), book.title, styles, files)
    picture = painted(pdf_of(lay_out(html, styles, files)), WIDTH)
    return Picture("images/cover.png", "image/png", png(picture))


def _balanced(html: str, title: str, styles: tuple[StyleSheet, ...], files: Files) -> str:
    """The cover with its title in lines of about one length, so that no word stands alone in the last.

    That is the narrowest measure in which the words are no higher than in the widest, and none has to be cut.
    """

    def indented(indent: int) -> str:
        narrower = html.replace('<p class="cover-title', f'<p style="margin: 0 {indent}%" class="cover-title', 1)
        return narrower.replace('class="cover-words"', 'class="cover-words" id="words"', 1)

    def height(indent: int) -> float:
        return box_sizes(indented(indent), styles, files)["words"].height

    words = box_sizes(indented(0), styles, files).get("words")
    kind = _TITLE.search(html)
    if words is None or kind is None:
        return html  # the notebook's style sheets hide it
    longest = max(map(len, _WORD.findall(title)), default=0) * _LETTER * _TITLE_SIZES[kind[1]] * words.type_size
    indents = [indent for indent in _INDENTS if longest <= (1 - indent / 50) * words.width]
    fitting = bisect_right(indents, words.height + 1, key=height)
    return indented(indents[fitting - 1]) if fitting else html


def _shortened(text: str) -> str:
    """The text, cut behind a word where there is no room for all of it."""
    if len(text) <= _MOST_LETTERS:
        return text
    kept = text[:_MOST_LETTERS]
    return (kept.rpartition(" ")[0] or kept).rstrip(" ,;:") + "…"


def _first(authors: tuple[str, ...]) -> tuple[str, ...]:
    """As many authors as there is room for."""
    kept = [author for place, author in enumerate(authors) if len(", ".join(authors[: place + 1])) <= _MOST_LETTERS]
    return tuple(kept) if len(kept) == len(authors) else (*(kept or [_shortened(authors[0])]), "…")
