"""Cutting a text that is too long for one document.

A text comes in, the markup of its documents goes out. Nearly every text is returned as it came; reading systems of
small memory refuse documents of more than about 300 kB. The best cut is before a heading, then between blocks, then
within lists, tables, code and quotes, and at last within a paragraph; what goes on has its element opened again.
"""

from __future__ import annotations

from bisect import bisect_right
from copy import deepcopy
from dataclasses import dataclass, replace
from html import escape
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING

from notebook_compile.epub.weights import SPAN, reference_weights, text_weight, weight
from notebook_compile.filling import indices
from notebook_compile.markup import parse, serialise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from lxml import etree

    from notebook_compile.model import Moment, Text

LIMIT = 260_000  # bytes; below 300 kB by the document around the text and the marks of pages

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_WHOLE = frozenset({"ref", "ruby", "img", "audio", "video"})  # never cut
_AROUND = 60  # bytes of what is said anew where an element goes on: a class, a number


@dataclass(frozen=True, slots=True)
class _Item:
    """What is put into a run as a whole, if there is room."""

    content: etree._Element | None  # None for text
    text: str  # behind the element
    weight: int
    place: int  # among the elements of its parent
    leads: bool = False  # belongs to what follows: a heading, a row whose cells reach into the next


@dataclass(frozen=True, slots=True)
class _Run:
    """A part of what stands in an element."""

    markup: str
    place: int  # of its first element, which may be the rest of one


def pieces(text: Text, footnotes: Sequence[Moment | Text] = (), behind: int = 0) -> tuple[str, ...]:
    """The text's body in pieces of at most LIMIT bytes, footnotes included; the last has room for `behind` more.

    Only a formula, a drawing or a footnote that is too long alone makes a longer one.
    """
    if text_weight(text, footnotes) + behind <= LIMIT:
        return (text.body,)
    root = parse(text.body)
    scale = _Scale(root, reference_weights(text.references, footnotes))
    ending = [_Item(None, "", behind, len(root))] if behind else []
    return tuple(run.markup for run in _runs([*_items(root, scale), *ending], scale, LIMIT, LIMIT))


def document_names(first: str, count: int) -> tuple[str, ...]:
    """The name of the document that a text begins in, and those of the documents that go on with it."""
    stem, _, extension = first.rpartition(".")
    return (first, *(f"{stem}-{number}.{extension}" for number in range(2, count + 1)))


class _Scale:
    """Knows the weight of every element of a tree."""

    def __init__(self, root: etree._Element, references: Sequence[int]) -> None:
        self._references = references
        self._weights: dict[etree._Element, int] = {}
        for element in reversed(list(root.iter())):
            own = references[int(element.get("n", ""))] if element.tag == "ref" else 0
            content = sum(self._weights[child] + _text_weight(child.tail) for child in element)
            self._weights[element] = own + _tags_weight(element) + _text_weight(element.text) + content

    def element(self, element: etree._Element) -> int:
        return self._weights[element]

    def markup(self, markup: str) -> int:
        return weight(markup) + sum(self._references[index] for index in indices(markup))


def _text_weight(text: str | None) -> int:
    return weight(escape(text, quote=False)) + (SPAN if text.strip() else 0) if text else 0


def _character_weight(character: str) -> int:
    return len(escape(character, quote=False).encode()) + (SPAN if character in ".!?" else 0)


def _tags_weight(element: etree._Element) -> int:
    name = str(element.tag)
    return weight(_tag(name, _attributes(element))) + len(name) + 3


# --- packing ----------------------------------------------------------------------------------------------


class _Packing:
    """Runs on their way, the last one open."""

    def __init__(self, room: int, left: int) -> None:
        self._room = room  # of a run
        self.left = left  # in the open one
        self._runs: list[list[tuple[str, int, _Item]]] = [[]]

    def add(self, markup: str, own: int, item: _Item) -> None:
        self._runs[-1].append((markup, own, item))
        self.left -= own

    def ends_before(self, item: _Item) -> bool:
        """Whether the open run has no room for an item, or is half full and the item a heading."""
        open_run = self._runs[-1]
        if item.weight > self.left:
            only_leading = bool(open_run) and all(last.leads for _, _, last in open_run)
            return item.weight <= self._room and not only_leading
        heading = item.content is not None and item.content.tag in _HEADINGS
        return heading and bool(open_run) and not open_run[-1][2].leads and self.left < self._room // 2

    def begin(self) -> None:
        """Open another run, with what at the end of the one before belongs to what follows."""
        if not self._runs[-1] and self.left == self._room:
            return
        leading = list(takewhile(lambda added: added[2].leads, reversed(self._runs[-1])))[::-1]
        if len(leading) == len(self._runs[-1]):
            leading = []
        del self._runs[-1][len(self._runs[-1]) - len(leading) :]
        self._runs.append(leading)
        self.left = self._room - sum(own for _, own, _ in leading)

    def runs(self) -> list[_Run]:
        return [_Run("".join(added[0] for added in run), run[0][2].place if run else 0) for run in self._runs]


def _runs(items: Iterable[_Item], scale: _Scale, room: int, left: int) -> list[_Run]:
    """The items in runs that weigh no more than `room`, the first no more than `left`: that one may be empty."""
    packing = _Packing(room, left)
    for item in items:
        if packing.ends_before(item):
            packing.begin()
        if item.weight <= packing.left:
            packing.add(_markup(item), item.weight, item)
            continue
        for number, part in enumerate(_parts(item, scale, room, packing.left)):
            if number:
                packing.begin()
            if part:
                packing.add(part, scale.markup(part), replace(item, leads=False))
    return packing.runs()


