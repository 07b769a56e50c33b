"""Inline text to tokens in one pass (appendix, phase 2).

`Inlines` reads one text. At each special character a rule decides; what no rule takes is text. Rules add tokens to the
list; delimiter runs and brackets stay in it as they are until they find their partner.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias
from xml.etree.ElementTree import Element

from .delimiters import Delimiter, pair
from .links import References


class Open:
    """The beginning of an element whose content follows up to `CLOSE`."""

    __slots__ = ("attributes", "tag")

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes


class Bracket:
    """An opening bracket that may become a link or an image."""

    __slots__ = ("active", "below", "image", "index", "nested", "pos")

    def __init__(self, pos: int, index: int, image: bool, below: Delimiter | None) -> None:
        self.pos = pos
        self.index = index
        self.image = image
        self.below = below
        self.active = True
        self.nested = False


class Close:
    """The end of the innermost open element."""

    __slots__ = ()


CLOSE: Final = Close()
Token: TypeAlias = "str | Element[Any] | Delimiter | Bracket | Open | Close"
Rule = Callable[["Inlines", int], int]
"""Reads what starts at a position; returns the position after it, or the same one where it is only text."""
BACKTICKS: Final = re.compile(r"`+")
"""A run of backticks."""


class Inlines:
    """The state of reading one text."""

    __slots__ = ("_backticks", "_missing", "brackets", "hard", "last", "references", "text", "tokens")

    def __init__(self, text: str, references: References, *, hard: bool) -> None:
        self.text = text
        self.references = references
        self.hard = hard
        self.tokens: list[Token] = []
        self.brackets: list[Bracket] = []
        self.last: Delimiter | None = None
        self._backticks: dict[int, list[int]] | None = None
        self._missing: set[str] = set()

    def read(self, special: re.Pattern[str], rules: Mapping[str, Rule], otherwise: Rule) -> list[Token]:
        """Apply the rule for each special character that is found, or `otherwise` where it has none."""
        text, tokens, search = self.text, self.tokens, special.search
        pos = 0
        match = search(text)
        while match:
            at = match.start()
            if at > pos:
                tokens.append(text[pos:at])
            pos = rules.get(text[at], otherwise)(self, at)
            match = search(text, pos if pos > at else at + 1)
            pos = max(pos, at)
        if pos < len(text):
            tokens.append(text[pos:])
        pair(self.last, None)
        return tokens

    def find(self, string: str, pos: int) -> int:
        """Find a string from a position on, or -1; what is missing is looked for only once."""
        if string in self._missing:
            return -1
        found = self.text.find(string, pos)
        if found < 0:
            self._missing.add(string)
        return found

    def closing_backticks(self, length: int, pos: int) -> int:
        """Find the next run of exactly so many backticks, or -1."""
        if self._backticks is None:
            self._backticks = {}
            for run in BACKTICKS.finditer(self.text):
                self._backticks.setdefault(run.end() - run.start(), []).append(run.start())
        places = self._backticks.get(length, [])
        index = bisect_right(places, pos)
        return places[index] if index < len(places) else -1
