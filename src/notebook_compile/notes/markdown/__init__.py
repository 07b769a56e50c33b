"""The Markdown dialect of notes, as Python-Markdown extensions that anyone can use.

`CommonMarkExtension` reads CommonMark and GitHub's additions; the others add what Obsidian writes. `CommentExtension`,
`FootnoteExtension` and `MathExtension` build on the first one and are loaded after it; callouts and block ids work with
any block parser.

The stages, in order: `builder` reads lines to blocks (`cursor`, `nodes`, `starts`), `tree` makes elements of them,
`inlines` and `rules` read their text to tokens, `inline_tree` makes elements of those, `serializer` writes all.
"""

from .block_ids import BlockIdExtension
from .callouts import CalloutExtension
from .comments import CommentExtension
from .extension import CommonMarkExtension
from .footnotes import FootnoteExtension, UnusedFootnote
from .math import MathExtension

__all__ = [
    "BlockIdExtension",
    "CalloutExtension",
    "CommentExtension",
    "CommonMarkExtension",
    "FootnoteExtension",
    "MathExtension",
    "UnusedFootnote",
]
