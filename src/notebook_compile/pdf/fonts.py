"""Fonts: the subsets of one face that signatures bring, made one font of the book.

WeasyPrint keeps glyph codes when it subsets a font, so glyphs of the same code are the same glyph, and subsets differ
only in which glyphs they have. In: subsets, one after the other. Out: the numbers of the fonts that are to be used in
their place, and at last these fonts (ISO 32000-2, 9.6 to 9.9). Never: glyphs that no signature uses.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from itertools import accumulate, groupby
from typing import NamedTuple

import pydyf
from fontTools.ttLib.sfnt import SFNTReader, SFNTWriter  # type: ignore[import-untyped]

from notebook_compile.pdf.syntax import reference, written
from notebook_compile.pdf.writer import PACKED, Writer

# What a font embedded as a CIDFont needs (9.9.1); layout has been done, and characters are in ToUnicode.
_SHARED_TABLES = ("cvt ", "fpgm", "prep")
_FIXED_PITCH = 1
_STEM = 80  # as WeasyPrint says of every font

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


class Subset(NamedTuple):
    """What a signature uses of a font."""

    resource: str  # its name in resources
    origin: bytes  # what tells fonts of the same name apart
    name: bytes  # of the font, with its solidus
    family: str
    flags: int  # 9.8.2, but for the pitch
    ascent: int  # in thousandths of the type size, as are widths
    descent: int
    is_cff: bool
    program: bytes  # the font's file with these glyphs, compressed
    widths: dict[int, float]  # by glyph
    texts: dict[int, str]  # what each glyph stands for
    lacks: bool  # whether characters that the font lacks are among them, so that the file has a mark for these


def origin(program: bytes) -> bytes:
    """What tells fonts of the same name apart: units per em, and when they were made and changed."""
    return bytes(SFNTReader(BytesIO(program))["head"][18:36])


@dataclass(slots=True)
class _Face:
    """A font of the book, which grows with each signature that uses it."""

    font: int = 0  # number of the font's object, 0 if nothing uses it
    file: int = 0  # of its file's
    model: Subset | None = None
    widths: dict[int, float] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    subsets: list[Subset] = field(default_factory=list)  # those that its file is made of
    glyphs: set[int] = field(default_factory=set)
    marks_lacks: bool = False

    def take(self, subset: Subset) -> None:
        """Take in what a signature has and the face has not yet."""
        if not self.subsets or (subset.lacks and not self.marks_lacks) or not subset.texts.keys() <= self.glyphs:
            self.subsets.append(subset)
            self.glyphs |= subset.texts.keys()
            self.marks_lacks |= subset.lacks
        if not subset.lacks:
            self.model = self.model or subset
            self.widths |= {glyph: width for glyph, width in subset.widths.items() if glyph not in self.widths}
            self.texts |= {glyph: text for glyph, text in subset.texts.items() if glyph not in self.texts}


class Faces:
    """The fonts of a book, each face once."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._faces: dict[tuple[str, bytes], _Face] = {}

    def font(self, subset: Subset) -> int:
        """The number of the font that a signature uses a subset of."""
        face = self._faces[subset.resource, subset.origin]
        face.font = face.font or self._writer.reserve()
        return face.font

    def file(self, subset: Subset) -> int:
        """The number of the file of this font; the face takes in what the subset has."""
        face = self._faces.setdefault((subset.resource, subset.origin), _Face())
        face.take(subset)
        face.file = face.file or self._writer.reserve()
        return face.file

    def write(self) -> None:
        """Write all of them."""
        for face in self._faces.values():
            programs = [SFNTReader(BytesIO(zlib.decompress(subset.program))) for subset in face.subsets]
            is_cff = "CFF " in programs[0]
            data = _united_cff(programs) if is_cff else _united_program(programs, face.glyphs)
            head = b"<</Subtype/CIDFontType0C" if is_cff else b"<</Length1 %d" % len(data)
            self._writer.stream(face.file, head + b"/Filter/FlateDecode", zlib.compress(data, PACKED))
            if face.model and face.font:
                self._describe(face, face.model)

    def _describe(self, face: _Face, model: Subset) -> None:
        """Write a composite font (9.7.6) with what belongs to it."""
        first = self._writer.reserve(2)
        texts = self._writer.reserve()
        self._writer.stream(texts, b"<</Filter/FlateDecode", zlib.compress(_character_map(face.texts).encode(), PACKED))
        pitch = _FIXED_PITCH if len(face.widths) > 1 and len(set(face.widths.values())) == 1 else 0
        descriptor = {
            "Type": "/FontDescriptor",
            "FontName": model.name,
            "FontFamily": pydyf.String(model.family),
            "Flags": model.flags | pitch,
            "FontBBox": [0, model.descent, max(face.widths.values()), model.ascent],
            "ItalicAngle": 0,
            "Ascent": model.ascent,
            "Descent": model.descent,
            "CapHeight": model.ascent,
            "StemV": _STEM,
            "StemH": _STEM,
            "FontFile3" if model.is_cff else "FontFile2": reference(face.file),
        }
        system = {"Registry": pydyf.String("Adobe"), "Ordering": pydyf.String("Identity"), "Supplement": 0}
        descendant = {
            "Type": "/Font",
            "Subtype": f"/CIDFontType{0 if model.is_cff else 2}",
            "BaseFont": model.name,
            "CIDSystemInfo": system,
            "W": _width_array(face.widths),
            "FontDescriptor": reference(first),
        }
        if not model.is_cff:  # 9.7.4.1
            descendant["CIDToGIDMap"] = "/Identity"
        font = {
            "Type": "/Font",
            "Subtype": "/Type0",
            "BaseFont": model.name,
            "Encoding": "/Identity-H",
            "DescendantFonts": [reference(first + 1)],
            "ToUnicode": reference(texts),
        }
        self._writer.objects(first, [written(descriptor), written(descendant)])
        self._writer.objects(face.font, [written(font)])


