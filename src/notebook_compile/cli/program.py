"""The program: a command line in, an exit code out. What is wrong becomes one line on stderr, never a traceback."""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from difflib import get_close_matches

import rich_click as click
from click.exceptions import Exit

from notebook_compile.cli.commands import commands
from notebook_compile.cli.output import PROGRAM
from notebook_compile.cli.reporting import printable

# Python looks for cycles of garbage when so many more objects were made than dropped. A build makes millions that stay;
# to look through them again and again took it half a second.
_OBJECTS = 100_000

_ENDS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


def run(arguments: Sequence[str] | None = None) -> None:
    """Run the program and exit."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    gc.set_threshold(_OBJECTS, 10, 10)
    _end_politely()
    try:
        code = _code(words)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader, as `head`, has gone: nothing is wrong, and nobody is there to be told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    sys.exit(code)


def _end_politely() -> None:
    """Let the signals that ask a program to end interrupt it as Ctrl-C does: nothing unfinished is left behind."""

    def interrupt(number: int, _: object) -> None:
        raise KeyboardInterrupt(number)

    if threading.current_thread() is threading.main_thread():
        for each in _ENDS:
            if signal.getsignal(each) is signal.SIG_DFL:  # `nohup` has it ignored
                signal.signal(each, interrupt)


def _code(words: list[str]) -> int:
    """The exit code of a command line; what is wrong becomes one line on stderr."""
    if "_NOTEBOOK_COMPILE_COMPLETE" in os.environ:
        commands.main(words, PROGRAM)
    verbose = not {"-v", "--verbose"}.isdisjoint(words)
    try:
        with commands.make_context(PROGRAM, words) as context:
            code: int | None = commands.invoke(context)
            return code or 0
    except Exit as done:
        return done.exit_code
    except click.ClickException as error:
        return _complain(_message(error), error.exit_code)
    except KeyboardInterrupt as interrupt:
        return _complain("interrupted", 128 + (interrupt.args[0] if interrupt.args else signal.SIGINT))
    except BrokenPipeError:
        raise
    except Exception as error:  # the last resort: a traceback helps nobody who did not ask for one
        if verbose:
            traceback.print_exc()
        if isinstance(error, OSError) and "cannot load library" in str(error):
            return _complain("WeasyPrint finds no Pango on this system: install it (on Debian: libpango-1.0-0)", 1)
        described = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        return _complain(f"{described} (a fault of this program{'' if verbose else '; --verbose shows where'})", 1)


def _complain(message: str, code: int) -> int:
    click.echo(f"{PROGRAM}: {printable(message)}", err=True)
    return code


def _message(error: click.ClickException) -> str:
    """What click says, in this program's manner."""
    if isinstance(error, click.NoSuchOption):
        name = error.option_name
        if any(name in option.opts for command in commands.commands.values() for option in command.params):
            known = error.ctx.command if error.ctx else commands
            if known is commands:
                return f"no option `{name}` before the command: write it after, as `{PROGRAM} pdf {name}`"
        near = get_close_matches(name, error.possibilities or [], n=1)
        return f"no option `{name}`" + (f": did you mean `{near[0]}`?" if near else "")
    message = error.format_message().rstrip(".")
    return message[:1].lower() + message[1:]
