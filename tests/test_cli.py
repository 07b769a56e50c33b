"""The command line: what it prints, what it writes, how it exits. Books come from a stand-in for the compiler's stages,
but at the end of the file, where the program runs as users run it."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf
import pytest

from notebook_compile import compiler, handouts
from notebook_compile.cli import main
from notebook_compile.cli.files import file_name
from notebook_compile.compiler import Compiled
from notebook_compile.config import Settings, merge
from notebook_compile.diagnostics import Diagnostic, diagnostic
from notebook_compile.model import (
    Book,
    Chapter,
    Link,
    Note,
    Notebook,
    Outline,
    PlannedChapter,
    PlannedPart,
    Reason,
    Source,
    Text,
)
from notebook_compile.pdf.printing import Printed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MISSING = [
    diagnostic("missing-note", "index.md", (line, 3), f"note `role_{line}` does not exist", hint)
    for line, hint in [(14, "did you mean `roles.md`?"), (15, ""), (16, ""), (17, "")]
]
CUT = diagnostic("clipped-note", "long.md", (0, 0), "the note has 3.0 MB, its end is left out", "split the note")
REMARK = diagnostic("outside-book", "a.md", (2, 1), "`b.md` is not in the book")

PLAN = """\
Nerves & [[Muscles]]
1 part, 3 chapters, as index.md links to them

1  Neurons    index.md:3:3
Part 1: The cell
  2  Muscles  index.md:6:3
    3  [b]    b.md:1:7

named by the index, but no such note (1)
  index.md:14:3  role_14  (did you mean `roles.md`?)

named by the index again (1)
  index.md:9:3  Neurons

linked, but outside the book (1)
  far.md

in no chain of links from the index (1)
  alone.md
