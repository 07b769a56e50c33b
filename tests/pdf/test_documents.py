"""Documents read as XML are what they would be as HTML."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from weasyprint import HTML
from weasyprint.urls import URLFetcher

from notebook_compile.pdf.documents import parsed

HEAD = '<!DOCTYPE html>\n<html lang="de" dir="ltr">\n<head><meta charset="utf-8"/><title>ä &amp; b</title></head>'
BODIES = [
    '<p id="a">&lt;x&gt; <em>b</em> c&#160;d<br/>e</p><table><tbody><tr><td>1</td></tr></tbody></table>',
    '<pre><code>a\n\tb</code></pre><img src="qr:a%3A" alt="a &quot;b&quot; &#10; c"/><ul><li><p>a</p></li></ul>',
    '<p title="two\nlines">a</p>',
    "<p>not <b>well-formed</p>",
    "<p>a&nbsp;b</p>",
    "",
]


def tree(document: HTML) -> list[tuple[object, ...]]:
    """All that layout sees of a document: blanks between its parts are none of it."""
    body = document.etree_element.find("body")
    return [
        (element.tag, dict(element.attrib), (element.text or "").rstrip("\n"), (element.tail or "").rstrip("\n"))
        for element in (document.etree_element, *body.iter())
    ]


@pytest.mark.parametrize("body", BODIES)
def test_the_tree_is_that_of_html(body: str) -> None:
    html = f"{HEAD}\n<body>\n{body}\n</body>\n</html>"
    assert tree(parsed(html, "", URLFetcher())) == tree(HTML(string=html))


@pytest.mark.parametrize(("body", "is_read"), list(zip(BODIES, [True, True, False, False, False, True], strict=True)))
def test_what_is_well_formed_is_read_as_xml(body: str, is_read: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    original = ElementTree.fromstring

    def noted(text: str) -> ElementTree.Element:
        element = original(text)
        read.append(text)
        return element

    monkeypatch.setattr(ElementTree, "fromstring", noted)
    parsed(f"{HEAD}<body>{body}</body></html>", "", URLFetcher())
    assert bool(read) == is_read
