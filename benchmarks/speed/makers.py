"""What to run to make a book of a notebook's first notes: by notebook-compile, and by each of its peers.

The peers' inputs are written here, before anything is measured.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import plain_weasyprint
from pandoc_epub import PEERS, find_pandoc
from peers import obsidian, typst
from turns import OURS, Job

from notebook_compile.compiler import Compiled, compile_notebook
from notebook_compile.config import Settings
from speed.results import OBSIDIAN, TYPST, WEASYPRINT

# Dates would make equal books differ.
_FIXED_DATE = {"SOURCE_DATE_EPOCH": "1700000000"}
_TYPST_PYTHON = PEERS / "bin" / "python"
_OBSIDIAN_PROGRAM = PEERS / "obsidian" / "bin" / "obsidian-pdf-exporter"


@dataclass(frozen=True, slots=True)
class Selection:
    """A notebook of nothing but the first chapters of another, its index note and its files."""

    notebook: Path
    index: str | None
    chapters: tuple[str, ...]  # the notes of all its chapters, as paths in it

    def compiled(self) -> tuple[Compiled, Settings]:
        """The book of it, before it takes a form."""
        return compile_notebook(self.notebook, {"index": self.index} if self.index else {}, lambda *_: None)


def select(notebook: Path, index: str | None, notes: int, folder: Path) -> Selection:
    """A copy of a notebook's first notes, in a folder.

    It has the notebook's name, which may be the book's title.
    """
    whole, _ = Selection(notebook, index, ()).compiled()
    chapters = tuple(chapter.path for chapter in whole.book.chapters[:notes])
    copy = folder / notebook.resolve().name
    shutil.copytree(notebook, copy, ignore=shutil.ignore_patterns(".*", "dist"))
    if notes < len(whole.book.chapters):
        for source in whole.notebook.sources:
            if source.path not in (*chapters, whole.outline.index):
                (copy / source.path).unlink()
    return Selection(copy, index, chapters)


def ours(selection: Selection, output: Path, cache: Path, *more: str) -> Job:
    """Our own PDF, with what earlier runs left in a cache."""
    command = (sys.executable, "-m", "notebook_compile", "pdf", str(selection.notebook), "--quiet")
    index = () if selection.index is None else ("--index", selection.index)
    environment = {**_FIXED_DATE, "XDG_CACHE_HOME": str(cache)}
    options = (*index, *more, "--output", str(output))
    return Job(OURS, len(selection.chapters), (*command, *options), output, environment=environment)


def _weasyprint(compiled: Compiled, settings: Settings, folder: Path) -> Job:
    output = folder / "book.pdf"
    command = plain_weasyprint.write_document(compiled, settings, folder, output)
    return Job(WEASYPRINT, len(compiled.book.chapters), command, output, environment=_FIXED_DATE)


def _typst(compiled: Compiled, _: Settings, folder: Path) -> Job:
    output = folder / "book.pdf"
    command = typst.command(_pandoc(), _TYPST_PYTHON, compiled, typst.write_notes(compiled, folder), output)
    return Job(TYPST, len(compiled.book.chapters), command, output, folder, _FIXED_DATE)


def _obsidian(compiled: Compiled, _: Settings, folder: Path) -> Job:
    output = folder / "book.pdf"
    obsidian.write_vault(compiled, folder)
    command = obsidian.command(_OBSIDIAN_PROGRAM, compiled, folder, output)
    environment = {**_FIXED_DATE, "PYPANDOC_PANDOC": _pandoc()}
    return Job(OBSIDIAN, len(compiled.book.chapters), command, output, folder, environment)


# (the book before it takes a form, an empty folder for the input and the file) -> what is measured
PEER_JOBS: Mapping[str, Callable[[Compiled, Settings, Path], Job]] = {
    WEASYPRINT: _weasyprint,
    TYPST: _typst,
    OBSIDIAN: _obsidian,
}


def missing_peers() -> list[str]:
    """The peers that are not installed."""
    pandoc = find_pandoc() is not None
    there = {
        WEASYPRINT: True,
        TYPST: pandoc and _TYPST_PYTHON.is_file(),
        OBSIDIAN: pandoc and _OBSIDIAN_PROGRAM.is_file(),
    }
    return [name for name, found in there.items() if not found]


def peer_versions() -> dict[str, str]:
    """The versions of the peers beside those that `machine` tells."""
    found = {}
    for name, python, package in (
        ("Typst", _TYPST_PYTHON, "typst"),
        (OBSIDIAN, _OBSIDIAN_PROGRAM.with_name("python"), OBSIDIAN),
    ):
        if python.is_file():
            code = f"from importlib.metadata import version; print(version({package!r}))"
            said = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
            found[name] = said.stdout.strip()
    return found


def _pandoc() -> str:
    pandoc = find_pandoc()
    if pandoc is None:
        message = "no pandoc: run benchmarks/peers.sh"
        raise FileNotFoundError(message)
    return pandoc
