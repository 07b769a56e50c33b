"""Images within a budget: the heaviest are made smaller, no more than is needed, until all together fit.

Files come in, as many go out, in the same order. What cannot be made smaller stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from notebook_compile.epub.image_files import ImageFile, smaller

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Map = Callable[[Callable[[tuple[ImageFile, int]], ImageFile], Iterable[tuple[ImageFile, int]]], Iterable[ImageFile]]

# Longer side in pixels and JPEG quality. The sides are those of screens: Kindle Paperwhite and Kobo Libra of 7 inches,
# readers of 6 inches with 300 pixels an inch, their width, and the first with 212 pixels an inch.
STEPS = ((2560, 75), (1680, 75), (1448, 65), (1072, 60), (758, 50), (600, 40))


def within_budget(files: Sequence[ImageFile], budget: int, run: Map = map) -> list[ImageFile]:
    """The files with at most so many bytes together, if that can be had; `run` maps in order.

    All that are heavier than a share are brought below it, the share being as large as the budget allows: a few heavy
    files pay for the whole, light ones stay untouched.
    """
    made = list(files)
    stuck = {place for place, file in enumerate(files) if file.media_type not in ("image/jpeg", "image/png")}
    while sum(len(file.data) for file in made) > budget:
        share = _share(made, stuck, budget)
        heavy = [place for place, file in enumerate(made) if place not in stuck and len(file.data) > share]
        if not heavy:
            break
        results = run(_below, [(files[place], share) for place in heavy])
        for place, result in zip(heavy, results, strict=True):
            made[place] = min(made[place], result, key=lambda file: len(file.data))
            if len(made[place].data) > share:
                stuck.add(place)
    return made


def _below(file_and_share: tuple[ImageFile, int]) -> ImageFile:
    """The first of the steps that is not heavier than the share; else the lightest."""
    file, share = file_and_share
    tried: list[ImageFile] = []
    for longest, quality in STEPS:
        tried.append(smaller(file, longest, quality))
        if len(tried[-1].data) <= share:
            return tried[-1]
    return min(tried, key=lambda each: len(each.data))


def _share(files: Sequence[ImageFile], stuck: set[int], budget: int) -> int:
    """The number of bytes that no file may exceed, if files of more come down to it and the others stay."""
    left = budget - sum(len(files[place].data) for place in stuck)
    sizes = sorted(len(file.data) for place, file in enumerate(files) if place not in stuck)
    for place, size in enumerate(sizes):
        level = left // (len(sizes) - place)
        if size > level:
            return max(level, 0)
        left -= size
    return max(sizes, default=0)
