"""Pages and drawings as pixels: WeasyPrint lays them out, PDFium paints them.

A page as PDF or a drawing as SVG comes in; pixels go out, the same at each build. No file is read but fonts and styles
of the package.
"""

from __future__ import annotations

import base64
import io
import re
from functools import cache
from typing import TYPE_CHECKING

from lxml import etree
from PIL import Image, ImageChops

from notebook_compile.resources import styles_folder

if TYPE_CHECKING:
    from notebook_compile.pdf.signature import StyleSheet

# Apple Books asset guide, "Book images": images within the EPUB cannot exceed 5.6 million pixels.
MOST_PIXELS = 5_600_000

_WIDTH = 600  # that drawings are laid out in, in CSS pixels
# The page's size stands in the document: for style sheets of its own, all fonts would be loaded anew.
_PAGE = """<!DOCTYPE html><html lang="en"><head><title>-</title><style>
@page {{ size: {width}px {height}px; margin: 0 }} body {{ margin: 0 }}
img {{ display: block; width: {width}px; height: {height}px }}
</style></head><body><img alt="-" src="{address}"/></body></html>"""
_PIXELS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "em": 16.0}
_LENGTH = re.compile(r"\s*(\d*\.?\d+(?:e[+-]?\d+)?)\s*(px|pt|pc|in|cm|mm|em|)\s*", re.IGNORECASE)
_VIEW_BOX = re.compile(r"[\s,]+")
_DEFAULT_SIZE = (300.0, 150.0)  # CSS 2.2, 10.3.2: of what has no size of its own
_FLATTEST, _STEEPEST = 1 / 50, 50.0  # height to width: what is beyond these shows nothing anyway

_FEW_COLOURS = 4096  # as a drawing has, with the smoothed edges between its colours; a photograph has more
_SAME = 8  # of 255: colours so near to each other look the same


def png_of_svg(svg: str | bytes, width_px: int) -> bytes:
    """A drawing as a PNG on white, so many pixels wide; less wide if it would have more than `MOST_PIXELS`.

    On white: `image_files.py` says why. Raises ValueError for what is no drawing or cannot be drawn.
    """
    from notebook_compile.pdf.binding import pdf_of  # noqa: PLC0415  # slow, and few EPUBs need it
    from notebook_compile.pdf.files import Files  # noqa: PLC0415
    from notebook_compile.pdf.rendering import lay_out  # noqa: PLC0415

    data = svg.encode() if isinstance(svg, str) else svg
    width, height = svg_size(data)
    ratio = min(max(height / width, _FLATTEST), _STEEPEST)
    address = f"data:image/svg+xml;base64,{base64.b64encode(data).decode()}"
    html = _PAGE.format(width=_WIDTH, height=f"{_WIDTH * ratio:.3f}", address=address)
    laid_out = lay_out(html, (_fonts(),), Files(str(styles_folder()), str(styles_folder())))
    if laid_out.unread:
        message = "the drawing cannot be drawn"
        raise ValueError(message)
    return png(painted(pdf_of(laid_out), max(1, min(width_px, int((MOST_PIXELS / ratio) ** 0.5)))))


def painted(pdf: bytes, width_px: int) -> Image.Image:
    """The first page of a PDF in RGB on white, so many pixels wide."""
    import pypdfium2  # noqa: PLC0415  # only EPUBs need it

    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        width, height = page.get_size()
        scale = width_px / width
        picture: Image.Image = page.render(scale=scale).to_pil().convert("RGB")
    finally:
        document.close()
    return picture.crop((0, 0, width_px, max(1, round(height * scale))))  # PDFium rounds up


def png(picture: Image.Image) -> bytes:
    """A PNG of a picture in RGB or grey, with a palette if no eye sees the difference."""
    file = io.BytesIO()
    colours = picture.getcolors(_FEW_COLOURS) if picture.mode == "RGB" else None
    if colours is not None:
        method, dither = Image.Quantize.MAXCOVERAGE, Image.Dither.NONE
        with_palette = picture.quantize(min(len(colours), 256), method, dither=dither)
        difference = ImageChops.difference(picture, with_palette.convert("RGB"))
        if max(most for _, most in difference.getextrema()) <= _SAME:  # type: ignore[misc]
            picture = with_palette
    picture.save(file, "PNG", optimize=colours is not None)
    return file.getvalue()


def is_drawing(picture: Image.Image) -> bool:
    """Whether a picture has so few colours that it is drawn or written, and no photograph."""
    return picture.getcolors(_FEW_COLOURS) is not None


@cache
def _fonts() -> StyleSheet:
    """The package's fonts, which drawings are set in for print too."""
    from notebook_compile.pdf.signature import StyleSheet  # noqa: PLC0415

    sheet = styles_folder() / "shared" / "fonts.css"
    return StyleSheet(sheet.read_text(encoding="utf-8"), sheet.as_uri())


def svg_size(svg: bytes) -> tuple[float, float]:
    """Width and height of a drawing, in CSS pixels; only their ratio is sure. Raises ValueError for no drawing."""
    try:
        root = etree.fromstring(svg, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        message = "no drawing: not well-formed"
        raise ValueError(message) from error
    if root.tag != "{http://www.w3.org/2000/svg}svg":
        message = "no drawing: its root is not `svg`"
        raise ValueError(message)
    width, height = (_length(root.get(name, "")) for name in ("width", "height"))
    if width and height:
        return width, height
    try:
        _, _, wide, high = map(float, _VIEW_BOX.split(root.get("viewBox", "").strip()))
    except ValueError:
        wide, high = _DEFAULT_SIZE
    return (wide, high) if wide > 0 and high > 0 else _DEFAULT_SIZE


def _length(text: str) -> float:
    """A length in CSS pixels; 0 for none, and for a share of what is around it."""
    match = _LENGTH.fullmatch(text)
    return float(match[1]) * _PIXELS[match[2].lower()] if match else 0.0
