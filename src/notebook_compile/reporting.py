"""What the command line says: findings, plans, counts, results and progress, as lines of text or data for JSON.

Titles, targets and file names come from notes, which are not trusted: control characters never reach a terminal.
"""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING

import click
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from notebook_compile.diagnostics import CODES, Diagnostic, Severity
from notebook_compile.model import PlannedChapter, PlannedPart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from types import TracebackType

    from notebook_compile.model import Link, Note, Outline, Reason

EXAMPLES = 3  # of each kind of finding, after a build
TITLE_WIDTH = 72  # the widest that a plan's titles push the column beside them

_JOINERS = "\u200c\u200d"  # not printable to Python, but part of Persian words and of emoji
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


def printable(text: str) -> str:
    """Text on one line, without the characters that steer a terminal."""
    return "".join(each if each.isprintable() or each in _JOINERS else " " for each in " ".join(text.split()))


def counted(number: int, thing: str) -> str:
    """`1 chapter`, `1,116 chapters`."""
    return f"{number:,} {thing}" + ("" if number == 1 else "s")


# --- check ------------------------------------------------------------------------------------------------


def finding_lines(finding: Diagnostic) -> Iterator[str]:
    """`file:line:column: severity code message`, as editors read it, and the hint indented below."""
    place = f"{printable(finding.path)}:{finding.line or 1}:{finding.column or 1}:"
    severity = click.style(str(finding.severity), fg=_COLOURS[finding.severity], bold=True)
    yield f"{place} {severity} {finding.code} {printable(finding.message)}"
    if finding.hint:
        yield f"    {printable(finding.hint)}"


def finding_data(finding: Diagnostic) -> dict[str, object]:
    """A finding for JSON: `line` and `column` are 0 where the whole file, the whole line is meant."""
    return {
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "severity": str(finding.severity),
        "code": finding.code,
        "message": finding.message,
        "hint": finding.hint,
    }


def summary(findings: Sequence[Diagnostic], notes: int) -> str:
    """`3 errors, 412 warnings`, or that there is nothing."""
    numbers = [(sum(each.severity is severity for each in findings), severity) for severity in Severity]
    found = [counted(number, str(severity)) for number, severity in numbers if number]
    return ", ".join(found) or f"nothing to report in {counted(notes, 'note')}"


# --- after a build ----------------------------------------------------------------------------------------


def count_lines(findings: Iterable[Diagnostic]) -> Iterator[str]:
    """Findings by kind, errors first, each kind with its first examples."""
    kinds: dict[str, list[Diagnostic]] = defaultdict(list)
    for finding in findings:
        kinds[finding.code].append(finding)
    for kind in sorted(kinds.values(), key=lambda each: (_RANKS[each[0].severity], -len(each), each[0].code)):
        severity = click.style(f"{kind[0].severity}:", fg=_COLOURS[kind[0].severity], bold=True)
        if len(kind) == 1:
            yield f"{severity} {printable(_in_one_line(kind[0], kind[0].message))}"
            continue
        yield f"{severity} {len(kind):,} {CODES[kind[0].code][1]}, as"
        for finding in kind[:EXAMPLES]:
            yield "    " + printable(_example(finding))


def _example(finding: Diagnostic) -> str:
    """One of many: what they have in common is said above, so the name that the message quotes is enough."""
    _, quote, rest = finding.message.partition("`")
    return _in_one_line(finding, quote + rest.partition("`")[0] + quote if quote else finding.message)


def _in_one_line(finding: Diagnostic, message: str) -> str:
    place = f"{finding.path}:{finding.line}:{finding.column}" if finding.line else finding.path
    return f"{place} {message}" + (f" ({finding.hint})" if finding.hint else "")


def result_line(path: str, facts: Iterable[str]) -> str:
    """`dist/Book.pdf  214 pages, 18 chapters, 1.2 MB, 3.1 s`."""
    return f"{click.style(printable(path), bold=True)}  {', '.join(facts)}"


def size_text(size: int) -> str:
    """A file's size in the unit that fits."""
    return f"{size / 1e6:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"


def time_text(seconds: float) -> str:
    """`3.1 s`, `2 min 5 s`."""
    return f"{seconds:.1f} s" if seconds < 60 else f"{int(seconds) // 60} min {int(seconds) % 60} s"


# --- plan -------------------------------------------------------------------------------------------------


