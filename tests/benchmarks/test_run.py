"""The benchmarks run from end to end on the sample notebook."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_all_figures(tmp_path: Path) -> None:
    data = tmp_path / "figures.json"
    options = ("--index", "index", "--notes", "2", "--few", "1", "--limit", "2", "--runs", "1", "--json", str(data))
    process = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "run.py", ROOT / "notes", *options],
        capture_output=True,
        text=True,
        check=True,
    )
    figures = json.loads(data.read_text())
    rows = {name: [row["notes"] for row in each["rows"]] for name, each in figures["benchmarks"].items()}
    assert rows == {"pdf": [2, 2], "scaling": [1, 2]}
    for name, each in figures["benchmarks"].items():
        assert name in process.stdout
        assert each["figures"]
