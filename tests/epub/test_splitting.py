"""Texts that are too long for one document: what stands in each of its pieces, and how long these are."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from notebook_compile.epub import splitting, weights
from notebook_compile.epub.conforming import conform
from notebook_compile.epub.splitting import pieces
from notebook_compile.markup import parse
from notebook_compile.model import CrossReference, Formula, Image, Moment, NoteReference, Resolved, Text

ROOM = 1_500


@pytest.fixture(autouse=True)
def small_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "LIMIT", ROOM)


def cut(body: str) -> list[etree._Element]:
    """The pieces of a text without references, parsed."""
    found = pieces(Text(body))
    assert max(len(piece.encode()) for piece in found) <= ROOM
    return [parse(piece) for piece in found]


def words(elements: list[etree._Element]) -> str:
    """All text; blanks, at which pieces are cut, count as one."""
    return " ".join("".join("".join(map(str, element.itertext())) for element in elements).split())


def test_a_text_that_fits_is_not_touched() -> None:
    body = "<p>One &amp; two</p><hr/><ul></ul>"
    assert pieces(Text(body)) == (body,)


def test_cuts_come_before_headings_where_there_are_any() -> None:
    section = '<h2 id="s{0}">Section {0}</h2><p>{1}</p><p>{1}</p>'
    roots = cut("".join(section.format(number, "word " * 60) for number in range(9)))
    assert {root[0].tag for root in roots} == {"h2"}
    assert {root[-1].tag for root in roots} == {"p"}


def test_a_list_goes_on_with_its_number() -> None:
    items = "".join(f"<li>{'word ' * 12}</li>" for _ in range(80))
    roots = cut(f'<ol id="l" start="5" class="k">{items}</ol>')
    numbers = [5]
    for root in roots:
        (ordered,) = root
        assert (ordered.tag, ordered.get("class"), int(ordered.get("start", ""))) == ("ol", "k", numbers[-1])
        numbers.append(numbers[-1] + len(ordered))
    assert numbers[-1] == 85
    assert [root[0].get("id") for root in roots] == ["l", *[None] * (len(roots) - 1)]


def test_an_item_that_goes_on_has_no_number_of_its_own() -> None:
    roots = cut(f"<ol><li>one</li><li>{'word ' * 700}</li><li>three</li></ol>")
    lists = [root[0] for root in roots]
    assert [ordered.get("start") for ordered in lists] == [None, *["2"] * (len(lists) - 1)]
    assert {ordered[0].get("class") for ordered in lists[1:]} == {"continued"}
    assert lists[-1][-1].text == "three"


@pytest.mark.parametrize(("attribute", "first", "step"), [("reversed", 60, -1), ("class", 1, 1)])
def test_counting_down_and_items_with_a_number(attribute: str, first: int, step: int) -> None:
    item = f"<li>{'word ' * 12}</li>"
    items = item * 30 + item.replace("<li>", '<li value="50">') + item * 29
    numbers = [*range(first, first + 30 * step, step), *range(50, 50 + 30 * step, step)]
    roots = cut(f'<ol {attribute}="{attribute}">{items}</ol>')
    done = len(roots[0][0])
    for root in roots[1:]:
        assert int(root[0].get("start", "")) == numbers[done]
        done += len(root[0])
    assert done == 60


def test_a_table_repeats_its_head() -> None:
    head = '<caption>C</caption><colgroup><col/></colgroup><thead><tr><th id="h">Head</th><th>two</th></tr></thead>'
    rows = "".join(f"<tr><td>{number}</td><td>{'word ' * 9}</td></tr>" for number in range(90))
    roots = cut(f"<p>Before</p><table>{head}<tbody>{rows}</tbody></table>")
    assert len(roots) > 3
    tables = [root.find("table") for root in roots]
    for table in tables:
        assert table is not None
        assert [cell.text for cell in table.iterfind("thead/tr/th")] == ["Head", "two"]
        assert len(table.findall("tbody")) == len(table.findall("colgroup")) == 1
    assert [sum(table.find("caption") is not None for table in tables if table is not None)] == [1]
    assert sum(root.find(".//*[@id='h']") is not None for root in roots) == 1
    numbers = [cell.text for root in roots for cell in root.iterfind(".//td[1]")]
    assert numbers == [str(number) for number in range(90)]


def test_rows_that_a_cell_joins_stay_together() -> None:
    pair = "<tr><td rowspan='2'>{0}</td><td>{1}</td></tr><tr><td>{1}</td></tr>"
    roots = cut(f"<table><tbody>{''.join(pair.format(n, 'word ' * 17) for n in range(40))}</tbody></table>")
    assert all(len(root.findall(".//tr")) % 2 == 0 for root in roots)


def test_a_cell_goes_on_in_its_column() -> None:
    row = f"<tr><td>one</td><td colspan='2'>two</td><td>{'word ' * 900}</td><td>four</td></tr>"
    roots = cut(f"<table><tbody>{row}</tbody></table>")
    for root in roots[1:]:
        cells = root.findall(".//td")
        assert [(cell.get("colspan"), cell.text) for cell in cells[:2]] == [("1", None), ("2", None)]
        assert (cells[2].text or "").startswith("word")


def test_code_is_cut_between_lines() -> None:
    lines = "".join(f"    <span class='k'>line</span> {number} &lt;\n" for number in range(300))
    roots = cut(f"<pre><code class='language-x'>{lines}</code></pre>")
    assert all(root[0].tag == "pre" and root[0][0].get("class") == "language-x" for root in roots)
    text = "".join("".join(map(str, root.itertext())) for root in roots)
    assert text == "".join(f"    line {number} <\n" for number in range(300))
    assert all(str(root.xpath("string()")).endswith("\n") for root in roots)


def test_wrappers_go_on() -> None:
    quote = f'<blockquote><div class="callout" id="c">{"<p>words of it</p>" * 300}</div></blockquote>'
    roots = cut(f"<p>Before</p>{quote}<p>After</p>")
    assert all(root.find("blockquote/div[@class='callout']") is not None for root in roots)
    assert sum(root.find(".//*[@id='c']") is not None for root in roots) == 1
    assert (roots[0][0].text, roots[-1][-1].text) == ("Before", "After")


def test_a_paragraph_is_cut_between_words_and_at_last_within() -> None:
    roots = cut(f"<p>{'many words ' * 500}</p>")
    assert all(
        re.fullmatch("(many words )+|words (many words )*|(many words )*many ", root[0].text or "") for root in roots
    )
    roots = cut(f"<p><b>{'字' * 5000}</b></p>")
    assert words(roots) == "字" * 5000


def test_footnotes_and_formulas_count() -> None:
    footnotes: list[Text | Moment] = [Text("<p>" + "note " * 100 + "</p>"), Moment("https://youtu.be/dQw4w9WgXcQ", 60)]
    references: tuple[Resolved, ...] = (
        NoteReference(1, 1),
        NoteReference(2, 1),
        Formula("x", "<math>" + "<mi>x</mi>" * 40 + "</math>", False, (1, 1)),
        Image("a.png", "what it shows " * 20),
        CrossReference("c2", "c2-" + "é" * 50),
    )
    body = "".join(f'<p>{n}<ref n="{n % 5}"></ref></p>' for n in range(10))
    found = pieces(Text(body, references), footnotes)
    assert len(found) > 5
    assert "".join(found) == body
    assert len(pieces(Text("<p>x</p>" * 20))) == 1
    assert len(pieces(Text("<p>x</p>" * 20), behind=1450)) == 2


def test_footnotes_that_lead_to_each_other_have_a_weight() -> None:
    references = (NoteReference(1, 1), NoteReference(2, 1))
    footnotes = [Text('<p>a<ref n="1"></ref></p>', references), Text('<p>b<ref n="0"></ref></p>', references)]
    first, second = weights.reference_weights(references, footnotes)
    assert first == second > 2 * weights.footnote_weight(footnotes[0])


_INLINE = st.recursive(
    st.sampled_from(["some words ", "more, ", "&lt;tag&gt; &amp; ", "字字", "x" * 70]),
    lambda inner: st.tuples(st.sampled_from(["b", "a", "code", "span"]), st.lists(inner, max_size=4)).map(
        lambda made: f"<{made[0]}>{''.join(made[1])}</{made[0]}>"
    ),
    max_leaves=8,
)
_BLOCK = st.recursive(
    st.tuples(st.sampled_from(["p", "h2", "pre"]), st.lists(_INLINE, min_size=1, max_size=8), st.integers(1, 30)).map(
        lambda made: f"<{made[0]}>{''.join(made[1]) * made[2]}</{made[0]}>"
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map(lambda made: f"<blockquote>{''.join(made)}</blockquote>"),
        st.lists(inner, min_size=1, max_size=4).map(
            lambda made: "<ol>" + "".join(f"<li>{item}</li>" for item in made) + "</ol>"
        ),
        st.lists(inner, min_size=2, max_size=4).map(
            lambda made: f"<dl><dt>Term</dt>{''.join(f'<dd>{item}</dd>' for item in made)}</dl>"
        ),
        st.lists(inner, min_size=2, max_size=4).map(
            lambda made: f"<table><tbody><tr>{''.join(f'<td>{item}</td>' for item in made)}</tr></tbody></table>"
        ),
    ),
    max_leaves=6,
)


@settings(max_examples=80, deadline=None)
@given(st.lists(_BLOCK, min_size=1, max_size=5))
def test_whatever_is_cut_stays_whole(blocks: list[str]) -> None:
    """Pieces joined say the same; each is well-formed, conforming and short enough."""
    body = "".join(blocks)
    found = pieces(Text(body))
    assert words([parse(piece) for piece in found]) == words([parse(body)])
    assert max(len(piece.encode()) for piece in found) <= ROOM
    assert all(found)
    assert Counter(conform(piece) == piece for piece in found)[False] == 0 or "<dl>" in body
