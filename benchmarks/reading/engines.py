"""What turns a note's text to HTML: ours, and the peers it is timed beside.

    python benchmarks/reading/engines.py ENGINE < NOTE

prints the seconds of CPU that the text takes, so that a text can have a process of its own.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import markdown
from markdown_it import MarkdownIt

from notebook_compile.model import Source
from notebook_compile.notes import reader

Engine = Callable[[str], object]

OURS = "our extensions"
WHOLE = "read_note"
MARKDOWN_IT = "markdown-it-py"
PYMDOWN = "pymdown-extensions"

# What peers.sh makes; the environment of the project comes first.
sys.path += map(str, (Path(__file__).parents[1] / ".peers").glob("lib/python*/site-packages"))


def reader_converter() -> markdown.Markdown:
    """The converter that the reader uses where a notebook chooses nothing."""
    return reader.converter()[0]


def ours() -> Engine:
    """The reader's own set of extensions."""
    converter = reader_converter()
    return lambda text: converter.reset().convert(text)


def whole() -> Engine:
    """All that becomes of a note on its own: frontmatter, links, times, Markdown, sanitising, references."""
    return lambda text: reader.read_note(Source("note.md", text))


def markdown_it() -> Engine:
    """The parser that follows the specification most closely in Python, as GitHub reads, with Obsidian's additions."""
    parser = MarkdownIt("gfm-like", {"linkify": False})
    try:
        for name in ("dollarmath", "footnote", "tasklists"):
            parser.use(getattr(import_module(f"mdit_py_plugins.{name}"), f"{name}_plugin"))
    except ImportError:
        pass
    return parser.render


def pymdown() -> Engine:
    """Python-Markdown with those of pymdown-extensions that read what ours read; ImportError without them."""
    names = "arithmatex extra magiclink mark quotes tasklist tilde".split()
    extensions = [f"pymdownx.{name}" for name in names] + ["footnotes", "pymdownx.highlight", "sane_lists"]
    import_module(extensions[0])
    settings = {"pymdownx.quotes": {"callouts": True}, "pymdownx.highlight": {"use_pygments": False}}
    converter = markdown.Markdown(extensions=extensions, extension_configs=settings)
    return lambda text: converter.reset().convert(text)


ENGINES: dict[str, Callable[[], Engine]] = {
    OURS: ours,
    WHOLE: whole,
    MARKDOWN_IT: markdown_it,
    PYMDOWN: pymdown,
}


def seconds(engine: Engine, text: str) -> float:
    """The CPU seconds that an engine takes for a text."""
    start = time.process_time()
    engine(text)
    return time.process_time() - start


def main() -> None:
    """Time one engine on what comes in."""
    engine = ENGINES[sys.argv[1]]()
    text = sys.stdin.buffer.read().decode("utf-8")
    engine("a\n")
    print(seconds(engine, text))


if __name__ == "__main__":
    main()
