"""No page ends in a hyphenated word, no blank is stretched without bound, no footnote leaves its mark."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from weasyprint import HTML
from weasyprint.formatting_structure.boxes import BlockBox
from weasyprint.layout import block, inline

from notebook_compile.pdf import linesetting
from notebook_compile.pdf.binding import pdf_of

if TYPE_CHECKING:
    from conftest import Layout
    from notebook_compile.pdf.signature import Signature

WORDS = """international understanding development responsibility extraordinary communication
characteristic a of the and concentration unfortunately relationship temperature investigation
in philosophical independent on representative""".split()
JUSTIFIED = "html { hyphens: auto; text-align: justify; orphans: 2; widows: 2 } p { margin: 0 0 5pt }"
HYPHENS = ("-", "\u2010", "\u00ad", "\ufffe", "\x02")  # PDFium gives one of the last two where a line ends in one


def text_of(seed: int) -> str:
    """Paragraphs of two to sixty words, in which a line in three ends in a hyphen."""
    dice = random.Random(seed)
    paragraphs = [" ".join(dice.choices(WORDS, k=dice.randint(2, 60))) for _ in range(110)]
    return "".join(f"<p>{paragraph}.</p>" for paragraph in paragraphs)


def pages_of(signature: Signature) -> list[str]:
    """The text of each page; the theme prints neither running heads nor folios, so that the last line is the body's."""
    return [page.get_textpage().get_text_range().rstrip() for page in pypdfium2.PdfDocument(pdf_of(signature))]


def words_of(pages: list[str]) -> str:
    """All letters in order, whatever the lines are."""
    return "".join(character for page in pages for character in page if character.isalpha())


def hyphenated(pages: list[str]) -> list[int]:
    return [number for number, page in enumerate(pages, start=1) if page.endswith(HYPHENS)]


@pytest.mark.parametrize("css", ["", "html { orphans: 1; widows: 1 }", "html { orphans: 3; widows: 4 }"])
def test_no_page_ends_in_a_hyphen(layout: Layout, css: str, monkeypatch: pytest.MonkeyPatch) -> None:
    css = JUSTIFIED + css
    text = text_of(1)
    pages = pages_of(layout(text, css))
    assert len(pages) > 30
    assert hyphenated(pages) == []
    # The same without: the text is such that pages would end in hyphens, and no line gets lost for it.
    monkeypatch.setattr(block, "_break_line", linesetting._break_line)
    others = pages_of(layout(text, css))
    assert len(hyphenated(others)) > 5
    assert words_of(pages) == words_of(others)


