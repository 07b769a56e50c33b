"""Examples of the specification: the share that is read exactly, HTML compared once it is normalised.

Twice: by `CommonMarkExtension` with nothing but CommonMark switched on, and by the reader's own set. Where the set
reads an example otherwise, the part of it is named without which the example is exact.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from typing import Any

import markdown
from markdown.extensions import Extension

from notebook_compile.notes import markdown as dialect
from reading.engines import reader_converter
from reading.sections import Figure, File, Options, Section, listed, share

EXACT = 1.0  # CommonMark alone
EXACT_IN_DIALECT = 0.99  # addresses without markup become links, and the like

_SWITCHES = ("tables", "strikethrough", "highlight", "autolinks", "tasks")
_BLOCKS = frozenset(
    "address article blockquote br dd del details div dl dt h1 h2 h3 h4 h5 h6 hr iframe li ol p pre script section "
    "style summary table tbody td textarea th thead tr ul".split()
)

_LINES = re.compile(r' data-line="\d+"')

Convert = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Example:
    """One example of a specification."""

    name: str
    source: str
    html: str


def measure_spec(files: Sequence[File], options: Options) -> Section:
    """The share of exact examples; the notes are no matter here."""
    if options.spec is None:
        return Section((), ("no file of examples: name one with --spec",))
    examples = read_examples(json.loads(options.spec.read_text("utf-8")))
    plain, whole = converting(commonmark({})), converting(reader_converter())
    wrong = not_exact(plain, examples)
    otherwise = not_exact(whole, examples)
    figures = (
        Figure("exact, CommonMark alone", share(len(examples) - len(wrong), len(examples)), EXACT),
        Figure("exact, the reader's set", share(len(examples) - len(otherwise), len(examples)), EXACT_IN_DIALECT),
    )
    lines = [f"{each.name}: not exact: {plain(each.source)!r}" for each in wrong]
    reasons = list(reason_finders())
    lines += [f"{each.name}: read otherwise because of {why(each, reasons)}" for each in otherwise]
    return Section(figures, (f"{len(examples)} examples", *listed(lines, options.shown * 4)))


def read_examples(data: Iterable[dict[str, Any]]) -> list[Example]:
    """The examples of a file as the specification's site gives it."""
    return [Example(f"{each['example']} {each['section']}", each["markdown"], each["html"]) for each in data]


def not_exact(convert: Convert, examples: Iterable[Example]) -> list[Example]:
    """The examples whose HTML is another."""
    return [each for each in examples if normalised(convert(each.source)) != normalised(each.html)]


def converting(converter: markdown.Markdown) -> Convert:
    """A function of the converter that forgets what it read before."""
    return lambda text: converter.reset().convert(text)


def commonmark(switches: dict[str, bool], *others: Extension) -> markdown.Markdown:
    """A converter with nothing switched on but these."""
    options: dict[str, Any] = {**dict.fromkeys(_SWITCHES, False), **switches}
    return markdown.Markdown(extensions=[dialect.CommonMarkExtension(**options), *others])


def reason_finders() -> Iterator[tuple[str, Convert]]:
    """For each part of the dialect, a converter with that part alone."""
    for switch in _SWITCHES:
        yield switch, converting(commonmark({switch: True}))
    for name in dialect.__all__:
        if name.endswith("Extension") and name != "CommonMarkExtension":
            yield name, converting(commonmark({}, getattr(dialect, name)()))


def why(example: Example, reasons: Iterable[tuple[str, Convert]]) -> str:
    """The parts of the dialect that alone make the example another."""
    found = [name for name, convert in reasons if not_exact(convert, [example])]
    return ", ".join(found) or "parts that only matter together"


# --- normalising ------------------------------------------------------------------------------------------


def normalised(html: str) -> str:
    """HTML with attributes in order, without our own marks of lines, blanks joined, and none beside blocks."""
    writer = _Writer()
    writer.feed(_LINES.sub("", html))
    writer.close()
    return "".join(writer.parts).rstrip()


class _Writer(HTMLParser):
    """Writes HTML anew."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.in_pre = 0
        self.behind_block = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Write attributes in order."""
        self._end_text(tag)
        self.in_pre += tag == "pre"
        kept = sorted((name, value or "") for name, value in attrs)
        self.parts.append(f"<{tag}{''.join(f' {name}={escape(value)!r}' for name, value in kept)}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """`<br />` is `<br>`."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Write the end."""
        self.in_pre -= tag == "pre"
        self._end_text(tag)
        self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Join blanks, but in code."""
        if not self.in_pre:
            data = re.sub(r"\s+", " ", data)
            data = data.lstrip() if self.behind_block else data
        if data:
            self.parts.append(escape(data))
            self.behind_block = False

    def handle_comment(self, data: str) -> None:
        """Write it as it is, as all that follows."""
        self.parts.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        """A declaration."""
        self.parts.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        """An instruction."""
        self.parts.append(f"<?{data}>")

    def unknown_decl(self, data: str) -> None:
        """CDATA."""
        self.parts.append(f"<![{data}]>")

    def _end_text(self, tag: str) -> None:
        if tag in _BLOCKS and self.parts and not self.in_pre:
            self.parts[-1] = self.parts[-1].rstrip()
        self.behind_block = tag in _BLOCKS
