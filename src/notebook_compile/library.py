"""A library: every notebook below a folder, compiled to books of its own.

In: a folder, flags. Out: notebooks; of each its books as bytes, or why there are none.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from notebook_compile.book.order import find_index
from notebook_compile.cache import Cache, opened
from notebook_compile.cluster import ClusterError
from notebook_compile.compiler import Progress, compile_notebook, make_epub, make_pdf
from notebook_compile.config import FILE
from notebook_compile.diagnostics import Diagnostic
from notebook_compile.epub.profiles import PROFILES
from notebook_compile.notes.folder import SKIPPED_FOLDERS, natural_key

_VAULT = ".obsidian"


@dataclass(frozen=True, slots=True)
class MadeBook:
    """A book of a notebook."""

    form: str  # `pdf`, `epub`
    ending: str  # of its file's name, behind the title
    data: bytes


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a notebook."""

    title: str
    chapters: int = 0
    books: tuple[MadeBook, ...] = ()
    findings: tuple[Diagnostic, ...] = ()
    imposed: bool = False  # whether the pages of the PDF are sides of sheets
    problem: str = ""  # why there are no books


# --- which folders are notebooks --------------------------------------------------------------------------


def find_notebooks(folder: Path) -> tuple[Path, ...]:
    """The notebooks below a folder, itself among them, in order of their paths; none within another.

    A folder with a `notebook.toml` or an `.obsidian` is one. Where no folder below has these, one that holds an index
    note is, but for a README that has no other note beside it and notebooks below it: it is about these.
    """
    found, _ = _search(folder)
    return tuple(sorted(found, key=lambda path: natural_key(path.as_posix())))


def _search(folder: Path) -> tuple[list[Path], bool]:
    """The notebooks of a folder, and whether one of them is marked as such."""
    names, folders = _listing(folder)
    if FILE in names or _VAULT in folders:
        return [folder], True
    below: list[Path] = []
    marked = False
    for name in folders:
        if not name.startswith(".") and name not in SKIPPED_FOLDERS:
            found, is_marked = _search(folder / name)
            below += found
            marked = marked or is_marked
    notes = [name for name in names if name.casefold().endswith(".md") and not name.startswith(".")]
    index = find_index(notes, folder.resolve().name, None)
    about_others = below and [note.casefold() for note in notes] == ["readme.md"]
    return (below, marked) if marked or index is None or about_others else ([folder], False)


def _listing(folder: Path) -> tuple[list[str], list[str]]:
    """The names of a folder's files and of its folders; none where it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            listed = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    except OSError:
        return [], []
    return [name for name, is_dir in listed if not is_dir], [name for name, is_dir in listed if is_dir]


def count_notes(notebook: Path) -> int:
    """About how many notes a notebook has."""
    return sum(name.casefold().endswith(".md") for _, _, names in os.walk(notebook) for name in names)


# --- their books ------------------------------------------------------------------------------------------


def make_books(notebook: Path, flags: Mapping[str, object], progress: Progress, cache: Cache) -> Made:
    """Compile a notebook to PDF and EPUB. Whatever goes wrong with it is told; only ClusterError is raised."""
    title = notebook.resolve().name
    try:
        compiled, settings = compile_notebook(notebook, flags, progress, cache)
        title = compiled.book.title or title
        if not compiled.notes:
            return Made(title, problem="no notes (.md files)")
        imposed = settings.impose != "none"
        printed = make_pdf(compiled, settings, progress, cache)
        epub, found = make_epub(compiled, settings, progress, printed.pages)
        return Made(
            title,
            len(compiled.book.chapters),
            (
                MadeBook("pdf", f" ({settings.impose}).pdf" if imposed else ".pdf", printed.pdf),
                MadeBook("epub", PROFILES[settings.profile].ending, epub),
            ),
            tuple(sorted({*compiled.diagnostics, *printed.diagnostics, *found})),
            imposed,
        )
    except ClusterError:
        raise
    except Exception as error:  # one notebook never ends a library
        return Made(title, problem=f"{type(error).__name__}: {error}" if str(error) else type(error).__name__)


def make_quietly(notebook: Path, flags: Mapping[str, object], cache: Path | None) -> Made:
    """Make the books of a notebook in this process alone, as one item of a map over many; `cache` is a folder."""
    with opened(cache) as entries:
        return make_books(notebook, {**flags, "jobs": 1, "cluster": ""}, lambda *_: None, entries)
