"""Tags in a note's text, as `#anatomy/spine`: they stay in the text, and the note has them."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

# Obsidian's rule: letters, digits, emoji, `_`, `-` and `/`, at the start or after a blank, not digits alone.
_CHARACTER = r"[^\s!-,.:-@\[-^`{-~\u2000-\u200c\u2010-\u206f\ue000-\uf8ff]"
_TAG = re.compile(rf"(?<!\S)#({_CHARACTER}+)")
_PERHAPS = re.compile(f"#{_CHARACTER}")
_NOT_TEXT = frozenset({"code", "pre", "kbd", "samp", "a", "ref"})
_BLOCKS = frozenset("blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre table td th tr ul".split())


def read_tags(tree: HtmlElement, source: str) -> tuple[str, ...]:
    r"""The tags in a tree's text, without their `#`, each once; there are none in code and links.

    In the source, `\#this` is none.
    """
    if not _PERHAPS.search(source):  # as in most notes, whose only `#` are those of headings
        return ()
    pieces: list[str] = []
    hidden = 0
    pending: list[tuple[HtmlElement, bool]] = [(tree, False)]
    while pending:
        element, ended = pending.pop()
        inline, unread = element.tag not in _BLOCKS, element.tag in _NOT_TEXT
        if not ended:
            hidden += unread
            pieces.append("" if inline else "\n")
            pieces.append("" if hidden else element.text or "")
            pending.append((element, True))
            pending += ((child, False) for child in reversed(element))
            continue
        hidden -= unread
        # A tag does not start right behind a link or code.
        pieces.append("\ufffc" if unread and inline else "" if inline else "\n")
        pieces.append("" if hidden or element is tree else element.tail or "")
    found = (tag.strip("/") for tag in _TAG.findall("".join(pieces)))
    tags = dict.fromkeys(tag for tag in found if tag and not tag.isdecimal())
    return tuple(tag for tag in tags if source.count(f"#{tag}") > source.count(f"\\#{tag}"))