def test_a_page_becomes_no_shorter_than_needed(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the lines that would have had room on a page and stand on the next, each ends in a hyphen."""
    text = f"<p>{' '.join(random.Random(2).choices(WORDS, k=2000))}.</p>"
    css = f"{JUSTIFIED} html {{ orphans: 1; widows: 1 }}"
    pages = [page.splitlines() for page in pages_of(layout(text, css))]
    monkeypatch.setattr(block, "_break_line", linesetting._break_line)
    room = len(pages_of(layout(text, css))[0].splitlines())
    moved = [line for page, following in pairwise(pages) for line in following[: room - len(page)]]
    assert len(moved) > 5
    assert [line for line in moved if not line.endswith(HYPHENS)] == []


def test_every_layout_is_set_by_these_rules(layout: Layout) -> None:
    layout("<p>Any</p>")
    for _ in range(2):  # twice is once
        assert block._break_line is linesetting._break_line_after_a_whole_word
        assert inline.justify_line is linesetting._justify_line_within_bounds
        linesetting.install()


# --- blanks -----------------------------------------------------------------------------------------------

SIZE, ROOM, MARGIN = 10.0, 180.0, 30.0  # points: of the type, of a line, before a line
BLANK = 0.26 * SIZE  # of Noto Serif
WIDE = "text-align: justify; hyphens: manual; overflow-wrap: normal"


def first_line(signature: Signature) -> tuple[float, float]:
    """The widest blank of the first page's first line, and where the line ends, from where it could begin."""
    text = pypdfium2.PdfDocument(pdf_of(signature))[0].get_textpage()
    line = text.get_text_range().splitlines()[0].rstrip()
    boxes = [text.get_charbox(index) for index, letter in enumerate(line) if letter != " "]
    return max(right[0] - left[2] for left, right in pairwise(boxes)), boxes[-1][2] - MARGIN


@pytest.mark.parametrize("scale", [1, 2])
def test_few_words_in_a_line_are_not_drawn_apart(layout: Layout, scale: int) -> None:
    html = f"<p style='font-size: {SIZE * scale}pt'>Two words {'x' * 60}</p>"
    blank, end = first_line(layout(html, f"p {{ {WIDE} }}"))
    most = (BLANK + linesetting.STRETCH * SIZE) * scale
    assert most - 1 * scale < blank < most + 1 * scale  # letters do not fill their boxes
    assert end < ROOM - 20


def test_lines_with_words_enough_reach_the_margin(layout: Layout) -> None:
    html = f"<p>These are more words than two by {'x' * 60}</p>"
    blank, end = first_line(layout(html, f"p {{ {WIDE} }}"))
    assert BLANK < blank < BLANK + linesetting.STRETCH * SIZE
    assert end == pytest.approx(ROOM, abs=1)


def test_lines_without_a_blank_stay_as_they_are(layout: Layout) -> None:
    _, end = first_line(layout(f"<p>Alone {'x' * 60}</p>", f"p {{ {WIDE} }}"))
    assert end < 40


# --- footnotes --------------------------------------------------------------------------------------------


def late_footnotes(signature: Signature) -> list[str]:
    """The footnotes that stand on another page than their marks."""
    pages = {name: page for name, (page, _, _) in signature.anchors.items()}
    return [name for name in pages if name.startswith("fn") and pages[name] != pages[name.replace("fn", "mark")]]


def test_footnotes_stand_on_the_page_of_their_marks(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(3)
    text = "".join(
        f"<p>{' '.join(dice.choices(WORDS, k=dice.randint(5, 30)))}<span id='mark{number}'>*</span>"
        f"<span class='footnote' id='fn{number}'>Footnote {number}</span> {' '.join(dice.choices(WORDS, k=9))}.</p>"
        for number in range(90)
    )
    css = f"{JUSTIFIED} .footnote {{ footnote-policy: line; footnote-display: inline }}"
    signature = layout(text, css)
    assert len([name for name in signature.anchors if name.startswith("fn")]) == 90
    assert late_footnotes(signature) == []
    monkeypatch.setattr(block, "_linebox_layout", linesetting._linebox_layout)
    assert len(late_footnotes(layout(text, css))) > 2


# --- lines ------------------------------------------------------------------------------------------------


def line_counts(widths: list[float]) -> list[int]:
    """How many lines the same words take at these widths, in points."""
    words = "To run a short program <b>in it</b> and then another <i>one</i>"
    html = "".join(f'<p style="width: {width}pt">{words}</p>' for width in widths)
    document = HTML(
        string=f"<style>p {{ font: 10pt Text; hyphens: manual }} @page {{ size: 400pt 9000pt }}</style>{html}"
    )
    boxes = (box for page in document.render().pages for box in page._page_box.descendants())
    return [len(box.children) for box in boxes if box.element_tag == "p" and isinstance(box, BlockBox)]


def test_a_wider_paragraph_takes_no_more_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    widths = [60 + step / 4 for step in range(500)]
    linesetting.install()
    counts = line_counts(widths)
    assert counts == sorted(counts, reverse=True)
    monkeypatch.setattr(inline, "split_first_line", linesetting._split_first_line)
    others = line_counts(widths)
    assert others != sorted(others, reverse=True)
