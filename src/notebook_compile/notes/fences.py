"""Fences that name a language: code is coloured, diagrams are drawn, queries are shown or left out."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement

from notebook_compile.model import Drawing
from notebook_compile.notes.code import colour
from notebook_compile.notes.reading import Reading

_LANGUAGE = re.compile(r"\blanguage-([^\s{]+)")
_LABELS = 0.9  # em: the size of a drawing's labels beside the text around it
_WIDEST, _HIGHEST = 100.0, 130.0  # em; three times the column of an A5 page, where labels are 3 points high
# What Obsidian, or a plug-in that many have, runs.
_QUERIES = frozenset({"dataview", "dataviewjs", "datacorejs", "datacorejsx", "base", "query", "tasks"})


def read_fence(pre: HtmlElement, reading: Reading) -> None:
    """Make of a fence what its language asks for."""
    code = pre[0] if len(pre) == 1 and pre[0].tag == "code" else None
    language = _LANGUAGE.search(code.get("class", "")) if code is not None else None
    if code is None or language is None:
        return
    name = language[1].lower()
    if name == "mermaid":
        _draw(pre, code.text or "", reading)
    elif name in _QUERIES:
        _read_query(pre, name, reading)
    else:
        colour(code, name)


def _draw(pre: HtmlElement, source: str, reading: Reading) -> None:
    """Put a drawing in place of a fence; code that cannot be drawn stays."""
    from notebook_compile.notes.diagrams import TEXT_SIZE, DiagramError, draw_mermaid  # noqa: PLC0415  # slow

    line = reading.line_of(pre)
    try:
        drawn = draw_mermaid(source)
        scale = _LABELS / TEXT_SIZE
        if drawn.width * scale > _WIDEST or drawn.height * scale > _HIGHEST:
            raise DiagramError("the drawing is so large that nobody could read it on a page")
    except DiagramError as error:
        place = (line + (error.line or 0), 1)
        reading.say("bad-diagram", place, f"{error}", "it is shown as code")
        return
    drawing = Drawing(drawn.svg, drawn.text, round(drawn.width * scale, 2), (line, 1))
    tail = pre.tail
    pre.clear()
    pre.tag, pre.tail = "p", tail
    pre.set("class", "diagram")
    reference = etree.SubElement(pre, "ref", n=reading.refer(drawing))
    reference.text = drawn.text


def _read_query(pre: HtmlElement, name: str, reading: Reading) -> None:
    place = (reading.line_of(pre), 1)
    if reading.dialect.queries == "omit":
        reading.say("query", place, f"a `{name}` query is left out: a book cannot run it")
        pre.drop_tree()
    else:
        message = f"a `{name}` query is shown as code: a book cannot run it"
        reading.say("query", place, message, '`queries = "omit"` leaves it out')
