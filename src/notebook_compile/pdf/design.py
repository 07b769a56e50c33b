"""How the printed book looks: what the user chose, the style sheets of it, and the measures that these come to.

In: a `Design` and a door to files. Out: style sheets in the order that they apply in, and `Measures`. Never: what the
book holds.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from notebook_compile.notes.folder import read_file
from notebook_compile.pdf.signature import BoxSize, Fetch, StyleSheet
from notebook_compile.resources import styles_folder

# What is measured of a theme: the text, a table in it, a QR code in a footnote.
_PROBE = """<!DOCTYPE html><html lang="en"><head><title>-</title></head><body class="text"><section class="chapter">
<p id="text">-</p><table id="table"><tr><td>-</td></tr></table><p class="plate-code"><img id="qr" class="qr" alt="-"
src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/%3E"/></p></section>
<section class="cover" id="cover"><div class="cover-frame" id="frame"></div></section></body></html>"""

_NOT_SHOWN = BoxSize(0.0, 0.0, 0.0, 0.0, "#000000")  # as what `display: none` hides


@dataclass(frozen=True, slots=True)
class Design:
    """What print has to know of looks."""

    theme: str  # a style sheet in styles/, without its ending
    page_size: tuple[float, float]  # width and height, in millimetres
    css: tuple[str, ...] = ()  # style sheets of the notebook, as paths relative to it
    timestamps: str = "auto"  # auto, footnote, plate, url or none
    cover: str = ""  # a path relative to the notebook; "" for one made from the title, "none" for none

    @property
    def is_handout(self) -> bool:
        """Whether the chapters stand alone, without cover, contents and indexes."""
        return self.theme == "handout"


@dataclass(frozen=True, slots=True)
class Measures:
    """Sizes on a theme's pages, in points, none below 1, and what else has to be known of its styles."""

    width: float  # of the text
    height: float
    top: float  # where the text begins, from the page's lower edge
    type_size: float
    table_type_size: float
    qr: float  # a code's width, its quiet zone in it
    cover_ink: str  # colours, as #rrggbb
    cover_line: str


def style_sheets(design: Design, root: Path) -> tuple[StyleSheet, ...]:
    """The page's size, the theme, and the notebook's own style sheets last; `root` is the notebook's folder."""
    theme = styles_folder() / f"{design.theme}.css"
    width, height = (f"{side:g}mm" for side in design.page_size)
    page = (
        f":root {{ --page-width: {width}; --page-height: {height} }}"
        f" @page {{ size: {width} {height} }} @page turned {{ size: {height} {width} }}"
    )
    own = (StyleSheet(read_file(root, path).decode("utf-8", "replace"), (root / path).as_uri()) for path in design.css)
    return (StyleSheet(page), StyleSheet(theme.read_text(encoding="utf-8"), theme.as_uri()), *own)


def measure(styles: tuple[StyleSheet, ...], fetch: Fetch) -> Measures:
    """What the style sheets come to, found out by laying out a small page."""
    from notebook_compile.pdf.rendering import box_sizes  # noqa: PLC0415  # loads WeasyPrint, a second

    boxes = defaultdict(lambda: _NOT_SHOWN, box_sizes(_PROBE, styles, fetch))
    return Measures(
        width=max(boxes["page"].width, 1.0),
        height=max(boxes["page"].height, 1.0),
        top=boxes["page"].top,
        type_size=max(boxes["text"].type_size, 1.0),
        table_type_size=max(boxes["table"].type_size, 1.0),
        qr=max(boxes["qr"].width, 1.0),
        cover_ink=boxes["cover"].colour,
        cover_line=boxes["frame"].colour,
    )


@dataclass(frozen=True, slots=True)
class Looks:
    """What the HTML of a signature depends on besides the book."""

    measures: Measures
    timestamps: str  # as in Design
    shows_outside: bool = False  # whether links to notes outside the book name them
