"""The elements of a note's tree: headings and blocks get anchors; local links and images become references."""

from __future__ import annotations

import re
from copy import deepcopy
from textwrap import shorten
from typing import cast
from urllib.parse import unquote

from lxml import etree
from lxml.html import HtmlElement

from notebook_compile.model import LOCAL_ID, Embed, Formula, Heading, Link
from notebook_compile.notes import scan
from notebook_compile.notes.anchors import anchor_of, unique
from notebook_compile.notes.fences import read_fence
from notebook_compile.notes.footnotes import read_mark
from notebook_compile.notes.formulas import plain_formula, to_mathml
from notebook_compile.notes.reading import HEADINGS, Reading, make_reference
from notebook_compile.notes.wikilinks import plain_text, read_size

_CODE = frozenset({"code", "pre", "kbd", "samp"})
_FORMULAS = frozenset({"math inline", "math display"})
# libxml2 finds them many times sooner than a loop over all elements does.
_READ = etree.XPath(
    ".//*[self::code or self::pre or self::kbd or self::samp or self::ref or self::a or self::img or @data-task"
    " or @class='math inline' or @class='math display']"
)
_WITH_STAND_INS = etree.XPath(f".//*[@*[contains(., '{scan.stand_in(0)[0]}')]]")
_HAS_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


def read_headings(tree: HtmlElement, reading: Reading) -> tuple[Heading, ...]:
    """Every heading, in order; each gets its anchor as id."""
    headings: list[Heading] = []
    taken: dict[str, int] = {}
    for element in tree.iter(*HEADINGS):
        text = plain_text(_without_tex(element).text_content(), reading.found)
        written = plain_text(element.text_content(), reading.found)  # with TeX, as links have it
        anchor = unique(anchor_of(written), taken, "section")
        element.set("id", LOCAL_ID + anchor)
        headings.append(Heading(int(element.tag[1]), text, anchor, reading.line_of(element)))
    return tuple(headings)


def _without_tex(heading: HtmlElement) -> HtmlElement:
    """The heading with the characters of its formulas in place of their TeX, as contents and page heads show it."""
    if heading.find(".//*[@class='math inline']") is None:
        return heading
    heading = deepcopy(heading)
    for formula in heading.iterfind(".//*[@class='math inline']"):
        mathml, _ = to_mathml(formula.text or "", display=False)
        formula.text = plain_formula(mathml) if mathml else formula.text
    return heading


def drop_first_heading(tree: HtmlElement) -> None:
    """Take the note's first heading away, as where it says the title again."""
    first = next(tree.iterchildren(*HEADINGS))
    first.tail = first.tail and first.tail.lstrip()
    first.drop_tree()


def read_blocks(tree: HtmlElement, headings: tuple[Heading, ...]) -> tuple[tuple[str, str], ...]:
    """The block ids of the note with their anchors, which become ids; the first of two alike counts."""
    blocks: dict[str, str] = {}
    taken = {heading.anchor: 1 for heading in headings}
    for element in tree.iterfind(".//*[@data-block]"):
        name = element.attrib.pop("data-block")
        if name and name not in blocks:
            anchor = element.get("id", "").removeprefix(LOCAL_ID) or unique(f"block-{anchor_of(name)}", taken, "block")
            element.set("id", LOCAL_ID + anchor)
            blocks[name] = anchor
    return tuple(blocks.items())


def read_references(tree: HtmlElement, reading: Reading) -> None:
    """Turn local links and images into references; put stand-ins in code and attributes back to text."""
    for element in _elements(_WITH_STAND_INS(tree)):
        for name, value in element.attrib.items():
            element.set(name, plain_text(value, reading.found) if scan.STAND_IN.search(value) else value)
    for element in _elements(_READ(tree)):
        if element.tag in _CODE:
            _restore_code(element, reading)
            if element.tag == "pre":
                read_fence(element, reading)
        elif element.tag == "ref":
            read_mark(element, reading)
        elif element.tag == "a":
            _read_link(element, reading)
        elif element.tag == "img":
            _read_image(element, reading)
        elif element.tag == "li" and "data-task" in element.attrib:
            _show_task(element)
        elif element.get("class") in _FORMULAS and not len(element):
            _read_formula(element, reading)
    etree.strip_attributes(tree, "data-line")


