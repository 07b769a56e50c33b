"""The height of a page's footnotes, while the page is being filled.

WeasyPrint lays out all footnotes of a page again for each that is added or taken away, to know how much of the page is
left: time grows with the square of the footnotes. Here each footnote is laid out once, alone; for its place among the
others a box of the same size stands in for it. Lines are filled one after the other, so that a footnote can change no
line but the last one, and only the footnotes in that line are set again with it.

When the page is full WeasyPrint lays out its footnotes for good: then what has been laid out is moved to its place.
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
_deepcopy = boxes.FootnoteAreaBox.deepcopy
_inline_block_box_layout = inline.inline_block_box_layout


class _Lines(NamedTuple):
    """What some footnotes fill, one after the other."""

    full: tuple[float, ...] = ()  # the heights of lines that no further footnote can change
    last: tuple[float, ...] = ()  # the heights of the others
    footnotes: tuple[Any, ...] = ()  # in these others


class _StandIn(boxes.InlineBlockBox):  # type: ignore[misc]
    """Stands for an inline block that is laid out: without what is in it, or with that."""


def install() -> None:
    """Measure footnotes so from now on, in this process."""
    LayoutContext._update_footnote_area = _update_faster
    boxes.FootnoteAreaBox.deepcopy = _copy_with_measured
    inline.inline_block_box_layout = _lay_out_unless_done


def _update_faster(context: Any) -> bool:
    """Set the height of the footnote area and the page's bottom; returns whether footnotes overflow their area."""
    area, footnotes = context.current_footnote_area, context.current_page_footnotes
    is_plain = not context.in_column and all(area.style[name] == INITIAL_VALUES[name] for name in _PLAIN)
    lines = _lines(context, area, footnotes) if is_plain else None
    area.finished = {}
    if lines is None:
        return bool(_update_footnote_area(context))
    if area.height != "auto":
        context.page_bottom += area.margin_height()
    area.children = footnotes
    area.finished = {id(each): _measured(context, area, each).finished for each in footnotes}
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
    footnotes = (*lines.footnotes, _measured(context, area, footnote).hollow)
    laid_out = _laid_out(context, area, footnotes)
    if not all(isinstance(line, boxes.LineBox) for line in laid_out):
        return None
    heights = tuple(line.height for line in laid_out)
    first, within = next(iter(laid_out[-2].resume_at.items())) if len(laid_out) > 1 else (0, None)
    if within is not None:  # the last line begins in a footnote
        return _Lines(lines.full, heights, footnotes)
    return _Lines(lines.full + heights[:-1], heights[-1:], footnotes[first:])


class _Measured(NamedTuple):
    """A footnote with what stands for the inline blocks in it."""

    hollow: Any
    finished: Any  # with what is in these blocks


def _measured(context: Any, area: Any, footnote: Any) -> _Measured:
    """A footnote as it has been laid out, alone."""
    known: dict[tuple[object, ...], _Measured] = context.__dict__.setdefault("measured_footnotes", {})
    key = (id(footnote), area.page.width, area.page.height)
    if key not in known:
        blocks: dict[Any, Any] = {}
        context.measured_blocks = blocks
        laid_out = [block.element for line in _laid_out(context, area, [footnote]) for block in _inline_blocks(line)]
        context.measured_blocks = None
        elements = [block.element for block in _inline_blocks(footnote)]
        if elements == laid_out and len(set(elements)) == len(elements):
            known[key] = _Measured(
                *(_with_stand_ins(footnote, blocks, finished=finished) for finished in (False, True))
            )
        else:
            known[key] = _Measured(footnote, footnote)
    return known[key]


def _laid_out(context: Any, area: Any, footnotes: Iterable[Any]) -> Sequence[Any]:
    """The lines of footnotes."""
    area.children = list(footnotes)
    boxed = build.create_anonymous_boxes(_deepcopy(area))
    laid_out: Sequence[Any] = block_level_layout(context, boxed, -inf, None, area.page)[0].children
    return laid_out


def _inline_blocks(box: Any) -> Iterator[Any]:
    """The outermost inline blocks in a line or an inline box."""
    for child in box.children:
        if isinstance(child, boxes.InlineBlockBox):
            yield child
        elif isinstance(child, boxes.InlineBox):
            yield from _inline_blocks(child)


def _with_stand_ins(box: Any, blocks: dict[Any, Any], *, finished: bool) -> Any:
    """A copy of an inline box, with a stand-in for each inline block in it; `blocks` are these, by their elements."""
    copy = box.copy()
    copy.children = [_stand_in(child, blocks, finished=finished) for child in box.children]
    return copy


def _stand_in(box: Any, blocks: dict[Any, Any], *, finished: bool) -> Any:
    if isinstance(box, boxes.InlineBlockBox):
        stand_in = _StandIn.__new__(_StandIn)
        stand_in.__dict__.update(box.__dict__, children=(), laid_out=blocks[box.element], finished=finished)
        return stand_in
    return _with_stand_ins(box, blocks, finished=finished) if isinstance(box, boxes.InlineBox) else box


def _copy_with_measured(area: Any) -> Any:
    """A copy of an area with its footnotes, as they have been laid out."""
    copy = area.copy()
    finished = area.__dict__.get("finished", {})
    copy.children = [finished.get(id(footnote), footnote).deepcopy() for footnote in area.children]
    return copy


def _lay_out_unless_done(context: Any, box: Any, position_x: float, *others: Any) -> Any:
    """Lay out an inline block; one that is measured, without what is in it."""
    if not isinstance(box, _StandIn):
        blocks = context.__dict__.get("measured_blocks")
        context.measured_blocks = None
        block = _inline_block_box_layout(context, box, position_x, *others)
        context.measured_blocks = blocks
        if blocks is None:
            return block
        blocks[box.element] = block
        return _hollow(block, block, position_x)
    if not box.finished:
        return _hollow(box, box.laid_out, position_x)
    block = box.laid_out
    block.translate(position_x - block.position_x, -block.position_y)
    return block


def _hollow(box: Any, block: Any, position_x: float) -> Any:
    copy = box.copy()
    copy.__dict__.update(block.__dict__, children=(), position_x=position_x, position_y=0)
    return copy
