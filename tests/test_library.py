"""A library: which folders are notebooks, what is written where, and that one notebook does not end the others.

Books come from a stand-in for the compiler, but in the last test.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from notebook_compile import library
from notebook_compile.cli import libraries, main
from notebook_compile.cli.overview import Listed, ListedBook, overview
from notebook_compile.diagnostics import diagnostic
from notebook_compile.jobs import Lost
from notebook_compile.library import Made, MadeBook, find_notebooks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

LOST = diagnostic("lost-footnote", "a.md", (1, 2), "footnote 3 stands on no page")
MISSING = [diagnostic("missing-note", "a.md", (line, 1), f"note `{line}` does not exist") for line in range(1, 4)]


def _library(folder: Path, *files: str) -> Path:
    for file in files:
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {path.stem}\n" if file.endswith(".md") else "")
    return folder


# --- which folders are notebooks --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "notebooks"),
    [
        (["a/index.md", "b/README.md", "c/SUMMARY.md", "d/d.md", "e/note.md"], ["a", "b", "c", "d"]),
        (["a/notebook.toml", "a/note.md", "b/.obsidian/app.json", "b/note.md"], ["a", "b"]),
        (["2/index.md", "10/index.md", "x/y/Z/z.md"], ["2", "10", "x/y/Z"]),
        (["index.md", "note.md", "a/index.md"], ["."]),
        (["README.md", "a/index.md", "a/b/index.md"], ["a"]),
        (["README.md", "topics/note.md"], ["."]),
        (["index.md", "note.md", "a/notebook.toml", "b/index.md"], ["a", "b"]),
        (["a/notebook.toml", "a/notes/index.md", "a/b/notebook.toml"], ["a"]),
        (["dist/a/index.md", ".trash/index.md", "node_modules/a/README.md", "a/.index.md"], []),
        ([], []),
    ],
    ids=[
        "index notes",
        "settings",
        "in order, in folders",
        "none within another",
        "a README about notebooks",
        "a README that is an index note",
        "settings below an index note",
        "a project",
        "hidden folders and what is made",
        "nothing",
    ],
)
def test_which_folders_are_notebooks(tmp_path: Path, files: list[str], notebooks: list[str]) -> None:
    folder = _library(tmp_path / "library", *files)
    folder.mkdir(exist_ok=True)
    assert find_notebooks(folder) == tuple(folder / each for each in notebooks)


def test_a_link_does_not_lead_out_of_the_library(tmp_path: Path) -> None:
    _library(tmp_path, "outside/index.md", "library/a/index.md")
    (tmp_path / "library/b").symlink_to(tmp_path / "outside")
    assert find_notebooks(tmp_path / "library") == (tmp_path / "library/a",)


# --- the command ------------------------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Runs the command on three notebooks, as if each had the title of what `made` says, by its folder's name."""
    monkeypatch.chdir(_library(tmp_path, "vault/x/index.md", "vault/y/index.md", "vault/z/index.md"))

    def run(made: Mapping[str, Made | Lost], *words: str) -> int:
        def make(notebook: Path, flags: Mapping[str, object], *_: object, **__: object) -> Made | Lost:
            assert flags.get("limit") == 2
            return made[notebook.name]

        monkeypatch.setattr(library, "make_quietly", make)
        monkeypatch.setattr(library, "make_books", lambda *_: Made("Rescued", 1))
        with pytest.raises(SystemExit) as exit_:
            main(["library", "vault", "--limit", "2", "--jobs", "1", *words])
        assert isinstance(exit_.value.code, int)
        return exit_.value.code

    return run


def _made(title: str, *findings: object) -> Made:
    return Made(title, 2, (MadeBook("pdf", ".pdf", b"1"), MadeBook("epub", ".epub", b"2")), findings)  # type: ignore[arg-type]


def _files(folder: Path) -> Iterator[str]:
    return (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file())


def test_books_of_the_same_title_stand_beside_each_other(tmp_path: Path, run: Callable[..., int]) -> None:
    assert run({each: _made("The: Book") for each in "xyz"}) == 0
    books = [f"{folder}/The - Book.{ending}" for folder in "xyz" for ending in ("epub", "pdf")]
    assert list(_files(tmp_path / "dist")) == ["index.html", *books]