def _items(element: etree._Element, scale: _Scale) -> Iterator[_Item]:
    in_lines = element.tag == "pre" or next(element.iterancestors("pre"), None) is not None
    yield from _texts(element.text or "", 0, in_lines)
    leading = _leading_rows(element)
    for place, child in enumerate(element):
        own, tail = scale.element(child), child.tail or ""
        joined = tail if len(tail) < 9 and not tail.strip() else ""
        leads = child.tag in _HEADINGS or place in leading or (in_lines and not joined.endswith("\n"))
        yield _Item(child, joined, own + _text_weight(joined), place, leads)
        yield from _texts(tail.removeprefix(joined), place, in_lines)


def _texts(text: str, place: int, in_lines: bool) -> Iterator[_Item]:
    """A text as an item; of code, what begins a line apart, since that belongs to what follows."""
    end = text.rfind("\n") + 1 if in_lines else len(text)
    for part, leads in ((text[:end], False), (text[end:], True)):
        if part:
            yield _Item(None, part, _text_weight(part), place, leads)


def _leading_rows(element: etree._Element) -> set[int]:
    """The places of the rows from which a cell reaches into the next row."""
    leading, reach = set(), 0
    for place, row in enumerate(element):
        if row.tag == "tr":
            reach = max([reach, *(int(cell.get("rowspan") or 1) for cell in row)]) - 1
            if reach > 0:
                leading.add(place)
    return leading


def _markup(item: _Item) -> str:
    return (serialise(item.content) if item.content is not None else "") + escape(item.text, quote=False)


# --- what is too long for a run ---------------------------------------------------------------------------


def _parts(item: _Item, scale: _Scale, room: int, left: int) -> list[str]:
    """An item cut into parts that weigh no more than `room`, the first no more than `left`: that one may be empty."""
    if item.content is None:
        return list(_text_parts(item.text, room, left))
    parts = ["", serialise(item.content)] if item.content.tag in _WHOLE else _copies(item.content, scale, room, left)
    return [*parts[:-1], parts[-1] + escape(item.text, quote=False)]


def _text_parts(text: str, room: int, left: int) -> Iterator[str]:
    """Text, cut behind a line's end, else behind a blank, else where it must be."""
    sizes = list(accumulate(map(_character_weight, text), initial=0))
    start = 0
    while start < len(text):
        end = bisect_right(sizes, sizes[start] + left) - 1
        if end < len(text):
            half = (start + end) // 2
            end = text.rfind("\n", half, end) + 1 or text.rfind(" ", half, end) + 1 or end
        end = max(end, start + 1) if left == room else end
        yield escape(text[start:end], quote=False)
        start, left = end, room


def _copies(element: etree._Element, scale: _Scale, room: int, left: int) -> list[str]:
    """An element that is too long, as several of its kind."""
    if element.tag == "dl":
        # None may begin with a meaning whose term stands in another: it becomes what conforming makes of such a list.
        for part in element.iter("dl", "dt", "dd"):
            part.tag = "div"
    head = _repeated_head(element, scale, room)
    around = _tags_weight(element) + scale.markup(head) + _AROUND
    inner = max(room - around, room // 4)
    first = max(left - around, 0) if left - around > room // 8 else 0
    name = str(element.tag)
    copies: list[str] = []
    for run in _runs(_items(element, scale), scale, inner, inner if left == room else first):
        opening = _opened_again(element, run, head) if any(copies) else _tag(name, _attributes(element))
        copies.append(f"{opening}{run.markup}</{name}>" if run.markup else "")
    return copies


def _attributes(element: etree._Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in element.attrib.items()}


def _tag(name: str, attributes: Mapping[str, str]) -> str:
    return "".join([f"<{name}", *(f' {key}="{escape(value)}"' for key, value in attributes.items()), ">"])


def _opened_again(element: etree._Element, run: _Run, head: str) -> str:
    """How a copy of an element begins in which a later run stands: an id is the first one's alone."""
    attributes = _attributes(element)
    attributes.pop("id", None)
    if element.tag == "li":
        attributes["class"] = f"{attributes.get('class', '')} continued".lstrip()
    if element.tag == "ol" and len(element):
        attributes["start"] = str(_numbers(element)[run.place])
    if element.tag == "tr":
        head = "".join(
            _tag("td", {"colspan": cell.get("colspan") or "1"}) + "</td>" for cell in list(element)[: run.place]
        )
    if element.tag == "table" and len(element) and element[run.place].tag not in ("tbody", "tfoot", "tr"):
        head = ""
    return _tag(str(element.tag), attributes) + head


def _numbers(numbered: etree._Element) -> list[int]:
    """The numbers of a list's items (HTML Living Standard, 4.4.5 and 4.4.8)."""
    step = 1 if numbered.get("reversed") is None else -1
    number = int(numbered.get("start") or (1 if step == 1 else len(numbered)))
    numbers = []
    for item in numbered:
        number = int(item.get("value") or number)
        numbers.append(number)
        number += step
    return numbers


def _repeated_head(element: etree._Element, scale: _Scale, room: int) -> str:
    """The columns and the head of a table, for each of its copies, unless that is too long."""
    head = ""
    for part in element if element.tag == "table" else ():
        if part.tag in ("colgroup", "thead"):
            copy = deepcopy(part)
            for inner in copy.iter():
                if "id" in inner.attrib:
                    del inner.attrib["id"]
            head += serialise(copy)
    return head if scale.markup(head) < room // 4 else ""