"""


@dataclass
class StandIn:
    """What the compiler is asked for, and what it answers."""

    compiled: Compiled
    made: bytes | BaseException = b"a book"
    found: tuple[Diagnostic, ...] = ()
    folder: Path = Path()
    wanted: Sequence[str] = ()
    settings: Settings | None = None

    def compile_notebook(
        self, folder: Path, flags: Mapping[str, object], progress: object, cache: object, changed: object = None
    ) -> tuple[Compiled, Settings]:
        self.folder, self.settings = folder, merge(flags, {}, {})
        return self.compiled, self.settings

    def compile_handout(
        self, folder: Path, wanted: Sequence[str], flags: Mapping[str, object], progress: object, cache: object
    ) -> tuple[Compiled, Settings]:
        self.wanted = wanted
        return self.compile_notebook(folder, flags, progress, cache)

    def make_pdf(self, *_: object) -> Printed:
        return Printed(self._made(), (), self.found)

    def make_epub(self, *_: object) -> tuple[bytes, tuple[Diagnostic, ...]]:
        return self._made(), self.found

    def _made(self) -> bytes:
        if isinstance(self.made, BaseException):
            raise self.made
        return self.made


@dataclass
class Result:
    code: int
    out: str
    err: str


def book(*findings: Diagnostic, title: str = "Nerves & [[Muscles]]") -> Compiled:
    notes = {
        path: Note(path, name, "")
        for path, name in [("index.md", "Start"), ("a.md", "Neurons"), ("m.md", "Muscles"), ("b.md", "[b]")]
    }
    outline = Outline(
        index="index.md",
        introduction="",
        entries=(
            PlannedChapter("a.md", 0, Reason("index.md", (3, 3))),
            PlannedPart("The cell", 0, None, ""),
            PlannedChapter("m.md", 1, Reason("index.md", (6, 3))),
            PlannedChapter("b.md", 2, Reason("b.md", (1, 7))),
        ),
        missing=(Link("role_14", "", "Role", (14, 3)),),
        repeated=(Link("Neurons", "", "Neurons", (9, 3)),),
        outside=("far.md",),
        unreachable=("alone.md",),
    )
    chapters = tuple(Chapter(n, f"{n}", 0, f"c{n}", f"{n}.md", None, Text()) for n in (1, 2, 3))
    notebook = Notebook(Path("/"), (Source("index.md", ""),), frozenset())
    return Compiled(notebook, notes, outline, Book(title, "en", Text(), chapters), findings)


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> StandIn:
    stand_in = StandIn(book(*MISSING, REMARK))
    monkeypatch.setattr(compiler, "compile_notebook", stand_in.compile_notebook)
    monkeypatch.setattr(handouts, "compile_handout", stand_in.compile_handout)
    monkeypatch.setattr(compiler, "make_pdf", stand_in.make_pdf)
    monkeypatch.setattr(compiler, "make_epub", stand_in.make_epub)
    return stand_in


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    """The program in a folder of its own, with a notebook in `notes/`."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "index.md").write_text("- [[a]]\n", encoding="utf-8")
    (tmp_path / "notes" / "a.md").write_text("# A\nText.\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Result:
        with pytest.raises(SystemExit) as done:
            main(arguments)
        assert isinstance(done.value.code, int)
        return Result(done.value.code, *capsys.readouterr())

    return run


# --- usage ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("pfd", "no command `pfd`: did you mean `pdf`?"),
        ("xyz", "no command `xyz`: one of pdf, epub, build, library, handout, plan, check, cache"),
        ("notes", "no command `notes`: name a command first, as `notebook-compile pdf notes`"),
        ("pdf --tilte T", "no option `--tilte`: did you mean `--title`?"),
        ("pdf --zzz", "no option `--zzz`"),
        ("--quiet pdf", "no option `--quiet` before the command: write it after, as `notebook-compile pdf --quiet`"),
        ("pdf --depth", "option '--depth' requires an argument"),
        ("pdf notes more", "got unexpected extra argument (more)"),
        ("pdf --depth 0", "--depth: `0` is not a whole number of 1 or more"),
        ("pdf --depth -1", "--depth: `-1` is not a whole number of 1 or more"),
        ("pdf --limit ten", "--limit: `ten` is not a whole number of 1 or more"),
        ("pdf --order alhpa", "--order: `alhpa` is not an order: did you mean `alpha`?"),
        ("pdf --page-size a55", "--page-size: `a55` is not a page size: did you mean `a5`?"),
        ("epub --language german", "--language: `german` is not a language tag: did you mean `de`?"),
        ("pdf noets", "no folder `noets`: did you mean `notes`?"),
        ("pdf far/away", "no folder `far/away`"),
        ("pdf notes/a.md", "`notes/a.md` is a file: name the folder that holds it, and the note with --index a"),
        ("pdf -o book.epub", "--output: `book.epub` ends in .epub: did you mean the command `epub`?"),
        ("build -o book.pdf", "--output: build writes two files, and `book.pdf` is no folder"),
        ("pdf --theme boko", "--theme: `boko` is not a theme: did you mean `book`?"),
        ("epub --profile kindel", "--profile: `kindel` is not a profile: did you mean `kindle`?"),
        ("pdf --impose bookle", "--impose: `bookle` is not an imposition: did you mean `booklet`?"),
        ("epub --impose 2up", "no option `--impose`"),
        ("pdf --css gone.css", "--css: no file `gone.css` in the notebook `notes`"),
        ("pdf --css outside.css", "--css: no file `outside.css` in the notebook `notes`"),
        ("pdf --css notes", "--css: no file `notes` in the notebook `notes`"),
        ("build --cover gone.png", "--cover: no file `gone.png` in the notebook `notes`"),
        ("handout", "missing argument 'NOTE...'"),
        ("handout --impose 2up", "missing argument 'NOTE...'"),
        ("handout b", "no note `b` in `notes`"),
        ("handout a indx", "no note `indx` in `notes`: did you mean `index.md`?"),
        ("handout a --notebook empty", "no note `a` in `empty`"),
        ("handout notes/a.md --notebook noets", "no folder `noets`: did you mean `notes`?"),
        ("handout notes/a.md -o a.epub", "--output: `a.epub` ends in .epub: did you mean the command `epub`?"),
        (
            "handout notes/a.md other/b.md",
            "the notes are of several notebooks, `notes`, `other`: name one with --notebook",
        ),
        ("pdf --index indx", "--index: no note `indx` in `notes`: did you mean `index`?"),
        (
            "check empty",
            "no notes (.md files) in `empty`: name a folder of notes, as `notebook-compile pdf path/to/notes`",
        ),
    ],
)
def test_wrong_usage_is_one_line(run: Callable[..., Result], words: str, line: str) -> None:
    Path("empty").mkdir()
    Path("other").mkdir()
    Path("other/b.md").touch()
    Path("outside.css").touch()
    result = run(*words.split())
    assert (result.code, result.out, result.err) == (2, "", f"notebook-compile: {line}\n")


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"], ["pdf", "--help"], ["check", "-h"], ["--version"]])
def test_help_is_no_error(run: Callable[..., Result], words: list[str]) -> None:
    result = run(*words)
    assert (result.code, result.err) == (0, "")
    assert "notebook-compile" in result.out
    assert "--version" in words or "Examples:" in result.out