def test_what_fails_does_not_end_the_others(
    tmp_path: Path, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        run({"x": Made("X", problem="no notes\x1b"), "y": _made("Y", LOST, *MISSING), "z": _made("Z")}, "-o", "o") == 1
    )
    out, err = capsys.readouterr()
    assert err == "x\n    error: no notes \ny\n    error: a.md:1:2 footnote 3 stands on no page\n"
    assert re.sub(r"[\d.]+ s$", "_ s", out, flags=re.MULTILINE).splitlines() == [
        "o/y/Y.pdf  1 kB, 2 chapters",
        "o/y/Y.epub  1 kB, 2 chapters",
        "o/z/Z.pdf  1 kB, 2 chapters",
        "o/z/Z.epub  1 kB, 2 chapters",
        "o/index.html  3 notebooks, _ s",
    ]
    page = (tmp_path / "o/index.html").read_text()
    assert page.index("Not compiled") < page.index(">X<")


def test_errors_fail_and_warnings_do_not(run: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    books = {"x": _made("X", *MISSING), "y": _made("Y"), "z": _made("Z")}
    assert run(books, "-q") == 0
    assert capsys.readouterr() == ("", "")
    assert run({**books, "y": _made("Y", LOST)}, "-q") == 1
    assert run(books, "-v") == 0
    assert "warning: 3 links to notes that do not exist, as" in capsys.readouterr().err


def test_a_notebook_whose_process_died_is_compiled_over_all_processes(tmp_path: Path, run: Callable[..., int]) -> None:
    assert run({"x": _made("X"), "y": Lost("was killed by SIGKILL"), "z": _made("Z")}) == 0
    assert "Rescued" in (tmp_path / "dist/index.html").read_text()


def test_large_notebooks_come_after_the_small_ones(
    run: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "count_notes", lambda notebook: 1000 if notebook.name == "x" else 1)
    assert run({"y": _made("Y"), "z": _made("Z")}) == 0
    page = (tmp_path / "dist/index.html").read_text()
    assert [page.index(title) for title in (">Rescued<", ">Y<", ">Z<")] == sorted(
        page.index(title) for title in (">Rescued<", ">Y<", ">Z<")
    )


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["nowhere"], "no folder `nowhere`"),
        (["."], "no notebooks in `.`: one is a folder with a notebook.toml, or with an index note as index.md"),
        (["--cluster", "x"], "--cluster: `x` is not the address of a scheduler: write it as `tcp://host:8786`"),
    ],
)
def test_wrong_usage(
    tmp_path: Path,
    words: list[str],
    complaint: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as exit_:
        main(["library", *words])
    assert (exit_.value.code, capsys.readouterr().err) == (2, f"notebook-compile: {complaint}\n")
    assert list(tmp_path.iterdir()) == []


# --- the overview -----------------------------------------------------------------------------------------


def test_the_overview() -> None:
    books = (
        ListedBook("pdf", "2,140 pages, 1.2 MB", "a b/C & D?.pdf"),
        ListedBook("epub", "800 kB", "a b/C & D?.epub"),
    )
    made = Listed("C & <D>", "a b", 1116, books, (*MISSING, LOST))
    page: Any = html.fromstring(overview("My <library>", [made, Listed("E", "e", problem="no notes")]))
    assert page.findtext(".//title") == "My <library>"
    assert [heading.text_content() for heading in page.xpath("//h1 | //h2 | //h3")] == [
        "My <library>", "C & <D>", "Not compiled", "E",
    ]  # fmt: skip
    assert [(link.get("href"), link.text_content()) for link in page.xpath("//main//a")] == [
        ("a%20b/C%20%26%20D%3F.pdf", "PDF 2,140 pages, 1.2 MB"),
        ("a%20b/C%20%26%20D%3F.epub", "EPUB 800 kB"),
    ]
    assert " ".join(page.find(".//summary").text_content().split()) == "1,116 chapters, 4 findings, 1 error"
    assert [item.text_content() for item in page.xpath("//details//li")] == [
        "error: footnotes that the page could not hold (1)",
        "warning: links to notes that do not exist (3)",
    ]
    assert page.xpath("//header//a/@href") == ["#failed"]
    assert not page.xpath("//script | //link | //img")


@pytest.mark.slow
def test_real_books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = _library(tmp_path / "library", "a/index.md", "b/index.md", "b/note.md", "empty/notebook.toml")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as exit_:
        main(["library", str(folder), "-q"])
    assert exit_.value.code == 1
    assert list(_files(tmp_path / "dist")) == ["a/a.epub", "a/a.pdf", "b/b.epub", "b/b.pdf", "index.html"]
    assert "no notes (.md files)" in (tmp_path / "dist" / libraries.PAGE).read_text()
