"""The program's commands: their options, what they do in a word, and their help. The work is done elsewhere."""

from __future__ import annotations

import inspect
import shlex
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import rich_click as click

from notebook_compile import __version__
from notebook_compile.cli import plans, reporting
from notebook_compile.cli.books import build_book, build_chapter, build_handout, open_notebook
from notebook_compile.cli.caching import clear_cache, show_cache
from notebook_compile.cli.libraries import build_library
from notebook_compile.cli.options import ABOUT, BOOK, LOOKS, READ, RUN, setting_options
from notebook_compile.cli.output import PROGRAM, print_json, print_lines
from notebook_compile.diagnostics import Severity


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
    "library vault             every notebook below a folder, each to books of its own",
    "handout motor_units       one note, as a PDF of its own",
    "plan notes --depth 2      which notes come in, and why",
    "check notes --strict      all that is wrong with the notes",
)


def _command(
    *examples: str,
    output: str = "",
    looks: tuple[str, ...] = (),
    instead: Mapping[str, str] | None = None,
    notebook: Callable[[Any], Any] | None = None,
    about: tuple[str, ...] = ("title", "subtitle", "authors", "language"),
) -> Callable[[Callable[..., int]], click.Command]:
    """A command on a notebook, with the options that all share.

    `output` explains `-o` where there is one, `looks` are settings of looks, `notebook` adds what names the notes,
    `about` are settings of what a book says of itself.
    """

    def add(function: Callable[..., int]) -> click.Command:
        wrapped: Any = click.option("-v", "--verbose", is_flag=True, help="Say more.", panel=RUN)(function)
        wrapped = click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.", panel=RUN)(wrapped)
        wrapped = click.option("--no-cache", is_flag=True, help=_NO_CACHE, panel=RUN)(wrapped)
        wrapped = setting_options("jobs", "cache_size", panel=RUN)(wrapped)
        if output:
            wrapped = setting_options("cluster", panel=RUN)(wrapped)
            wrapped = click.option("-o", "--output", metavar="PATH", help=output, panel=RUN)(wrapped)
            wrapped = setting_options(*looks, panel=LOOKS, instead=instead)(wrapped)
            wrapped = setting_options(*about, panel=ABOUT, instead=instead)(wrapped)
        wrapped = setting_options("line_breaks", "wrapped", "queries", panel=READ)(wrapped)
        wrapped = (notebook or _whole_notebook)(wrapped)
        text = _help(function.__doc__, *examples)
        command: click.Command = commands.command(context_settings=_CONTEXT, help=text)(wrapped)
        return command

    return add


def _whole_notebook(command: Any) -> Any:
    wrapped = setting_options("index", "order", "depth", "limit", panel=BOOK)(command)
    return click.argument("notebook", required=False)(wrapped)


def _single_notes(command: Any) -> Any:
    explanation = "The folder of the notes. Without it: that of a NOTE that is a file, else as for pdf."
    wrapped = click.option("--notebook", metavar="FOLDER", help=explanation, panel=BOOK)(command)
    return click.argument("notes", nargs=-1, required=True, metavar="NOTE...")(wrapped)


def _every_notebook(command: Any) -> Any:
    wrapped = setting_options("order", "depth", "limit", panel=BOOK)(command)
    return click.argument("folder", required=False)(wrapped)


_NO_CACHE = "Take nothing from the cache, and keep nothing there."
_LOOKS = ("theme", "page_size", "css", "timestamps", "cover", "impose")
_EBOOK_LOOKS = ("profile", "image_budget")


@_command(
    "pdf",
    'pdf "My Notes" --index Start --page-size a4',
    "pdf notes --limit 20 --impose booklet -o draft.pdf",
    "pdf notes --chapter motor_units",
    output="The file to write. Without it: dist/<title>.pdf.",
    looks=_LOOKS,
)
@click.option(
    "--chapter",
    metavar="NOTE",
    help="Only the chapter of this note, with the page numbers that it has in the book. NOTE is as for handout.",
    panel=BOOK,
)
def pdf(chapter: str | None, **options: Any) -> int:
    """Compile a notebook to a PDF for print and screen.

    NOTEBOOK is a folder of notes. Without it: the folder notes/ of the current folder, else the current folder.
    """
    return build_chapter(chapter, options) if chapter else build_book(["pdf"], options)


@_command(
    "epub",
    'epub "My Notes" --index Start --author "Ana Lima"',
    "epub notes --profile kobo",
    output="The file to write. Without it: dist/<title>.epub.",
    looks=("cover", "theme", *_EBOOK_LOOKS),
    instead={"theme": "How the cover looks that is made from the title: book, handout, ereader."},
)
def epub(**options: Any) -> int:
    """Compile a notebook to an EPUB for e-readers.

    NOTEBOOK is a folder of notes. Without it: the folder notes/ of the current folder, else the current folder.
    """
    return build_book(["epub"], options)


