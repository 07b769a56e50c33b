"""docs/themes.md names the properties and the classes that there are."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "themes.md").read_text(encoding="utf-8")
SHEETS = [*(ROOT / "styles" / "shared").glob("*.css"), ROOT / "styles" / "handout.css", ROOT / "styles" / "ereader.css"]
CSS = re.sub(r"/\*.*?\*/", "", "\n".join(sheet.read_text(encoding="utf-8") for sheet in SHEETS), flags=re.DOTALL)


def test_each_property_is_explained() -> None:
    explained = set(re.findall(r"`(--[\w-]+)`", PAGE[PAGE.index("## Properties") :]))
    assert explained == set(re.findall(r"(--[\w-]+)\s*:", CSS)) | {"--page-width", "--page-height"}


def test_each_class_is_named_and_there() -> None:
    table = PAGE[PAGE.index("## Classes") :]
    named = set(re.findall(r"`([\w-]+)`", table)) - {"level-0"}  # nothing is said of it in styles
    used = set(re.findall(r"\.([a-z][\w-]*)(?=[^{}]*\{)", re.sub(r'url\([^)]*\)|"[^"]*"', "", CSS)))
    code = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.*") if path.suffix in (".py", ".html")
    )
    assert {name for name in named - used if name not in code} == set()
    generated = {name for name in used if re.match(r"as-|level-|late-number-", name)}
    inner = {"back", "front", "medium", "longest", "pictured"}
    assert used - generated - inner - named == set()
