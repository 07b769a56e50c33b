"""The command line: reads arguments, calls the compiler, writes files, prints what it says. Knows no stage's inside.

Exit codes: 0 fine, 1 the book has errors or could not be written, 2 wrong usage, 130 interrupted. What is wrong
with the usage is one line on stderr; results are on stdout, all else on stderr.
"""

from __future__ import annotations

import inspect
import io
import json
import os
import re
import shlex
import sys
import time
import traceback
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click
from click.exceptions import Exit

from notebook_compile import __version__, reporting
from notebook_compile.config import FILE, SETTINGS, BadValueError
from notebook_compile.diagnostics import Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from notebook_compile.compiler import Compiled, Progress
    from notebook_compile.config import Settings

    Maker = Callable[[Compiled, Settings, Progress], tuple[bytes, tuple[Diagnostic, ...]]]

PROGRAM = "notebook-compile"
FORMATS = ("pdf", "epub")  # by their files' endings
NAME_BYTES = 120  # of a file named after the book's title

_RESERVED_NAMES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_BOOK, _ABOUT, _RUN = "Which notes, in what order", "What the book says of itself", "How it runs"
_READ = "How notes are read"


class FailureError(click.ClickException):
    """What the user cannot mend by other arguments, as a full disk."""

    exit_code = 1


# --- commands ---------------------------------------------------------------------------------------------


class Commands(click.RichGroup):
    """The program's commands, in the order that they stand here; a mistyped one gets a hint."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return list(self.commands)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """The command that the first argument names."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            near = get_close_matches(name, self.commands, n=1)
            folder = f": name a command first, as `{PROGRAM} pdf {shlex.quote(name)}`" if Path(name).exists() else ""
            hint = f": did you mean `{near[0]}`?" if near else folder
            raise click.UsageError(f"no command `{name}`{hint or ': one of ' + ', '.join(self.commands)}")
        return super().resolve_command(ctx, args)


_HELP_STYLE = {
    "theme": "default-slim",
    "enable_theme_env_var": False,
    "max_width": 100,
    "text_paragraph_linebreaks": "\n\n",
}
_CONTEXT = {"help_option_names": ["-h", "--help"], "rich_help_config": _HELP_STYLE}


def _help(docstring: str | None, *examples: str) -> str:
    """A command's help: its docstring and examples; click's mark keeps their lines apart."""
    lines = ["\b", "Examples:", *(f"  {PROGRAM} {example}" for example in examples)]
    return inspect.cleandoc(docstring or "") + "\n\n" + "\n".join(lines)


