"""The page that lists the books of a library, as HTML that needs no other file. Writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from notebook_compile.cli.reporting import counted
from notebook_compile.diagnostics import CODES, Diagnostic, Severity


@dataclass(frozen=True, slots=True)
class ListedBook:
    """A book as the overview has it."""

    form: str  # `pdf`, `epub`
    facts: str  # as `214 pages, 1.2 MB`
    path: str  # of its file, from the page


@dataclass(frozen=True, slots=True)
class Listed:
    """A notebook as the overview has it."""

    title: str
    path: str  # in the library
    chapters: int = 0
    books: tuple[ListedBook, ...] = ()
    findings: tuple[Diagnostic, ...] = ()
    problem: str = ""  # why it has no books

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def kinds(self) -> list[tuple[Severity, int, str]]:
        """Kinds of findings, errors first: severity, how many, what they are."""
        numbers = Counter(finding.code for finding in self.findings)
        ranks = list(Severity)
        kinds = [(CODES[code][0], number, CODES[code][1]) for code, number in numbers.items()]
        return sorted(kinds, key=lambda kind: (ranks.index(kind[0]), -kind[1], kind[2]))


def overview(name: str, listed: Sequence[Listed]) -> str:
    """The page of a library that is called so."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415  # slow, and for libraries alone

    environment = Environment(
        loader=PackageLoader("notebook_compile", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {"counted": counted, "address": quote}
    return environment.get_template("library.html").render(
        name=name,
        failed=[each for each in listed if each.problem],
        made=[each for each in listed if not each.problem],
    )
