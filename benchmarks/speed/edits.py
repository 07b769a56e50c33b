"""Edits of a notebook's copy, as an author makes them: a word in one note, a page more in another."""

from __future__ import annotations

import re
from pathlib import Path

# The start of a sentence in running text.
_SENTENCE = re.compile(r"^[A-Z][a-z]+(?= [a-z]+ [a-z])", re.M)
_PAGE = " ".join(["This was written later, and so the book grew by some lines."] * 60)  # an A5 page and a half


def add_word(note: Path) -> None:
    """Put a word behind the first of a sentence in the middle of a note; a new paragraph where there is none."""
    text = note.read_text(encoding="utf-8")
    sentences = list(_SENTENCE.finditer(text))
    if sentences:
        end = sentences[len(sentences) // 2].end()
        text = f"{text[:end]} also{text[end:]}"
    else:
        text = f"{text.rstrip()}\n\nAlso.\n"
    note.write_text(text, encoding="utf-8")


def add_page(note: Path) -> None:
    """Put more behind a note's end than fits on the rest of its last page."""
    text = note.read_text(encoding="utf-8").rstrip()
    note.write_text(f"{text}\n\n{_PAGE}\n", encoding="utf-8")
