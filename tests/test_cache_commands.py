"""The cache and single chapters, as commands have them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest

from notebook_compile.cache import FOLDER_VARIABLE
from notebook_compile.cli import main

NOTES = {
    "index.md": "- [[One]]\n- [[Two]]\n- [[Three]]\n",
    "One.md": "See [[Three]] and [[Two#Far]].\n",
    "Two.md": "Words. " * 900 + "\n\n## Far\n\nBack to [[One]].\n",
    "Three.md": "As [[One]] says, [[Two#Far|far]].\n",
    "Outside.md": "Nobody links here.\n",
}


@dataclass(frozen=True)
class Result:
    """What a run of the program gave."""

    code: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """The program in a folder of its own, with a notebook in `notes/` and an empty cache in `cache/`."""
    (tmp_path / "notes").mkdir()
    for name, text in NOTES.items():
        (tmp_path / "notes" / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "cache"))

    def run(*arguments: str) -> Result:
        with pytest.raises(SystemExit) as done:
            main(arguments)
        assert isinstance(done.value.code, int)
        return Result(done.value.code, *capsys.readouterr())

    return run


def files() -> int:
    return len(list(Path("cache").glob("??/*")))


def test_notes_are_kept_and_can_be_forgotten(run: Run) -> None:
    folder = re.escape(str(Path("cache").absolute()))
    assert re.fullmatch(rf"{folder}: 0 files, .*\n", run("cache").out)
    plain = run("plan")
    assert files() == len(NOTES)
    assert run("plan") == plain
    assert re.fullmatch(rf"{folder}: {len(NOTES)} files, \d+ kB\n", run("cache").out)
    assert run("cache", "clear").code == 0
    assert files() == 0


def test_no_cache(run: Run) -> None:
    assert run("check", "--no-cache").code == 0
    assert not Path("cache").exists()


def test_a_cache_that_cannot_be_used_is_said_and_costs_nothing_else(run: Run) -> None:
    Path("cache").write_text("a file")
    done = run("plan")
    assert done.code == 0
    assert "3  Three" in done.out
    assert done.err.count("the next build will take as long: cannot write") == 1
    assert run("plan", "-q").err == ""


def test_a_cache_too_large_is_trimmed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("plan")
    monkeypatch.setattr("notebook_compile.cache._LEEWAY", -3600)  # as if all this had been an hour ago
    Path("notes/One.md").write_text("Edited.\n")
    run("plan", "--cache-size", "1B")
    assert files() == 0


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("pdf --chapter Threee", "--chapter: no note `Threee` in `notes`: did you mean `Three.md`?"),
        (
            "pdf --chapter Outside",
            "--chapter: `Outside.md` is not in the book: link it in the index, or make a handout of it",
        ),
        ("plan --chapter Two", "no option `--chapter`"),
        ("cache clean", "no command `clean`: did you mean `clear`?"),
        ("pdf --cache-size big", "--cache-size: `big` is not a size: write it as `20MB` or `800kB`"),
    ],
)
def test_usage(run: Run, words: str, line: str) -> None:
    done = run(*words.split())
    assert (done.code, done.err) == (2, f"notebook-compile: {line}\n")


def pages(file: str) -> dict[str, str]:
    """The texts of a PDF's pages, by their labels."""
    pdf = pypdfium2.PdfDocument(Path(file))
    return {
        pdf.get_page_label(number): " ".join(pdf[number].get_textpage().get_text_range().split())
        for number in range(len(pdf))
    }


def test_a_chapter_alone_has_the_numbers_of_the_book(run: Run) -> None:
    whole = run("pdf", "--jobs", "1", "--page-size", "a6")
    alone = run("pdf", "--jobs", "1", "--page-size", "a6", "--chapter", "three")
    assert (whole.code, alone.code) == (0, 0), alone.err
    assert alone.out.startswith("dist/notes (Three).pdf  1 page, 1 chapter, ")
    (label,) = pages("dist/notes (Three).pdf")
    assert pages("dist/notes (Three).pdf")[label] == pages("dist/notes.pdf")[label]
    assert int(label) > 3


def test_a_build_that_finds_everything_loads_little(run: Run) -> None:
    assert run("pdf", "--jobs", "1").code == 0
    program = (
        "import sys\nfrom notebook_compile.cli import main\n"
        "try: main(['pdf', '--jobs', '1'])\nexcept SystemExit: pass\n"
        "print([name for name in ('weasyprint', 'markdown', 'pygments', 'jinja2', 'ziamath') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr
