"""What a PDF's file says beside its pages: fonts, outline, labels, descriptions, and whether it is sound.

In: a volume. Out: what was found. Never: a bar.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pikepdf

from printed.volume import Volume

_SUBSET = re.compile(r"/?(?:[A-Z]{6}\+)?")
_STYLE = re.compile(r"[-_ ]*(?:Regular|Bold|Italic|Oblique|Medium|Light)\b|\W+")
_SMALLEST = 2.5  # points; a raised figure is about 4 wide
_FILES = ("/FontFile", "/FontFile2", "/FontFile3")


def fonts(volume: Volume) -> dict[str, bool]:
    """The base fonts of a book, without the names of subsets, and whether each is embedded wherever it is used."""
    found: dict[str, bool] = {}
    seen: set[tuple[int, int]] = set()
    for page in volume.pdf.pages:
        for resources in _resources(page.resources, seen):
            for font in resources.get("/Font", pikepdf.Dictionary()).values():
                name = _SUBSET.sub("", str(font.get("/BaseFont", "/Type3")), count=1)
                found[name] = found.get(name, True) and _is_embedded(font)
    return dict(sorted(found.items()))


def _resources(resources: pikepdf.Object, seen: set[tuple[int, int]]) -> Iterator[pikepdf.Object]:
    """The resources of a page and of the forms that are painted on it."""
    yield resources
    for drawn in resources.get("/XObject", pikepdf.Dictionary()).values():
        if drawn.get("/Subtype") == "/Form" and drawn.objgen not in seen and "/Resources" in drawn:
            seen.add(drawn.objgen)
            yield from _resources(drawn.Resources, seen)


def _is_embedded(font: pikepdf.Object) -> bool:
    if font.Subtype == "/Type3":
        return True
    inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
    return any(key in inner.get("/FontDescriptor", {}) for key in _FILES)


def family(font: str) -> str:
    """The family of a base font or of a font's file, in lower case and without blanks."""
    return _STYLE.sub("", font).lower()


def families_in(folder: Path) -> set[str]:
    """The families of the fonts in a folder."""
    return {family(file.stem) for file in folder.glob("*.[ot]tf")}


def foreign_fonts(volume: Volume, allowed: Iterable[str]) -> list[str]:
    """The fonts of other families."""
    known = {family(name) for name in allowed}
    return [name for name in fonts(volume) if family(name) not in known]


def mislabelled(volume: Volume) -> list[str]:
    """Pages whose label is not what a book has: small roman numerals from i, then arabic ones from 1.

    A cover in front may be called what it likes.
    """
    labels = [page.label for page in volume.pages]
    cover = int(labels[1:2] == ["i"])
    labels = labels[cover:]
    first = labels.index("1") if "1" in labels else len(labels)
    wanted = [_roman(number + 1) for number in range(first)] + [str(n + 1) for n in range(len(labels) - first)]
    return [
        f"page {number} is {each!r}"
        for number, (each, want) in enumerate(zip(labels, wanted, strict=True), start=cover + 1)
        if each != want
    ]


def _roman(number: int) -> str:
    letters = (("c", 100), ("xc", 90), ("l", 50), ("xl", 40), ("x", 10), ("ix", 9), ("v", 5), ("iv", 4), ("i", 1))
    text = ""
    for letter, value in letters:
        text += letter * (number // value)
        number %= value
    return text


def undescribed_links(volume: Volume) -> list[str]:
    """The links that do not say where they lead."""
    return [
        f"page {index + 1}: {link.name or 'an address'}"
        for index, page in enumerate(volume.pages)
        for link in page.links
        if not link.described
    ]


def flat_links(volume: Volume) -> list[str]:
    """The links that are too low or too narrow to be hit."""
    return [
        f"page {index + 1}: {link.box.width:.1f} x {link.box.height:.1f} pt, {link.name or 'an address'}"
        for index, page in enumerate(volume.pages)
        for link in page.links
        if min(link.box.width, link.box.height) < _SMALLEST
    ]


def undescribed_pictures(volume: Volume) -> list[str]:
    """The pictures and formulas without a text in their place."""
    return [
        f"page {element.page + 1}"
        for element in volume.elements
        if element.kind in ("Figure", "Formula") and not (element.alt or "").strip()
    ]


def complaints(volume: Volume) -> list[str]:
    """What qpdf's check has to say against the file."""
    return [str(problem) for problem in volume.pdf.check_pdf_syntax()]