# --- build ------------------------------------------------------------------------------------------------


def test_a_book_is_written_to_dist_under_its_title(run: Callable[..., Result], stand_in: StandIn) -> None:
    result = run("epub")
    assert result.code == 0
    assert re.fullmatch(r"dist/Nerves & \[\[Muscles\]\]\.epub  3 chapters, 1 kB, \d+\.\d s\n", result.out)
    assert stand_in.folder == Path("notes")
    assert [path.name for path in Path("dist").iterdir()] == ["Nerves & [[Muscles]].epub"]
    assert next(Path("dist").iterdir()).read_bytes() == b"a book"


def test_build_writes_both(run: Callable[..., Result], stand_in: StandIn) -> None:
    assert run("build", "-o", "books", "-q") == Result(0, "", "")
    assert sorted(path.suffix for path in Path("books").iterdir()) == [".epub", ".pdf"]


@pytest.mark.parametrize(
    ("output", "written"),
    [("my.pdf", "my.pdf"), ("new/folder/my.pdf", "new/folder/my.pdf"), ("notes", "notes/T.pdf"), ("new/", "new/T.pdf")],
)
def test_output(run: Callable[..., Result], stand_in: StandIn, output: str, written: str) -> None:
    stand_in.compiled = book(title="T")
    assert run("pdf", "--output", output).code == 0
    assert Path(written).read_bytes() == b"a book"


def test_flags_become_settings(run: Callable[..., Result], stand_in: StandIn) -> None:
    words = "--index index --order folder --depth 2 --limit 9 --title T --subtitle S --author A --author B --lang pt-br"
    looks = "--theme Handout --css notes/ours.css --css more.css --timestamps plate --cover cover.png --impose booklet"
    for file in ("ours.css", "more.css", "cover.png"):
        Path("notes", file).touch()
    run("pdf", *words.split(), *looks.split(), "--page-size", "6in x 9in", "--jobs", "3")
    assert stand_in.settings == Settings(
        title="T",
        subtitle="S",
        authors=("A", "B"),
        language="pt-BR",
        index="index",
        order="folder",
        depth=2,
        limit=9,
        cover="cover.png",
        theme="handout",
        page_size="6in x 9in",
        css=("ours.css", "more.css"),
        timestamps="plate",
        impose="booklet",
        jobs=3,
    )


def test_a_file_is_named_from_the_notebook_first(run: Callable[..., Result], stand_in: StandIn) -> None:
    for file in ("print.css", "notes/print.css", "notes/deep/only.css", "notes/.hidden/snippet.css"):
        Path(file).parent.mkdir(exist_ok=True)
        Path(file).touch()
    words = ["print.css", "notes/deep/only.css", "deep/../.hidden/snippet.css", str(Path("notes/print.css").absolute())]
    run("pdf", *(word for each in words for word in ("--css", each)), "--cover", "none")
    assert stand_in.settings
    assert stand_in.settings.css == ("print.css", "deep/only.css", ".hidden/snippet.css", "print.css")
    assert stand_in.settings.cover == "none"


