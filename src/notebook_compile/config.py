"""Settings of a book: what may be set, how it is spelled, and where it was set.

In: a folder with perhaps a `notebook.toml`, the index note's frontmatter, the flags of the command line.
Out: one `Settings`, and diagnostics for what cannot be used. A bad value never stops a build: its default is used.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, fields, replace
from datetime import date
from difflib import get_close_matches
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, TypeVar

from notebook_compile.diagnostics import Diagnostic, diagnostic
from notebook_compile.isbn import isbn_digits
from notebook_compile.notes.reading import Dialect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from notebook_compile.model import Note

FILE = "notebook.toml"
ORDERS = ("links", "alpha", "folder")
LINE_BREAKS = ("soft", "hard")
WRAPPED = ("note", "rest", "never")
QUERIES = ("show", "omit")
TIMESTAMPS = ("auto", "footnote", "plate", "url", "none")
PROFILES = ("generic", "kindle", "kobo")
IMPOSITIONS = ("none", "2up", "booklet")
CLAIMS = tuple(f"wcag-{version}-{level}" for version in ("2.0", "2.1", "2.2") for level in ("a", "aa", "aaa"))
PAGE_SIZES = {  # millimetres
    "a4": (210.0, 297.0),
    "a5": (148.0, 210.0),
    "a6": (105.0, 148.0),
    "b5": (176.0, 250.0),
    "letter": (215.9, 279.4),
    "half-letter": (139.7, 215.9),
    "statement": (139.7, 215.9),
}
THEMES = {"book": "a5", "handout": "a4", "ereader": "120mm x 160mm"}  # and the size of their pages, where none is set
SMALLEST_PAGE, LARGEST_PAGE = 50.0, 1500.0  # millimetres, of either side

_UNITS = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72}
_LENGTH = r"(\d+(?:\.\d+)?)\s*(mm|cm|in|pt)?"
_CUSTOM_PAGE = re.compile(rf"{_LENGTH}\s*[x×]\s*{_LENGTH}", re.IGNORECASE)
_MULTIPLES = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9}
_FILE_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(|B|kB|MB|GB)", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?(-([a-z0-9]{5,8}|\d[a-z0-9]{3}))*", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2})(?:[T ].*)?)?)?")
_NUMBER = re.compile(r"\d+(\.\d+)*")
_UUID = re.compile(r"(?:urn:uuid:)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)
_URI = re.compile(r"[a-z][a-z0-9+.-]*:[^\s]+", re.IGNORECASE)
_SCHEDULER = re.compile(r"(?:tcp|tls|ws|wss)://[^\s/]+:\d{1,5}")
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")
_NESTING = 3  # of lists: YAML's can hold themselves
_POSITION = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")

_SYNTAX_HINTS = {  # by the start of what tomllib says
    "Invalid value": "put text in quotes",
    "Illegal character '\\n'": "close the quotes on the line that they are opened on",
    "Unterminated string": "close the quotes",
}

# What a note says of itself cannot say which note is the index, how to read it, nor how fast this machine is.
_NOT_IN_FRONTMATTER = frozenset(
    {"title", "index", "line_breaks", "wrapped", "queries", "jobs", "cache_size", "cluster"}
)
# Who unpickles what a scheduler sends trusts it; files of a notebook are not trusted.
_NOT_IN_FILES = frozenset({"cluster"})

_OF_READING = {"line_breaks": LINE_BREAKS, "wrapped": WRAPPED, "queries": QUERIES}

# In the frontmatter's settings, the title that the index note has without naming one: only a default for the book's.
_NOTE_TITLE = "title of the note"

T = TypeVar("T")


class BadValueError(ValueError):
    """A value that a setting cannot take; the hint is an action."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


# --- what a value may be: each takes a value as TOML, YAML or the shell gave it ------------------------------


def _text(value: object) -> str:
    if not isinstance(value, str):
        hint = "" if isinstance(value, list | tuple | dict) else "put it in quotes"
        raise BadValueError(f"{_shown(value)} is not text", hint)
    return " ".join(value.split())


def _texts(value: object) -> tuple[str, ...]:
    items = list(_flat(value)) if isinstance(value, list | tuple) else [value]
    return tuple(text for text in map(_text, items) if text)


def _flat(items: list[object] | tuple[object, ...], depth: int = 0) -> Iterator[object]:
    """The items of nested lists: YAML reads an unquoted `[[Jane Doe]]` as a list in a list."""
    for item in items:
        if isinstance(item, list | tuple) and depth < _NESTING:
            yield from _flat(item, depth + 1)
        else:
            yield item


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        hint = "write it without quotes" if isinstance(value, str) and value.isdecimal() else ""
        raise BadValueError(f"{_shown(value)} is not a whole number of 1 or more", hint)
    return value


