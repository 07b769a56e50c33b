"""Measure notebook-compile beside its peers, as whole processes, taking turns.

    python benchmarks/run.py NOTEBOOK [--index NOTE] [--notes 60 240] [--runs 3] [--only pdf,epub,scaling]

    pdf      beside one plain WeasyPrint document of the same notes (plain_weasyprint.py)
    epub     beside pandoc's EPUB of the same notes (pandoc_epub.py; peers.sh installs pandoc)
    scaling  the PDF of all notes beside that of a few: time a note, and memory

Medians of all runs go to stdout as tables, with the figures that the project holds itself to and their bars;
`--json FILE` writes every run. Progress goes to stderr. Every run starts in an empty folder with an empty cache.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

from measure import Measured
from pandoc_epub import command as pandoc_command
from pandoc_epub import find_pandoc, write_notes

from notebook_compile.compiler import Compiled, compile_notebook
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
        kept = (
            "" if self.bar is None else f"   (at most {self.bar:g}: {'kept' if self.value <= self.bar else 'missed'})"
        )
        return f"  {self.name}: {self.value:.{0 if self.unit else 2}f}{self.unit}{kept}"


@dataclass(frozen=True, slots=True)
class Bench:
    """What every benchmark needs to know."""

    notebook: Path
    index: str | None
    notes: tuple[int, ...]  # sizes of the PDFs that are compared
    few: int  # notes of the small book of scaling
    limit: int | None
    runs: int
    total: int  # notes of the whole book
    compiled: Compiled
    folder: Path  # for what is written

    def program(self, kind: str, notes: int) -> Job:
        """Our own PDF or EPUB of the first notes."""
        output = self.folder / f"ours-{notes}.{kind}"
        command = (
            sys.executable,
            "-m",
            "notebook_compile",
            kind,
            str(self.notebook),
            "--quiet",
            *self.selection(notes),
        )
        return Job(OURS, notes, (*command, "--output", str(output)), output)

    def weasyprint(self, notes: int) -> Job:
        """The same as one plain WeasyPrint document."""
        output = self.folder / f"plain-{notes}.pdf"
        script = str(HERE / "plain_weasyprint.py")
        command = (sys.executable, script, str(self.notebook), str(output), *self.selection(notes))
        return Job("WeasyPrint, one document", notes, command, output)

    def pandoc(self, program: str) -> Job:
        """Pandoc's EPUB of the whole book."""
        folder, output = self.folder / "notes", self.folder / "pandoc.epub"
        folder.mkdir()
        names = write_notes(self.compiled, folder)
        return Job("pandoc", self.total, tuple(pandoc_command(program, self.compiled, names, output)), output, folder)

    def selection(self, notes: int) -> tuple[str, ...]:
        """The options that choose the first notes of the book, none for all."""
        index = () if self.index is None else ("--index", self.index)
        return index if notes == self.total and self.limit is None else (*index, "--limit", str(notes))


# --- benchmarks -------------------------------------------------------------------------------------------


def bench_pdf(bench: Bench) -> tuple[list[Row], list[Figure]]:
    """Our PDF beside WeasyPrint's."""
    rows: list[Row] = []
    figures: list[Figure] = []
    for notes in sorted({min(notes, bench.total) for notes in bench.notes}):
        ours, peer = take_turns([bench.program("pdf", notes), bench.weasyprint(notes)], bench.runs)
        rows += (ours, peer)
        ratio = ours.median("wall") / peer.median("wall")
        figures.append(Figure(f"wall time beside WeasyPrint's, {notes} notes", ratio, 0.5 if notes >= LARGE else None))
    return rows, figures


def bench_epub(bench: Bench) -> tuple[list[Row], list[Figure]]:
    """Our EPUB beside pandoc's."""
    pandoc = find_pandoc()
    jobs = [bench.program("epub", bench.total)]
    if pandoc is None:
        print("no pandoc to compare with: run benchmarks/peers.sh\n")
    else:
        jobs.append(bench.pandoc(pandoc))
    rows = take_turns(jobs, bench.runs)
    if len(rows) == 1:
        return rows, []
    ratio = rows[0].median("wall") / rows[1].median("wall")
    return rows, [Figure("wall time beside pandoc's", ratio, 1.0 if bench.total >= LARGE else None)]


