"""What commands print: lines on stdout, findings and complaints on stderr."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import rich_click as click

from notebook_compile.cli import reporting
from notebook_compile.diagnostics import Diagnostic, Severity

PROGRAM = "notebook-compile"


def print_lines(lines: Iterable[str], *, err: bool = False) -> None:
    """Print lines, with their colours where a terminal shows them."""
    colour = False if os.environ.get("NO_COLOR") else None  # None: where a terminal shows it
    for line in lines:
        click.echo(line, err=err, color=colour)


def print_json(data: object) -> None:
    """Print data for other programs."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def print_counts(findings: Sequence[Diagnostic], options: Mapping[str, Any]) -> None:
    """Findings by kind; the quiet hear of errors only, and only the verbose of notes."""
    severities = {Severity.ERROR}
    if not options["quiet"]:
        severities |= {Severity.WARNING} | ({Severity.NOTE} if options["verbose"] else set())
    counts = list(reporting.count_lines(each for each in findings if each.severity in severities))
    print_lines(counts, err=True)
    if len(counts) < len(findings) and not options["quiet"]:
        words = [PROGRAM, "check", *filter(None, [options["notebook"]])]
        words += ["--index", options["index"]] if options.get("index") else []
        print_lines([f"{len(findings):,} findings in all; `{shlex.join(words)}` lists them"], err=True)


def shows_progress(options: Mapping[str, Any]) -> bool:
    """Whether somebody watches."""
    return not options["quiet"] and sys.stderr.isatty()
