"""What goes into a PDF beside the pages, without the same work for each piece.

Before it makes subsets of fonts, WeasyPrint names the types of arrays with their lengths, and each name that cffi has
not met yet is read by a parser of C in Python, with all declarations before it: here types have no length, as
everywhere else. And pydyf writes references to all pages anew for each element of the structure that asks for one.
"""

from __future__ import annotations

import inspect
import re
from textwrap import dedent
from typing import Any

import pydyf
from weasyprint.pdf import fonts

_harfbuzz_subset = fonts.Font._harfbuzz_subset
_page_references = pydyf.PDF.page_references

_ARRAY = re.compile(r"f'hb_codepoint_t\[{len\(\w+\)}\]'")


def install() -> None:
    """Make objects so from now on, in this process."""
    source = _ARRAY.sub("'hb_codepoint_t[]'", dedent(inspect.getsource(_harfbuzz_subset)))
    made: dict[str, Any] = {}
    exec(source, vars(fonts), made)
    fonts.Font._harfbuzz_subset = made["_harfbuzz_subset"]
    pydyf.PDF.page_references = property(_page_references_once)


def _page_references_once(self: Any) -> tuple[bytes, ...]:
    known: tuple[bytes, ...] = self.__dict__.get("references_to_pages", ())
    if len(known) != len(self.pages["Kids"]) // 3:
        known = self.references_to_pages = _page_references.fget(self)
    return known
