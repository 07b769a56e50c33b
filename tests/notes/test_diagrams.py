"""Diagrams: cases are Mermaid sources in `diagrams/`, each beside the labels that its drawing shows, in order.

Those in `diagrams/wrong/` are beside the message that they get. `UPDATE=1 pytest tests/notes/test_diagrams.py` writes
both anew; a person reads the difference.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from notebook_compile.notes import diagrams
from notebook_compile.notes.diagrams import DiagramError, Drawn, draw_mermaid

CASES = Path(__file__).with_name("diagrams")
SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {f"{SVG}{name}" for name in ("path", "rect", "circle", "ellipse", "line", "polyline", "polygon")}
ELEMENTS = SHAPES | {f"{SVG}{name}" for name in ("svg", "g", "text", "tspan")}

HASHES = """
import hashlib, pathlib, sys
from notebook_compile.notes.diagrams import draw_mermaid
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.mmd"), reverse=True):
    print(path.stem, hashlib.sha256(repr(draw_mermaid(path.read_text("utf-8"))).encode()).hexdigest())
"""


def sources(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.mmd"))


@cache
def drawn(path: Path) -> Drawn:
    return draw_mermaid(path.read_text("utf-8"))


def labels(drawing: Drawn) -> Iterator[str]:
    for text in etree.fromstring(drawing.svg).iter(f"{SVG}text"):
        yield "".join(map(str, text.itertext())) if text.text else "|".join(lines(text))


def lines(text: etree._Element) -> Iterator[str]:
    line = ""
    for piece in text:
        if piece.get("x") and line:
            yield line
            line = ""
        line += str(piece.text)
    yield line


def expect(path: Path, found: str) -> None:
    expected = path.with_suffix(".expected")
    if os.environ.get("UPDATE"):
        expected.write_text(found, "utf-8")
    assert found == expected.read_text("utf-8")


@pytest.mark.parametrize("path", sources(CASES), ids=lambda path: path.stem)
def test_a_diagram_shows_its_labels(path: Path) -> None:
    drawing = drawn(path)
    assert drawing.width > 0
    assert drawing.height > 0
    expect(path, "\n".join([drawing.text, "", *labels(drawing), ""]))


@pytest.mark.parametrize("path", sources(CASES / "wrong"), ids=lambda path: path.stem)
def test_what_is_wrong_is_said(path: Path) -> None:
    with pytest.raises(DiagramError) as caught:
        drawn(path)
    assert "\n" not in str(caught.value)
    expect(path, f"{caught.value}\nline: {caught.value.line}\n")


@pytest.mark.parametrize("path", sources(CASES), ids=lambda path: path.stem)
def test_drawings_are_plain_and_grey(path: Path) -> None:
    for element in etree.fromstring(drawn(path).svg).iter():
        assert element.tag in ELEMENTS
        for name, value in ((str(name), str(value)) for name, value in element.items()):
            assert name not in {"id", "class", "style", "href"}
            assert not name.startswith("on")
            assert "(" not in value or name == "transform"
            if name in {"fill", "stroke"} and value != "none":
                assert value[1:3] == value[3:5] == value[5:7], value


def test_nothing_hostile_is_left() -> None:
    svg = drawn(CASES / "hostile.mmd").svg
    for word in ("<script", "<img", "<image", "<a", "example.org", "javascript", "@import"):
        assert word not in svg


def test_the_same_source_gives_the_same_bytes() -> None:
    expected = [
        f"{path.stem} {hashlib.sha256(repr(drawn(path)).encode()).hexdigest()}" for path in reversed(sources(CASES))
    ]
    environment = os.environ | {"TZ": "America/New_York", "PYTHONHASHSEED": "7", "LC_ALL": "C"}
    found = subprocess.run(
        [sys.executable, "-c", HASHES, CASES], env=environment, capture_output=True, text=True, check=True
    )
    assert found.stdout.splitlines() == expected


def test_labels_fit_their_boxes() -> None:
    """Measured with the widths of the fonts in the book."""
    drawing = etree.fromstring(drawn(CASES / "flowchart-shapes.mmd").svg)
    compared = 0
    for group in drawing.iter(f"{SVG}g"):
        boxes = group.findall(f"{SVG}rect")
        for text in group.findall(f"{SVG}text") if boxes else []:
            size = diagrams._size(diagrams._inherited(text, "font-size"))
            widest = max(diagrams._width(piece, size) for piece in (text, *text))
            assert widest <= float(boxes[0].get("width", 0))
            compared += 1
    assert compared > 5


def test_wide_drawings_are_turned() -> None:
    names = [f"Kapitel {number}" for number in range(12)]
    row = draw_mermaid("flowchart LR\n" + " --> ".join(f"{number}[{name}]" for number, name in enumerate(names)))
    assert row.width < 600 < row.height
    short = draw_mermaid("flowchart LR\n a --> b")
    assert short.width > short.height


@pytest.mark.parametrize("written", ["\ud800", "\0", "\u202e", "\ufeff", "&#0;", "]]>", "<!--", "#35;", "$$x^2$$"])
def test_odd_signs_are_drawn(written: str) -> None:
    assert draw_mermaid(f'flowchart TD\n a["x {written} y"]').text.startswith("Flowchart: x")


@pytest.mark.parametrize("count", [500, 5_000])
def test_large_diagrams_are_drawn_or_refused(count: int) -> None:
    links = "".join(f" n{number} --> n{number * 7 % count}\n" for number in range(count))
    if count == 500:
        assert draw_mermaid("flowchart TD\n" + links).height > 1_000
        return
    with pytest.raises(DiagramError, match="too large"):
        draw_mermaid("flowchart TD\n" + links)


@pytest.fixture
def fresh_engine() -> Iterator[None]:
    diagrams._engine.cache_clear()
    yield
    diagrams._engine.cache_clear()


@pytest.mark.parametrize(
    ("limit", "value", "message"), [("_SECONDS", 0.01, "takes longer"), ("_MEMORY", 16 << 20, "memory")]
)
def test_limits_stop_a_drawing_and_the_next_is_drawn(
    limit: str, value: float, message: str, monkeypatch: pytest.MonkeyPatch, fresh_engine: None
) -> None:
    source = "flowchart TD\n" + "".join(f" n{number} --> n{number * 7 % 2_500}\n" for number in range(2_500))
    with monkeypatch.context() as patch:
        patch.setattr(diagrams, limit, value)
        with pytest.raises(DiagramError, match=message):
            draw_mermaid(source)
    assert draw_mermaid("flowchart TD\n a --> b").text == "Flowchart: a, b"


def test_without_the_extra_the_message_names_it(monkeypatch: pytest.MonkeyPatch, fresh_engine: None) -> None:
    monkeypatch.setattr(diagrams, "quickjs", None)
    with pytest.raises(DiagramError, match="quickjs-ng"):
        draw_mermaid("flowchart TD\n a --> b")