def _choice(kind: str, choices: tuple[str, ...]) -> Callable[[object], str]:
    """Reads one of several words; `kind` is what a wrong one is not."""

    def read(value: object) -> str:
        text = _text(value).lower()
        if text not in choices:
            raise BadValueError(f"{_shown(value)} is not {kind}", _closest(text, choices))
        return text

    return read


def _language(value: object) -> str:
    text = _text(value).replace("_", "-")
    if not _LANGUAGE.fullmatch(text):
        raise BadValueError(f"{_shown(value)} is not a language tag", _language_hint(text))
    language, *others = text.split("-")
    return "-".join([language.lower(), *(_subtag(other) for other in others)])


def _subtag(subtag: str) -> str:
    """A script as `Latn`, a region as `BR`, a variant in lower case."""
    return {4: subtag.title(), 2: subtag.upper()}.get(len(subtag), subtag.lower())


def _language_hint(text: str) -> str:
    """The tag of a language that was named in words, in English or in the language itself."""
    from babel import Locale, localedata  # noqa: PLC0415  # slow, and needed for a mistake only

    for code in localedata.locale_identifiers():
        if "_" not in code:
            locale = Locale(code)
            if text.lower() in {(locale.english_name or "").lower(), (locale.get_display_name() or "").lower()}:
                return f"did you mean `{code}`?"
    return "write it as `en`, `de` or `pt-BR`"


def _page_size(value: object) -> str:
    text = _text(value).lower()
    if text in PAGE_SIZES:
        return text
    match = _CUSTOM_PAGE.fullmatch(text)
    if not match or not (match[2] or match[4]):
        raise BadValueError(
            f"{_shown(value)} is not a page size", _closest(text, PAGE_SIZES, 'or a size as "120mm x 180mm"')
        )
    width, width_unit, height, height_unit = match.groups()
    size = f"{width}{width_unit or height_unit} x {height}{height_unit or width_unit}"
    if not all(SMALLEST_PAGE <= side <= LARGEST_PAGE for side in page_dimensions(size)):
        raise BadValueError(
            f"{_shown(value)} is not a page size", f"use {SMALLEST_PAGE:.0f} to {LARGEST_PAGE:.0f} mm a side"
        )
    return size


def page_dimensions(page_size: str) -> tuple[float, float]:
    """Width and height, in millimetres, of a page size as `Settings` holds it."""
    if page_size in PAGE_SIZES:
        return PAGE_SIZES[page_size]
    match = _CUSTOM_PAGE.fullmatch(page_size)
    if not match:
        raise BadValueError(f"`{page_size}` is not a page size")
    return float(match[1]) * _UNITS[match[2]], float(match[3]) * _UNITS[match[4]]


def _file_size(value: object) -> str:
    text = _text(str(value) if isinstance(value, int) and not isinstance(value, bool) else value)
    if not _bytes(text):
        raise BadValueError(f"{_shown(value)} is not a size", "write it as `20MB` or `800kB`")
    return text


def _bytes(size: str) -> int:
    """The bytes of a size; 0 for what is none."""
    match = _FILE_SIZE.fullmatch(size)
    return round(float(match[1]) * _MULTIPLES[match[2].lower()]) if match else 0


def _isbn(value: object) -> str:
    """An ISBN as it is written, with hyphens where it has some."""
    text = re.sub(r"^ISBN(?:-1[03])?:?\s*", "", _text(_as_text(value)), flags=re.IGNORECASE)
    if not isbn_digits(text):
        raise BadValueError(f"{_shown(value)} is not an ISBN", 'compare its digits, and put it in quotes: "978-…"')
    return re.sub(r"[^0-9X]+", "-", text.upper())


def _date(value: object) -> str:
    """A day, a month or a year, as ISO 8601 has it."""
    match = _DATE.fullmatch(_text(_as_text(value)))
    year, month, day = (int(part or 1) for part in match.groups()) if match else (0, 0, 0)
    try:
        written = date(year, month, day).isoformat()
    except ValueError:
        hint = "write it as `2026-05-01`, `2026-05` or `2026`"
        raise BadValueError(f"{_shown(value)} is not a date", hint) from None
    return written[: 10 if match and match[3] else 7 if match and match[2] else 4]


def _number(value: object) -> str:
    text = _text(_as_text(value))
    if not _NUMBER.fullmatch(text):
        raise BadValueError(f"{_shown(value)} is not a number", "write it as `3` or `2.1`")
    return text