@pytest.mark.parametrize(
    ("words", "name", "count"),
    [
        ("pdf", "T.pdf", "9 pages"),
        ("pdf --impose none", "T.pdf", "9 pages"),
        ("pdf --impose 2up", "T (2up).pdf", "5 sheets"),
        ("pdf --impose booklet", "T (booklet).pdf", "5 sheets"),
        ("handout a", "T (handout).pdf", "9 pages"),
        ("handout a --impose 2up", "T (handout) (2up).pdf", "5 sheets"),
    ],
)
def test_the_name_of_a_file_says_how_it_was_made(
    run: Callable[..., Result], stand_in: StandIn, words: str, name: str, count: str
) -> None:
    pdf, target = pikepdf.new(), io.BytesIO()
    for _ in range(9):
        pdf.add_blank_page()
    pdf.save(target)
    stand_in.made, stand_in.compiled = target.getvalue(), book(title="T")
    assert run(*words.split()).out.startswith(f"dist/{name}  {count}, 3 chapters, ")
    assert run(*words.split(), "-o", "my.pdf").out.startswith(f"my.pdf  {count}, ")


def test_build_imposes_the_pdf_alone(run: Callable[..., Result], stand_in: StandIn) -> None:
    stand_in.compiled = book(title="T")
    assert run("build", "--impose", "2up", "-q").code == 0
    assert sorted(path.name for path in Path("dist").iterdir()) == ["T (2up).pdf", "T.epub"]


@pytest.mark.parametrize(
    ("words", "name", "advice"),
    [
        ("epub", "dist/T.epub", []),
        ("epub --profile kindle", "dist/T.epub", []),
        ("epub --profile KOBO", "dist/T.kepub.epub", []),
        ("build --profile kobo", "dist/T.kepub.epub", []),
        ("epub --profile kobo -o my.kepub.epub", "my.kepub.epub", []),
        ("epub --profile kobo -o my.epub", "my.epub", ["my.kepub.epub"]),
    ],
)
def test_the_name_of_an_epub_says_which_readers_it_is_for(
    run: Callable[..., Result], stand_in: StandIn, words: str, name: str, advice: list[str]
) -> None:
    stand_in.compiled = book(title="T")
    result = run(*words.split())
    assert Path(name).read_bytes() == b"a book"
    assert result.out.count("    name it ") == len(advice)
    assert all(f"    name it `{each}`: " in result.out for each in advice)


def test_the_verbose_hear_what_takes_the_room(run: Callable[..., Result], stand_in: StandIn) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(6):
            archive.writestr(f"EPUB/text/{number}.xhtml", bytes(1000 * (number + 1)))
        archive.writestr("EPUB/images/a.png", bytes(2_400_000))
    stand_in.made, stand_in.compiled = file.getvalue(), book(title="T")
    assert len(run("epub").out.splitlines()) == 1
    assert run("epub", "-v").out.splitlines()[1:] == [
        "    text 21 kB in 6 files, images 2.4 MB in 1 file",
        "      2.4 MB  EPUB/images/a.png",
        "        6 kB  EPUB/text/5.xhtml",
        "        5 kB  EPUB/text/4.xhtml",
        "        4 kB  EPUB/text/3.xhtml",
        "        3 kB  EPUB/text/2.xhtml",
    ]


def test_findings_are_counted_with_examples(run: Callable[..., Result], stand_in: StandIn) -> None:
    stand_in.found = (CUT,)
    result = run("pdf", "notes", "--index", "index")
    assert result.code == 1
    assert Path("dist/Nerves & [[Muscles]].pdf").exists()
    assert result.err.splitlines() == [
        "error: long.md the note has 3.0 MB, its end is left out (split the note)",
        "warning: 4 links to notes that do not exist, as",
        "    index.md:14:3 `role_14` (did you mean `roles.md`?)",
        "    index.md:15:3 `role_15`",
        "    index.md:16:3 `role_16`",
        "6 findings in all; `notebook-compile check notes --index index` lists them",
    ]
    assert "note: a.md:2:1 `b.md` is not in the book" in run("pdf", "--verbose").err
    assert run("pdf", "--quiet").err.splitlines() == result.err.splitlines()[:1]


