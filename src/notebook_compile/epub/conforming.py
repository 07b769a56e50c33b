"""From the HTML that notes hold to the XHTML that an EPUB may hold.

Sanitised markup comes in, and goes out as it came unless an element stands where HTML's content models forbid it or an
attribute has a value that it cannot have: browsers forgive both, EPUBCheck and several reading systems do not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, cast

from lxml import etree

from notebook_compile.superscripts import lowered, raised

if TYPE_CHECKING:
    from collections.abc import Callable

_BLOCKS = "blockquote dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre summary table ul"
_INLINE = "abbr b bdi bdo cite code del dfn em i ins kbd mark q rp rt ruby s samp small span strong sub sup u var"
_TABLE_PARTS = "caption col colgroup tbody td tfoot th thead tr"
_HEADINGS = "h1 h2 h3 h4 h5 h6"
_EMPTY_WRAPPERS = frozenset({"span", "b", "i", "em", "strong", "a", "p", "div"})
_BLANKS = " \t\r\n"  # to XML; a no-break space is text
_LANGUAGE = re.compile(r"(?:[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*)?")


def conform(markup: str) -> str:
    """Markup with elements and attributes where HTML allows them."""
    # Recovering, since one malformed note must not cost the book.
    parser = etree.XMLParser(huge_tree=True, resolve_entities=False, recover=True)
    root = etree.fromstring(f"<body>{markup}</body>", parser)
    changed = bool(parser.error_log)
    for rule in _RULES:
        # Most rules are about what few notes hold: to look for its name costs far less than to go through the tree.
        if changed or not rule.names or any(name in markup for name in rule.names):
            for element in _elements(rule.find(root)):
                rule.remedy(element)
                changed = True
    return _content(root) if changed else markup


def _content(root: etree._Element) -> str:
    text = str(etree.tostring(root, encoding="unicode"))
    # An empty reference is written with two tags: that is what filling looks for.
    text = re.sub(r'<ref n="(\d+)"/>', r'<ref n="\1"></ref>', text)
    return text[text.index(">") + 1 : text.rindex("</body>")] if not text.endswith("<body/>") else ""


def _is(names: str) -> str:
    return " or ".join(f"self::{name}" for name in names.split())


def _elements(found: object) -> list[etree._Element]:
    """What an XPath found; the stubs know only that it may be anything."""
    return cast("list[etree._Element]", found)


# --- remedies ---------------------------------------------------------------------------------------------


def _rename(tag: str, kind: str = "") -> Callable[[etree._Element], None]:
    def rename(element: etree._Element) -> None:
        element.tag = tag
        if kind:
            element.set("class", kind)

    return rename


def _unwrap(element: etree._Element) -> None:
    """Put an element's content in its place."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + (element.text or "")
    else:
        parent.text = (parent.text or "") + (element.text or "")
    place = parent.index(element)
    last = element[-1] if len(element) else None
    tail = element.tail or ""
    element.tail = None
    parent[place : place + 1] = list(element)
    if last is not None:
        last.tail = (last.tail or "") + tail
    elif before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail


def _unwrap_blocks(element: etree._Element) -> None:
    """Take the blocks out of what holds only text, a blank between them."""
    for block in _elements(element.xpath(f".//*[{_is(f'{_BLOCKS} {_TABLE_PARTS}')}]")):
        block.tail = " " + (block.tail or "").lstrip()
        _unwrap(block)


def _into_items(parent: etree._Element) -> None:
    """Make list items of what stands in a list and is none; a list in a list belongs to the item before it."""
    if parent.text and parent.text.strip(_BLANKS):
        parent.insert(0, _item(parent.text))
        parent.text = None
    for child in list(parent):
        before = child.getprevious()
        if child.tail and child.tail.strip(_BLANKS):
            child.addnext(_item(child.tail))
            child.tail = None
        if child.tag in ("ul", "ol") and before is not None:
            before.append(child)
        elif child.tag in _EMPTY_WRAPPERS and not len(child) and not (child.text or "").strip(_BLANKS):
            parent.remove(child)
        elif child.tag != "li":
            item = _item("")
            child.addprevious(item)
            item.append(child)


def _item(text: str) -> etree._Element:
    item = etree.Element("li")
    item.text = text
    return item


def _to_front(element: etree._Element) -> None:
    """Put an element first in its parent, in place of one of its kind that may stand there."""
    parent = element.getparent()
    if parent is None:
        return
    if parent[0].tag == element.tag:
        element.tag = "div"
        parent[0].append(element)
    else:
        parent.insert(0, element)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _plain_list(element: etree._Element) -> None:
    """A description list that is none becomes paragraphs."""
    for part in _elements(element.xpath("descendant-or-self::*[self::dl or self::dt or self::dd]")):
        part.tag = "div"


def _drop(name: str) -> Callable[[etree._Element], None]:
    def drop(element: etree._Element) -> None:
        del element.attrib[name]

    return drop


def _align(element: etree._Element) -> None:
    """HTML has no `align` any more, and styles are the stylesheet's."""
    side = element.attrib.pop("align").strip().lower()
    if side in ("left", "right", "center"):
        element.set("class", f"align-{side}")


def _sound_language(element: etree._Element) -> None:
    if not _LANGUAGE.fullmatch(element.get("lang", "")):
        del element.attrib["lang"]


def _as_characters(element: etree._Element) -> None:
    """Raised and lowered characters of Unicode where all have such: `2<sup>t</sup>` stays one word to search and voice.

    They also keep lines at their distance, which `sup` does not on every reader.
    """
    before, parent, text = element.getprevious(), element.getparent(), element.text or ""
    changed = raised(text) if element.tag == "sup" else lowered(text)
    behind = (parent.text if parent is not None else "") if before is None else before.tail
    if changed and behind and (behind[-1].isalnum() or behind[-1] == ")"):
        element.text = changed
        _unwrap(element)