def _identifier(value: object) -> str:
    """A URI; a bare UUID becomes one."""
    text = _text(value)
    if match := _UUID.fullmatch(text):
        return f"urn:uuid:{match[1].lower()}"
    if text.lower().startswith("urn:isbn:") or isbn_digits(text):
        raise BadValueError(f"{_shown(value)} is an ISBN", "set `isbn`")
    if text.lower().startswith("urn:uuid:") or not _URI.fullmatch(text):
        raise BadValueError(f"{_shown(value)} is not an identifier", "use a UUID, or an address as `doi:10.…`")
    return text


def _scheduler(value: object) -> str:
    """The address of a scheduler."""
    text = _text(value)
    if not _SCHEDULER.fullmatch(text):
        raise BadValueError(f"{_shown(value)} is not the address of a scheduler", "write it as `tcp://host:8786`")
    return text


def _shown(value: object) -> str:
    """A value as a message shows it: short, and in the words of the file."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"`{text}`" if len(text) <= 60 else f"`{text[:59]}…`"


def _closest(word: str, known: Mapping[str, object] | tuple[str, ...], otherwise: str = "") -> str:
    """The hint for a word that is not among those known."""
    near = get_close_matches(word, known, n=1)
    return (
        f"did you mean `{near[0]}`?" if near else ", ".join(["use one of: " + ", ".join(known), otherwise]).rstrip(", ")
    )


# --- the settings -----------------------------------------------------------------------------------------


def _setting(default: T, read: Callable[[object], object], explanation: str, *also: str) -> T:
    """A field of Settings; `also` are other spellings of its key."""
    made: T = field(default=default, metadata={"read": read, "explanation": explanation, "also": also})
    return made


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting of a book."""

    title: str = _setting("", _text, "The book's title. Without one: the index note's title, else the folder's name.")
    subtitle: str = _setting("", _text, "Printed under the title.")
    authors: tuple[str, ...] = _setting(
        (),
        _texts,
        "One name, or a list of names; with what somebody else than an author did: `Bo Ek (translator)`.",
        "author",
    )
    language: str = _setting(
        "en", _language, "The language of the notes, as `en` or `pt-BR`: hyphenation and the book's own words.", "lang"
    )
    publisher: str = _setting("", _text, "Who publishes the book.")
    description: str = _setting("", _text, "What the book is about, in a few sentences.")
    rights: str = _setting("", _text, "Copyright or licence, one line.")
    date: str = _setting("", _date, "When the book is published: `2026-05-01`, `2026-05` or `2026`.")
    series: str = _setting("", _text, "The series that the book belongs to.")
    series_number: str = _setting("", _number, "Its number in the series.", "series_index")
    isbn: str = _setting("", _isbn, "The book's ISBN, of 13 or 10 digits.")
    identifier: str = _setting(
        "",
        _identifier,
        "What the file is known by: a UUID, or a URI as `doi:10.…`. Without one: made from title, authors, language.",
    )
    subjects: tuple[str, ...] = _setting(
        (),
        _texts,
        "What the book is about. Without them: the tags of the index note, else those that most chapters have.",
        "subject",
    )
    sources: tuple[str, ...] = _setting((), _texts, "Works that the book is taken from.", "source")
    accessibility_claim: str = _setting(
        "",
        _choice("a claim", CLAIMS),
        "`wcag-2.1-aa` and the like: that publisher or author have checked that the EPUB conforms to it.",
    )
    index: str | None = _setting(None, _text, "The note whose links give the order. Without one it is looked for.")
    order: str = _setting(
        "links",
        _choice("an order", ORDERS),
        "`links`: as the index links to them. `alpha`: by title. `folder`: by folder and file name.",
    )
    depth: int = _setting(1, _count, "How many links away from the index a note may be to become a chapter.")
    limit: int | None = _setting(None, _count, "Only the first chapters, this many. Without it, all of them.")
    cover: str = _setting(
        "", _text, "An image of the notebook for the cover, or `none`. Without it, one is made from the title."
    )
    theme: str = _setting(
        "book", _choice("a theme", tuple(THEMES)), "How the PDF and a made cover look: `book`, `handout`, `ereader`."
    )
    page_size: str = _setting(
        "",
        _page_size,
        "`a4`, `a5`, `a6`, `b5`, `letter`, `half-letter`, `statement`, or a size: `120mm x 180mm`. "
        "Without it, the theme's.",
    )
    css: tuple[str, ...] = _setting((), _texts, "Style sheets of the notebook for the PDF, after the theme's.")
    timestamps: str = _setting(
        "auto",
        _choice("a way to print timestamps", TIMESTAMPS),
        "In the PDF. `footnote`: address and QR code at the foot of the page. `plate`: a line there, the codes at the "
        "end of the chapter. `auto`: one of these for each chapter. `url`: no codes. `none`: links in the text.",
    )
    impose: str = _setting(
        "none",
        _choice("an imposition", IMPOSITIONS),
        "Pages on sheets of twice their size, for print: `2up`, side by side; `booklet`, to be folded.",
    )
    profile: str = _setting(
        "generic",
        _choice("a profile", PROFILES),
        "The readers that the EPUB is for: `generic`, `kindle`, `kobo`, where they differ.",
    )
    image_budget: str = _setting(
        "30MB",
        _file_size,
        "What all images of the EPUB may take together, as `20MB` or `800kB`. Above it, the heaviest are made smaller.",
    )
    line_breaks: str = _setting(
        "soft",
        _choice("a kind of line break", LINE_BREAKS),
        "A line end within a paragraph: `soft` is a blank, as in CommonMark, `hard` breaks the line, as in Obsidian.",
    )
    wrapped: str = _setting(
        "note",
        _choice("a kind of note", WRAPPED),
        "Which fences of Markdown round a text are taken away: `note`, round a whole note; `rest`, also with some "
        "lines before them; `never`.",
    )
    queries: str = _setting(
        "show",
        _choice("`show` or `omit`", QUERIES),
        "Queries as `dataview`, which a book cannot run: `show` as code, `omit`.",
    )
    jobs: int | None = _setting(None, _count, "How many processes work at once. Without it, one on each core.")
    cache_size: str = _setting(
        "4GB", _file_size, "What the cache may take, as `4GB` or `500MB`. Above it, what was used longest ago goes."
    )
    cluster: str = _setting(
        "",
        _scheduler,
        "The scheduler of a dask.distributed cluster that works instead of processes, as `tcp://host:8786`.",
    )

    @property
    def dialect(self) -> Dialect:
        """How notes are read."""
        return Dialect(self.line_breaks, self.wrapped, self.queries)

    @property
    def cache_bytes(self) -> int:
        """How many bytes the cache may take."""
        return _bytes(self.cache_size)

    @property
    def image_bytes(self) -> int:
        """How many bytes all images of the EPUB may take together."""
        return _bytes(self.image_budget)

    @property
    def page_dimensions(self) -> tuple[float, float]:
        """Width and height of a page, in millimetres."""
        return page_dimensions(self.page_size or THEMES[self.theme])


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table of settings, which flags, frontmatter and file share."""

    name: str  # the field of Settings
    default: object
    read: Callable[[object], object]  # checks a value; raises BadValueError
    explanation: str
    also: tuple[str, ...]  # other spellings of the key

    @property
    def key(self) -> str:
        """The key as the documentation spells it."""
        return self.name.replace("_", "-")

    def read_word(self, word: str) -> object:
        """The value that a word of the command line means."""
        return self.read(_as_count(word) if self.read is _count else word)


SETTINGS = {
    each.name: Setting(
        each.name, each.default, each.metadata["read"], each.metadata["explanation"], each.metadata["also"]
    )
    for each in fields(Settings)
}
_SPELLINGS = {spelling: each for each in SETTINGS.values() for spelling in (each.name, *each.also)}


def find_setting(key: str) -> Setting | None:
    """The setting that a key of a file or of the frontmatter means."""
    return _SPELLINGS.get(key.strip().lower().replace("-", "_"))


# --- where settings come from -----------------------------------------------------------------------------


def read_config(folder: Path) -> tuple[dict[str, object], tuple[Diagnostic, ...]]:
    """The settings of the `notebook.toml` in a notebook's folder, or beside it where it is a project's `notes/`."""
    folder = folder.absolute()
    path, name = folder / FILE, FILE
    if not path.is_file() and folder.name == "notes":
        path, name = folder.parent / FILE, f"../{FILE}"
    if not path.is_file():
        return {}, ()
    try:
        text = path.read_bytes().decode("utf-8-sig")
        table = tomllib.loads(text)
    except OSError as error:
        return {}, (_bad(name, (0, 0), f"cannot be read: {error.strerror}"),)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return {}, (_bad(name, (line, 0), "the file is not UTF-8", "save it as UTF-8"),)
    except tomllib.TOMLDecodeError as error:
        return {}, (_syntax_error(name, text, str(error)),)
    return _read_table(name, table, lambda key: _key_place(text, key), unknown_is_bad=True)


def frontmatter_settings(note: Note) -> tuple[dict[str, object], tuple[Diagnostic, ...]]:
    """The settings in the index note's frontmatter; keys that are no settings belong to others."""
    lines = {key.strip().lower(): line for key, line in note.lines}
    table = {
        key: _as_count(value) if setting.read is _count else _as_text(value)
        for key, value in note.meta
        if (setting := find_setting(key)) and setting.name not in _NOT_IN_FRONTMATTER
    }
    settings, found = _read_table(
        note.path, table, lambda key: (lines.get(key.strip().lower(), 1), 1), unknown_is_bad=False
    )
    found += tuple(
        _bad(note.path, (lines.get(key.strip().lower(), 1), 1), f"`{key}` is read too late here", f"set it in `{FILE}`")
        for key, value in note.meta
        if (setting := find_setting(key)) and setting.name in _OF_READING and value in _OF_READING[setting.name]
    )
    if "title" in lines:
        settings["title"] = note.title
    elif note.title != PurePosixPath(note.path).stem:  # a file's name, as `index`, is no title
        settings[_NOTE_TITLE] = note.title
    return settings, found


