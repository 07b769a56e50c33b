"""Markup as strings and as trees: well-formed XHTML that HTML parsers, too, read as it is meant."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from lxml import etree

# HTML Living Standard, 13.1.2: only these are written with one tag; `<span/>` would stay open.
_VOID = "area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr"
_ONE_TAG = re.compile(rf"<(?!(?:{_VOID})\b)([A-Za-z][\w-]*)((?:\s[^<>]*)?)/>")
_PARSER = etree.XMLParser(huge_tree=True, resolve_entities=False, no_network=True)


def parse(markup: str) -> etree._Element:
    """A tree of well-formed markup, under one `div`."""
    return etree.fromstring(f"<div>{markup}</div>", _PARSER)


def serialise(element: etree._Element) -> str:
    """An element as markup, without the text behind it."""
    return _ONE_TAG.sub(r"<\1\2></\1>", etree.tostring(element, encoding="unicode", with_tail=False))


def serialise_content(element: etree._Element) -> str:
    """What stands in an element, as markup."""
    children = (serialise(child) + escape(child.tail or "") for child in element)
    return escape(element.text or "") + "".join(children)
