"""How the extensions live with Python-Markdown: options, order, other extensions, output formats."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, SubElement

import pytest
from markdown import Markdown
from markdown.postprocessors import Postprocessor
from markdown.treeprocessors import Treeprocessor

from notebook_compile.notes.markdown import CommentExtension, CommonMarkExtension


class LinkTargets(Treeprocessor):
    """An ordinary treeprocessor, which runs after inline text is read."""

    def run(self, root: Element[Any]) -> None:
        for link in root.iter("a"):
            link.set("class", "seen")
        SubElement(root, "footer").text = "& end"


class Shout(Postprocessor):
    """An ordinary postprocessor."""

    def run(self, text: str) -> str:
        return text.replace("end", "END")


def test_other_processors_still_run() -> None:
    converter = Markdown(extensions=[CommonMarkExtension()])
    converter.treeprocessors.register(LinkTargets(converter), "targets", 15)
    converter.postprocessors.register(Shout(converter), "shout", 5)
    assert converter.convert("[a](b)") == '<p><a href="b" class="seen">a</a></p>\n<footer>&amp; END</footer>'


def test_table_of_contents() -> None:
    converter = Markdown(extensions=[CommonMarkExtension(), "toc"])
    html = converter.convert("[TOC]\n\n# A *b* `c<d`\n## E & f")
    assert '<h1 id="a-b-cd">A <em>b</em> <code>c&lt;d</code></h1>' in html
    assert '<li><a href="#e-f">E &amp; f</a></li>' in html


def test_by_name() -> None:
    name = "notebook_compile.notes.markdown:CommonMarkExtension"
    converter = Markdown(extensions=[name], extension_configs={name: {"line_breaks": "hard"}})
    assert converter.convert("a\nb") == "<p>a<br />\nb</p>"


def test_html_has_no_closing_slashes() -> None:
    converter = Markdown(extensions=[CommonMarkExtension()], output_format="html")
    assert converter.convert("a  \nb\n\n***") == "<p>a<br>\nb</p>\n<hr>"


def test_reset_forgets_definitions() -> None:
    converter = Markdown(extensions=[CommonMarkExtension()])
    converter.convert("[a]: /u")
    assert converter.convert("[a]") == '<p><a href="/u">a</a></p>'
    assert converter.reset().convert("[a]") == "<p>[a]</p>"


@pytest.mark.parametrize(
    ("option", "text", "html"),
    [
        ("tables", "| a |\n|---|", "<p>| a |\n|---|</p>"),
        ("strikethrough", "~~a~~", "<p>~~a~~</p>"),
        ("highlight", "==a==", "<p>==a==</p>"),
        ("autolinks", "https://a.example b@c.example", "<p>https://a.example b@c.example</p>"),
        ("tasks", "- [x] a", "<ul>\n<li>[x] a</li>\n</ul>"),
    ],
)
def test_what_is_switched_off_is_text(option: str, text: str, html: str) -> None:
    options: dict[str, Any] = {option: False}
    assert Markdown(extensions=[CommonMarkExtension(**options)]).convert(text) == html


def test_align_attribute() -> None:
    converter = Markdown(extensions=[CommonMarkExtension(use_align_attribute=True)])
    assert '<th align="right">a</th>' in converter.convert("| a |\n|--:|")


def test_unknown_line_breaks() -> None:
    with pytest.raises(ValueError, match="`soft` or `hard`"):
        CommonMarkExtension(line_breaks="none")


def test_comments_need_the_parser() -> None:
    with pytest.raises(TypeError, match="loaded before"):
        Markdown(extensions=[CommentExtension()])


def test_line_ends() -> None:
    converter = Markdown(extensions=[CommonMarkExtension(source_lines=True)])
    assert converter.convert("a\r\n\r\nb\rc\0") == '<p data-line="1">a</p>\n<p data-line="3">b\nc\ufffd</p>'


def test_chunks_of_other_extensions() -> None:
    converter = Markdown(extensions=[CommonMarkExtension()])
    parent: Element[Any] = Element("div")
    converter.parser.parseChunk(parent, "- a\n- b")
    converter.parser.parseBlocks(parent, ["> c", "d"])
    assert [child.tag for child in parent] == ["ul", "blockquote", "p"]
