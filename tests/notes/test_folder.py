"""Load: what is a note, in which order, and what is never read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notebook_compile.notes import folder
from notebook_compile.notes.folder import load_notebook, natural_key, read_file


def make(root: Path, **files: str | bytes) -> None:
    for name, content in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)


def test_notes_stand_in_natural_order_and_other_files_are_listed(tmp_path: Path) -> None:
    names = ["10.md", "9.md", "B 2.md", "b 10.md", "a.MD", "a/1.md", "notebook.toml", "a/img/crab 1.png"]
    make(tmp_path, **dict.fromkeys(names, "x"))
    notebook, found = load_notebook(tmp_path)
    assert [source.path for source in notebook.sources] == ["9.md", "10.md", "a.MD", "a/1.md", "B 2.md", "b 10.md"]
    assert notebook.files == {"notebook.toml", "a/img/crab 1.png"}
    assert found == ()
    assert notebook.root == tmp_path.resolve()


def test_hidden_files_and_folders_of_tools_are_passed_over(tmp_path: Path) -> None:
    names = [
        ".obsidian/plugin.md",
        ".hidden.md",
        "a/.trash/old.md",
        "node_modules/x/readme.md",
        "dist/book.md",
        "a/b.md",
    ]
    make(tmp_path, **dict.fromkeys(names, "x"))
    notebook, _ = load_notebook(tmp_path)
    assert [source.path for source in notebook.sources] == ["a/b.md"]
    assert notebook.files == frozenset()


def test_links_out_of_the_notebook_are_not_followed(tmp_path: Path) -> None:
    make(tmp_path, **{"secret/key.md": "secret", "secret/key.png": "secret", "notes/a.md": "a", "notes/in/b.md": "b"})
    root = tmp_path / "notes"
    (root / "out.md").symlink_to(tmp_path / "secret/key.md")
    (root / "out.png").symlink_to("../secret/key.png")
    (root / "folder").symlink_to(tmp_path / "secret")
    (root / "inside.md").symlink_to(root / "in/b.md")
    (root / "loop").symlink_to(root)
    notebook, found = load_notebook(root)
    assert {source.path: source.text for source in notebook.sources} == {"a.md": "a", "in/b.md": "b", "inside.md": "b"}
    assert notebook.files == frozenset()
    assert [str(each) for each in found] == [
        "out.md: warning blocked-file the file lies outside the notebook",
        "out.png: warning blocked-file the file lies outside the notebook",
    ]


def test_a_note_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    make(tmp_path, **{"a.md": "a"})
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere.md")
    notebook, found = load_notebook(tmp_path)
    assert [source.path for source in notebook.sources] == ["a.md"]
    assert [(each.path, each.code) for each in found] == [("gone.md", "broken-file")]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xef\xbb\xbf---\ntitle: x\n---\n", "---\ntitle: x\n---\n"),
        ("zwölf".encode("utf-16"), "zwölf"),
        (b"\xfe\xff" + "zwölf".encode("utf-16-be"), "zwölf"),
        ("zwölf\r\n🦀".encode(), "zwölf\r\n🦀"),
    ],
    ids=["UTF-8 with a mark", "UTF-16", "UTF-16, big-endian", "UTF-8"],
)
def test_encodings(tmp_path: Path, data: bytes, text: str) -> None:
    make(tmp_path, **{"a.md": data})
    notebook, found = load_notebook(tmp_path)
    assert (notebook.sources[0].text, found) == (text, ())


def test_what_is_not_utf_8_is_read_as_windows_1252_and_said(tmp_path: Path) -> None:
    make(tmp_path, **{"a.md": b"first\nzw\xf6lf \x93so\x94 \x81"})
    notebook, found = load_notebook(tmp_path)
    assert notebook.sources[0].text == "first\nzwölf “so” \ufffd"
    assert [str(each) for each in found] == [
        "a.md:2:3: warning not-utf-8 the file is not UTF-8, read as Windows-1252 (save it as UTF-8)"
    ]


def test_a_note_that_is_too_long_is_cut_at_the_end_of_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "MAX_NOTE_BYTES", 100)
    make(tmp_path, **{"a.md": "a line\n" * 20, "b.md": "x" * 100, "c.md": "y" * 101})
    notebook, found = load_notebook(tmp_path)
    assert [source.text for source in notebook.sources] == ["a line\n" * 13 + "a line", "x" * 100, "y" * 100]
    assert [(each.path, each.code, each.severity.value) for each in found] == [
        ("a.md", "clipped-note", "error"),
        ("c.md", "clipped-note", "error"),
    ]


def test_the_newest_note_dates_the_notebook(tmp_path: Path) -> None:
    make(tmp_path, **{"a.md": "a", "b.md": "b", "image.png": ""})
    for name, time in [("a.md", 1_000), ("b.md", 2_000), ("image.png", 3_000)]:
        os.utime(tmp_path / name, (time, time))
    assert load_notebook(tmp_path)[0].modified == 2_000


def test_an_empty_folder_is_a_notebook(tmp_path: Path) -> None:
    notebook, found = load_notebook(tmp_path)
    assert (notebook.sources, notebook.files, notebook.modified, found) == ((), frozenset(), 0, ())


def test_files_are_read_inside_the_notebook_only(tmp_path: Path) -> None:
    make(tmp_path, **{"secret.png": "secret", "notes/a/crab.png": "crab"})
    root = tmp_path / "notes"
    (root / "link.png").symlink_to(tmp_path / "secret.png")
    assert read_file(root, "a/crab.png") == b"crab"
    assert read_file(root, "a/../a/crab.png") == b"crab"
    for path in ("../secret.png", "a/../../secret.png", str(tmp_path / "secret.png"), "link.png"):
        with pytest.raises(PermissionError):
            read_file(root, path)
    with pytest.raises(FileNotFoundError):
        read_file(root, "gone.png")


@given(st.lists(st.text("aB19٣²/- .é", max_size=6)))
def test_any_names_have_an_order(names: list[str]) -> None:
    assert [natural_key(name) for name in sorted(names, key=natural_key)] == sorted(map(natural_key, names))


def test_a_link_that_leads_to_itself_is_said(tmp_path: Path) -> None:
    (tmp_path / "round.md").symlink_to(tmp_path / "round.md")
    notebook, found = load_notebook(tmp_path)
    assert notebook.sources == ()
    assert [(each.path, each.code) for each in found] == [("round.md", "broken-file")]


def test_names_alike_stand_in_one_order_on_every_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("1.md", "01.md", "A1.md", "a1.md"):
        (tmp_path / name).write_text(name)
    walk = os.walk
    orders = []
    for turned in (False, True):
        monkeypatch.setattr(
            os,
            "walk",
            lambda root, turned=turned: [(f, d, sorted(names, reverse=turned)) for f, d, names in walk(root)],
        )
        orders.append([source.path for source in load_notebook(tmp_path)[0].sources])
    assert orders[0] == orders[1] == ["01.md", "1.md", "A1.md", "a1.md"]
