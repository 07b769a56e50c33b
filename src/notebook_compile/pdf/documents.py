"""Documents as WeasyPrint takes them, read as what they are: XHTML.

WeasyPrint reads HTML as browsers do, in Python, which takes some twenty times as long as reading XML. Of a document
that is well-formed the same comes of both; one that is not is read as HTML.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

import cssselect2
from weasyprint import HTML
from weasyprint.urls import URLFetcher

_DOCTYPE = "<!DOCTYPE html>"
# Line ends and tabs in attributes become blanks in XML (XML 1.0, 3.3.3).
_BLANKS_IN_ATTRIBUTE = re.compile(r'="[^"<>]*[\n\r\t]')


def parsed(html: str, base: str, fetcher: URLFetcher) -> HTML:
    """A whole document, for WeasyPrint; `base` is what its relative addresses start from."""
    if not _BLANKS_IN_ATTRIBUTE.search(html):
        try:
            return _Parsed(ElementTree.fromstring(html.removeprefix(_DOCTYPE)), base, fetcher)
        except ElementTree.ParseError:
            pass
    return HTML(string=html, base_url=base, url_fetcher=fetcher)


class _Parsed(HTML):  # type: ignore[misc]
    """A document of which the tree is there."""

    def __init__(self, root: ElementTree.Element, base: str, fetcher: URLFetcher) -> None:
        root.text = None  # a line end behind `html`, which HTML takes for none
        self.base_url = base
        self.url_fetcher = fetcher
        self.media_type = "print"
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = root
