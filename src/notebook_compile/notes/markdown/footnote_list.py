"""Footnotes in order: which mark leads to which, their numbers and ids, and the list at the end.

In: a tree with marks that only name their footnote. Out: marks with numbers and links, and the list's element.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, SubElement

from .characters import normalize_address

if TYPE_CHECKING:
    from .tree import Node

ARROW: Final = "\u21a9"
_MARK: Final = "footnote-ref"


class Entry:
    """A footnote that is shown: its name, its content and all marks that lead to it."""

    __slots__ = ("body", "marks", "name")

    def __init__(self, name: str, body: Node) -> None:
        self.name = name
        self.body = body
        self.marks: list[Node] = []


def make_mark(name: str) -> Node:
    """Make a mark, which has no number yet."""
    mark: Node = Element("sup", {"class": _MARK})
    SubElement(mark, "a", {"data-footnote": name})
    return mark


def in_order(root: Node, body_of: Callable[[str, str | None], Node]) -> list[Entry]:
    """Find the footnotes that are shown, first those of the text and then those of footnotes.

    `body_of` gives the content of a footnote, by the name in its mark and the line of the block around that.
    """
    entries: dict[str, Entry] = {}
    places = [root]
    for place in places:
        for link, line in _links(place):
            name = link.get("data-footnote", "")
            if name not in entries:
                entries[name] = Entry(name, body_of(name, line))
                places.append(entries[name].body)
            entries[name].marks.append(link)
    return list(entries.values())


def name_inline(entries: Sequence[Entry], taken: Collection[str]) -> None:
    """Give inline footnotes names of their own."""
    number = 0
    for entry in entries:
        number += 1
        while f"inline-{number}" in taken:
            number += 1
        entry.name = f"inline-{number}"


def number_marks(entries: Sequence[Entry], prefix: str) -> None:
    """Fill in the marks. Of several for one footnote, those after the first have a number at the end of their id."""
    taken = {_mark_id(entry) for entry in entries}
    for number, entry in enumerate(entries, start=1):
        name, count = _mark_id(entry), 1
        for link in entry.marks:
            if link is not entry.marks[0]:
                count += 1
                while f"{_mark_id(entry)}-{count}" in taken:
                    count += 1
                name = f"{_mark_id(entry)}-{count}"
                taken.add(name)
            link.attrib.clear()
            link.set("href", _address(f"{prefix}fn-{entry.name}"))
            link.set("id", prefix + name)
            link.set("data-footnote", entry.name)
            link.text = str(number)


def write_list(entries: Sequence[Entry], prefix: str, *, backlinks: bool) -> Node:
    """Make the list of footnotes."""
    section: Node = Element("section", {"class": "footnotes", "data-footnotes": ""})
    items = SubElement(section, "ol")
    section.text = section.tail = items.text = items.tail = "\n"
    for entry in entries:
        item = entry.body
        item.tag = "li"
        item.tail = "\n"
        item.set("id", f"{prefix}fn-{entry.name}")
        item.set("data-footnote", entry.name)
        items.append(item)
        if backlinks:
            _add_backlink(item, _address(prefix + _mark_id(entry)))
    return section


def _links(place: Node) -> Iterator[tuple[Node, str | None]]:
    """Give the links of the marks in an element, each with the line of the block around it."""
    pending = [(place, place.get("data-line"))]
    while pending:
        element, line = pending.pop()
        line = element.get("data-line", line)
        if element.tag == "sup" and element.get("class") == _MARK:
            yield element[0], line
        else:
            pending.extend((child, line) for child in reversed(element))


def _mark_id(entry: Entry) -> str:
    """Return the id of the first mark."""
    return f"fnref-{entry.name}"


def _address(identifier: str) -> str:
    return "#" + normalize_address(identifier.replace("%", "%25").replace("#", "%23"))


def _add_backlink(item: Node, address: str) -> None:
    """Add the arrow to the last paragraph, or behind what else is last."""
    last = item[-1] if len(item) else None
    link: Node = Element("a", {"href": address, "class": "footnote-backref"})
    link.text = ARROW
    if last is None or last.tag != "p":
        link.tail = "\n"
        item.append(link)
        return
    if len(last):
        last[-1].tail = (last[-1].tail or "") + " "
    else:
        last.text = (last.text or "") + " "
    last.append(link)
