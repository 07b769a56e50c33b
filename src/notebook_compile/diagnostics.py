"""What is wrong with a notebook, as data: every stage returns these beside its value, the command line prints them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters: an error makes `check` fail, a note only informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """One finding, with its place. The message is lower case with names in backquotes; the hint is an action."""

    path: str  # file, relative to the notebook, with forward slashes
    line: int  # one-based; 0 where the file as a whole is meant
    column: int  # one-based, in characters; 0 where the line as a whole is meant
    severity: Severity
    code: str  # its kind, as `missing-note`; a key of CODES
    message: str
    hint: str = ""

    def __str__(self) -> str:
        """`file:line:column: severity code message`, and the hint on the same line."""
        place = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        return f"{place}: {self.severity} {self.code} {self.message}" + (f" ({self.hint})" if self.hint else "")


# Every kind of finding, with its severity and what it means in a few words (shown in counts of a build).
CODES: dict[str, tuple[Severity, str]] = {
    "ambiguous-link": (Severity.WARNING, "links that several notes answer to"),
    "animated-image": (Severity.NOTE, "animations, of which the EPUB has the first picture"),
    "bad-config": (Severity.ERROR, "settings that cannot be used"),
    "bad-diagram": (Severity.WARNING, "diagrams that cannot be drawn"),
    "bad-frontmatter": (Severity.WARNING, "frontmatter that is not valid YAML"),
    "bad-math": (Severity.WARNING, "formulas that cannot be read"),
    "bad-time": (Severity.WARNING, "times that cannot be read"),
    "blocked-file": (Severity.WARNING, "files outside the notebook, not read"),
    "blocked-html": (Severity.NOTE, "HTML elements that are not allowed in a book"),
    "broken-file": (Severity.ERROR, "files that cannot be read"),
    "broken-image": (Severity.WARNING, "images that cannot be shown"),
    "clipped-note": (Severity.ERROR, "notes over the size limit"),
    "embed-cycle": (Severity.WARNING, "embeds that lead back to themselves"),
    "empty-note": (Severity.WARNING, "notes without text"),
    "empty-part": (Severity.NOTE, "headings of the index without a chapter"),
    "foreign-image": (Severity.WARNING, "images of a kind that the book cannot hold"),
    "image-budget": (Severity.WARNING, "images that do not fit their budget"),
    "large-book": (Severity.WARNING, "books that are too large to be sent"),
    "lost-footnote": (Severity.ERROR, "footnotes that the page could not hold"),
    "lost-note": (Severity.ERROR, "notes at which a process died"),
    "missing-character": (Severity.WARNING, "characters that no font has"),
    "missing-heading": (Severity.WARNING, "links to headings or blocks that do not exist"),
    "missing-image": (Severity.WARNING, "images that do not exist"),
    "missing-index": (Severity.ERROR, "an index that does not exist"),
    "missing-note": (Severity.WARNING, "links to notes that do not exist"),
    "no-index": (Severity.WARNING, "notebooks without an index note"),
    "not-embedded": (Severity.NOTE, "files that a book cannot hold, named instead"),
    "not-utf-8": (Severity.WARNING, "files that are not UTF-8"),
    "outside-book": (Severity.NOTE, "links to notes outside the book"),
    "query": (Severity.NOTE, "queries that a book cannot run"),
    "remote-image": (Severity.WARNING, "images on the network, not fetched"),
    "repaired-time": (Severity.NOTE, "times read otherwise than written"),
    "repeated-entry": (Severity.NOTE, "notes that the index names more than once"),
    "small-cover": (Severity.NOTE, "covers too small for large screens"),
    "smaller-images": (Severity.NOTE, "images made smaller to fit their budget"),
    "time-without-video": (Severity.NOTE, "times in notes that name no video"),
    "unfounded-claim": (Severity.WARNING, "claims of accessibility that the book does not bear out"),
    "unreachable-note": (Severity.NOTE, "notes that no chain of links leads to"),
    "unused-footnote": (Severity.NOTE, "footnotes that no mark leads to"),
    "wrapped-note": (Severity.NOTE, "notes in a fence of Markdown as a whole"),
}


def lost_note(path: str, work: str, reason: str) -> Diagnostic:
    """That a note could not be worked on, `read` or `laid out`, as its process came to an end: `was killed by …`."""
    message = f"could not be {work}: its process {reason}, and then another"
    return diagnostic("lost-note", path, (0, 0), message, "if memory ran out, `--jobs 1` takes less")


def diagnostic(code: str, path: str, place: tuple[int, int], message: str, hint: str = "") -> Diagnostic:
    """A finding of a kind in CODES, with that kind's severity; `place` is line and column."""
    return Diagnostic(path, *place, CODES[code][0], code, message, hint)
