"""The benchmarks beside peers: what judges their results, what shows them, and the whole on the sample notebook."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "benchmarks"))

import chart  # noqa: E402
import run  # noqa: E402
from measure import Measured  # noqa: E402
from speed.edits import add_page, add_word  # noqa: E402
from speed.figures import figures  # noqa: E402
from speed.lines import Line, Panel  # noqa: E402
from speed.lines import chart as drawn  # noqa: E402
from speed.makers import select  # noqa: E402
from speed.results import (  # noqa: E402
    COLD,
    EDIT,
    MOVE,
    OBSIDIAN,
    SAME,
    TYPST,
    WEASYPRINT,
    Result,
    from_data,
    lines,
    to_data,
)
from turns import OURS  # noqa: E402

MB = 1_000_000


def result(maker: str, notes: int, change: str, wall: float, **more: int) -> Result:
    """A result of three runs, of which only the median counts."""
    together = more.get("together", 600) * MB
    runs = [Measured(0, seconds, seconds, together, together) for seconds in (wall, wall * 9, wall / 9)]
    return Result(maker, notes, change, runs, more.get("size", 1000), pages=4)


GOOD = (
    result(OURS, 60, COLD, 5.0),
    result(WEASYPRINT, 60, COLD, 50.0),
    result(OBSIDIAN, 60, COLD, 10.0),
    result(OURS, 1116, COLD, 75.0),
    result(OURS, 1116, SAME, 1.0),
    result(OURS, 1116, EDIT, 2.5),
    result(OURS, 1116, MOVE, 3.0),
    result(WEASYPRINT, 1116, COLD, 1200.0),
    result(TYPST, 1116, COLD, 80.0),
)


def missed(*changed: Result, differing: int = 0) -> set[str]:
    """The names of the figures that miss their bars where some results are not good."""
    results = {(each.maker, each.notes, each.change): each for each in (*GOOD, *changed)}
    return {figure.name for figure in figures(list(results.values()), {1116: differing}) if figure.missed}


def test_good_figures_keep_their_bars() -> None:
    assert missed() == set()
    assert sum(figure.bar is not None for figure in figures(GOOD, {60: 0, 1116: 0})) == 12


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        (result(WEASYPRINT, 1116, COLD, 1100.0), {"cold, 1116 notes, wall time beside WeasyPrint, one document"}),
        (result(TYPST, 1116, COLD, 70.0), {"cold, 1116 notes, wall time beside pandoc to Typst"}),
        (result(OBSIDIAN, 60, COLD, 8.0), {"cold, 60 notes, wall time beside obsidian-pdf-exporter"}),
        (result(OURS, 1116, SAME, 1.6), {"no change, 1116 notes, beside cold"}),
        (result(OURS, 1116, EDIT, 3.1), {"one edit, 1116 notes, beside cold"}),
        (result(OURS, 1116, MOVE, 4.0), {"an edit that moves every page, 1116 notes, beside one edit"}),
        (result(OURS, 1116, SAME, 1.0, together=710), {"memory of all processes, 1116 notes"}),
        (result(OURS, 60, COLD, 3.0), {"time a note, 1116 notes beside 60"}),
        (result(OURS, 60, COLD, 5.0, size=1200), {"file, 60 notes, beside WeasyPrint, one document"}),
    ],
)
def test_a_bar_is_missed(changed: Result, names: set[str]) -> None:
    assert missed(changed) == names


def test_different_files_are_a_fault() -> None:
    assert missed(differing=1) == {"files that differ among cold, warm and serial builds, 1116 notes"}


def test_small_books_only_inform() -> None:
    slow = (result(OURS, 12, COLD, 50.0), result(OURS, 12, SAME, 50.0), result(OBSIDIAN, 12, COLD, 1.0))
    assert not any(figure.bar for figure in figures(slow, {12: 0}))


def test_results_are_kept_whole() -> None:
    assert [from_data(json.loads(json.dumps(to_data(each)))) for each in GOOD] == list(GOOD)


def test_edits(tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("---\ntitle: A\n---\n\n## Head\n\nMuscles pull at bones.\n\n- [[a | b c]]\n", "utf-8")
    add_word(note)
    assert "\nMuscles also pull at bones.\n" in note.read_text("utf-8")
    before = len(note.read_text("utf-8"))
    add_page(note)
    assert len(note.read_text("utf-8")) > before + 2500
    note.write_text("---\ntitle: A\n---\n", "utf-8")
    add_word(note)
    assert note.read_text("utf-8").endswith("---\n\nAlso.\n")


def test_a_selection_is_a_notebook_of_its_own(tmp_path: Path) -> None:
    selection = select(ROOT / "notes", "index", 2, tmp_path)
    assert selection.chapters == ("upper_motor_neurons.md", "lower_motor_neurons.md")
    assert {path.name for path in selection.notebook.glob("*.md")} == {"index.md", *selection.chapters}
    assert [chapter.path for chapter in selection.compiled()[0].book.chapters] == list(selection.chapters)
    with run.edited(selection) as (first, middle):
        first.write_text("other", "utf-8")
        assert (first.name, middle.name) == selection.chapters
    assert first.read_bytes() == (ROOT / "notes" / first.name).read_bytes()


# --- results of an earlier run ----------------------------------------------------------------------------


def written(folder: Path, **more: object) -> Path:
    file = folder / "earlier.json"
    data = {"notebook": "seas", "day": "2026-01-02", "runs": [3, 1], "machine": {"cores": 2, OURS: "0.1"}}
    file.write_text(json.dumps({**data, "results": [to_data(each) for each in GOOD], "figures": [], **more}), "utf-8")
    return file


def test_earlier_results_are_those_of_peers_and_say_so(tmp_path: Path) -> None:
    found = run.earlier_results(written(tmp_path), {"cores": 2, OURS: "0.2"}, "seas")
    assert {each.maker for each in found} == {WEASYPRINT, OBSIDIAN, TYPST}
    assert all("(of 2026-01-02)" in line for line in lines(found)[1:])


@pytest.mark.parametrize(("about", "notebook"), [({"cores": 4}, "seas"), ({"cores": 2}, "hills")])
def test_earlier_results_of_something_else_are_refused(tmp_path: Path, about: dict[str, object], notebook: str) -> None:
    with pytest.raises(ValueError, match="earlier"):
        run.earlier_results(written(tmp_path), about, notebook)


# --- the chart and the page -------------------------------------------------------------------------------


def test_the_page_and_its_chart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "speed.md"
    page.write_text(f"# Speed\n\n{chart.START}\nof before\n{chart.END}\n\nRest\n", "utf-8")
    figure = {"name": "a figure", "value": 0.25, "bar": 0.2, "unit": ""}
    file = written(tmp_path, figures=[figure])
    monkeypatch.setattr(sys, "argv", ["chart.py", str(file), "--page", str(page)])
    assert chart.main() == 0
    text = page.read_text("utf-8")
    assert "of before" not in text
    assert text.startswith(f"# Speed\n\n{chart.START}\n\n`seas`, 2026-01-02; medians of 3 runs, of peers 1.")
    assert text.endswith(f"{chart.END}\n\nRest\n")
    assert "| 1116 | pandoc to Typst | cold | 80.00 |" in text
    assert "| a figure | 0.25 | 0.2 | missed |" in text
    drawing = ElementTree.parse(page.with_suffix(".svg"))
    shown = {element.text for element in drawing.iter("{http://www.w3.org/2000/svg}text")}
    assert {TYPST, f"{OURS}, {SAME}", "1,116", "1 min", "500 MB"} <= shown


def test_a_page_without_the_lines_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "speed.md"
    page.write_text("# Speed\n", "utf-8")
    monkeypatch.setattr(sys, "argv", ["chart.py", str(written(tmp_path)), "--page", str(page)])
    assert chart.main() == 1
    assert page.read_text("utf-8") == "# Speed\n"


def test_names_of_lines_do_not_overlap() -> None:
    line = Line("a", ((60, 1.0), (1116, 2.0)), "#000")
    panel = Panel("Time", {1: "1 s"}, (line,) * 4)
    drawing = ElementTree.fromstring(drawn([panel], "notes"))
    places = [float(each.get("y", 0)) for each in drawing.iter("{http://www.w3.org/2000/svg}text") if each.text == "a"]
    assert all(after - before >= 15 for before, after in pairwise(places))


# --- all together -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_all_programs(tmp_path: Path) -> None:
    data = tmp_path / "results.json"
    options = ("--index", "index", "--notes", "2", "4", "--runs", "1", "--json", str(data))
    process = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "run.py", ROOT / "notes", *options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stdout + process.stderr
    results = [from_data(each) for each in json.loads(data.read_text("utf-8"))["results"]]
    installed = {each.maker for each in results} - {OURS}
    assert installed >= {WEASYPRINT}
    found = [(each.notes, each.maker, each.change) for each in results]
    for notes in (2, 4):
        assert {(notes, OURS, change) for change in (COLD, SAME, EDIT, MOVE)} <= set(found)
        assert {(notes, peer, COLD) for peer in installed} <= set(found)
    assert {change for notes, maker, change in found if maker != OURS and notes == 2} == {COLD, EDIT}
    assert all(each.pages > 2 and each.size for each in results)
    assert "files that differ among cold, warm and serial builds, 2 notes: 0" in process.stdout
