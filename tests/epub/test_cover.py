"""The drawn cover: its lines keep within their measure, in any script."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from notebook_compile.cover import HEIGHT
from notebook_compile.epub.cover import draw

if TYPE_CHECKING:
    from notebook_compile.model import Book

TITLES = {
    "one word": "Notes",
    "a long word": "Donaudampfschifffahrtsgesellschaftskapitän",
    "many words": "What they said about it, and what we made of it " * 4,
    "no blanks": "線形代数の本質についての覚え書き" * 3,
    "no end": "word " * 400,
    "marks": "किताब " * 5,
    "nothing": "",
}


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_title_stands_between_figure_and_authors(book: Book, title: str) -> None:
    cover = draw(replace(book, title=title, subtitle="Said and written " * 9, authors=("A. Author",) * 12))
    lines = (*cover.title, *cover.subtitle, *cover.authors)
    baselines = [line.y for line in lines]
    assert baselines == sorted(set(baselines))
    assert min(later - sooner for sooner, later in pairwise(baselines)) >= 60
    assert all(dot.y + dot.radius < 900 for dot in cover.dots)
    assert max(baselines) < HEIGHT - 60
    text = "".join(line.text for line in cover.title).replace(" ", "")
    assert text == title.replace(" ", "") or (text.endswith("…") and title.replace(" ", "").startswith(text[:-1]))


def test_every_book_has_its_own_figure(book: Book) -> None:
    assert draw(book).dots == draw(book).dots
    assert draw(book).dots != draw(replace(book, title="Another")).dots
