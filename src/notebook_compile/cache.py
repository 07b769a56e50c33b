"""What was made before, kept by what it was made of: parsed notes, laid-out signatures.

Plain files in the user's cache folder, one an entry, named by their keys. Each begins with a digest, so that one that
is damaged counts as missing and is made again; each is written beside its place and moved there whole, so that builds
may run at once and end at any moment. A disk that is full or cannot be written costs time, never the build.

Entries may be pickles: whoever can write the folder can run code as the user, so it is the user's own, for nobody else.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import re
import secrets
import tempfile
import time
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from pathlib import Path, PurePath
from typing import Any

FOLDER_VARIABLE = "NOTEBOOK_COMPILE_CACHE"

_DIGEST_SIZE = hashlib.sha256().digest_size
_SHELF = re.compile(r"[0-9a-f]{2}")
# By this, programs that make backups know what they need not keep (bford.info/cachedir).
_TAG = b"Signature: 8a477f597d28d172789f06886806bc55\n# What notebook-compile made; it can be deleted at any time.\n"
_LEEWAY = 60.0  # seconds by which the clocks of a machine and of its file server may differ


def default_folder() -> Path:
    """Where the cache is: what the environment says, else the user's cache folder of this system."""
    if folder := os.environ.get(FOLDER_VARIABLE):
        return Path(folder).absolute()
    from platformdirs import user_cache_path  # noqa: PLC0415  # not needed where a variable says it

    return user_cache_path("notebook-compile", appauthor=False)


class Cache:
    """Entries in a folder, by their keys."""

    def __init__(self, folder: Path, problem: str = "") -> None:
        self.folder = folder
        self.problem = problem  # why what is made now will not be there for the next build, or not all of it
        self.written = 0  # entries
        self._full = False
        self._begun = time.time()
        self._shelf = f"{folder}{os.sep}"

    def read(self, key: str) -> bytes | None:
        """What is kept under a key, unharmed; it counts as used now."""
        path = self._path(key)
        try:
            with open(path, "rb") as file:  # noqa: PTH123  # of thousands of entries, Path takes half the time
                entry = file.read()
            os.utime(path)
        except OSError:
            return None
        data = memoryview(entry)[_DIGEST_SIZE:]
        return bytes(data) if entry[:_DIGEST_SIZE] == _digest(key, data) else None

    def keep(self, key: str, data: bytes) -> bool:
        """Keep data under a key; False where that cannot be, and `problem` says why."""
        if self._full:
            return False
        path = self._path(key)
        part = f"{path}.{secrets.token_hex(4)}"
        try:
            try:
                _write(part, _digest(key, data) + data)
            except FileNotFoundError:
                Path(path).parent.mkdir(mode=0o700, exist_ok=True)
                _write(part, _digest(key, data) + data)
            os.replace(part, path)  # noqa: PTH105
        except OSError as error:
            with suppress(OSError):
                os.unlink(part)  # noqa: PTH108
            self._full, self.problem = True, f"cannot write `{self.folder}`: {(error.strerror or str(error)).lower()}"
            return False
        self.written += 1
        return True

    def load(self, key: str) -> Any:
        """The value that is kept under a key; None for none."""
        data = self.read(key)
        return None if data is None else pickle.loads(data)

    def store(self, key: str, value: object) -> bool:
        """Keep a value, which can be pickled, under a key."""
        return self.keep(key, pickle.dumps(value, pickle.HIGHEST_PROTOCOL))

    def __contains__(self, key: str) -> bool:
        return os.path.exists(self._path(key))  # noqa: PTH110

    def size(self) -> tuple[int, int]:
        """How many entries there are, and their bytes."""
        sizes = [size for _, size, _ in self._entries()]
        return len(sizes), sum(sizes)

    def trim(self, limit: int) -> None:
        """Remove the entries used longest ago until all take `limit` bytes, but none that was used since the start."""
        entries = sorted(self._entries())
        excess = sum(size for _, size, _ in entries) - limit
        for used, size, path in entries:
            if excess <= 0 or used >= self._begun - _LEEWAY:
                return
            with suppress(OSError):  # another build may have been quicker
                os.unlink(path)  # noqa: PTH108
            excess -= size

    def clear(self) -> None:
        """Remove all entries; what else stands in the folder stays."""
        for _, _, path in self._entries():
            with suppress(FileNotFoundError):
                os.unlink(path)  # noqa: PTH108

    def _path(self, key: str) -> str:
        return f"{self._shelf}{key[:2]}{os.sep}{key}"

    def _entries(self) -> Iterator[tuple[float, int, str]]:
        """When each entry was last used, its size, its path; also those that a killed build left half written."""
        with suppress(FileNotFoundError):
            for shelf in os.scandir(self.folder):
                if not _SHELF.fullmatch(shelf.name) or not shelf.is_dir(follow_symlinks=False):
                    continue
                for entry in os.scandir(shelf):
                    with suppress(FileNotFoundError):
                        state = entry.stat(follow_symlinks=False)
                        yield state.st_mtime, state.st_size, entry.path


