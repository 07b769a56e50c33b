"""Addresses that are links without any markup (GFM section 6.9, extended autolinks)."""

from __future__ import annotations

import re
from typing import Any, Final
from xml.etree.ElementTree import Element

from .characters import REFERENCE, character, normalize_address

URL_START: Final = r"[hH][tT][tT][pP][sS]?://|[fF][tT][pP]://|[wW][wW][wW]\."
"""What an address starts with."""

DOMAIN_LIMIT: Final = 256
"""Characters looked at for a domain, which are more than one may have."""

_START = re.compile(URL_START)
_URL = re.compile(r"[^\s<]*+")
_URL_IN_BRACKETS = re.compile(r"[^\s<\]]*+")
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)*+")
_ENTITY_END = re.compile(r"&[A-Za-z0-9]+;\Z")
_TRAILING = "?!.,:*_~'\""
_LOCAL = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+-_")
_SCHEMES = ("mailto:", "xmpp:")  # that an address may name
_RESOURCE = re.compile(r"/[A-Za-z0-9@.]*[A-Za-z0-9@]")
_HOST = re.compile(r"[A-Za-z0-9_-]++(?:\.[A-Za-z0-9_-]++)++")


def maybe_urls(text: str) -> bool:
    """Say quickly whether a text may hold an address."""
    return "://" in text or "www." in text or "WWW." in text


def url_end(text: str, start: int, *, in_brackets: bool) -> int:
    """Find where an address that starts here ends; `start` where it is none."""
    match = _START.match(text, start)
    if match is None or (start and not _may_precede(text[start - 1], match[0])):
        return start
    name_start = start if match[0].lower() == "www." else match.end()
    domain = _DOMAIN.match(text, name_start, name_start + DOMAIN_LIMIT)
    if domain is None or not _valid_domain(domain[0], short=name_start > start):
        return start
    rest = (_URL_IN_BRACKETS if in_brackets else _URL).match(text, start)
    end = _trim(text, start, rest.end() if rest else start)
    return end if end >= domain.end() else start


def url_link(url: str) -> Element[Any]:
    """Make the link."""
    link: Element[Any] = Element("a")
    link.text = REFERENCE.sub(lambda match: character(match) or match[0], url)
    scheme = "" if "://" in url[:8] else "http://"
    link.set("href", scheme + normalize_address(link.text))
    return link


def link_emails(text: str) -> list[str | Element[Any]]:
    """Split text at the mail addresses in it, which become links."""
    parts: list[str | Element[Any]] = []
    done = 0
    at = text.find("@")
    while at >= 0:
        start = at
        while start > done and text[start - 1] in _LOCAL:
            start -= 1
        end = _host_end(text, at + 1)
        if start < at and end:
            scheme = next((each for each in _SCHEMES if text.startswith(each, max(done, start - len(each)), start)), "")
            if scheme == "xmpp:":
                resource = _RESOURCE.match(text, end)
                end = resource.end() if resource else end
            link: Element[Any] = Element("a")
            link.text = text[start - len(scheme) : end]
            link.set("href", link.text if scheme else f"mailto:{link.text}")
            parts += (text[done : start - len(scheme)], link)
            done = end
        at = text.find("@", max(at + 1, done))
    parts.append(text[done:])
    return parts


def _may_precede(char: str, start: str) -> bool:
    if start.lower() == "www.":
        return char.isspace() or char in "*_~("
    return not char.isalnum()


def _valid_domain(domain: str, *, short: bool) -> bool:
    labels = domain.split(".")
    return (short or len(labels) > 1) and not any("_" in label for label in labels[-2:])


def _host_end(text: str, pos: int) -> int:
    match = _HOST.match(text, pos)
    if match is None or match[0][-1] in "-_":
        return 0
    return match.end()


def _trim(text: str, start: int, end: int) -> int:
    """Leave out punctuation at the end, closing parentheses without partner, and a character reference."""
    opening = text.count("(", start, end)
    closing = text.count(")", start, end)
    while end > start:
        char = text[end - 1]
        if char in _TRAILING:
            end -= 1
        elif char == ")" and closing > opening:
            closing -= 1
            end -= 1
        elif char == ";":
            reference = _ENTITY_END.search(text, max(start, end - 40), end)
            if reference is None:
                return end - 1
            end = reference.start()
        else:
            break
    return end
