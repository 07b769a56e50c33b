"""Four rules of setting lines that WeasyPrint 70 lacks, and no public interface reaches.

No page ends in a hyphenated word: CSS has a property for this (`hyphenate-limit-last`, CSS Text 4, 6.3.4). The function
that breaks a paragraph over pages is wrapped: where the page's last line would end in a hyphen, it takes that line to
the next page too, as widows do.

No blank of a justified line is stretched without bound: where a line has few words, or WeasyPrint broke it too early,
as it does before an element now and then, it stays short of the margin instead.

No line is broken after its first words because of the blank behind it: a text before an element that fits but for its
last blank is too wide for WeasyPrint.

No footnote leaves the page of its mark to make room for a line: WeasyPrint does that where a paragraph has room for its
first line only (27 of 732 footnotes of a real notebook came a page late); now the paragraph goes to the next page.
"""

from __future__ import annotations

import inspect
from typing import Any

from weasyprint.formatting_structure.boxes import LineBox, TextBox
from weasyprint.layout import block, inline
from weasyprint.text import line_break

# How much wider than it is a blank may become, in the line's type size.
STRETCH = 0.75

_break_line = block._break_line
_justify_line = inline.justify_line
_linebox_layout = block._linebox_layout
_split_first_line = line_break.split_first_line

# What decides in WeasyPrint that footnotes make room, and that a text is not too wide.
_MAKES_ROOM = "report = not context.in_column and can_break_now and not could_break_before"
_FITS = "if resume_index is None and first_line_width <= max_width:"
_FITS_BUT_FOR_ITS_BLANK = (
    "if resume_index is None and (first_line_width <= max_width or text.endswith(' ')"
    " and _width_without_blank(text, style, context, justification_spacing) <= max_width):"
)


def install() -> None:
    """Make WeasyPrint set lines by these rules from now on, in this process."""
    exec(inspect.getsource(_linebox_layout).replace(_MAKES_ROOM, "report = False"), vars(block))
    line_break._width_without_blank = _width_without_blank
    exec(split_source(), vars(line_break))
    inline.split_first_line = line_break.split_first_line
    block._break_line = _break_line_after_a_whole_word
    inline.justify_line = _justify_line_within_bounds


def split_source() -> str:
    """The source of the function that breaks a line off a text."""
    return inspect.getsource(_split_first_line).replace(_FITS, _FITS_BUT_FOR_ITS_BLANK)


def _break_line_after_a_whole_word(
    context: Any, box: Any, line: LineBox, new_children: list[Any], needed: int, *others: Any
) -> Any:
    """Add lines to those `needed` on the next page while the last one that stays ends in a hyphen.

    A paragraph that would keep too few lines for that goes to the next page whole, as WeasyPrint does for orphans.
    """
    while needed < len(new_children) and _ends_in_hyphen(new_children[-1 - needed]):
        needed += 1
    return _break_line(context, box, line, new_children, needed, *others)


def _ends_in_hyphen(line: Any) -> bool:
    box = line
    while not isinstance(box, TextBox):
        children = getattr(box, "children", ())
        if not children:
            return False
        box = children[-1]
    return bool(box.text.endswith(box.style["hyphenate_character"]))


def _width_without_blank(text: str, style: Any, context: Any, spacing: float) -> float:
    """The width of a text without the blanks at its end, in CSS pixels."""
    layout = line_break.create_layout(text.rstrip(" "), style, context, None, spacing)
    line, _ = layout.get_first_line()  # the layout has a name, as the line lives no longer than it
    return float(line_break.line_size(line, style)[0])


def _justify_line_within_bounds(context: Any, line: LineBox, extra_width: float) -> None:
    """Widen a line by what is left over, or by as much as its blanks may grow."""
    most = inline.count_expandable_spaces(line) * STRETCH * line.style["font_size"]
    _justify_line(context, line, min(extra_width, most))
