"""Measure notebook-compile beside its peers, as whole processes, taking turns.

    python benchmarks/run.py NOTEBOOK [--index NOTE] [--notes 60 240] [--runs 3] [--only pdf,scaling]

    pdf      beside one plain WeasyPrint document of the same notes (plain_weasyprint.py)
    scaling  the PDF of all notes beside that of a few: time a note, and memory

Medians of all runs go to stdout as tables, with the figures that the project holds itself to and their bars;
`--json FILE` writes every run. Progress goes to stderr. Every run starts in an empty folder with an empty cache. EPUBs
are measured by epub.py.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from turns import HERE, LARGE, MEGABYTE, OURS, Figure, Job, Row, machine, table, take_turns

from notebook_compile.compiler import compile_notebook


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
    folder: Path  # for what is written

    def program(self, notes: int) -> Job:
        """Our own PDF of the first notes."""
        output = self.folder / f"ours-{notes}.pdf"
        command = (
            sys.executable,
            "-m",
            "notebook_compile",
            "pdf",
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
        ours, peer = take_turns([bench.program(notes), bench.weasyprint(notes)], bench.runs)
        rows += (ours, peer)
        ratio = ours.median("wall") / peer.median("wall")
        figures.append(Figure(f"wall time beside WeasyPrint's, {notes} notes", ratio, 0.5 if notes >= LARGE else None))
    return rows, figures


def bench_scaling(bench: Bench) -> tuple[list[Row], list[Figure]]:
    """Our PDF of few notes and of all."""
    few = min(bench.few, bench.total)
    small, whole = take_turns([bench.program(few), bench.program(bench.total)], bench.runs)
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
    "scaling": bench_scaling,
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
