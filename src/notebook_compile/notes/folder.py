"""Load: a folder becomes sources. The one place that reads notes and lists a notebook's files.

Never follows a symbolic link out of the notebook, and never raises for one bad file.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from notebook_compile.diagnostics import Diagnostic, diagnostic
from notebook_compile.model import Notebook, Source

# A note beyond this is cut at a line's end: a book's chapter of a million characters helps nobody.
MAX_NOTE_BYTES = 2_000_000

_DIGITS = re.compile(r"(\d+)")
SKIPPED_FOLDERS = frozenset({"node_modules", "dist", "__pycache__"})


def natural_key(path: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key that puts `2` before `10` and ignores case; folders' notes stand after the folder's own name."""
    parts = _DIGITS.split(path.casefold())
    # Python reads no number of more than 4,300 digits.
    return tuple((0, int(part[:1000]), part[1000:]) if part.isdecimal() else (1, 0, part) for part in parts if part)


def load_notebook(folder: Path) -> tuple[Notebook, tuple[Diagnostic, ...]]:
    """Read every note (`.md`) below a folder and list its other files; hidden files and folders are passed over."""
    root = folder.resolve()
    found: list[Diagnostic] = []
    sources: list[Source] = []
    files: set[str] = set()
    for path in sorted(sorted(_walk(root)), key=natural_key):
        file = root / path
        if not _lies_within(file, root):
            found.append(diagnostic("blocked-file", path, (0, 0), "the file lies outside the notebook"))
        elif path.casefold().endswith(".md"):
            text, problems = _read_note(file, path)
            found += problems
            if text is not None:
                sources.append(Source(path, text))
        else:
            files.add(path)
    modified = max((_modified(root / source.path) for source in sources), default=0)
    return Notebook(root, tuple(sources), frozenset(files), modified), tuple(found)


def read_file(root: Path, path: str) -> bytes:
    """A file of the notebook, as an image: `path` is relative to root.

    Raises OSError where it cannot be read, PermissionError where it lies outside the notebook.
    """
    try:
        file = (root / path).resolve()
    except (RuntimeError, ValueError) as error:  # a link that leads to itself, a name with a null byte
        message = f"{path} is no file"
        raise FileNotFoundError(message) from error
    if not file.is_relative_to(root.resolve()):
        message = f"{path} lies outside the notebook"
        raise PermissionError(message)
    return file.read_bytes()


def _walk(root: Path) -> list[str]:
    paths = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in SKIPPED_FOLDERS]
        here = Path(folder).relative_to(root)
        paths += [(here / name).as_posix() for name in names if not name.startswith(".")]
    return paths


def _lies_within(file: Path, root: Path) -> bool:
    if not file.is_symlink():  # the folders on the way to it are none either: `os.walk` follows no links
        return True
    try:
        return file.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # a link that leads to itself; reading it will say so
        return True


def _modified(file: Path) -> int:
    try:
        return int(file.stat().st_mtime)
    except OSError:
        return 0


def _read_note(file: Path, path: str) -> tuple[str | None, list[Diagnostic]]:
    found: list[Diagnostic] = []
    try:
        data = file.read_bytes()
    except OSError as error:
        reason = error.strerror or "unreadable"
        return None, [diagnostic("broken-file", path, (0, 0), f"cannot be read: {reason.lower()}", "check the file")]
    if len(data) > MAX_NOTE_BYTES:
        size = f"{len(data) / 1e6:.1f} MB"
        data = data[:MAX_NOTE_BYTES].rpartition(b"\n")[0] or data[:MAX_NOTE_BYTES]
        found.append(
            diagnostic("clipped-note", path, (0, 0), f"the note has {size}, its end is left out", "split the note")
        )
    text, problem = _decode(data)
    if problem:
        line = data[: problem.start].count(b"\n") + 1
        column = problem.start - (data.rfind(b"\n", 0, problem.start) + 1) + 1
        found.append(
            diagnostic(
                "not-utf-8", path, (line, column), "the file is not UTF-8, read as Windows-1252", "save it as UTF-8"
            )
        )
    return text, found


def _decode(data: bytes) -> tuple[str, UnicodeDecodeError | None]:
    """UTF-8 or, by their byte order marks, UTF-16; else Windows-1252, the commonest other encoding of old notes."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace"), None
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        return data.decode("cp1252", errors="replace"), error
