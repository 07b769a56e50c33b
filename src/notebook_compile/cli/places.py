"""Which folder is the notebook that a command line means, and where its books go."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import rich_click as click

from notebook_compile.cli.files import reason
from notebook_compile.config import FILE

_MARKS = frozenset({FILE, ".obsidian", "index.md", "readme.md", "summary.md"})  # of a notebook, in lower case


@dataclass(frozen=True, slots=True)
class Place:
    """Where the notes are, and the folder in which `dist/` stands."""

    notebook: Path
    project: Path


def find_place(name: str | None) -> Place:
    """The notebook that a folder's name means; without one, the current project or folder."""
    folder = Path() if name is None else Path(name)
    try:
        if not folder.is_dir():
            raise click.UsageError(_no_folder(folder))
        if _is_project(folder, named=name is not None):
            return Place(folder / "notes", folder)
    except OSError as error:
        raise click.UsageError(f"cannot read `{folder}`: {reason(error)}") from error
    return _place_of(folder)


def find_notes(words: Sequence[str], name: str | None) -> tuple[Place, list[str]]:
    """The notebook of some notes, and what the notes are called in it; a note may be named by its file on disk.

    Where the notebook is named, a file outside of it is none of its notes.
    """
    files = {word: Path(word) for word in words if _is_note(Path(word))}
    try:
        places = {find_place(name)} if name is not None or not files else {_around(file) for file in files.values()}
    except OSError as error:
        raise click.UsageError(f"cannot read the folders of the notes: {reason(error)}") from error
    if len(places) > 1:
        folders = "`, `".join(sorted(str(place.notebook) for place in places))
        raise click.UsageError(f"the notes are of several notebooks, `{folders}`: name one with --notebook")
    (place,) = places
    root = place.notebook.resolve()
    inside = {word: file.resolve() for word, file in files.items() if file.resolve().is_relative_to(root)}
    return place, [inside[word].relative_to(root).as_posix() if word in inside else word for word in words]


def notebook_file(word: str, notebook: Path) -> str | None:
    """The path in the notebook of a file that is named from there or from the current folder; None if it is not one."""
    root = notebook.resolve()
    for folder in (root, Path()):
        try:
            file = (folder / word).resolve()
        except RuntimeError:  # a link that leads to itself
            continue
        if file.is_file() and file.is_relative_to(root):
            return file.relative_to(root).as_posix()
    return None


def _place_of(notebook: Path) -> Place:
    whole = notebook.absolute()
    return Place(notebook, whole.parent if whole.name == "notes" and (whole.parent / FILE).is_file() else Path())


def _is_project(folder: Path, *, named: bool) -> bool:
    """Whether a folder is not a notebook but holds one, as `notes/`.

    A folder that was named is taken at its word where it has notes of its own; a README.md is none.
    """
    if not (folder / "notes").is_dir() or (folder / ".obsidian").is_dir():
        return False
    return not (named and any(file.suffix.lower() == ".md" and not file.stem.isupper() for file in folder.iterdir()))


def _around(note: Path) -> Place:
    """The notebook that a note's file stands in: the nearest folder with a notebook's mark, else its own."""
    here, note = Path.cwd(), note.absolute()
    folder = next((each for each in note.parents if _has_mark(each)), note.parent)
    shown = folder.relative_to(here) if folder.is_relative_to(here) else folder
    if _is_project(folder, named=True) and note.is_relative_to(folder / "notes"):
        return Place(shown / "notes", shown)
    return _place_of(shown)


def _has_mark(folder: Path) -> bool:
    """Whether settings, Obsidian's own folder or an index note stand in a folder."""
    marks = {*_MARKS, f"{folder.name}.md".casefold()}
    try:
        return any(each.name.casefold() in marks for each in folder.iterdir())
    except OSError:
        return False


def _is_note(file: Path) -> bool:
    try:
        return file.suffix.lower() == ".md" and file.is_file()
    except OSError:  # a name that is too long for a file
        return False


def _no_folder(folder: Path) -> str:
    if folder.is_file():
        index = f", and the note with --index {shlex.quote(folder.stem)}" if folder.suffix.lower() == ".md" else ""
        return f"`{folder}` is a file: name the folder that holds it{index}"
    siblings = [each.name for each in folder.parent.iterdir() if each.is_dir()] if folder.parent.is_dir() else []
    near = get_close_matches(folder.name, siblings, n=1)
    return f"no folder `{folder}`" + (f": did you mean `{folder.parent / near[0]}`?" if near else "")
