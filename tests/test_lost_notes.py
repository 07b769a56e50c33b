"""A note at which processes die costs the book that note alone, and is named.

The processes here really kill themselves. What they do is put in place of the compiler's own work by what they import:
a module that this file writes, which reads notes as ever, but for one.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

import pytest

from notebook_compile import compiler
from notebook_compile.compiler import compile_notebook
from notebook_compile.diagnostics import Severity
from notebook_compile.notes import reader

if TYPE_CHECKING:
    from pathlib import Path

_DEADLY = """
import os
from notebook_compile.notes.reader import read_note as read

def read_note(source, dialect):
    if "deadly" in source.text:
        os.kill(os.getpid(), 9)
    return read(source, dialect)
"""


@pytest.fixture
def deadly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A notebook with a note that kills who reads it."""
    (tmp_path / "deadly_reader.py").write_text(_DEADLY)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "deadly_reader", raising=False)
    monkeypatch.setattr(reader, "read_note", importlib.import_module("deadly_reader").read_note)
    monkeypatch.setattr(compiler, "FEW_NOTES", 1)
    monkeypatch.setattr(compiler, "_NOTES_AT_ONCE", 2)
    folder = tmp_path / "notebook"
    folder.mkdir()
    for number in range(5):
        (folder / f"note_{number}.md").write_text(f"# Title {number}\n\nTo [[note_{(number + 1) % 5}]].\n")
    (folder / "note_2.md").write_text("# Title 2\n\nThe deadly one.\n")
    return folder


def test_a_note_that_cannot_be_read_is_named_and_the_book_stands(deadly: Path) -> None:
    compiled, _ = compile_notebook(deadly, {"jobs": 2}, lambda *_: None)
    assert [chapter.title for chapter in compiled.book.chapters] == [
        "Title 0", "Title 1", "note_2", "Title 3", "Title 4",
    ]  # fmt: skip
    (lost,) = [finding for finding in compiled.diagnostics if finding.code == "lost-note"]
    assert (lost.path, lost.severity) == ("note_2.md", Severity.ERROR)
    assert lost.message == "could not be read: its process was killed by SIGKILL, and then another"
