"""Jobs: order, results and exceptions are the same for any number of processes.

Worker processes cannot import this file, so the work that they do is `eval`, the items are expressions.
"""

from __future__ import annotations

import os
from functools import partial

import pytest

from notebook_compile.jobs import Apart, apart, cores, processes
from notebook_compile.model import Source
from notebook_compile.notes.reader import read_note

PROCESS = "__import__('os').getpid()"
SOURCES = [Source(f"{number}.md", f"# Note {number}\n\nTo [[{number + 1}]] [00:16:15].\n") for number in range(12)]


@pytest.mark.parametrize(
    ("jobs", "chunk", "elsewhere"), [(1, 1, False), (2, 1, True), (2, 5, True), (2, 12, False), (1, 50, False)]
)
def test_results_stand_in_order_of_the_items(jobs: int, chunk: int, elsewhere: bool) -> None:
    # The first takes longest, so that others are done before it.
    items = [f"(__import__('time').sleep({0.1 if n == 0 else 0}), {n}, {PROCESS})" for n in range(12)]
    with processes(jobs) as run:
        found = list(run(eval, items, chunk))
        again = list(run(len, ["", "a", "bc"]))
    assert [number for _, number, _ in found] == list(range(12))
    assert (os.getpid() not in {process for _, _, process in found}) == elsewhere
    assert again == [0, 1, 2]


def test_two_jobs_read_what_one_reads() -> None:
    with processes(1) as alone, processes(2) as together:
        assert list(alone(read_note, SOURCES, 3)) == list(together(read_note, SOURCES, 3))


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_exception_is_raised_where_its_result_would_stand(jobs: int) -> None:
    with processes(jobs) as run:
        results = run(int, ["1", "2", "x", "4"])
        assert [next(results), next(results)] == [1, 2]
        with pytest.raises(ValueError, match="'x'"):
            next(results)


@pytest.mark.parametrize("jobs", [1, 2])
def test_no_items_give_no_results(jobs: int) -> None:
    with processes(jobs) as run:
        assert list(run(len, [])) == []


def test_an_exception_of_the_caller_ends_the_processes() -> None:
    started: list[int] = []
    with pytest.raises(KeyError), processes(2) as run:
        started += [next(run(eval, [PROCESS] * 3))]
        raise KeyError
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], 0)


@pytest.mark.parametrize(("way", "elsewhere"), [(apart, True), (partial, False)])
def test_work_apart_gives_its_result_when_it_is_asked_for(way: Apart, *, elsewhere: bool) -> None:
    process, broken = way(eval, PROCESS), way(int, "x")
    assert (process() != os.getpid()) == elsewhere
    with pytest.raises(ValueError, match="'x'"):
        broken()


def test_cores() -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)
