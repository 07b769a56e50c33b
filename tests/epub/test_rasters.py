"""Drawings as pixels."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from notebook_compile.epub.rasters import MOST_PIXELS, png_of_svg, svg_size

SVG = '<svg xmlns="http://www.w3.org/2000/svg" {size}>{inside}</svg>'
BOX = '<rect width="10" height="20" fill="#f00"/>'


def drawn(inside: str, size: str = 'viewBox="0 0 40 20"', width: int = 400) -> Image.Image:
    return Image.open(io.BytesIO(png_of_svg(SVG.format(size=size, inside=inside), width))).convert("RGB")


def test_a_drawing_stands_on_white() -> None:
    picture = drawn(BOX)
    assert picture.size == (400, 200)
    assert picture.getpixel((50, 100)) == (255, 0, 0)
    assert picture.getpixel((150, 100)) == (255, 255, 255)


def test_text_is_drawn_in_the_fonts_of_the_package() -> None:
    text = '<text x="2" y="16" font-size="15" font-family="{}">im</text>'
    serif, sans = (drawn(text.format(family)) for family in ("Noto Serif", "Noto Sans"))
    assert serif.tobytes() != sans.tobytes()
    assert all(picture.convert("L").getextrema() == (0, 255) for picture in (serif, sans))


def test_the_same_at_each_call() -> None:
    svg = SVG.format(size='viewBox="0 0 40 20"', inside=BOX)
    assert png_of_svg(svg, 300) == png_of_svg(svg.encode(), 300)


@pytest.mark.parametrize(
    ("size", "pixels"),
    [
        ('width="2in" height="96"', (400, 200)),
        ('width="100%" viewBox="0 0,10 30"', (400, 1200)),
        ('width="1e-7" height="9"', (334, 16700)),
        ('viewBox="0 0 0 0"', (400, 200)),
        ('width="10pt" height="2em" viewBox="0 0 7 7"', (400, 960)),
    ],
)
def test_the_proportion_is_the_drawings(size: str, pixels: tuple[int, int]) -> None:
    width, height = drawn(BOX, size).size
    assert (width, height) == pytest.approx(pixels, abs=1)


def test_size_in_css_pixels() -> None:
    assert svg_size(SVG.format(size='width="3in" height="72pt"', inside="").encode()) == (288, 96)


def test_no_more_pixels_than_apple_takes() -> None:
    width, height = drawn(BOX, 'viewBox="0 0 10 10"', 9000).size
    assert MOST_PIXELS * 0.99 < width * height <= MOST_PIXELS


@pytest.mark.parametrize("svg", ["", "<svg", "<p/>", "<svg/>", b"\x89PNG"])
def test_what_is_no_drawing(svg: str | bytes) -> None:
    with pytest.raises(ValueError, match="drawing"):
        png_of_svg(svg, 100)
