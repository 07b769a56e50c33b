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
from notebook_compile.pdf.design import Design, Measures
from notebook_compile.pdf.files import file_address
from notebook_compile.pdf.numbering import Numbering
from notebook_compile.pdf.references import Filling
from notebook_compile.pdf.templates import render
from notebook_compile.words import words

FRONT_SECTIONS = ("title-page", "colophon", "introduction", "contents")  # their anchors, in order

# The book's title is set in one of these sizes (front.css), by its letters and those of its longest word.
_SIZES = (("", 24, 12), ("medium", 50, 15), ("long", 110, 21))


def cover_html(book: Book, design: Design, measures: Measures) -> str:
    """The cover: the image that the user names, or one made from the title."""
    if design.cover:
        return render("cover.html", book, picture=file_address(design.cover))
    fixed = words(book.language)
    makers = fixed(", ").join(book.authors) or next(iter(credits_of(book, fixed)), "")
    figure, size = _figure(book.title, measures), _size(book.title)
    return render("cover.html", book, picture="", figure=figure, size=size, makers=makers)


def front_html(book: Book, digits: int) -> str:
    """Title page, colophon, the index note's prose before the first part, and the contents: all parts and chapters.

    Every page number of the contents has room for so many digits.
    """
    fixed = words(book.language)
    introduction = Filling(fixed, Numbering({})).text(book.introduction)
    levels = sorted({entry.depth for entry in book.entries})
    lines = [
        (entry, min(levels.index(entry.depth), 2), Markup(folios.number(entry.anchor, digits)))
        for entry in book.entries
    ]
    return render(
        "front.html",
        book,
        size=_size(book.title),
        introduction=introduction,
        lines=lines,
        address=folios.address,
        series=series_of(book, fixed),
        credits=credits_of(book, fixed),
        colophon=colophon(book, fixed),
    )


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