@click.group(cls=Commands, context_settings=_CONTEXT, invoke_without_command=True)
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def commands(ctx: click.Context) -> None:
    """Compile a folder of linked notes into one book.

    The links of an index note give the order of the chapters; links between notes become cross-references with
    page numbers, and timestamps become footnotes with QR codes.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


commands.help = _help(
    commands.help,
    "pdf                       the current project or folder",
    "epub path/to/notebook     another folder",
    "build notes -o books      PDF and EPUB, to the folder books",
    "plan notes --depth 2      which notes come in, and why",
    "check notes --strict      all that is wrong with the notes",
)


def _options(*names: str, panel: str) -> Callable[[Any], Any]:
    """Options for settings, by the table that frontmatter and file share."""

    def add(command: Any) -> Any:
        for name in reversed(names):
            setting = SETTINGS[name]
            several = isinstance(setting.default, tuple)
            spellings = [each.replace("_", "-") for each in (setting.name, *setting.also)]
            if several:
                spellings.reverse()  # one flag is one author
            explanation = setting.explanation.replace("`", "")
            command = click.option(
                *(f"--{each}" for each in spellings),
                name,
                metavar=_METAVARS.get(name, "TEXT"),
                multiple=several,
                help="An author; repeat it for more." if several else explanation,
                panel=panel,
            )(command)
        return command

    return add


_METAVARS = {
    "index": "NOTE", "order": "ORDER", "depth": "N", "limit": "N", "jobs": "N", "language": "TAG", "page_size": "SIZE",
    "line_breaks": "KIND", "wrapped": "WHICH", "queries": "HOW",
}  # fmt: skip


def _command(*examples: str, output: str = "") -> Callable[[Callable[..., int]], click.Command]:
    """A command on a notebook, with the options that all share; `output` explains `-o` where there is one."""

    def add(function: Callable[..., int]) -> click.Command:
        wrapped: Any = click.option("-v", "--verbose", is_flag=True, help="Say more.", panel=_RUN)(function)
        wrapped = click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.", panel=_RUN)(wrapped)
        wrapped = _options("jobs", panel=_RUN)(wrapped)
        if output:
            wrapped = click.option("-o", "--output", metavar="PATH", help=output, panel=_RUN)(wrapped)
            about = ("title", "subtitle", "authors", "language", "page_size")
            wrapped = _options(*about, panel=_ABOUT)(wrapped)
        wrapped = _options("line_breaks", "wrapped", "queries", panel=_READ)(wrapped)
        wrapped = _options("index", "order", "depth", "limit", panel=_BOOK)(wrapped)
        wrapped = click.argument("notebook", required=False)(wrapped)
        command: click.Command = commands.command(context_settings=_CONTEXT, help=_help(function.__doc__, *examples))(
            wrapped
        )
        return command

    return add


@_command(
    "pdf",
    'pdf "My Notes" --index Start --page-size a4',
    "pdf notes --limit 20 -o draft.pdf",
    output="The file to write. Without it: dist/<title>.pdf.",
)
def pdf(**options: Any) -> int:
    """Compile a notebook to a PDF for print and screen.

    NOTEBOOK is a folder of notes. Without it: the folder notes/ of the current folder, else the current folder.
    """
    return _build(["pdf"], options)


@_command(
    "epub",
    'epub "My Notes" --index Start --author "Ana Lima"',
    output="The file to write. Without it: dist/<title>.epub.",
)
def epub(**options: Any) -> int:
    """Compile a notebook to an EPUB for e-readers.

    NOTEBOOK is a folder of notes. Without it: the folder notes/ of the current folder, else the current folder.
    """
    return _build(["epub"], options)


@_command(
    "build",
    'build "My Notes" -o books',
    output="The folder to write into. Without it: dist.",
)
def build(**options: Any) -> int:
    """Compile a notebook to PDF and EPUB.

    NOTEBOOK is a folder of notes. Without it: the folder notes/ of the current folder, else the current folder.
    """
    return _build(["pdf", "epub"], options)


@_command(
    "plan notes",
    "plan notes --depth 2 --json",
)
@click.option(
    "--json", "as_json", is_flag=True, help="As JSON: title, index, entries, missing, outside, ...", panel=_RUN
)
def plan(as_json: bool, **options: Any) -> int:
    """Show the book's outline, and why each note is in it.

    Each chapter with the link that it came in through, as file:line:column. Below: what the
    index names that does not exist, and the notes that are not in the book.
    """
    compiled = _open(options)
    outline, title = compiled.outline, compiled.book.title
    missing = [each for each in compiled.diagnostics if each.code == "missing-note" and each.path == outline.index]
    hints = {(each.line, each.column): each.hint for each in missing}
    if as_json:
        _print_json(reporting.plan_data(title, outline, compiled.notes, hints))
    else:
        _print(reporting.plan_lines(title, outline, compiled.notes, hints))
    errors = [each for each in compiled.diagnostics if each.severity is Severity.ERROR]
    _print(reporting.count_lines(errors), err=True)
    return int(bool(errors))


@_command(
    "check notes",
    "check notes --strict --json",
)
@click.option("--strict", is_flag=True, help="Exit 1 for warnings, not for errors only.", panel=_RUN)
@click.option("--json", "as_json", is_flag=True, help="As JSON: a list of objects, one a finding.", panel=_RUN)
def check(as_json: bool, strict: bool, **options: Any) -> int:
    """List what is wrong with a notebook.

    Each finding on a line, as file:line:column: severity code message, its hint indented below. Exits
    1 if there is an error, with --strict also if there is a warning.
    """
    compiled = _open(options)
    findings = sorted(set(compiled.diagnostics))
    if as_json:
        _print_json([reporting.finding_data(each) for each in findings])
    elif not options["quiet"]:
        _print(line for each in findings for line in reporting.finding_lines(each))
        _print([reporting.summary(findings, len(compiled.notes))])
    failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    return int(any(each.severity in failing for each in findings))


# --- from a folder to a book ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the notes are, and the folder in which `dist/` stands."""

    notebook: Path
    project: Path


