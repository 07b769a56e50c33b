"""The figure on a cover that is made from the title: linked notes, drawn in another way for each book."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

WIDTH, HEIGHT = 1200, 1800  # the proportion that shops and libraries show covers in


@dataclass(frozen=True, slots=True)
class Dot:
    """A note in the drawing, and the one that it is linked to."""

    x: int
    y: int
    radius: int
    linked: tuple[int, int]


def dots(title: str) -> tuple[Dot, ...]:
    """Linked notes in the upper half, placed by the title's hash: the same at each build."""
    digest = hashlib.sha256(title.encode()).digest()
    dots: list[Dot] = []
    for place in range(12):
        column, row = place % 4, place // 4
        x = 200 + column * 225 + digest[place] * 130 // 256
        y = 200 + row * 215 + digest[12 + place] * 130 // 256
        near = min(dots, key=lambda dot: (dot.x - x) ** 2 + (dot.y - y) ** 2, default=None)
        radius = 12 + digest[24 + place % 8] % 4 * 8
        dots.append(Dot(x, y, radius, (near.x, near.y) if near else (x, y)))
    return tuple(dots)
