"""Reading: cases are notes in `cases/`, each beside a plain list of what is read from it.

`UPDATE=1 pytest tests/notes` writes the expectations anew; a person reads the difference.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from notebook_compile.diagnostics import Diagnostic
from notebook_compile.model import LOCAL_ID, Drawing, Embed, FootnoteMark, Formula, Link, Note, Reference, Source
from notebook_compile.notes.folder import load_notebook
from notebook_compile.notes.reader import read_note

CASES = Path(__file__).with_name("cases")
SOURCES = load_notebook(CASES)[0].sources


def shown(note: Note, found: Iterable[Diagnostic]) -> str:
    """All that is in a note, a line for each thing; ids of the markup with `@` in front."""
    sections = {
        "": [
            f"title: {note.title}",
            f"video: {note.video}",
            *(f"alias: {alias}" for alias in note.aliases),
            *(f"tag: {tag}" for tag in note.tags),
            *(f"{key} = {value!r}" for key, value in note.meta),
            *(f"{key} is on line {line}" for key, line in note.lines),
        ],
        "body": [note.body.replace(LOCAL_ID, "@")],
        "footnotes": [f"{name}: {body}" for name, body in note.footnotes],
        "references": [f"{number}. {as_line(reference)}" for number, reference in enumerate(note.references)],
        "headings": [f"{'#' * each.level} {each.text} @{each.anchor} {each.line}" for each in note.headings],
        "blocks": [f"^{name} @{anchor}" for name, anchor in note.blocks],
        "diagnostics": [str(each) for each in found],
    }
    return (
        "\n".join(
            line
            for title, lines in sections.items()
            if any(lines)
            for line in ([f"\n--- {title}"] if title else []) + lines
        )
        + "\n"
    )


def as_line(reference: Reference) -> str:
    place = f"{reference.place[0]}:{reference.place[1]}"
    if isinstance(reference, Link | Embed):
        size = f" {reference.width}x{reference.height}" if isinstance(reference, Embed) and reference.width else ""
        kind = type(reference).__name__.lower()
        return f"{kind} {reference.target!r} #{reference.fragment!r} {reference.label!r}{size} {place}"
    if isinstance(reference, Formula):
        return f"{'display' if reference.display else 'inline'} formula {reference.tex!r} {place} {reference.mathml}"
    if isinstance(reference, FootnoteMark):
        return f"footnote mark {reference.name} {place}"
    if isinstance(reference, Drawing):
        return f"drawing {reference.width} {reference.alt!r} {place} {re.findall('>([^<>]+)</t', reference.svg)}"
    moment = reference.moment
    written = "" if moment.written is None else f" written {moment.written}"
    return f"time {moment.video} {moment.seconds}{written} {place}"


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.path)
def test_case(source: Source) -> None:
    snapshot = CASES / Path(source.path).with_suffix(".expected")
    actual = shown(*read_note(source))
    if os.environ.get("UPDATE"):
        snapshot.write_text(actual, encoding="utf-8")
    assert actual == snapshot.read_text(encoding="utf-8")


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.path)
def test_line_ends_of_windows_change_nothing(source: Source) -> None:
    note, found = read_note(source)
    windows, also_found = read_note(replace(source, text=source.text.replace("\n", "\r\n")))
    assert shown(windows, also_found) == shown(note, found)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.path)
def test_markup_is_well_formed_and_holds_each_reference_once(source: Source) -> None:
    note, _ = read_note(source)
    footnotes = "".join(f"<li>{body}</li>" for _, body in note.footnotes)
    tree = etree.fromstring(f"<div>{note.body}{footnotes}</div>")
    assert sorted(int(ref.get("n", "")) for ref in tree.iter("ref")) == list(range(len(note.references)))
    ids = [element.get("id") for element in tree.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    assert {LOCAL_ID + heading.anchor for heading in note.headings} <= set(ids)
    assert {LOCAL_ID + anchor for _, anchor in note.blocks} <= set(ids)
