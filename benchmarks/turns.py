"""Whole processes measured beside each other, taking turns, and shown as a table. Knows nothing of books."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from measure import Measured
from pandoc_epub import find_pandoc

from notebook_compile.jobs import cores

HERE = Path(__file__).resolve().parent
OURS = "notebook-compile"
COLUMNS = ("notes", "made by", "wall s", "CPU s", "largest MB", "together MB")
MEGABYTE = 1_000_000
LARGE = 240  # notes from which on the bars hold: starting the programs counts for little then


@dataclass(frozen=True, slots=True)
class Job:
    """A book to make: a command that writes one file."""

    maker: str
    notes: int
    command: tuple[str, ...]
    output: Path
    folder: Path | None = None  # where it runs; an empty one if None
    environment: Mapping[str, str] = field(default_factory=dict)  # beside what is set already


@dataclass(slots=True)
class Row:
    """The runs of one job."""

    maker: str
    notes: int
    runs: list[Measured] = field(default_factory=list)

    def median(self, what: str) -> float:
        """The median of a field of `Measured`."""
        return float(statistics.median(getattr(run, what) for run in self.runs))


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that the project holds itself to; without a bar it only informs."""

    name: str
    value: float
    bar: float | None = None
    unit: str = ""

    def line(self) -> str:
        """The figure and its bar as text."""
        kept = "" if self.bar is None else f"   (at most {self.bar:.3g}: {'missed' if self.missed else 'kept'})"
        return f"  {self.name}: {self.shown}{kept}"

    @property
    def shown(self) -> str:
        """Its value as text."""
        return f"{self.value:.0f}{self.unit}" if self.unit else f"{self.value:.3g}"

    @property
    def missed(self) -> bool:
        """Whether it is beyond its bar."""
        return self.bar is not None and self.value > self.bar


def take_turns(jobs: Sequence[Job], runs: int) -> list[Row]:
    """Run each job so many times, one after the other in every round, so that a busy hour meets all alike."""
    rows = [Row(job.maker, job.notes) for job in jobs]
    for number in range(1, runs + 1):
        for job, row in zip(jobs, rows, strict=True):
            measured = run(job)
            row.runs.append(measured)
            print(f"run {number}: {job.maker}, {job.notes} notes: {measured.wall:.1f} s", file=sys.stderr)
    return rows


def run(job: Job) -> Measured:
    """Measure a job. It counts when it wrote its file: a book of notes with mistakes ends in a code that is not 0."""
    job.output.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as empty:
        process = subprocess.run(
            [sys.executable, str(HERE / "measure.py"), *job.command],
            cwd=job.folder or empty,
            env={**os.environ, "XDG_CACHE_HOME": str(Path(empty) / "cache"), **job.environment},
            capture_output=True,
            text=True,
            check=False,
        )
    if process.returncode or not job.output.is_file() or not job.output.stat().st_size:
        raise SystemExit(f"{job.maker} wrote nothing:\n{process.stderr[-2000:]}")
    return Measured(**json.loads(process.stdout))


def table(rows: Sequence[Row]) -> list[str]:
    """Rows as text: medians, one line each."""
    lines = [COLUMNS] + [
        (
            str(row.notes),
            row.maker,
            f"{row.median('wall'):.2f}",
            f"{row.median('cpu'):.2f}",
            f"{row.median('largest') / MEGABYTE:.0f}",
            f"{row.median('together') / MEGABYTE:.0f}",
        )
        for row in rows
    ]
    return aligned(lines, left=(1,))


def aligned(lines: Sequence[Sequence[str]], left: Sequence[int]) -> list[str]:
    """Rows of cells as lines of text; the columns of numbers `left` are flush left, all others flush right."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [
        "  "
        + "  ".join(
            cell.ljust(width) if number in left else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    ]


def machine() -> dict[str, object]:
    """What the times depend on besides the programs."""
    pandoc = find_pandoc()
    said = subprocess.run([pandoc, "--version"], capture_output=True, text=True, check=True).stdout if pandoc else ""
    return {
        "cores": cores(),
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        OURS: version(OURS),
        "WeasyPrint": version("weasyprint"),
        "pandoc": said.partition("\n")[0].removeprefix("pandoc ") or None,
    }
