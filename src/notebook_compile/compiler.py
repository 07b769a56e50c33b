"""The whole way from a folder of notes to a book, one stage after the other.

    load -> parse -> resolve -> order -> assemble -> print
                                                  -> package

Each stage takes values and gives values; what is wrong comes beside them as diagnostics.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from notebook_compile.book.assemble import assemble, identifier
from notebook_compile.book.contributors import read_contributor
from notebook_compile.book.names import Names
from notebook_compile.book.order import (
    find_index,
    first_chapters,
    order_by_links,
    order_by_name,
    reach,
)
from notebook_compile.book.resolve import Targets, resolve_links
from notebook_compile.book.subjects import subjects
from notebook_compile.cache import key
from notebook_compile.config import Settings, frontmatter_settings, merge, read_config
from notebook_compile.diagnostics import Diagnostic, diagnostic, lost_note
from notebook_compile.jobs import Lost, Map, apart, cores, prepare, processes
from notebook_compile.model import Book, Chapter, Note, Notebook, Outline, PrintedPage, Source
from notebook_compile.notes.folder import load_notebook, read_file
from notebook_compile.resources import styles_folder
from notebook_compile.versions import versions

if TYPE_CHECKING:
    from notebook_compile.cache import Cache
    from notebook_compile.epub.edition import Edition
    from notebook_compile.pdf.design import Design
    from notebook_compile.pdf.printing import Printed

# (what is being done, how much of it is done, how much there is)
Progress = Callable[[str, int, int], None]
# Told by what settings notes are about to be read.
Changed = Callable[["Settings"], None]
# A note, and what is wrong with it.
Parsed = tuple[Note, tuple[Diagnostic, ...]]

# Fewer notes than this are parsed sooner than worker processes start.
FEW_NOTES = 150
_NOTES_AT_ONCE = 32
# What processes do: reading and laying out.
_READING, _LAYING = "notebook_compile.notes.reader", ("notebook_compile.pdf.laying",)
_LAST_SECOND = 253_402_300_799  # of the year 9999


@dataclass(frozen=True, slots=True)
class Compiled:
    """A notebook as a book, before it takes a form."""

    notebook: Notebook
    notes: Mapping[str, Note]  # by path
    outline: Outline
    book: Book
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A notebook with its notes parsed and their links resolved."""

    notebook: Notebook
    notes: Mapping[str, Note]
    index: str | None
    names: Names
    targets: Targets
    front: Mapping[str, object]  # settings of the index note
    file: Mapping[str, object]  # settings of the file
    diagnostics: tuple[Diagnostic, ...]


def compile_notebook(
    folder: Path,
    flags: Mapping[str, object],
    progress: Progress,
    cache: Cache | None = None,
    changed: Changed = lambda settings: None,
) -> tuple[Compiled, Settings]:
    """Load, parse, resolve, order and assemble. Flags win over the index note's frontmatter, this over the file.

    If some notes, but few, are not in the cache as they are, `changed` is told before they are read.
    """
    read = read_notebook(folder, flags, progress, cache, changed)
    settings, problems = without_missing_files(merge(flags, read.front, read.file), read)
    outline = _order(read.notes, read.targets, read.index, settings)
    found = read.diagnostics + problems + _outline_findings(outline, settings)
    book, problems = make_book(read, outline, replace(settings, title=settings.title or read.notebook.root.name))
    return Compiled(read.notebook, read.notes, outline, book, tuple(dict.fromkeys(found + problems))), settings


def expect_layout(settings: Settings) -> None:
    """Start what lays out, beside what this process does until it is needed."""
    if not settings.cluster and (settings.jobs or cores()) > 1:
        prepare(_LAYING)


def make_pdf(
    compiled: Compiled, settings: Settings, progress: Progress, cache: Cache | None = None, chapter: str | None = None
) -> Printed:
    """Print the book, or of it the chapter of a note alone; its pages are those before imposition."""
    from notebook_compile.pdf.printing import print_book  # noqa: PLC0415  # not needed for an EPUB

    def tell(done: int, total: int) -> None:
        progress("Laying out", done, total)

    with workers(settings, compiled.notebook.root, _LAYING) as run:
        printed = print_book(compiled.book, design(settings), run, tell, cache, chapter)
    if settings.impose == "none":
        return printed
    from notebook_compile.pdf.imposition import impose  # noqa: PLC0415  # slow

    return replace(printed, pdf=impose(printed.pdf, "2up" if settings.impose == "2up" else "booklet"))


