"""Texts broken into lines: each once, and with fewer tries.

WeasyPrint breaks the same text for the same width several times: footnotes are measured before they are laid out, a
paragraph that leaves its page is laid out on the next, and a chapter that would end in a few lines is set again. What
came of it is kept here.

For a line of some seventy letters Pango shapes twice as many, then the line with the next word, to see whether this
fits without the blank behind it, then the line with each part of the word before a hyphen, the longest first, and at
last what the line holds. Here it begins with fewer letters, if these hold the line and a word more, and what Pango
knows of the next word's width tells which of the others would be too wide. And a line that is spread out to the margin
is not set up before it is drawn.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from weasyprint.layout import inline
from weasyprint.text import line_break
from weasyprint.text.ffi import FROM_UNITS, ffi, pango

from notebook_compile.pdf import linesetting

_can_break_text = line_break.can_break_text
_create_layout = line_break.create_layout

_REPLACED = {
    "layout = create_layout(\n            short_text, style, context, max_width, justification_spacing)": (
        "layout, short_text = _begun(short_text, style, context, max_width, justification_spacing)"
    ),
    "if space_collapse and second_line_text[break_point or -1] == ' ':": (
        "if (space_collapse and second_line_text[break_point or -1] == ' '"
        " and _may_fit(layout, style, max_width, first_line_text, next_word, '')):"
    ),
    "for first_word_part in dictionary_iterations:": (
        "for first_word_part in dictionary_iterations:\n"
        "            if not _may_fit(layout, style, max_width, first_line_text, first_word_part,"
        " style['hyphenate_character']):\n"
        "                continue"
    ),
}
# What is broken by other rules than Latin, Greek and Cyrillic letters, and hyphens that may be shown or not.
_OTHERS = re.compile("[\xad\u0590-\u1dff\u2e80-\U0010ffff]")
_LETTERS = 2.6  # for an em of the line's width; a line of Latin letters has some two
_WORDS = 10  # ems, less than which a line has few words
_SLACK = 0.2  # how much closer two letters may stand than they are wide, in ems
_MOST = 4096  # lines that are kept
_LONGEST = 4000  # letters of a text that is kept

# What a line depends on besides the text, its width, and the fonts that there are.
_PROPERTIES = (
    *("font_family", "font_size", "font_style", "font_stretch", "font_weight", "font_kerning", "font_feature_settings"),
    *("font_variant_ligatures", "font_variant_position", "font_variant_caps", "font_variant_numeric"),
    *("font_variant_alternates", "font_variant_east_asian", "font_variation_settings", "font_language_override"),
    *("lang", "direction", "white_space", "letter_spacing", "word_spacing", "tab_size", "text_decoration_line"),
    *("hyphens", "hyphenate_character", "hyphenate_limit_chars", "hyphenate_limit_zone", "overflow_wrap", "word_break"),
)


def install() -> None:
    """Break texts so from now on, in this process; after `linesetting.install`."""
    if not hasattr(pango, "pango_layout_index_to_pos"):
        ffi.cdef("void pango_layout_index_to_pos (PangoLayout *layout, int index, PangoRectangle *pos);")
    source = linesetting.split_source()
    for part, instead in _REPLACED.items():
        source = source.replace(part, instead)
    vars(line_break).update(_begun=_begun, _may_fit=_may_fit)
    exec(source.replace("def split_first_line(", "def _split_anew("), vars(line_break))
    for module in (line_break, inline):
        module.split_first_line = _split_once
        module.can_break_text = _can_break_once
    inline.create_layout = _layout_to_be_drawn


# --- lines that are kept ----------------------------------------------------------------------------------


_known: dict[tuple[object, ...], tuple[Any, ...]] = {}


class _Setting:
    """What texts are set with; no two are the same."""

    def __init__(self) -> None:
        self.widths: dict[str, float] = {}  # of single letters


def _split_once(
    text: str,
    style: Any,
    context: Any,
    max_width: float | None,
    justification_spacing: float,
    is_line_start: bool = True,
    minimum: bool = False,
) -> tuple[Any, ...]:
    """Break a line off a text."""
    key = text, _setting_of(style), max_width, justification_spacing, is_line_start, minimum
    found = _known.get(key)
    if found is None:
        found = line_break._split_anew(text, style, context, max_width, justification_spacing, is_line_start, minimum)
        if len(_known) >= _MOST:
            _known.clear()
        if len(text) <= _LONGEST:
            _known[key] = found
    return _copy(found[0]), *found[1:]


def _setting_of(style: Any) -> _Setting:
    try:
        return style.line_setting  # type: ignore[no-any-return]
    except AttributeError:
        style.line_setting = _setting(style.font_config, str([style[name] for name in _PROPERTIES]))
        return style.line_setting  # type: ignore[no-any-return]


@lru_cache(maxsize=1000)
def _setting(fonts: Any, properties: str) -> _Setting:
    return _Setting()


def _copy(layout: Any) -> Any:
    """A layout that can be drawn apart from another, as each is changed by that."""
    copy = line_break.Layout.__new__(line_break.Layout)
    copy.__dict__.update(layout.__dict__)
    return copy


@lru_cache(maxsize=10_000)
def _can_break_between(letters: str, lang: str | None) -> bool:
    return bool(_can_break_text(letters, lang))


def _can_break_once(text: str, lang: str | None) -> bool:
    """Whether there is a place in a text where a line can end; most are two letters."""
    return _can_break_between(text, lang) if len(text) <= 2 else bool(_can_break_text(text, lang))


# --- fewer tries ------------------------------------------------------------------------------------------


def _begun(short: str, style: Any, context: Any, max_width: float, spacing: float) -> tuple[Any, str]:
    """A layout of the first letters of a text, and which these are.

    They are `short`, or fewer if these hold a line and a place behind it where the next one can end.
    """
    fewer = short[: int(max_width / style["font_size"] * _LETTERS)]
    if max_width >= _WORDS * style["font_size"] and len(fewer) < len(short) and not _OTHERS.search(short):
        layout = _create_layout(fewer, style, context, max_width, spacing)
        _, end = layout.get_first_line()
        if end is not None:
            behind = len(fewer.encode()[:end].decode()) + 1
            attributes = pango.pango_layout_get_log_attrs_readonly(layout.layout, ffi.NULL)
            if line_break.get_next_break_point(attributes[behind : len(fewer)]) is not None:
                return layout, fewer
    return _create_layout(short, style, context, max_width, spacing), short


def _may_fit(layout: Any, style: Any, max_width: float, line: str, more: str, hyphen: str) -> bool:
    """Whether a line may have room for what begins the next one; `layout` holds both lines."""
    if not line or not style.setting or _OTHERS.search(layout.text):
        return True
    start = len(line.encode())
    end = start + len(more.encode())
    if end > len(layout.text.encode()):
        return True
    first, last = _place(layout, start), _place(layout, end)
    if first.y != last.y or first.x > last.x:
        return True
    width, _ = line_break.line_size(layout.get_first_line()[0], style)
    width += (last.x - first.x) * FROM_UNITS
    width += _width(style, hyphen) if hyphen else 0
    width += _width(style, " ") if line.endswith(" ") else 0
    return bool(width <= max_width + _SLACK * style["font_size"])


def _place(layout: Any, index: int) -> Any:
    """Where a letter begins, in Pango's units."""
    place = ffi.new("PangoRectangle *")
    pango.pango_layout_index_to_pos(layout.layout, index, place)
    return place


def _width(style: Any, letter: str) -> float:
    widths = _setting_of(style).widths
    if letter not in widths:
        layout = _create_layout(letter, style, None, None, 0)
        widths[letter], _ = line_break.line_size(layout.get_first_line()[0], style)
    return widths[letter]


# --- lines that are spread out ----------------------------------------------------------------------------


class _LayoutToBeDrawn(line_break.Layout):  # type: ignore[misc]
    """The layout of a text whose blanks are made wider, without what drawing sets up anew."""

    def __init__(self, text: str, spacing: float) -> None:
        self.text, self.justification_spacing, self.max_width = text, spacing, None
        self.first_line_direction = 0
        self.ascent = self.underline_position = self.strikethrough_position = None

    def deactivate(self) -> None:
        if "layout" in self.__dict__:
            super().deactivate()


def _layout_to_be_drawn(
    text: str, style: Any, context: Any, max_width: float | None, justification_spacing: float
) -> Any:
    """The layout of a line's text, which is not looked at before it is drawn."""
    if getattr(style, "setting", None) is None or max_width is not None:
        return _create_layout(text, style, context, max_width, justification_spacing)
    return _LayoutToBeDrawn(text, justification_spacing)
