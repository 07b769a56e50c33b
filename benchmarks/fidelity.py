"""Say how truly the reader reads notes, beside other parsers, and how fast.

    python benchmarks/fidelity.py FOLDER... [--only blocks,words,times,speed,hostile,spec] [--spec FILE]

    blocks   paragraphs, lists, tables and so on, beside cmark-gfm and markdown-it-py
    words    words that a reader sees, once and in order
    times    spellings of times, those that became moments and those that stayed text
    speed    milliseconds a note, beside pymdown-extensions (peers.sh installs them) and markdown-it-py
    hostile  texts that are slow for careless parsers, beside markdown-it-py
    spec     examples of CommonMark's specification, read exactly

Each section prints its figures and their bars, and what does not fit. The exit code is 1 if a bar is missed.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from reading.blocks import measure_blocks
from reading.examples import measure_spec
from reading.hostile import measure_hostile
from reading.sections import File, Options, Section, read_files
from reading.speed import measure_speed
from reading.times import measure_times
from reading.words import measure_words

SECTIONS: dict[str, Callable[[Sequence[File], Options], Section]] = {
    "blocks": measure_blocks,
    "words": measure_words,
    "times": measure_times,
    "speed": measure_speed,
    "hostile": measure_hostile,
    "spec": measure_spec,
}
NEED_NO_NOTES = frozenset({"hostile", "spec"})

_EXAMPLES = Path(__file__).parents[1] / "tests" / "notes" / "markdown" / "commonmark-0.31.2.json"


def read_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Say how truly and how fast notes are read.")
    parser.add_argument("folders", type=Path, nargs="*", metavar="FOLDER", help="a folder of notes")
    parser.add_argument("--only", default=",".join(SECTIONS), help="some of " + ",".join(SECTIONS))
    parser.add_argument("--spec", type=Path, default=_EXAMPLES, help="the specification's examples, as JSON")
    parser.add_argument("--shown", type=int, default=12, help="how many findings are listed")
    parser.add_argument("--sample", type=int, default=150, help="how many notes are timed")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is timed; medians count")
    parser.add_argument("--seconds", type=float, default=60, help="the longest that one hostile input may take")
    options = parser.parse_args()
    options.only = options.only.split(",")
    if unknown := set(options.only) - set(SECTIONS):
        parser.error(f"no section {', '.join(sorted(unknown))}")
    for folder in options.folders:
        if not folder.is_dir():
            parser.error(f"no folder {folder}")
    if not options.folders and set(options.only) - NEED_NO_NOTES:
        parser.error("name a folder of notes")
    if min(options.shown, options.sample, options.rounds) < 1 or options.seconds <= 0:
        parser.error("numbers start at 1")
    return options


def main() -> int:
    """Measure, print, and say by the exit code whether all bars are kept."""
    arguments = read_arguments()
    files = read_files(folder.resolve() for folder in arguments.folders)
    options = Options(
        spec=arguments.spec if arguments.spec.is_file() else None,
        shown=arguments.shown,
        sample=arguments.sample,
        rounds=arguments.rounds,
        seconds=arguments.seconds,
    )
    names = ", ".join(folder.resolve().name for folder in arguments.folders)
    print(f"{names}: {len(files)} notes\n" if files else "no notes\n", flush=True)
    kept = True
    for name in arguments.only:
        section = SECTIONS[name](files, options)
        print(name, *(figure.line() for figure in section.figures), sep="\n")
        print(*(f"    {line}" for line in section.lines), "", sep="\n", flush=True)
        kept = kept and all(figure.kept for figure in section.figures)
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