def test_a_book_that_cannot_be_made_leaves_the_last_one(run: Callable[..., Result], stand_in: StandIn) -> None:
    Path("my.pdf").write_text("the last one", encoding="utf-8")
    stand_in.made = RuntimeError("the bottom of\nthe ink well")
    result = run("pdf", "-o", "my.pdf")
    fault = "RuntimeError: the bottom of the ink well (a fault of this program; --verbose shows where)"
    assert (result.code, result.out, result.err) == (1, "", f"notebook-compile: {fault}\n")
    assert "Traceback" in run("pdf", "-o", "my.pdf", "--verbose").err
    assert Path("my.pdf").read_text(encoding="utf-8") == "the last one"
    assert sorted(path.name for path in Path().iterdir()) == ["my.pdf", "notes"]


def test_interruption(run: Callable[..., Result], stand_in: StandIn) -> None:
    stand_in.made = KeyboardInterrupt()
    assert run("pdf") == Result(130, "", "notebook-compile: interrupted\n")
    assert list(Path("dist").iterdir()) == []


def test_missing_libraries_are_named(run: Callable[..., Result], stand_in: StandIn) -> None:
    stand_in.made = OSError("cannot load library 'libpango-1.0-0': not found")
    result = run("pdf")
    assert result.code == 1
    assert result.err.startswith("notebook-compile: WeasyPrint finds no Pango on this system")


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("file/my.pdf", "`file` is not a folder"),
        ("file/deep/my.pdf", "`file/deep` is not a folder"),
        ("/dev/full", "no space left on device"),
        ("/proc/my.pdf", "no such file or directory"),
    ],
)
def test_a_place_that_cannot_be_written(
    run: Callable[..., Result], stand_in: StandIn, output: str, reason: str
) -> None:
    Path("file").touch()
    result = run("pdf", "-o", output, "-q")
    assert (result.code, result.out) == (1, "")
    assert result.err == f"notebook-compile: cannot write `{output}`: {reason}\n"


def test_a_symbolic_link_stays_one(run: Callable[..., Result], stand_in: StandIn) -> None:
    Path("real.pdf").touch()
    Path("my.pdf").symlink_to("real.pdf")
    run("pdf", "-o", "my.pdf")
    assert Path("my.pdf").is_symlink()
    assert Path("real.pdf").read_bytes() == b"a book"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("How Nerves Move Muscles", "How Nerves Move Muscles"),
        ("Nerves: A Book / Vol. 1", "Nerves - A Book - Vol. 1"),
        ("../../etc/passwd", "etc - passwd"),
        ("Was ist „Zeit“? – 時間", "Was ist „Zeit“ – 時間"),
        ('<a>"*|', "a"),
        ("...", "notebook"),
        ("", "notebook"),
        ("line\nbreak\x1b[31m", "line break [31m"),
        ("می\u200cشود", "می\u200cشود"),
        ("CON", "CON_"),
        ("nul.txt", "nul.txt_"),
        ("Conclusion", "Conclusion"),
        ("é" * 100, "é" * 60),
        ("x" * 119 + "é", "x" * 119),
    ],
)
def test_file_names(title: str, name: str) -> None:
    assert file_name(title) == name