def _elements(found: object) -> list[HtmlElement]:
    """What an XPath found; the stubs know only that it may be anything."""
    return cast("list[HtmlElement]", found)


def _restore_code(element: HtmlElement, reading: Reading) -> None:
    for inner in element.iter("*"):
        inner.text = inner.text and scan.restore(inner.text, reading.found)
        if inner is not element:
            inner.tail = inner.tail and scan.restore(inner.tail, reading.found)


def _read_link(element: HtmlElement, reading: Reading) -> None:
    address = element.get("href", "")
    if not address:
        element.tag = "span"
        element.attrib.pop("href", None)
        return
    if _HAS_SCHEME.match(address):
        return
    target, fragment = (unquote(part) for part in address.partition("#")[::2])
    label = plain_text(element.text_content(), reading.found)
    link = Link(target.split("?")[0], fragment, label, _find(element, reading, address))
    make_reference(element, reading.refer(link))


def _read_image(element: HtmlElement, reading: Reading) -> None:
    address = element.get("src", "")
    alt, width, height = read_size(element.get("alt", ""))
    place = _find(element, reading, address)
    if address and not _HAS_SCHEME.match(address):
        width, height = width or _pixels(element, "width"), height or _pixels(element, "height")
        embed = Embed(unquote(address).split("#")[0].split("?")[0], "", alt, place, width, height)
        make_reference(element, reading.refer(embed))
    else:
        if address:
            reading.say("remote-image", place, f"`{address}` is not fetched", "save the image in the notebook")
        else:
            reading.say("missing-image", place, "an image names no file that a book may read")
        in_link = any(outer.tag in ("a", "ref") for outer in element.iterancestors())
        element.attrib.clear()
        element.tag = "span" if in_link or not address.startswith("http") else "a"
        if element.tag == "a":
            element.set("href", address)
    element.text = alt or address.rpartition("/")[2]


def _read_formula(element: HtmlElement, reading: Reading) -> None:
    """Put a reference in place of a formula, within its element if that is a line of its own; code if it is broken."""
    tex, display = scan.restore(element.text or "", reading.found), element.get("class") == "math display"
    line = reading.line_of(element)
    place = _find_formula(next((part for part in tex.split("\n") if part.strip()), ""), line, reading)
    mathml, problem = to_mathml(tex, display)
    if display:
        element.text = None
        element = etree.SubElement(element, "ref")
    element.attrib.clear()
    element.text = tex
    if mathml:
        element.tag = "ref"
        element.set("n", reading.refer(Formula(tex, mathml, display, place)))
    else:
        element.tag = "code"
        element.set("class", "math")
        shown = shorten(tex, 60, placeholder="\u2026")
        reading.say("bad-math", place, f"`{shown}` is shown as code, for it cannot be read", problem)


def _find_formula(first: str, line: int, reading: Reading) -> tuple[int, int]:
    """The place of a formula by its first line, right behind its dollars if it is."""
    for before in ("$", "$`", ""):
        place = reading.find(before + first, line)
        if first and place != (line, 1):
            return place[0], place[1] + len(before)
    return line, 1


def _show_task(element: HtmlElement) -> None:
    """A task's mark as a character: a form's check box has no place in a book."""
    mark = element.attrib.pop("data-task")
    element.set("class", "task")
    in_paragraph = len(element) and element[0].tag == "p" and not (element.text or "").strip()
    holder = element[0] if in_paragraph else element
    box = etree.Element("span")
    box.set("class", "task-box")
    box.text = "\u2610" if not mark.strip() else "\u2611" if mark in "xX" else f"[{mark}]"
    box.tail = " " + (holder.text or "").lstrip()
    holder.text = None
    holder.insert(0, box)


def _find(element: HtmlElement, reading: Reading, address: str) -> tuple[int, int]:
    """The place of a link's address: behind its bracket, else wherever it stands first from its block's line on."""
    line = reading.line_of(element)
    if not address:
        return line, 1
    for before in ("(", "(<", '"', ""):
        for written in dict.fromkeys((address, unquote(address))):
            place = reading.find(before + written, line)
            if place != (line, 1):
                return place[0], place[1] + len(before)
    return line, 1


def _pixels(element: HtmlElement, name: str) -> int | None:
    value = element.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 6 else None
