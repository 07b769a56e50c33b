"""Work in other processes: a function over items in order, or one apart from the rest.

Nothing else in the compiler knows of processes.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Map(Protocol):
    """The results of a function for each item, in order of the items."""

    def __call__(self, function: Callable[[T], R], items: Sequence[T], chunk: int = 1) -> Iterator[R]:
        """Function and items must be picklable; `chunk` items go to a process at once. Raises what `function` does."""
        ...


class Apart(Protocol):
    """Starts a function on its own; what is given back waits for its result, and raises what the function raises.

    `functools.partial` is one, which starts it only then.
    """

    def __call__(self, function: Callable[..., R], /, *arguments: Any) -> Callable[[], R]:
        """Function and arguments must be picklable."""
        ...


def cores() -> int:
    """The number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def processes(jobs: int) -> Iterator[Map]:
    """A map over `jobs` processes, which start with the first items; the results are the same for any number of them.

    With one job everything runs in this process.
    """
    executor: Executor | None = None

    def run(function: Callable[[T], R], items: Sequence[T], chunk: int = 1) -> Iterator[R]:
        nonlocal executor
        if jobs == 1 or len(items) <= chunk:
            return map(function, items)
        executor = executor or _executor(jobs, function)
        return executor.map(function, items, chunksize=chunk)

    try:
        yield run
    finally:
        if executor is not None:
            executor.shutdown(wait=True, cancel_futures=True)


def apart(function: Callable[..., R], /, *arguments: Any) -> Callable[[], R]:
    """An `Apart` that starts a process."""
    executor = _executor(1, function)
    result = executor.submit(function, *arguments)
    executor.shutdown(wait=False)
    return result.result


def _executor(jobs: int, function: Callable[..., object]) -> Executor:
    return ProcessPoolExecutor(
        jobs, mp_context=_context(function), initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN)
    )


def _context(function: Callable[..., object]) -> multiprocessing.context.BaseContext:
    # A forked child would inherit the threads' locks of its parent; a fork server starts clean, and nearly as fast.
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    # The server imports what the work needs, so that not each process has to, and all share its memory.
    context.set_forkserver_preload([getattr(function, "func", function).__module__])  # of a partial: what it calls
    return context
