"""Ctrl-C and other ends, of the program as users run it: at once, in one line, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")

_AT_ONCE = 5.0  # seconds: well under one, but on a machine that has other work as well


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    folder = tmp_path / "notebook"
    folder.mkdir()
    for number in range(120):  # no two lines alike, as WeasyPrint would know them: it has to be busy for a minute
        lines = (f"Words {number} on words {line} of a long paragraph.\n" for line in range(800))
        (folder / f"{number}.md").write_text(f"# Note {number}\n\n" + "".join(lines))
    (folder / "old.pdf").write_bytes(b"as it was")
    return folder


def _started(notebook: Path, processes: int) -> subprocess.Popen[str]:
    """A build that has started so many processes besides its own, in a group of its own as in a terminal."""
    words = [
        sys.executable,
        "-m",
        "notebook_compile",
        "pdf",
        str(notebook),
        "--jobs",
        "2",
        "-o",
        str(notebook / "old.pdf"),
    ]
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, cwd=notebook
    )
    while len(_others(process.pid)) < processes:
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    return process


def _others(group: int) -> list[psutil.Process]:
    """The processes of a group but for its first."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == group and process.pid != group:
                found.append(process)
        except OSError:  # it has ended
            continue
    return found


@pytest.mark.parametrize(
    ("end", "everyone", "processes", "code"),
    [
        pytest.param(signal.SIGINT, True, 1, 130, id="Ctrl-C before there are workers"),
        pytest.param(signal.SIGINT, True, 4, 130, id="Ctrl-C"),
        pytest.param(signal.SIGINT, False, 4, 130, id="SIGINT for the main process", marks=pytest.mark.slow),
        pytest.param(signal.SIGTERM, False, 4, 143, id="SIGTERM", marks=pytest.mark.slow),
        pytest.param(signal.SIGTERM, True, 4, 143, id="SIGTERM for all", marks=pytest.mark.slow),
        pytest.param(signal.SIGHUP, True, 4, 129, id="a terminal that is closed", marks=pytest.mark.slow),
    ],
)
def test_an_interrupted_build(notebook: Path, end: signal.Signals, everyone: bool, processes: int, code: int) -> None:
    process = _started(notebook, processes)
    began = time.monotonic()
    (os.killpg if everyone else os.kill)(process.pid, end)
    assert process.wait(timeout=60) == code
    assert time.monotonic() - began < _AT_ONCE
    assert psutil.wait_procs(_others(process.pid), timeout=60)[1] == []
    assert process.communicate() == ("", "notebook-compile: interrupted\n")
    assert {path.name for path in notebook.iterdir() if path.suffix != ".md"} == {"old.pdf"}
    assert (notebook / "old.pdf").read_bytes() == b"as it was"


@pytest.mark.slow
def test_processes_end_when_the_main_process_is_killed(notebook: Path) -> None:
    process = _started(notebook, 4)
    others = _others(process.pid)
    process.kill()
    assert psutil.wait_procs(others, timeout=60)[1] == []
    assert process.communicate() == ("", "")
    assert (notebook / "old.pdf").read_bytes() == b"as it was"
