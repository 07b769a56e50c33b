"""Texts are drawn where WeasyPrint draws them, with less."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from io import BytesIO
from itertools import chain
from typing import Any, NamedTuple

import pytest
from weasyprint import draw
from weasyprint.draw import text

from notebook_compile.pdf.design import Design, style_sheets
from notebook_compile.pdf.faster import drawn_texts
from notebook_compile.pdf.files import Files
from notebook_compile.pdf.rendering import _press, _render
from notebook_compile.resources import styles_folder

WORDS = (
    "AVATAR To. We, “quoted” naïve isn’t 12:30 1/2 affluent office fjord W.A. développé – T\xa0o – co\xadoperate".split(
        " "
    )
)
PLACES = {
    "justified": '<p style="text-align: justify; width: 200pt">{}</p>',
    "left": '<p style="text-align: left">{}</p>',
    "large": '<h1>{}</h1><p style="font-size: 40pt">{}</p>',
    "mixed": "<p>one <em>two <b>three</b></em><code>four</code> → ≤ λ ش 中 {}</p>",
    "spaced": '<p style="letter-spacing: 1.3pt; word-spacing: 0.7pt">{}</p>',
    "tight": '<p style="letter-spacing: -0.2pt">{}</p>',
    "right to left": '<p style="direction: rtl">{} שלום עולם</p>',
    "underlined": "<p><u>{}</u> <s>{}</s></p>",
    "raised": "<p>a<sup>{}</sup> <small>b</small> x́̂ ẹ́</p>",
    "preformatted": "<pre>{}\n\t{}</pre>",
    "capitals": "<p style=\"font-variant-caps: small-caps; font-feature-settings: 'onum'\">{}</p>",
    "missing and emoji": "<p>a\U000e0fff😀 b {}</p>",
    "cut off": '<p style="width: 60pt; white-space: nowrap; overflow: hidden; text-overflow: ellipsis">{}</p>',
    "empty": "<p>\u200b<span> </span>a <b>\xa0</b>{}\u200b</p>",
    "scaled": '<p style="transform: scale(1.5)">{}</p><p style="opacity: 0.5">{}</p>',
}

_TOKEN = re.compile(rb"\[[^]]*\] TJ|[^\n]+")
_ELEMENT = re.compile(rb"<([0-9a-f]*)>|([-+.\de]+)")


class Glyph(NamedTuple):
    """A glyph on a page."""

    font: str
    size: float
    means: str
    x: float  # in pixels
    y: float


def drawn(html: str) -> tuple[list[list[Glyph]], int]:
    """The glyphs of each line, blanks left out, and how many bytes show them."""
    folder = styles_folder()
    press = _press(style_sheets(Design("book", (148, 210)), folder), Files(str(folder), str(folder)))
    document = _render(
        f'<!DOCTYPE html>\n<html lang="en"><head><title>-</title></head><body>{html}</body></html>', press
    )
    streams: list[list[bytes]] = []
    document.write_pdf(
        BytesIO(),
        finisher=lambda _, pdf: streams.extend(
            each.stream for each in pdf.objects if hasattr(each, "stream") and b"BT" in each.stream
        ),
    )
    fonts: dict[str, tuple[dict[int, str], dict[int, float]]] = {}
    for font in document.fonts.values():
        texts, widths = fonts.setdefault(font.hash, ({}, {}))
        texts.update(font.to_unicode)
        widths.update(font.widths)
    lines = [line for stream in streams for line in _lines(stream, fonts)]
    return [line for line in lines if line], sum(
        len(each) for stream in streams for each in stream if each[-2:] == b"TJ"
    )


def _lines(stream: list[bytes], fonts: dict[str, Any]) -> Iterator[list[Glyph]]:
    x = y = size = rise = 0.0
    font = ""
    line: list[Glyph] = []
    for operator in stream:
        if not isinstance(operator, bytes):
            continue
        if operator.endswith(b" Tm"):
            yield line
            x, y, line = float(operator.split()[4]), float(operator.split()[5]), []
        elif operator.endswith(b" Tf"):
            font, size = operator.split()[0][1:].decode(), float(operator.split()[1])
        elif operator.endswith(b" Ts"):
            rise = float(operator.split()[0])
        elif operator.endswith(b"] TJ"):
            texts, widths = fonts[font]
            for codes, displacement in _ELEMENT.findall(operator):
                x -= float(displacement or 0) / 1000 * size
                for place in range(0, len(codes), 4):
                    glyph = int(codes[place : place + 4], 16)
                    if texts[glyph].strip():
                        line.append(Glyph(font, size, texts[glyph], x, y - rise))
                    x += widths[glyph] / 1000 * size
    yield line


def filled(place: str, seed: int) -> str:
    dice = random.Random(seed)
    return re.sub(r"\{\}", lambda _: " ".join(dice.choices(WORDS, k=dice.randint(1, 60))), PLACES[place])


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("place", PLACES)
def test_glyphs_stand_where_they_stand_without_it(place: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    html = filled(place, seed)
    faster, _ = drawn(html)
    monkeypatch.setattr(draw, "draw_text", drawn_texts._draw_text)
    monkeypatch.setattr(text, "draw_first_line", drawn_texts._draw_first_line)
    slower, _ = drawn(html)
    assert [[each[:3] for each in line] for line in faster] == [[each[:3] for each in line] for line in slower]
    for one, other in zip(chain(*faster), chain(*slower), strict=True):
        assert abs(one.x - other.x) <= 0.51 * one.size / 1000 + 0.006
        assert abs(one.y - other.y) <= 0.006


def test_lines_are_shown_with_less(monkeypatch: pytest.MonkeyPatch) -> None:
    html = filled("justified", 1)
    _, few = drawn(html)
    monkeypatch.setattr(draw, "draw_text", drawn_texts._draw_text)
    monkeypatch.setattr(text, "draw_first_line", drawn_texts._draw_first_line)
    _, many = drawn(html)
    assert few < 0.8 * many


def test_displacements_are_whole_and_joined() -> None:
    assert drawn_texts._array(["0001", ">5<0002"], 0.4) == "<0001>5<0002>"
    assert drawn_texts._array([">-12<0001", ">3<", ">4<0002"], -7.6) == "-12<0001>3 4<0002>-8"
