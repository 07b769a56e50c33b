"""Files that commands write: where they stand, what they are called, and how they get there whole.

Never writes over a file before the new one is complete.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

import rich_click as click

from notebook_compile.cli.reporting import printable

FORMATS = ("pdf", "epub")  # by their files' endings
NAME_BYTES = 120  # of a file named after the book's title

_RESERVED_NAMES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


class FailureError(click.ClickException):
    """What the user cannot mend by other arguments, as a full disk."""

    exit_code = 1


def check_output(formats: Sequence[str], output: str | None) -> None:
    """Refuse an `-o` that names what this command does not write."""
    ending = Path(output or "").suffix.lower()[1:]
    if not output or ending not in FORMATS or Path(output).is_dir():
        return
    if len(formats) > 1:
        raise click.UsageError(f"--output: build writes two files, and `{output}` is no folder")
    if ending not in formats:
        raise click.UsageError(f"--output: `{output}` ends in .{ending}: did you mean the command `{ending}`?")


def target(name: str, folder: Path, output: str | None, *, alone: bool) -> Path:
    """The file to write: what `-o` names, or `name` in the folder that `-o` names, or in `folder`."""
    if not output:
        return folder / name
    if alone and not Path(output).is_dir() and not output.endswith(("/", os.sep)):
        return Path(output)
    return Path(output) / name


def file_name(title: str) -> str:
    """A title as the name of a file that every system can hold, without its ending."""
    title = printable(unicodedata.normalize("NFC", title))
    title = re.sub(r"\s*[/\\:|]+\s*", " - ", title)
    title = re.sub(r'[<>"?*]', "", title)
    title = " ".join(title.split()).strip(" .-") or "notebook"
    title = title.encode()[:NAME_BYTES].decode(errors="ignore").rstrip(" .-")
    return f"{title}_" if _RESERVED_NAMES.match(title) else title


class Writing:
    """A file written beside its place and moved there when whole; what stood there stays until then.

    Entering it finds out whether the place can be written, before the work of making a book.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self._special = target.exists() and not target.is_file()  # as /dev/stdout: never to be replaced
        final = target.resolve()  # a symbolic link stays one
        self._part = target if self._special else final.with_name(f".{os.getpid()}-{final.suffix[1:]}.part")
        self._final = final

    def __enter__(self) -> Writing:
        self._attempt(lambda: self._part.parent.mkdir(parents=True, exist_ok=True))
        self._attempt(lambda: self._part.open("wb").close())
        return self

    def write(self, data: bytes) -> None:
        """Write the whole file."""
        self._attempt(lambda: self._part.write_bytes(data))
        if not self._special:
            self._attempt(lambda: self._part.replace(self._final))

    def __exit__(self, *_: object) -> None:
        if not self._special:
            self._part.unlink(missing_ok=True)

    def _attempt(self, action: Callable[[], object]) -> None:
        try:
            action()
        except BrokenPipeError:
            raise
        except (FileExistsError, NotADirectoryError) as error:
            raise FailureError(f"cannot write `{self._target}`: `{self._target.parent}` is not a folder") from error
        except OSError as error:
            raise FailureError(f"cannot write `{self._target}`: {reason(error)}") from error


def reason(error: OSError) -> str:
    """What the system says, in this program's manner."""
    return (error.strerror or str(error)).lower()