# --- rules, in the order that they are applied --------------------------------------------------------------

_NOT_A_NUMBER = "translate(@{0}, '0123456789', '') != '' or @{0} = '' or string-length(@{0}) > 4"
_NOT_POSITIVE = _NOT_A_NUMBER + " or number(@{0}) = 0"
_NOT_ONE_OF = "not(contains(' {1} ', concat(' ', @{0}, ' ')))"
_BEFORE, _AFTER = (
    f"({side}-sibling::* or {side}-sibling::text()[normalize-space()])" for side in ("preceding", "following")
)
_NO_RUBY = "not(rt) or node()[1][self::rt or self::rp] or node()[last()][not(self::rt or self::rp)]"
_NO_PAIRS = (
    "not(dt) or text()[normalize-space()] or *[not(self::dt or self::dd)]"
    " or *[1][not(self::dt)] or *[last()][not(self::dd)]"
)

# A heading that screen readers find nothing in confuses them: it is a cell like any other (axe-core,
# empty-table-header).
_NOTHING = "not(normalize-space(translate(., '\u00a0', ' ')) or .//img or .//ref)"

_SUBJECT = re.compile(r"(?<!\.)//(?:(\w+)|\*\[@(\w+))")  # elements by their own name, or by that of an attribute


@dataclass(frozen=True, slots=True)
class _Rule:
    """What has no place in an EPUB, and what becomes of it."""

    names: tuple[str, ...]  # markup that has none of them holds nothing that the rule finds; without any, it may
    find: etree.XPath
    remedy: Callable[[etree._Element], None]


def _rule(find: str, remedy: Callable[[etree._Element], None]) -> _Rule:
    names = (f"<{subject[1]}" if subject[1] else f"{subject[2]}=" for subject in _SUBJECT.finditer(find))
    return _Rule(tuple(names), etree.XPath(find), remedy)


_RULES = tuple(
    _rule(find, remedy)
    for find, remedy in chain(
        (
            (f"//th[{_NOTHING}]", _rename("td")),
            (
                f"//*[@scope][not(self::th) or {_NOT_ONE_OF.format('scope', 'row col rowgroup colgroup')}]",
                _drop("scope"),
            ),
            (f"//*[@dir][{_NOT_ONE_OF.format('dir', 'ltr rtl auto')}]", _drop("dir")),
            ("//*[@lang]", _sound_language),
            (f"//ol[@type][{_NOT_ONE_OF.format('type', '1 a A i I')}]", _drop("type")),
            ("//*[@href][not(self::a)]", _drop("href")),
            ("//*[@align]", _align),
            ("//*[@datetime]", _drop("datetime")),
            # Most reading systems cannot open a closed `details`: its content stands open, under its summary.
            ("//summary", _rename("div", "summary")),
            ("//details", _rename("div", "details")),
            ("//wbr[node()]", _unwrap),  # libxml2's HTML parser takes it for an element with an end
            ("//time", _rename("span")),
            ("//sup[not(*)] | //sub[not(*)]", _as_characters),
            ("//tr[not(parent::table or parent::thead or parent::tbody or parent::tfoot)]", _unwrap),
            ("//td[not(parent::tr)] | //th[not(parent::tr)] | //caption[not(parent::table)]", _rename("div")),
            ("//thead[not(parent::table)] | //tbody[not(parent::table)] | //tfoot[not(parent::table)]", _unwrap),
            ("//col[not(parent::colgroup)] | //colgroup[not(parent::table)]", _remove),
            ("//thead[preceding-sibling::*[self::thead or self::tbody or self::tfoot or self::tr]]", _rename("tbody")),
            ("//tfoot[following-sibling::*]", _rename("tbody")),
            ("//table/caption[preceding-sibling::*]", _to_front),
            ("//colgroup[preceding-sibling::*[not(self::caption or self::colgroup)]]", _remove),
            ("//bdo[not(@dir)]", _rename("span")),
            ("//dfn[ancestor::dfn]", _rename("span")),
            (f"//ruby[{_NO_RUBY} or descendant::*[{_is(_BLOCKS)}]]", _rename("span")),
            ("//rt[not(parent::ruby)] | //rp[not(parent::ruby)]", _rename("span")),
            (f"//figcaption[not(parent::figure) or ({_BEFORE} and {_AFTER})]", _rename("div")),
            ("//ul[text()[normalize-space()] or *[not(self::li)]]", _into_items),
            ("//ol[text()[normalize-space()] or *[not(self::li)]]", _into_items),
            ("//li[not(parent::ul or parent::ol)]", _rename("div")),
            (f"//dl[{_NO_PAIRS}]", _plain_list),
            ("//dt[not(parent::dl)] | //dd[not(parent::dl)]", _rename("div")),
            # Nearly all of these hold text alone, which `*` finds out sooner than the names of what they hold.
            (f"//*[*][{_is('p pre caption ' + _HEADINGS)}][descendant::*[{_is(_BLOCKS)}]]", _unwrap_blocks),
            (f"//*[*][{_is(_INLINE)}][descendant::*[{_is(_BLOCKS)}]]", _unwrap),
            (f"//dt//*[{_is(_HEADINGS)}] | //th//*[{_is(_HEADINGS)}]", _rename("b")),
        ),
        ((f"//*[@{name}][{_NOT_A_NUMBER.format(name)}]", _drop(name)) for name in ("start", "value")),
        ((f"//*[@{name}][{_NOT_POSITIVE.format(name)}]", _drop(name)) for name in ("colspan", "rowspan", "span")),
    )
)
