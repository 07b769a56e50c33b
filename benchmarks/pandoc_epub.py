"""The peer of `notebook-compile epub`: pandoc's EPUB of the same notes in the same order.

    python benchmarks/pandoc_epub.py NOTEBOOK OUTPUT.epub [--index NOTE] [--limit N]

Pandoc gets the options that do best with such notes. Of its readers `gfm` takes half the time of `markdown`, and reads
lists without a blank line before them, as Obsidian does. With `--file-scope` a wiki-link leads to the chapter whose
file it names, so the files that are written here have no ending. The contents have two levels, as ours. Only pandoc's
own run is measured, not the writing of these files.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from notebook_compile.compiler import Compiled, compile_notebook
from notebook_compile.notes.frontmatter import read_frontmatter

PEERS = Path(__file__).parent / ".peers"  # what peers.sh makes
READER = "gfm+wikilinks_title_after_pipe"
SUMMARY = "Text with headings, links and a table of contents."  # Ace misses one, and pandoc makes none of its own


def find_pandoc() -> str | None:
    """The pandoc of peers.sh, else the system's."""
    installed = sorted(PEERS.glob("lib/python*/site-packages/pypandoc/files/pandoc"))
    return str(installed[0]) if installed else shutil.which("pandoc")


def write_notes(compiled: Compiled, folder: Path) -> list[str]:
    """Write each chapter's note to a file in a folder, its title for its frontmatter; the files' names in order."""
    texts = {source.path: source.text for source in compiled.notebook.sources}
    names: list[str] = []
    for chapter in compiled.book.chapters:
        text = texts[chapter.path]
        frontmatter, _ = read_frontmatter(text, chapter.path)
        name = PurePosixPath(chapter.path).stem
        if (folder / name).exists():
            name = f"{name}-{chapter.number}"
        (folder / name).write_text(f"# {chapter.title}\n\n{text[frontmatter.end :].strip()}\n", encoding="utf-8")
        names.append(name)
    return names


def command(pandoc: str, compiled: Compiled, names: Sequence[str], output: Path) -> list[str]:
    """What to run in the folder of the notes."""
    book = compiled.book
    about = [f"--metadata=title:{book.title}", f"--metadata=lang:{book.language}"]
    about += [f"--metadata=author:{author}" for author in book.authors]
    about.append(f"--metadata=accessibilitySummary:{SUMMARY}")
    options = [f"--from={READER}", "--to=epub3", "--file-scope", "--split-level=1", "--toc", "--toc-depth=2", "--quiet"]
    return [pandoc, *options, *about, f"--resource-path={book.root}", f"--output={output}", "--", *names]


def main() -> None:
    """Read the arguments, write the notes and run pandoc."""
    parser = argparse.ArgumentParser(description="Package a notebook with pandoc.")
    parser.add_argument("notebook", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--index")
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    pandoc = find_pandoc()
    if pandoc is None:
        parser.error("no pandoc: run benchmarks/peers.sh")
    flags = {name: value for name in ("index", "limit") if (value := getattr(options, name)) is not None}
    compiled, _ = compile_notebook(options.notebook, flags, lambda *_: None)
    with tempfile.TemporaryDirectory() as folder:
        names = write_notes(compiled, Path(folder))
        subprocess.run(command(pandoc, compiled, names, options.output.resolve()), cwd=folder, check=True)


if __name__ == "__main__":
    main()
