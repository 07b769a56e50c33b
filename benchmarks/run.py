"""Measure notebook-compile's PDF beside its peers, as whole processes, taking turns.

    python benchmarks/run.py NOTEBOOK [--index NOTE] [--notes 60 240 1116] [--runs 3] [--json FILE]

For each number of notes, in a notebook of nothing but these: cold, after no change, after a word more in a middle note,
after a page more in the first note. The peers (peers.sh installs them) are one plain WeasyPrint document, pandoc to
Typst, and obsidian-pdf-exporter; they keep nothing from one run to the next, so only with the fewest notes are they run
after an edit too. Writing their input is not measured.

Medians go to stdout as a table for each number of notes, then the figures that the project holds itself to with their
bars; the exit code is 1 if one is missed. `--json FILE` writes every run, after each number of notes. Plain WeasyPrint
takes an hour for a thousand notes: `--peer-runs 1` runs peers less often than ours, `--peers-from FILE` takes them from
the JSON of an earlier run on the same machine, which the table then says. Progress goes to stderr. EPUBs are measured
by epub.py.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pikepdf
from speed import makers
from speed.edits import add_page, add_word
from speed.figures import figures
from speed.makers import PEER_JOBS, Selection, select
from speed.results import COLD, EDIT, MOVE, OBSIDIAN, SAME, TYPST, WEASYPRINT, Result, from_data, lines, to_data
from turns import OURS, Figure, Job, machine, run

SHORT = {"ours": OURS, "weasyprint": WEASYPRINT, "typst": TYPST, "obsidian": OBSIDIAN}
OBSIDIAN_MOST = 240  # notes; it is one WeasyPrint document too


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be measured."""

    makers: frozenset[str]
    runs: int
    peer_runs: int
    earlier: tuple[Result, ...]  # of peers
    folder: Path  # for what is written


@dataclass(slots=True)
class Measurements:
    """The results of one number of notes, and what the files were that should be equal."""

    results: dict[tuple[str, str], Result] = field(default_factory=dict)  # by maker and change
    digests: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # by the state of the notes

    def add(self, job: Job, change: str, number: int) -> Result:
        """Run a job once more."""
        measured = run(job)
        print(f"run {number}: {job.notes} notes, {job.maker}, {change}: {measured.wall:.1f} s", file=sys.stderr)
        result = self.results.setdefault((job.maker, change), Result(job.maker, job.notes, change))
        result.runs.append(measured)
        result.size = job.output.stat().st_size
        with pikepdf.open(job.output) as book:
            result.pages = len(book.pages)
        return result

    def compare(self, state: str, book: Path) -> None:
        """Remember a file that should be the same as others of this state of the notes."""
        self.digests[state].add(hashlib.sha256(book.read_bytes()).hexdigest())

    @property
    def differing(self) -> int:
        """How many files differ that should be equal."""
        return sum(len(digests) - 1 for digests in self.digests.values())


