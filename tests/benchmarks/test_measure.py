"""Commands whose time and memory are known, measured whole."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

MEASURE = Path(__file__).parents[2] / "benchmarks" / "measure.py"
MEGABYTE = 1_000_000

HOLD = "import time; held = b'a' * 100_000_000; time.sleep(3)"
BURN = "import time\nwhile time.process_time() < 0.5: pass"


def measure(program: str) -> tuple[dict[str, Any], str]:
    """What was measured of a Python program, and what it printed."""
    process = subprocess.run(
        [sys.executable, MEASURE, sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    measured: dict[str, Any] = json.loads(process.stdout)
    return measured, process.stderr


def test_one_process() -> None:
    measured, _ = measure(HOLD)
    assert measured["exit"] == 0
    assert measured["wall"] >= 3
    assert measured["cpu"] < 1
    assert 100 * MEGABYTE < measured["largest"] < 150 * MEGABYTE
    assert measured["together"] >= measured["largest"]


def test_processes_at_one_time() -> None:
    children = f"[subprocess.Popen([sys.executable, '-c', {HOLD!r}]) for _ in range(2)]"
    measured, _ = measure(f"import subprocess, sys\nfor child in {children}: child.wait()")
    assert 100 * MEGABYTE < measured["largest"] < 150 * MEGABYTE
    assert 200 * MEGABYTE < measured["together"] < 300 * MEGABYTE


def test_child_that_its_parent_waits_for() -> None:
    measured, _ = measure(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BURN!r}])")
    assert 0.5 <= measured["cpu"] < 1


def test_child_that_outlives_its_parent() -> None:
    measured, _ = measure(
        f"import os, subprocess, sys; subprocess.Popen([sys.executable, '-c', {BURN!r}]); os._exit(0)"
    )
    assert 0.5 <= measured["cpu"] < 1


def test_failure_and_output() -> None:
    measured, printed = measure("print('said'); raise SystemExit(3)")
    assert measured["exit"] == 3
    assert printed == "said\n"
