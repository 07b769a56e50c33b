"""Fonts: the subsets of one face that signatures bring, made one font of the book.

WeasyPrint keeps glyph codes when it subsets a font, so glyphs of the same code are the same glyph, and subsets differ
only in which glyphs they have. In: the font dictionaries of a book's signatures (ISO 32000-2, 9.6 to 9.9). Out: the
same dictionaries, leading to united fonts. Never: glyphs that no signature uses.
"""

from __future__ import annotations

import re
import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from itertools import accumulate, groupby
from typing import Any

from fontTools.ttLib.sfnt import SFNTReader, SFNTWriter  # type: ignore[import-untyped]
from pikepdf import Array, Dictionary, Name, Object, Pdf

from notebook_compile.pdf.cff import united_cff

# What a font embedded as a CIDFont needs (9.9.1); layout has been done, and characters are in ToUnicode.
_SHARED_TABLES = ("cvt ", "fpgm", "prep")
_FIXED_PITCH = 1

_HEADER = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
"""
_FOOTER = """endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


def unite(book: Pdf, resources: Iterable[Object]) -> None:
    """Let font dictionaries of resources, one for each signature, share one font for each face."""
    uses: dict[tuple[str, bytes], list[tuple[Object, str]]] = defaultdict(list)
    for fonts in resources:
        for name, font in fonts.items():
            if font.Subtype == Name.Type0 and _file(font) in _descriptor(font):
                uses[name, _origin(_program(font))].append((fonts, name))
    for same in uses.values():
        united = _united(book, [fonts[name] for fonts, name in same])
        for fonts, name in same:
            if fonts[name].Encoding == Name("/Identity-H"):
                fonts[name] = united
            else:  # it maps characters that the font lacks in a way of its own
                _descriptor(fonts[name])[_file(united)] = _descriptor(united)[_file(united)]


def _descriptor(font: Object) -> Object:
    return font.DescendantFonts[0].FontDescriptor


def _file(font: Object) -> str:
    """Where a font's program stands: one with TrueType outlines, or one with CFF outlines (9.9.1)."""
    return "/FontFile2" if font.DescendantFonts[0].Subtype == Name.CIDFontType2 else "/FontFile3"


def _program(font: Object) -> SFNTReader:
    return SFNTReader(BytesIO(_descriptor(font)[_file(font)].read_bytes()))


def _origin(program: SFNTReader) -> bytes:
    """What tells fonts of the same name apart: units per em, and when they were made and changed."""
    return bytes(program["head"][18:36])


def _united(book: Pdf, fonts: list[Object]) -> Object:
    """One font with what the fonts have, which are subsets of one face."""
    whole = [font for font in fonts if font.Encoding == Name("/Identity-H")] or fonts
    widths: dict[int, Any] = {}
    texts: dict[int, str] = {}
    for font in whole:
        widths.update(_widths(font.DescendantFonts[0].W))
        for glyph, text in _BFCHAR.findall(font.ToUnicode.read_bytes().decode()):
            texts.setdefault(int(glyph, 16), text)
    model = whole[0]
    descriptor = book.make_indirect(_copy(_descriptor(model)))
    programs = [_program(font) for font in fonts]
    descriptor[_file(model)] = _united_file(book, programs)
    descriptor.Flags = int(descriptor.Flags) & ~_FIXED_PITCH | (len(widths) > 1 and len(set(widths.values())) == 1)
    descriptor.FontBBox = Array([0, descriptor.Descent, max(widths.values()), descriptor.Ascent])
    descendant = _copy(model.DescendantFonts[0])
    descendant.W, descendant.FontDescriptor = _width_array(widths), descriptor
    if "CFF " in programs[0]:
        del descendant.CIDToGIDMap  # it belongs to TrueType fonts (9.7.4.1)
    united = book.make_indirect(_copy(model))
    united.DescendantFonts = Array([book.make_indirect(descendant)])
    united.ToUnicode = book.make_stream(_character_map(texts).encode())
    return united


def _united_file(book: Pdf, programs: list[SFNTReader]) -> Object:
    if "CFF " in programs[0]:
        return book.make_stream(united_cff([program["CFF "] for program in programs]), Subtype=Name.CIDFontType0C)
    program = _united_program(programs)
    return book.make_stream(program, Length1=len(program))