def _find_place(name: str | None) -> _Place:
    """The notebook that the command line means."""
    folder = Path() if name is None else Path(name)
    try:
        if not folder.is_dir():
            raise click.UsageError(_no_folder(folder))
        if _is_project(folder, named=name is not None):
            return _Place(folder / "notes", folder)
    except OSError as error:
        raise click.UsageError(f"cannot read `{folder}`: {_reason(error)}") from error
    whole = folder.absolute()
    return _Place(folder, whole.parent if whole.name == "notes" and (whole.parent / FILE).is_file() else Path())


def _is_project(folder: Path, *, named: bool) -> bool:
    """Whether a folder is not a notebook but holds one, as `notes/`.

    A folder that was named is taken at its word where it has notes of its own; a README.md is none.
    """
    if not (folder / "notes").is_dir() or (folder / ".obsidian").is_dir():
        return False
    return not (named and any(file.suffix.lower() == ".md" and not file.stem.isupper() for file in folder.iterdir()))


def _no_folder(folder: Path) -> str:
    if folder.is_file():
        index = f", and the note with --index {shlex.quote(folder.stem)}" if folder.suffix.lower() == ".md" else ""
        return f"`{folder}` is a file: name the folder that holds it{index}"
    siblings = [each.name for each in folder.parent.iterdir() if each.is_dir()] if folder.parent.is_dir() else []
    near = get_close_matches(folder.name, siblings, n=1)
    return f"no folder `{folder}`" + (f": did you mean `{folder.parent / near[0]}`?" if near else "")


def _read_flags(options: Mapping[str, Any]) -> dict[str, object]:
    """The settings among a command's options."""
    flags: dict[str, object] = {}
    for name, setting in SETTINGS.items():
        value = options.get(name)
        if not value:
            continue
        try:
            flags[name] = setting.read_word(value) if isinstance(value, str) else setting.read(value)
        except BadValueError as error:
            raise click.UsageError(": ".join(filter(None, [f"--{setting.key}", error.message, error.hint]))) from error
    return flags


def _open(options: Mapping[str, Any]) -> Compiled:
    """The notebook of a command that writes no book."""
    with reporting.Stages(shown=_shows_progress(options)) as progress:
        compiled, _ = _compile(_find_place(options["notebook"]), options, progress)
    return compiled


def _compile(place: _Place, options: Mapping[str, Any], progress: Progress) -> tuple[Compiled, Settings]:
    """All stages up to the book."""
    flags = _read_flags(options)
    from notebook_compile.compiler import compile_notebook  # noqa: PLC0415  # slow, and not needed for --help

    compiled, settings = compile_notebook(place.notebook, flags, progress)
    if not compiled.notes:
        example = f"{PROGRAM} pdf path/to/notes"
        raise click.UsageError(f"no notes (.md files) in `{place.notebook}`: name a folder of notes, as `{example}`")
    if "index" in flags and compiled.outline.index is None:
        near = get_close_matches(str(flags["index"]), [path.removesuffix(".md") for path in compiled.notes], n=1)
        hint = f": did you mean `{near[0]}`?" if near else ""
        raise click.UsageError(f"--index: no note `{flags['index']}` in `{place.notebook}`{hint}")
    return compiled, settings


def _build(formats: Sequence[str], options: Mapping[str, Any]) -> int:
    """Compile and write a book in each format, and say what came of it."""
    began = time.monotonic()
    place = _find_place(options["notebook"])
    _check_output(formats, options["output"])
    results: list[str] = []
    findings: dict[Diagnostic, None] = {}
    with reporting.Stages(shown=_shows_progress(options)) as progress:
        compiled, settings = _compile(place, options, progress)
        findings |= dict.fromkeys(compiled.diagnostics)
        for each in formats:
            target = _target(place, each, options["output"], compiled.book.title, alone=len(formats) == 1)
            with _Writing(target) as writing:
                data, found = _makers()[each](compiled, settings, progress)
                writing.write(data)
            findings |= dict.fromkeys(found)
            facts = [*_pages(each, data), reporting.counted(len(compiled.book.chapters), "chapter")]
            facts += [reporting.size_text(len(data)), reporting.time_text(time.monotonic() - began)]
            results.append(reporting.result_line(str(target), facts))
            began = time.monotonic()
    _print_counts(sorted(findings), options)
    if not options["quiet"]:
        _print(results)
    return int(any(finding.severity is Severity.ERROR for finding in findings))


