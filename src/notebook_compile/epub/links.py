"""Links that an EPUB may hold.

Markup comes in, and goes out with every `<a>` either leading somewhere or without its address. EPUB 3.3 forbids links
to places that do not exist and addresses that do not parse, XHTML forbids a link in a link; notes have all of them.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

_START = re.compile(r"""<a(?=[\s/>])(?:[^>"']|"[^"]*"|'[^']*')*>""")
_HREF = re.compile(r"""\shref=(?:"([^"]*)"|'([^']*)')""")
_WEB_CHARACTERS = "!#$%&'()*+,-./:;=?@_~"  # left as they are in a path, query or fragment
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")

NOTE_REFERENCE = '<a class="noteref"'  # how each begins; `references.py` makes them
_TAG = re.compile(
    f"(?P<whole>{NOTE_REFERENCE}[^>]*>.*?</a>|{_START.pattern[:-1]}(?<=/)>)|(?P<start>{_START.pattern})|</a>", re.DOTALL
)


def mend_links(markup: str, link: Callable[[str], str | None]) -> str:
    """The author's links with sound addresses. `link` knows what a link to an id has become, None for no such id."""

    def mend(start: re.Match[str]) -> str:
        href = _HREF.search(start[0])
        if href is None:
            return start[0]
        written = unescape(href[1] or href[2] or "")
        address = link(unquote(written[1:])) if written.startswith("#") else sound_address(written)
        mended = f' href="{escape(address)}"' if address else ""
        return start[0][: href.start()] + mended + start[0][href.end() :]

    return _START.sub(mend, markup) if "<a" in markup else markup


def sound_address(address: str) -> str | None:
    """The address outside the book as an EPUB may hold it, None where there is no such."""
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port
    except (ValueError, UnicodeError):
        return None
    if parts.scheme in ("mailto", "tel"):
        return f"{parts.scheme}:{_quoted(parts.path)}" if parts.path else None
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[A-Za-z0-9_.-]+", host):
        return None
    query = f"?{_quoted(parts.query)}" if parts.query else ""
    fragment = f"#{_quoted(parts.fragment)}" if parts.fragment else ""
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}{_quoted(parts.path)}{query}{fragment}"


def _quoted(text: str) -> str:
    return quote(_PERCENT.sub("%25", text), safe=_WEB_CHARACTERS)


def part_links(markup: str) -> str:
    """The markup without a link in a link: an inner note reference moves behind the outer link, others become text."""
    closing = [tag == "</a>" for tag in re.findall(r"<a[\s>]|</a>", markup)]
    if not any(closing[0::2]) and all(closing[1::2]):
        return markup
    depth = 0
    moved: list[str] = []

    def keep(tag: re.Match[str]) -> str:
        nonlocal depth
        if tag["whole"]:
            if depth and tag[0].startswith(NOTE_REFERENCE):
                moved.append(tag[0])
            return "" if depth else tag[0]
        if tag["start"]:
            depth += 1
            return tag[0] if depth == 1 else ""
        depth -= 1
        if depth:
            return ""
        after = "".join(moved)
        moved.clear()
        return tag[0] + after

    return _TAG.sub(keep, markup)
