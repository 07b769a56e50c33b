"""Pictures of pages, judged by figures: light boxes by night, dark ones by day, words that hardly differ from paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .foliate import Mark

TILE = 24  # pixels of the screen: at this size a letter is never a tile of ink
BOX = 0.85  # of full ink on average: more than the letters of any heading have
CONTRAST = 0.5  # between the lightest and the darkest pixel of a word


def boxes(picture: Image.Image, paper: int, pictures: Iterable[Mark]) -> list[tuple[int, int]]:
    """Where a page has another ground than its paper (0 black, 255 white), outside of its pictures: tiles of it."""
    grey = picture.convert("L")
    canvas = ImageDraw.Draw(grey)
    for mark in pictures:
        canvas.rectangle((mark.left - 2, mark.top - 2, mark.right + 2, mark.bottom + 2), fill=paper)
    columns, rows = grey.width // TILE, grey.height // TILE
    tiles = grey.crop((0, 0, columns * TILE, rows * TILE)).resize((columns, rows), Image.Resampling.BOX)
    return [
        (at % columns * TILE, at // columns * TILE)
        for at, level in enumerate(tiles.tobytes())
        if abs(level - paper) > BOX * 255
    ]


def faint(picture: Image.Image, words: Iterable[Mark]) -> list[str]:
    """The words that hardly differ from what they stand on."""
    grey = picture.convert("L")
    found = []
    for word in words:
        place = (round(word.left), round(word.top), round(word.right), round(word.bottom))
        levels = grey.crop(place).tobytes()
        if not levels or max(levels) - min(levels) < CONTRAST * 255:
            found.append(word.text)
    return found


def ink(picture: Image.Image, paper: int) -> float:
    """The share of pixels that are not paper."""
    levels = picture.convert("L").histogram()
    return sum(count for level, count in enumerate(levels) if abs(level - paper) > 127) / sum(levels)
