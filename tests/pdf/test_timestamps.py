"""Timestamps in print: footnotes, plates, addresses, links; which of them a chapter has, and what its codes say."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notebook_compile.config import PAGE_SIZES, THEMES, TIMESTAMPS, page_dimensions
from notebook_compile.model import Book, Chapter, Image, Moment, NoteReference, Part, Resolved, Text
from notebook_compile.moments import address, clock
from notebook_compile.pdf.design import Design, Measures, measure, style_sheets
from notebook_compile.pdf.estimate import pages, way
from notebook_compile.pdf.files import Files
from notebook_compile.pdf.footnotes import Way
from notebook_compile.resources import styles_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Press, Reader, Reading

A5 = (148.0, 210.0)
MILLIMETRE = 72 / 25.4
VIDEO, OTHER = "https://youtu.be/dQw4w9WgXcQ", "https://youtu.be/aaaaaaaaaaa"
PLAIN = "https://example.org/talk"  # a site without times
SENTENCE = "Some words that fill a line, and then some more of them that say nothing at all. "


def chapter(number: int, *footnotes: Moment | str, between: str = "", video: str | None = None) -> Chapter:
    """A chapter with a paragraph for each footnote, as "Word1."; the last paragraph names the first footnote again."""
    count = len(footnotes)
    references = (*(NoteReference(each, 1) for each in range(1, count + 1)), NoteReference(1, 2))
    body = "".join(f'<p>Word{each}.<ref n="{each - 1}"></ref> {between}</p>' for each in range(1, count + 1))
    body += f'<p>Again.<ref n="{count}"></ref></p>' if count else ""
    notes = tuple(Text(f"<p>{each}</p>") if isinstance(each, str) else each for each in footnotes)
    text = Text(body, references)
    return Chapter(number, f"Chapter {number}", 0, f"c{number}", f"{number}.md", video, text, notes)


SPARSE = chapter(1, Moment(VIDEO, 5), "First note.", Moment(OTHER, 5), Moment(VIDEO, 60, written=3600), "Second note.")
DENSE = chapter(2, *(Moment(VIDEO, 5 + 60 * each) for each in range(12)), "Last note.", video=VIDEO)
BOOK = Book("A Book", "en", Text(), (SPARSE, DENSE), modified=1_700_000_000)
WAYS: dict[str, tuple[Way, Way]] = {  # of the two chapters
    "auto": ("footnote", "plate"),
    "footnote": ("footnote", "footnote"),
    "plate": ("plate", "plate"),
    "url": ("url", "url"),
    "none": ("none", "none"),
}


@pytest.fixture(scope="module")
def printed(press: Press, read: Reader) -> Callable[[str], Reading]:
    """The book in a mode, printed once."""

    @cache
    def in_mode(mode: str) -> Reading:
        made = press(BOOK, Design("book", A5, timestamps=mode, cover="none"))
        assert made.diagnostics == ()
        return read(made)

    return in_mode


def chapter_pages(reading: Reading, number: int) -> range:
    starts = [page for _, title, page in reading.outline if title.startswith("Chapter")]
    return range(starts[number - 1], [*starts, reading.body.stop][number])


def addresses(made: Chapter) -> list[str]:
    """What the codes of a chapter's moments hold, its own video apart."""
    moments = [each for each in made.footnotes if isinstance(each, Moment)]
    written = [Moment(each.video, each.written) for each in moments if each.written is not None]
    return sorted({address(each) for each in [*moments, *written]} - {made.video})


def test_all_modes_are_here() -> None:
    assert set(WAYS) == set(TIMESTAMPS)


# --- links ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [mode for mode in WAYS if mode != "none"])
@pytest.mark.parametrize("made", [SPARSE, DENSE], ids=["sparse", "dense"])
def test_marks_and_footnotes_lead_to_each_other(printed: Callable[[str], Reading], mode: str, made: Chapter) -> None:
    reading = printed(mode)
    for number, footnote in enumerate(made.footnotes, 1):
        note, mark = f"{made.anchor}.fn{number}", f"{made.anchor}.fnref{number}"
        assert f"Word{number}." in reading.texts[reading.anchors[mark]]
        shown = footnote.body[3:-4] if isinstance(footnote, Text) else f"{number} {clock(footnote.seconds)}"
        assert shown in reading.texts[reading.anchors[note]]
        assert (reading.anchors[mark], note) in reading.links
        assert (reading.anchors[note], mark) in reading.links
    again = next(page for page in chapter_pages(reading, made.number) if "Again." in reading.texts[page])
    assert (again, f"{made.anchor}.fn1") in reading.links


