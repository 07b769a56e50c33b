"""The options of commands, by the table of settings that frontmatter and file share, and the settings among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import rich_click as click

from notebook_compile.cli.places import notebook_file
from notebook_compile.config import SETTINGS, BadValueError

BOOK, ABOUT, LOOKS = "Which notes, in what order", "What the book says of itself", "How it looks"
READ, RUN = "How notes are read", "How it runs"

_METAVARS = {
    "index": "NOTE", "order": "ORDER", "depth": "N", "limit": "N", "jobs": "N", "language": "TAG", "page_size": "SIZE",
    "theme": "THEME", "css": "FILE", "cover": "FILE", "image_budget": "SIZE", "timestamps": "HOW", "impose": "HOW",
    "line_breaks": "KIND", "wrapped": "WHICH", "queries": "HOW",
    "profile": "READERS", "cluster": "ADDRESS", "cache_size": "SIZE",
}  # fmt: skip

# Where a flag is not explained as its setting is.
_EXPLANATIONS = {
    "authors": "An author; repeat it for more.",
    "css": "A style sheet of the notebook for the PDF, after the theme's; repeat it for more.",
    "impose": "2up: two pages side by side on a sheet. booklet: the same, to be folded. Pages are not scaled: A5 makes "
    "sheets of A4, A4 of A3; QR codes keep their size. Print on both sides, turned over on the short edge, scaling "
    "off. A booklet is padded with blank pages to a multiple of four; above 15 sheets (60 pages) its inner leaves "
    "stick out: trim the fore-edge, or print fewer chapters.",
}


def setting_options(*names: str, panel: str, instead: Mapping[str, str] | None = None) -> Callable[[Any], Any]:
    """Options for settings; `instead` explains some of them otherwise."""
    explanations = {**_EXPLANATIONS, **(instead or {})}

    def add(command: Any) -> Any:
        for name in reversed(names):
            setting = SETTINGS[name]
            several = isinstance(setting.default, tuple)
            spellings = [each.replace("_", "-") for each in (setting.name, *setting.also)]
            if several:
                spellings.reverse()  # one flag is one author
            command = click.option(
                *(f"--{each}" for each in spellings),
                name,
                metavar=_METAVARS.get(name, "TEXT"),
                multiple=several,
                help=explanations.get(name, setting.explanation.replace("`", "")),
                panel=panel,
            )(command)
        return command

    return add


def read_flags(options: Mapping[str, Any], notebook: Path) -> dict[str, object]:
    """The settings among a command's options; files are named from the notebook or from the current folder."""
    flags: dict[str, object] = {}
    for name, setting in SETTINGS.items():
        value = options.get(name)
        if not value:
            continue
        try:
            flags[name] = setting.read_word(value) if isinstance(value, str) else setting.read(value)
        except BadValueError as error:
            raise click.UsageError(": ".join(filter(None, [f"--{setting.key}", error.message, error.hint]))) from error
    if "css" in flags:
        flags["css"] = tuple(_file("css", word, notebook) for word in options["css"])
    if flags.get("cover", "none") != "none":
        flags["cover"] = _file("cover", options["cover"], notebook)
    return flags


def _file(option: str, word: str, notebook: Path) -> str:
    path = notebook_file(word, notebook)
    if path is None:
        raise click.UsageError(f"--{option}: no file `{word}` in the notebook `{notebook}`")
    return path
