"""Work on other machines: the map of `jobs.py` over the workers of a dask.distributed cluster.

The workers have the same versions of what makes a book, and the notebook's folder at the same path; else a book could
differ from what this machine alone makes. A scheduler is trusted: what it sends is unpickled.
"""

from __future__ import annotations

import logging
import pickle
import platform
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from notebook_compile.jobs import AHEAD, DeadProcessError, Lost, Map, Outcomes, answer, in_order, question, twice
from notebook_compile.versions import LIBRARIES

if TYPE_CHECKING:
    from distributed import Client, Future

T = TypeVar("T")
R = TypeVar("R")

_PACKAGE = "notebook-compile"
_REACHED_WITHIN = 5.0  # seconds
# So often, in seconds, is looked whether there are workers, and so often there may be none: those that died come again.
_LOOKED_AFTER, _MISSED = 5.0, 12


class ClusterError(RuntimeError):
    """A cluster that cannot be used, and what to do."""


@contextmanager
def cluster(address: str, folders: Sequence[Path]) -> Iterator[Map]:
    """A map over the workers of the scheduler at an address, all of whom must see the folders.

    Raises ClusterError where the cluster cannot be used, or is lost on the way.
    """
    client = _connected(address)
    try:
        _check(client, folders)
        yield _map(client)
    except (CancelledError, OSError) as error:
        if client.status == "running":
            raise
        raise ClusterError(f"the scheduler at `{address}` is gone") from error
    finally:
        client.close(timeout=1)


def _connected(address: str) -> Client:
    try:
        from distributed import Client  # noqa: PLC0415  # an extra
    except ImportError:
        message = "dask.distributed is not installed: pip install 'notebook-compile[cluster]'"
        raise ClusterError(message) from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong is said in one line, here
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of versions that differ; they are looked at below
        try:
            return Client(address, timeout=_REACHED_WITHIN, set_as_default=False)
        except (OSError, ValueError) as error:
            hint = "start one by `dask scheduler`, or correct the address"
            raise ClusterError(f"no scheduler answers at `{address}`: {hint}") from error


def _map(client: Client) -> Map:
    def run(function: Callable[[T], R], items: Sequence[T], chunk: int = 1) -> Iterator[R | Lost]:
        work = pickle.dumps(function)
        return in_order(lambda some: _start(client, work, some), items, chunk, AHEAD * len(_workers(client)))

    return run


def _start(client: Client, work: bytes, items: Sequence[Any]) -> Callable[[], Outcomes]:
    def submit(some: Sequence[Any]) -> Callable[[], Outcomes]:
        return partial(_outcomes, client, client.submit(answer, question(work, some), pure=False))

    return partial(twice, submit(items), lambda some: submit(some)(), items)


def _outcomes(client: Client, future: Future[bytes]) -> Outcomes:
    """What a task gave. Raises DeadProcessError where it stood on several workers that died, one after the other."""
    from distributed import KilledWorker  # noqa: PLC0415

    missed = 0
    while True:
        try:
            outcomes: Outcomes = pickle.loads(future.result(timeout=_LOOKED_AFTER))
        except TimeoutError:
            missed = 0 if _workers(client) else missed + 1
            if missed == _MISSED:  # else it would be waited for without end
                raise ClusterError("all workers of the cluster are gone") from None
        except KilledWorker:
            raise DeadProcessError("died on every worker that had the work") from None
        else:
            return outcomes


def _workers(client: Client) -> dict[str, Any]:
    """What the scheduler says of its workers, by their addresses."""
    workers: dict[str, Any] = client.scheduler_info(n_workers=-1)["workers"]
    return workers


# --- is every worker as this machine is -------------------------------------------------------------------


def _check(client: Client, folders: Sequence[Path]) -> None:
    """Raise ClusterError unless every worker can take this machine's place."""
    workers = _workers(client)
    if not workers:
        raise ClusterError("the cluster has no workers: start some with `dask worker`")
    for address, worker in workers.items():
        if worker["nthreads"] != 1:
            threads = f"worker {address} has {worker['nthreads']} threads"
            raise ClusterError(f"{threads}: start it with `--nthreads 1`, and more of them by `--nworkers`")
    here = facts()
    # First by what needs nothing of this package, to find out whether it is there.
    for address, there in _told(client, metadata.version, _PACKAGE):
        if there != here[_PACKAGE]:
            version = "(not installed)" if isinstance(there, Exception) else there
            raise ClusterError(_different(address, _PACKAGE, version, here[_PACKAGE]))
    for address, there in _told(client, facts):
        if isinstance(there, Exception):
            raise ClusterError(f"worker {address} cannot make books: {there}")
        for name, version in here.items():
            if there[name] != version:
                raise ClusterError(_different(address, name, there[name], version))
    for folder in folders:
        for address, seen in _told(client, Path.is_dir, folder):
            if seen is not True:
                raise ClusterError(f"worker {address} has no folder `{folder}`: share it under the same path")


def _told(client: Client, function: Callable[..., Any], *arguments: object) -> Iterator[tuple[str, Any]]:
    """What a function returns or raises on each worker, by the worker's address."""
    answers = client.run(function, *arguments, on_error="return")
    alive = _workers(client)  # others ended meanwhile: that is why they raised
    return ((address, told) for address, told in answers.items() if address in alive)


def _different(address: str, name: str, there: object, here: str) -> str:
    return f"worker {address} has {name} {there}, this machine {here}: install the same on both"


def facts() -> dict[str, str]:
    """The versions of what makes a book, by name."""
    return {"Python": platform.python_version(), "Pango": _pango_version()} | {
        name: _version(name) for name in (_PACKAGE, *sorted(LIBRARIES))
    }


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "(not installed)"


def _pango_version() -> str:
    """The version of Pango, which breaks lines."""
    from weasyprint.text.ffi import pango  # noqa: PLC0415  # slow

    version: int = pango.pango_version()
    return f"{version // 10_000}.{version // 100 % 100}.{version % 100}"