def _makers() -> Mapping[str, Maker]:
    from notebook_compile.compiler import make_epub, make_pdf  # noqa: PLC0415

    return {"pdf": make_pdf, "epub": make_epub}


def _pages(form: str, data: bytes) -> list[str]:
    """How many pages a PDF has, as a fact to print."""
    if form != "pdf":
        return []
    import pikepdf  # noqa: PLC0415

    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            return [reporting.counted(len(document.pages), "page")]
    except pikepdf.PdfError:
        return []


# --- files ------------------------------------------------------------------------------------------------


def _check_output(formats: Sequence[str], output: str | None) -> None:
    """Refuse an `-o` that names what this command does not write."""
    ending = Path(output or "").suffix.lower()[1:]
    if not output or ending not in FORMATS or Path(output).is_dir():
        return
    if len(formats) > 1:
        raise click.UsageError(f"--output: build writes two files, and `{output}` is no folder")
    if ending not in formats:
        raise click.UsageError(f"--output: `{output}` ends in .{ending}: did you mean the command `{ending}`?")


def _target(place: _Place, form: str, output: str | None, title: str, *, alone: bool) -> Path:
    """The file to write: what `-o` names, or by the book's title, in the folder that `-o` names or in `dist/`."""
    name = f"{file_name(title or place.notebook.resolve().name)}.{form}"
    if not output:
        return place.project / "dist" / name
    if alone and not Path(output).is_dir() and not output.endswith(("/", os.sep)):
        return Path(output)
    return Path(output) / name


def file_name(title: str) -> str:
    """A title as the name of a file that every system can hold, without its ending."""
    title = reporting.printable(unicodedata.normalize("NFC", title))
    title = re.sub(r"\s*[/\\:|]+\s*", " - ", title)
    title = re.sub(r'[<>"?*]', "", title)
    title = " ".join(title.split()).strip(" .-") or "notebook"
    title = title.encode()[:NAME_BYTES].decode(errors="ignore").rstrip(" .-")
    return f"{title}_" if _RESERVED_NAMES.match(title) else title


class _Writing:
    """A file written beside its place and moved there when whole; what stood there stays until then.

    Entering it finds out whether the place can be written, before the work of making a book.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self._special = target.exists() and not target.is_file()  # as /dev/stdout: never to be replaced
        final = target.resolve()  # a symbolic link stays one
        self._part = target if self._special else final.with_name(f".{os.getpid()}-{final.suffix[1:]}.part")
        self._final = final

    def __enter__(self) -> _Writing:
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
            raise FailureError(f"cannot write `{self._target}`: {_reason(error)}") from error


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


# --- printing ---------------------------------------------------------------------------------------------


def _print(lines: Iterable[str], *, err: bool = False) -> None:
    colour = False if os.environ.get("NO_COLOR") else None  # None: where a terminal shows it
    for line in lines:
        click.echo(line, err=err, color=colour)


def _print_json(data: object) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _print_counts(findings: Sequence[Diagnostic], options: Mapping[str, Any]) -> None:
    """Findings by kind; the quiet hear of errors only, and only the verbose of notes."""
    severities = {Severity.ERROR}
    if not options["quiet"]:
        severities |= {Severity.WARNING} | ({Severity.NOTE} if options["verbose"] else set())
    counts = list(reporting.count_lines(each for each in findings if each.severity in severities))
    _print(counts, err=True)
    if len(counts) < len(findings) and not options["quiet"]:
        words = [PROGRAM, "check", *filter(None, [options["notebook"]])]
        words += ["--index", options["index"]] if options["index"] else []
        _print([f"{len(findings):,} findings in all; `{shlex.join(words)}` lists them"], err=True)


def _shows_progress(options: Mapping[str, Any]) -> bool:
    return not options["quiet"] and sys.stderr.isatty()


# --- the program ------------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and exit."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader, as `head`, has gone: nothing is wrong, and nobody is there to be told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    sys.exit(code)


def _run(words: list[str]) -> int:
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
    except KeyboardInterrupt:
        return _complain("interrupted", 130)
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
    click.echo(f"{PROGRAM}: {reporting.printable(message)}", err=True)
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
