"""The peer obsidian-pdf-exporter: a vault of folders, by pandoc and WeasyPrint, to one PDF.

It takes its order and its headings from the names of folders, each with a note of the same name; so the vault that is
written here has one for each part and each chapter, with a number before its title. Its template (obsidian_template/)
sets page and type as the theme `book` does. It draws no QR codes: that leaves the peer less to do.
"""

from __future__ import annotations

import re
from pathlib import Path

from notebook_compile.compiler import Compiled
from notebook_compile.model import Chapter, Part
from notebook_compile.resources import styles_folder
from peers.notes import rewritten

_TEMPLATE = Path(__file__).with_name("obsidian_template") / "template.css"
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|#^\[\]\s]+')


def write_vault(compiled: Compiled, folder: Path) -> None:
    """Write a vault and the template for it."""
    texts = {chapter.number: text for chapter, text in rewritten(compiled, _link)}
    above = folder / "vault"
    for number, entry in enumerate(compiled.book.entries):
        if isinstance(entry, Part):
            above = folder / "vault" / f"{number:04} {_NOT_IN_NAMES.sub(' ', entry.title).strip()}"[:120]
        else:
            note = above / _name(entry)
            note.mkdir(parents=True)
            (note / f"{note.name}.md").write_text(texts[entry.number], encoding="utf-8")
    (folder / "vault" / ".obsidian").mkdir()
    css = _TEMPLATE.read_text(encoding="utf-8").replace("FONTS", (styles_folder() / "fonts").as_uri())
    (folder / "template.css").write_text(css, encoding="utf-8")


def command(program: Path, compiled: Compiled, folder: Path, output: Path) -> tuple[str, ...]:
    """What to run; PYPANDOC_PANDOC in its environment names pandoc."""
    options = ("--template", str(folder / "template.css"), "--title", compiled.book.title, "--output", str(output))
    return (str(program), "export", str(folder / "vault"), *options)


def _link(chapter: Chapter, label: str) -> str:
    return f"[[{_name(chapter)}|{label}]]"


def _name(chapter: Chapter) -> str:
    return f"{chapter.number:04} {_NOT_IN_NAMES.sub(' ', chapter.title).strip()}"[:120].strip()
