"""Characters: escapes, character references, flanking classes and addresses.

Strings in, strings out; section numbers are those of the CommonMark specification 0.31.2.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html.entities import html5
from typing import Final, Literal
from unicodedata import category
from urllib.parse import quote

from markdown.util import AMP_SUBSTITUTE, ETX, STX

ESCAPABLE: Final = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
"""ASCII punctuation: what a backslash can escape (section 2.4)."""

REFERENCE: Final = re.compile(r"&(?:#[xX]([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([A-Za-z][A-Za-z0-9]{1,31}));")
"""An entity or numeric character reference (section 2.5)."""

REFERENCE_BODY: Final = r"(?:#[0-9]+|#[xX][0-9a-fA-F]+|[0-9A-Za-z]+);"
"""What follows the ampersand of anything that Python-Markdown takes for a character reference."""

_LIKE_REFERENCE = re.compile(f"&(?={REFERENCE_BODY})")
_ESCAPE_OR_REFERENCE = re.compile(r"\\([!-/:-@\[-`{-~])|" + REFERENCE.pattern)
_REPLACEMENT = "\ufffd"
_ADDRESS_AS_IT_IS = re.compile(r"[A-Za-z0-9\-_.+!*'(),%#@?=;:/$&~]*")
_PRIVATE_USE = re.compile("([\ue000-\uf8ff]+)")
_ADDRESS_SAFE = "-_.+!*'(),%#@?=;:/$&~"

CharacterClass = Literal["space", "punctuation", "other"]


def character(match: re.Match[str]) -> str | None:
    """What a match of `REFERENCE` stands for, or None where no such entity exists."""
    hexadecimal, decimal, name = match.groups()[-3:]
    if name:
        return html5.get(name + ";")
    return _code_point(int(hexadecimal, 16) if hexadecimal else int(decimal))


def unescape(text: str) -> str:
    """Resolve backslash escapes and character references, as in addresses, titles and info strings."""
    if "\\" not in text and "&" not in text:
        return text
    return _ESCAPE_OR_REFERENCE.sub(lambda match: match[1] or character(match) or match[0], text)


def literal(text: str) -> str:
    """Protect what looks like a character reference in text, for serialisers leave those as they are.

    Python-Markdown's own postprocessor `amp_substitute` turns the placeholder to an ampersand.
    """
    return text if "&" not in text else _LIKE_REFERENCE.sub(AMP_SUBSTITUTE + "amp;", text)


def normalize_address(address: str) -> str:
    """Percent-encode what may not stand in an address; private-use characters are left alone."""
    if _ADDRESS_AS_IT_IS.fullmatch(address):
        return address
    parts = _PRIVATE_USE.split(address)
    parts[::2] = [quote(part, safe=_ADDRESS_SAFE, errors="replace") for part in parts[::2]]
    return "".join(parts)


@lru_cache(maxsize=4096)
def character_class(char: str) -> CharacterClass:
    """Class a character as the delimiter run rules do (section 2.1); no character at all is a space.

    A private-use character stands for markup that the caller took out, as `[[a]]`, and counts as its brackets would.
    """
    if char in ("", "\t", "\n", "\f", "\r"):
        return "space"
    if char in ESCAPABLE:
        return "punctuation"
    kind = category(char)
    if kind == "Zs":
        return "space"
    return "punctuation" if kind[0] in "PS" or kind == "Co" else "other"


def _code_point(number: int) -> str:
    # STX and ETX frame Python-Markdown's own placeholders, so notes may not produce them.
    if number == 0 or number > 0x10FFFF or 0xD800 <= number <= 0xDFFF or chr(number) in (STX, ETX):
        return _REPLACEMENT
    return chr(number)
