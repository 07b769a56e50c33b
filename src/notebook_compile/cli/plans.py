"""The plan of a book, as lines of text or data for JSON: its outline, why each note is in it, and what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.cells import cell_len

from notebook_compile.cli.reporting import counted, printable
from notebook_compile.model import PlannedChapter, PlannedPart

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from notebook_compile.model import Link, Note, Outline, Reason

TITLE_WIDTH = 72  # the widest that a plan's titles push the column beside them


def plan_lines(
    title: str, outline: Outline, notes: Mapping[str, Note], hints: Mapping[tuple[int, int], str]
) -> list[str]:
    """The book's outline as a tree, and what the index names that is not in it; `hints` are of places in the index."""
    lines = [click.style(printable(title), bold=True), _order_line(outline), ""]
    rows = list(_tree(outline, notes))
    width = min(TITLE_WIDTH, max((cell_len(row) for row, reason in rows if reason), default=0))
    for row, reason in rows:
        lines.append(row + " " * (width - cell_len(row)) + f"  {reason}" if reason else row)

    def named(link: Link) -> str:
        hint = hints.get(link.place)
        place = f"{outline.index}:{link.place[0]}:{link.place[1]}"
        return f"{printable(place)}  {printable(link.target or link.label)}" + (
            f"  ({printable(hint)})" if hint else ""
        )

    for heading, entries in (
        ("named by the index, but no such note", [named(link) for link in outline.missing]),
        ("named by the index again", [named(link) for link in outline.repeated]),
        ("linked, but outside the book", [printable(path) for path in outline.outside]),
        ("in no chain of links from the index", [printable(path) for path in outline.unreachable]),
    ):
        if entries:
            lines += ["", click.style(f"{heading} ({len(entries):,})", bold=True)]
            lines += [f"  {entry}" for entry in entries]
    return lines


def _order_line(outline: Outline) -> str:
    parts = sum(isinstance(entry, PlannedPart) for entry in outline.entries)
    chapters = [entry for entry in outline.entries if isinstance(entry, PlannedChapter)]
    numbers = f"{counted(parts, 'part')}, " * bool(parts) + counted(len(chapters), "chapter")
    linked = any(chapter.reason.source for chapter in chapters)
    order = f"as {outline.index} links to them" if linked and outline.index else "by name"
    index = f"; index note {outline.index}" if outline.index and not linked else ""
    return printable(f"{numbers}, {order}{index}")


def _tree(outline: Outline, notes: Mapping[str, Note]) -> Iterator[tuple[str, str]]:
    """Each row of the tree, and the link that a chapter came in through."""
    digits = len(str(sum(isinstance(entry, PlannedChapter) for entry in outline.entries)))
    chapter = part = 0
    for entry in outline.entries:
        indent = "  " * entry.depth
        if isinstance(entry, PlannedPart):
            part += 1
            yield click.style(f"{indent}Part {part}: {printable(entry.title)}", bold=entry.depth == 0), ""
        else:
            chapter += 1
            title = notes[entry.path].title if entry.path in notes else entry.path
            yield f"{indent}{chapter:>{digits}}  {printable(title)}", printable(_reason(entry.reason))


def _reason(reason: Reason) -> str:
    return f"{reason.source}:{reason.place[0]}:{reason.place[1]}" if reason.source else "by name"


def plan_data(
    title: str, outline: Outline, notes: Mapping[str, Note], hints: Mapping[tuple[int, int], str]
) -> dict[str, object]:
    """The plan for JSON."""

    def link(link: Link) -> dict[str, object]:
        line, column = link.place
        return {
            "target": link.target,
            "label": link.label,
            "line": line,
            "column": column,
            "hint": hints.get(link.place, ""),
        }

    return {
        "title": title,
        "index": outline.index,
        "entries": list(_entries_data(outline, notes)),
        "missing": [link(each) for each in outline.missing],
        "repeated": [link(each) for each in outline.repeated],
        "outside": list(outline.outside),
        "unreachable": list(outline.unreachable),
    }


def _entries_data(outline: Outline, notes: Mapping[str, Note]) -> Iterator[dict[str, object]]:
    numbers = {"part": 0, "chapter": 0}
    for entry in outline.entries:
        kind = "part" if isinstance(entry, PlannedPart) else "chapter"
        numbers[kind] += 1
        data: dict[str, object] = {"kind": kind, "number": numbers[kind], "depth": entry.depth}
        if isinstance(entry, PlannedPart):
            yield data | {"title": entry.title, "video": entry.video}
        else:
            title = notes[entry.path].title if entry.path in notes else entry.path
            yield data | {"title": title, "path": entry.path, "reason": _reason_data(entry.reason)}


def _reason_data(reason: Reason) -> dict[str, object] | None:
    if not reason.source:
        return None
    return {"source": reason.source, "line": reason.place[0], "column": reason.place[1]}
