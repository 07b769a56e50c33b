"""The text that stands for an image: what a screen reader says, and what is shown where the image cannot be."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from notebook_compile.model import Image
    from notebook_compile.words import Words

_GAPS = re.compile(r"[\s_+-]+")
_SAYS_NOTHING = frozenset(
    "attachment bild clipboard copy download fig figure foto image img imagen immagine of pasted photo pic picture scan"
    " screen screenshot shot the unnamed untitled".split()
)


def alternative(image: Image, words: Words) -> str:
    """The author's text; else the file's name, if a person gave it; else that it is an image.

    Never nothing: an empty text says that an image is decoration, and hides it (HTML, 4.8.4.4.4); nobody knows that of
    it. A camera's or a program's file name is no text for it (WCAG 2.1, F30), but `left-ventricle.png` says what it
    shows. It does not count as the author's text where the package says how accessible the book is.
    """
    name = _GAPS.sub(" ", PurePosixPath(image.file).stem).strip()
    parts = name.lower().split()
    named = len(name) > 2 and all(part.isalpha() for part in parts) and not _SAYS_NOTHING.issuperset(parts)
    return image.alt.strip() or (name if named else words("Image"))
