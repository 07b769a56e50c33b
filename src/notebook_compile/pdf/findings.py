"""What layout found missing: images, characters, formulas, footnotes, whole chapters.

In: the book's chapters, and all that is laid out. Out: diagnostics.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from notebook_compile.diagnostics import Diagnostic, diagnostic, lost_note
from notebook_compile.model import Chapter
from notebook_compile.pdf.files import file_of
from notebook_compile.pdf.numbering import undrawn
from notebook_compile.pdf.sheet import LaidOut


def findings(chapters: Sequence[Chapter], laid_out: Sequence[LaidOut], lost: Mapping[str, str]) -> Iterator[Diagnostic]:
    """All that is missing; `lost` has the anchors of the chapters that cannot be laid out, and why."""
    of_anchor = {chapter.anchor: chapter for chapter in chapters}
    for anchor, reason in lost.items():
        yield lost_note(of_anchor[anchor].path, "laid out", reason)
    for file in sorted({file_of(address) for each in laid_out for address in each.unread}):
        message = f"image `{file}` cannot be read, or is of a kind that a PDF cannot hold"
        yield diagnostic("foreign-image", file, (0, 0), message, "save it as PNG, JPEG or SVG")
    lacking = {character for each in laid_out for character in each.lacking}
    if lacking:
        from notebook_compile.pdf.characters import missing_characters  # noqa: PLC0415  # slow, and seldom needed

        yield from missing_characters("".join(sorted(lacking)), chapters)
    for each in laid_out:
        for anchor, place in undrawn(each.anchors):
            message = "a formula is too large to be drawn, or has signs that cannot be"
            path = of_anchor[anchor].path if anchor in of_anchor else "."
            yield diagnostic("bad-math", path, place, message, "it is printed as code")
        for anchor, numbers in each.lost:
            for number in numbers:
                message = f"no page holds footnote {number} of `{of_anchor[anchor].title}`"
                yield diagnostic("lost-footnote", of_anchor[anchor].path, (0, 0), message, "use a larger page")
