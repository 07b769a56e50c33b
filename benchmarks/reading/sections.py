"""What all sections share: the notes that they read, their options, and the figures that they give."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_FRONTMATTER = re.compile(r"---[ \t]*\n.*?^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S | re.M)


@dataclass(frozen=True, slots=True)
class File:
    """A note's text as it stands in its file."""

    path: str  # with the notebook's name before it
    text: str

    @property
    def front(self) -> str:
        """The frontmatter, with its fences; "" for none."""
        match = _FRONTMATTER.match(self.text)
        return match[0] if match else ""

    @property
    def body(self) -> str:
        """What is behind the frontmatter."""
        return self.text[len(self.front) :]

    def place(self, line: int) -> str:
        """The file and the line that a line of the body (from 1) is."""
        return f"{self.path}:{self.front.count(chr(10)) + line}"


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says."""

    spec: Path | None = None  # JSON of the specification's examples
    shown: int = 12  # how many findings are listed
    sample: int = 150  # how many notes are timed
    rounds: int = 5  # how often each is timed
    seconds: float = 60  # the longest that one hostile input may take


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and its bar; without one it only informs."""

    name: str
    value: float
    least: float | None = None
    most: float | None = None
    digits: int = 5

    @property
    def kept(self) -> bool:
        """Whether it is within its bar."""
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    def line(self) -> str:
        """The figure as text."""
        bars = [f"at least {self.least:g}"] if self.least is not None else []
        bars += [f"at most {self.most:g}"] if self.most is not None else []
        verdict = f"   ({' and '.join(bars)}: {'kept' if self.kept else 'MISSED'})" if bars else ""
        return f"  {self.name}: {self.value:.{self.digits}f}{verdict}"


@dataclass(frozen=True, slots=True)
class Section:
    """What a section measured, and what it has to say about it."""

    figures: tuple[Figure, ...]
    lines: tuple[str, ...] = ()


def read_files(folders: Iterable[Path]) -> list[File]:
    """All notes of the folders."""
    return [
        File(f"{folder.name}/{file.relative_to(folder).as_posix()}", file.read_text("utf-8", "replace"))
        for folder in folders
        for file in sorted(folder.rglob("*.md"))
        if not any(part.startswith(".") for part in file.relative_to(folder).parts)
    ]


def share(part: float, whole: float) -> float:
    """Part of a whole; all of nothing is 1."""
    return part / whole if whole else 1.0


def listed(findings: Sequence[str], shown: int) -> Iterator[str]:
    """The first findings, and how many more there are."""
    yield from findings[:shown]
    if len(findings) > shown:
        yield f"... and {len(findings) - shown} more"
