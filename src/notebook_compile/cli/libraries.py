"""The command `library`: finds notebooks, compiles each, writes the files and a page that lists them.

Small notebooks are spread, each in one process or on one worker of the cluster; large ones come one after the other,
each over all of these. So all have work, whether there are many small notebooks or few large ones.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from notebook_compile.cli import reporting
from notebook_compile.cli.books import cluster_explained, page_facts
from notebook_compile.cli.caching import kept
from notebook_compile.cli.files import Writing, file_name
from notebook_compile.cli.options import read_flags
from notebook_compile.cli.output import print_lines, shows_progress
from notebook_compile.cli.overview import Listed, ListedBook, overview
from notebook_compile.cli.places import find_place
from notebook_compile.cli.progress import Stages
from notebook_compile.config import merge
from notebook_compile.diagnostics import Severity

if TYPE_CHECKING:
    from notebook_compile.cache import Cache
    from notebook_compile.compiler import Progress
    from notebook_compile.library import Made

PAGE = "index.html"


def build_library(name: str | None, options: Mapping[str, Any]) -> int:
    """The books of every notebook below a folder, and the page that lists them; the exit code."""
    began = time.monotonic()
    folder = Path(name or ".")
    if not folder.is_dir():
        find_place(name)  # which says so
    flags = read_flags(options, folder)
    from notebook_compile.library import find_notebooks  # noqa: PLC0415  # slow, and not needed for --help

    notebooks = find_notebooks(folder)
    if not notebooks:
        raise click.UsageError(
            f"no notebooks in `{folder}`: one is a folder with a notebook.toml, or with an index note as index.md"
        )
    output = Path(options["output"] or "dist")
    listed: dict[Path, Listed] = {}
    with (
        Writing(output / PAGE) as writing,
        kept(options) as cache,
        Stages(shown=shows_progress(options)) as progress,
        cluster_explained(),
    ):
        for notebook, made in _made(notebooks, flags, progress, cache, keeps=not options["no_cache"]):
            path = notebook.relative_to(folder)
            books = tuple(_written(made, output, path))
            where = path.as_posix() if path.parts else folder.resolve().name
            listed[notebook] = Listed(made.title, where, made.chapters, books, made.findings, made.problem)
            progress("Compiling notebooks", len(listed), len(notebooks))
        cache.trim(merge(flags, {}, {}).cache_bytes)
        writing.write(overview(folder.resolve().name, [listed[each] for each in notebooks]).encode())
    results = [listed[each] for each in notebooks]
    print_lines((line for each in results for line in _complaints(each, options)), err=True)
    if not options["quiet"]:
        print_lines(line for each in results for line in _lines(each, output))
        facts = [reporting.counted(len(results), "notebook"), reporting.time_text(time.monotonic() - began)]
        print_lines([reporting.result_line(str(output / PAGE), facts)])
    return int(any(each.problem or each.errors for each in results))


def _made(
    notebooks: Sequence[Path], flags: Mapping[str, object], progress: Progress, cache: Cache, *, keeps: bool
) -> Iterator[tuple[Path, Made]]:
    """What became of each notebook; the small ones come first."""
    from notebook_compile.compiler import FEW_NOTES, workers  # noqa: PLC0415
    from notebook_compile.jobs import Lost  # noqa: PLC0415
    from notebook_compile.library import count_notes, make_books, make_quietly  # noqa: PLC0415

    places = {notebook: find_place(str(notebook)).notebook.resolve() for notebook in notebooks}
    small = [notebook for notebook, place in places.items() if count_notes(place) < FEW_NOTES]
    large = [notebook for notebook in notebooks if notebook not in small]
    with workers(merge(flags, {}, {}), Path(os.path.commonpath(places.values()))) as run:
        make = partial(make_quietly, flags=flags, cache=cache.folder if keeps else None)
        made = run(make, [places[notebook] for notebook in small])
        for notebook, result in zip(small, made, strict=True):
            if isinstance(result, Lost):
                large.append(notebook)  # there, only the note is lost at which the process died
            else:
                yield notebook, result
    for notebook in large:
        yield notebook, make_books(places[notebook], flags, progress, cache)


def _written(made: Made, output: Path, path: Path) -> Iterator[ListedBook]:
    """Write the books of a notebook, in a folder that is called as it is."""
    for book in made.books:
        file = path / (file_name(made.title) + book.ending)
        with Writing(output / file) as writing:
            writing.write(book.data)
        facts = [*page_facts(book.form, book.data, imposed=made.imposed), reporting.size_text(len(book.data))]
        yield ListedBook(book.form, ", ".join(facts), file.as_posix())


def _lines(listed: Listed, output: Path) -> Iterator[str]:
    """A notebook's books, each with what there is to say of it."""
    for book in listed.books:
        yield reporting.result_line(
            str(output / book.path), [book.facts, reporting.counted(listed.chapters, "chapter")]
        )


def _complaints(listed: Listed, options: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a notebook: errors, and warnings for those who want to hear more."""
    shown = {Severity.ERROR, Severity.WARNING} if options["verbose"] else {Severity.ERROR}
    lines = list(reporting.count_lines(each for each in listed.findings if each.severity in shown))
    if listed.problem:
        lines = [click.style("error:", fg="red", bold=True) + " " + reporting.printable(listed.problem)]
    if lines:
        yield click.style(reporting.printable(listed.path), bold=True)
        yield from (f"    {line}" for line in lines)
