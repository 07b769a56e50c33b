"""The command line: reads arguments, calls the compiler, writes files, prints what it says. Knows no stage's inside.

Exit codes: 0 fine, 1 the book has errors or could not be written, 2 wrong usage, 130 interrupted. What is wrong
with the usage is one line on stderr; results are on stdout, all else on stderr.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and exit."""
    try:
        from notebook_compile.cli.program import run  # noqa: PLC0415  # takes long enough to be interrupted
    except KeyboardInterrupt:
        sys.exit(130)
    run(arguments)
