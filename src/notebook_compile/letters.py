"""What two typesetters agree on in a text: its letters and digits, without case, marks and blanks."""

from __future__ import annotations

import re
import unicodedata

_OTHERS = re.compile(r"[\W_]+")


def letters(text: str) -> str:
    """The letters and digits of a text: the same for a word that is hyphenated, in capitals, or with ligatures."""
    return _OTHERS.sub("", unicodedata.normalize("NFKC", text).casefold())
