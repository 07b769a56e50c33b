"""What was measured: each program's runs on a number of notes after a change, as values, tables and JSON."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from measure import Measured
from turns import MEGABYTE, aligned

# What came before a run. Peers keep nothing from one run to the next: for them, all are as the first.
COLD = "cold"
SAME = "no change"
EDIT = "one edit"
MOVE = "an edit that moves every page"

WEASYPRINT = "WeasyPrint, one document"
TYPST = "pandoc to Typst"
OBSIDIAN = "obsidian-pdf-exporter"

_COLUMNS = ("notes", "made by", "after", "wall s", "CPU s", "largest MB", "together MB", "file MB", "pages")


@dataclass(slots=True)
class Result:
    """The runs of one program on the first notes of a notebook, and the file that they made."""

    maker: str
    notes: int
    change: str
    runs: list[Measured] = field(default_factory=list)
    size: int = 0  # bytes
    pages: int = 0
    kept: str = ""  # the day of the earlier run of these benchmarks that this was taken from

    def median(self, what: str) -> float:
        """The median of a field of `Measured`."""
        return float(statistics.median(getattr(run, what) for run in self.runs))


def table(results: Sequence[Result]) -> list[tuple[str, ...]]:
    """Medians as rows of text, the first one the names of the columns."""
    return [
        _COLUMNS,
        *(
            (
                str(result.notes),
                result.maker + (f" (of {result.kept})" if result.kept else ""),
                result.change,
                f"{result.median('wall'):.2f}",
                f"{result.median('cpu'):.2f}",
                f"{result.median('largest') / MEGABYTE:.0f}",
                f"{result.median('together') / MEGABYTE:.0f}",
                f"{result.size / MEGABYTE:.2f}",
                str(result.pages),
            )
            for result in results
        ),
    ]


def lines(results: Sequence[Result]) -> list[str]:
    """The table for a terminal."""
    return aligned(table(results), left=(1, 2))


def to_data(result: Result) -> dict[str, Any]:
    """A result for JSON."""
    return asdict(result)


def from_data(data: Mapping[str, Any]) -> Result:
    """The result that `to_data` made this of."""
    return Result(**{**data, "runs": [Measured(**run) for run in data["runs"]]})
