"""The figures that the project holds itself to, and their bars. In: results. Out: ratios."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from turns import MEGABYTE, OURS, Figure

from speed.results import COLD, EDIT, MOVE, OBSIDIAN, SAME, TYPST, WEASYPRINT, Result

WHOLE = 1000  # notes from which on a book counts as a large one, which most bars are for
FEW = 60  # notes from which on starting the programs counts for little

# (peer, number of notes from which on the bar holds, cold wall time beside it)
_BESIDE = ((WEASYPRINT, WHOLE, 1 / 15), (TYPST, WHOLE, 1.0), (OBSIDIAN, FEW, 0.6))
_FILE = 1.1  # size beside that of a single WeasyPrint document
_MEMORY = 700  # MB of all processes at one time
_GROWTH = 1.15  # time a note, all beside few
# (a change, what its time is compared with, the bar)
_CHANGES = ((EDIT, COLD, 1 / 25), (SAME, COLD, 1 / 50), (MOVE, EDIT, 1.5))


def figures(results: Sequence[Result], differing: Mapping[int, int]) -> list[Figure]:
    """All figures that the results allow; `differing` has how many files differ that should be equal, by notes."""
    found = {(each.maker, each.notes, each.change): each for each in results}
    sizes = sorted({each.notes for each in results if each.maker == OURS})
    rows = [figure for notes in sizes for figure in _of_size(found, notes)]
    if len(sizes) > 1 and all((OURS, notes, COLD) in found for notes in (sizes[0], sizes[-1])):
        few, whole = (found[OURS, notes, COLD].median("wall") / notes for notes in (sizes[0], sizes[-1]))
        name = f"time a note, {sizes[-1]} notes beside {sizes[0]}"
        rows.append(Figure(name, whole / few, _from(WHOLE, sizes[-1], _GROWTH)))
    for notes, number in differing.items():
        rows.append(Figure(f"files that differ among cold, warm and serial builds, {notes} notes", number, 0))
    return rows


def _of_size(found: Mapping[tuple[str, int, str], Result], notes: int) -> Iterator[Figure]:
    cold = found.get((OURS, notes, COLD))
    for peer, least, bar in _BESIDE:
        theirs = found.get((peer, notes, COLD))
        if cold and theirs:
            wall, cpu = (cold.median(what) / theirs.median(what) for what in ("wall", "cpu"))
            yield Figure(f"cold, {notes} notes, wall time beside {peer}", wall, _from(least, notes, bar))
            yield Figure(f"cold, {notes} notes, CPU beside {peer}", cpu)
    for change, other, bar in _CHANGES:
        ours, before = found.get((OURS, notes, change)), found.get((OURS, notes, other))
        if ours and before:
            ratio = ours.median("wall") / before.median("wall")
            yield Figure(f"{change}, {notes} notes, beside {other}", ratio, _from(WHOLE, notes, bar))
    ours_all = [each for (maker, size, _), each in found.items() if maker == OURS and size == notes]
    peak = max(each.median("together") for each in ours_all) / MEGABYTE
    yield Figure(f"memory of all processes, {notes} notes", peak, _from(WHOLE, notes, _MEMORY), " MB")
    single = found.get((WEASYPRINT, notes, COLD))
    if cold and single:
        name = f"file, {notes} notes, beside {WEASYPRINT}"
        yield Figure(name, cold.size / single.size, _from(FEW, notes, _FILE))


def _from(least: int, notes: int, bar: float) -> float | None:
    """A bar that holds from some number of notes on."""
    return bar if notes >= least else None
