"""Files that are written piece by piece, as other programs read them."""

from __future__ import annotations

import subprocess
import zlib
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf
import pydyf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notebook_compile.pdf.syntax import reference, references, string, written
from notebook_compile.pdf.trees import name_tree
from notebook_compile.pdf.writer import Writer

if TYPE_CHECKING:
    from pathlib import Path


def file_of(value: bytes, objects: int = 0, streams: int = 0) -> bytes:
    """A file without pages whose information dictionary holds a value, and so many objects and streams besides."""
    target = BytesIO()
    writer = Writer(target)
    root, first = writer.reserve(2), writer.reserve(objects)
    for number in range(streams):
        writer.stream(writer.reserve(), b"<</Filter/FlateDecode", zlib.compress(b"stream %d" % number))
    writer.objects(first, [b"<</Number %d>>" % number for number in range(objects)])
    pages = writer.reserve()
    writer.objects(pages, [b"<</Type/Pages/Count 0/Kids[]>>"])
    writer.objects(root, [written({"Type": "/Catalog", "Pages": reference(pages)}), b"<</Value %b>>" % value])
    writer.finish(root, root + 1)
    return target.getvalue()


@pytest.mark.parametrize("objects", [0, 1, 255, 256, 257, 1000])
@pytest.mark.parametrize("streams", [0, 3, 300])
def test_every_object_is_found(tmp_path: Path, objects: int, streams: int) -> None:
    data = file_of(b"1", objects, streams)
    with pikepdf.open(BytesIO(data)) as pdf:
        found = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/Number" in item]
        texts = [item.read_bytes() for item in pdf.objects if isinstance(item, pikepdf.Stream) and "/Type" not in item]
        assert [int(item.Number) for item in found] == list(range(objects))
        assert texts == [b"stream %d" % number for number in range(streams)]
    (tmp_path / "file.pdf").write_bytes(data)
    checked = subprocess.run(["qpdf", "--check", tmp_path / "file.pdf"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.integers(-99, 99)
    | st.booleans()
    | st.floats(-1e4, 1e4).map(lambda value: round(value, 4))
    | st.text(st.characters(exclude_categories=["Cs"])).map(pydyf.String),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ABC", min_size=1), inner, max_size=4),
    max_leaves=12,
)


def plain(value: Any) -> Any:
    """What pikepdf reads, as values are written."""
    if isinstance(value, pikepdf.Array):
        return [plain(each) for each in value]
    if isinstance(value, pikepdf.Dictionary):
        return {key[1:]: plain(each) for key, each in value.items()}
    if isinstance(value, pikepdf.String):
        return str(value)
    return float(value) if isinstance(value, Decimal) else value


def bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: bare(each) for key, each in value.items()}
    if isinstance(value, list):
        return [bare(each) for each in value]
    if isinstance(value, pydyf.String):
        return value.string
    return pytest.approx(value, abs=1e-6) if isinstance(value, float) else value


@given(value=VALUES)
def test_values(value: Any) -> None:
    data = written(value)
    assert b"\n" not in data
    with pikepdf.open(BytesIO(file_of(data))) as pdf:
        assert plain(pdf.trailer.Info.Value) == bare(value)


@given(data=st.binary())
def test_bytes_as_strings(data: bytes) -> None:
    with pikepdf.open(BytesIO(file_of(string(data)))) as pdf:
        assert bytes(pdf.trailer.Info.Value) == data


def test_references() -> None:
    value = {"A": reference(7), "B": [reference(8), pydyf.String("9 0 R"), {"C": reference(10)}], "D": "/11"}
    assert list(references(value)) == [7, 8, 10]
    assert written(value) == b"<</A 7 0 R/B[8 0 R(9 0 R)<</C 10 0 R>>]/D/11>>"


@given(names=st.sets(st.binary(min_size=1), max_size=600))
def test_name_trees(names: set[bytes]) -> None:
    target = BytesIO()
    writer = Writer(target)
    root = writer.reserve(3)
    tree = name_tree(writer, {name: b" %d" % len(name) for name in names})
    catalogue = {"Type": "/Catalog", "Pages": reference(root + 2), "Names": {"Dests": reference(tree)}}
    writer.objects(root, [written(catalogue), b"<<>>", b"<</Type/Pages/Count 0/Kids[]>>"])
    writer.finish(root, root + 1)
    with pikepdf.open(BytesIO(target.getvalue())) as pdf:
        keys = [bytes(each) for leaf in pdf.Root.Names.Dests.Kids for each in leaf.Names[::2]]
        assert keys == sorted(names)
        assert len(keys) == len(names)
