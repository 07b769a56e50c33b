"""The structure tree of a book (ISO 32000-2, 14.7), joined from those of its signatures.

In: signatures as pikepdf reads them. Out: one tree, in which each signature's elements stand in order under one
Document, and a parent tree that leads to them from pages and annotations. Never: what is in the elements, which
`tagging` has put in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pikepdf


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
