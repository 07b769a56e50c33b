"""The structure tree of tagged PDF (ISO 32000-2, 14.7 and 14.8): put in order for a signature, joined for a book.

WeasyPrint's tree is right for most content. `tidy` mends what PDF/UA-1 does not allow, and makes the tree smaller,
while the signature is still a list of pydyf objects and everything is cheap. `join` makes one tree of the signatures'
trees, read by pikepdf. Never: what stands on the pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pikepdf
import pydyf

# Elements that may hold marked content directly; in others it keeps the Span that WeasyPrint wraps all text in.
_HOLD_CONTENT = frozenset(
    f"/{name}"
    for name in ("P", "H1", "H2", "H3", "H4", "H5", "H6", "LBody", "Lbl", "TD", "TH", "Link", "Span", "Caption", "Note")
)


_HEADINGS = frozenset(f"/H{level}" for level in range(1, 7))


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
        painted = [operator[1:-3].decode() for operator in stream.stream if _paints(operator)]
        forms = [at(pdf, groups[name]) for name in painted if name in groups]
        streams.extend(form for form in forms if form.extra.get("Subtype") == "/Form" and form not in streams)
    return streams


def _paints(operator: Any) -> bool:
    return isinstance(operator, bytes) and operator.endswith(b" Do")


def marked_links(pdf: pydyf.PDF) -> dict[tuple[int, int], str]:
    """The address that marked content leads to, by page (zero-based) and marked content identifier."""
    numbers = {page.number: index for index, page in enumerate(pages(pdf))}
    addresses: dict[tuple[int, int], str] = {}
    for element in pdf.objects:
        if isinstance(element, pydyf.Dictionary) and element.get("S") == "/Link":
            page = numbers[_number(element["Pg"])]
            uris = [uri for kid in element["K"] if not isinstance(kid, int) and (uri := _uri(pdf, at(pdf, kid)))]
            addresses.update(((page, kid), uris[0]) for kid in element["K"] if isinstance(kid, int) and uris)
    return addresses


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
    in_order: bool = True  # whether all pictures have a description
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
    for kid in at(pdf, area)["K"]:
        note = at(pdf, kid)
        note["S"] = "/Note"
        note["ID"] = pydyf.String(f"note-{note.number}")


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
    element["K"] = pydyf.Array(_list_item(pdf, element, kids) if element["S"] == "/LI" else kids)


def _kept(parent: Any, child: Any) -> list[Any]:
    """What stays of a settled child: nothing of an empty one, its content alone where the element says no more."""
    if child["S"] not in ("/Span", "/NonStruct") or "ID" in child:
        return [child.reference]
    bare = all(isinstance(kid, int) for kid in child["K"]) and parent["S"] in _HOLD_CONTENT
    return child["K"] if not child["K"] or (bare and child["Pg"] == parent["Pg"]) else [child.reference]


def _list_item(pdf: pydyf.PDF, item: Any, kids: list[Any]) -> list[Any]:
    """The kids of a list item with all but labels and bodies wrapped in one body (PDF/UA-1, 7.2)."""
    loose = [kid for kid in kids if isinstance(kid, int) or at(pdf, kid)["S"] not in ("/Lbl", "/LBody")]
    if not loose:
        return kids
    body = pydyf.Dictionary(
        {"Type": "/StructElem", "S": "/LBody", "P": item.reference, "Pg": item["Pg"], "K": pydyf.Array(loose)}
    )
    pdf.add_object(body)
    for kid in loose:
        if not isinstance(kid, int):
            at(pdf, kid)["P"] = body.reference
    return [kid for kid in kids if kid not in loose] + [body.reference]


def _enter(pdf: pydyf.PDF, element: Any, name: str, register: _Register) -> None:
    """Enter what an element and those under it hold, and make their identifiers unique."""
    if "ID" in element:
        # WeasyPrint uses the same string object for a header's identifier and where cells refer to it.
        element["ID"].string = f"{name}-{element['ID'].string}"
        register.ids[element["ID"].string] = element.reference
    if element["S"] == "/Figure" and "Alt" not in element:
        register.in_order = False
    if element["S"] in _HEADINGS:
        register.headings.append(int(element["S"][2:]))
    for kid in element["K"]:
        if isinstance(kid, int):
            register.contents.setdefault(_number(element["Pg"]), {})[kid] = element.reference
        elif (child := at(pdf, kid)).get("Type") == "/OBJR":
            register.annotations[_number(child["Obj"])] = element.reference
        else:
            child["P"] = element.reference
            _enter(pdf, child, name, register)


def _drop_unregistered(pdf: pydyf.PDF, register: _Register) -> None:
    """Make content that is in no element, that of margins, artifacts; remove annotations that are in none."""
    for page in pages(pdf):
        entered = register.contents.get(page.number, {})
        for operators in (stream.stream for stream in contents(pdf, page)):
            for index, operand in enumerate(operators):
                if isinstance(operand, dict) and operand.get("MCID", -1) not in entered:
                    operators[index - 1] = b"/Artifact"
                    operators[index] = pydyf.Dictionary({"Type": "/Pagination"})
        if "Annots" in page:
            page["Annots"] = pydyf.Array(kid for kid in page["Annots"] if _number(kid) in register.annotations)


def _parent_tree(pdf: pydyf.PDF, register: _Register) -> Iterator[Any]:
    """The number tree from pages and annotations to elements (14.7.5.4), keys first: pages, then annotations."""
    for key, page in enumerate(pages(pdf)):
        entered = register.contents.get(page.number, {})
        yield key
        yield pydyf.Array(entered.get(mcid, b"null") for mcid in range(max(entered, default=-1) + 1))
    for key, (number, element) in enumerate(register.annotations.items(), start=len(pages(pdf))):
        pdf.objects[number]["StructParent"] = key
        yield key
        yield element


# --- joining the trees of signatures ----------------------------------------------------------------------------------


def shift_keys(pages: Iterable[pikepdf.Page], first: int) -> None:
    """Let the pages and annotations of a signature start their keys in the parent tree at `first`."""
    for page in pages:
        page.obj.StructParents += first
        for annotation in page.obj.get("/Annots", ()):
            annotation.StructParent += first


def key_count(signature: pikepdf.Pdf) -> int:
    """How many keys the parent tree of a signature has."""
    return len(signature.Root.StructTreeRoot.ParentTree.Nums) // 2


def drop_annotation(signature: pikepdf.Pdf, annotation: pikepdf.Object) -> None:
    """Take a link annotation out of the structure; its text stays."""
    elements = signature.Root.StructTreeRoot.ParentTree.Nums
    element = elements[2 * int(annotation.StructParent) + 1]
    element.K = pikepdf.Array([kid for kid in element.K if not _is_reference(kid)])
    element.S = pikepdf.Name.Span


def _is_reference(kid: object) -> bool:
    return isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR"


def join(book: pikepdf.Pdf, roots: Sequence[pikepdf.Object]) -> pikepdf.Object:
    """One structure tree for the book; `roots` are those of its signatures, already copied to it, in order.

    Signature for signature, keys follow on each other, as `shift_keys` was told.
    """
    document = book.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.StructElem, S=pikepdf.Name.Document))
    kids: list[pikepdf.Object] = []
    leaves: list[pikepdf.Object] = []
    names: list[tuple[bytes, pikepdf.Object]] = []
    first = 0
    for root in roots:
        for kid in root.K[0].K:
            kid.P = document
            kids.append(kid)
        elements = list(root.ParentTree.Nums)[1::2]
        leaves.append(_leaf(book, first, elements))
        first += len(elements)
        if "/IDTree" in root:
            names.extend(_pairs(root.IDTree.Names))
    document.K = pikepdf.Array(kids)
    tree = pikepdf.Dictionary(
        Type=pikepdf.Name.StructTreeRoot,
        K=pikepdf.Array([document]),
        ParentTree=book.make_indirect(pikepdf.Dictionary(Kids=pikepdf.Array(leaves))),
        ParentTreeNextKey=first,
    )
    if names:
        tree.IDTree = name_tree(book, names)
    root = book.make_indirect(tree)
    document.P = root
    return root


def _leaf(book: pikepdf.Pdf, first: int, elements: list[pikepdf.Object]) -> pikepdf.Object:
    """A leaf of a number tree (7.9.7)."""
    keyed = [item for key, element in enumerate(elements, start=first) for item in (key, element)]
    limits = pikepdf.Array([first, first + len(elements) - 1])
    return book.make_indirect(pikepdf.Dictionary(Limits=limits, Nums=pikepdf.Array(keyed)))


def _pairs(names: pikepdf.Object) -> Iterator[tuple[bytes, pikepdf.Object]]:
    items = list(names)
    for key, value in zip(items[::2], items[1::2], strict=True):
        yield bytes(key), value


def name_tree(book: pikepdf.Pdf, names: Iterable[tuple[bytes, pikepdf.Object]]) -> pikepdf.Object:
    """A name tree of two levels (7.9.6)."""
    ordered = sorted(names, key=lambda pair: pair[0])
    leaves = []
    for start in range(0, len(ordered), 256):
        part = ordered[start : start + 256]
        flat = [item for key, value in part for item in (pikepdf.String(key), value)]
        limits = pikepdf.Array([pikepdf.String(part[0][0]), pikepdf.String(part[-1][0])])
        leaves.append(book.make_indirect(pikepdf.Dictionary(Limits=limits, Names=pikepdf.Array(flat))))
    return book.make_indirect(pikepdf.Dictionary(Kids=pikepdf.Array(leaves)))
