"""Footnotes of the author in print: what stands on the page, and that nothing of it gets lost."""

from __future__ import annotations

import io

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from notebook_compile.jobs import processes
from notebook_compile.model import (
    Book,
    Chapter,
    CrossReference,
    Drawing,
    Formula,
    Moment,
    NoteReference,
    Resolved,
    Text,
)
from notebook_compile.pdf.design import Design
from notebook_compile.pdf.footnotes import text_footnote
from notebook_compile.pdf.printing import Printed, print_book

VIDEO = "https://youtu.be/dQw4w9WgXcQ"
BLOCKS = ("p", "ul", "ol", "li", "blockquote", "pre", "div", "table", "tr", "td", "h3")


def chapter(number: int, body: str, references: tuple[Resolved, ...], footnotes: tuple[str | Moment, ...]) -> Chapter:
    notes = tuple(Text(each, references) if isinstance(each, str) else each for each in footnotes)
    text = Text(body, references)
    return Chapter(number, f"Chapter {number}", 0, f"c{number}", f"{number}.md", None, text, notes)


def press(*chapters: Chapter) -> Printed:
    with processes(1) as run:
        return print_book(
            Book("A Book", "en", Text(), chapters), Design("book", (148.0, 210.0), cover="none"), run, lambda *_: None
        )


def pages(printed: Printed) -> list[str]:
    """The pages of the text, all white space made single blanks."""
    pdf = pypdfium2.PdfDocument(printed.pdf)
    text = (pdf[index] for index in range(len(pdf)) if pdf.get_page_label(index).isdecimal())
    return [" ".join(page.get_textpage().get_text_range().split()) for page in text]


def test_each_footnote_is_printed_once_on_the_page_of_its_mark() -> None:
    references = (
        NoteReference(1, 1), NoteReference(2, 1), NoteReference(3, 1), NoteReference(1, 2), CrossReference("c2", "c2"),
        NoteReference(2, 2),
    )  # fmt: skip
    body = '<p>One<ref n="0"></ref>, two<ref n="2"></ref>, one again<ref n="3"></ref>.</p>'
    footnotes = (
        '<p>First, see <ref n="4">the second</ref><ref n="1"></ref>.</p><ol><li>alpha</li><li>beta</li></ol>',
        '<p>Within, round<ref n="5"></ref>.</p>',
        Moment(VIDEO, 10),
    )
    printed = press(chapter(1, body, references, footnotes), chapter(2, "<p>Two.</p>", (), ()))
    assert not printed.diagnostics
    first, second, _ = pages(printed)  # and the list of videos
    first = first.replace(" .", ".").replace(" ,", ",")
    assert "One 1, two 3, one again 1." in first
    assert "1 First, see the second (p. 2) 2. alpha beta" in first
    assert "2 Within, round 2. 3 00:00:10" in first
    assert "Two." in second
    assert second.count("Within") == 0


def test_the_mark_behind_a_displayed_formula_stands_on_its_line() -> None:
    formula = Formula("x", '<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi></math>', True, (1, 1))
    body = '<p>Let <span class="math display"><ref n="0">x</ref></span><ref n="1"></ref> be.</p>'
    printed = press(chapter(1, body, (formula, NoteReference(1, 1)), ("<p>Note</p>",)))
    pdf = pypdfium2.PdfDocument(printed.pdf)
    text = next(page for index, page in enumerate(pdf) if pdf.get_page_label(index) == "1").get_textpage()
    shown = text.get_text_range()
    places = shown.index("Let"), shown.index("1", shown.index("Let")), shown.index("be.")
    let, mark, be = map(text.get_charbox, places)
    assert let[0] == pytest.approx(be[0], abs=1)  # on lines of their own
    assert mark[0] > let[0] + 100  # in the middle, behind the formula
    assert be[3] < mark[1] < let[1]


