"""Tagging: the structure tree (ISO 32000-2, 14.7 and 14.8) of a signature, put in order.

WeasyPrint's tree is right for most content. `tidy` mends what PDF/UA-1 does not allow, and makes the tree smaller,
while the signature is still a list of pydyf objects and everything is cheap. In: those objects. Out: the same, changed,
and what the tree says of the pages. Never: what stands on the pages, except that text in margins becomes artifacts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pydyf

from notebook_compile.pdf.folios import MarkedLink

# Elements that may hold marked content directly; in others it keeps the Span that WeasyPrint wraps all text in.
_HOLD_CONTENT = frozenset(
    f"/{name}"
    for name in (
        "NonStruct",
        "P",
        "H1",
        "H2",
        "H3",
        "H4",
        "H5",
        "H6",
        "LBody",
        "Lbl",
        "TD",
        "TH",
        "Link",
        "Span",
        "Caption",
        "Note",
    )
)


# Stands before the alternative text of pictures that are mathematics.
FORMULA = "\ue003"

_HEADINGS = frozenset(f"/H{level}" for level in range(1, 7))

_PRINT = 4  # an annotation's flag (12.5.3), which PDF/A asks for though a link shows nothing


# --- reading pydyf objects --------------------------------------------------------------------------------------------


def at(pdf: pydyf.PDF, reference: bytes) -> Any:
    """The object that a reference like `b"12 0 R"` leads to."""
    return pdf.objects[_number(reference)]


def _number(reference: bytes) -> int:
    return int(reference.split(maxsplit=1)[0])


def pages(pdf: pydyf.PDF) -> list[Any]:
    """The pages' dictionaries, in order."""
    return [pdf.objects[number] for number in pdf.pages["Kids"][::3]]


def contents(pdf: pydyf.PDF, page: Any) -> list[pydyf.Stream]:
    """A page's content stream, and those of the transparency groups (11.6.6) that are painted in it."""
    streams = [at(pdf, page["Contents"])]
    groups = at(pdf, page["Resources"])["XObject"]
    for stream in streams:  # which grows on the way
        if "Resources" in stream.extra:
            groups = groups | at(pdf, stream.extra["Resources"])["XObject"]
        painted = [each[1:-3].decode() for each in stream.stream if isinstance(each, bytes) and each.endswith(b" Do")]
        forms = [at(pdf, groups[name]) for name in painted if name in groups]
        streams.extend(form for form in forms if form.extra.get("Subtype") == "/Form" and form not in streams)
    return streams


def marked_links(pdf: pydyf.PDF) -> dict[tuple[int, int], MarkedLink]:
    """Where marked content leads to, by page (zero-based) and marked content identifier."""
    numbers = {page.number: index for index, page in enumerate(pages(pdf))}
    found: dict[tuple[int, int], MarkedLink] = {}
    for element in pdf.objects:
        if isinstance(element, pydyf.Dictionary) and element.get("S") == "/Link":
            page = numbers[_number(element["Pg"])]
            kids = [at(pdf, kid) for kid in element["K"] if not isinstance(kid, int)]
            links = [MarkedLink(uri, _number(kid["Obj"])) for kid in kids if (uri := _uri(pdf, kid))]
            found.update(((page, kid), links[0]) for kid in element["K"] if isinstance(kid, int) and links)
    return found


def unlink(pdf: pydyf.PDF, chosen: Callable[[str], bool]) -> None:
    """Make plain text of the links whose addresses are chosen; `tidy` will remove their annotations."""
    for element in pdf.objects:
        if isinstance(element, pydyf.Dictionary) and element.get("S") == "/Link":
            kids = [kid for kid in element["K"] if isinstance(kid, int) or not chosen(_uri(pdf, at(pdf, kid)))]
            if len(kids) < len(element["K"]):
                element["S"], element["K"] = "/Span", pydyf.Array(kids)


def _uri(pdf: pydyf.PDF, element: Any) -> str:
    """The address of the link annotation that an object reference (14.7.5.3) leads to."""
    if element.get("Type") != "/OBJR":
        return ""
    action = at(pdf, element["Obj"]).get("A")
    return str(action["URI"].string) if action else ""


# --- tidying a signature ----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Register:
    """What the elements of a tree hold."""

    contents: dict[int, dict[int, bytes]] = field(default_factory=dict)  # page object: content identifier: its element
    annotations: dict[int, bytes] = field(default_factory=dict)  # annotation object: its element
    headings: list[int] = field(default_factory=list)  # their levels
    in_order: bool = True  # whether all pictures have a description, and all text is on the page itself
    ids: dict[str, bytes] = field(default_factory=dict)


