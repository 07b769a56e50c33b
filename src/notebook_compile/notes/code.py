"""Code on the page: what each piece of it is, by Pygments, as classes that a style sheet sets in weights and shades."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from typing import Any

from lxml import etree
from pygments.lexer import Lexer
from pygments.lexers import find_lexer_class_by_name
from pygments.token import Comment, Generic, Keyword, Name, Number, String
from pygments.util import ClassNotFound

LONGEST = 50_000  # characters of one block that are told apart; some lexers take long over odd code

# The first that a token is one of counts.
_KINDS = (
    (Comment.Preproc, "keyword"),
    (Comment, "comment"),
    (Keyword, "keyword"),
    (Name.Tag, "keyword"),
    (Name.Function, "name"),
    (Name.Class, "name"),
    (Name.Attribute, "name"),
    (Name.Decorator, "name"),
    (String, "string"),
    (Number, "number"),
    (Generic.Deleted, "deleted"),
    (Generic.Inserted, "inserted"),
    (Generic.Heading, "keyword"),
)


def colour(code: etree._Element, language: str) -> None:
    """Put the pieces of an element's text into `span`s: `code-comment`, `code-keyword`, `code-string` and so on."""
    text = code.text or ""
    lexer = _lexer(language)
    if lexer is None or len(code) or len(text) > LONGEST:
        return
    pieces = _pieces(lexer, text)
    if "".join(piece for _, piece in pieces) != text:  # a lexer that does not give back what it got
        return
    code.text = ""
    last: etree._Element | None = None
    for kind, piece in pieces:
        if kind:
            last = etree.SubElement(code, "span", {"class": f"code-{kind}"})
            last.text = piece
        elif last is None:
            code.text = piece
        else:
            last.tail = piece


def _lexer(language: str) -> Lexer | None:
    # Instances are not kept, for some have a memory.
    made = _lexer_class(language.lower())
    return made and made(startinline=True)


@cache
def _lexer_class(language: str) -> Any:
    """The lexer of a language. Pygments looks through all that it has, and through all packages for others."""
    try:
        return find_lexer_class_by_name(language)
    except ClassNotFound:
        return None


def _pieces(lexer: Lexer, text: str) -> list[tuple[str, str]]:
    """The text in pieces of one kind each; a word is never of two kinds, for readers would see it broken."""
    found: list[tuple[str, str]] = []  # what a lexer tells apart, but for words
    before = ""
    for _, token, value in lexer.get_tokens_unprocessed(text):
        kind, rest = _kind(token), value
        if value[:1].isalnum() and before[-1:].isalnum():
            end = next((index for index, character in enumerate(value) if not character.isalnum()), len(value))
            found.append((found[-1][0], value[:end]))
            rest = value[end:]
        if rest:
            found.append((kind, rest))
        before = value or before
    return [(kind, "".join(piece for _, piece in group)) for kind, group in groupby(found, key=lambda pair: pair[0])]


@cache
def _kind(token: tuple[str, ...]) -> str:
    return next((kind for parent, kind in _KINDS if token in parent), "")
