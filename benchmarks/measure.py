"""Run a command to its end and measure it whole, with all the processes that it starts.

    python benchmarks/measure.py COMMAND...

In: a command. Out: one line of JSON on stdout; what the command itself prints goes to stderr. Linux only. It never
looks into a process: times and the largest process's peak are the kernel's own accounts, given when a process ends.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

SAMPLED_EVERY = 0.2  # seconds
_PAUSE = 50  # times as long as sampling takes, which grows with the size of processes
_LONGEST_PAUSE = 1.0  # seconds

_PR_SET_CHILD_SUBREAPER = 36  # prctl(2)
_PROC = Path("/proc")
_PROPORTIONAL = re.compile(r"^Pss:\s+(\d+) kB", re.M)


@dataclass(frozen=True, slots=True)
class Measured:
    """What a command took. Memory is in bytes."""

    exit: int
    wall: float  # seconds until the command itself ended
    cpu: float  # seconds of all its processes, user and system
    largest: int  # peak of resident memory of whichever process had the highest
    together: int  # peak of all its processes' memory at one time as sampled, what they share counted once


def measure(command: list[str]) -> Measured:
    """Run a command and wait for it and all its descendants, also those that outlive their parents."""
    _adopt_orphans()
    sampler = _Sampler()
    start = time.perf_counter()
    command_id = os.posix_spawnp(
        command[0],
        command,
        os.environ,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_DUP2, 2, 1),
        ],
    )
    code, wall, cpu, largest = 0, 0.0, 0.0, 0
    with sampler:
        while True:
            try:
                process, status, usage = os.wait4(-1, 0)
            except ChildProcessError:  # none is left
                break
            if process == command_id:
                wall = time.perf_counter() - start
                code = os.waitstatus_to_exitcode(status)
            # The accounts of a process hold those of its children that it waited for itself.
            cpu += usage.ru_utime + usage.ru_stime
            largest = max(largest, usage.ru_maxrss * 1024)
    return Measured(code, wall, cpu, largest, max(sampler.peak, largest))


def _adopt_orphans() -> None:
    """Become the parent of descendants whose own parents end, so that their accounts come here."""
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


@dataclass
class _Sampler:
    """Samples the memory of all descendants while it is entered."""

    peak: int = 0
    _ended: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> _Sampler:
        self._thread = threading.Thread(target=self._sample)
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _sample(self) -> None:
        pause = SAMPLED_EVERY
        while not self._ended.wait(pause):
            start = time.perf_counter()
            self.peak = max(self.peak, sum(map(_memory, _descendants(os.getpid()))))
            pause = min(max(SAMPLED_EVERY, _PAUSE * (time.perf_counter() - start)), _LONGEST_PAUSE)


def _descendants(process: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for folder in _PROC.iterdir():
        if folder.name.isdecimal():
            # "pid (name) state parent ...", and a name may hold anything (proc(5))
            after_name = _read(folder / "stat").rpartition(")")[2].split()
            if after_name:
                children.setdefault(int(after_name[1]), []).append(int(folder.name))
    found: list[int] = []
    parents = [process]
    while parents:
        parents = [child for parent in parents for child in children.get(parent, ())]
        found += parents
    return found


def _memory(process: int) -> int:
    """A process's own memory and its share of what it shares, in bytes; 0 for one that has ended."""
    match = _PROPORTIONAL.search(_read(_PROC / str(process) / "smaps_rollup"))
    return int(match[1]) * 1024 if match else 0


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:  # the process has ended
        return ""


if __name__ == "__main__":
    print(json.dumps(asdict(measure(sys.argv[1:]))))