def test_numbers_are_those_of_marks(printed: Callable[[str], Reading]) -> None:
    for mode in ("auto", "footnote", "plate", "url"):
        text = printed(mode).text.replace("\u202f", " ")
        assert all(f"Word{number}. {number} " in text for number in range(1, 6))


def test_none_has_times_in_the_text_and_notes_without_gaps(printed: Callable[[str], Reading]) -> None:
    reading = printed("none")
    text = reading.text.replace("\u202f", " ")
    assert "Word1. [00:00:05]" in text
    assert "Word2. 1 " in text
    assert "Word3. [00:00:05]" in text
    assert "Word5. 2 " in text
    assert "1 First note." in text
    assert "2 Second note." in text
    assert "1 Last note." in text
    page = chapter_pages(reading, 1)[0]
    assert [target for at, target in reading.links if at == page] == [
        *(f"{VIDEO}?t=5", "c1.fn2", f"{OTHER}?t=5", f"{VIDEO}?t=60", "c1.fn5", f"{VIDEO}?t=5"),
        *("c1.fnref2", "c1.fnref5"),
    ]


@pytest.mark.parametrize("mode", ["footnote", "plate", "url", "auto"])
def test_addresses_are_links(printed: Callable[[str], Reading], mode: str) -> None:
    for made in (SPARSE, DENSE):
        pages = chapter_pages(printed(mode), made.number)
        web = {target for page, target in printed(mode).links if page in pages and target.startswith("https:")}
        assert web - {made.video} == set(addresses(made))


# --- codes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", WAYS)
@pytest.mark.parametrize("made", [SPARSE, DENSE], ids=["sparse", "dense"])
def test_each_moment_has_one_code_in_its_chapter(printed: Callable[[str], Reading], mode: str, made: Chapter) -> None:
    """And none where codes are not wanted; a chapter's video has one at its head in each mode."""
    reading = printed(mode)
    here = WAYS[mode][made.number - 1]
    found = reading.codes(chapter_pages(reading, made.number))
    wanted = addresses(made) if here in ("footnote", "plate") else []
    assert sorted(code.text for code in found if code.text != made.video) == wanted
    assert [code.page for code in found if code.text == made.video] == [
        chapter_pages(reading, made.number)[0] for _ in filter(None, [made.video])
    ]
    titles = [text for page in chapter_pages(reading, made.number) if "QR codes" in (text := reading.texts[page])]
    assert len(titles) == (here == "plate")


def test_codes_of_footnotes_stand_on_the_page_of_their_mark(printed: Callable[[str], Reading]) -> None:
    reading = printed("footnote")
    at = {code.text: code.page for code in reading.codes(chapter_pages(reading, 2))}
    for number, moment in enumerate(DENSE.footnotes[:-1], 1):
        assert isinstance(moment, Moment)
        assert at[address(moment)] == reading.anchors[f"c2.fn{number}"]


@pytest.mark.parametrize("mode", ["footnote", "plate"])
def test_moments_of_one_address_share_a_code(press: Press, read: Reader, mode: str) -> None:
    made = chapter(1, *(Moment(PLAIN, each) for each in (5, 10, 15)), Moment(VIDEO, 0))
    reading = read(press(replace(BOOK, entries=(made,)), Design("book", A5, timestamps=mode)))
    assert sorted(code.text for code in reading.codes(reading.body)) == [PLAIN, f"{VIDEO}?t=0"]
    for each in (5, 10, 15):
        assert clock(each) in reading.text
    # Where it is the chapter's video, the code at the head is enough.
    made = replace(made, video=PLAIN)
    reading = read(press(replace(BOOK, entries=(made,)), Design("book", A5, timestamps=mode)))
    assert sorted(code.text for code in reading.codes(reading.body)) == [PLAIN, f"{VIDEO}?t=0"]


# --- sizes ------------------------------------------------------------------------------------------------


def measures_of(design: Design, root: Path) -> Measures:
    files = Files(str(root), str(styles_folder()))
    return measure(style_sheets(design, root), files)


