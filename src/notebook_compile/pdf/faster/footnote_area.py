"""The height of a page's footnotes, while the page is being filled.

WeasyPrint lays out all footnotes of a page again for each that is added or taken away, to know how much of the page is
left: time grows with the square of the footnotes. Here each footnote is laid out once, alone; for its place among the
others a box of the same size stands in for it. Lines are filled one after the other, so that a footnote can change no
line but the last one, and only the footnotes in that line are set again with it.

When the page is full WeasyPrint lays out its footnotes for good; that stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import inf
from typing import Any, NamedTuple

from weasyprint.css.properties import INITIAL_VALUES
from weasyprint.formatting_structure import boxes, build
from weasyprint.layout import LayoutContext, inline
from weasyprint.layout.block import block_level_layout

# What makes an area as high as its lines, and its first line like the others.
_PLAIN = ("height", "min_height", "max_height", "text_indent", "column_width", "column_count")

_update_footnote_area = LayoutContext._update_footnote_area
_inline_block_box_layout = inline.inline_block_box_layout


class _Lines(NamedTuple):
    """What some footnotes fill, one after the other."""

    full: tuple[float, ...] = ()  # the heights of lines that no further footnote can change
    last: tuple[float, ...] = ()  # the heights of the others
    footnotes: tuple[Any, ...] = ()  # in these others


class _StandIn(boxes.InlineBlockBox):  # type: ignore[misc]
    """An inline block that is laid out, without what is in it."""


def install() -> None:
    """Measure footnotes so from now on, in this process."""
    LayoutContext._update_footnote_area = _update_faster
    inline.inline_block_box_layout = _lay_out_unless_done


def _update_faster(context: Any) -> bool:
    """Set the height of the footnote area and the page's bottom; returns whether footnotes overflow their area."""
    area, footnotes = context.current_footnote_area, context.current_page_footnotes
    is_plain = not context.in_column and all(area.style[name] == INITIAL_VALUES[name] for name in _PLAIN)
    lines = _lines(context, area, footnotes) if is_plain else None
    if lines is None:
        return bool(_update_footnote_area(context))
    if area.height != "auto":
        context.page_bottom += area.margin_height()
    area.children = footnotes
    top = bottom = area.content_box_y()
    for height in lines.full + lines.last:
        bottom += height  # one by one, as layout does: sums of floats depend on their order
    area.height = max(0, bottom - top)
    context.page_bottom -= area.margin_height()
    return False


def _lines(context: Any, area: Any, footnotes: list[Any]) -> _Lines | None:
    """What footnotes fill; None if these are not lines, as where a footnote is a block.

    What has been found out is kept with the area, which is new for each page.
    """
    known: dict[tuple[int, ...], _Lines | None] = area.__dict__.setdefault("known_lines", {(): _Lines()})
    names = tuple(map(id, footnotes))
    start = len(names)
    while names[:start] not in known:
        start -= 1
    lines = known[names[:start]]
    for end in range(start, len(names)):
        lines = lines and _with(context, area, lines, footnotes[end])
        known[names[: end + 1]] = lines
    return lines


def _with(context: Any, area: Any, lines: _Lines, footnote: Any) -> _Lines | None:
    """What footnotes and one more fill."""
    footnotes = (*lines.footnotes, _measured(context, area, footnote))
    laid_out = _laid_out(context, area, footnotes)
    if not all(isinstance(line, boxes.LineBox) for line in laid_out):
        return None
    heights = tuple(line.height for line in laid_out)
    first, within = next(iter(laid_out[-2].resume_at.items())) if len(laid_out) > 1 else (0, None)
    if within is not None:  # the last line begins in a footnote
        return _Lines(lines.full, heights, footnotes)
    return _Lines(lines.full + heights[:-1], heights[-1:], footnotes[first:])


def _measured(context: Any, area: Any, footnote: Any) -> Any:
    """A footnote with stand-ins for the inline blocks in it."""
    known = context.__dict__.setdefault("measured_footnotes", {})
    key = (id(footnote), area.page.width, area.page.height)
    if key not in known:
        blocks = [block for line in _laid_out(context, area, [footnote]) for block in _inline_blocks(line)]
        elements = [block.element for block in _inline_blocks(footnote)]
        same = elements == [block.element for block in blocks]
        known[key] = _with_stand_ins(footnote, iter(blocks)) if same else footnote
    return known[key]


def _laid_out(context: Any, area: Any, footnotes: Iterable[Any]) -> Sequence[Any]:
    """The lines of footnotes."""
    area.children = list(footnotes)
    boxed = build.create_anonymous_boxes(area.deepcopy())
    laid_out: Sequence[Any] = block_level_layout(context, boxed, -inf, None, area.page)[0].children
    return laid_out


def _inline_blocks(box: Any) -> Iterator[Any]:
    """The outermost inline blocks in a line or an inline box."""
    for child in box.children:
        if isinstance(child, boxes.InlineBlockBox):
            yield child
        elif isinstance(child, boxes.InlineBox):
            yield from _inline_blocks(child)


def _with_stand_ins(box: Any, blocks: Iterator[Any]) -> Any:
    """A copy of an inline box, with a stand-in for each inline block in it; `blocks` are these, laid out."""
    copy = box.copy()
    copy.children = [_stand_in(child, blocks) for child in box.children]
    return copy


def _stand_in(box: Any, blocks: Iterator[Any]) -> Any:
    if isinstance(box, boxes.InlineBlockBox):
        stand_in = _StandIn.__new__(_StandIn)
        stand_in.__dict__.update(box.__dict__, children=(), laid_out=next(blocks).__dict__)
        return stand_in
    return _with_stand_ins(box, blocks) if isinstance(box, boxes.InlineBox) else box


def _lay_out_unless_done(context: Any, box: Any, position_x: float, *others: Any) -> Any:
    """Lay out an inline block."""
    if not isinstance(box, _StandIn):
        return _inline_block_box_layout(context, box, position_x, *others)
    copy = box.copy()
    copy.__dict__.update(box.laid_out, children=(), position_x=position_x, position_y=0)
    return copy
