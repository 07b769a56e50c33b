"""Emphasis, strikethrough and highlight: delimiter runs and how they pair (section 6.2; appendix, phase 2).

Runs form a linked list. Pairing leaves in each run what it opens and closes; nothing moves.
"""

from __future__ import annotations

from typing import Final

from .characters import character_class

PAIRED: Final = {"~": "del", "=": "mark"}
"""Delimiters that count as runs of exactly two, and their element."""


class Delimiter:
    """A delimiter run; `closes` and `opens` name the elements that end and begin here, innermost first."""

    __slots__ = ("can_close", "can_open", "char", "closes", "count", "length", "next", "opens", "place", "previous")

    def __init__(self, char: str, length: int, can_open: bool, can_close: bool, previous: Delimiter | None) -> None:
        self.char = char
        self.count = length
        self.length = length
        self.can_open = can_open
        self.can_close = can_close
        self.opens: list[str] = []
        self.closes: list[str] = []
        self.place: int = previous.place + 1 if previous else 0
        self.previous = previous
        self.next: Delimiter | None = None
        if previous:
            previous.next = self


def flanking(text: str, start: int, end: int) -> tuple[bool, bool]:
    """Say whether the run can open and can close (rules 1 to 8)."""
    before = character_class(text[start - 1] if start else "")
    after = character_class(text[end : end + 1])
    left = after == "other" or (after == "punctuation" and before != "other")
    right = before == "other" or (before == "punctuation" and after != "other")
    if text[start] != "_":
        return left, right
    return left and (not right or before == "punctuation"), right and (not left or after == "punctuation")


def pair(last: Delimiter | None, bottom: Delimiter | None) -> None:
    """Pair the runs from `last` down to `bottom`, which itself is left out."""
    closer = last
    while closer and closer.previous is not bottom:
        closer = closer.previous
    floor = bottom.place if bottom else -1
    searched: dict[tuple[str, bool, int], int] = {}
    while closer:
        if not closer.can_close:
            closer = closer.next
            continue
        # What was looked for in vain is not looked for again: this keeps pairing linear.
        kind = (closer.char, closer.can_open, closer.length % 3)
        opener = _opener(closer, max(floor, searched.get(kind, -1)))
        if opener:
            _join(opener, closer)
            if closer.count:
                continue
        else:
            searched[kind] = closer.previous.place if closer.previous else -1
        following = closer.next
        if closer.count == 0 or not closer.can_open:
            _remove(closer)
        closer = following


def _opener(closer: Delimiter, floor: int) -> Delimiter | None:
    opener = closer.previous
    while opener and opener.place > floor:
        if opener.can_open and opener.char == closer.char and _fits(opener, closer):
            return opener
        opener = opener.previous
    return None


def _fits(opener: Delimiter, closer: Delimiter) -> bool:
    """Apply the rule of three (rules 9 and 10)."""
    if closer.length % 3 == 0 or not (opener.can_close or closer.can_open) or closer.char in PAIRED:
        return True
    return (opener.length + closer.length) % 3 != 0


def _join(opener: Delimiter, closer: Delimiter) -> None:
    used = 2 if opener.count >= 2 and closer.count >= 2 else 1
    tag = PAIRED.get(closer.char) or ("strong" if used == 2 else "em")
    opener.count -= used
    closer.count -= used
    opener.opens.append(tag)
    closer.closes.append(tag)
    opener.next = closer
    closer.previous = opener
    if opener.count == 0:
        _remove(opener)


def _remove(run: Delimiter) -> None:
    if run.previous:
        run.previous.next = run.next
    if run.next:
        run.next.previous = run.previous
