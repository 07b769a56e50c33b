"""The rules of inline text: one function for each construct, by the character that it starts with (section 6)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final
from xml.etree.ElementTree import Element

from .autolinks import URL_START, url_end, url_link
from .characters import ESCAPABLE, REFERENCE, character, normalize_address
from .delimiters import PAIRED, Delimiter, flanking, pair
from .html import SECTIONS, TAG, RawHtml
from .inlines import BACKTICKS, CLOSE, Bracket, Inlines, Open, Rule
from .links import LABEL_LIMIT, Target, inline_target, match_label, normalize_label

_AUTOLINK = re.compile(r"<([A-Za-z][A-Za-z0-9.+-]{1,31}:[^ <>\x00-\x1f\x7f]*+)>")
_EMAIL = re.compile(
    r"<([a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]++@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*+)>"
)
_RUNS: Final = {char: re.compile(re.escape(char) + "+") for char in "*_~="}


def escape(state: Inlines, at: int) -> int:
    """Take a backslash escape or a hard break (sections 2.4 and 6.7)."""
    following = state.text[at + 1 : at + 2]
    if following == "\n":
        state.tokens += (Element("br"), "\n")
    elif following and following in ESCAPABLE:
        state.tokens.append(following)
    else:
        return at
    return at + 2


def reference(state: Inlines, at: int) -> int:
    """Take an entity or numeric character reference (section 2.5)."""
    match = REFERENCE.match(state.text, at)
    value = character(match) if match else None
    if match is None or value is None:
        return at
    state.tokens.append(value)
    return match.end()


def code(state: Inlines, at: int) -> int:
    """Take a code span (section 6.1)."""
    match = BACKTICKS.match(state.text, at)
    start = match.end() if match else at
    end = state.closing_backticks(start - at, at)
    if end < 0:
        state.tokens.append(state.text[at:start])
        return start
    content = state.text[start:end].replace("\n", " ")
    if content[0] == content[-1] == " " and content.strip(" "):
        content = content[1:-1]
    element: Element[Any] = Element("code")
    element.text = content
    state.tokens.append(element)
    return end + start - at


def line_break(state: Inlines, at: int) -> int:
    """Take a line's end: a hard break after two blanks, or always if so chosen (sections 6.7 and 6.8)."""
    tokens = state.tokens
    before = tokens[-1] if tokens and state.text[at - 1] == " " else None
    spaces = 0
    if isinstance(before, str):
        kept = before.rstrip(" ")
        tokens[-1] = kept
        spaces = len(before) - len(kept)
    if spaces >= 2 or state.hard:
        tokens.append(Element("br"))
    tokens.append("\n")
    return at + 1


def run(state: Inlines, at: int) -> int:
    """Take a delimiter run of emphasis, strikethrough or highlight (section 6.2)."""
    char = state.text[at]
    match = _RUNS[char].match(state.text, at)
    end = match.end() if match else at
    can_open, can_close = flanking(state.text, at, end)
    if not (can_open or can_close) or (char in PAIRED and end - at != 2):
        state.tokens.append(state.text[at:end])
        return end
    state.last = Delimiter(char, end - at, can_open, can_close, state.last)
    state.tokens.append(state.last)
    return end


def open_image(state: Inlines, at: int) -> int:
    """Remember `![`."""
    if not state.text.startswith("[", at + 1):
        return at
    _push_bracket(state, at, image=True)
    return at + 2


def open_bracket(state: Inlines, at: int) -> int:
    """Remember `[`."""
    _push_bracket(state, at, image=False)
    return at + 1


def close_bracket(state: Inlines, at: int) -> int:
    """Make a link or an image of the bracket that `]` closes, if an address follows or is defined (section 6.3)."""
    if not state.brackets:
        return at
    opener = state.brackets.pop()
    target = _target(state, opener, at) if opener.active or opener.image else None
    if target is None:
        return at
    kind = ("img", "src") if opener.image else ("a", "href")
    attributes = {kind[1]: target.address}
    if target.title:
        attributes["title"] = target.title
    state.tokens[opener.index] = Open(kind[0], attributes)
    state.tokens.append(CLOSE)
    pair(state.last, opener.below)
    state.last = opener.below
    if state.last:
        state.last.next = None
    if not opener.image:
        _deactivate_links(state.brackets)
    return target.end


def angle(state: Inlines, at: int) -> int:
    """Take an autolink or raw HTML (sections 6.5 and 6.6)."""
    text = state.text
    match = _AUTOLINK.match(text, at) or _EMAIL.match(text, at)
    if match:
        link: Element[Any] = Element("a")
        link.text = match[1]
        prefix = "mailto:" if match.re is _EMAIL else ""
        link.set("href", prefix + normalize_address(match[1]))
        state.tokens.append(link)
        return match.end()
    end = _html_end(state, at)
    if end > at:
        state.tokens.append(RawHtml(text[at:end]))
    return end


def url(state: Inlines, at: int) -> int:
    """Take an extended autolink (GFM section 6.9). Inside brackets it ends where they do."""
    end = url_end(state.text, at, in_brackets=bool(state.brackets))
    if end == at:
        return at
    state.tokens.append(url_link(state.text[at:end]))
    return end


RULES: Final[dict[str, Rule]] = {
    "\\": escape,
    "&": reference,
    "`": code,
    "\n": line_break,
    "*": run,
    "_": run,
    "~": run,
    "=": run,
    "!": open_image,
    "[": open_bracket,
    "]": close_bracket,
    "<": angle,
}
"""The rule for each special character."""


@lru_cache(maxsize=64)
def special_pattern(characters: str, *, urls: bool) -> re.Pattern[str]:
    """Compile what finds the next special character, or the start of an extended autolink."""
    pattern = f"[{re.escape(characters)}]"
    return re.compile(f"{pattern}|{URL_START}" if urls else pattern)


def _push_bracket(state: Inlines, at: int, *, image: bool) -> None:
    if state.brackets:
        state.brackets[-1].nested = True
    bracket = Bracket(at, len(state.tokens), image, state.last)
    state.brackets.append(bracket)
    state.tokens.append(bracket)


def _deactivate_links(brackets: list[Bracket]) -> None:
    """Keep links out of links, though not out of images. Below an inactive bracket all are inactive already."""
    for bracket in reversed(brackets):
        if not bracket.active:
            break
        bracket.active = False


def _target(state: Inlines, opener: Bracket, at: int) -> Target | None:
    following = state.text[at + 1 : at + 2]
    if following == "(":
        target = inline_target(state.text, at + 1)
        if target:
            return target
    if not state.references:
        return None
    label, end = "", at + 1
    match = match_label(state.text, at + 1) if following == "[" else None
    if match:
        label, end = match[1], match.end()
    if not label and not opener.nested:
        start = opener.pos + (2 if opener.image else 1)
        label = state.text[start:at] if at - start <= LABEL_LIMIT else ""
    found = state.references.get(normalize_label(label)) if label else None
    return Target(*found, end) if found else None


def _html_end(state: Inlines, at: int) -> int:
    match = TAG.match(state.text, at)
    if match:
        return match.end()
    for start, closing in SECTIONS:
        match = start.match(state.text, at)
        if match:
            # `<!-->` and `<!--->` are whole comments.
            begin = match.end() - 2 if closing == "-->" else match.end()
            end = state.find(closing, begin)
            return end + len(closing) if end >= 0 else at
    return at