def _copy(dictionary: Object) -> Dictionary:
    return Dictionary(dict(dictionary.items()))


_BFCHAR = re.compile(r"<([0-9a-f]{4})> <([0-9a-f]*)>\n")


def _character_map(texts: Mapping[int, str]) -> str:
    """A ToUnicode map (9.10.3), at most 100 entries in each of its parts."""
    entries = [f"<{glyph:04x}> <{text}>\n" for glyph, text in sorted(texts.items())]
    parts = [entries[start : start + 100] for start in range(0, len(entries), 100)]
    return _HEADER + "".join(f"{len(part)} beginbfchar\n{''.join(part)}endbfchar\n" for part in parts) + _FOOTER


def _widths(runs: Object) -> dict[int, Any]:
    """The width of each glyph, from an array of first codes and arrays of widths (9.7.4.3)."""
    items = list(runs)
    return {
        int(first) + index: width
        for first, run in zip(items[::2], items[1::2], strict=True)
        for index, width in enumerate(run)
    }


def _width_array(widths: Mapping[int, Any]) -> Array:
    """The same for more glyphs: codes that follow on each other share an array."""
    runs: list[Any] = []
    for _, numbered in groupby(enumerate(sorted(widths)), key=lambda pair: pair[1] - pair[0]):
        glyphs = [glyph for _, glyph in numbered]
        runs += [glyphs[0], Array([widths[glyph] for glyph in glyphs])]
    return Array(runs)


# --- font programs (ISO/IEC 14496-22) ---------------------------------------------------------------------------------


def _united_program(subsets: list[SFNTReader]) -> bytes:
    """A TrueType font with the glyphs of all subsets."""
    outlines: dict[int, bytes] = {}
    metrics: dict[int, bytes] = {}
    for subset in subsets:
        for glyph, outline, metric in _glyphs(subset):
            metrics.setdefault(glyph, metric)
            if outline:  # .notdef has none in subsets that do not need it
                outlines.setdefault(glyph, outline)
    count = max(metrics) + 1
    shapes = [outlines.get(glyph, b"") for glyph in range(count)]
    shapes = [shape + bytes(-len(shape) % 4) for shape in shapes]
    first = subsets[0]
    profiles = [struct.unpack(">13H", subset["maxp"][6:32]) for subset in subsets]
    tables = {
        "glyf": b"".join(shapes),
        "head": first["head"][:50] + struct.pack(">HH", 1, 0),
        "hhea": first["hhea"][:34] + struct.pack(">H", count),
        "hmtx": b"".join(metrics.get(glyph, bytes(4)) for glyph in range(count)),
        "loca": struct.pack(f">{count + 1}I", *accumulate(map(len, shapes), initial=0)),
        "maxp": first["maxp"][:4] + struct.pack(">14H", count, *map(max, *profiles, (0,) * 13)),
    }
    tables |= {tag: first[tag] for tag in _SHARED_TABLES if tag in first}
    target = BytesIO()
    writer = SFNTWriter(target, len(tables))
    for tag, data in sorted(tables.items()):
        writer[tag] = data
    writer.close()
    return target.getvalue()


def _glyphs(subset: SFNTReader) -> Iterator[tuple[int, bytes, bytes]]:
    """The glyphs that a subset has: code, outline, and metrics, which are an advance width and a left side bearing.

    The others have neither outline nor width in it.
    """
    count = struct.unpack(">H", subset["maxp"][4:6])[0]
    full = struct.unpack(">H", subset["hhea"][34:36])[0]  # from here on, glyphs have the last width
    outlines, metrics = subset["glyf"], subset["hmtx"]
    if subset["head"][51]:
        ends = struct.unpack(f">{count + 1}I", subset["loca"])
    else:
        ends = tuple(2 * end for end in struct.unpack(f">{count + 1}H", subset["loca"]))
    for glyph in range(count):
        width = 4 * min(glyph, full - 1)
        bearing = 4 * glyph + 2 if glyph < full else 2 * (full + glyph)
        metric = metrics[width : width + 2] + metrics[bearing : bearing + 2]
        outline = outlines[ends[glyph] : ends[glyph + 1]]
        if outline or any(metric):
            yield glyph, outline, metric
