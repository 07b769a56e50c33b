"""Characters that no font has: what they are, which notes they stand in, and where a font for them comes from.

In: the characters that layout lacked, and the book's chapters. Out: a finding for each note and font. Never: a look at
the fonts that are installed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from fontTools import unicodedata as scripts  # type: ignore[import-untyped]

from notebook_compile.diagnostics import Diagnostic, diagnostic
from notebook_compile.model import Chapter, Drawing, Text


@dataclass(frozen=True, slots=True)
class _Font:
    family: str
    package: str  # Debian's


# Counted over the fonts of Debian 12: what these packages have of each script, and which scripts none has.
_CORE, _CJK = "fonts-noto-core", _Font("Noto Serif CJK", "fonts-noto-cjk")
_RARE_HAN = _Font("HanaMin", "fonts-hanazono")
_EMOJI = _Font("Noto Color Emoji", "fonts-noto-color-emoji")
_SYMBOLS = _Font("Noto Sans Symbols", _CORE)
_CJK_SCRIPTS = frozenset(("Bopo", "Hang", "Hani", "Hira", "Kana"))
_SERIF_SCRIPTS = frozenset(("Ahom", "Dogr", "Hmnp", "Tang", "Tibt", "Yezi"))  # Noto has them with serifs only
_BARE_SCRIPTS = frozenset(("Chrs", "Cpmn", "Diak", "Kits", "Maka", "Nand", "Ougr", "Tnsa", "Toto", "Vith", "Zzzz"))
_COMMON = frozenset(("Zinh", "Zyyy"))
_WIDESPREAD = _COMMON | {"Cyrl", "Grek", "Latn"}  # the package's own fonts lack only rare symbols and forms of them
_FIRST_RARE_HAN, _FIRST_EMOJI = "\U00020000", "\U0001f000"  # the planes that they fill

_TAG = re.compile(r"<[^<>]*>")


def missing_characters(lacking: str, chapters: Iterable[Chapter]) -> Iterator[Diagnostic]:
    """A finding for each note and font that it wants, which names the first of the characters and counts the others.

    Characters that no note holds, as those of the book's title, are said of the notebook as a whole.
    """
    left = set(lacking)
    for chapter in chapters if left else ():
        text = _text(chapter)
        held = set(lacking).intersection(text)
        left -= held
        yield from _findings(chapter.path, sorted(held, key=text.index))
    yield from _findings(".", sorted(left))


def _text(chapter: Chapter) -> str:
    """What is printed of a chapter."""
    texts = [chapter.text, *(footnote for footnote in chapter.footnotes if isinstance(footnote, Text))]
    drawings = [each.svg for text in texts for each in text.references if isinstance(each, Drawing)]
    return _TAG.sub("", "\n".join((chapter.title, *(text.body for text in texts), *drawings)))


def _findings(path: str, characters: Collection[str]) -> Iterator[Diagnostic]:
    around = [scripts.script(character) for character in characters]
    alike: dict[_Font | None, list[str]] = defaultdict(list)
    for character in characters:
        alike[_font(character, around)].append(character)
    for font, (first, *others) in alike.items():
        name = unicodedata.name(first, "a character without a name").lower()
        more = f" and {len(others)} more like it" if others else ""
        message = f"no font has `{first}` (U+{ord(first):04X}, {name}){more}"
        hint = f"install the font {font.family}, on Debian with {font.package}" if font else "use another character"
        yield diagnostic("missing-character", path, (0, 0), message, hint)


def _font(character: str, around: Iterable[str]) -> _Font | None:
    """A font that has a character, as far as its script says and those of the characters around it."""
    script = _script(character, around)
    if script == "Hani" and character >= _FIRST_RARE_HAN:
        return _RARE_HAN
    if script in _CJK_SCRIPTS:
        return _CJK
    if script in _BARE_SCRIPTS:
        return None
    if script in _WIDESPREAD:
        if character >= _FIRST_EMOJI:
            return _EMOJI
        return _CJK if unicodedata.east_asian_width(character) in "WF" else _SYMBOLS
    style = "Serif" if script in _SERIF_SCRIPTS else "Sans"
    return _Font(f"Noto {style} {scripts.script_name(script)}", _CORE)


def _script(character: str, around: Iterable[str]) -> str:
    """The script of a character; of several that share it, one that stands around it."""
    script: str = scripts.script(character)
    if script not in _COMMON:
        return script
    shared = scripts.script_extension(character) - _COMMON
    return next((each for each in around if each in shared), min(shared, default=script))
