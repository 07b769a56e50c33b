"""What WeasyPrint 70 does slowly, done faster: the same layout, to a billionth of a pixel.

Each module replaces a function of WeasyPrint, or a few that belong together, and says what is wasted there;
`docs/performance.md` says what each saves. The tests lay out the same pages with and without each of them.
"""

from __future__ import annotations

from notebook_compile.pdf.faster import (
    drawn_texts,
    flow,
    footnote_area,
    lines,
    objects,
    siblings,
    styles,
    texts,
    used_values,
)

REPLACED = (drawn_texts, flow, footnote_area, lines, objects, siblings, styles, texts, used_values)


def install() -> None:
    """Make WeasyPrint lay out so from now on, in this process."""
    for module in REPLACED:
        module.install()
