"""Filling in references late: what does a cross-reference, a footnote, an image look like in this format?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from notebook_compile.model import Resolved, Text

_REFERENCE_TAG = re.compile(r'<ref n="(\d+)">|</ref>')

# (the reference, the markup of its label) -> markup
Markup = Callable[[Resolved, str], str]


def fill(text: Text, markup: Markup) -> str:
    """The text's body with each `<ref>` replaced by what `markup` makes of it and its label, innermost first."""
    open_parts: list[list[str]] = [[]]
    open_numbers: list[int] = []
    end = 0
    for tag in _REFERENCE_TAG.finditer(text.body):
        open_parts[-1].append(text.body[end : tag.start()])
        end = tag.end()
        if tag[1] is not None:
            open_numbers.append(int(tag[1]))
            open_parts.append([])
        else:
            label = "".join(open_parts.pop())
            open_parts[-1].append(markup(text.references[open_numbers.pop()], label))
    open_parts[-1].append(text.body[end:])
    return "".join(open_parts[0])


def indices(markup: str) -> Iterator[int]:
    """The indices of the references that markup uses, in its order."""
    return (int(tag[1]) for tag in _REFERENCE_TAG.finditer(markup) if tag[1] is not None)
