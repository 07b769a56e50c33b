"""Books: each folder of `tests/notebooks/` is a tiny notebook; its `expected.txt` shows plan, book and findings.

`UPDATE=1 pytest tests/book` writes the expectations anew; a person reads the difference.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from notebook_compile.compiler import Compiled, compile_notebook
from notebook_compile.filling import fill
from notebook_compile.model import (
    Book,
    CrossReference,
    Formula,
    Image,
    Link,
    NoteReference,
    Outline,
    Part,
    PlannedPart,
    Resolved,
    Text,
)

NOTEBOOKS = sorted(folder for folder in Path(__file__).parents[1].joinpath("notebooks").iterdir() if folder.is_dir())


def compiled(folder: Path) -> Compiled:
    return compile_notebook(folder, {}, lambda *_: None)[0]


def shown(result: Compiled) -> str:
    """All of a plan and its book, in plain text."""
    lines = [*plan(result.outline), "", *book(result.book), *map(str, result.diagnostics)]
    text = "\n".join(lines).rstrip() + "\n"
    for chapter in result.book.chapters:  # easier to read than what its path comes to
        text = text.replace(chapter.anchor, f"c{chapter.number}")
    return text


def plan(outline: Outline) -> Iterator[str]:
    yield f"index: {outline.index}"
    for entry in outline.entries:
        if isinstance(entry, PlannedPart):
            yield f"{'  ' * entry.depth}part {entry.title!r}" + (f" {entry.video}" if entry.video else "")
        else:
            line, column = entry.reason.place
            reason = f" <- {entry.reason.source}:{line}:{column}" if entry.reason.source else ""
            yield f"{'  ' * entry.depth}{entry.path}{reason}"
    for title, links in (("missing", outline.missing), ("repeated", outline.repeated)):
        yield from (f"{title}: {where(link)}" for link in links)
    for title, names in (("empty", outline.empty), ("outside", outline.outside), ("unreachable", outline.unreachable)):
        yield from (f"{title}: {name}" for name in names)


def where(link: Link) -> str:
    return f"{link.target} {link.place[0]}:{link.place[1]}"


def book(made: Book) -> Iterator[str]:
    yield f"=== {made.title}"
    yield from text(made.introduction)
    for entry in made.entries:
        kind = "part" if isinstance(entry, Part) else "chapter"
        heading = f"{kind} {entry.number} #{entry.anchor} {entry.title!r} {entry.video or ''}".rstrip()
        yield f"\n=== {'  ' * entry.depth}{heading}"
        if isinstance(entry, Part):
            yield from text(entry.introduction)
        else:
            yield from text(entry.text, entry.anchor)
            for number, each in enumerate(entry.footnotes, 1):
                shown = "".join(text(each, entry.anchor)) if isinstance(each, Text) else f"{each.video} {each.seconds}"
                yield f"{number}. {shown}"
            yield from (f"{'#' * each.level} {each.title} #{each.anchor}" for each in entry.sections)
    yield ""


def text(of: Text, chapter: str = "") -> Iterator[str]:
    """A text filled in; `internal` references lead to the chapter that they stand in."""
    if of.body:
        yield fill(of, partial(markup, chapter))


def markup(chapter: str, reference: Resolved, label: str) -> str:
    match reference:
        case CrossReference():
            internal = reference.chapter == chapter
            kinds = [*(["repeated"] if reference.repeated else []), *(["internal"] if internal else [])]
            return f"{{{label} -> {' '.join([reference.anchor, *kinds])}}}"
        case NoteReference():
            return f"{{footnote {reference.number}.{reference.occurrence}}}"
        case Image():
            size = f" {reference.width}x{reference.height}" if reference.width else ""
            return f"{{image {reference.file} {reference.alt!r}{size}}}"
        case Formula():
            return f"{{formula {reference.tex}}}"
        case _:
            return f"{{{label}}}"


@pytest.mark.parametrize("folder", NOTEBOOKS, ids=lambda folder: folder.name)
def test_notebook(folder: Path) -> None:
    snapshot = folder / "expected.txt"
    actual = shown(compiled(folder))
    if os.environ.get("UPDATE"):
        snapshot.write_text(actual, encoding="utf-8")
    assert actual == snapshot.read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", NOTEBOOKS, ids=lambda folder: folder.name)
def test_anchors_are_unique_and_each_reference_leads_to_one(folder: Path) -> None:
    made = compiled(folder).book
    texts = [made.introduction, *(each.introduction if isinstance(each, Part) else each.text for each in made.entries)]
    anchors = [entry.anchor for entry in made.entries]
    anchors += [anchor for each in texts for anchor in re.findall(r' id="([^"]*)"', each.body)]
    assert len(anchors) == len(set(anchors))
    targets = {each.anchor for text in texts for each in text.references if isinstance(each, CrossReference)}
    assert targets <= set(anchors)
    assert {section.anchor for chapter in made.chapters for section in chapter.sections} <= set(anchors)


@pytest.mark.parametrize("folder", NOTEBOOKS, ids=lambda folder: folder.name)
def test_levels_of_headings_never_skip(folder: Path) -> None:
    for chapter in compiled(folder).book.chapters:
        levels = [1, *(int(level) for level in re.findall(r"<h([1-6])\b", chapter.text.body))]
        assert all(2 <= level <= before + 1 for before, level in pairwise(levels))
