"""The parts of links: labels, destinations, titles, and reference definitions (sections 4.7 and 6.3)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from .characters import normalize_address, unescape

LABEL_LIMIT: Final = 999
"""Characters that a link label may have."""
PARENTHESES_LIMIT: Final = 32
"""Depth of balanced parentheses in a destination, which keeps reading it linear."""

References = dict[str, tuple[str, str]]
"""Address and title of each link reference definition, by normalised label."""

_LABEL = re.compile(rf"\[((?:[^\\\[\]]|\\.){{0,{LABEL_LIMIT}}}+)\]", re.DOTALL)
_POINTED = re.compile(r"<((?:[^<>\n\\]|\\.)*+)>")
_BARE = re.compile(r"(?:[^\\()\x00-\x20\x7f]|\\[!-/:-@\[-`{-~]|\\)++")
_TITLE = re.compile(
    r'"((?:[^"\\]|\\.)*+)"' r"|'((?:[^'\\]|\\.)*+)'" r"|\(((?:[^()\\]|\\.)*+)\)",
    re.DOTALL,
)
_BLANKS = re.compile(r"[ \t\n]+")
_SPACES = re.compile(r"[ \t]*+(?:\n[ \t]*+)?+")
_END_OF_LINE = re.compile(r"[ \t]*+(?:\n|\Z)")


class Target(NamedTuple):
    """Where a link leads, and the place in the text after it."""

    address: str
    title: str
    end: int


def normalize_label(label: str) -> str:
    """Fold case and collapse blanks, so that labels match as the specification says."""
    return _BLANKS.sub(" ", label).strip(" ").casefold()


def match_label(text: str, pos: int) -> re.Match[str] | None:
    """Match a link label with its brackets."""
    return _LABEL.match(text, pos)


def inline_target(text: str, pos: int) -> Target | None:
    """Read `(destination "title")` from its opening parenthesis."""
    start = _after_spaces(text, pos + 1)
    destination = _destination(text, start)
    if destination is None:
        address, title, end = "", "", start
    else:
        address, end = destination
        title = ""
        after = _after_spaces(text, end)
        match = _TITLE.match(text, after) if after > end else None
        if match:
            title = unescape(match[match.lastindex or 0])
            end = match.end()
    end = _after_spaces(text, end)
    if text[end : end + 1] != ")":
        return None
    return Target(address, title, end + 1)


def take_definitions(text: str, references: References) -> str:
    """Move link reference definitions at the start of a paragraph to `references`; return what remains.

    The first definition of a label stands. `[^1]: text` is the text of a footnote in every dialect that has these, so
    it is left where it is.
    """
    pos = 0
    while text.startswith("[", pos):
        end = _definition(text, pos, references)
        if end is None:
            break
        pos = end
    return text[pos:]


def _definition(text: str, pos: int, references: References) -> int | None:
    label = match_label(text, pos)
    if label is None or not text.startswith(":", label.end()):
        return None
    name = normalize_label(label[1])
    start = _after_spaces(text, label.end() + 1)
    destination = _destination(text, start)
    if not name or name.startswith("^") or destination is None or destination[1] == start:
        return None
    address, end = destination
    title, after = _definition_title(text, end)
    if after is None:
        return None
    references.setdefault(name, (address, title))
    return after


def _definition_title(text: str, pos: int) -> tuple[str, int | None]:
    """Read the title and the end of its line; a title that does not end its line belongs to the paragraph."""
    bare_end = _END_OF_LINE.match(text, pos)
    start = _after_spaces(text, pos)
    match = _TITLE.match(text, start) if start > pos else None
    title_end = _END_OF_LINE.match(text, match.end()) if match else None
    if match and title_end:
        return unescape(match[match.lastindex or 0]), title_end.end()
    return "", bare_end.end() if bare_end else None


def _destination(text: str, pos: int) -> tuple[str, int] | None:
    if text.startswith("<", pos):
        match = _POINTED.match(text, pos)
        return (normalize_address(unescape(match[1])), match.end()) if match else None
    end = _bare_end(text, pos)
    if end is None:
        return None
    return normalize_address(unescape(text[pos:end])), end


def _bare_end(text: str, pos: int) -> int | None:
    depth = 0
    while True:
        match = _BARE.match(text, pos)
        if match:
            pos = match.end()
        char = text[pos : pos + 1]
        if char == "(":
            depth += 1
            if depth > PARENTHESES_LIMIT:
                return None
        elif char == ")" and depth:
            depth -= 1
        else:
            return None if depth else pos
        pos += 1


def _after_spaces(text: str, pos: int) -> int:
    match = _SPACES.match(text, pos)
    return match.end() if match else pos
