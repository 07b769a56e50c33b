"""What cells of tables need: how wide their longest words and their lines are.

In: a cell's markup. Out: its widths, in em of the table's type, from the widths of Noto Sans' letters; other scripts,
pictures and formulas by rules of thumb. Never: where lines break, which layout alone knows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import unescape

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from notebook_compile.resources import styles_folder

_CODE = 0.6 * 0.86  # a letter of Noto Sans Mono, which code is set in smaller
# What Noto Sans lacks: letters, ideographs and symbols, emoji.
_LETTER, _BROAD, _EMOJI = 0.7, 1.0, 1.3
_BLANK, _PICTURE = 0.26, 5.0

_TAG = re.compile(r"(<[^<>]*>)")
# The blank before a unit, as m or kg; or code or a tag, where blanks stay.
_UNIT = re.compile(r"(<(code|pre)\b.*?</\2>|<[^<>]*>)|(?<=[0-9]) (?=[^\W\d_]{1,2}(?:[\s.,;)<]|\Z))", re.DOTALL)
_SPAN = re.compile(r'\bcolspan="([0-9]{1,3})"')
_LATE_NUMBER = re.compile(r'<a class="late-number late-number-([0-9]{1,2})"[^<>]*>[^<>]*</a>')
_WIDTH = re.compile(r"\bwidth: ([0-9.]+)em")
_BOLD, _MONO = frozenset(("th", "b", "strong")), frozenset(("code", "kbd", "samp", "pre"))
# Addresses and code; "&" and ";" are left out, as they may be an entity's.
_LONG_WORD, _SEPARATOR = re.compile(r"[^\s<>&;]{24,}"), re.compile(r"(?<=\w)[/._,:=?(]+(?=\w)")
_NEW_LINE = frozenset("blockquote br dd div dt hr li ol p pre ul".split())
# A word with the hyphen that it may break behind, an ideograph, or what is between words. No-break spaces are in words.
_LINE_END = ""
_BLANKS = " \t\r\n\u00ad\u200b"
_IDEOGRAPH = "\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff01-\uff60\U00020000-\U0003ffff"
_PART = re.compile(f"[{_IDEOGRAPH}]|[^{_BLANKS}{_IDEOGRAPH}-]+-*|-+|[{_BLANKS}]+")
_ENDS_WORD = re.compile(f"[{_IDEOGRAPH}-]\\Z")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table, and what it needs."""

    is_head: bool
    span: int  # how many columns it stands in
    word: float  # its longest word
    lines: tuple[float, ...]  # each line as the author broke them


def with_breaks(markup: str) -> str:
    """Markup whose long words may break behind what separates their parts; what breaks them is no part of a PDF.

    A number and its unit stay together: a column of both is narrow, and WeasyPrint makes it narrower.
    """
    joined = _UNIT.sub(lambda match: match[1] or "\N{NO-BREAK SPACE}", markup)
    return "".join(piece if piece.startswith("<") else _LONG_WORD.sub(_broken, piece) for piece in _TAG.split(joined))


def _broken(word: re.Match[str]) -> str:
    return _SEPARATOR.sub("\\g<0>\u200b", word[0])


def read_cell(markup: str) -> Cell:
    """A cell from its markup; the markup's tags and attributes are well-formed."""
    word = line = longest = 0.0
    lines: list[float] = []
    for text, width in _pieces(_LATE_NUMBER.sub(lambda number: "0" * int(number[1]), markup)):
        if text == _LINE_END:
            lines.append(line)
            line = 0.0
        word, line = word + width if text.strip(_BLANKS) else 0.0, line + width
        longest = max(longest, word)
        if _ENDS_WORD.search(text):
            word = 0.0
    span = _SPAN.search(markup.partition(">")[0])
    lines = [each for each in (*lines, line) if each] or [0.0]
    return Cell(markup.startswith("<th"), max(1, int(span[1])) if span else 1, longest, tuple(lines))


def _pieces(markup: str) -> Iterator[tuple[str, float]]:
    """Words, blanks and ends of lines, with their widths; none of footnotes, which stand at the page's foot."""
    bold = mono = footnote = 0
    for piece in _TAG.split(markup):
        if not piece.startswith("<"):
            if not footnote:
                widths = None if mono else _advances("Bold" if bold else "Regular")
                yield from ((part, _width(part, widths)) for part in _PART.findall(unescape(piece)))
            continue
        name = re.split(r"[\s/>]", piece.lstrip("</"), maxsplit=1)[0]
        step = 0 if piece.endswith("/>") else -1 if piece.startswith("</") else 1
        if name == "span" and (footnote or 'class="footnote"' in piece):
            footnote += step
        elif footnote:
            continue
        elif name == "img":
            width = _WIDTH.search(piece)
            yield "\ufffc", float(width[1]) if width else _PICTURE
        bold += step * (name in _BOLD)
        mono += step * (name in _MONO)
        if name in _NEW_LINE:
            yield _LINE_END, 0.0


def _width(text: str, widths: Mapping[str, float] | None) -> float:
    if not text.strip(_BLANKS):
        return _BLANK if text.strip("\u00ad\u200b") else 0.0
    return sum(widths.get(each) or _unknown(each) for each in text) if widths else _CODE * len(text)


def _unknown(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return _BROAD if letter.isalpha() else _EMOJI
    return _LETTER if letter.isalpha() else _BROAD


@cache
def _advances(weight: str) -> Mapping[str, float]:
    """How far each letter of Noto Sans goes."""
    with TTFont(styles_folder() / "fonts" / f"NotoSans-{weight}.ttf", lazy=True) as font:
        metrics, units = font["hmtx"].metrics, font["head"].unitsPerEm
        return {chr(code): metrics[glyph][0] / units for code, glyph in font.getBestCmap().items()}
