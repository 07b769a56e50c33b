"""Map a function over items in order, on several processes. Nothing else in the compiler knows of processes."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

# (done, total)
Counter = Callable[[int, int], None]


def cores() -> int:
    """The number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def map_in_order(
    function: Callable[[T], R], items: Sequence[T], jobs: int, chunk: int = 1, count: Counter | None = None
) -> Iterator[R]:
    """The results of `function` for each item, in order of the items; the same whatever the number of `jobs`.

    `function` and items must be picklable. An exception of `function` ends the map and is raised here.
    """
    results = _in_processes(function, items, jobs, chunk) if jobs > 1 and len(items) > chunk else map(function, items)
    for done, result in enumerate(results, start=1):
        if count:
            count(done, len(items))
        yield result


def _in_processes(function: Callable[[T], R], items: Sequence[T], jobs: int, chunk: int) -> Iterator[R]:
    # A forked child would inherit the threads' locks of the parent; a fork server starts clean, and as fast.
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    workers = min(jobs, -(-len(items) // chunk))
    executor = ProcessPoolExecutor(workers, mp_context=context)
    try:
        yield from executor.map(function, items, chunksize=chunk)
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