def tidy(pdf: pydyf.PDF, name: str, footnote_areas: Iterable[int]) -> bool:
    """Mend and shrink a signature's structure tree, and make text in its pages' margins artifacts.

    `name` makes elements' identifiers unique in a book; `footnote_areas` are the pages with footnotes, zero-based.
    Returns whether the content lacks nothing that PDF/UA-1 asks for: descriptions of pictures (7.3), and headings that
    skip no level (7.4).
    """
    root = at(pdf, pdf.catalog["StructTreeRoot"])
    document = at(pdf, root["K"][0])
    for page in footnote_areas:
        _name_notes(pdf, document, pages(pdf)[page].number)
    _settle(pdf, document, in_link=False)
    register = _Register()
    _enter(pdf, document, name, register)
    _drop_unregistered(pdf, register)
    root["ParentTree"] = pydyf.Dictionary({"Nums": pydyf.Array(_parent_tree(pdf, register))})
    if register.ids:
        names = [item for name, element in sorted(register.ids.items()) for item in (pydyf.String(name), element)]
        root["IDTree"] = pydyf.Dictionary({"Names": pydyf.Array(names)})
    return register.in_order and all(level <= above + 1 for above, level in pairwise([0, *register.headings]))


def _name_notes(pdf: pydyf.PDF, document: Any, page: int) -> None:
    """Tag what stands in a page's footnote area, its last element, as Notes, which need identifiers (PDF/UA-1, 7.9)."""
    area = [kid for kid in document["K"] if _number(at(pdf, kid)["Pg"]) == page][-1]
    for note in _elements(pdf, at(pdf, area)):
        if note["S"] != "/Link":
            note["S"] = "/Note"
            note["ID"] = pydyf.String(f"note-{note.number}")


def _elements(pdf: pydyf.PDF, parent: Any) -> list[Any]:
    """The elements right under another, without content and annotations."""
    kids = [at(pdf, kid) for kid in parent["K"] if not isinstance(kid, int)]
    return [kid for kid in kids if "S" in kid]


def _settle(pdf: pydyf.PDF, element: Any, in_link: bool) -> None:
    """Put the kids of an element in order, and theirs; `in_link` tells that a Link is around the element."""
    kids: list[Any] = []
    for kid in element["K"]:
        if isinstance(kid, int):
            kids.append(kid)
        elif (child := at(pdf, kid)).get("Type") == "/OBJR":
            if not in_link:  # otherwise an annotation on a part of a link that has its own
                kids.append(kid)
        else:
            _settle(pdf, child, in_link or element["S"] == "/Link")
            kids.extend(_kept(element, child))
    element["K"] = pydyf.Array(kids)
    if mend := _MENDERS.get(element["S"]):
        mend(pdf, element)


def _kept(parent: Any, child: Any) -> list[Any]:
    """What stays of a settled child: nothing of an empty one, its content alone where the element says no more."""
    if child["S"] not in ("/Span", "/NonStruct") or "ID" in child:
        return [child.reference]
    bare = all(isinstance(kid, int) for kid in child["K"]) and parent["S"] in _HOLD_CONTENT
    return child["K"] if not child["K"] or (bare and child["Pg"] == parent["Pg"]) else [child.reference]


def _list_item(pdf: pydyf.PDF, item: Any) -> None:
    """Let a list item hold labels and bodies alone: what else is in it goes to one body (PDF/UA-1, 7.2)."""
    loose = [kid for kid in item["K"] if isinstance(kid, int) or at(pdf, kid)["S"] not in ("/Lbl", "/LBody")]
    if loose:
        kept = [kid for kid in item["K"] if kid not in loose]
        item["K"] = pydyf.Array([*kept, _new(pdf, "/LBody", item, loose)])


def _list(pdf: pydyf.PDF, element: Any) -> None:
    """Let a list hold items alone; groups of items come undone, and what else is in it becomes an item."""
    kids: list[Any] = []
    for kid in _elements(pdf, element):
        items = [item for item in _elements(pdf, kid) if item["S"] == "/LI"]
        if kid["S"] in ("/LI", "/L", "/Caption"):
            kids.append(kid.reference)
        elif items and len(items) == len(kid["K"]):
            kids.extend(kid["K"])
        else:
            kids.append(_new(pdf, "/LI", element, [_new(pdf, "/LBody", element, [kid.reference])]))
    element["K"] = pydyf.Array(kids)


def _row(pdf: pydyf.PDF, row: Any) -> None:
    """Say of a row's headers whether they are for columns or for the row (7.5), instead of naming them in each cell."""
    cells = _elements(pdf, row)
    scope = "/Column" if all(cell["S"] == "/TH" for cell in cells) else "/Row"
    for cell in cells:
        cell.pop("ID", None)
        if "A" in cell:
            cell["A"].pop("Headers", None)
        if cell["S"] == "/TH":
            cell["A"]["Scope"] = scope


