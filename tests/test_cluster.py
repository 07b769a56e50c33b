"""A cluster gives what this machine gives, and says in one line why it cannot be used. The clusters here are real: a
scheduler, and workers in processes of their own."""

from __future__ import annotations

import os
import platform
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from distributed import Client

from notebook_compile import cluster as clusters
from notebook_compile import compiler
from notebook_compile.cli import main
from notebook_compile.cluster import ClusterError, cluster
from notebook_compile.compiler import compile_notebook, make_pdf
from notebook_compile.jobs import Lost, Map, processes
from notebook_compile.model import Source
from notebook_compile.notes.reader import read_note

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SOURCES = [Source(f"{number}.md", f"# Note {number}\n\nTo [[{number + 1}]] [00:16:15].\n") for number in range(12)]


@dataclass(frozen=True)
class Cluster:
    """A running cluster."""

    address: str
    scheduler: subprocess.Popen[bytes]


@contextmanager
def _running(workers: int, threads: int = 1) -> Iterator[Cluster]:
    """A cluster as the documentation starts it, on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    scheduler = _dask("scheduler", "--host", address, "--dashboard-address", ":0")
    started = [scheduler]
    try:
        if workers:
            number = ["--nworkers", str(workers), "--nthreads", str(threads)]
            started.append(_dask("worker", address, *number, "--no-dashboard"))
        with Client(address, timeout=60, set_as_default=False) as client:
            if workers:
                client.wait_for_workers(workers, timeout=120)
        yield Cluster(address, scheduler)
    finally:
        for process in reversed(started):
            with suppress(psutil.NoSuchProcess):  # it has ended
                for child in psutil.Process(process.pid).children(recursive=True):
                    child.kill()
            process.kill()
            process.wait()


def _dask(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    with _running(2) as running:
        yield running.address


def _processes_of_workers(address: str) -> list[int]:
    with Client(address, set_as_default=False) as client:
        return list(client.run(os.getpid).values())


# --- the map ----------------------------------------------------------------------------------------------


def test_results_stand_in_order_of_the_items(scheduler: str) -> None:
    with cluster(scheduler, []) as run:
        items = [
            f"(__import__('time').sleep({0.5 if n == 0 else 0}), {n}, __import__('os').getpid())" for n in range(9)
        ]
        found: list[Any] = list(run(eval, items))
        assert [number for _, number, _ in found] == list(range(9))
        assert {process for _, _, process in found} == set(_processes_of_workers(scheduler))
        assert list(run(len, ["", "a", "bc"], 2)) == [0, 1, 2]
        assert list(run(len, [])) == []


def test_a_cluster_reads_what_one_process_reads(scheduler: str) -> None:
    with processes(1) as alone, cluster(scheduler, []) as together:
        assert list(alone(read_note, SOURCES)) == list(together(read_note, SOURCES, 5))


def test_an_exception_is_raised_where_its_result_would_stand(scheduler: str) -> None:
    with cluster(scheduler, []) as run:
        results = run(int, ["1", "2", "x", "4"])
        assert [next(results), next(results)] == [1, 2]
        with pytest.raises(ValueError, match="'x'"):
            next(results)


@pytest.mark.slow
def test_an_item_that_kills_its_workers_is_lost_alone() -> None:
    with _running(2) as running, cluster(running.address, []) as run:
        found = list(run(eval, ["1", "2", "__import__('os').kill(__import__('os').getpid(), 9)", "4", "5"], 2))
    assert found == [1, 2, Lost("died on every worker that had the work"), 4, 5]


# --- clusters that cannot be used -------------------------------------------------------------------------


def _complaint(words: Sequence[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as exit_:
        main(words)
    assert exit_.value.code == 2
    complaint = capsys.readouterr().err
    assert complaint.count("\n") == 1
    return complaint.removeprefix("notebook-compile: ").rstrip()


def test_a_scheduler_that_does_not_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "_REACHED_WITHIN", 0.5)
    (tmp_path / "a.md").write_text("# A\n")
    words = ["pdf", str(tmp_path), "--cluster", "tcp://127.0.0.1:9", "-q", "-o", str(tmp_path / "a.pdf")]
    assert _complaint(words, capsys) == (
        "--cluster: no scheduler answers at `tcp://127.0.0.1:9`: start one by `dask scheduler`, or correct the address"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]


def test_a_word_that_is_no_address(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.md").write_text("# A\n")
    assert _complaint(["build", str(tmp_path), "--cluster", "8786"], capsys) == (
        "--cluster: `8786` is not the address of a scheduler: write it as `tcp://host:8786`"
    )


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match=r"pip install 'notebook-compile\[cluster\]'"), cluster("tcp://a:1", []):
        pass


def test_other_versions(scheduler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here = clusters.facts()
    monkeypatch.setattr(platform, "python_version", lambda: "3.99.0")
    with (
        pytest.raises(ClusterError, match=rf"has Python {here['Python']}, this machine 3.99.0: install the same"),
        cluster(scheduler, []),
    ):
        pass


def test_a_folder_that_workers_do_not_see(scheduler: str, tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    with pytest.raises(ClusterError, match=r"has no folder `.*missing`: share it"), cluster(scheduler, [missing]):
        pass
    with cluster(scheduler, [tmp_path]) as run:
        assert list(run(abs, [-1])) == [1]


@pytest.mark.slow
def test_workers_of_several_threads() -> None:
    with (
        _running(1, threads=2) as running,
        pytest.raises(ClusterError, match="has 2 threads: start it with `--nthreads 1`"),
        cluster(running.address, []),
    ):
        pass


@pytest.mark.slow
def test_no_workers() -> None:
    with (
        _running(0) as running,
        pytest.raises(ClusterError, match="has no workers"),
        cluster(running.address, []),
    ):
        pass


@pytest.mark.slow
def test_a_scheduler_that_ends_during_the_work() -> None:
    with (
        _running(1) as running,
        pytest.raises(ClusterError, match=r"the scheduler at `.*` is gone"),
        cluster(running.address, []) as run,
    ):
        for _ in run(eval, ["1", *["__import__('time').sleep(600)"] * 3]):
            running.scheduler.kill()
            running.scheduler.wait()


# --- a book -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_worker_that_is_killed_during_a_build_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        text = "Words of a paragraph that is long enough for several lines. " * 15
        (tmp_path / f"{number}.md").write_text(f"# Note {number}\n\n{text}\n\nTo [[{(number + 7) % 10}]].\n")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    monkeypatch.setattr(compiler, "FEW_NOTES", 1)  # read on the cluster, too
    killed: list[int] = []

    @contextmanager
    def killing(address: str, folders: Sequence[Path]) -> Iterator[Map]:
        with cluster(address, folders) as run:

            def run_and_kill(function: Any, items: Sequence[Any], chunk: int = 1) -> Iterator[Any]:
                for number, result in enumerate(run(function, items, chunk)):
                    if number == 1:
                        killed.append(_processes_of_workers(address)[0])
                        os.kill(killed[-1], signal.SIGKILL)
                    yield result

            yield run_and_kill

    def made(flags: dict[str, object]) -> bytes:
        compiled, settings = compile_notebook(tmp_path, flags, lambda *_: None)
        return make_pdf(compiled, settings, lambda *_: None).pdf

    alone = made({"jobs": 1})
    with _running(3) as running:
        monkeypatch.setattr(clusters, "cluster", killing)
        assert made({"cluster": running.address}) == alone
    assert len(killed) >= 2  # while notes are read, and while they are laid out