# --- which notebook ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "words", "notebook", "dist"),
    [
        (["p/notes/a.md", "p/README.md"], [], "notes", "p/dist"),
        (["p/notes/a.md", "p/todo.md"], [], "notes", "p/dist"),
        (["p/a.md"], [], ".", "p/dist"),
        (["p/notes/a.md", "p/.obsidian/app.json", "p/b.md"], [], ".", "p/dist"),
        (["p/q/notes/a.md", "p/q/README.md"], ["q"], "q/notes", "p/q/dist"),
        (["p/q/notes/a.md", "p/q/Start.md"], ["q"], "q", "p/dist"),
        (["p/q/notes/a.md", "p/q/notebook.toml"], ["q/notes"], "q/notes", "p/q/dist"),
        (["p/q/notes/a.md"], ["q/notes"], "q/notes", "p/dist"),
        (["p/q/a.md"], ["q/"], "q", "p/dist"),
    ],
)
def test_the_notebook_and_its_dist(
    run: Callable[..., Result],
    stand_in: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    files: list[str],
    words: list[str],
    notebook: str,
    dist: str,
) -> None:
    top = Path.cwd()
    for file in files:
        (top / file).parent.mkdir(parents=True, exist_ok=True)
        (top / file).touch()
    monkeypatch.chdir(top / "p")
    assert run("epub", *words).code == 0
    assert stand_in.folder == Path(notebook)
    assert len(list((top / dist).iterdir())) == 1


@pytest.mark.parametrize(
    ("files", "words", "notebook", "names", "dist"),
    [
        (["p/notes/a.md"], ["a", "b"], "notes", ["a", "b"], "p/dist"),
        (["p/q/a.md"], ["a", "--notebook", "q"], "q", ["a"], "p/dist"),
        (["p/q/a.md", "p/r/b.md"], ["r/b.md", "--notebook", "q"], "q", ["r/b.md"], "p/dist"),
        (["p/q/deep/a.md"], ["q/deep/a.md", "--notebook", "q"], "q", ["deep/a.md"], "p/dist"),
        (["p/q/deep/a.md"], ["q/deep/a.md"], "q/deep", ["a.md"], "p/dist"),
        (["p/q/deep/a.md", "p/q/.obsidian/app.json"], ["q/deep/a.md", "b"], "q", ["deep/a.md", "b"], "p/dist"),
        (["p/q/deep/a.md", "p/q/ReadMe.md"], ["q/deep/a.md"], "q", ["deep/a.md"], "p/dist"),
        (["p/q/deep/a.md", "p/q/Q.md", "p/index.md"], ["q/deep/a.md"], "q", ["deep/a.md"], "p/dist"),
        (["p/q/notes/a.md", "p/q/notebook.toml"], ["q/notes/a.md"], "q/notes", ["a.md"], "p/q/dist"),
        (["p/q/notes/a.md", "p/q/notebook.toml", "p/q/b.md"], ["q/b.md"], "q", ["b.md"], "p/dist"),
        (["p/q/notes/a.md", "p/q/index.md"], ["q/notes/a.md"], "q", ["notes/a.md"], "p/dist"),
        (["p/q/notes/a.md", "p/q/README.md"], ["q/README.md"], "q", ["README.md"], "p/dist"),
        (["p/a.md", "index.md"], ["a.md"], "..", ["p/a.md"], "p/dist"),
    ],
)
def test_the_notebook_of_a_handout(
    run: Callable[..., Result],
    stand_in: StandIn,
    files: list[str],
    words: list[str],
    notebook: str,
    names: list[str],
    dist: str,
) -> None:
    top = Path.cwd()
    for file in files:
        (top / file).parent.mkdir(parents=True, exist_ok=True)
        (top / file).touch()
    os.chdir(top / "p")
    assert run("handout", *words).code == 0
    assert (stand_in.folder.resolve(), stand_in.wanted) == ((top / "p" / notebook).resolve(), names)
    assert len(list((top / dist).iterdir())) == 1


# --- check and plan ---------------------------------------------------------------------------------------


def test_check_prints_lines_that_editors_read(run: Callable[..., Result], stand_in: StandIn) -> None:
    stand_in.compiled = book(CUT, *reversed(MISSING[:2]), REMARK, REMARK)
    result = run("check")
    assert (result.code, result.err) == (1, "")
    assert result.out.splitlines() == [
        "a.md:2:1: note outside-book `b.md` is not in the book",
        "index.md:14:3: warning missing-note note `role_14` does not exist",
        "    did you mean `roles.md`?",
        "index.md:15:3: warning missing-note note `role_15` does not exist",
        "long.md:1:1: error clipped-note the note has 3.0 MB, its end is left out",
        "    split the note",
        "1 error, 2 warnings, 1 note",
    ]


