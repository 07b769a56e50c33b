"""A handout: some notes of a notebook as a book of their own, in the order in which they are named.

In: a folder and the names of notes, as links have them. Out: what `compile_notebook` gives, of these notes alone.
The notebook's settings hold, but those that are its book's alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from notebook_compile.book.names import Answer, Names
from notebook_compile.book.order import order_given
from notebook_compile.compiler import Compiled, Progress, Read, make_book, read_notebook, without_missing_files
from notebook_compile.config import BadValueError, Settings, merge
from notebook_compile.model import Embed, Note, Outline, PlannedChapter

if TYPE_CHECKING:
    from notebook_compile.cache import Cache

# What a notebook says of its book alone: a handout takes it from flags.
_OF_BOOKS = frozenset(
    "subtitle description date series series_number isbn identifier subjects cover theme page_size impose".split()
)
_TITLES = 3  # of notes, in a handout's own title
_IMPOSED_HANDOUT = "a5"  # two of its pages are a sheet of A4
_OUTSIDE = "../"  # where nobody's folder comes first


def compile_handout(
    folder: Path, wanted: Sequence[str], flags: Mapping[str, object], progress: Progress, cache: Cache | None = None
) -> tuple[Compiled, Settings]:
    """A book of the notes that these names mean, and of no others. Raises BadValueError for a name of none or several.

    Findings are those of these notes alone, and of the settings.
    """
    read = read_notebook(folder, flags, progress, cache)
    outline = order_given([named(name, read.notes, read.names, read.notebook.root.name) for name in wanted], read.index)
    front, file = ({key: each for key, each in of.items() if key not in _OF_BOOKS} for of in (read.front, read.file))
    settings, problems = without_missing_files(merge({"theme": "handout", **flags}, front, file), read)
    titles = [read.notes[entry.path].title for entry in outline.entries if isinstance(entry, PlannedChapter)]
    settings = replace(
        settings,
        title=str(flags.get("title", "")) or ", ".join(titles[:_TITLES] + ["…"] * (len(titles) > _TITLES)),
        page_size=settings.page_size or ("" if settings.impose == "none" else _IMPOSED_HANDOUT),
    )
    book, others = make_book(read, outline, settings)
    own = _texts_in(outline, read)
    found = [
        each
        for each in (*read.diagnostics, *problems, *others)
        if each.code == "bad-config" or (each.path in own and each.code != "outside-book")
    ]
    return Compiled(read.notebook, read.notes, outline, book, tuple(dict.fromkeys(found))), settings


def named(name: str, notes: Mapping[str, Note], names: Names, notebook: str) -> str:
    """The path of the note that the user means, who stands in no folder of the notebook; BadValueError for none."""
    answer = Answer(name) if name in notes else names.note(name, _OUTSIDE)
    if answer is None:
        near = names.nearest(name)
        raise BadValueError(f"no note `{name}` in `{notebook}`", f"did you mean `{near}`?" if near else "")
    if answer.others:
        paths = "`, `".join((answer.path, *answer.others))
        raise BadValueError(f"`{name}` may mean `{paths}`", "write the note's path")
    return answer.path


def _texts_in(outline: Outline, read: Read) -> set[str]:
    """The paths of the notes in an outline, and of those embedded in them."""
    waiting = [entry.path for entry in outline.entries if isinstance(entry, PlannedChapter)]
    paths = set(waiting)
    while waiting:
        path = waiting.pop()
        for reference, target in zip(read.notes[path].references, read.targets[path], strict=True):
            if isinstance(reference, Embed) and target and target.note and target.note not in paths:
                paths.add(target.note)
                waiting.append(target.note)
    return paths
