"""The stylesheet as older readers understand it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from notebook_compile.epub.stylesheet import with_sides
from notebook_compile.resources import styles_folder

if TYPE_CHECKING:
    from notebook_compile.words import Direction


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        (
            "ul { padding-inline-start: 1.4em }",
            "ul { padding-left: 1.4em; padding-inline-end: 0; padding-inline-start: 1.4em }",
        ),
        (
            "pre { border: 0; border-inline-start: 1px solid; }",
            "pre { border: 0; border-left: 1px solid; border-inline-end: 0; border-inline-start: 1px solid; }",
        ),
        ("p {text-align:start}", "p {text-align: left; text-align:start}"),
        ("code { overflow-wrap: anywhere; }", "code { word-wrap: break-word; overflow-wrap: anywhere; }"),
        ("td { overflow-wrap: inherit; }", "td { word-wrap: inherit; overflow-wrap: inherit; }"),
        ("p { margin-left: 1em; text-align: center }", "p { margin-left: 1em; text-align: center }"),
    ],
)
def test_old_and_new(css: str, expected: str) -> None:
    assert with_sides(css, "ltr") == expected


@pytest.mark.parametrize(("direction", "side"), [("ltr", "left"), ("rtl", "right")])
def test_every_side_of_the_stylesheet_has_a_name(direction: Direction, side: str) -> None:
    css = re.sub(r"/\*.*?\*/", "", (styles_folder() / "epub.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    made = with_sides(css, direction)
    for found in re.finditer(r"(\w+)-inline-start: ([^;}]+)", css):
        assert f"{found[1]}-{side}: {found[2].strip()};" in made
    unknown = re.findall(r"[\w-]*(?:inline-end|block-start|block-end|-inline|-block|inset)(?=\s*:)|: end\b", css)
    assert not unknown, "with_sides does not know them"
    assert made.count(f"text-align: {side}; text-align: start") == css.count("text-align: start")


def rules() -> list[tuple[str, str, str]]:
    """Selectors, properties and values of the stylesheet."""
    css = re.sub(r"/\*.*?\*/", "", (styles_folder() / "epub.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    return [
        (" ".join(rule[1].split()), *(part.strip() for part in declaration.split(":", 1)))  # type: ignore[misc]
        for rule in re.finditer(r"([^{}]+)\{([^{}]*)\}", css)
        for declaration in rule[2].split(";")
        if declaration.strip()
    ]


def test_the_page_is_the_reader_s() -> None:
    """Kindle Publishing Guidelines, 9.2: defaults for the body; Kobo, too, hides a setting that the body has."""
    of_page = [rule for rule in rules() if re.search(r"(?:^|,)\s*(?:html|body|\*|:root)\s*(?:,|$)", rule[0])]
    assert of_page == [("body", "overflow-wrap", "break-word")]
    assert not [rule for rule in rules() if rule[1].startswith("font-family") and rule[2] != "monospace"]


def test_every_colour_is_the_text_s() -> None:
    """So that night mode inverts it; but for the white ground of drawings, which are black."""
    fixed = [rule for rule in rules() if re.search(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|black|white|gr[ae]y)", rule[2])]
    assert fixed == [(".diagram svg", "background", "#fff")]
    coloured = {rule[2] for rule in rules() if "color" in rule[1] or rule[1].startswith("background")}
    assert coloured == {"#fff", "inherit", "none"}
    boxes = [rule[2].split() for rule in rules() if rule[1].startswith(("border", "outline")) and rule[2] != "collapse"]
    assert all(len(box) <= 2 for box in boxes), "a width and a style"


def test_nothing_that_readers_stumble_over() -> None:
    """Custom properties and `!important` override the reader; type in pixels does not follow its size."""
    for selector, name, value in rules():
        assert not name.startswith("--"), selector
        assert "!important" not in value, selector
        assert name != "position", selector
        assert not (name.startswith("font") and re.search(r"\d(?:px|pt|mm|cm|in)\b", value)), selector
    comments = re.findall(r"/\*.*?\*/", (styles_folder() / "epub.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not [comment for comment in comments if "--" in comment]  # suspected of unsettling Kindle's converter


def test_links_stand_on_the_line_of_their_text() -> None:
    """foliate-js (footnotes.js) takes links that are raised for marks of notes."""
    assert [rule for rule in rules() if rule[1] == "vertical-align" and rule[2] not in ("baseline", "bottom")] == [
        ("a.noteref sup", "vertical-align", "super")
    ]


def test_adobe_s_reader_takes_the_stylesheet() -> None:
    """RMSDK, which Kobo has for plain EPUBs, refuses a book for one value that it cannot parse (PyPI: kobofix)."""
    css = re.sub(r"/\*.*?\*/", "", (styles_folder() / "epub.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.findall(r"\b(?:calc|min|max|clamp|var|env)\(|\b(?:flex|grid|aspect-ratio)\b|@(?:media|supports)", css)
