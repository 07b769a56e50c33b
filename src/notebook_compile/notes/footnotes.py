"""The author's footnotes: taken out of a note's tree, their marks kept as references."""

from __future__ import annotations

from lxml import etree
from lxml.html import HtmlElement

from notebook_compile.model import FootnoteMark
from notebook_compile.notes.markdown import UnusedFootnote
from notebook_compile.notes.reading import HEADINGS, Reading, make_reference


def take_footnotes(tree: HtmlElement) -> dict[str, HtmlElement]:
    """The author's footnotes by their names, taken out of the tree; a mark is a `ref` with its name."""
    footnotes: dict[str, HtmlElement] = {}
    for section in list(tree.iterfind(".//section[@data-footnotes]")):
        for item in list(section.iterfind("ol/li[@data-footnote]")):
            footnotes[item.attrib.pop("data-footnote")] = item
            # Each a tree of its own: lxml searches all of a tree that is cut off whenever it lets an element go.
            item.getparent().remove(item)
        section.drop_tree()
    etree.strip_tags(tree, "section")
    for root in (tree, *footnotes.values()):
        for element in list(root.iter("a")):
            name = element.attrib.pop("data-footnote", None)
            mark = element.getparent()
            if name in footnotes and mark is not None and mark.tag == "sup":
                _without_blanks_before(mark)
                mark.remove(element)
                mark.tag, mark.text = "ref", None
                mark.attrib.clear()
                mark.set("data-footnote", name)
    for footnote in footnotes.values():
        for element in footnote.iter(*HEADINGS):
            element.tag = "p"
        for element in footnote.iter("*"):
            element.attrib.pop("data-block", None)
    return footnotes


def read_mark(element: HtmlElement, reading: Reading) -> None:
    """Turn a mark into a reference."""
    name, line = element.get("data-footnote", ""), reading.line_of(element)
    place = reading.find(f"[^{name}]", line)
    if place == (line, 1):
        place = reading.find("^[", line)
    make_reference(element, reading.refer(FootnoteMark(name, place)))


def say_unused(unused: UnusedFootnote, reading: Reading) -> None:
    """Say of a footnote that it is not in the book."""
    line = unused.line + reading.body_line - 1
    place = reading.find(f"[^{unused.name}]", line)
    if unused.reason == "repeated":
        reading.say("unused-footnote", place, f"a footnote `{unused.name}` stands above it; this one is left out")
    else:
        reading.say("unused-footnote", place, f"no mark leads to footnote `{unused.name}`; it is left out")


def _without_blanks_before(element: HtmlElement) -> None:
    before, parent = element.getprevious(), element.getparent()
    if before is not None:
        before.tail = before.tail and before.tail.rstrip()
    elif parent is not None:
        parent.text = parent.text and parent.text.rstrip()