@pytest.mark.parametrize(
    ("findings", "words", "code"),
    [([], [], 0), ([REMARK], ["--strict"], 0), (MISSING, [], 0), (MISSING, ["--strict"], 1), ([CUT], ["--json"], 1)],
)
def test_check_exits(
    run: Callable[..., Result], stand_in: StandIn, findings: list[Diagnostic], words: list[str], code: int
) -> None:
    stand_in.compiled = book(*findings)
    assert run("check", *words).code == code


def test_check_as_json(run: Callable[..., Result], stand_in: StandIn) -> None:
    stand_in.compiled = book(CUT)
    assert json.loads(run("check", "--json").out) == [
        {
            "path": "long.md",
            "line": 0,
            "column": 0,
            "severity": "error",
            "code": "clipped-note",
            "message": "the note has 3.0 MB, its end is left out",
            "hint": "split the note",
        }
    ]


def test_notes_do_not_steer_the_terminal(run: Callable[..., Result], stand_in: StandIn) -> None:
    stand_in.compiled = book(diagnostic("missing-note", "a\x1b[2J.md", (1, 1), "note `[bold]\u202e\r\n`", "\x07"))
    assert run("check").out.splitlines()[0] == "a [2J.md:1:1: warning missing-note note `[bold]  `"


def test_plan(run: Callable[..., Result], stand_in: StandIn) -> None:
    assert run("plan") == Result(0, PLAN, "")


def test_plan_as_json(run: Callable[..., Result], stand_in: StandIn) -> None:
    plan = json.loads(run("plan", "--json").out)
    assert (plan["title"], plan["index"]) == ("Nerves & [[Muscles]]", "index.md")
    assert plan["entries"][:2] == [
        {
            "kind": "chapter",
            "number": 1,
            "depth": 0,
            "title": "Neurons",
            "path": "a.md",
            "reason": {"source": "index.md", "line": 3, "column": 3},
        },
        {"kind": "part", "number": 1, "depth": 0, "title": "The cell", "video": None},
    ]
    hint = "did you mean `roles.md`?"
    assert plan["missing"] == [{"target": "role_14", "label": "Role", "line": 14, "column": 3, "hint": hint}]
    assert (plan["outside"], plan["unreachable"]) == (["far.md"], ["alone.md"])


# --- as users run it --------------------------------------------------------------------------------------


def program(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "notebook_compile", *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONSAFEPATH": "1"},
    )


def test_a_whole_run(run: Callable[..., Result]) -> None:
    Path("notes/index.md").write_text("---\ntitle: Écho [x]\ndepth: none\n---\n- [[a]]\n- [[b]]\n", encoding="utf-8")
    done = program("epub")
    assert done.returncode == 1
    assert done.stdout.startswith("dist/Écho [x].epub  1 chapter, ")
    assert "error: index.md:3:1 `depth`: `none` is not a whole number of 1 or more" in done.stderr
    assert Path("dist/Écho [x].epub").stat().st_mode & 0o444 == 0o444
    assert run("check").code == 1
    assert run("plan").out.startswith("Écho [x]\n1 chapter, as index.md links to them\n\n1  A  index.md:5:3\n")


def test_a_handout(run: Callable[..., Result]) -> None:
    Path("notes/index.md").write_text("---\ntitle: Book\n---\n- [[a]]\n- [[b]]\n", encoding="utf-8")
    done = program("handout", "notes/a.md", "A", "--impose", "booklet")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("dist/A (handout) (booklet).pdf  1 sheet, 1 chapter, ")
    assert run("handout", "Bok").err == "notebook-compile: no note `Bok` in `notes`: did you mean `index.md`?\n"


@pytest.mark.usefixtures("run")
def test_exit_codes() -> None:
    assert [program(*words).returncode for words in [["--version"], ["pfd"], ["plan", "nowhere"]]] == [0, 2, 2]


@pytest.mark.usefixtures("run")
def test_a_reader_that_goes_away_is_no_fault() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "notebook_compile", "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
