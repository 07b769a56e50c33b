"""What a book is about, as catalogues and shops sort it: its tags.

Tags come in; subjects go out, as readers see them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from notebook_compile.model import Chapter

MOST = 7  # as many keywords as Amazon's shop takes for a book; what comes behind is about single chapters


def subjects(tags: Iterable[str], chapters: Iterable[Chapter]) -> tuple[str, ...]:
    """These tags, which are the index note's; without any, those that most chapters have, without regard to case."""
    own = {_shown(tag).casefold(): _shown(tag) for tag in reversed(tuple(tags))}
    if any(own):
        return tuple(reversed([subject for subject in own.values() if subject]))
    counts: Counter[str] = Counter()
    spellings: dict[str, str] = {}
    for chapter in chapters:
        found = {_shown(tag).casefold(): _shown(tag) for tag in chapter.tags}
        counts.update(key for key in found if key)
        spellings = {**found, **spellings}
    # Equally frequent ones stay in the order of the book.
    return tuple(spellings[key] for key, _ in counts.most_common(MOST))


def _shown(tag: str) -> str:
    """A tag with the tags that it is nested in: `anatomy/spine` as "anatomy / spine"."""
    return " / ".join(filter(None, (name.strip() for name in tag.split("/"))))
