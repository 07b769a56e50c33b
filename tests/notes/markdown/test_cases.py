"""Cases of the dialect: each file in `cases/` holds title, Markdown and HTML, each ended by a line with a dot.

Options of `CommonMarkExtension` may stand in the first line, as `options: line_breaks=hard source_lines=1`.
`UPDATE=1 pytest tests/notes/markdown/test_cases.py` writes the HTML anew.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from markdown import Markdown

from notebook_compile.notes.markdown import (
    BlockIdExtension,
    CalloutExtension,
    CommentExtension,
    CommonMarkExtension,
    FootnoteExtension,
    MathExtension,
)

FILES = sorted(Path(__file__).with_name("cases").glob("*.txt"))


@dataclass(frozen=True)
class Case:
    title: str
    source: str
    html: str


def read(path: Path) -> tuple[dict[str, str], list[Case]]:
    text = path.read_text(encoding="utf-8")
    options: dict[str, str] = {}
    if text.startswith("options:"):
        first, _, text = text.partition("\n")
        options = dict(option.split("=") for option in first.split()[1:])
    parts = text.split("\n.\n")
    cases = [Case(title.strip(), *rest) for title, *rest in zip(parts[::3], parts[1::3], parts[2::3], strict=False)]
    return options, cases


def write(path: Path, options: dict[str, str], cases: list[Case]) -> None:
    head = f"options: {' '.join('='.join(option) for option in options.items())}\n\n" if options else ""
    body = "\n".join(f"{case.title}\n.\n{case.source}\n.\n{case.html}\n.\n" for case in cases)
    path.write_text(head + body, encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_cases(path: Path) -> None:
    options, cases = read(path)
    extensions = [
        CommonMarkExtension(**{"tasks": True, **options}),
        CommentExtension(),
        MathExtension(),
        CalloutExtension(),
        BlockIdExtension(),
        FootnoteExtension(),
    ]
    converter = Markdown(extensions=extensions)
    actual = [replace(case, html=converter.reset().convert(case.source)) for case in cases]
    if os.environ.get("UPDATE"):
        write(path, options, actual)
    assert actual == cases or os.environ.get("UPDATE")
