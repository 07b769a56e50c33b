"""Fonts with CFF outlines (Adobe Technical Note 5176): the subsets of one face made one font.

In: CFF tables whose glyphs have kept their codes. Out: a CID-keyed CFF font with the glyphs of all of them, each with
its code as its CID: in a subset of a CID-keyed font, some have another, and not all readers would show the same. Never:
subroutines, which WeasyPrint dissolves; room for glyphs that no subset has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from fontTools.cffLib import (  # type: ignore[import-untyped]
    CFFFontSet,
    CharStrings,
    FDArrayIndex,
    FDSelect,
    FontDict,
    GlobalSubrsIndex,
)
from fontTools.misc.psCharStrings import T2CharString  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

_NOTHING = 1  # length of an outline that only ends
_IDENTITY = ("Adobe", "Identity", 0)
_NAME_KEYED = ("ROS", "Encoding", "Private")  # what a CID-keyed font has elsewhere


def united_cff(subsets: Sequence[bytes]) -> bytes:
    """A CFF font with the glyphs of all subsets."""
    fontsets = [_opened(subset) for subset in subsets]
    outlines: dict[int, tuple[bytes, int]] = {}  # by code, each with its font dictionary's index
    dictionaries: dict[tuple[str, str], Any] = {}
    for fontset in fontsets:
        for glyph, outline, dictionary in _glyphs(fontset[0]):
            key = (getattr(dictionary, "FontName", ""), repr(sorted(dictionary.Private.rawDict.items())))
            dictionaries.setdefault(key, dictionary)
            outlines.setdefault(glyph, (outline, list(dictionaries).index(key)))
    model = fontsets[0]
    _fill(model[0], outlines, list(dictionaries.values()))
    target = BytesIO()
    model.compile(target, TTFont(recalcBBoxes=False), isCFF2=False)
    return target.getvalue()


def _opened(table: bytes) -> Any:
    fontset = CFFFontSet()
    fontset.decompile(BytesIO(table), None)
    return fontset


def _glyphs(font: Any) -> Iterator[tuple[int, bytes, Any]]:
    """The glyphs that a subset has: code, outline, and font dictionary. The others have no outline in it."""
    index = font.CharStrings.charStringsIndex
    for glyph in range(len(index)):
        if glyph == 0 or index.offsets[glyph + 1] - index.offsets[glyph] > _NOTHING:
            dictionary = font.FDArray[font.FDSelect[glyph]] if hasattr(font, "ROS") else font
            yield glyph, index[glyph].bytecode, dictionary


def _fill(font: Any, outlines: dict[int, tuple[bytes, int]], dictionaries: list[Any]) -> None:
    """Make a font CID-keyed, with these glyphs."""
    glyphs = sorted(outlines)
    names = [f"cid{glyph:05d}" if glyph else ".notdef" for glyph in glyphs]
    select = FDSelect(format=3)
    select.gidArray = [outlines[glyph][1] for glyph in glyphs]
    array = FDArrayIndex()
    for dictionary in dictionaries:
        array.append(_font_dictionary(dictionary))
    strings = CharStrings(None, names, GlobalSubrsIndex(), None, select, array)
    strings.charStrings = {
        name: T2CharString(bytecode=outlines[glyph][0]) for glyph, name in zip(glyphs, names, strict=True)
    }
    font.rawDict = {"ROS": _IDENTITY, **{key: value for key, value in font.rawDict.items() if key not in _NAME_KEYED}}
    font.ROS, font.CIDCount, font.numGlyphs = _IDENTITY, glyphs[-1] + 1, len(glyphs)
    font.charset, font.CharStrings, font.FDSelect, font.FDArray = names, strings, select, array


def _font_dictionary(dictionary: Any) -> FontDict:
    """The font dictionary of a CID-keyed font, or one for a whole font that is keyed by names."""
    if isinstance(dictionary, FontDict):
        return dictionary
    made = FontDict()
    made.FontName, made.Private = "Font", dictionary.Private
    return made