def _table(pdf: pydyf.PDF, table: Any) -> None:
    """Give all rows of a table as many columns (7.2), with empty cells where some lack."""
    rows = list(_rows(pdf, table))
    widths: list[int] = []
    spans: list[int] = []  # for each column that a cell above reaches into, how many rows more it does
    for left, row in zip(range(len(rows), 0, -1), rows, strict=True):
        width, spans = sum(span > 0 for span in spans), [span - 1 for span in spans if span > 1]
        for cell in _elements(pdf, row):
            attributes = cell.get("A", {})
            if attributes.get("RowSpan", 1) > left:  # the rows below are on the next page, in a table of their own
                attributes["RowSpan"] = left
            columns = attributes.get("ColSpan", 1)
            width += columns
            spans += [attributes.get("RowSpan", 1) - 1] * columns
        widths.append(width)
    for row, width in zip(rows, widths, strict=True):
        row["K"].extend(_new(pdf, "/TD", row, []) for _ in range(max(widths) - width))


def _rows(pdf: pydyf.PDF, element: Any) -> Iterator[Any]:
    for kid in _elements(pdf, element):
        if kid["S"] == "/TR":
            yield kid
        elif kid["S"] in ("/THead", "/TBody", "/TFoot"):
            yield from _rows(pdf, kid)


_MENDERS: dict[str, Callable[[pydyf.PDF, Any], None]] = {
    "/LI": _list_item,
    "/L": _list,
    "/TR": _row,
    "/Table": _table,
}


def _new(pdf: pydyf.PDF, kind: str, parent: Any, kids: list[Any]) -> bytes:
    """A new element on the page of another; `_enter` will tell everyone who their parent is."""
    element = pydyf.Dictionary({"Type": "/StructElem", "S": kind, "Pg": parent["Pg"], "K": pydyf.Array(kids)})
    pdf.add_object(element)
    return bytes(element.reference)


def _enter(pdf: pydyf.PDF, element: Any, name: str, register: _Register) -> None:
    """Enter what an element and those under it hold, and make their identifiers unique.

    A book has hundreds of thousands of elements, so they lose what is not needed: their type, objects of their own for
    references.
    """
    element.pop("Type", None)
    if "ID" in element:
        element["ID"].string = f"{name}-{element['ID'].string}"
        register.ids[element["ID"].string] = element.reference
    if element["S"] == "/Figure" and "Alt" not in element:
        register.in_order = False
    elif element["S"] == "/Figure" and element["Alt"].string.startswith(FORMULA):  # PDF/UA-1, 7.7
        element["S"] = "/Formula"
        element["Alt"].string = element["Alt"].string.removeprefix(FORMULA)
    if element["S"] in _HEADINGS:
        register.headings.append(int(element["S"][2:]))
    for index, kid in enumerate(element["K"]):
        if isinstance(kid, int):
            register.contents.setdefault(_number(element["Pg"]), {})[kid] = element.reference
        elif (child := at(pdf, kid)).get("Type") == "/OBJR":
            register.annotations[_number(child["Obj"])] = element.reference
            element["K"][index] = child
        else:
            child["P"] = element.reference
            _enter(pdf, child, name, register)


def _drop_unregistered(pdf: pydyf.PDF, register: _Register) -> None:
    """Make content that is in no element, that of margins, artifacts; remove annotations that are in none."""
    for page in pages(pdf):
        entered = register.contents.get(page.number, {})
        for painted, stream in enumerate(contents(pdf, page)):
            for index, operand in enumerate(stream.stream):
                if not isinstance(operand, dict):
                    continue
                if operand.get("MCID", -1) not in entered:
                    stream.stream[index - 1 : index + 1] = b"/Artifact", pydyf.Dictionary({"Type": "/Pagination"})
                elif painted:  # in a group, where it belongs to no page (14.7.5.1); WeasyPrint does so for opacity
                    register.in_order = False
        if "Annots" in page:
            page["Annots"] = pydyf.Array(kid for kid in page["Annots"] if _number(kid) in register.annotations)


def _parent_tree(pdf: pydyf.PDF, register: _Register) -> Iterator[Any]:
    """The number tree from pages and annotations to elements (14.7.5.4), keys first: pages, then annotations."""
    for key, page in enumerate(pages(pdf)):
        entered = register.contents.get(page.number, {})
        yield key
        yield pydyf.Array(entered.get(mcid, b"null") for mcid in range(max(entered, default=-1) + 1))
    for key, (number, element) in enumerate(register.annotations.items(), start=len(pages(pdf))):
        pdf.objects[number].update({"StructParent": key, "F": _PRINT})
        yield key
        yield element
