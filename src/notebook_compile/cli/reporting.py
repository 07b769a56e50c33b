"""What commands say of findings and results, as lines of text or data for JSON. Prints nothing.

Titles, targets and file names come from notes, which are not trusted: control characters never reach a terminal.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import click

from notebook_compile.diagnostics import CODES, Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

EXAMPLES = 3  # of each kind of finding, after a build

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


def ending_line(name: str) -> str:
    """What to do with a file whose name ends otherwise than its readers want."""
    return f"    name it `{printable(name)}`: only then its readers take it for what it is"


def size_lines(shares: Iterable[tuple[str, int, int]], largest: Iterable[tuple[str, int]]) -> list[str]:
    """`text 812 kB in 24 files, images 2.1 MB in 12 files`, and the largest files, each with its size before it."""
    kinds = [f"{kind} {size_text(size)} in {counted(files, 'file')}" for kind, files, size in shares]
    return ["    " + ", ".join(kinds), *(f"    {size_text(size):>8}  {printable(name)}" for name, size in largest)]


def size_text(size: int) -> str:
    """A file's size in the unit that fits."""
    return f"{size / 1e6:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"


def time_text(seconds: float) -> str:
    """`3.1 s`, `2 min 5 s`."""
    return f"{seconds:.1f} s" if seconds < 60 else f"{int(seconds) // 60} min {int(seconds) % 60} s"
