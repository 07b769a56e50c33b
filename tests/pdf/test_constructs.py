"""A notebook of every construct, printed under each theme, and judged as a reader and a printer would."""

from __future__ import annotations

import logging
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from weasyprint import LOGGER

from notebook_compile.compiler import Compiled, compile_notebook, make_pdf
from notebook_compile.model import PlannedChapter

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))

import pages
from printed.volume import Volume
from reading.sections import File
from reading.words import split_words, wanted_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from notebook_compile.diagnostics import Diagnostic

DESIGNS: dict[str, dict[str, object]] = {
    "book": {"theme": "book", "timestamps": "auto"},
    "ereader": {"theme": "ereader", "timestamps": "plate"},
    "handout": {"theme": "handout", "timestamps": "footnote"},
}
# Of the package, which calls its emoji so, and the system's for right-to-left text.
OTHER_FONTS = ("Book Emoji", "Noto Sans Hebrew", "Noto Serif Hebrew", "DejaVu Sans")
EXPECTED = """
diagrams.md bad-diagram
embeds.md not-embedded
embeds.md not-embedded
empty.md empty-note
footnotes.md unused-footnote
footnotes.md unused-footnote
formulas.md bad-math
index.md repeated-entry
inline.md blocked-html
links.md missing-heading
links.md missing-heading
links.md missing-note
links.md missing-note
links.md outside-book
links.md outside-book
links.md outside-book
parts/code.md query
pictures.md missing-image
pictures.md not-embedded
pictures.md remote-image
spellings.md bad-time
spellings.md repaired-time
spellings.md repaired-time
wrapped.md wrapped-note
zeros.md repaired-time
zeros.md repaired-time
"""


@dataclass(frozen=True, slots=True)
class Built:
    """The notebook as a PDF."""

    compiled: Compiled
    pdf: bytes
    diagnostics: tuple[Diagnostic, ...]
    log: tuple[str, ...]  # what WeasyPrint said


class Listening(logging.Handler):
    """Keeps what is said."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


def build(folder: Path, flags: dict[str, object], jobs: int) -> Built:
    listening = Listening()
    LOGGER.addHandler(listening)
    try:
        compiled, settings = compile_notebook(folder, {**flags, "jobs": jobs}, lambda *_: None)
        printed = make_pdf(compiled, settings, lambda *_: None)
    finally:
        LOGGER.removeHandler(listening)
    return Built(compiled, printed.pdf, (*compiled.diagnostics, *printed.diagnostics), tuple(listening.heard))


@pytest.fixture(scope="module", params=DESIGNS, name="built")
def built_once(request: pytest.FixtureRequest, constructs: Path) -> Built:
    return build(constructs, DESIGNS[request.param], jobs=1)  # others would not say what WeasyPrint says


def test_every_figure_keeps_its_bar(built: Built) -> None:
    options = pages.Options(every=True, resolutions=(300,), fonts=OTHER_FONTS)
    sections = pages.judge(built.pdf, options)
    missed = {name: each.lines for name, each in sections.items() if not all(figure.kept for figure in each.figures)}
    assert missed == {}
    figures = {figure.name: figure.value for each in sections.values() for figure in each.figures}
    assert figures["codes that were read"] > 70
    assert figures["footnotes"] > 100


def test_nothing_unexpected_is_said(built: Built) -> None:
    assert sorted(f"{each.path} {each.code}" for each in built.diagnostics) == EXPECTED.split("\n")[1:-1]
    assert built.log == ()


@pytest.mark.parametrize("built", ["book"], indirect=True)
def test_the_number_of_processes_makes_no_difference(constructs: Path, built: Built) -> None:
    assert built.pdf == build(constructs, DESIGNS["book"], jobs=2).pdf


# --- words ------------------------------------------------------------------------------------------------

# What is drawn rather than set, replaced by its text, or left out with a note: diagrams, formulas, pictures, embeds.
_NOT_SET = re.compile(
    r"""^```mermaid\n(?!nosuch).*?^```$ | ^```math\n.*?^```$ | \$\$.*?\$\$ | \$`?[^$\n]+`?\$(?!\d)
    | !\[\[[^\]]*\.(?:png|jpg|svg)[^\]]*\]\] | !\[\[[^.\]]*\]\] | !\[[^\]]*\]\((?!http)[^)]*\) | <img[^>]*>
    | ^\[\^(?:unused|title)\]:.*?$ | \u200b""",
    re.M | re.S | re.X,
)
_LINE_END = re.compile("(?<=\\w)[\u2010\u00ad\ufffe\x02]\\s*(?=\\w)")
_LONG = 8  # letters; longer words may be broken without a hyphen, as in addresses and narrow cells


def missing_words(wanted: list[str], printed: list[str]) -> list[str]:
    """The words that stand on no page, each as often as it is missing."""
    solid = "".join(printed)
    missing = (Counter(wanted) - Counter(printed)).elements()
    return [word for word in missing if len(word) <= _LONG or word not in solid]


def chapters(built: Built) -> Iterator[tuple[str, list[str], list[str]]]:
    """The path of each chapter's note, the words that its text shows, and those on its pages."""
    volume = Volume(built.pdf)
    texts = {source.path: File(source.path, source.text) for source in built.compiled.notebook.sources}
    planned = [entry for entry in built.compiled.outline.entries if isinstance(entry, PlannedChapter)]
    for entry, leaves in zip(planned, volume.chapters, strict=True):
        printed = "\n".join(volume.drawn[leaf].get_textpage().get_text_range() for leaf in leaves)
        body = _NOT_SET.sub("", texts[entry.path].body)
        wanted = wanted_words(body, built.compiled.notes[entry.path].title)
        yield entry.path, wanted, split_words(_LINE_END.sub("", printed))


def test_no_word_is_lost(built: Built) -> None:
    found = list(chapters(built))
    assert sum(len(wanted) for _, wanted, _ in found) > 2500
    assert {path: lost for path, wanted, printed in found if (lost := missing_words(wanted, printed))} == {}
