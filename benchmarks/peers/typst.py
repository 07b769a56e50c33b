"""The peer from pandoc to Typst: notes to one Typst document (pandoc), this to a PDF (Typst's Python binding).

Pandoc reads `gfm`, which takes half the time of `markdown`, and needs no more than a template (book.typ), since Typst
itself puts the page numbers behind links and into the contents. The book has no QR codes, for which Typst loads a
package from the network, and no running heads: that leaves the peer less to do. Only the two programs' own run is
measured, not the writing of the notes.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from notebook_compile.compiler import Compiled
from notebook_compile.model import Chapter, Part
from notebook_compile.resources import styles_folder
from peers.notes import rewritten

READER = "gfm+attributes+raw_attribute"
TEMPLATE = Path(__file__).with_name("book.typ")
_COMPILE = (
    "import sys, typst; "
    "typst.compile(sys.argv[1], output=sys.argv[2], root='/', font_paths=[sys.argv[3]], ignore_system_fonts=True)"
)
# Pandoc writes a mark or link as a call of Typst's, and a word behind its full stop would be a field of that.
_NO_BLANK = re.compile(r"(\[\^m\d+\]|\]\([^()\s]*\))\.(?=[^\W\d_])")
# Typst ends at a link to a place that is not there.
_WITHIN = re.compile(r"\[([^\[\]\n]*)\]\(#[^()\s]*\)")
_MARKUP = re.compile(r"([\\\[\]{}*_`<>])")


def write_notes(compiled: Compiled, folder: Path) -> list[str]:
    """Write the files that pandoc gets, one for each chapter and each part; their names in order."""
    texts = {
        chapter.number: _NO_BLANK.sub(r"\1. ", _WITHIN.sub(r"\1", text)) for chapter, text in rewritten(compiled, _link)
    }
    names: list[str] = []
    for entry in compiled.book.entries:
        if isinstance(entry, Part):
            title = json.dumps(entry.title, ensure_ascii=False)  # a string of JSON is one of Typst's
            name, text = f"p{entry.number}", f"```{{=typst}}\n#part({title})\n```\n"
        else:
            # With --file-scope, this file's `top` is known to the others as `c12#top`.
            title = _MARKUP.sub(r"\\\1", entry.title)
            name, text = _file(entry), f"# {title} {{#top}}\n\n{texts[entry.number]}"
        (folder / name).write_text(text, encoding="utf-8")
        names.append(name)
    return names


def command(pandoc: str, python: Path, compiled: Compiled, names: Sequence[str], output: Path) -> tuple[str, ...]:
    """What to run in the folder of the notes, by a `python` that has Typst."""
    book, document = compiled.book, output.with_suffix(".typ")
    options = [f"--from={READER}", "--to=typst", "--file-scope", "--shift-heading-level-by=1", "--wrap=none", "--quiet"]
    about = [f"--metadata=title:{book.title}", f"--metadata=lang:{book.language}", f"--template={TEMPLATE}"]
    first = [pandoc, *options, *about, f"--output={document}", "--", *names]
    second = [python, "-c", _COMPILE, document, output, styles_folder() / "fonts"]
    return ("sh", "-c", f"{shlex.join(first)} && exec {shlex.join(map(str, second))}")


def _link(chapter: Chapter, label: str) -> str:
    return f"[{label}]({_file(chapter)}#top)"


def _file(chapter: Chapter) -> str:
    return f"c{chapter.number}"