@contextmanager
def opened(folder: Path | None = None) -> Iterator[Cache]:
    """The cache in a folder; without one, or where it cannot be written, in a temporary one that goes at the end."""
    problem = "" if folder is None else _prepare(folder)
    if folder is not None and not problem:
        yield Cache(folder)
        return
    with tempfile.TemporaryDirectory(prefix="notebook-compile-", ignore_cleanup_errors=True) as temporary:
        yield Cache(Path(temporary), problem)


def _prepare(folder: Path) -> str:
    """Make the folder of a cache, for the user alone; why it cannot be one."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if hasattr(os, "geteuid") and folder.stat().st_uid != os.geteuid():
            return f"`{folder}` belongs to another user"
        if not (folder / "CACHEDIR.TAG").exists():
            _write(str(folder / "CACHEDIR.TAG"), _TAG)
    except OSError as error:
        return f"cannot write `{folder}`: {(error.strerror or str(error)).lower()}"
    return "" if os.access(folder, os.W_OK) else f"cannot write `{folder}`"


def _write(path: str, data: bytes) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123
        file.write(data)


def _digest(key: str, data: bytes | memoryview) -> bytes:
    """What an entry begins with: it fits neither other data nor another key."""
    made = hashlib.sha256(key.encode())
    made.update(data)
    return made.digest()


# --- keys -------------------------------------------------------------------------------------------------


def key(*values: object) -> str:
    """The key of what is made of these values: texts, numbers, paths, tuples, and frozen dataclasses of such.

    Equal values have equal keys, which their pickles do not promise.
    """
    return _hashed(_each_plain(values, {}))


def _hashed(plain: object) -> str:
    return hashlib.sha256(repr(plain).encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any, hashes: dict[int, str]) -> object:
    """A value as tuples of what is written one way only; `hashes` are of long tuples, which stand in many places."""
    kind: Any = type(value)
    if kind in _WRITTEN_ONE_WAY:
        return value
    if kind is tuple:
        if len(value) < _LONG:
            return tuple(_each_plain(value, hashes))
        if id(value) not in hashes:
            hashes[id(value)] = _hashed(_each_plain(value, hashes))
        return hashes[id(value)]
    if isinstance(value, PurePath):
        return str(value)
    return (kind.__name__, *_each_plain(_fields(kind)(value), hashes))


def _each_plain(values: Iterable[Any], hashes: dict[int, str]) -> list[object]:
    """A few hundred thousand values in a book, most of which are written one way only: a call for each takes long."""
    return [each if type(each) in _WRITTEN_ONE_WAY else _plain(each, hashes) for each in values]


_WRITTEN_ONE_WAY = frozenset({str, int, float, bool, bytes, type(None)})
_LONG = 16


@cache
def _fields(kind: Hashable) -> Any:
    """What gives the values of all fields of a dataclass, as a tuple."""
    if not isinstance(kind, type) or not is_dataclass(kind):
        raise TypeError(f"{getattr(kind, '__name__', kind)} has no place in a key")
    names = [field.name for field in fields(kind)]
    return attrgetter(*names) if len(names) > 1 else lambda value: tuple(getattr(value, name) for name in names)
