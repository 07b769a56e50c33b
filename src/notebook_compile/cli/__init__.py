"""The command line: reads arguments, calls the compiler, writes files, prints what it says. Knows no stage's inside.

Exit codes: 0 fine, 1 the book has errors or could not be written, 2 wrong usage, 130 interrupted. What is wrong
with the usage is one line on stderr; results are on stdout, all else on stderr.
"""

from notebook_compile.cli.program import main

__all__ = ["main"]