def merge(flags: Mapping[str, object], frontmatter: Mapping[str, object], file: Mapping[str, object]) -> Settings:
    """Flags win over the index note's frontmatter, this over the file, this over the defaults."""
    title = {"title": frontmatter.get(_NOTE_TITLE, "")}
    given = {key: value for key, value in {**title, **file, **frontmatter, **flags}.items() if key in SETTINGS}
    # The tables were checked where they were read: each value is of its field's type.
    return replace(Settings(), **given)  # type: ignore[arg-type]


def _read_table(
    path: str, table: Mapping[str, object], place: Callable[[str], tuple[int, int]], *, unknown_is_bad: bool
) -> tuple[dict[str, object], tuple[Diagnostic, ...]]:
    settings: dict[str, object] = {}
    found: list[Diagnostic] = []
    for key, value in table.items():
        setting = find_setting(key)
        if setting is None:
            if unknown_is_bad:
                keys = tuple(each.key for each in SETTINGS.values() if each.name not in _NOT_IN_FILES)
                hint = _closest(key.lower().replace("_", "-"), keys)
                found.append(_bad(path, place(key), f"no setting is called `{key}`", hint))
        elif setting.name in _NOT_IN_FILES:
            found.append(_bad(path, place(key), f"`{key}` is not taken from files", f"use `--{setting.key}`"))
        elif setting.name in settings:
            found.append(_bad(path, place(key), f"`{key}` means the same as a key above it", "keep one of them"))
        elif value is not None and value != "":
            try:
                settings[setting.name] = setting.read(value)
            except BadValueError as error:
                found.append(_bad(path, place(key), f"`{key}`: {error.message}", error.hint))
    return settings, tuple(found)


