"""Put what run.py measured into the documentation: tables and figures in its text, and a chart beside it.

    python benchmarks/chart.py RESULTS.json [--page docs/performance.md]

Writes performance.svg beside the page, and the part of the page between the lines START and END.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from speed.lines import Line, Panel, chart
from speed.results import COLD, EDIT, OBSIDIAN, SAME, TYPST, WEASYPRINT, Result, from_data, table
from turns import MEGABYTE, OURS, Figure

START = "<!-- what follows is written by benchmarks/chart.py -->"
END = "<!-- until here -->"

# (program, change, colour, dashes): colours that are told apart by all eyes, after Okabe and Ito
_LINES = (
    (WEASYPRINT, COLD, "#d55e00", ""),
    (OBSIDIAN, COLD, "#a3447f", ""),
    (TYPST, COLD, "#007a5a", ""),
    (OURS, COLD, "#0072b2", ""),
    (OURS, EDIT, "#0072b2", "7 4"),
    (OURS, SAME, "#0072b2", "2 4"),
)
_SECONDS: dict[float, str] = {
    0.1: "0.1 s",
    1: "1 s",
    10: "10 s",
    60: "1 min",
    600: "10 min",
    3600: "1 h",
    36000: "10 h",
}
_MEGABYTES: dict[float, str] = {
    50: "50 MB",
    100: "100 MB",
    200: "200 MB",
    500: "500 MB",
    1000: "1 GB",
    2000: "2 GB",
    5000: "5 GB",
}


def panels(results: Sequence[Result]) -> tuple[Panel, Panel]:
    """Time and memory by the number of notes."""
    return (
        Panel("Wall time", _SECONDS, _lines(results, "wall", 1, (COLD, EDIT, SAME))),
        Panel("Memory of all processes, at the peak", _MEGABYTES, _lines(results, "together", MEGABYTE, (COLD,))),
    )


def _lines(results: Sequence[Result], what: str, unit: float, changes: Sequence[str]) -> tuple[Line, ...]:
    found = []
    for maker, change, colour, dashes in (line for line in _LINES if line[1] in changes):
        rows = (each for each in results if (each.maker, each.change) == (maker, change))
        points = tuple(sorted((float(each.notes), each.median(what) / unit) for each in rows))
        name = f"{maker}, {change}" if maker == OURS else maker
        if points:
            found.append(Line(name, points, colour, dashes))
    return tuple(found)


def text(data: dict[str, Any]) -> str:
    """The tables and figures as Markdown."""
    results = [from_data(each) for each in data["results"]]
    versions = ", ".join(f"{name} {value}" for name, value in data["machine"].items() if value is not None)
    ours, peers = data["runs"]
    about = f"`{data['notebook']}`, {data['day']}; medians of {ours} runs, of peers {peers}. {versions}."
    figures = [Figure(**each) for each in data["figures"]]
    rows = [("figure", "is", "at most", ""), *(_row(each) for each in figures)]
    return "\n\n".join((about, _markdown(table(results), left=(1, 2)), _markdown(rows, left=(0, 3))))


def _row(figure: Figure) -> tuple[str, str, str, str]:
    bar = "" if figure.bar is None else f"{figure.bar:.3g}{figure.unit}"
    return figure.name, figure.shown, bar, "missed" if figure.missed else ""


def _markdown(rows: Sequence[Sequence[str]], left: Sequence[int]) -> str:
    first, *rest = (f"| {' | '.join(row)} |" for row in rows)
    rule = "".join("|---" if column in left else "|---:" for column in range(len(rows[0]))) + "|"
    return "\n".join((first, rule, *rest))


def replaced(page: str, new: str) -> str:
    """A page with `new` between its two lines. Raises ValueError if it lacks them."""
    before, start, rest = page.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        message = f"the page has no lines {START} and {END}"
        raise ValueError(message)
    return f"{before}{start}\n\n{new}\n\n{end}{after}"


def main() -> int:
    """Read the results and write chart and page."""
    parser = argparse.ArgumentParser(description="Put what run.py measured into the documentation.")
    parser.add_argument("results", type=Path, help="what run.py --json wrote")
    parser.add_argument("--page", type=Path, default=Path(__file__).parents[1] / "docs" / "performance.md")
    options = parser.parse_args()
    try:
        data = json.loads(options.results.read_text(encoding="utf-8"))
        page = replaced(options.page.read_text(encoding="utf-8"), text(data))
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    drawing = chart(panels([from_data(each) for each in data["results"]]), "notes")
    options.page.with_suffix(".svg").write_text(drawing, encoding="utf-8")
    options.page.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