def workers(
    settings: Settings, folder: Path, work: Sequence[str] = (_READING, *_LAYING)
) -> AbstractContextManager[Map]:
    """The map that the settings ask for, over work on a notebook's folder: processes, or the workers of a cluster.

    `work` are the modules of what is done there. Entering it raises ClusterError where the cluster cannot be used.
    """
    if settings.cluster:
        from notebook_compile.cluster import cluster  # noqa: PLC0415  # seldom used

        return cluster(settings.cluster, [folder, styles_folder()])
    return processes(settings.jobs or cores(), work)


def design(settings: Settings) -> Design:
    """What the settings say of the printed book's looks."""
    from notebook_compile.pdf.design import Design  # noqa: PLC0415

    return Design(settings.theme, settings.page_dimensions, settings.css, settings.timestamps, settings.cover)


def make_epub(
    compiled: Compiled, settings: Settings, progress: Progress, pages: tuple[PrintedPage, ...] = ()
) -> tuple[bytes, tuple[Diagnostic, ...]]:
    """Package the book, with the pages of its PDF if there is one."""
    from notebook_compile.epub.package import package  # noqa: PLC0415  # slow, and not needed for a PDF

    progress("Packaging", 0, 1)
    large = len(compiled.book.chapters) >= FEW_NOTES
    result = package(
        compiled.book,
        edition(settings, pages),
        partial(read_file, compiled.book.root),
        apart=apart if large and (settings.jobs or cores()) > 1 else partial,
    )
    progress("Packaging", 1, 1)
    return result


def edition(settings: Settings, pages: tuple[PrintedPage, ...] = ()) -> Edition:
    """What the settings say of the EPUB."""
    from notebook_compile.epub.edition import Edition  # noqa: PLC0415

    return Edition(
        profile=settings.profile,
        cover=settings.cover,
        theme=settings.theme,
        css=settings.css,
        image_budget=settings.image_bytes,
        pages=pages,
        claim=settings.accessibility_claim,
    )


def read_notebook(
    folder: Path,
    flags: Mapping[str, object],
    progress: Progress,
    cache: Cache | None = None,
    changed: Changed = lambda settings: None,
) -> Read:
    """Load, parse and resolve; notes that were parsed before are taken from the cache."""
    file, found = read_config(folder)
    settings = merge(flags, {}, file)
    notebook, problems = load_notebook(folder)
    found += problems
    notes, problems = _parse(notebook, settings, progress, cache, changed)
    found += problems
    index = find_index(notes, notebook.root.name, settings.index)
    front: dict[str, object] = {}
    if index is not None:
        front, problems = frontmatter_settings(notes[index])
        found += problems
    names = Names(notes.values(), notebook.files)
    targets, problems = resolve_links(notes, names)
    return Read(notebook, notes, index, names, targets, front, file, found + problems)


def without_missing_files(settings: Settings, read: Read) -> tuple[Settings, tuple[Diagnostic, ...]]:
    """The settings without the files that are not in the notebook."""
    found: list[Diagnostic] = []

    def exists(setting: str, file: str) -> bool:
        try:
            read_file(read.notebook.root, file)
        except OSError:
            near = read.names.file(file, "")
            hint = f"did you mean `{near}`?" if near else "name a file by its path in the notebook"
            found.append(diagnostic("bad-config", ".", (0, 0), f"`{setting}`: no file `{file}` in the notebook", hint))
            return False
        return True

    css = tuple(file for file in settings.css if exists("css", file))
    cover = settings.cover if settings.cover in ("", "none") or exists("cover", settings.cover) else ""
    return replace(settings, css=css, cover=cover), tuple(found)


