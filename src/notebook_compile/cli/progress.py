"""The progress of a build, on a terminal."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType


class Stages:
    """The progress of a build on a terminal: one bar, of the stage at work. Says nothing elsewhere."""

    def __init__(self, *, shown: bool) -> None:
        self._bars = _bars() if shown else None
        self._stage = ""
        self._task = TaskID(0)
        self._drawn = 0.0

    def __enter__(self) -> Callable[[str, int, int], None]:
        if self._bars:
            self._bars.start()
        return self._show

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars:
            self._bars.stop()

    def _show(self, stage: str, done: int, total: int) -> None:
        if not self._bars:
            return
        if stage != self._stage:
            if self._stage:
                self._bars.remove_task(self._task)
            self._stage, self._task = stage, self._bars.add_task(stage, total=None)
        self._bars.update(self._task, completed=done, total=total or None)
        # Drawn here, at most ten times a second: a thread that draws would hold locks while processes are forked.
        if time.monotonic() - self._drawn > 0.1 or done == total:
            self._drawn = time.monotonic()
            self._bars.refresh()


def _bars() -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        auto_refresh=False,
        transient=True,
    )
