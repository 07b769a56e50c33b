"""Handouts: which notes come in and under what title, what they take of the settings, and what is said of them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pikepdf
import pytest

from notebook_compile.compiler import make_pdf
from notebook_compile.config import BadValueError, Settings
from notebook_compile.handouts import compile_handout
from notebook_compile.model import CrossReference, Nowhere

if TYPE_CHECKING:
    from pathlib import Path

    from notebook_compile.compiler import Compiled

FILES = {
    "index.md": "---\ntitle: The Shore\nauthor: Ana Lima\nlanguage: de\ntheme: ereader\ncover: gone.png\n---\nText.\n",
    "Tides.md": "---\naliases: [Ebb and flow, shared]\n---\nFrom: [[index]]\n\n[[Dunes|Hills]], [[Moon]], [[gone]].\n",
    "Dunes.md": "# Hills of Sand\n\n![[Grass]]\n\nSee [[Tides]].\n",
    "Grass.md": "---\naliases: shared\n---\nGrass, and [[nothing]].\n",
    "Moon.md": "Far from [[nowhere]].\n",
    "deep/Moon.md": "The other.\n",
    "deep/Shell.md": "One.\n",
    "sea/Shell.md": "Two.\n",
    "notebook.toml": 'subtitle = "S"\npage-size = "b5"\nimpose = "2up"\ntitel = "T"\njobs = 1\ntimestamps = "url"',
}


@pytest.fixture
def shore(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def compiled(folder: Path, *names: str, **flags: object) -> tuple[Compiled, Settings]:
    return compile_handout(folder, names, flags, lambda *_: None)


def test_only_the_named_notes_in_the_order_given(shore: Path) -> None:
    book = compiled(shore, "Dunes", "tides", "Dunes.md")[0].book
    assert [(each.path, each.depth, each.number) for each in book.chapters] == [("Dunes.md", 0, 1), ("Tides.md", 0, 2)]
    assert book.entries == book.chapters


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("Tides", "Tides.md"),
        ("tides.md", "Tides.md"),
        ("ebb and flow", "Tides.md"),
        ("Hills of sand", "Dunes.md"),
        ("sea/Shell", "sea/Shell.md"),
        ("Moon", "Moon.md"),
        ("deep/Moon.md", "deep/Moon.md"),
    ],
)
def test_a_note_is_named_as_in_a_link(shore: Path, name: str, path: str) -> None:
    assert [each.path for each in compiled(shore, name)[0].book.chapters] == [path]


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("Duns", "no note `Duns` in `{}`", "did you mean `Dunes.md`?"),
        ("Volcano", "no note `Volcano` in `{}`", ""),
        ("", "no note `` in `{}`", ""),
        ("Shell", "`Shell` may mean `sea/Shell.md`, `deep/Shell.md`", "write the note's path"),
        ("shared", "`shared` may mean `Grass.md`, `Tides.md`", "write the note's path"),
    ],
)
def test_a_name_of_no_note_or_of_several(shore: Path, name: str, message: str, hint: str) -> None:
    with pytest.raises(BadValueError) as raised:
        compiled(shore, "Tides", name)
    assert (raised.value.message, raised.value.hint) == (message.format(shore.name), hint)


@pytest.mark.parametrize(
    ("names", "title"),
    [
        (["Dunes"], "Hills of Sand"),
        (["Dunes", "Tides", "Dunes"], "Hills of Sand, Tides"),
        (["Tides", "Dunes", "Moon", "Grass"], "Tides, Hills of Sand, Moon, …"),
    ],
)
def test_the_title(shore: Path, names: list[str], title: str) -> None:
    result, settings = compiled(shore, *names)
    assert (result.book.title, settings.title) == (title, title)
    assert compiled(shore, *names, title="Mine")[0].book.title == "Mine"


def test_what_the_notebook_says_of_its_book_alone_is_not_the_handout_s(shore: Path) -> None:
    settings = compiled(shore, "Tides")[1]
    assert settings == Settings(
        title="Tides", authors=("Ana Lima",), language="de", theme="handout", timestamps="url", jobs=1
    )
    assert settings.page_dimensions == (210, 297)


@pytest.mark.parametrize(
    ("flags", "size"),
    [({"impose": "2up"}, "a5"), ({"page_size": "letter"}, "letter"), ({"impose": "2up", "page_size": "a4"}, "a4")],
)
def test_an_imposed_handout_fits_the_printer_s_paper(shore: Path, flags: dict[str, object], size: str) -> None:
    assert compiled(shore, "Tides", **flags)[1].page_size == size


def test_links_that_leave_the_handout_know_the_title_of_their_note(shore: Path) -> None:
    text = compiled(shore, "Tides")[0].book.chapters[0].text
    assert "From" not in text.body
    assert text.references == (Nowhere(), Nowhere("Hills of Sand"), Nowhere("Moon"), Nowhere())
    dunes = compiled(shore, "Tides", "Dunes")[0].book.chapters[0].text.references[1]
    assert isinstance(dunes, CrossReference)


def test_findings_are_those_of_its_notes_and_of_the_settings(shore: Path) -> None:
    found = [(each.path, each.code) for each in sorted(compiled(shore, "Dunes")[0].diagnostics)]
    assert found == [("Grass.md", "missing-note"), ("notebook.toml", "bad-config")]


def test_a_booklet_is_on_sheets_of_a4(shore: Path) -> None:
    printed = make_pdf(*compiled(shore, "Tides", "Dunes", impose="booklet"), lambda *_: None)
    assert printed.diagnostics == ()
    with pikepdf.open(io.BytesIO(printed.pdf)) as pdf:
        sides = [tuple(round(float(side) / 72 * 25.4) for side in page.mediabox[2:]) for page in pdf.pages]
    assert set(sides) == {(297, 210)}
    assert len(sides) % 2 == 0
