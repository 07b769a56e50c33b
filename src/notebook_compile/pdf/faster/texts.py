"""Pango's layouts of texts, set up once for each style.

WeasyPrint sets up a context, a font description and attributes anew for each piece of text that it measures, several
for each line, and gives none of the attributes back: memory grows with each. What they are made of depends on the style
only. The same holds for the height of a line without text, which is looked up by a long key for each box of a line.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from weasyprint.layout import inline
from weasyprint.text import line_break
from weasyprint.text.constants import LST_TO_ISO, PANGO_DIRECTION
from weasyprint.text.ffi import ffi, gobject, pango, unicode_to_char_p
from weasyprint.text.fonts import font_features, get_font_description

_setup = line_break.Layout.setup
_set_text = line_break.Layout.set_text
_strut = line_break.strut

_FEATURES = (
    "font_kerning",
    "font_variant_ligatures",
    "font_variant_position",
    "font_variant_caps",
    "font_variant_numeric",
    "font_variant_alternates",
    "font_variant_east_asian",
    "font_feature_settings",
)


class _Setting(NamedTuple):
    """What all texts of a style are set with."""

    context: Any
    language: Any
    font: Any
    attributes: Any


_TO_THE_END = 2**32 - 1  # G_MAXUINT


def install() -> None:
    """Set up layouts so from now on, in this process."""
    if not hasattr(pango, "pango_attr_list_copy"):
        ffi.cdef("PangoAttrList * pango_attr_list_copy (PangoAttrList *list);")
    line_break.Layout.setup = _setup_once
    line_break.Layout.set_text = _set_text_once
    for module in (line_break, inline):
        module.strut = _strut_once


def _setup_once(layout: Any, style: Any) -> None:
    """Make the layout of a text."""
    try:
        setting = style.setting
    except AttributeError:
        setting = style.setting = _setting(style) if _is_plain(style) else None
    if setting is None:
        _setup(layout, style)
        return
    layout.style = style
    layout.first_line_direction = 0
    layout.language = setting.language
    layout.ascent = layout.underline_position = layout.strikethrough_position = None
    layout.layout = ffi.gc(pango.pango_layout_new(setting.context), gobject.g_object_unref)
    pango.pango_layout_set_auto_dir(layout.layout, False)
    pango.pango_layout_set_font_description(layout.layout, setting.font)
    _set_attributes(layout, setting)


def _set_attributes(layout: Any, setting: _Setting) -> None:
    """Give a layout attributes of its own: Pango changes them."""
    attributes = pango.pango_attr_list_copy(setting.attributes)
    pango.pango_layout_set_attributes(layout.layout, attributes)
    pango.pango_attr_list_unref(attributes)


def _set_text_once(layout: Any, text: str, justify: bool = False) -> None:
    """Give a layout its text, up to the letter behind the first line end."""
    if layout.style.setting is None or (justify and layout.justification_spacing):
        _set_text(layout, text, justify)
    else:
        end = text.find("\n")
        layout.text = text if end == -1 else text[: end + 2]
        pango.pango_layout_set_text(layout.layout, unicode_to_char_p(layout.text)[0], -1)
        if "\t" in layout.text:
            layout.set_tabs()


def _is_plain(style: Any) -> bool:
    """Whether attributes are the same for all texts, and no lines are drawn, of which the font tells where."""
    plain = {"text_decoration_line": "none", "letter_spacing": "normal", "word_spacing": 0}
    return all(style[name] == value for name, value in plain.items())


def _setting(style: Any) -> _Setting:
    context = ffi.gc(pango.pango_font_map_create_context(style.font_config.font_map), gobject.g_object_unref)
    pango.pango_context_set_round_glyph_positions(context, False)
    pango.pango_context_set_base_dir(context, PANGO_DIRECTION[style["direction"]])
    override = style["font_language_override"]
    name = style["lang"] if override == "normal" else LST_TO_ISO.get(override.lower(), override)
    if name:
        language = pango.pango_language_from_string(unicode_to_char_p(name)[0])
        pango.pango_context_set_language(context, language)
    else:
        language = pango.pango_language_get_default()
    return _Setting(context, language, get_font_description(style), _attributes(style))


def _attributes(style: Any) -> Any:
    """What is said of all letters: features of fonts, and that no hyphens are added where words break anywhere."""
    attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    features = font_features(*(style[name] for name in _FEATURES))
    if features:
        written = ",".join(f"{key} {value}" for key, value in features.items()).encode()
        pango.pango_attr_list_insert(attributes, pango.pango_attr_font_features_new(written))
    if style["overflow_wrap"] in ("anywhere", "break-word"):
        attribute = pango.pango_attr_insert_hyphens_new(False)
        attribute.start_index, attribute.end_index = 0, _TO_THE_END
        pango.pango_attr_list_change(attributes, attribute)
    return attributes


def _strut_once(style: Any) -> tuple[float, float]:
    """The height and the baseline of a line without text."""
    try:
        return style.strut  # type: ignore[no-any-return]
    except AttributeError:
        style.strut = _strut(style)
        return style.strut  # type: ignore[no-any-return]
