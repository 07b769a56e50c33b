"""What the keys of the cache say of versions and fonts."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from notebook_compile import versions as module
from notebook_compile.resources import styles_folder
from notebook_compile.versions import LIBRARIES, versions

# They have no say in a note's markup or in a page: the command line, reading back, suggestions, packaging of EPUBs.
WITHOUT_A_SAY = frozenset(
    "click colorama ebooklib importlib-metadata lazy-importer markdown-it-py mdurl notebook-compile packaging"
    " platformdirs pycparser pypdfium2 pytz rapidfuzz rich rich-click six typing-extensions zipp".split()
)


@pytest.fixture(autouse=True)
def _afresh() -> Iterator[None]:
    versions.cache_clear()
    yield
    versions.cache_clear()


def required(name: str, seen: set[str]) -> set[str]:
    """What a distribution needs, and what that needs."""
    name = re.sub(r"[-_.]+", "-", name).lower()
    if name not in seen:
        seen.add(name)
        try:
            needed = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            return seen
        for each in needed:
            if "extra ==" not in each:
                required(re.split(r"[ ;<>=!~\[(]", each)[0], seen)
    return seen


def test_every_library_that_is_used_counts_or_is_known_not_to() -> None:
    assert required("notebook-compile", set()) - WITHOUT_A_SAY <= LIBRARIES


def test_they_take_no_time() -> None:
    times = []
    for _ in range(3):
        versions.cache_clear()
        began = time.process_time()
        versions()
        times.append(time.process_time() - began)
    assert min(times) < 0.1, "it should take less than 50 ms on an idle machine"


def test_a_font_that_is_installed_changes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_font_folders", lambda: (str(tmp_path),))
    seen = [versions()]
    for write in (
        lambda: (tmp_path / "A.ttf").write_bytes(b"font"),
        lambda: (tmp_path / "A.ttf").write_bytes(b"another"),
        lambda: (tmp_path / "A.ttf").rename(tmp_path / "B.ttf"),
    ):
        write()
        versions.cache_clear()
        seen.append(versions())
    assert len(set(seen)) == 4


def test_a_line_of_a_theme_changes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = versions()
    copy = tmp_path / "styles"
    shutil.copytree(styles_folder(), copy)
    monkeypatch.setattr(module, "styles_folder", lambda: copy)
    versions.cache_clear()
    assert versions() == before, "where the package is does not count"
    with (copy / "book.css").open("a") as file:
        file.write("/* a line */")
    versions.cache_clear()
    assert versions() != before


def test_a_library_of_another_version_changes_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = versions()
    (tmp_path / "WeasyPrint-99.0.dist-info").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    versions.cache_clear()
    assert versions() != before