@pytest.mark.parametrize("size", PAGE_SIZES.values(), ids=PAGE_SIZES)
@pytest.mark.parametrize("theme", THEMES)
def test_codes_are_large_enough_everywhere(theme: str, size: tuple[float, float], tmp_path: Path) -> None:
    assert measures_of(Design(theme, size), tmp_path).qr >= 12.99 * MILLIMETRE


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("mode", ["footnote", "plate"])
def test_codes_are_read_wherever_they_stand(press: Press, read: Reader, theme: str, mode: str) -> None:
    """At the heads of parts and chapters, in footnotes or on plates, in the list of videos; on a small page too."""
    entries = (
        Part(1, "Part", 0, "p1", PLAIN, Text()),
        replace(SPARSE, video=VIDEO),
    )
    made = replace(BOOK, entries=entries)
    reading = read(press(made, Design(theme, PAGE_SIZES["a6"], timestamps=mode)))
    found = reading.codes(range(len(reading.texts)))
    listed = [] if theme == "handout" else [PLAIN, VIDEO, OTHER]
    assert sorted(code.text for code in found) == sorted([*addresses(SPARSE), PLAIN, VIDEO, *listed])
    assert min(code.width for code in found) > 13 - 25.4 / 300 * 2  # PDFium draws on whole pixels


# --- the choice for a chapter -----------------------------------------------------------------------------

SIZES = st.floats(1, 5000)
MEASURES = st.builds(
    Measures,
    width=SIZES,
    height=SIZES,
    type_size=st.floats(1, 100),
    table_type_size=st.floats(1, 100),
    qr=st.floats(1, 100),
    cover_ink=st.just("#000000"),
    cover_line=st.just("#000000"),
)


@st.composite
def chapters(draw: st.DrawFn) -> Chapter:
    """Chapters whose marks stand in any order, some twice, some nowhere, with other references between them."""
    notes: list[Moment | Text] = [Moment(VIDEO, 5), Text("<p>Note</p>")]
    footnotes = draw(st.lists(st.sampled_from(notes), max_size=12))
    kinds: list[Resolved] = [Image("a.png", ""), *(NoteReference(each + 1, 1) for each in range(len(footnotes)))]
    references = tuple(draw(st.lists(st.sampled_from(kinds), max_size=30)))
    pieces = [f'<p>{"x" * draw(st.integers(0, 400))}<ref n="{at}"></ref></p>' for at in range(len(references))]
    return replace(SPARSE, text=Text("".join(pieces), references), footnotes=tuple(footnotes))


@settings(deadline=None, max_examples=50)
@given(chapters(), MEASURES)
def test_every_chapter_has_a_way_and_a_length(made: Chapter, measures: Measures) -> None:
    for wanted in TIMESTAMPS:
        found = way(made, wanted, measures)
        assert found in get_args(Way)
        assert found == way(made, wanted, measures)
        assert wanted in ("auto", found)
    assert pages(made, measures) >= 1


def test_auto_takes_footnotes_while_they_leave_room(tmp_path: Path) -> None:
    measures = measures_of(Design("book", A5), tmp_path)
    assert way(SPARSE, "auto", measures) == "footnote"
    assert way(DENSE, "auto", measures) == "plate"
    assert way(replace(DENSE, footnotes=(), text=Text("<p>Text</p>")), "auto", measures) == "footnote"
    # Moments of the author's notes alone do no harm, nor do many that stand far from each other.
    assert way(chapter(1, *["Note."] * 40), "auto", measures) == "footnote"
    apart = chapter(1, *(Moment(VIDEO, each) for each in range(40)), between=SENTENCE * 12)
    assert way(apart, "auto", measures) == "footnote"


@pytest.mark.parametrize(("theme", "size"), [("book", "a5"), ("book", "a6"), ("handout", "a4"), ("ereader", "")])
@pytest.mark.parametrize("between", [0, 2, 4, 6, 9])
def test_in_auto_no_page_is_half_full_of_codes(
    press: Press, read: Reader, tmp_path: Path, theme: str, size: str, between: int
) -> None:
    made = chapter(1, *(Moment(VIDEO, 60 * each) for each in range(24)), between=SENTENCE * between)
    design = Design(theme, page_dimensions(size or THEMES[theme]), cover="none")
    measures = measures_of(design, tmp_path)
    if way(made, "auto", measures) == "plate":
        return
    reading = read(press(replace(BOOK, entries=(made,)), design))
    on_page = [page for name, page in reading.anchors.items() if re.fullmatch(r"c1\.fn\d+", name)]
    for page in set(on_page):
        rows = ceil(on_page.count(page) / 2)
        assert rows * measures.qr * 1.2 < measures.height / 2, f"{on_page.count(page)} codes on page {page}"


def test_ways_change_once_as_marks_come_closer(tmp_path: Path) -> None:
    measures = measures_of(Design("book", A5), tmp_path)
    moments = [Moment(VIDEO, 60 * each) for each in range(24)]
    ways = [way(chapter(1, *moments, between=SENTENCE * between), "auto", measures) for between in range(12)]
    assert ways[0] == "plate"
    assert ways[-1] == "footnote"
    assert sum(one != other for one, other in pairwise(ways)) == 1
