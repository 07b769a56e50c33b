"""Blocks: is a note's structure what cmark-gfm or markdown-it-py sees?

Two parsers judge, for each has faults of its own that the other lacks: markdown-it-py goes on with a quote at a `>`
that is indented by four; the cmark-gfm of the Python package follows version 0.29 of the specification. What Obsidian
reads otherwise than both is replaced in the source, alike for all three: see `NEUTRAL`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from reading.outlines import Block, cmark_blocks, markdown_it_blocks, our_blocks
from reading.sections import Figure, File, Options, Section, listed, share

BAR = 0.999

NEUTRAL: tuple[tuple[re.Pattern[str], str], ...] = (
    # A bar in `[[a|b]]` parts no cells, and a link's text starts nothing.
    (re.compile(r"!?\[\[[^\[\]\n]*\]\]"), "link"),
    # Times, which may stand where a lone tag would start an HTML block.
    (re.compile(r"""<a\s[^<>\n]*(?:timestamp|data-t)[^<>\n]*>([^<>\n]*)</a>"""), "time"),
    # Obsidian's own blocks, which neither judge knows. Backquotes end the search: they may hold code.
    (re.compile(r"%%[^%`]*%%"), "comment"),
    (re.compile(r"\$\$[^$`]*\$\$"), "formula"),
    (re.compile(r"^( {0,3})\[\^[^\]\s]+\]:", re.M), r"\1footnote:"),
)
"""What is replaced before anyone reads, and by what."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two readings of a note part for the first time."""

    line: int
    ours: str
    theirs: str


def measure_blocks(files: Sequence[File], options: Options) -> Section:
    """The share of notes whose blocks are those that at least one judge sees, and the others."""
    findings: list[str] = []
    alike = {"cmark-gfm": 0, "markdown-it-py": 0}
    for file in files:
        text = neutral(file.body)
        ours = our_blocks(text)
        differences = {
            "cmark-gfm": first_difference(ours, cmark_blocks(text)),
            "markdown-it-py": first_difference(ours, markdown_it_blocks(text)),
        }
        for judge, difference in differences.items():
            alike[judge] += difference is None
        if all(differences.values()):
            said = "; ".join(f"{judge} has {each.theirs!r}" for judge, each in differences.items() if each)
            first = min((each for each in differences.values() if each), key=lambda each: each.line)
            findings.append(f"{file.place(first.line)} ours is {first.ours!r}; {said}")
    figures = [Figure("notes with the blocks that a judge sees", share(len(files) - len(findings), len(files)), BAR)]
    figures += [Figure(f"with those of {judge}", share(count, len(files))) for judge, count in alike.items()]
    return Section(tuple(figures), tuple(listed(findings, options.shown)))


def neutral(text: str) -> str:
    """The text with what Obsidian reads otherwise replaced; the number of lines stays."""
    for pattern, replacement in NEUTRAL:
        text = pattern.sub(partial(_replaced, replacement), text)
    return text


def _replaced(replacement: str, match: re.Match[str]) -> str:
    return match.expand(replacement) + "\n" * match[0].count("\n")


def first_difference(ours: Sequence[Block], theirs: Sequence[Block]) -> Difference | None:
    """Where two outlines part, None if they do not."""
    for at in range(max(len(ours), len(theirs))):
        mine = ours[at].label() if at < len(ours) else "nothing"
        other = theirs[at].label() if at < len(theirs) else "nothing"
        if mine != other:
            lines = [block.line for block in (*ours[: at + 1], *theirs[at : at + 1]) if block.line]
            return Difference(lines[-1] if lines else 1, mine, other)
    return None
