"""The syntax of PDF's objects (ISO 32000-2, 7.3): values of pydyf as bytes, with room for numbers that come later.

pydyf writes objects too; here strings keep to one line, numbers to what is needed, and references to other objects may
be left open.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Any

import pydyf

_PLAIN = re.compile("[\t\n\r -~]*")
_REFERENCE = re.compile(rb"(\d+) 0 R")
_ESCAPE = re.compile(rb"[\\()\x00-\x1f]")
_STARTS_BY_ITSELF, _ENDS_BY_ITSELF = b"/<[(", b")>]"  # nothing does too, for `in`


def reference(number: int) -> bytes:
    """A reference to an object, as pydyf has them."""
    return b"%d 0 R" % number


def list_of(numbers: Iterable[int]) -> bytes:
    """An array of references, as it is written."""
    return b"[%b]" % b" ".join(b"%d 0 R" % number for number in numbers)


def reference_number(value: object) -> int | None:
    """The number of the object that a value refers to, if it is a reference."""
    if isinstance(value, bytes) and value.endswith(b" 0 R") and _REFERENCE.fullmatch(value):
        return int(value[:-4])
    return None


def references(value: object) -> list[int]:
    """The objects that a value refers to, in order."""
    found: list[int] = []
    _collect(value, found)
    return found


def _collect(value: object, found: list[int]) -> None:
    if isinstance(value, bytes):
        if (number := reference_number(value)) is not None:
            found.append(number)
    elif isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            _collect(each, found)


def string(text: str | bytes) -> bytes:
    """A string object: ASCII as it is, other text as UTF-16 in hexadecimal figures (7.9.2.2), other bytes likewise."""
    data = text if isinstance(text, bytes) else _text_bytes(text)
    if data.isascii():
        return b"(" + _ESCAPE.sub(_escaped, data) + b")"
    return b"<" + data.hex().encode() + b">"


def _escaped(match: re.Match[bytes]) -> bytes:
    return b"\\" + match[0] if match[0] in b"\\()" else b"\\%03o" % match[0][0]


def _text_bytes(text: str) -> bytes:
    # In PDFDocEncoding, some control characters are accents (Annex D.3).
    return text.encode() if _PLAIN.fullmatch(text) else b"\xfe\xff" + text.encode("utf-16-be", "surrogatepass")


def written(value: Any, fill: Callable[[object], bytes | None] = lambda value: None) -> bytes:
    """A value as bytes on one line; `fill` may say for each value how it is to be written."""
    if (filled := fill(value)) is not None:
        return filled
    if isinstance(value, dict):
        pairs = [_name(key) + _apart(written(each, fill)) for key, each in value.items()]
        return b"<<%b>>" % b"".join(pairs)
    if isinstance(value, list | tuple):
        shown = [written(each, fill) for each in value]
        rest = [each if one[-1:] in _ENDS_BY_ITSELF else _apart(each) for one, each in pairwise(shown)]
        return b"[%b]" % b"".join(shown[:1] + rest)
    return _atom(value)


def _atom(value: Any) -> bytes:
    match value:
        case bytes():
            shown = value
        case pydyf.String():
            shown = string(value.string)
        case pydyf.Object():
            shown = bytes(value.data)
        case bool():
            shown = b"true" if value else b"false"
        case float():
            shown = decimal(value)
        case _:
            shown = str(value).encode("ascii")
    return shown


@lru_cache(maxsize=1024)
def _name(key: str | bytes) -> bytes:
    return b"/" + (key if isinstance(key, bytes) else key.encode("ascii"))


def decimal(value: float) -> bytes:
    """A number as it is written, to six decimals."""
    shown = f"{value:f}".rstrip("0").rstrip(".")
    return b"0" if shown == "-0" else shown.encode()


def _apart(token: bytes) -> bytes:
    """A token with a blank before it, if it would run into what does not end by itself."""
    return token if token[:1] in _STARTS_BY_ITSELF else b" " + token
