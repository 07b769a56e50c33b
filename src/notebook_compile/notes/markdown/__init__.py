"""The Markdown dialect of notes, as Python-Markdown extensions that anyone can use.

`CommonMarkExtension` reads CommonMark and GitHub's additions; the others add what Obsidian writes. `CommentExtension`
builds on the first one and is loaded after it; callouts and block ids work with any block parser.

The stages, in order: `builder` reads lines to blocks (`cursor`, `nodes`, `starts`), `tree` makes elements of them,
`inlines` and `rules` read their text to tokens, `inline_tree` makes elements of those, `serializer` writes all.
"""

from .block_ids import BlockIdExtension
from .callouts import CalloutExtension
from .comments import CommentExtension
from .extension import CommonMarkExtension

__all__ = ["BlockIdExtension", "CalloutExtension", "CommentExtension", "CommonMarkExtension"]
