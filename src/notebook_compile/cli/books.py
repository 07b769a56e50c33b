"""From a command's options to books: finds the notebook, compiles it, writes the files, says what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import rich_click as click

from notebook_compile.cli import reporting
from notebook_compile.cli.caching import kept, trim
from notebook_compile.cli.files import FailureError, Writing, check_output, file_name, target
from notebook_compile.cli.options import read_flags
from notebook_compile.cli.output import PROGRAM, print_counts, print_lines, shows_progress
from notebook_compile.cli.places import Place, find_notes, find_place
from notebook_compile.cli.progress import Stages
from notebook_compile.config import BadValueError
from notebook_compile.diagnostics import Diagnostic, Severity

if TYPE_CHECKING:
    from notebook_compile.cache import Cache
    from notebook_compile.compiler import Compiled, Progress
    from notebook_compile.config import Settings
    from notebook_compile.model import PrintedPage

    Compile = Callable[[Progress, Cache], tuple[Compiled, Settings]]


def open_notebook(options: Mapping[str, Any]) -> Compiled:
    """The notebook of a command that writes no book."""
    with kept(options) as cache, Stages(shown=shows_progress(options)) as progress:
        compiled, settings = _compile(find_place(options["notebook"]), options, progress, cache)
        trim(cache, settings)
    return compiled


def build_book(formats: Sequence[str], options: Mapping[str, Any]) -> int:
    """A notebook's book in each format; the exit code."""
    place = find_place(options["notebook"])
    with cluster_explained():
        return _build(formats, place, "", options, partial(_compile, place, options, printing="pdf" in formats))


def build_chapter(word: str, options: Mapping[str, Any]) -> int:
    """One chapter of a notebook's book, as it stands there; the exit code."""
    place, (name,) = find_notes([word], options["notebook"])
    options = {**options, "notebook": str(place.notebook)}
    with cluster_explained():
        return _build(["pdf"], place, "", options, partial(_compile, place, options, printing=True), name)


def build_handout(words: Sequence[str], options: Mapping[str, Any]) -> int:
    """A handout of the notes that are named; the exit code."""
    place, names = find_notes(words, options["notebook"])
    options = {**options, "notebook": str(place.notebook)}
    with cluster_explained():
        return _build(["pdf"], place, " (handout)", options, partial(_compile_handout, place, names, options))


@contextmanager
def cluster_explained() -> Iterator[None]:
    """Take a cluster that cannot be used for wrong usage."""
    try:
        yield
    except RuntimeError as error:
        from notebook_compile.cluster import ClusterError  # noqa: PLC0415  # slow, and seldom needed

        if not isinstance(error, ClusterError):
            raise
        raise click.UsageError(f"--cluster: {error}") from error


def _compile(
    place: Place, options: Mapping[str, Any], progress: Progress, cache: Cache, *, printing: bool = False
) -> tuple[Compiled, Settings]:
    """All stages up to the book."""
    flags = read_flags(options, place.notebook)
    from notebook_compile.compiler import compile_notebook, expect_layout  # noqa: PLC0415  # slow, and not for --help

    changed = expect_layout if printing else lambda settings: None
    compiled, settings = compile_notebook(place.notebook, flags, progress, cache, changed)
    if not compiled.notes:
        example = f"{PROGRAM} pdf path/to/notes"
        raise click.UsageError(f"no notes (.md files) in `{place.notebook}`: name a folder of notes, as `{example}`")
    if "index" in flags and compiled.outline.index is None:
        near = get_close_matches(str(flags["index"]), [path.removesuffix(".md") for path in compiled.notes], n=1)
        hint = f": did you mean `{near[0]}`?" if near else ""
        raise click.UsageError(f"--index: no note `{flags['index']}` in `{place.notebook}`{hint}")
    return compiled, settings


def _compile_handout(
    place: Place, names: Sequence[str], options: Mapping[str, Any], progress: Progress, cache: Cache
) -> tuple[Compiled, Settings]:
    flags = read_flags(options, place.notebook)
    from notebook_compile.handouts import compile_handout  # noqa: PLC0415

    try:
        return compile_handout(place.notebook, names, flags, progress, cache)
    except BadValueError as error:
        raise click.UsageError(": ".join(filter(None, [error.message, error.hint]))) from error