def test_footnotes_fill_pages_and_none_is_lost() -> None:
    count = 60
    references = tuple(NoteReference(number, 1) for number in range(1, count + 1))
    body = "".join(f'<p>Word{number}<ref n="{number - 1}"></ref> and more.</p>' for number in range(1, count + 1))
    footnotes = tuple(
        f"<p>{f'note{number} ' * (number % 7 * 12 + 1)}end{number}.</p>" for number in range(1, count + 1)
    )
    printed = press(chapter(1, body, references, footnotes))
    assert not printed.diagnostics
    text = pages(printed)
    for number in range(1, count + 1):
        mark = next(page for page, shown in enumerate(text) if f"Word{number} " in shown)
        assert f"note{number} " in text[mark]
        assert sum(f"end{number}." in page for page in text) == 1


MILLIMETRE = 72 / 25.4
LONG = " ".join(f"word{number}" for number in range(900))
CODE = "<p>Code:</p><pre><code>" + "".join(f"line{number}\n" for number in range(90)) + "</code></pre>"


@pytest.mark.parametrize(
    "around", ["<p>{}</p>", '<div class="callout">{}</div>', "<table><tr><td>{}</td></tr></table>"]
)
@pytest.mark.parametrize(("footnote", "word", "count"), [(f"<p>{LONG}</p>", "word", 900), (CODE, "line", 90)])
def test_a_footnote_longer_than_a_page_is_all_there(around: str, footnote: str, word: str, count: int) -> None:
    body = "<p>Before.</p>" * 9 + around.format('Mark<ref n="0"></ref>')
    printed = press(chapter(1, body, (NoteReference(1, 1),), (footnote,)))
    assert not printed.diagnostics
    shown = "".join(
        page.get_textpage().get_text_bounded(bottom=20 * MILLIMETRE, top=(210 - 18) * MILLIMETRE) + "\n"
        for page in pypdfium2.PdfDocument(printed.pdf)
    ).split()
    assert [each for each in shown if each.startswith(word)] == [f"{word}{number}" for number in range(count)]


def test_numbered_lists_of_footnotes_keep_their_numbers() -> None:
    references = (NoteReference(1, 1), NoteReference(2, 1))
    footnotes = (
        '<ol start="7"><li>alpha</li><li>beta</li></ol><ol><li>gamma</li></ol>',
        '<ol start="x"><li>delta</li></ol>',
    )
    printed = press(chapter(1, '<p>One<ref n="0"></ref>, two<ref n="1"></ref>.</p>', references, footnotes))
    assert "1 alpha beta gamma 7. 8. 1. 2 1. delta" in pages(printed)[0]  # PDFium has the markers behind the text


def test_a_drawing_is_a_figure_with_an_alternative() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 9" width="90" height="9"><text y="9">Box</text></svg>'
    )
    drawing = Drawing(svg, "A box", 4.0, (1, 1))
    printed = press(chapter(1, '<p class="diagram"><ref n="0">A box</ref></p>', (drawing,), ()))
    assert "Box" in pages(printed)[0]
    with pikepdf.open(io.BytesIO(printed.pdf)) as pdf:
        figures = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Figure"]
    assert [str(each.Alt) for each in figures] == ["A box"]


nested = st.recursive(
    st.sampled_from(["word", "two words", "<b>bold</b>", "<br/>"]),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", st.sampled_from(BLOCKS), st.lists(inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(deadline=None, derandomize=True)
@given(nested)
def test_blocks_of_a_footnote_become_text(markup: str) -> None:
    tree = etree.fromstring(text_footnote("c1.fn1", "c1.fnref1", 1, markup))
    assert not {element.tag for element in tree.iter()} & set(BLOCKS)
    before = etree.tostring(etree.fromstring(f"<p>{markup}</p>"), method="text", encoding="unicode")
    assert etree.tostring(tree, method="text", encoding="unicode") == f"1{before}"


def test_line_ends_of_a_footnote_are_blanks_but_in_code() -> None:
    markup = text_footnote("c1.fn1", "c1.fnref1", 1, "<p>One\ntwo</p>\n<pre>three\n  four</pre>")
    assert "One two" in markup
    assert "three\n  four" in markup
