"""The cache: what is kept is found, what is damaged is not, and nothing that goes wrong with it ends a build."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from notebook_compile.cache import FOLDER_VARIABLE, Cache, default_folder, key, opened
from notebook_compile.model import Chapter, CrossReference, Text


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    with opened(tmp_path / "cache") as made:
        return made


def entries(cache: Cache) -> list[Path]:
    return sorted(file for file in cache.folder.glob("??/*"))


def age(cache: Cache, name: str, hours: float) -> None:
    """Let an entry have been used so long ago."""
    (file,) = cache.folder.glob(f"??/{name}")
    then = time.time() - 3600 * hours
    os.utime(file, (then, then))


# --- entries ----------------------------------------------------------------------------------------------


def test_what_is_kept_is_found_again(cache: Cache) -> None:
    name = key("one")
    assert cache.read(name) is None
    assert name not in cache
    assert cache.keep(name, b"data")
    assert cache.store(key("two"), ("a", {"b": 1}))
    assert (cache.read(name), cache.load(key("two"))) == (b"data", ("a", {"b": 1}))
    assert name in cache
    assert (cache.written, cache.size()[0], cache.problem) == (2, 2, "")


@pytest.mark.parametrize("damage", [b"", b"x", b"\0" * 100])
def test_a_damaged_entry_is_missing_and_can_be_made_again(cache: Cache, damage: bytes) -> None:
    cache.keep(key("one"), b"data")
    (file,) = entries(cache)
    whole = file.read_bytes()
    for broken in (damage, whole[:-1], whole + b"x", whole[:-1] + b"x"):
        file.write_bytes(broken)
        assert cache.read(key("one")) is None
    cache.keep(key("one"), b"data")
    assert cache.read(key("one")) == b"data"


def test_an_entry_under_another_name_is_none(cache: Cache) -> None:
    cache.keep(key("one"), b"data")
    (file,) = entries(cache)
    other = key("two")
    target = cache.folder / other[:2] / other
    target.parent.mkdir(exist_ok=True)
    file.rename(target)
    assert cache.read(other) is None


def test_two_processes_write_the_same_entries(cache: Cache) -> None:
    program = (
        "import sys; from pathlib import Path; from notebook_compile.cache import Cache, key\n"
        "cache = Cache(Path(sys.argv[1]))\n"
        "for number in range(300):\n"
        "    cache.keep(key(number % 20), bytes(20_000)); assert cache.read(key(number % 20)) == bytes(20_000)\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", program, str(cache.folder)]) for _ in range(2)]
    assert [process.wait() for process in running] == [0, 0]
    assert len(entries(cache)) == 20


def test_many_small_entries_are_read_fast(cache: Cache) -> None:
    names = [key(number) for number in range(500)]
    for name in names:
        cache.store(name, ("x" * 6000, 1))
    began = time.process_time()
    assert all(cache.load(name) for name in names)
    assert time.process_time() - began < 0.3, "2,000 should take well under 0.3 s on an idle machine"


# --- its size ---------------------------------------------------------------------------------------------


def test_what_was_used_longest_ago_goes_first(cache: Cache) -> None:
    for number in range(5):
        cache.keep(key(number), bytes(1000))
        age(cache, key(number), 10 - number)
    cache.read(key(0))  # used now
    cache.trim(3500)
    assert [number for number in range(5) if key(number) in cache] == [0, 3, 4]


def test_nothing_goes_that_this_build_has_used(cache: Cache) -> None:
    for number in range(3):
        cache.keep(key(number), bytes(1000))
    age(cache, key(0), 2)
    cache.trim(1)
    assert [number for number in range(3) if key(number) in cache] == [1, 2]


def test_clear_leaves_what_is_not_of_the_cache(cache: Cache) -> None:
    cache.keep(key(1), b"data")
    (cache.folder / "mine.txt").write_text("x")
    cache.clear()
    assert cache.size() == (0, 0)
    assert (cache.folder / "mine.txt").exists()


# --- folders ----------------------------------------------------------------------------------------------


def test_the_folder_is_the_users_alone(cache: Cache) -> None:
    cache.keep(key(1), b"data")
    assert stat.S_IMODE(cache.folder.stat().st_mode) == 0o700
    assert all(not stat.S_IMODE(file.stat().st_mode) & 0o077 for file in entries(cache))
    assert (cache.folder / "CACHEDIR.TAG").read_bytes().startswith(b"Signature: 8a477f597d28d172789f06886806bc55")


def test_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "here"))
    assert default_folder() == tmp_path / "here"
    monkeypatch.delenv(FOLDER_VARIABLE)
    if sys.platform == "linux":
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "there"))
        assert default_folder() == tmp_path / "there" / "notebook-compile"


def test_without_a_folder_it_is_temporary() -> None:
    with opened() as cache:
        cache.keep(key(1), b"data")
        assert cache.read(key(1)) == b"data"
        assert cache.problem == ""
    assert not cache.folder.exists()


def test_a_folder_that_cannot_be_made_is_replaced_by_a_temporary_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with opened(tmp_path / "file" / "cache") as cache:
        assert "cannot write" in cache.problem
        assert cache.keep(key(1), b"data")
        assert cache.read(key(1)) == b"data"
    assert not cache.folder.exists()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="users are not known by numbers")
def test_a_folder_of_somebody_else_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with opened(tmp_path / "cache") as cache:
        assert "belongs to another user" in cache.problem
        assert cache.folder != tmp_path / "cache"


def test_a_full_disk_is_said_once(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[object] = []

    def full(*arguments: object) -> None:
        tries.append(arguments)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("notebook_compile.cache._write", full)
    assert not cache.keep(key(1), b"data")
    assert not cache.keep(key(2), b"data")
    assert len(tries) == 1
    assert cache.problem == f"cannot write `{cache.folder}`: no space left on device"
    assert cache.read(key(1)) is None


# --- keys -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Other:
    """Has the fields of a text."""

    body: str = ""
    references: tuple[object, ...] = ()


def test_equal_values_have_equal_keys() -> None:
    def made() -> Chapter:
        references = tuple(CrossReference("c1", "".join(["c", str(number)])) for number in range(40))
        return Chapter(1, "T", 0, "c1", "a.md", None, Text("b", references), footnotes=(Text("f", references[:]),))

    assert made() == made()
    assert key(made()) == key(made())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a", "b"), ("ab",)),
        (("a", ("b", "c")), (("a", "b"), "c")),
        ((1,), ("1",)),
        ((1,), (True,)),
        ((None,), ("",)),
        ((Text("a"),), (Other("a"),)),
        ((tuple(range(40)),), (tuple(range(39)),)),
        ((Text("a", (CrossReference("c1", "c2"),)),), (Text("a", (CrossReference("c1", "c3"),)),)),
    ],
)
def test_different_values_have_different_keys(one: tuple[object, ...], other: tuple[object, ...]) -> None:
    assert key(*one) != key(*other)


def test_what_is_not_written_one_way_only_has_no_key() -> None:
    for value in ({1, 2}, object(), [1]):
        with pytest.raises(TypeError, match="has no place in a key"):
            key(value)


def test_a_shared_tuple_costs_no_more_than_once() -> None:
    references = tuple(CrossReference("c1", f"c{number}") for number in range(2000))
    footnotes = tuple(Text("f", references) for _ in range(2000))
    began = time.process_time()
    key(Chapter(1, "T", 0, "c1", "a.md", None, Text("b", references), footnotes))
    assert time.process_time() - began < 1.0
