"""Which note does a link mean? Names are compared ever more loosely, and a note in the same folder comes first."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from rapidfuzz import fuzz, process

from notebook_compile.model import Note

_SEPARATORS = re.compile(r"[\s_-]+")
_SEEN = 1000  # characters of a name; normalising takes the square of the combining ones
_SIMILAR = 78.0  # of 100: one or two letters in a word, a word in a long name


@dataclass(frozen=True, slots=True)
class Answer:
    """The note that a name means, and whether others have the same claim."""

    path: str
    others: tuple[str, ...] = ()


class Names:
    """The names that the notes and files of a notebook answer to."""

    def __init__(self, notes: Iterable[Note], files: Iterable[str]) -> None:
        notes, files = tuple(notes), sorted(files)
        self._paths = {_plain(note.path.removesuffix(".md")): note.path for note in reversed(notes)}
        self._stems = _group((_plain(PurePosixPath(note.path).stem), note.path) for note in notes)
        self._aliases = _group((_plain(alias), note.path) for note in notes for alias in note.aliases)
        self._loose = _group((loose(PurePosixPath(note.path).stem), note.path) for note in notes)
        self._titles = _group((loose(note.title), note.path) for note in notes)
        self._files = {_plain(file): file for file in reversed(files)}
        self._file_names = _group((_plain(PurePosixPath(file).name), file) for file in files)
        self._known = {**self._titles, **self._loose}
        # Most links have been asked for before, from the same folder.
        self._answers: dict[tuple[str, str], Answer | None] = {}
        self._named_files: dict[tuple[str, str], str | None] = {}

    def note(self, target: str, source: str) -> Answer | None:
        """The note that `target`, written in the note at path `source`, means.

        By exact path, in the same folder, by a file name without regard to case, by alias, with blanks, hyphens and
        underscores alike, by title. None where no note answers.
        """
        asked = (target, posixpath.dirname(source))
        if asked not in self._answers:
            self._answers[asked] = self._note(*asked)
        return self._answers[asked]

    def _note(self, target: str, folder: str) -> Answer | None:
        name = _plain(target).removesuffix(".md").strip("/")
        here = _plain(posixpath.normpath(posixpath.join(folder, name)))
        if path := self._paths.get(here if target.startswith(".") else name) or self._paths.get(here):
            return Answer(path)
        stem = name.rpartition("/")[2]
        groups = (
            self._stems.get(stem),
            self._aliases.get(name),
            self._loose.get(loose(stem)),
            self._titles.get(loose(name)),
        )
        return next((_choose(group, folder, name) for group in groups if group), None)

    def file(self, target: str, source: str) -> str | None:
        """The file other than a note that `target` means: by path, in the note's folder, or by its name alone."""
        asked = (target, posixpath.dirname(source))
        if asked not in self._named_files:
            self._named_files[asked] = self._file(*asked)
        return self._named_files[asked]

    def _file(self, target: str, folder: str) -> str | None:
        name = _plain(target).strip("/")
        here = _plain(posixpath.normpath(posixpath.join(folder, name)))
        named = self._file_names.get(name.rpartition("/")[2], ())
        return self._files.get(here) or self._files.get(name) or (named[0] if named else None)

    def nearest(self, target: str) -> str | None:
        """The path of the note whose name is most like `target`, if one is like it."""
        match = process.extractOne(loose(target), self._known.keys(), scorer=fuzz.ratio, score_cutoff=_SIMILAR)
        return self._known[match[0]][0] if match else None


def loose(name: str) -> str:
    """A name without regard to case, with blanks, hyphens and underscores alike."""
    return _SEPARATORS.sub("_", _plain(name).removesuffix(".md")).strip("_")


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name[:_SEEN]).strip().casefold()


def _group(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    groups: dict[str, list[str]] = {}
    for name, path in pairs:
        if path not in groups.setdefault(name, []):
            groups[name].append(path)
    return {name: tuple(paths) for name, paths in groups.items()}


def _choose(paths: tuple[str, ...], folder: str, name: str) -> Answer:
    """Of several notes: the one in the same folder, else one whose path ends as written, else the shortest path."""
    if len(paths) == 1:
        return Answer(paths[0])
    near = [path for path in paths if posixpath.dirname(path) == folder]
    ending = [path for path in paths if _plain(path.removesuffix(".md")).endswith("/" + name)]
    if near or len(ending) == 1:
        return Answer((near or ending)[0])
    best = min(paths, key=lambda path: (path.count("/"), len(path), path))
    return Answer(best, tuple(path for path in paths if path != best))
