"""What references look like in an EPUB: links to other documents, note references, images.

One text of a book comes in with the places of all; its markup goes out, all references filled in.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from notebook_compile.epub.links import NOTE_REFERENCE, mend_links, part_links
from notebook_compile.filling import fill
from notebook_compile.model import CrossReference, Drawing, Formula, Image, NoteReference, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from notebook_compile.epub.pictures import Picture
    from notebook_compile.epub.places import Places
    from notebook_compile.model import Resolved
    from notebook_compile.words import Words

_MATH = re.compile(r"(<math\b[^>]*>)(.*)</math>\Z", re.DOTALL)


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
                return _formula(reference)
            case Drawing():
                return _drawing(reference)
            case Image():
                return _image(reference, pictures.get(reference.file), words)
            case _:
                return label

    mended = mend_links(text.body, lambda anchor: places.link(document, anchor))
    return part_links(fill(Text(mended, text.references), markup))


def note_reference_id(number: int, occurrence: int) -> str:
    """The id of one of the marks that lead to a footnote."""
    return f"fnref{number}-{occurrence}"


def _cross_reference(reference: CrossReference, label: str, document: str, places: Places) -> str:
    """A link to a chapter without a fragment: Kobo shows what a fragment points at as a pop-up note."""
    href = places.link(document, reference.anchor) or places.chapter(reference.chapter)
    return f'<a href="{href}">{label}</a>' if href else label


def _note_reference(reference: NoteReference) -> str:
    """EPUB Structural Semantics 1.1 `noteref` and DPUB-ARIA 1.1 `doc-noteref`: the one markup all readers know."""
    return (
        f'{NOTE_REFERENCE} epub:type="noteref" role="doc-noteref" href="#fn{reference.number}"'
        f' id="{note_reference_id(reference.number, reference.occurrence)}"><sup>{reference.number}</sup></a>'
    )


def _formula(formula: Formula) -> str:
    """The formula with its TeX as annotation (MathML 3, 5.2), for whoever searches or copies."""
    annotation = f'<annotation encoding="application/x-tex">{escape(formula.tex, quote=False)}</annotation>'
    return _MATH.sub(
        lambda math: f"{math[1]}<semantics><mrow>{math[2]}</mrow>{annotation}</semantics></math>", formula.mathml
    )


def _drawing(drawing: Drawing) -> str:
    """The drawing within the document, so that it takes the reader's fonts and its labels can be searched."""
    about = f'role="img" aria-label="{escape(drawing.alt)}" style="width: {drawing.width:g}em; height: auto"'
    return drawing.svg.replace("<svg", f"<svg {about}", 1)


def _image(image: Image, picture: Picture | None, words: Words) -> str:
    """The image; in brackets the text that stands for it where the EPUB cannot hold it."""
    if picture is None:
        return f'<span class="missing-image">[{escape(image.alt.strip() or words("Image"))}]</span>'
    width = f' width="{image.width}"' if image.width else ""
    height = f' height="{image.height}"' if image.height else ""
    return f'<img src="../{picture.name}" alt="{escape(image.alt.strip() or words("Image"))}"{width}{height}/>'