def make_book(read: Read, outline: Outline, settings: Settings) -> tuple[Book, tuple[Diagnostic, ...]]:
    """Assemble."""
    introduction, entries, found = assemble(outline, read.notes, read.targets)
    people = tuple(map(read_contributor, settings.authors))
    authors = tuple(each.name for each in people if each.role == "aut")
    tags = read.notes[outline.index].tags if outline.index else ()
    book = Book(
        title=settings.title,
        language=settings.language,
        introduction=introduction,
        entries=entries,
        subtitle=settings.subtitle,
        authors=authors,
        publisher=settings.publisher,
        description=settings.description,
        rights=settings.rights,
        contributors=tuple(each for each in people if each.role != "aut"),
        filed_as=tuple((each.name, each.file_as) for each in people if each.role == "aut" and each.file_as),
        series=settings.series,
        series_number=settings.series_number,
        date=settings.date,
        isbn=settings.isbn,
        subjects=settings.subjects or subjects(tags, (each for each in entries if isinstance(each, Chapter))),
        sources=settings.sources,
        identifier=settings.identifier or identifier(settings.title, authors, settings.language),
        modified=_modified(read.notebook),
        root=read.notebook.root,
    )
    return book, found


def _parse(
    notebook: Notebook, settings: Settings, progress: Progress, cache: Cache | None, changed: Changed
) -> tuple[dict[str, Note], tuple[Diagnostic, ...]]:
    parsed: dict[str, Parsed] = {}
    keys: dict[str, str] = {}
    if cache is not None:
        shared = key("note", versions(), settings.dialect)
        keys = {source.path: key(shared, source.path, source.text) for source in notebook.sources}
        if 0 < sum(name not in cache for name in keys.values()) < FEW_NOTES:
            changed(settings)
        parsed = {path: kept for path, name in keys.items() if (kept := cache.load(name)) is not None}
    missing = [source for source in notebook.sources if source.path not in parsed]
    for source, result in zip(missing, _read(missing, notebook.root, settings), strict=True):
        if isinstance(result, Lost):
            parsed[source.path] = _lost(source, result)
        else:
            parsed[source.path] = result
            if cache is not None:
                cache.store(keys[source.path], result)
        progress("Reading notes", len(parsed), len(notebook.sources))
    in_order = [parsed[source.path] for source in notebook.sources]
    return {note.path: note for note, _ in in_order}, tuple(found for _, each in in_order for found in each)


def _read(sources: Sequence[Source], root: Path, settings: Settings) -> Iterator[Parsed | Lost]:
    """The notes of sources, in their order."""
    if sources:
        from notebook_compile.notes.reader import read_note  # noqa: PLC0415  # slow, and mostly all notes are known

        with workers(settings, root) if len(sources) >= FEW_NOTES else processes(1) as run:
            yield from run(partial(read_note, dialect=settings.dialect), sources, _NOTES_AT_ONCE)


def _lost(source: Source, lost: Lost) -> Parsed:
    """A note without text in the place of one that cannot be read."""
    return Note(source.path, PurePosixPath(source.path).stem, ""), (lost_note(source.path, "read", lost.reason),)


def _order(notes: Mapping[str, Note], targets: Targets, index: str | None, settings: Settings) -> Outline:
    if index is None or settings.order != "links":
        outline = order_by_name(notes, index, "folder" if settings.order == "links" else settings.order)
    else:
        outline = order_by_links(notes[index], notes, targets, settings.depth)
    return first_chapters(reach(outline, notes, targets), settings.limit)


def _outline_findings(outline: Outline, settings: Settings) -> tuple[Diagnostic, ...]:
    """What is worth saying of the order. Links to missing notes are said where links are resolved."""
    found: list[Diagnostic] = []
    whole = (0, 0)
    if outline.index is None and settings.index is not None:
        message = f"the index note `{settings.index}` does not exist; the notes stand in order of their names"
        found.append(diagnostic("missing-index", ".", whole, message, "name a note with `--index`"))
    elif outline.index is None and settings.order == "links":
        message = "no index note: the notes stand in order of their names"
        found.append(diagnostic("no-index", ".", whole, message, "write an `index.md` that links to them"))
    index = outline.index or ""
    for link in outline.repeated:
        found.append(diagnostic("repeated-entry", index, link.place, f"`{link.target}` stands in the index already"))
    for title in outline.empty:
        found.append(diagnostic("empty-part", index, whole, f"`{title}` has no chapter", "link notes below it"))
    if outline.index is not None and settings.order == "links":
        for path in outline.unreachable:
            message = "no chain of links from the index leads here"
            found.append(diagnostic("unreachable-note", path, whole, message, "link it in the index"))
    return tuple(found)


def _modified(notebook: Notebook) -> int:
    """When the book was made, as it says itself: SOURCE_DATE_EPOCH, else when its newest note was written."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(epoch) if epoch.isdecimal() and int(epoch) <= _LAST_SECOND else notebook.modified
