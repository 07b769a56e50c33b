"""Work in other processes: a function over items in order, or one apart from the rest.

A process that dies, killed or out of memory, loses nothing but the item that it was at, which is tried again in a fresh
process and then given up as `Lost`. So each process has a pipe of its own: pools that share one (`concurrent.futures`,
Pebble) hang when a process dies that holds its lock, or has written half of a result.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess

T = TypeVar("T")
R = TypeVar("R")

# How many chunks a process are begun or done before the results in front of them are taken: enough for the others to go
# on while one takes long, and few enough to be held.
AHEAD = 16
_LAST_BREATH = 5.0  # seconds between the end of a process's pipe and its own


@dataclass(frozen=True, slots=True)
class Lost:
    """Stands for the result of an item whose process died, twice."""

    reason: str  # what became of the process, as `was killed by SIGKILL`


class DeadProcessError(RuntimeError):
    """A process ended before it had done its work; says what became of it."""


@dataclass(frozen=True, slots=True)
class Raised:
    """Stands for the result of an item whose function raised."""

    error: Exception


Outcomes = list[Any]  # of some items, in their order: results, `Lost`, or last a `Raised`


class Map(Protocol):
    """The results of a function for each item, in order of the items."""

    def __call__(self, function: Callable[[T], R], items: Sequence[T], chunk: int = 1) -> Iterator[R | Lost]:
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
def processes(jobs: int, preload: Sequence[str] = ()) -> Iterator[Map]:
    """A map over `jobs` processes, which start with the first items; the results are the same for any number of them.

    With one job everything runs in this process, and nothing can be lost. All processes share the memory of the modules
    in `preload`. On leaving, the processes are killed, whatever they are at.
    """
    pool = _Pool(jobs, preload)  # it starts nothing yet

    def run(function: Callable[[T], R], items: Sequence[T], chunk: int = 1) -> Iterator[R | Lost]:
        # A single item that is not one of a chunk is worth a process: it may be the one at which processes die.
        if jobs == 1 or not items or 1 < chunk >= len(items):
            return map(function, items)
        work = pickle.dumps(function)
        return in_order(lambda some: pool.submit(work, some).result, items, chunk, AHEAD * jobs)

    with closing(pool):
        yield run


def prepare(preload: Sequence[str]) -> None:
    """Begin, beside what this process does, what takes time before other processes start: to import modules."""
    if "forkserver" in multiprocessing.get_all_start_methods():
        _context(preload)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
        _ignore_interrupts()
        forkserver.ensure_running()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def apart(function: Callable[..., R], /, *arguments: Any) -> Callable[[], R]:
    """An `Apart` that starts a process; raises DeadProcessError where this dies, and then another."""
    pool = _Pool(1, [_called(function).__module__])
    outcomes = pool.submit(pickle.dumps(partial(_spread, function)), [arguments])

    def result() -> R:
        with closing(pool):
            (outcome,) = _checked(outcomes.result())
        if isinstance(outcome, Lost):
            raise DeadProcessError(f"the process of `{_called(function).__qualname__}` {outcome.reason}")
        found: R = outcome
        return found

    return result


def in_order(
    start: Callable[[Sequence[T]], Callable[[], Outcomes]], items: Sequence[T], chunk: int, ahead: int
) -> Iterator[Any]:
    """The results of all items, in their order; raises what a function raised.

    `start` begins the work on some items, and what it gives waits for their outcomes. It is called at once for the
    first `ahead` chunks, and for one more whenever the outcomes of one are taken.
    """
    chunks = (items[first : first + chunk] for first in range(0, len(items), chunk))
    begun = deque(start(each) for _, each in zip(range(ahead), chunks, strict=False))

    def results() -> Iterator[Any]:
        while begun:
            outcomes = begun.popleft()()
            begun.extend(start(each) for _, each in zip(range(1), chunks, strict=False))
            yield from _checked(outcomes)

    return results()


def question(work: bytes, items: Sequence[Any]) -> bytes:
    """What another process is asked: a pickled function of some items."""
    return pickle.dumps((work, items))


def answer(asked: bytes) -> bytes:
    """What it answers: the outcomes, pickled."""
    try:
        work, items = pickle.loads(asked)
        return pickle.dumps(_outcomes(_unpickled(work), items))
    except Exception as error:  # whatever an object's own pickling raises
        problem = pickle.PicklingError(f"work and its results must be what can be pickled: {error}")
        return pickle.dumps([Raised(problem)])


_unpickled = lru_cache(1)(pickle.loads)  # a function: most often it is that of the items before


def _outcomes(function: Callable[[T], R], items: Sequence[T]) -> Outcomes:
    """The results of some items, up to the first for which the function raises."""
    outcomes: Outcomes = []
    for item in items:
        try:
            outcomes.append(function(item))
        except Exception as error:  # it is raised again where the results are wanted
            error.add_note(traceback.format_exc())  # a traceback itself cannot be pickled
            return [*outcomes, Raised(error)]
    return outcomes


def twice(first: Callable[[], Outcomes], attempt: Callable[[Sequence[T]], Outcomes], items: Sequence[T]) -> Outcomes:
    """The outcomes of some items by a first attempt; where its process dies, each is tried again by itself, or lost."""
    try:
        return first()
    except DeadProcessError:
        return [outcome for item in items for outcome in _again(attempt, item)]


def _again(attempt: Callable[[Sequence[T]], Outcomes], item: T) -> Outcomes:
    try:
        return attempt([item])
    except DeadProcessError as death:
        return [Lost(str(death))]


def _checked(outcomes: Outcomes) -> Iterator[Any]:
    for outcome in outcomes:
        if isinstance(outcome, Raised):
            raise outcome.error
        yield outcome


def _spread(function: Callable[..., R], arguments: Sequence[Any]) -> R:
    return function(*arguments)


def _called(function: Callable[..., object]) -> Callable[..., object]:
    """What a function calls in the end, where it is a partial."""
    called: Callable[..., object] = getattr(function, "func", function)
    return called


# --- the processes of this machine ------------------------------------------------------------------------


class _Pool:
    """Threads, each of which has a process that it hands some items at a time."""

    def __init__(self, jobs: int, preload: Sequence[str]) -> None:
        self._jobs = jobs
        self._context = _context(preload)
        self._waiting: SimpleQueue[tuple[bytes, Sequence[Any], Future[Outcomes]] | None] = SimpleQueue()
        self._workers: list[_Worker] = []

    def submit(self, work: bytes, items: Sequence[Any]) -> Future[Outcomes]:
        """Put some items in the queue; `work` is the pickled function."""
        future: Future[Outcomes] = Future()
        self._waiting.put((work, items, future))
        if len(self._workers) < self._jobs:
            self._workers.append(_Worker(self._context))
            # Nobody waits for these threads: at an exit they may be about to start a process.
            Thread(target=self._lead, args=[self._workers[-1]], daemon=True).start()
        return future

    def close(self) -> None:
        """Kill the processes."""
        for worker in self._workers:
            self._waiting.put(None)
            worker.close()

    def _lead(self, worker: _Worker) -> None:
        if hasattr(signal, "pthread_sigmask"):
            _ignore_interrupts()
        while (task := self._waiting.get()) is not None and not worker.closed:
            work, items, future = task
            try:
                attempt = partial(worker.attempt, work)
                future.set_result(twice(partial(attempt, items), attempt, items))
            except BaseException as error:  # whoever waits has to know
                future.set_exception(error)
        worker.close()  # one that was about to start when the others were killed


class _Worker:
    """A process that works when asked to; another one takes its place when it dies."""

    def __init__(self, context: BaseContext) -> None:
        self._context = context
        self._running: tuple[BaseProcess, Connection] | None = None
        self.closed = False

    def attempt(self, work: bytes, items: Sequence[Any]) -> Outcomes:
        """The outcomes of some items. Raises DeadProcessError where the process dies, and what cannot be pickled."""
        asked = question(work, items)
        process, connection = self._running = self._running or self._start()
        try:
            connection.send_bytes(asked)
            received = connection.recv_bytes()
        except (EOFError, OSError):
            self._running = None
            raise DeadProcessError(_end(process, connection)) from None
        outcomes: Outcomes = pickle.loads(received)
        return outcomes

    def close(self) -> None:
        """Kill the process."""
        self.closed = True
        if self._running is not None:
            self._running[0].kill()
            self._running[0].join()

    def _start(self) -> tuple[BaseProcess, Connection]:
        if self.closed:
            raise RuntimeError("nobody wants the work any more")
        ours, theirs = self._context.Pipe()
        process: BaseProcess = self._context.Process(target=_serve, args=[theirs], daemon=True)  # type: ignore[attr-defined]
        process.start()
        theirs.close()  # else its death would not be the end of the pipe
        try:
            ours.recv_bytes()
        except (EOFError, OSError):
            raise RuntimeError(f"a worker process {_end(process, ours)} before it had any work") from None
        return process, ours


def _end(process: BaseProcess, connection: Connection) -> str:
    """Clear away what is left of a process that closed its pipe; what became of it."""
    connection.close()
    process.join(_LAST_BREATH)
    process.kill()
    process.join()
    return _fate(process.exitcode or 0)


def _fate(code: int) -> str:
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:  # a signal without a name
        return f"was killed by signal {-code}"


def _context(preload: Sequence[str]) -> BaseContext:
    # A forked child would inherit the threads' locks of its parent; a fork server starts clean, and nearly as fast.
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    # The server imports, once, what this process has of the package and what the work needs, so that not each process
    # has to, and all share its memory.
    package = __name__.partition(".")[0]
    context.set_forkserver_preload([*(name for name in sys.modules if name.partition(".")[0] == package), *preload])
    return context


def _ignore_interrupts() -> None:
    """Block Ctrl-C in this thread and in processes that it starts, which inherit this: it is for the main one alone."""
    resource_tracker.ensure_running()  # unblocks SIGINT when it starts
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _serve(connection: Connection) -> None:
    """What a process does: work, until it is killed or nobody is there to ask for more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    with suppress(EOFError, OSError):
        connection.send_bytes(b"ready")
        while True:
            connection.send_bytes(answer(connection.recv_bytes()))


def _end_with_parent() -> None:
    """End this process when its parent ends, whatever way: a killed parent cannot say so."""
    parent = multiprocessing.parent_process()
    assert parent is not None  # it is a child
    wait([parent.sentinel])
    os._exit(1)
