"""Used values of margins, paddings, borders and sizes, kept with the style that they come from.

WeasyPrint works out these eighteen values for every box, each text of each line among them, whenever it lays one out.
They depend on nothing but the box's style and the size of what contains it, and boxes share styles.
"""

from __future__ import annotations

from operator import is_ as _is
from operator import itemgetter
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import absolute, block, column, grid, inline, page, percent, table
from weasyprint.layout import float as floats

# Where the function is known by its name.
MODULES = (absolute, block, column, floats, grid, inline, page, percent, table)

_resolve_percentages = percent.resolve_percentages

_SIDES = ("top", "right", "bottom", "left")
# What layout sets in styles while it measures boxes of flexible layouts.
_SIZES = ("width", "height", "min_width", "min_height", "max_width", "max_height")
_MOST = 100  # sizes of containers that values are kept for, with each style
_sizes = itemgetter(*_SIZES)
_USED = (
    *(f"margin_{side}" for side in _SIDES),
    *(f"padding_{side}" for side in _SIDES),
    *(f"border_{side}_width" for side in _SIDES),
    *_SIZES,
)


def install() -> None:
    """Take used values from there from now on, in this process."""
    for module in MODULES:
        module.resolve_percentages = _resolve_once


def _resolve_once(box: Any, containing_block: Any) -> None:
    """Set used values as attributes of a box."""
    if isinstance(containing_block, boxes.Box):
        size = (containing_block.width, containing_block.height)
    else:
        size = tuple(containing_block)
    style = box.style
    sizes = _sizes(style)
    try:
        known = style.used
    except AttributeError:
        known = style.used = {}
    found = known.get(size)
    if found is not None and all(map(_is, found[0], sizes)):
        box.__dict__.update(found[1])
        return
    _resolve_percentages(box, containing_block)
    # Borders of cells that share them are those of the table, not of the style. A page refers to its height.
    if style["border_collapse"] != "collapse" and not isinstance(box, boxes.PageBox):
        attributes = box.__dict__
        if len(known) >= _MOST:
            known.clear()
        known[size] = sizes, {name: attributes[name] for name in _USED}