def _build(
    formats: Sequence[str],
    place: Place,
    kind: str,
    options: Mapping[str, Any],
    compile_book: Compile,
    note: str | None = None,
) -> int:
    """Compile and write a book in each format, and say what came of it; `kind` stands behind the title of the file.

    With a note, only its chapter.
    """
    began = time.monotonic()
    check_output(formats, options["output"])
    results: list[str] = []
    findings: dict[Diagnostic, None] = {}
    pages: tuple[PrintedPage, ...] = ()
    with kept(options) as cache, Stages(shown=shows_progress(options)) as progress:
        compiled, settings = compile_book(progress, cache)
        chapter = _chapter(note, compiled) if note else None
        kind = f" ({PurePosixPath(chapter).stem})" if chapter else kind
        findings |= dict.fromkeys(compiled.diagnostics)
        title = file_name(compiled.book.title or place.notebook.resolve().name)
        for each in formats:
            imposed = each == "pdf" and settings.impose != "none"
            ending = ".pdf" if each == "pdf" else _ending(settings)
            name = f"{title}{kind}{f' ({settings.impose})' if imposed else ''}{ending}"
            path = target(name, place.project / "dist", options["output"], alone=len(formats) == 1)
            with Writing(path) as writing:
                data, found, pages = _made(each, compiled, settings, progress, cache, pages, chapter)
                writing.write(data)
            findings |= dict.fromkeys(found)
            if options["quiet"]:
                continue
            facts = [
                *page_facts(each, data, imposed=imposed),
                reporting.counted(1 if chapter else len(compiled.book.chapters), "chapter"),
            ]
            facts += [reporting.size_text(len(data)), reporting.time_text(time.monotonic() - began)]
            results.append(reporting.result_line(str(path), facts))
            if ending != f".{each}" and not path.name.endswith(ending):
                results.append(reporting.ending_line(path.stem + ending))
            if options["verbose"] and each == "epub":
                results += _sizes(data)
            began = time.monotonic()
        trim(cache, settings)
    print_counts(sorted(findings), options)
    print_lines(results)
    return int(any(finding.severity is Severity.ERROR for finding in findings))


def _chapter(name: str, compiled: Compiled) -> str:
    """The path of the note whose chapter is meant."""
    from notebook_compile.book.names import Names  # noqa: PLC0415
    from notebook_compile.handouts import named  # noqa: PLC0415

    names = Names(compiled.notes.values(), compiled.notebook.files)
    try:
        path = named(name, compiled.notes, names, compiled.notebook.root.name)
    except BadValueError as error:
        raise click.UsageError(f"--chapter: {': '.join(filter(None, [error.message, error.hint]))}") from error
    if all(chapter.path != path for chapter in compiled.book.chapters):
        raise click.UsageError(f"--chapter: `{path}` is not in the book: link it in the index, or make a handout of it")
    return path


def _ending(settings: Settings) -> str:
    """What the name of an EPUB ends in."""
    from notebook_compile.epub.profiles import PROFILES  # noqa: PLC0415

    return PROFILES[settings.profile].ending


def _sizes(data: bytes) -> list[str]:
    """What takes the room in an EPUB."""
    from notebook_compile.epub.sizes import largest_files, shares  # noqa: PLC0415

    return reporting.size_lines([(each.kind, each.files, each.size) for each in shares(data)], largest_files(data))


def _made(
    form: str,
    compiled: Compiled,
    settings: Settings,
    progress: Progress,
    cache: Cache,
    pages: tuple[PrintedPage, ...],
    chapter: str | None,
) -> tuple[bytes, tuple[Diagnostic, ...], tuple[PrintedPage, ...]]:
    """A book's file, its findings, and the pages of its print so far: an EPUB has them if a PDF was made before."""
    from notebook_compile.compiler import make_epub, make_pdf  # noqa: PLC0415

    if form == "pdf":
        from notebook_compile.pdf.layouts import LayoutError  # noqa: PLC0415

        try:
            printed = make_pdf(compiled, settings, progress, cache, chapter)
        except LayoutError as error:
            raise FailureError(str(error)) from error
        return printed.pdf, printed.diagnostics, printed.pages
    return *make_epub(compiled, settings, progress, pages), pages


def page_facts(form: str, data: bytes, *, imposed: bool) -> list[str]:
    """How many pages a PDF has, as a fact to print; of an imposed one each is a side of a sheet."""
    if form != "pdf":
        return []
    import pypdfium2  # noqa: PLC0415  # it looks at no page for this; pikepdf reads them all, in seconds

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return []
    pages = len(document)
    document.close()
    return [reporting.counted(-(-pages // 2), "sheet") if imposed else reporting.counted(pages, "page")]
