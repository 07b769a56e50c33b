"""Jobs: order, results and exceptions are the same for any number of processes."""

from __future__ import annotations

import operator
import os
import time
from pathlib import Path

import pytest

from notebook_compile.jobs import cores, processes
from notebook_compile.model import Source
from notebook_compile.notes.reader import read_note

SOURCES = [Source(f"{number}.md", f"# Note {number}\n\nTo [[{number + 1}]] [00:16:15].\n") for number in range(12)]


def late_at_first(number: int) -> tuple[int, int]:
    """The first items take longest, so that the last are done before them."""
    time.sleep(0.05 if number < 2 else 0)
    return number, os.getpid()


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("chunk", [1, 5, 50])
def test_results_stand_in_order_of_the_items(jobs: int, chunk: int) -> None:
    with processes(jobs) as run:
        found = list(run(late_at_first, range(12), chunk))
        again = list(run(late_at_first, range(3)))
    assert [number for number, _ in found] == list(range(12))
    assert [number for number, _ in again] == list(range(3))
    elsewhere = {process for _, process in found} - {os.getpid()}
    assert bool(elsewhere) == (jobs > 1 and chunk < 12)


def test_two_jobs_read_what_one_reads() -> None:
    with processes(1) as alone, processes(2) as together:
        assert list(alone(read_note, SOURCES, 3)) == list(together(read_note, SOURCES, 3))


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_exception_is_raised_where_its_result_would_stand(jobs: int) -> None:
    with processes(jobs) as run:
        results = run(abs_or_raise, ["1", "2", "x", "4"])
        assert [next(results), next(results)] == [1, 2]
        with pytest.raises(ValueError, match="x"):
            next(results)


def abs_or_raise(text: str) -> int:
    return abs(int(text))


@pytest.mark.parametrize("jobs", [1, 2])
def test_no_items_give_no_results(jobs: int) -> None:
    with processes(jobs) as run:
        assert list(run(abs, [])) == []


def test_an_exception_of_the_caller_ends_the_processes(tmp_path: Path) -> None:
    with pytest.raises(KeyError), processes(2) as run:
        results = run(late_at_first, range(40))
        _, process = next(results)
        (tmp_path / "process").write_text(str(process))
        operator.getitem({}, "missing")
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "process").read_text()), 0)


def test_cores() -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)
