"""Marks for printed pages: before the right word, in any markup, and nothing else changed."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from notebook_compile.epub.page_breaks import PageBreak, marked_document, page_breaks, with_page_breaks
from notebook_compile.letters import letters
from notebook_compile.model import PrintedPage

MARK = re.compile(r'<span epub:type="pagebreak"[^>]* aria-label="([^"]*)"></span>')


def pages(*texts: str, first: int = 1) -> list[PrintedPage]:
    """Pages that hold these texts, the first of which starts the section."""
    held = [letters(text) for text in texts]
    return [
        PrintedPage(str(number), "c1", number == first, text[:60], len(text)) for number, text in enumerate(held, first)
    ]


def shown(*pieces: str) -> list[str]:
    """Pieces with their marks as `|42|`."""
    return [MARK.sub(r"|\1|", piece) for piece in pieces]


@dataclass(frozen=True)
class Case:
    texts: tuple[str, ...]  # of the pages
    pieces: tuple[str, ...]
    marked: tuple[str, ...]


CASES = {
    "between paragraphs": Case(
        ("One two.", "Three."), ("<p>One two.</p><p>Three.</p>",), ("<p>One two.</p><p>|2|Three.</p>",)
    ),
    "within one": Case(("One two", "three four."), ("<p>One two three four.</p>",), ("<p>One two |2|three four.</p>",)),
    "where a word is hyphenated, before it": Case(
        ("One conside-", "rable thing."), ("<p>One considerable thing.</p>",), ("<p>One |2|considerable thing.</p>",)
    ),
    "at emphasis": Case(
        ("One", "two three"), ("<p>One <em>two</em> three</p>",), ("<p>One <em>|2|two</em> three</p>",)
    ),
    "never in a label": Case(
        ("See the long", "label here."),
        ('<p>See <ref n="0">the long <em>label</em></ref> here.</p>',),
        ('<p>See |2|<ref n="0">the long <em>label</em></ref> here.</p>',),
    ),
    "entities are no letters": Case(
        ("a & b <c>", "d & e"), ("<p>a &amp; b &lt;c&gt; d &amp; e</p>",), ("<p>a &amp; b &lt;c&gt; |2|d &amp; e</p>",)
    ),
    "what stands twice is told apart by its distance": Case(
        ("ABC repeated here. Tail", "repeated here. End"),
        ("<ul><li>ABC repeated here. Tail</li><li>repeated here. End</li></ul>",),
        ("<ul><li>ABC repeated here. Tail</li><li>|2|repeated here. End</li></ul>",),
    ),
    "ligatures and capitals are letters": Case(
        ("PART", "\ufb01ne words"), ("<h2>Part</h2><p>fine words</p>",), ("<h2>Part</h2><p>|2|fine words</p>",)
    ),
    "in the second piece": Case(("One.", "Two."), ("<p>One.</p>", "<p>Two.</p>"), ("<p>One.</p>", "<p>|2|Two.</p>")),
    "pages of pictures, where their neighbours are": Case(
        ("One.", "", "Two."), ("<p>One.</p><p>Two.</p>",), ("<p>One.</p><p>|2||3|Two.</p>",)
    ),
    "pages behind the text, at its end": Case(
        ("One.", "", ""), ("<p>One.</p>", "<p>Two</p>"[:0]), ("<p>One.</p>", "|2||3|")
    ),
    "what print left out before the page": Case(
        ("One.", "Three is the third of all numbers."),
        ("<p>One.</p><p>Formula x+y=z.</p><p>Three is the third of all numbers.</p>",),
        ("<p>One.</p><p>Formula x+y=z.</p><p>|2|Three is the third of all numbers.</p>",),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_mark_stands_before_the_first_word_of_its_page(case: Case) -> None:
    assert tuple(shown(*with_page_breaks(case.pieces, pages(*case.texts)))) == case.marked


def test_a_document_starts_with_the_mark_of_the_page_that_it_starts() -> None:
    document = '<html>\n<body class="x">\n<h1>Contents</h1>\n<p>One</p><p>Two</p></body></html>'
    marked = marked_document(document, pages("Contents One", "Two", first=3))
    assert shown(marked) == ['<html>\n<body class="x">\n|3|\n<h1>Contents</h1>\n<p>One</p><p>|4|Two</p></body></html>']
    assert list(page_breaks([("a.xhtml", marked)])) == [
        PageBreak("3", "a.xhtml", "f3"),
        PageBreak("4", "a.xhtml", "f4"),
    ]


WORDS = st.lists(
    st.sampled_from(["tide", "ebb", "shore", "a", "Ebbe", "42", "naïve", "潮", "&amp;", "—"]), min_size=1, max_size=12
)
PARAGRAPHS = st.lists(WORDS, min_size=1, max_size=8)


@given(PARAGRAPHS, st.data())
def test_marks_change_no_text_and_stand_in_order(paragraphs: list[list[str]], data: st.DataObject) -> None:
    words = [word for paragraph in paragraphs for word in paragraph]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(words)), max_size=6)))
    texts = [" ".join(words[a:b]).replace("&amp;", "&") for a, b in zip([0, *cuts], [*cuts, len(words)], strict=True)]
    body = "".join(f"<p>{' '.join(paragraph)}</p>" for paragraph in paragraphs)
    (marked,) = with_page_breaks([body], pages(*texts))
    assert MARK.sub("", marked) == body
    assert MARK.findall(marked) == [str(number) for number in range(2, len(texts) + 1)]
    etree.fromstring(f'<body xmlns:epub="x">{marked}</body>')
    for number, text in enumerate(texts[1:], 2):
        before = MARK.sub("", marked[: marked.index(f'aria-label="{number}"')] + "></span>")
        assert letters(re.sub("<[^>]*>|&amp;", "", before)) == letters("".join(texts[: number - 1])), text
