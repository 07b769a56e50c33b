"""What references look like in an EPUB: links to other documents, note references, images.

One text of a book comes in with the places of all; its markup goes out, all references filled in.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from notebook_compile.epub.alternatives import alternative
from notebook_compile.epub.formulas import formula_markup
from notebook_compile.epub.links import NOTE_REFERENCE, mend_links, part_links
from notebook_compile.epub.tables import with_fitted_tables
from notebook_compile.filling import fill
from notebook_compile.model import CrossReference, Drawing, Formula, Image, NoteReference, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from notebook_compile.epub.pictures import Picture
    from notebook_compile.epub.places import Places
    from notebook_compile.model import Resolved
    from notebook_compile.words import Words

_A_LINE = 20  # em: the line of a reader of six inches is not much longer
# Raised or lowered text with a reference in it.
_RAISED = re.compile(r'<(su[pb])\b[^>]*>((?:(?!</?su[pb]\b).)*<ref n="(\d+)">(?:(?!</?su[pb]\b).)*)</\1>', re.DOTALL)
_RAISED_LABEL = re.compile(r"\s*<(su[pb])\b[^>]*>((?:(?!</?su[pb]\b).)*)</\1>\s*", re.DOTALL)

_HEAD = re.compile(r"<th\b([^>]*)>((?:(?!<th\b|</th>).)*)</th>", re.DOTALL)
_MATH, _TAG, _SCOPE = re.compile(r"<math\b.*?</math>", re.DOTALL), re.compile(r"<[^>]*>"), re.compile(r' scope="\w*"')


def markup_of(
    text: Text, document: str, places: Places, pictures: Mapping[str, Picture], words: Words, notes: int = 0
) -> str:
    """The markup of a text that stands in a document; `notes` is how many footnotes its chapter has."""

    def markup(reference: Resolved, label: str) -> str:
        match reference:
            case CrossReference():
                return _cross_reference(reference, label, document, places)
            case NoteReference() if 0 < reference.number <= notes:
                return _note_reference(reference)
            case Formula():
                return formula_markup(reference)
            case Drawing():
                return _drawing(reference, pictures.get(reference.svg))
            case Image():
                return _image(reference, pictures.get(reference.file), words)
            case _:
                return label

    mended = mend_links(text.body, lambda anchor: places.link(document, anchor))
    filled = fill(Text(_lowered(mended, text), text.references), markup)
    return with_fitted_tables(part_links(_HEAD.sub(_head, filled) if "<th" in filled else filled))


def note_reference_id(number: int, occurrence: int) -> str:
    """The id of one of the marks that lead to a footnote."""
    return f"fnref{number}-{occurrence}"


def _head(cell: re.Match[str]) -> str:
    """A cell with formulas alone is none that heads others to axe-core (empty-table-header), which sees no MathML."""
    if "<math" not in cell[2] or "<img" in cell[2] or _TAG.sub("", _MATH.sub("", cell[2])).strip():
        return cell[0]
    return f"<td{_SCOPE.sub('', cell[1])}>{cell[2]}</td>"


def _lowered(markup: str, text: Text) -> str:
    """The markup with cross-references on the line: some readers take raised ones for marks (`targets.py`)."""

    def lower(raised: re.Match[str]) -> str:
        return raised[2] if isinstance(text.references[int(raised[3])], CrossReference) else raised[0]

    return _RAISED.sub(lower, markup) if "<su" in markup else markup


def _cross_reference(reference: CrossReference, label: str, document: str, places: Places) -> str:
    """A link to a chapter without a fragment: Kobo shows what a fragment points at as a pop-up note."""
    raised = _RAISED_LABEL.fullmatch(label)
    label = raised[2] if raised else label
    href = places.link(document, reference.anchor) or places.chapter(reference.chapter)
    return f'<a href="{href}">{label}</a>' if href else label


def _note_reference(reference: NoteReference) -> str:
    """EPUB Structural Semantics 1.1 `noteref` and DPUB-ARIA 1.1 `doc-noteref`: the one markup all readers know."""
    return (
        f'{NOTE_REFERENCE} epub:type="noteref" role="doc-noteref" href="#fn{reference.number}"'
        f' id="{note_reference_id(reference.number, reference.occurrence)}"><sup>{reference.number}</sup></a>'
    )


def _drawing(drawing: Drawing, picture: Picture | None) -> str:
    """The drawing within the document, so that it takes the reader's fonts and its labels can be searched.

    A picture of it takes its place for readers that know no SVG.
    """
    if picture is not None:
        width = f"{drawing.width:g}em" if drawing.width < _A_LINE else "100%"
        return f'<img src="../{picture.name}" alt="{escape(drawing.alt)}" style="width: {width}"/>'
    about = f'role="img" aria-label="{escape(drawing.alt)}" style="width: {drawing.width:g}em; height: auto"'
    return drawing.svg.replace("<svg", f"<svg {about}", 1)


def _image(image: Image, picture: Picture | None, words: Words) -> str:
    """The image; in brackets the text that stands for it where the EPUB cannot hold it."""
    if picture is None:
        return f'<span class="missing-image">[{escape(alternative(image, words))}]</span>'
    wide = image.width or (None if image.height else picture.width)
    width = f' width="{wide}"' if wide else ""
    height = f' height="{image.height}"' if image.height else ""
    return f'<img src="../{picture.name}" alt="{escape(alternative(image, words))}"{width}{height}/>'