def _as_text(value: object, depth: int = 0) -> object:
    """YAML takes `2024` for a number and `2024-05-01` for a date; Obsidian keeps names as links to their notes."""
    if isinstance(value, str):
        return _WIKI_LINK.sub(r"\1", value)
    if isinstance(value, list | tuple):
        return [_as_text(item, depth + 1) for item in value] if depth < _NESTING else value
    return str(value) if isinstance(value, date | float | int) and not isinstance(value, bool) else value


def _as_count(value: object) -> object:
    return int(value) if isinstance(value, str) and value.strip().lstrip("-").isdecimal() else value


def _bad(path: str, place: tuple[int, int], message: str, hint: str = "") -> Diagnostic:
    return diagnostic("bad-config", path, place, message, hint)


def _syntax_error(path: str, text: str, message: str) -> Diagnostic:
    position = _POSITION.search(message)
    line, column = (text.count("\n") + 1, 1) if not position or not position[1] else map(int, position.groups())
    message = _POSITION.sub("", message)
    hint = next((hint for start, hint in _SYNTAX_HINTS.items() if message.startswith(start)), "")
    return _bad(path, (line, column), f"not valid TOML: {message[:1].lower()}{message[1:]}", hint)


def _key_place(text: str, key: str) -> tuple[int, int]:
    """Line and column of a key at the start of a line; tomllib tells no positions."""
    pattern = re.compile(rf"""^([ \t]*\[{{0,2}}[ \t]*)["']?{re.escape(key)}["']?[ \t]*[=.\]]""")
    for number, line in enumerate(text.splitlines(), 1):
        if match := pattern.match(line):
            return number, len(match[1]) + 1
    return 0, 0
