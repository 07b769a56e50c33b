"""Hostile inputs: texts that are slow or fatal for careless parsers, beside markdown-it-py.

Each text and engine has a process of its own and a time limit. The kinds are those of cmark-gfm's tests of its own
robustness, and what wiki-links and quotes add.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from reading.engines import MARKDOWN_IT, OURS, WHOLE
from reading.sections import Figure, File, Options, Section

BAR = 20.0  # times as long as markdown-it-py
TRIFLE = 0.02  # seconds: what takes less counts as this
FAILED = float("inf")

_PROGRAM = Path(__file__).with_name("engines.py")

INPUTS: dict[str, Callable[[], str]] = {
    "10,000 opening brackets": lambda: "[" * 10_000,
    "5,000 open wiki-links": lambda: "[[a|" * 5_000,
    "50,000 stars": lambda: "*" * 50_000,
    "quotes 2,000 deep": lambda: "> " * 2_000 + "a",
    "lists 2,000 deep, a line each": lambda: "".join("  " * depth + "- a\n" for depth in range(2_000)),
    "lists 2,000 deep on one line": lambda: "- " * 2_000 + "a",
    "quotes and lists by turns": lambda: "> - " * 1_000 + "a",
    "nested strong emphasis": lambda: "*a **a " * 5_000 + "b" + " a** a*" * 5_000,
    "emphasis closed, never opened": lambda: "a_ " * 20_000,
    "emphasis opened, never closed": lambda: "_a " * 20_000,
    "links closed, never opened": lambda: "a]" * 20_000,
    "links opened, never closed": lambda: "[a" * 20_000,
    "mismatched openers and closers": lambda: "*a_ " * 20_000,
    "openers and closers whose lengths add to three": lambda: "a**b" + "c* " * 20_000,
    "strong emphasis in brackets": lambda: "**x [a*b**c*](d)" * 2_000,
    "strikethrough opened, never closed": lambda: "~~a " * 10_000,
    "open link addresses": lambda: "[a](" * 10_000,
    "open pointed addresses": lambda: "[a](<b" * 10_000,
    "open titles": lambda: '[a](b "' * 10_000,
    "nested brackets": lambda: "[" * 10_000 + "a" + "]" * 10_000,
    "nested links": lambda: "[" * 5_000 + "a" + "](b)" * 5_000,
    "open images": lambda: "![[]()" * 10_000,
    "backslashes and backquotes": lambda: "\\`" * 20_000,
    "runs of backquotes, each longer": lambda: "".join("e" + "`" * length for length in range(1, 1_000)),
    "comments of HTML, never closed": lambda: "a <!-- b " * 5_000,
    "a comment of HTML over many lines": lambda: "<!--\n" + "a\n\n" * 10_000,
    "instructions, never closed": lambda: "a <?b " * 5_000,
    "declarations, never closed": lambda: "a <!A " * 5_000,
    "CDATA, never closed": lambda: "a <![CDATA[ " * 5_000,
    "open tags": lambda: "<a b='c" * 5_000,
    "less-than signs": lambda: "<" * 20_000,
    "entities": lambda: "&" * 20_000,
    "references, all defined": lambda: "".join(f"[{n}]: u\n\n[{n}]\n\n" for n in range(5_000)),
    "references, none defined": lambda: "[a]" * 20_000,
    "definitions that collide": lambda: "[a]: u\n" * 10_000 + "[a]" * 1_000,
    "definitions, never ended": lambda: '[a]: u "\n' * 5_000,
    "a table of many columns": lambda: f"|{'a|' * 2_000}\n|{'-|' * 2_000}\n" + f"|{'b|' * 2_000}\n" * 20,
    "a table of many short rows": lambda: f"|{'a|' * 500}\n|{'-|' * 500}\n" + "|b\n" * 2_000,
    "delimiter rows, no tables": lambda: "a\n|-|-|\n" * 5_000,
    "escaped bars": lambda: "|a|\n|-|\n|" + "\\|" * 20_000 + "|\n",
    "one long line": lambda: "word " * 100_000,
    "lazy lines": lambda: "> - " * 45 + "a\n" + "b\n" * 5_000,
    "blanks inside": lambda: "a" + " " * 100_000 + "b",
    "comments of Obsidian, never closed": lambda: "a %% b\n\n" * 5_000,
    "formulas, never closed": lambda: "a $b $$c " * 5_000,
    "footnotes, never closed": lambda: "[^a" * 5_000 + "^[b" * 5_000,
    "times": lambda: "[00:00:01]" * 10_000,
    "elements of times, never closed": lambda: '<a class="yt-timestamp" data-t="' * 5_000,
}
"""Texts by what is bad about them."""


def measure_hostile(files: Sequence[File], options: Options) -> Section:
    """How much longer ours takes than markdown-it-py for each input; the notes are no matter here."""
    worst = {OURS: 0.0, WHOLE: 0.0}
    lines = [f"{'':48} {MARKDOWN_IT:>15} {OURS:>15} {WHOLE:>15}   seconds"]
    for name, make in INPUTS.items():
        text = make()
        peer = time_alone(MARKDOWN_IT, text, options.seconds)
        mine = {engine: time_alone(engine, text, options.seconds) for engine in worst}
        slow = []
        for engine, taken in mine.items():
            times = beside(taken, peer, options.seconds)
            worst[engine] = max(worst[engine], times)
            slow += [f"{engine} {times:.0f} times"] if times > BAR else []
        shown = " ".join(f"{taken:15.3f}" for taken in (peer, *mine.values()))
        lines.append(f"{name:48} {shown}   {'MISSED: ' + ', '.join(slow) if slow else ''}".rstrip())
    figures = tuple(
        Figure(f"{engine} beside {MARKDOWN_IT} at its worst", times, most=BAR, digits=1)
        for engine, times in worst.items()
    )
    return Section(figures, tuple(lines))


def beside(ours: float, peer: float, limit: float) -> float:
    """How many times the peer's time ours is; what the peer could not do counts as the time limit."""
    return max(ours, TRIFLE) / max(min(peer, limit), TRIFLE)


def time_alone(engine: str, text: str, limit: float) -> float:
    """The CPU seconds of an engine for a text, in a process of its own; FAILED where it fails or takes too long."""
    folders = (str(_PROGRAM.parents[1]), os.environ.get("PYTHONPATH", ""))
    try:
        process = subprocess.run(
            [sys.executable, str(_PROGRAM), engine],
            input=text.encode(),
            capture_output=True,
            timeout=limit,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, folders))},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return FAILED
    return float(process.stdout) if process.returncode == 0 else FAILED
