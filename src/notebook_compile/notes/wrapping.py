"""Notes that stand in a fence as a whole, as language models hand them out: what is in the fence is the note.

Text goes in and out; it keeps its length, so that places in it stay right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_OPENING = re.compile(r"(`{3,}|~{3,})[ \t]*(?:markdown|md)[ \t]*", re.IGNORECASE)
_FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*(.*)")
_FIRST_LINES = 3  # of text that may stand before the fence, as "Here is the article:"


@dataclass(frozen=True, slots=True)
class Wrapping:
    """A fence that all the text behind its opening stands in."""

    opening: int  # index of its first line
    whole: bool  # nothing but blanks stands before it


def find_wrapping(text: str, start: int = 0) -> Wrapping | None:
    """The fence that a text from an index on stands in, perhaps behind a few first lines."""
    lines = text[start:].splitlines(keepends=True)
    filled = [index for index, line in enumerate(lines) if line.strip()]
    for place, index in enumerate(filled[: _FIRST_LINES + 1]):
        opening = _OPENING.fullmatch(lines[index].strip())
        if opening:
            rest = [lines[each].strip() for each in filled[place + 1 :]]
            whole = _closes_at_the_end(rest, opening[1])
            return Wrapping(start + sum(map(len, lines[:index])), place == 0) if whole else None
        if _FENCE.match(lines[index].strip()):
            return None
    return None


def unwrapped(text: str, wrapping: Wrapping) -> str:
    """The text with blanks in the place of the fence's first line, and of the last if it closes it."""
    opening = wrapping.opening
    line_end = text.find("\n", opening)
    if line_end < 0:
        return text[:opening] + " " * (len(text) - opening)
    mark = text[opening:].lstrip()[0]
    body, closing = text[line_end:].rstrip(), ""
    last = body.rfind("\n") + 1
    if set(body[last:].strip()) == {mark}:
        body, closing = body[:last], " " * (len(body) - last)
    whole = text[:opening] + " " * (line_end - opening) + body + closing
    return whole + text[len(whole) :]


def _closes_at_the_end(lines: list[str], marker: str) -> bool:
    """Whether the fence closes with the last line or never; fences of languages may stand in it."""
    inside = False
    for place, line in enumerate(lines):
        fence = _FENCE.fullmatch(line)
        if not fence or fence[1][0] != marker[0] or (not fence[2] and len(fence[1]) < len(marker)):
            continue
        if fence[2]:
            inside = True
        elif inside:
            inside = False
        else:
            return place == len(lines) - 1
    return not inside
