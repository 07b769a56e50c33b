"""Front matter: cover, title page, colophon, introduction, contents.

A book comes in, HTML documents go out.
"""

from __future__ import annotations

import base64

from markupsafe import Markup

from notebook_compile.cover import HEIGHT, WIDTH, dots
from notebook_compile.imprint import colophon, credits_of, series_of
from notebook_compile.model import Book
from notebook_compile.pdf import folios
from notebook_compile.pdf.design import Measures
from notebook_compile.pdf.files import file_address
from notebook_compile.pdf.numbering import Numbering
from notebook_compile.pdf.references import Filling
from notebook_compile.pdf.templates import render
from notebook_compile.words import words

FRONT_SECTIONS = ("title-page", "colophon", "introduction", "contents")  # their anchors, in order

# The book's title is set in one of these sizes (front.css), by its letters and those of its longest word.
_SIZES = (("", 24, 12), ("medium", 50, 15), ("long", 110, 21))


def cover_html(book: Book, picture: str, measures: Measures) -> str:
    """The cover: the image at a path in the notebook, or one made from the title where it is empty."""
    if picture:
        return render("cover.html", book, picture=file_address(picture))
    fixed = words(book.language)
    makers = fixed(", ").join(book.authors) or next(iter(credits_of(book, fixed)), "")
    figure, size = _figure(book.title, measures), _size(book.title)
    return render("cover.html", book, picture="", figure=figure, size=size, makers=makers)


def front_html(book: Book) -> str:
    """Title page, colophon, and the index note's prose before the first part."""
    fixed = words(book.language)
    introduction = Filling(fixed, Numbering({})).text(book.introduction)
    return render(
        "front.html",
        book,
        size=_size(book.title),
        introduction=introduction,
        series=series_of(book, fixed),
        credits=credits_of(book, fixed),
        colophon=colophon(book, fixed),
    )


def contents_html(book: Book, digits: int, first: int) -> str:
    """The contents, all parts and chapters: each page number has room for so many digits; the first page's own."""
    levels = sorted({entry.depth for entry in book.entries})
    lines = [
        (entry, min(levels.index(entry.depth), 2), Markup(folios.number(entry.anchor, digits)))
        for entry in book.entries
    ]
    return render("contents.html", book, lines=lines, address=folios.address, first=first)


def _size(title: str) -> str:
    """The class of a title's size."""
    letters, longest = len(title), max(map(len, title.split()), default=0)
    return next((name for name, most, word in _SIZES if letters <= most and longest <= word), "longest")


def _figure(title: str, measures: Measures) -> str:
    """The cover's drawing as a `data:` address: linked notes, another figure for each title."""
    places = dots(title)
    lines = "".join(f'<path d="M{dot.x} {dot.y}L{dot.linked[0]} {dot.linked[1]}"/>' for dot in places)
    discs = "".join(f'<circle cx="{dot.x}" cy="{dot.y}" r="{dot.radius}"/>' for dot in places)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<g stroke="{measures.cover_line}" stroke-width="4">{lines}</g>'
        f'<g fill="{measures.cover_ink}">{discs}</g></svg>'
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
