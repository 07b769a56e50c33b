"""Settings: cases are files in `config/`, a `notebook.toml` or an index note each, beside what is to be read of it.

`UPDATE=1 pytest tests/test_config.py` writes the expectations anew.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from notebook_compile.cli.commands import commands
from notebook_compile.config import (
    PAGE_SIZES,
    SETTINGS,
    BadValueError,
    Settings,
    frontmatter_settings,
    merge,
    page_dimensions,
    read_config,
)
from notebook_compile.diagnostics import CODES
from notebook_compile.model import Note, Source
from notebook_compile.notes.reader import read_note

if TYPE_CHECKING:
    from collections.abc import Iterable

    from notebook_compile.diagnostics import Diagnostic

CASES = Path(__file__).parent / "config"
README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def shown(settings: dict[str, object], found: Iterable[Diagnostic]) -> str:
    return "".join(f"{line}\n" for line in [*(f"{key} = {value!r}" for key, value in settings.items()), *found])


def agree(case: Path, actual: str) -> None:
    expected = case.with_suffix(".expected")
    if os.environ.get("UPDATE"):
        expected.write_text(actual, encoding="utf-8")
    assert actual == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", sorted(CASES.glob("*.toml")), ids=lambda case: case.stem)
def test_file(case: Path, tmp_path: Path) -> None:
    shutil.copy(case, tmp_path / "notebook.toml")
    agree(case, shown(*read_config(tmp_path)))


@pytest.mark.parametrize("case", sorted(CASES.glob("*.md")), ids=lambda case: case.stem)
def test_frontmatter(case: Path) -> None:
    note, _ = read_note(Source(case.name, case.read_text(encoding="utf-8")))
    agree(case, shown(*frontmatter_settings(note)))


def test_the_file_of_a_project_stands_beside_its_notes(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (tmp_path / "notebook.toml").write_text("titel = 'Beside'", encoding="utf-8")
    settings, found = read_config(notes)
    assert (settings, [each.path for each in found]) == ({}, ["../notebook.toml"])
    (notes / "notebook.toml").write_text("title = 'Inside'", encoding="utf-8")
    assert read_config(notes) == ({"title": "Inside"}, ())


def test_the_file_beside_another_folder_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "diary").mkdir()
    (tmp_path / "notebook.toml").write_text("title = 'Beside'", encoding="utf-8")
    assert read_config(tmp_path / "diary") == ({}, ())
    assert read_config(tmp_path / "missing") == ({}, ())


def test_flags_win_over_frontmatter_and_frontmatter_over_the_file() -> None:
    file: dict[str, object] = {"depth": 2, "order": "alpha", "language": "de"}
    frontmatter: dict[str, object] = {"depth": 3, "order": "folder"}
    settings = merge({"depth": 4}, frontmatter, file)
    assert (settings.depth, settings.order, settings.language, settings.theme) == (4, "folder", "de", "book")
    assert merge({}, {}, {}) == Settings()


@pytest.mark.parametrize(
    ("lines", "file", "title"),
    [
        ((), {}, "Of the note"),
        ((), {"title": "Of the file"}, "Of the file"),
        ((("title", 2),), {"title": "Of the file"}, "Of the note"),
    ],
    ids=["its heading", "the file before its heading", "its frontmatter before the file"],
)
def test_the_title_of_the_index_note(lines: tuple[tuple[str, int], ...], file: dict[str, object], title: str) -> None:
    frontmatter, _ = frontmatter_settings(Note("index.md", "Of the note", "", lines=lines))
    assert merge({}, frontmatter, file).title == title


@pytest.mark.parametrize(
    ("size", "millimetres"), [("a4", (210, 297)), ("6in x 9in", (152.4, 228.6)), ("12cm x 180mm", (120, 180))]
)
def test_page_dimensions(size: str, millimetres: tuple[float, float]) -> None:
    assert page_dimensions(size) == pytest.approx(millimetres)
    assert Settings(page_size=size).page_dimensions == page_dimensions(size)


@pytest.mark.parametrize(
    ("theme", "millimetres"), [("book", (148, 210)), ("handout", (210, 297)), ("ereader", (120, 160))]
)
def test_the_pages_of_a_theme(theme: str, millimetres: tuple[float, float]) -> None:
    assert Settings(theme=theme).page_dimensions == pytest.approx(millimetres)
    assert Settings(theme=theme, page_size="a6").page_dimensions == (105, 148)


@pytest.mark.parametrize("size", [*PAGE_SIZES, "120mm x 180mm", "120x180mm", "12CM × 18CM", "6in x 9 in"])
def test_a_page_size_that_was_read_has_dimensions(size: str) -> None:
    read = SETTINGS["page_size"].read_word(size)
    assert isinstance(read, str)
    assert all(50 <= side <= 1500 for side in page_dimensions(read))


@pytest.mark.parametrize(
    ("size", "bytes_"), [("30MB", 30_000_000), ("800 kb", 800_000), ("1.5 GB", 1_500_000_000), ("2000", 2_000)]
)
def test_sizes_of_files(size: str, bytes_: int) -> None:
    assert Settings(image_budget=str(SETTINGS["image_budget"].read_word(size))).image_bytes == bytes_
    assert SETTINGS["image_budget"].read(2_000) == "2000"


@pytest.mark.parametrize("size", ["", "0", "0 MB", "-1MB", "MB", "30 M", "1e3", True, [30], None])
def test_no_sizes_of_files(size: object) -> None:
    with pytest.raises(BadValueError):
        SETTINGS["image_budget"].read(size)


@pytest.mark.parametrize("tag", ["en", "EN-gb", "zh-Hans-CN", "es-419", "de-CH-1996", "sr_Latn"])
def test_language_tags(tag: str) -> None:
    assert SETTINGS["language"].read_word(tag) == {"EN-gb": "en-GB", "sr_Latn": "sr-Latn"}.get(tag, tag)


@pytest.mark.parametrize("tag", ["e", "english", "en-", "-", "en us", "x" * 40, 'en"><b'])
def test_no_language_tags(tag: str) -> None:
    with pytest.raises(BadValueError):
        SETTINGS["language"].read_word(tag)


def test_the_defaults_pass_their_own_checks() -> None:
    for setting in SETTINGS.values():
        if setting.default not in (None, ""):
            assert setting.read(setting.default) == setting.default


def test_the_readme_has_every_setting() -> None:
    flags = {option.name: option.opts[0] for command in commands.commands.values() for option in command.params}
    for setting in SETTINGS.values():
        keys = ", ".join(f"`{key}`" for key in (setting.key, *setting.also))
        flag = f"`{flags[setting.name]}`" if setting.name in flags else ""
        default = "" if setting.default in (None, "", ()) else f"`{setting.default}`"
        assert f"| {keys} | {flag} | {default} | {setting.explanation} |" in README
    assert len(SETTINGS) == len(fields(Settings))


def test_the_readme_has_every_kind_of_finding() -> None:
    for code, (severity, meaning) in CODES.items():
        assert f"| `{code}` | {severity} | {meaning} |" in README