def plan_lines(
    title: str, outline: Outline, notes: Mapping[str, Note], hints: Mapping[tuple[int, int], str]
) -> list[str]:
    """The book's outline as a tree, and what the index names that is not in it; `hints` are of places in the index."""
    lines = [click.style(printable(title), bold=True), _order_line(outline), ""]
    rows = list(_tree(outline, notes))
    width = min(TITLE_WIDTH, max((cell_len(row) for row, reason in rows if reason), default=0))
    for row, reason in rows:
        lines.append(row + " " * (width - cell_len(row)) + f"  {reason}" if reason else row)

    def named(link: Link) -> str:
        hint = hints.get(link.place)
        place = f"{outline.index}:{link.place[0]}:{link.place[1]}"
        return f"{printable(place)}  {printable(link.target or link.label)}" + (
            f"  ({printable(hint)})" if hint else ""
        )

    for heading, entries in (
        ("named by the index, but no such note", [named(link) for link in outline.missing]),
        ("named by the index again", [named(link) for link in outline.repeated]),
        ("linked, but outside the book", [printable(path) for path in outline.outside]),
        ("in no chain of links from the index", [printable(path) for path in outline.unreachable]),
    ):
        if entries:
            lines += ["", click.style(f"{heading} ({len(entries):,})", bold=True)]
            lines += [f"  {entry}" for entry in entries]
    return lines


def _order_line(outline: Outline) -> str:
    parts = sum(isinstance(entry, PlannedPart) for entry in outline.entries)
    chapters = [entry for entry in outline.entries if isinstance(entry, PlannedChapter)]
    numbers = f"{counted(parts, 'part')}, " * bool(parts) + counted(len(chapters), "chapter")
    linked = any(chapter.reason.source for chapter in chapters)
    order = f"as {outline.index} links to them" if linked and outline.index else "by name"
    index = f"; index note {outline.index}" if outline.index and not linked else ""
    return printable(f"{numbers}, {order}{index}")


def _tree(outline: Outline, notes: Mapping[str, Note]) -> Iterator[tuple[str, str]]:
    """Each row of the tree, and the link that a chapter came in through."""
    digits = len(str(sum(isinstance(entry, PlannedChapter) for entry in outline.entries)))
    chapter = part = 0
    for entry in outline.entries:
        indent = "  " * entry.depth
        if isinstance(entry, PlannedPart):
            part += 1
            yield click.style(f"{indent}Part {part}: {printable(entry.title)}", bold=entry.depth == 0), ""
        else:
            chapter += 1
            title = notes[entry.path].title if entry.path in notes else entry.path
            yield f"{indent}{chapter:>{digits}}  {printable(title)}", printable(_reason(entry.reason))


def _reason(reason: Reason) -> str:
    return f"{reason.source}:{reason.place[0]}:{reason.place[1]}" if reason.source else "by name"


def plan_data(
    title: str, outline: Outline, notes: Mapping[str, Note], hints: Mapping[tuple[int, int], str]
) -> dict[str, object]:
    """The plan for JSON."""

    def link(link: Link) -> dict[str, object]:
        line, column = link.place
        return {
            "target": link.target,
            "label": link.label,
            "line": line,
            "column": column,
            "hint": hints.get(link.place, ""),
        }

    return {
        "title": title,
        "index": outline.index,
        "entries": list(_entries_data(outline, notes)),
        "missing": [link(each) for each in outline.missing],
        "repeated": [link(each) for each in outline.repeated],
        "outside": list(outline.outside),
        "unreachable": list(outline.unreachable),
    }


def _entries_data(outline: Outline, notes: Mapping[str, Note]) -> Iterator[dict[str, object]]:
    numbers = {"part": 0, "chapter": 0}
    for entry in outline.entries:
        kind = "part" if isinstance(entry, PlannedPart) else "chapter"
        numbers[kind] += 1
        data: dict[str, object] = {"kind": kind, "number": numbers[kind], "depth": entry.depth}
        if isinstance(entry, PlannedPart):
            yield data | {"title": entry.title, "video": entry.video}
        else:
            title = notes[entry.path].title if entry.path in notes else entry.path
            yield data | {"title": title, "path": entry.path, "reason": _reason_data(entry.reason)}


def _reason_data(reason: Reason) -> dict[str, object] | None:
    if not reason.source:
        return None
    return {"source": reason.source, "line": reason.place[0], "column": reason.place[1]}


# --- progress ---------------------------------------------------------------------------------------------


class Stages:
    """The progress of a build on a terminal: one bar, of the stage at work. Says nothing elsewhere."""

    def __init__(self, *, shown: bool) -> None:
        self._bars = _bars() if shown else None
        self._stage = ""
        self._task = TaskID(0)
        self._drawn = 0.0

    def __enter__(self) -> Callable[[str, int, int], None]:
        if self._bars:
            self._bars.start()
        return self._show

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars:
            self._bars.stop()

    def _show(self, stage: str, done: int, total: int) -> None:
        if not self._bars:
            return
        if stage != self._stage:
            if self._stage:
                self._bars.remove_task(self._task)
            self._stage, self._task = stage, self._bars.add_task(stage, total=None)
        self._bars.update(self._task, completed=done, total=total or None)
        # Drawn here, at most ten times a second: a thread that draws would hold locks while processes are forked.
        if time.monotonic() - self._drawn > 0.1 or done == total:
            self._drawn = time.monotonic()
            self._bars.refresh()


def _bars() -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        auto_refresh=False,
        transient=True,
    )
