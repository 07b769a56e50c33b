"""The stylesheet as older readers, too, understand it.

CSS comes in and goes out with sides by name before those by the direction of the text, and `word-wrap` before
`overflow-wrap`. Kobo's reader is Qt's WebKit of 2013 (kobolabs/epub-spec, issue 74), Kindle Format 8 is older: neither
knows logical properties (CSS Logical Properties 1, in WebKit since 2019), and lists would lose their indentation.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from notebook_compile.words import Direction

_START = re.compile(r"\b(margin|padding|border)-inline-start:\s*([^;}]*[^;}\s])")
_ALIGN = re.compile(r"\btext-align:\s*start\b")
_WRAP = re.compile(r"\boverflow-wrap:\s*([\w-]+)")


def with_sides(css: str, direction: Direction) -> str:
    """A stylesheet for a book of a direction.

    Where a passage runs the other way, readers that know logical properties undo the side by the name.
    """
    side = "left" if direction == "ltr" else "right"

    def both(found: re.Match[str]) -> str:
        name, value = found.groups()
        return f"{name}-{side}: {value}; {name}-inline-end: 0; {name}-inline-start: {value}"

    def wrap(found: re.Match[str]) -> str:
        old = "break-word" if found[1] == "anywhere" else found[1]
        return f"word-wrap: {old}; {found[0]}"

    css = _START.sub(both, css)
    css = _ALIGN.sub(rf"text-align: {side}; \g<0>", css)
    return _WRAP.sub(wrap, css)