def bench_scaling(bench: Bench) -> tuple[list[Row], list[Figure]]:
    """Our PDF of few notes and of all."""
    few = min(bench.few, bench.total)
    small, whole = take_turns([bench.program("pdf", few), bench.program("pdf", bench.total)], bench.runs)
    ratio = (whole.median("wall") / whole.notes) / (small.median("wall") / small.notes)
    largest = whole.median("largest") / MEGABYTE
    bars = (1.2, 800.0) if bench.total >= LARGE else (None, None)
    figures = [
        Figure(f"wall time a note, {row.notes} notes", row.median("wall") / row.notes * 1000, unit=" ms")
        for row in (small, whole)
    ]
    figures.append(Figure("of all notes beside that of few", ratio, bars[0]))
    figures.append(Figure("peak memory of the largest process, all notes", largest, bars[1], " MB"))
    return [small, whole], figures


BENCHMARKS: dict[str, Callable[[Bench], tuple[list[Row], list[Figure]]]] = {
    "pdf": bench_pdf,
    "epub": bench_epub,
    "scaling": bench_scaling,
}


# --- running ----------------------------------------------------------------------------------------------


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
            env={**os.environ, "XDG_CACHE_HOME": str(Path(empty) / "cache")},
            capture_output=True,
            text=True,
            check=False,
        )
    if process.returncode or not job.output.is_file() or not job.output.stat().st_size:
        raise SystemExit(f"{job.maker} wrote nothing:\n{process.stderr[-2000:]}")
    return Measured(**json.loads(process.stdout))


# --- showing ----------------------------------------------------------------------------------------------


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
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [
        "  "
        + "  ".join(
            cell.ljust(width) if number == 1 else cell.rjust(width)
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


# --- command line -----------------------------------------------------------------------------------------


def read_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Measure notebook-compile beside its peers.")
    parser.add_argument("notebook", type=Path, help="a folder of notes")
    parser.add_argument("--index", help="the index note")
    parser.add_argument("--notes", type=int, nargs="+", default=[60, 240], help="how many notes, for pdf")
    parser.add_argument("--few", type=int, default=120, help="how many notes the small book has, for scaling")
    parser.add_argument("--limit", type=int, help="take no more notes than these for all of them, to try things out")
    parser.add_argument("--runs", type=int, default=3, help="how often each is run; medians count")
    parser.add_argument("--only", default=",".join(BENCHMARKS), help="some of " + ",".join(BENCHMARKS))
    parser.add_argument("--json", type=Path, help="a file for all figures")
    options = parser.parse_args()
    options.only = options.only.split(",")
    if unknown := set(options.only) - set(BENCHMARKS):
        parser.error(f"no benchmark {', '.join(sorted(unknown))}")
    if not options.notebook.is_dir():
        parser.error(f"no folder {options.notebook}")
    if min(*options.notes, options.few, options.runs, options.limit or 1) < 1:
        parser.error("numbers start at 1")
    return options


def main() -> None:
    """Run the benchmarks and print what they measured."""
    options = read_arguments()
    flags = {name: value for name in ("index", "limit") if (value := getattr(options, name)) is not None}
    compiled, _ = compile_notebook(options.notebook, flags, lambda *_: None)
    about = machine()
    total = len(compiled.book.chapters)
    versions = ", ".join(f"{name} {value}" for name, value in about.items() if value is not None)
    print(f"{compiled.book.title}, {total} notes; medians of {options.runs} runs\n{versions}\n", flush=True)
    results: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(
            notebook=options.notebook.resolve(),
            index=options.index,
            notes=tuple(options.notes),
            few=options.few,
            limit=options.limit,
            runs=options.runs,
            total=total,
            compiled=compiled,
            folder=Path(folder),
        )
        for name in options.only:
            rows, figures = BENCHMARKS[name](bench)
            print(name, *table(rows), *(figure.line() for figure in figures), "", sep="\n", flush=True)
            results[name] = {"rows": [asdict(row) for row in rows], "figures": [asdict(each) for each in figures]}
    if options.json:
        data = {"notebook": compiled.book.title, "notes": total, "machine": about, "benchmarks": results}
        options.json.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
