"""What layout found missing: images, characters, formulas, footnotes.

In: the book's entries in groups, one for each signature, and the signatures. Out: diagnostics.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from notebook_compile.diagnostics import Diagnostic, diagnostic
from notebook_compile.model import Chapter
from notebook_compile.pdf.characters import missing_characters
from notebook_compile.pdf.files import file_of
from notebook_compile.pdf.formulas import undrawn
from notebook_compile.pdf.numbering import Entry
from notebook_compile.pdf.signature import Signature


def findings(
    groups: Sequence[Sequence[Entry]],
    text: Sequence[Signature],
    around: Sequence[Signature],
    lost: Mapping[str, Sequence[int]],
) -> Iterator[Diagnostic]:
    """All that is missing; `around` stands before and behind the text, `lost` are footnotes of chapters by anchor."""
    for file in sorted({file_of(address) for signature in (*around, *text) for address in signature.unread}):
        message = f"image `{file}` cannot be read, or is of a kind that a PDF cannot hold"
        yield diagnostic("foreign-image", file, (0, 0), message, "save it as PNG, JPEG or SVG")
    lacking = {character for signature in (*around, *text) for character in signature.lacking}
    everywhere = [entry for group in groups for entry in group if isinstance(entry, Chapter)]
    yield from missing_characters("".join(sorted(lacking)), everywhere)
    for group, signature in zip(groups, text, strict=True):
        chapters = [entry for entry in group if isinstance(entry, Chapter)]
        paths = {chapter.number: chapter.path for chapter in chapters}
        for number, place in undrawn(signature.anchors):
            message = "a formula is too large to be drawn, or has signs that cannot be"
            yield diagnostic("bad-math", paths.get(number, "."), place, message, "it is printed as code")
        for chapter in chapters:
            for number in lost[chapter.anchor]:
                message = f"no page holds footnote {number} of `{chapter.title}`"
                yield diagnostic("lost-footnote", chapter.path, (0, 0), message, "use a larger page")
