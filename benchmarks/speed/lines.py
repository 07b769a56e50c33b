"""Charts of lines on two logarithmic axes, as SVG. Knows nothing of what they show.

A line's name stands at its end, so that no key has to be read; names that would overlap move apart.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT = 300, 340  # of what is drawn in, in pixels
_LEFT, _TOP, _BOTTOM = 64, 46, 52
_NAMES = 232  # to the right of each panel
_LINE = 17  # from one name to the next, at least
_INK, _RULE = "#222", "#d0d0d0"


@dataclass(frozen=True, slots=True)
class Line:
    """Points of one colour."""

    name: str
    points: tuple[tuple[float, float], ...]  # in order of their first numbers, all above 0
    colour: str
    dashes: str = ""  # as SVG has them


@dataclass(frozen=True, slots=True)
class Panel:
    """Lines on axes of their own."""

    title: str
    ticks: Mapping[float, str]  # values of the upright axis that may have a rule, and what stands at it
    lines: tuple[Line, ...]


def chart(panels: Sequence[Panel], unit: str) -> str:
    """Panels beside each other as an SVG document; `unit` is that of the level axis."""
    step = _LEFT + _WIDTH + _NAMES
    height = _TOP + _HEIGHT + _BOTTOM
    fonts = f'font-family="system-ui, Noto Sans, DejaVu Sans, sans-serif" font-size="13" fill="{_INK}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {step * len(panels)} {height}" role="img" {fonts}>',
        f"<title>{escape('; '.join(panel.title for panel in panels))}</title>",
        f'<rect width="{step * len(panels)}" height="{height}" fill="#fff"/>',
    ]
    for number, panel in enumerate(panels):
        parts.append(f'<g transform="translate({number * step + _LEFT} {_TOP})">')
        parts += _panel(panel, unit)
        parts.append("</g>")
    return "\n".join([*parts, "</svg>", ""])


def _panel(panel: Panel, unit: str) -> Iterator[str]:
    points = [point for line in panel.lines for point in line.points]
    across = _Axis([x for x, _ in points], _WIDTH, 1.12)
    up = _Axis([y for _, y in points], _HEIGHT, 1.3)
    yield f'<text x="{-_LEFT + 12}" y="-22" font-size="15" font-weight="bold">{escape(panel.title)}</text>'
    for value, name in panel.ticks.items():
        if up.least <= value <= up.most:
            y = _HEIGHT - up.place(value)
            yield f'<path d="M0 {y:.1f}H{_WIDTH}" stroke="{_RULE}"/>'
            yield f'<text x="-8" y="{y + 4.5:.1f}" text-anchor="end">{escape(name)}</text>'
    yield f'<path d="M0 {_HEIGHT}H{_WIDTH}" stroke="{_INK}"/>'
    for value in sorted({x for x, _ in points}):
        x = across.place(value)
        yield f'<path d="M{x:.1f} {_HEIGHT}v5" stroke="{_INK}"/>'
        yield f'<text x="{x:.1f}" y="{_HEIGHT + 20}" text-anchor="middle">{value:,.0f}</text>'
    below = f"{unit} (both axes logarithmic)"
    yield f'<text x="{_WIDTH / 2}" y="{_HEIGHT + 40}" text-anchor="middle">{escape(below)}</text>'
    ends = [_HEIGHT - up.place(line.points[-1][1]) for line in panel.lines]
    for line, name_y in zip(panel.lines, _apart(ends), strict=True):
        places = [(across.place(x), _HEIGHT - up.place(y)) for x, y in line.points]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        dashes = f' stroke-dasharray="{line.dashes}"' if line.dashes else ""
        yield f'<path d="M{path}" fill="none" stroke="{line.colour}" stroke-width="2.5"{dashes}/>'
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{line.colour}"/>' for x, y in places)
        x, y = places[-1]
        yield f'<path d="M{x + 6:.1f} {y:.1f}L{_WIDTH + 12} {name_y:.1f}" stroke="{line.colour}" opacity=".5"/>'
        yield f'<text x="{_WIDTH + 16}" y="{name_y + 4.5:.1f}" fill="{line.colour}">{escape(line.name)}</text>'


@dataclass(frozen=True, slots=True)
class _Axis:
    """A logarithmic axis over some values, with room to either side."""

    values: Sequence[float]
    length: float
    room: float  # the factor by which it goes beyond them

    @property
    def least(self) -> float:
        return min(self.values) / self.room

    @property
    def most(self) -> float:
        return max(self.values) * self.room

    def place(self, value: float) -> float:
        """How far from its start a value stands."""
        return self.length * math.log(value / self.least) / math.log(self.most / self.least)


def _apart(places: Sequence[float]) -> list[float]:
    """Places moved down, and then up from the lower end, until none is too close to another; in the given order."""
    order = sorted(range(len(places)), key=places.__getitem__)
    moved = list(places)
    for before, this in pairwise(order):
        moved[this] = max(moved[this], moved[before] + _LINE)
    limit = float(_HEIGHT)
    for this in reversed(order):
        moved[this] = min(moved[this], limit)
        limit = moved[this] - _LINE
    return moved
