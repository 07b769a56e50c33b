"""The Markdown dialect of notes, as Python-Markdown extensions that anyone can use.

`CommonMarkExtension` reads CommonMark and GitHub's additions; the others add what Obsidian writes. Each builds on the
first one, so load that first.
"""

from .block_ids import BlockIdExtension
from .callouts import CalloutExtension
from .comments import CommentExtension
from .extension import CommonMarkExtension

__all__ = ["BlockIdExtension", "CalloutExtension", "CommentExtension", "CommonMarkExtension"]
