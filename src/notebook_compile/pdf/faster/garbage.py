"""Python's search for cycles that nothing refers to any more, while pages are laid out.

Layout makes and drops boxes by the hundred thousand, few of them in cycles, and Python looks through all that there are
again and again: a tenth of the time. Here it looks when there is much more to be found, and never at what stays.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

_OBJECTS = 100_000  # made and not dropped, some 10 MB


@contextmanager
def collected_seldom() -> Iterator[None]:
    """Look for garbage seldom meanwhile."""
    before = gc.get_threshold()
    gc.set_threshold(_OBJECTS, 10, 10)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@cache
def keep_what_is_there() -> None:
    """Take all that there is now for what stays as long as the process; once is enough."""
    gc.collect()
    gc.freeze()