@_command(
    "build",
    'build "My Notes" -o books',
    output="The folder to write into. Without it: dist.",
    looks=(*_LOOKS, *_EBOOK_LOOKS),
)
def build(**options: Any) -> int:
    """Compile a notebook to PDF and EPUB.

    NOTEBOOK is a folder of notes. Without it: the folder notes/ of the current folder, else the current folder.
    """
    return build_book(["pdf", "epub"], options)


@_command(
    "library vault",
    "library vault --limit 20 -o drafts",
    "library vault --cluster tcp://host:8786",
    output="The folder to write into. Without it: dist.",
    looks=("theme", "page_size", "timestamps", "impose", *_EBOOK_LOOKS),
    notebook=_every_notebook,
    about=(),
)
def library(folder: str | None, **options: Any) -> int:
    """Compile every notebook below a folder to PDF and EPUB.

    FOLDER is the current folder without it. The books of each notebook go to a folder that is called as it
    is; index.html lists them all. A notebook is a folder with a notebook.toml or an .obsidian, or with an
    index note. One that fails does not end the others; the exit code is 1 then.
    """
    return build_library(folder, options)


@_command(
    "handout motor_units",
    'handout "Motor units" upper_motor_neurons --title "Two notes"',
    "handout notes/motor_units.md --page-size letter",
    output="The file to write. Without it: dist/<title> (handout).pdf.",
    looks=("page_size", "css", "timestamps", "impose"),
    instead={
        "title": "The handout's title. Without one: the titles of its notes.",
        "page_size": "a4, a5, a6, b5, letter, half-letter, statement, or a size: 120mm x 180mm. "
        "Without it: a4; imposed, a5.",
    },
    notebook=_single_notes,
)
def handout(notes: tuple[str, ...], **options: Any) -> int:
    """Compile some notes to a handout: a PDF that stands alone.

    NOTE is a note's name, as in a link (its file's name or path, an alias, its title), or the path of its
    file from here. The notes become chapters in the order given.
    """
    return build_handout(notes, options)


@_command(
    "plan notes",
    "plan notes --depth 2 --json",
)
@click.option(
    "--json", "as_json", is_flag=True, help="As JSON: title, index, entries, missing, outside, ...", panel=RUN
)
def plan(as_json: bool, **options: Any) -> int:
    """Show the book's outline, and why each note is in it.

    Each chapter with the link that it came in through, as file:line:column. Below: what the
    index names that does not exist, and the notes that are not in the book.
    """
    compiled = open_notebook(options)
    outline, title = compiled.outline, compiled.book.title
    missing = [each for each in compiled.diagnostics if each.code == "missing-note" and each.path == outline.index]
    hints = {(each.line, each.column): each.hint for each in missing}
    if as_json:
        print_json(plans.plan_data(title, outline, compiled.notes, hints))
    else:
        print_lines(plans.plan_lines(title, outline, compiled.notes, hints))
    errors = [each for each in compiled.diagnostics if each.severity is Severity.ERROR]
    print_lines(reporting.count_lines(errors), err=True)
    return int(bool(errors))


@_command(
    "check notes",
    "check notes --strict --json",
)
@click.option("--strict", is_flag=True, help="Exit 1 for warnings, not for errors only.", panel=RUN)
@click.option("--json", "as_json", is_flag=True, help="As JSON: a list of objects, one a finding.", panel=RUN)
def check(as_json: bool, strict: bool, **options: Any) -> int:
    """List what is wrong with a notebook.

    Each finding on a line, as file:line:column: severity code message, its hint indented below. Exits
    1 if there is an error, with --strict also if there is a warning.
    """
    compiled = open_notebook(options)
    findings = sorted(set(compiled.diagnostics))
    if as_json:
        print_json([reporting.finding_data(each) for each in findings])
    elif not options["quiet"]:
        print_lines(line for each in findings for line in reporting.finding_lines(each))
        print_lines([reporting.summary(findings, len(compiled.notes))])
    failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    return int(any(each.severity in failing for each in findings))


@commands.group(
    context_settings=_CONTEXT,
    invoke_without_command=True,
    help=_help(
        """Say where the cache is, and how large.

        It holds what was read and laid out before. NOTEBOOK_COMPILE_CACHE names another folder for it.
        """,
        "cache",
        "cache clear",
    ),
)
@click.pass_context
def cache(ctx: click.Context) -> int:
    """Say where the cache is, and how large."""
    return 0 if ctx.invoked_subcommand else show_cache()


@cache.command(context_settings=_CONTEXT)
def clear() -> int:
    """Remove all that the cache holds."""
    return clear_cache()
