"""Jobs: order, results and exceptions are the same for any number of processes.

Worker processes cannot import this file, so the work that they do is `eval`, the items are expressions.
"""

from __future__ import annotations

import os
import pickle
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from notebook_compile.jobs import AHEAD, Apart, DeadProcessError, Lost, apart, cores, processes
from notebook_compile.model import Source
from notebook_compile.notes.reader import read_note

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DIE = "__import__('os').kill(__import__('os').getpid(), 9)"
PROCESS = "__import__('os').getpid()"
SOURCES = [Source(f"{number}.md", f"# Note {number}\n\nTo [[{number + 1}]] [00:16:15].\n") for number in range(12)]


@pytest.mark.parametrize(
    ("jobs", "chunk", "elsewhere"), [(1, 1, False), (2, 1, True), (2, 5, True), (2, 12, False), (1, 50, False)]
)
def test_results_stand_in_order_of_the_items(jobs: int, chunk: int, elsewhere: bool) -> None:
    # The first takes longest, so that others are done before it.
    items = [f"(__import__('time').sleep({0.1 if n == 0 else 0}), {n}, {PROCESS})" for n in range(12)]
    with processes(jobs) as run:
        found: list[Any] = list(run(eval, items, chunk))
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


def test_an_exception_says_where_it_was_raised() -> None:
    with processes(2) as run, pytest.raises(ZeroDivisionError) as raised:
        list(run(eval, ["1 / 1", "1 / 0"]))
    assert "<string>" in "".join(raised.value.__notes__)


def test_a_chunk_gives_what_stands_before_an_exception() -> None:
    with processes(2) as run:
        results = run(int, ["1", "2", "3", "x", "5"], 3)
        assert [next(results), next(results), next(results)] == [1, 2, 3]
        with pytest.raises(ValueError, match="'x'"):
            next(results)


def test_what_cannot_be_pickled_is_refused() -> None:
    with processes(2) as run:
        with pytest.raises(pickle.PicklingError):
            list(run(eval, ["1", "lambda: 0"]))
        with pytest.raises((pickle.PicklingError, AttributeError)):
            list(run(lambda item: item, ["1", "2"]))
        with pytest.raises(TypeError):
            list(run(bool, [1, threading.Lock()]))
        assert list(run(abs, [-1, -2])) == [1, 2]


@pytest.mark.parametrize("jobs", [1, 2])
def test_no_items_give_no_results(jobs: int) -> None:
    with processes(jobs) as run:
        assert list(run(len, [])) == []


def test_an_exception_of_the_caller_ends_the_processes() -> None:
    started: list[int] = []
    with pytest.raises(KeyError), processes(2) as run:
        (process, *_) = run(eval, [PROCESS] * 3)
        assert isinstance(process, int)
        started.append(process)
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


# --- processes that die -----------------------------------------------------------------------------------


@pytest.mark.parametrize("chunk", [1, 3])
def test_an_item_whose_process_dies_is_lost_alone(chunk: int) -> None:
    with processes(2) as run:
        found = list(run(eval, ["1", "2", DIE, "4", "5", "6", "__import__('os')._exit(3)", "8"], chunk))
    assert found == [1, 2, Lost("was killed by SIGKILL"), 4, 5, 6, Lost("ended with exit code 3"), 8]


def test_a_process_that_dies_once_costs_nothing(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    dies_first = f"'again' if os.path.exists({str(mark)!r}) else (open({str(mark)!r}, 'w').close(), {DIE})"
    with processes(2) as run:
        assert list(run(eval, ["1", dies_first.replace("os.path", "__import__('os').path"), "3"])) == [1, "again", 3]


def test_a_process_may_die_while_it_sends() -> None:
    # Pools whose processes share a pipe hang here.
    dies_when_pickled = f"type('T', (), {{'__reduce__': lambda self: {DIE}}})()"
    with processes(2) as run:
        found = list(run(eval, ["1", dies_when_pickled, *"345678"]))
    assert found == [1, Lost("was killed by SIGKILL"), 3, 4, 5, 6, 7, 8]


def test_processes_end_when_one_of_them_hangs() -> None:
    began = time.monotonic()
    with processes(2) as run:
        assert next(run(eval, ["1", "__import__('time').sleep(600)"])) == 1
    assert time.monotonic() - began < 60


def test_threads_end_with_their_processes() -> None:
    before = set(threading.enumerate())
    with processes(3) as run:
        assert list(run(abs, range(9))) == list(range(9))
        started = set(threading.enumerate()) - before
        assert len(started) == 3
    assert _comes_true(lambda: not any(thread.is_alive() for thread in started))


def test_work_apart_that_dies_is_tried_twice() -> None:
    waiting = apart(eval, DIE)
    with pytest.raises(DeadProcessError, match="the process of `eval` was killed by SIGKILL"):
        waiting()


# --- many items -------------------------------------------------------------------------------------------


class Counted:
    """An item that counts how many of its kind have been pickled."""

    pickled = 0

    def __reduce__(self) -> tuple[object, ...]:
        Counted.pickled += 1
        return (int, ())


def test_only_some_items_are_sent_before_results_are_taken() -> None:
    with processes(2) as run:
        results = run(abs, [Counted() for _ in range(20_000)])  # type: ignore[arg-type]
        next(results)
        time.sleep(0.5)
        assert Counted.pickled <= 2 * AHEAD + 1


def test_work_goes_on_while_nobody_takes_results(tmp_path: Path) -> None:
    files = [tmp_path / str(number) for number in range(20)]
    with processes(2) as run:
        results = run(eval, [f"open({str(file)!r}, 'w').close()" for file in files])
        assert _comes_true(lambda: all(file.exists() for file in files))
        assert list(results) == [None] * 20


def _comes_true(condition: Callable[[], bool]) -> bool:
    for _ in range(600):
        if condition():
            return True
        time.sleep(0.05)
    return False
