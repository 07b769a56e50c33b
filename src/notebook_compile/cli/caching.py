"""The cache that commands share: which one it is, how it is kept small, what the command `cache` says of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from notebook_compile.cli.output import PROGRAM, print_lines
from notebook_compile.cli.reporting import counted, printable, size_text

if TYPE_CHECKING:
    from notebook_compile.cache import Cache
    from notebook_compile.config import Settings


@contextmanager
def kept(options: Mapping[str, Any]) -> Iterator[Cache]:
    """The cache of a command; at its end is said why it could not be used, if so."""
    from notebook_compile.cache import default_folder, opened  # noqa: PLC0415  # not needed for --help

    with opened(None if options["no_cache"] else default_folder()) as cache:
        yield cache
        if cache.problem and not options["quiet"]:
            print_lines([printable(f"{PROGRAM}: the next build will take as long: {cache.problem}")], err=True)


def trim(cache: Cache, settings: Settings) -> None:
    """Keep the cache as small as the settings want it."""
    if cache.written:
        cache.trim(settings.cache_bytes)


def show_cache() -> int:
    """Say where the cache is and how large; the exit code."""
    from notebook_compile.cache import Cache, default_folder  # noqa: PLC0415

    folder = default_folder()
    entries, size = Cache(folder).size()
    print_lines([f"{printable(str(folder))}: {counted(entries, 'file')}, {size_text(size)}"])
    return 0


def clear_cache() -> int:
    """Empty the cache; the exit code."""
    from notebook_compile.cache import Cache, default_folder  # noqa: PLC0415

    cache = Cache(default_folder())
    entries, size = cache.size()
    cache.clear()
    print_lines([f"{printable(str(cache.folder))}: {counted(entries, 'file')} removed, {size_text(size)}"])
    return 0
