"""Pages do not end in a hyphenated word.

CSS has a property for this (`hyphenate-limit-last`, CSS Text 4, 6.3.4); WeasyPrint 70 does not know it, and no public
interface reaches the choice of the line that a page ends with. So the function that breaks a paragraph over pages is
wrapped: where the page's last line would end in a hyphen, it takes that line to the next page too, as widows do.
"""

from __future__ import annotations

from typing import Any

from weasyprint.formatting_structure.boxes import LineBox, TextBox
from weasyprint.layout import block

_break_line = block._break_line


def keep_words_whole() -> None:
    """Make WeasyPrint break pages between whole words from now on, in this process."""
    block._break_line = _break_line_after_a_whole_word


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