@contextmanager
def edited(selection: Selection) -> Iterator[tuple[Path, Path]]:
    """The first and the middle note, which get their text back in the end."""
    chapters = selection.chapters
    paths = selection.notebook / chapters[0], selection.notebook / chapters[len(chapters) // 2]
    before = [path.read_bytes() for path in paths]
    try:
        yield paths
    finally:
        for path, text in zip(paths, before, strict=True):
            path.write_bytes(text)


# --- measuring --------------------------------------------------------------------------------------------


def measure(plan: Plan, selection: Selection, *, fewest: bool) -> Measurements:
    """Measure all programs with some notes, taking turns, so that a busy hour meets all alike."""
    found = Measurements()
    for result in plan.earlier:
        if result.notes == len(selection.chapters) and result.maker in plan.makers:
            found.results[result.maker, result.change] = result
    peers = _peer_jobs(plan, selection, found, edits=fewest)
    for number in range(1, max(plan.runs, plan.peer_runs) + 1):
        if OURS in plan.makers and number <= plan.runs:
            _measure_ours(plan, selection, found, number)
        for change, job in peers:
            if number <= plan.peer_runs:
                found.add(job, change, number)
                job.output.unlink()
    return found


def _measure_ours(plan: Plan, selection: Selection, found: Measurements, number: int) -> None:
    """Our own runs, one after the other with one cache; with the first, those whose files have to be the same."""
    with tempfile.TemporaryDirectory(dir=plan.folder) as folder, edited(selection) as (first, middle):
        output, cache, empty = Path(folder) / "book.pdf", Path(folder) / "cache", Path(folder) / "empty"
        job = makers.ours(selection, output, cache)
        for change in (COLD, SAME):
            found.add(job, change, number)
            found.compare("as it was", output)
        if number == 1:
            run(makers.ours(selection, output, empty / "serial", "--jobs", "1"))
            found.compare("as it was", output)
        add_word(middle)
        before = found.add(job, EDIT, number).pages
        add_page(first)
        if found.add(job, MOVE, number).pages <= before:
            raise SystemExit(f"{first.name}: a page more in the note made none in the book")
        found.compare("edited", output)
        if number == 1:
            run(makers.ours(selection, output, empty / "cold"))
            found.compare("edited", output)


def _peer_jobs(plan: Plan, selection: Selection, found: Measurements, *, edits: bool) -> list[tuple[str, Job]]:
    """The runs of peers that are not known yet, with what they read written down, and what came before each."""
    jobs = [(COLD, job) for job in _written(plan, selection, found, COLD)]
    if edits:
        with edited(selection) as (_, middle):
            add_word(middle)
            jobs += [(EDIT, job) for job in _written(plan, selection, found, EDIT)]
    return jobs


def _written(plan: Plan, selection: Selection, found: Measurements, change: str) -> list[Job]:
    wanted = [
        maker
        for maker in PEER_JOBS
        if maker in plan.makers
        and (maker, change) not in found.results
        and not (maker == OBSIDIAN and len(selection.chapters) > OBSIDIAN_MOST)
    ]
    if not wanted:
        return []
    compiled, settings = selection.compiled()
    folders = {maker: Path(tempfile.mkdtemp(dir=plan.folder)) for maker in wanted}
    return [PEER_JOBS[maker](compiled, settings, folder) for maker, folder in folders.items()]


def earlier_results(file: Path, about: dict[str, Any], notebook: str) -> tuple[Result, ...]:
    """The peers' results in the JSON of an earlier run.

    Raises ValueError if it was made on another machine, with other versions or of another notebook.
    """
    data = json.loads(file.read_text(encoding="utf-8"))
    if data["notebook"] != notebook:
        message = f"{file} is of the notebook {data['notebook']}"
        raise ValueError(message)
    for name, value in about.items():
        if name != OURS and data["machine"].get(name) != value:
            message = f"{file} was made with {name} {data['machine'].get(name)}, not {value}"
            raise ValueError(message)
    results = (from_data(each) for each in data["results"])
    return tuple(replace(each, kept=each.kept or data["day"]) for each in results if each.maker != OURS)


# --- command line -----------------------------------------------------------------------------------------


def read_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Measure notebook-compile beside its peers.")
    parser.add_argument("notebook", type=Path, help="a folder of notes")
    parser.add_argument("--index", help="the index note")
    parser.add_argument("--notes", type=int, nargs="+", default=[60, 240, 1116], help="how many notes, once each")
    parser.add_argument("--runs", type=int, default=3, help="how often each is run; medians count")
    parser.add_argument("--peer-runs", type=int, help="how often peers are run, if not as often")
    parser.add_argument("--peers-from", type=Path, metavar="FILE", help="an earlier --json, for what it has of peers")
    parser.add_argument("--only", default=",".join(SHORT), help="some of " + ",".join(SHORT))
    parser.add_argument("--json", type=Path, help="a file for all runs")
    options = parser.parse_args()
    options.only = options.only.split(",")
    options.peer_runs = options.runs if options.peer_runs is None else options.peer_runs
    if unknown := set(options.only) - set(SHORT):
        parser.error(f"no {', '.join(sorted(unknown))} to measure")
    if not options.notebook.is_dir():
        parser.error(f"no folder {options.notebook}")
    if options.peers_from and not options.peers_from.is_file():
        parser.error(f"no file {options.peers_from}")
    if min(*options.notes, options.runs, options.peer_runs) < 1:
        parser.error("numbers start at 1")
    return options


def main() -> int:
    """Run all, print what was measured, and say by the exit code whether the bars are kept."""
    options = read_arguments()
    chosen = frozenset(SHORT[name] for name in options.only)
    for name in makers.missing_peers():
        print(f"{name} is not there: run benchmarks/peers.sh", file=sys.stderr)
    about = {**machine(), **makers.peer_versions()}
    title = options.notebook.resolve().name
    try:
        earlier = earlier_results(options.peers_from, about, title) if options.peers_from else ()
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    versions = ", ".join(f"{name} {value}" for name, value in about.items() if value is not None)
    print(f"{title}; medians of {options.runs} runs, of peers {options.peer_runs}\n{versions}\n", flush=True)
    results: list[Result] = []
    differing: dict[int, int] = {}
    judged: list[Figure] = []
    for number, notes in enumerate(sorted(set(options.notes))):
        with tempfile.TemporaryDirectory() as folder:
            plan = Plan(
                makers=chosen - set(makers.missing_peers()),
                runs=options.runs,
                peer_runs=options.peer_runs,
                earlier=earlier,
                folder=Path(folder),
            )
            selection = select(options.notebook, options.index, notes, plan.folder)
            found = measure(plan, selection, fewest=number == 0)
        results += found.results.values()
        if OURS in plan.makers:
            differing[len(selection.chapters)] = found.differing
        judged = figures(results, differing)
        print(*lines(list(found.results.values())), "", sep="\n", flush=True)
        if options.json:
            data = {
                "notebook": title,
                "day": datetime.datetime.now(datetime.UTC).date().isoformat(),
                "runs": (options.runs, options.peer_runs),
                "machine": about,
                "results": [to_data(each) for each in results],
                "figures": [asdict(each) for each in judged],
            }
            options.json.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
        if len(selection.chapters) < notes:  # there are no more
            break
    print(*(figure.line() for figure in judged), sep="\n", flush=True)
    return int(any(figure.missed for figure in judged))


if __name__ == "__main__":
    raise SystemExit(main())