def _character_map(texts: Mapping[int, str]) -> str:
    """A ToUnicode map (9.10.3), at most 100 entries in each of its parts."""
    entries = [f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>\n" for glyph, text in sorted(texts.items())]
    parts = [entries[start : start + 100] for start in range(0, len(entries), 100)]
    return _HEADER + "".join(f"{len(part)} beginbfchar\n{''.join(part)}endbfchar\n" for part in parts) + _FOOTER


def _width_array(widths: Mapping[int, float]) -> list[object]:
    """The width of each glyph (9.7.4.3): codes that follow on each other share an array."""
    runs: list[object] = []
    for _, numbered in groupby(enumerate(sorted(widths)), key=lambda pair: pair[1] - pair[0]):
        glyphs = [glyph for _, glyph in numbered]
        runs += [glyphs[0], [widths[glyph] for glyph in glyphs]]
    return runs


# --- font programs (ISO/IEC 14496-22) ---------------------------------------------------------------------------------


def _united_cff(subsets: list[SFNTReader]) -> bytes:
    from notebook_compile.pdf.cff import united_cff  # noqa: PLC0415  # slow, and few books have such fonts

    return united_cff([subset["CFF "] for subset in subsets])


def _united_program(subsets: list[SFNTReader], used: set[int]) -> bytes:
    """A TrueType font with the glyphs of all subsets; `used` are those that stand on pages."""
    outlines: dict[int, bytes] = {}
    metrics: dict[int, bytes] = {}
    for subset in subsets:
        for glyph, outline, metric in _glyphs(subset, used):
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


def _glyphs(subset: SFNTReader, used: set[int]) -> Iterator[tuple[int, bytes, bytes]]:
    """The glyphs that a subset has: code, outline, and metrics, which are an advance width and a left side bearing.

    The others have neither outline nor width in it. Those that are not used are parts of others, and have an outline.
    """
    count = struct.unpack(">H", subset["maxp"][4:6])[0]
    full = struct.unpack(">H", subset["hhea"][34:36])[0]  # from here on, glyphs have the last width
    outlines, metrics = subset["glyf"], subset["hmtx"]
    if subset["head"][51]:
        ends = struct.unpack(f">{count + 1}I", subset["loca"])
    else:
        ends = tuple(2 * end for end in struct.unpack(f">{count + 1}H", subset["loca"]))
    for glyph in [each for each in range(count) if ends[each] != ends[each + 1] or each in used]:
        width = 4 * min(glyph, full - 1)
        bearing = 4 * glyph + 2 if glyph < full else 2 * (full + glyph)
        metric = metrics[width : width + 2] + metrics[bearing : bearing + 2]
        outline = outlines[ends[glyph] : ends[glyph + 1]]
        if outline or any(metric):
            yield glyph, outline, metric
