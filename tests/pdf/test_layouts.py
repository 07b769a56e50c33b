"""How much is laid out: after an edit what it changes, and nothing else; after a change of what all depends on, all.

A press of numbers stands for WeasyPrint: a chapter says itself how many pages it takes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from notebook_compile.cache import Cache
from notebook_compile.jobs import Lost, processes
from notebook_compile.model import Book, Chapter, CrossReference, Text
from notebook_compile.pdf import layouts as module
from notebook_compile.pdf.design import Design, Looks, Measures
from notebook_compile.pdf.files import Files
from notebook_compile.pdf.layouts import LayoutError, Layouts
from notebook_compile.pdf.numbering import reference_id
from notebook_compile.pdf.printing import _lay_out_text, gather, print_book
from notebook_compile.pdf.sheet import LaidOut, Press, Sheet, back, contents, front, sheet
from notebook_compile.pdf.signature import StyleSheet

MEASURES = Measures(300.0, 450.0, 500.0, 10.0, 9.0, 40.0, "#000000", "#000000")
LONG = "x" * 5000  # a chapter of it is a signature by itself


def chapter(number: int, pages: int, *targets: int, text: str = LONG, sources: Sequence[int] = ()) -> Chapter:
    references = tuple(CrossReference(f"c{each}", f"c{each}", number=n) for n, each in enumerate(targets, 1))
    body = f"{text} {pages} pages" + "".join(f'<ref n="{n}">to</ref>' for n in range(len(targets)))
    backward = tuple((f"c{each}", 1) for each in sources)
    anchor = f"c{number}"
    return Chapter(
        number, f"Chapter {number}", 0, anchor, f"{number}.md", None, Text(body, references), referenced_from=backward
    )


def book(*chapters: Chapter) -> Book:
    return Book("A Book", "en", Text(), chapters)


@dataclass
class Paper:
    """A press that counts what it lays out."""

    cache: Cache
    files: Files = field(default_factory=lambda: Files("", ""))
    laid_out: list[Sheet] = field(default_factory=list)
    dies_at: str = ""
    shows: tuple[str, ...] = ()  # addresses

    def run(self, function: Any, items: Sequence[Any], chunk: int = 1) -> Iterator[Any]:
        """In the place of a map over processes."""
        for item in items:
            if self.dies_at in {entry.anchor for entry in item.entries} - item.lost:
                yield Lost("was killed by SIGKILL")
            else:
                yield self._laid_out(item)

    def _laid_out(self, item: Sheet) -> tuple[LaidOut, bytes]:
        self.laid_out.append(item)
        anchors, page = {}, 0
        for entry in item.entries:
            assert isinstance(entry, Chapter)
            anchors[entry.anchor] = (page, 0.0, 0.0)
            anchors |= {reference_id(entry.anchor, n): (page, 0.0, 0.0) for n in range(1, 9)}
            found = re.search(r"(\d+) pages", entry.text.body)
            page += int(found[1]) if found else 1
        known = LaidOut(page, anchors, (), "", (), True, True, self.files.digests(self.shows))
        return known, f"sheaf of {item.content} {sorted(item.digits.items())}".encode()

    def build(self, made: Book, press: Press | None = None) -> tuple[list[str], list[bytes]]:
        """Build a book; the first anchor of each signature that was laid out for it, and all sheaves."""
        self.laid_out.clear()
        press = press or Press((StyleSheet("css"),), self.files, Looks(MEASURES, "auto"))
        layouts = Layouts(press, self.run, self.cache)
        text = _lay_out_text(made, gather(made.entries), layouts, lambda *_: None)
        sheaves = list(layouts.sheaves(text.works))
        return [item.entries[0].anchor for item in self.laid_out], sheaves


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    (tmp_path / "cache").mkdir()
    return Paper(Cache(tmp_path / "cache"))


def chain(count: int, pages: int = 3) -> list[Chapter]:
    """Chapters that each lead to the next."""
    return [chapter(n, pages, *([n + 1] if n < count else [])) for n in range(1, count + 1)]


def fresh(paper: Paper, tmp_path: Path, made: Book) -> list[bytes]:
    """The sheaves that a build with an empty cache comes to."""
    (tmp_path / "other").mkdir()
    return Paper(Cache(tmp_path / "other"), paper.files).build(made)[1]


# --- what is laid out -------------------------------------------------------------------------------------


def test_nothing_twice(paper: Paper) -> None:
    made = book(*chain(50))
    first, sheaves = paper.build(made)
    assert len(set(first)) == 50
    assert paper.build(made) == ([], sheaves)


def test_an_edit_lays_out_its_signature_alone(paper: Paper, tmp_path: Path) -> None:
    chapters = chain(50)
    paper.build(book(*chapters))
    chapters[20] = chapter(21, 3, 22, text=LONG.replace("xxx", "edited", 1))
    laid_out, sheaves = paper.build(book(*chapters))
    assert laid_out == ["c21"]
    assert sheaves == fresh(paper, tmp_path, book(*chapters))


def test_a_page_more_lays_out_what_has_a_number_of_more_digits(paper: Paper, tmp_path: Path) -> None:
    """Chapters of three pages stand on 1, 4, 7, …, 97, 100: the third and the 33rd come to stand on 10 and on 100."""
    chapters = chain(50)
    paper.build(book(*chapters))
    chapters[0] = chapter(1, 6, 2)
    laid_out, sheaves = paper.build(book(*chapters))
    assert {"c1", "c2"} <= set(laid_out) <= {"c1", "c2", "c32"}, "they name these, and c32 was guessed right before"
    assert sheaves == fresh(paper, tmp_path, book(*chapters))


@pytest.mark.parametrize("place", [0, 15, 30])
def test_a_note_that_is_added_lays_out_itself_and_what_it_is_linked_with(
    paper: Paper, tmp_path: Path, place: int
) -> None:
    """And what has a number of more digits: of the chapter that becomes the tenth, of pages over 9 and 99."""
    chapters = chain(30, pages=4)
    paper.build(book(*chapters))
    chapters[20] = replace(chapters[20], referenced_from=(("c31", 1),))
    chapters.insert(place, chapter(31, 4, 21))
    moved = [replace(each, number=number) for number, each in enumerate(chapters, 1)]
    laid_out, sheaves = paper.build(book(*moved))
    pushed = {0: {"c9", "c2", "c24"}, 15: {"c24"}, 30: set()}[place]
    assert {"c21", "c31"} <= set(laid_out) <= {"c21", "c31"} | pushed
    assert sheaves == fresh(paper, tmp_path, book(*moved))


def test_tags_and_aliases_are_not_on_a_chapters_pages(paper: Paper) -> None:
    chapters = chain(5)
    paper.build(book(*chapters))
    chapters[2] = replace(chapters[2], tags=("new",), aliases=("Other",), depth=2)
    assert paper.build(book(*chapters))[0] == []


@pytest.mark.parametrize(
    "other",
    [
        lambda press: replace(press, styles=(StyleSheet("other css"),)),
        lambda press: replace(press, looks=replace(press.looks, timestamps="url")),
        lambda press: replace(press, looks=replace(press.looks, measures=replace(MEASURES, width=301.0))),
    ],
)
def test_all_is_laid_out_with_other_styles(paper: Paper, other: Callable[[Press], Press]) -> None:
    press = Press((StyleSheet("css"),), paper.files, Looks(MEASURES, "auto"))
    paper.build(book(*chain(5)), press)
    assert len(paper.build(book(*chain(5)), other(press))[0]) == 5
    assert paper.build(book(*chain(5)), press)[0] == []


def test_all_is_laid_out_with_other_versions(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    paper.build(book(*chain(5)))
    monkeypatch.setattr(module, "versions", lambda: "other")
    assert len(paper.build(book(*chain(5)))[0]) == 5


def test_what_shows_a_file_is_laid_out_when_the_file_changes(paper: Paper, tmp_path: Path) -> None:
    paper.files, paper.shows = Files(str(tmp_path), ""), ("notebook:crab.png", "notebook:gone.png")
    (tmp_path / "crab.png").write_bytes(b"crab")
    made = book(*chain(2))
    assert len(paper.build(made)[0]) == 2
    assert paper.build(made)[0] == []
    (tmp_path / "crab.png").write_bytes(b"crabs")
    assert len(paper.build(made)[0]) == 2
    (tmp_path / "gone.png").write_bytes(b"found")
    assert len(paper.build(made)[0]) == 2
    assert paper.build(made)[0] == []


def test_the_front_matter_changes_with_the_day_and_the_index_with_its_entries() -> None:
    made = replace(book(*chain(30)), modified=1_700_000_000)
    edited = book(chapter(1, 4, 2, text="other words"), *chain(30)[1:])
    assert front(made).key() == front(replace(edited, modified=1_700_000_060)).key()
    assert front(made).key() != front(replace(made, modified=1_700_100_000)).key()
    assert contents(made, 2, 3).key() == contents(replace(edited, modified=1_700_100_000), 2, 3).key()
    assert contents(made, 2, 3).key() != contents(made, 2, 4).key()
    assert back(made, 2, "videos").key() == back(edited, 2, "videos").key()
    assert back(made, 2, "videos").key() != back(made, 3, "videos").key()
    assert back(made, 2, "videos").key() != back(made, 2, "title-index").key()


# --- what goes wrong with the cache -----------------------------------------------------------------------


def test_damaged_and_lost_entries_are_made_again(paper: Paper) -> None:
    made = book(*chain(6))
    _, sheaves = paper.build(made)
    for pattern, damage in (("*.sheaf", b""), ("*.sheaf", None), ("????????*[0-9a-f]", b"x" * 80)):
        for file in list(paper.cache.folder.glob(f"??/{pattern}")):
            file.unlink() if damage is None else file.write_bytes(damage)
        laid_out, again = paper.build(made)
        assert again == sheaves
        assert len(set(laid_out)) == 6
    assert paper.build(made) == ([], sheaves)


def test_a_cache_that_takes_nothing_changes_nothing(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    made = book(*chain(6))
    _, sheaves = paper.build(made)
    paper.cache.clear()
    monkeypatch.setattr(paper.cache, "keep", lambda *_: False)
    assert paper.build(made)[1] == sheaves


# --- chapters at which processes die ----------------------------------------------------------------------


def test_a_chapter_at_which_processes_die_is_named_and_replaced(paper: Paper) -> None:
    small = [chapter(number, 1, text="short") for number in range(1, 9)]
    group = next(group for group in gather(small) if len(group) > 1)
    paper.dies_at = group[1].anchor
    press = Press((), paper.files, Looks(MEASURES, "auto"))
    layouts = Layouts(press, paper.run, paper.cache)
    work = sheet(book(*small), group)
    (known,) = layouts([work])
    assert layouts.lost == {group[1].anchor: "was killed by SIGKILL"}
    assert set(known.anchors) >= {entry.anchor for entry in group}
    assert next(layouts.sheaves([work])).startswith(b"sheaf")
    assert paper.laid_out[-1].lost == {group[1].anchor}
    paper.dies_at = ""
    again = Layouts(press, paper.run, paper.cache)
    again([work])
    assert again.lost == {}, "it is tried again in the next build"


def test_processes_that_die_at_all_end_the_build(paper: Paper) -> None:
    press = Press((), paper.files, Looks(MEASURES, "auto"))
    layouts = Layouts(press, lambda function, items, chunk=1: iter([Lost("ended")] * len(items)), paper.cache)
    with pytest.raises(LayoutError):
        layouts([sheet(book(*chain(1)), tuple(chain(1)))])


# --- the real press ---------------------------------------------------------------------------------------


def test_cold_warm_and_in_processes_the_bytes_are_the_same(tmp_path: Path) -> None:
    sentence = "Some words that fill a line, and then some more of them that say nothing at all. "
    made = book(
        chapter(1, 0, 2, 1, text=sentence), chapter(2, 0, 1, text=sentence * 80), chapter(3, 0, 2, text=sentence)
    )
    design = Design("book", (105.0, 148.0), cover="none")

    def printed(folder: str | None, jobs: int = 1) -> bytes:
        cache = Cache(tmp_path / folder) if folder else None
        if folder:
            (tmp_path / folder).mkdir(exist_ok=True)
        with processes(jobs) as run:
            return print_book(made, design, run, lambda *_: None, cache).pdf

    cold = printed("a")
    assert printed("a") == cold
    assert printed(None) == cold
    assert printed("b", jobs=2) == cold
