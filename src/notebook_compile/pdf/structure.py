"""The structure tree of a book (ISO 32000-2, 14.7), joined from those of its signatures.

In: sheaves. Out: one tree, in which each sheaf's elements stand in order under one Document, and a parent tree that
leads to them from pages and annotations. Never: what is in the elements, which `tagging` has put in order.
"""

from __future__ import annotations

from collections.abc import Sequence

from notebook_compile.pdf.sheaf import Sheaf
from notebook_compile.pdf.syntax import list_of, reference, written
from notebook_compile.pdf.trees import name_tree, tree_root
from notebook_compile.pdf.writer import Writer


class StructureTree:
    """The tree of a book that grows."""

    def __init__(self, writer: Writer) -> None:
        self.document = writer.reserve()  # number of the element at the top
        self.keys = 0  # how many keys the parent tree has so far
        self._writer = writer
        self._kids: list[int] = []
        self._leaves: list[int] = []
        self._names: dict[bytes, bytes] = {}

    def add(self, sheaf: Sheaf, table: Sequence[int]) -> None:
        """Take in a sheaf, which is written, with the numbers of its objects."""
        self._kids += (table[kid] for kid in sheaf.kids)
        self._leaves.append(table[sheaf.leaf])
        self._names |= {name.encode(): reference(table[element]) for name, element in sheaf.names}
        self.keys += sheaf.keys

    def write(self) -> int:
        """Write the tree: the number of its root."""
        root = self._writer.reserve()
        document = {"Type": "/StructElem", "S": "/Document", "P": reference(root), "K": list_of(self._kids)}
        self._writer.objects(self.document, [written(document)])
        entries = {
            "Type": "/StructTreeRoot",
            "K": [reference(self.document)],
            "ParentTree": reference(tree_root(self._writer, self._leaves)),
            "ParentTreeNextKey": self.keys,
        }
        if self._names:
            entries["IDTree"] = reference(name_tree(self._writer, self._names))
        self._writer.objects(root, [written(entries)])
        return root
