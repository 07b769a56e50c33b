"""Tags in pairs: every element of the markup ends in the element that it began in, and none lies too deep.

In: markup with whatever HTML an author wrote. Out: markup that every HTML parser reads alike, its words all kept.
Parsers open an unclosed `<b>` anew in each paragraph that follows, so that thousands grow by the square; libxml2
drops what lies deeper than 2,048 levels.
"""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Final

MAX_DEPTH: Final = 250
"""Elements inside each other; deeper ones lose their tags. Markdown's own reach about 200."""

# Of all that may be a tag: whether it closes, its name, its attributes, where quoted text may hold anything.
_TAG = re.compile(r"<(/?)([A-Za-z][^\s/<>]*+)((?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*+)>")
_LESS_THAN = re.compile(r"<(?=[A-Za-z/!?])")
_SPACE = r"[ \t\n\f\r]"
_PAIR = rf"[A-Za-z_:][\w:.-]*+(?:{_SPACE}*+={_SPACE}*+(?:[^\s\"'=<>`]++|'[^']*+'|\"[^\"]*+\"))?+"
_ATTRIBUTE = re.compile(_SPACE + _PAIR, re.ASCII)
_PLAIN_TAG = re.compile(rf"<(/?)([A-Za-z][A-Za-z0-9]*+)((?:{_SPACE}++{_PAIR})*+{_SPACE}*+/?)>", re.ASCII)
_VOID = frozenset(
    "area base basefont bgsound br col embed frame hr img image input link meta param source track wbr".split()
)
_LEFT_OUT = frozenset({"script", "style", "template", "noscript"})  # nothing in them is for a reader
_TEXT_ALONE = _LEFT_OUT | {"title", "textarea", "xmp", "iframe", "noembed", "noframes", "plaintext"}  # no tags in them
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BLOCKS = (
    "address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form header "
    "hgroup hr main menu nav ol p pre search section summary table ul"
).split()
_CELLS = frozenset({"td", "th"})
_ROWS = _CELLS | {"tr"}
_GROUPS = _ROWS | {"thead", "tbody", "tfoot", "caption", "colgroup"}
# HTML Living Standard, 13.1.2.4 and 13.2.6.4.7: an innermost element of these names ends where such a tag begins.
_ENDS: Final = {
    **dict.fromkeys(_BLOCKS, frozenset({"p"})),
    **dict.fromkeys(_HEADINGS, _HEADINGS | {"p"}),
    "a": frozenset({"a"}),
    "li": frozenset({"p", "li"}),
    **dict.fromkeys(("dt", "dd"), frozenset({"p", "dt", "dd"})),
    **dict.fromkeys(("rt", "rp"), frozenset({"rt", "rp"})),
    **dict.fromkeys(("option", "optgroup"), frozenset({"option"})),
    **dict.fromkeys(_CELLS, _CELLS | {"p"}),
    "tr": _ROWS | {"p"},
    **dict.fromkeys(("thead", "tbody", "tfoot"), _GROUPS | {"p"}),
}
_NOTHING: Final[frozenset[str]] = frozenset()


def paired(markup: str, known: Container[str]) -> tuple[str, tuple[str, ...]]:
    """The markup with its tags in pairs, and their names; a tag of no known name is text.

    Comments, scripts and style sheets are left out.
    """
    nesting, names = _Nesting(), dict[str, None]()
    parts: list[str] = []
    missing: set[str] = set()
    done, less_than = 0, _LESS_THAN.search(markup)
    while less_than:
        start = less_than.start()
        parts.append(markup[done:start])
        plain = _PLAIN_TAG.match(markup, start)
        tag = plain or _TAG.match(markup, start)
        if tag is None:
            done = _comment_end(markup, start, missing) or start + 1
            parts.append("&lt;" if done == start + 1 else "")
        else:
            done, name = tag.end(), tag[2].lower()
            if name not in known:
                parts.append("&lt;" + tag[0][1:-1].replace("<", "&lt;") + "&gt;")
            else:
                names.setdefault(name)
                if tag[1]:
                    parts.append(nesting.close(name))
                elif name not in _TEXT_ALONE:
                    # Of what is no list of attributes, those that can be made out.
                    attributes = tag[3] if plain else "".join(_ATTRIBUTE.findall(tag[3]))
                    parts.append(nesting.open(name, attributes))
                elif (end := _find(f"</{name}", markup, done, missing)) >= 0:
                    parts.append("" if name in _LEFT_OUT else markup[done:end].replace("<", "&lt;"))
                    done = end
        less_than = _LESS_THAN.search(markup, done)
    parts += (markup[done:], nesting.close_all())
    return "".join(parts), tuple(names)


class _Nesting:
    """The elements that are open at one place of the markup."""

    def __init__(self) -> None:
        self.open_names: list[str] = []
        self.counts: dict[str, int] = {}  # of the open elements
        self.left_out: dict[str, int] = {}  # opened too deep: their end tags are still to come

    def open(self, name: str, attributes: str) -> str:
        """The start tag, behind the end tags of what ends before it."""
        ends, ended = _ENDS.get(name, _NOTHING), ""
        while self.open_names and self.open_names[-1] in ends:
            ended += self._pop()
        if name in _VOID:
            return f"{ended}<{name}{attributes}>"
        if len(self.open_names) >= MAX_DEPTH:
            self.left_out[name] = self.left_out.get(name, 0) + 1
            return ended
        self.open_names.append(name)
        self.counts[name] = self.counts.get(name, 0) + 1
        return f"{ended}<{name}{attributes}>"

    def close(self, name: str) -> str:
        """The end tag, behind those of all that is open inside; nothing where there is nothing to end."""
        if name == "br":
            return "<br>"
        if self.left_out.get(name):
            self.left_out[name] -= 1
            return ""
        if not self.counts.get(name):
            return ""
        ended = ""
        while self.open_names[-1] != name:
            ended += self._pop()
        return ended + self._pop()

    def close_all(self) -> str:
        """The end tags of all that is open."""
        return "".join(self._pop() for _ in range(len(self.open_names)))

    def _pop(self) -> str:
        name = self.open_names.pop()
        self.counts[name] -= 1
        return f"</{name}>"


def _comment_end(markup: str, start: int, missing: set[str]) -> int:
    """The end of a comment or of what HTML takes for one, as `<?xml?>`; 0 where there is none."""
    if markup[start + 1].isalpha():
        return 0
    closing = "-->" if markup.startswith("<!--", start) else ">"
    end = _find(closing, markup, start + 2, missing)
    return end + len(closing) if end >= 0 else 0


def _find(text: str, markup: str, start: int, missing: set[str]) -> int:
    """The place of a text in any case from a place on, or -1; what is missing is looked for only once."""
    if text in missing:
        return -1
    match = re.compile(text, re.IGNORECASE | re.ASCII).search(markup, start)
    if match is None:
        missing.add(text)
        return -1
    return match.start()
