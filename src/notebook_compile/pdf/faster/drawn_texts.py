"""Texts as operators that show them (ISO 32000-2, 9.4.3).

WeasyPrint works out anew for each glyph what it knows of the last one like it, reading memory of Pango piece by piece,
and writes a displacement behind most, of nothing. Here what a glyph comes to is kept with its font, by the bytes that
Pango has of it. Displacements are whole thousandths of the type's size, as others round them, and what rounding leaves
goes to the next: no glyph is farther than half a thousandth from where WeasyPrint draws it. A blank shows nothing, so
that what it is moved by can stand behind it, with the room that justification gives it. Texts stand on hundredths of
a pixel.

Texts of blanks alone are not shaped again to be drawn as nothing. What is not plain is left to WeasyPrint: emoji,
glyphs above or below the line, missing glyphs, texts that are cut off.
"""

from __future__ import annotations

from struct import Struct
from typing import Any, NamedTuple

from weasyprint import draw
from weasyprint.draw import text
from weasyprint.matrix import Matrix
from weasyprint.text.ffi import FROM_UNITS, ffi, pango

_draw_text = text.draw_text
_draw_first_line = text.draw_first_line

# Of a PangoGlyphInfo: what it says of the glyph and its place, and the rest; and the former read.
_INFO = Struct("16s4x")
_GLYPH = Struct("Iiii")

_BLANKS = (" ", "\N{NO-BREAK SPACE}")


class _Piece(NamedTuple):
    """What a glyph comes to; displacements are those of the operator, in thousandths."""

    before: float
    code: str
    after: float
    seen: bool  # blanks are not


def install() -> None:
    """Draw texts so from now on, in this process."""
    draw.draw_text = _draw_text_faster
    text.draw_first_line = _draw_line_faster


def _draw_text_faster(stream: Any, box: Any, offset_x: float, overflow: str, ellipsis: Any = "none") -> None:
    """Draw a text's box."""
    style = box.style
    if style["text_decoration_line"] != "none" or style["visibility"] != "visible":
        _draw_text(stream, box, offset_x, overflow, ellipsis)
        return
    if not box.text.strip():
        return
    x, y = round(box.position_x, 2), round(box.position_y + box.baseline, 2)
    stream.set_color(style["color"])
    box.pango_layout.reactivate(style)
    stream.begin_text()
    emojis = _draw_line_faster(stream, box, overflow, ellipsis, Matrix(d=-1, e=x, f=y))
    stream.end_text()
    text.draw_emojis(stream, style, x, y, emojis)
    box.pango_layout.deactivate()


def _draw_line_faster(stream: Any, box: Any, overflow: str, ellipsis: Any, matrix: Any) -> Any:
    """Draw a text's line; returns the emoji in it."""
    if box.text.strip() and box.style["font_size"] >= 1e-6 and overflow != "ellipsis" and ellipsis == "none":
        shown = _shown(stream, box)
        if shown is not None:
            stream.set_text_matrix(*matrix.values)
            for font, size, string in shown:
                stream.set_font_size(font, size)
                stream.show_text(string)
            return []
    return _draw_first_line(stream, box, overflow, ellipsis, matrix)


def _shown(stream: Any, box: Any) -> list[tuple[str, float, str]] | None:
    """What a line shows, each with its font and the font's size; None if it is not plain."""
    layout = box.pango_layout
    pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
    run = pango.pango_layout_get_line_readonly(layout.layout, 0).runs[0]
    shown: list[tuple[str, float, str]] = []
    face, name, size, known = None, "", 1.0, {}
    strings: list[str] = []
    owed = 0.0  # the displacement that is not yet written
    while run != ffi.NULL:
        item, run = run.data, run.next
        pango_font = item.item.analysis.font
        if pango_font != face:
            font, font_size = stream.add_font(pango_font)
            if font.bitmap or font.png or font.svg or font.colr:
                return None
            if strings:
                shown.append((name, size, _array(strings, owed)))
                strings, owed = [], (owed - round(owed)) * size / font_size
            face, name, size = pango_font, font.hash, font_size
            known = _pieces(font, size)
        glyphs = item.glyphs
        infos = ffi.buffer(glyphs.glyphs, _INFO.size * glyphs.num_glyphs)
        for place, (info,) in enumerate(_INFO.iter_unpack(infos)):
            piece = known.get(info)
            if piece is None:
                piece = known[info] = _piece(stream, font, size, layout, item, place, info)
                if piece is None:
                    return None
            before, code, after, seen = piece
            owed += before
            if -0.5 <= owed <= 0.5 or not seen:
                strings.append(code)
            else:
                whole = round(owed)
                strings.append(f">{whole}<{code}")
                owed -= whole
            owed += after
    if strings:
        shown.append((name, size, _array(strings, 0)))
    return shown


def _array(strings: list[str], owed: float) -> str:
    """The elements of an operator's array, with the displacement at its end."""
    end = round(owed)
    shown = f"<{''.join(strings)}>{end or ''}"
    return shown.replace("<>", " ").strip()


def _pieces(font: Any, size: float) -> dict[bytes, _Piece | None]:
    """What is known of a font's glyphs in a size."""
    try:
        sizes = font.pieces
    except AttributeError:
        sizes = font.pieces = {}
    return sizes.setdefault(size, {})  # type: ignore[no-any-return]


def _piece(stream: Any, font: Any, size: float, layout: Any, item: Any, place: int, info: bytes) -> _Piece | None:
    """What a glyph comes to, None if it is not plain; the font learns of it."""
    glyph, width, x_offset, y_offset = _GLYPH.unpack(info)
    if glyph == pango.PANGO_GLYPH_EMPTY:
        return _Piece(-width / size, "", 0, seen=False)
    if glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG or y_offset:
        return None
    if glyph not in font.to_unicode:
        font.to_unicode[glyph] = _meaning(layout, item, place)
    if glyph not in font.widths:
        pango.pango_font_get_glyph_extents(item.item.analysis.font, glyph, stream.ink_rect, stream.logical_rect)
        font.widths[glyph] = round(stream.logical_rect.width * 1000 * FROM_UNITS / size)
    offset = x_offset / size
    kerning = int(font.widths[glyph] + offset - width * 1000 * FROM_UNITS / size)
    code = f"{glyph:04x}"
    return _Piece(-offset, code, kerning, seen=font.to_unicode[glyph] not in _BLANKS)


def _meaning(layout: Any, item: Any, place: int) -> str:
    """The letters that a glyph stands for."""
    start, clusters = item.item.offset, item.glyphs.log_clusters
    if item.item.analysis.level % 2:  # from right to left
        end = item.item.length if place == 0 else clusters[place - 1]
    else:
        end = item.item.length if place == item.glyphs.num_glyphs - 1 else clusters[place + 1]
    letters: str = layout.text.encode()[start + clusters[place] : start + end].decode()
    return letters
