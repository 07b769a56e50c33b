"""Speed: milliseconds of CPU a note, of ours beside the peers.

In each round every engine reads the same notes, one engine after the other, so that a busy hour meets all alike; the
order changes from round to round. Medians of the rounds count.
"""

from __future__ import annotations

import gc
import statistics
from collections.abc import Iterator, Mapping, Sequence

from reading.engines import ENGINES, OURS, PYMDOWN, WHOLE, Engine, seconds
from reading.sections import Figure, File, Options, Section

BAR = 1.0  # ours, beside pymdown-extensions


def measure_speed(files: Sequence[File], options: Options) -> Section:
    """The time a note of each engine, and the ratios."""
    engines, absent = find_engines()
    step = max(1, len(files) // options.sample)
    chosen = files[::step][: options.sample]
    taken = time_rounds(engines, chosen, options.rounds)
    medians = {name: statistics.median(rounds) * 1000 / max(len(chosen), 1) for name, rounds in taken.items()}
    figures = [Figure(f"{name}, ms a note", median, digits=2) for name, median in medians.items()]
    figures += ratios(medians)
    lines = [f"{len(chosen)} notes, {sum(len(file.text) for file in chosen)} characters, {options.rounds} rounds"]
    lines += [f"{name} is not there: run benchmarks/peers.sh" for name in absent]
    return Section(tuple(figures), tuple(lines))


def find_engines() -> tuple[dict[str, Engine], list[str]]:
    """The engines that are installed, and the names of the others."""
    engines, absent = {}, []
    for name, make in ENGINES.items():
        try:
            engines[name] = make()
        except ImportError:
            absent.append(name)
    return engines, absent


def time_rounds(engines: Mapping[str, Engine], files: Sequence[File], rounds: int) -> dict[str, list[float]]:
    """The seconds that each engine takes for all notes, in each round, behind one that does not count."""
    taken: dict[str, list[float]] = {name: [] for name in engines}
    for number in range(rounds + 1):
        for name, engine in rotated(list(engines.items()), number):
            gc.collect()
            total = sum(seconds(engine, file.text if name == WHOLE else file.body) for file in files)
            if number:
                taken[name].append(total)
    return taken


def rotated(items: Sequence[tuple[str, Engine]], by: int) -> Iterator[tuple[str, Engine]]:
    """The same items, another one first."""
    for at in range(len(items)):
        yield items[(at + by) % len(items)]


def ratios(medians: Mapping[str, float]) -> list[Figure]:
    """Ours beside each peer; the bar is for the extensions beside pymdown-extensions, which do the same work."""
    return [
        Figure(
            f"{name} beside {peer}",
            medians[name] / median,
            most=BAR if (name, peer) == (OURS, PYMDOWN) else None,
            digits=2,
        )
        for name in (OURS, WHOLE)
        for peer, median in medians.items()
        if peer not in (OURS, WHOLE) and median
    ]
