"""How tables are made to fit: by smaller type, by turned pages, and by which cells keep their words whole."""

from __future__ import annotations

import re
from time import perf_counter

import pytest

from notebook_compile.pdf.table_cells import read_cell, with_breaks
from notebook_compile.pdf.tables import fitted

WIDTH, HEIGHT = 40.9, 61.8  # of A5
LONG = "x" * 80
TEXT = "many words " * 18
MONTHS = "January February March April May June July August September October November December"


def table(*rows: str) -> str:
    """Rows of cells between bars, the first one of heads."""
    heads, *cells = ([cell.strip() for cell in row.split("|")] for row in rows)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in cells)
    return (
        f"<table><thead><tr>{''.join(f'<th>{cell}</th>' for cell in heads)}</tr></thead><tbody>{body}</tbody></table>"
    )


def setting(html: str, width: float = WIDTH, height: float = HEIGHT) -> str:
    """The classes of the first table."""
    found = re.search(r'<table(?: class="([^"]*)")?>', fitted(html, width, height))
    assert found
    return found[1] or ""


# --- how a table is set -------------------------------------------------------------------------------------

FIVE_TEXTS = table("a | b | c | d | e", *[" | ".join([TEXT] * 5)] * 6)


@pytest.mark.parametrize(
    ("html", "classes"),
    [
        (table("Name | Age", "Ada | 36"), ""),
        (table("Name | Words | Words", f"first | {TEXT * 2} | {TEXT * 2}"), ""),
        (table(f"Name | {LONG}", f"https://example.org/{LONG} | x"), ""),
        (table(" | ".join(["Heading"] * 9), " | ".join("123456789")), "small"),
        (table(" | ".join(MONTHS.split()), " | ".join("123456789abc")), "small turned"),
        (table(" | ".join(["W" * 40] * 9), "x"), "small turned"),
        (FIVE_TEXTS, "small turned"),
        (table("a | b | c | d | e", " | ".join([TEXT] * 5)), "small"),  # squeezed, but short
        ("<table></table>", ""),
    ],
)
def test_a_table_is_set_the_first_way_that_fits(html: str, classes: str) -> None:
    assert setting(html) == classes


def test_a_larger_page_needs_no_small_type() -> None:
    assert setting(FIVE_TEXTS, 110, 160) == ""


def test_a_page_is_not_turned_where_that_gives_no_room() -> None:
    assert setting(table(" | ".join(MONTHS.split()), "x"), WIDTH, WIDTH) == "small"


def test_lists_and_quotes_around_a_table_take_room() -> None:
    html = table(" | ".join(["Heading"] * 8), "x")
    assert setting(html) == ""
    assert setting(f"<ul><li>a<blockquote>{html}</blockquote></li></ul>") == "small"
    assert setting(f"<ul><li>a</li></ul><div>b</div>{html}") == ""


def test_tables_in_tables_and_around_them_stay_as_they_are() -> None:
    inner = table(" | ".join(MONTHS.split()), "x")
    html = f"<table><tr><td>{inner}</td><td>{inner}</td></tr></table>"
    assert fitted(html, WIDTH, HEIGHT) == html
    assert setting(f"{html}{inner}".replace("<table><tr>", '<table id="x"><tr>'), WIDTH, HEIGHT) == ""
    assert fitted(html + inner, WIDTH, HEIGHT) == html + fitted(inner, WIDTH, HEIGHT)


def test_headings_right_before_a_turned_table_go_with_it() -> None:
    html = table(" | ".join(MONTHS.split()), "x")
    made = fitted(f'<h2>a</h2><p>b</p><h2 id="c">c</h2>\n<h3 class="d">d</h3>\n{html}<h2>e</h2>', WIDTH, HEIGHT)
    assert '<h2>a</h2><p>b</p><h2 class="turned" id="c">c</h2>\n<h3 class="turned d">d</h3>\n<table class=' in made
    assert made.endswith("<h2>e</h2>")
    head = '<header class="chapter-head"><h1>a</h1></header>\n'
    assert fitted(head + html, WIDTH, HEIGHT).startswith('<header class="turned chapter-head"><h1>a</h1></header>\n<t')
    narrow = f"<h2>a</h2>{table('a', 'b')}"
    assert "turned" not in fitted(narrow, WIDTH, HEIGHT)


def test_rows_that_would_leave_much_of_a_page_empty_may_break() -> None:
    made = fitted(table("Key | Value", "a | b", f"c | {TEXT * 8}"), WIDTH, HEIGHT)
    assert re.findall(r"<tr[^>]*>", made) == ["<tr>", "<tr>", '<tr class="tall">']


def test_a_tall_head_is_not_repeated() -> None:
    assert setting(table(f"Key | {TEXT * 5}", "a | b")) == "tall-head"
    assert setting(table(f"Key | {TEXT}", "a | b")) == ""


# --- words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "whole"),
    [
        (table("Name | Age", "Ada | 36"), ["Name", "Age", "Ada", "36"]),
        (table("Name | Address", f"first thing | {LONG}"), ["Name", "Address", "first thing"]),
        (table("Name | Words", f"first | {'many words ' * 30}"), ["Name", "Words", "first", "many words " * 30]),
        (table(f"{LONG} | Age", "Ada | 36"), ["Age", "Ada", "36"]),
        (table("Name", f"one<br/>two <code>{LONG}</code>"), ["Name"]),
        (table(" | ".join(["Heading"] * 30), " | ".join("x" * 30)), ["x"] * 30),
        (table("\u6f22" * 80, "\u6f22" * 90), ["\u6f22" * 80, "\u6f22" * 90]),
        ("<p>th td</p><table></table><table><tbody><tr></tr></tbody></table>", []),
    ],
)
def test_cells_with_room_for_their_words(html: str, whole: list[str]) -> None:
    made = fitted(html, WIDTH, HEIGHT)
    assert re.sub(r' class="[^"]*"', "", made) == html
    found = re.findall('<t[hd] class="whole-words">(.*?)</t[hd]>', made)
    assert [cell.strip() for cell in found] == [w.strip() for w in whole]


@pytest.mark.parametrize(
    ("content", "word", "lines"),
    [
        ("", 0, [0]),
        ("mm i", 1.87, [1.87 + 0.26 + 0.258]),
        ("<b>m</b>m", 1.91, [1.91]),
        ("<code>mm</code>", 1.032, [1.032]),
        ("m-m m\u00adm", 0.935 + 0.322, [4 * 0.935 + 0.322 + 0.26]),
        ("m\u00a0m", 2.13, [2.13]),
        ("m<br/>mm<p>m &amp; m</p>", 1.87, [0.935, 1.87, 2 * 0.935 + 0.52 + 0.732]),
        ("\u6f22\u6f22\u0e01\u0e01", 1.4, [3.4]),
        ("\u2192 \u2705", 1.3, [2.56]),
        ('<img style="width: 3.5em" alt="x"/>', 3.5, [3.5]),
        ('m<span class="footnote" id="f"><span>1</span>https://example.org</span>m', 1.87, [1.87]),
        ('<a class="late-number late-number-2" href="x">0123456789</a>', 1.144, [1.144]),
    ],
)
def test_widths_of_words_and_lines(content: str, word: float, lines: list[float]) -> None:
    cell = read_cell(f"<td>{content}</td>")
    assert cell.word == pytest.approx(word, abs=0.01)
    assert cell.lines == pytest.approx(lines, abs=0.01)


def test_cells_over_columns_are_counted_as_such() -> None:
    row = f'<tr><td colspan="2">{LONG}</td><td>b</td></tr><tr><td>c</td><td>d</td><td>e</td></tr>'
    assert fitted(f"<table>{row}</table>", WIDTH, HEIGHT).count("whole-words") == 4


def test_long_words_may_break_behind_what_separates_their_parts() -> None:
    address = "https://example.org/a/long_name.html?one=two&amp;three"
    broken = with_breaks(f'<td title="{address}">{address} a/b <code>short.name</code></td>')
    assert broken.replace("\u200b", "") == f'<td title="{address}">{address} a/b <code>short.name</code></td>'
    assert f'<td title="{address}">' in broken
    assert "example.\u200borg/\u200ba/\u200blong_name.\u200bhtml?\u200bone=\u200btwo" in broken.replace("_\u200b", "_")
    assert "a/b <code>short.name" in broken


def test_a_number_stays_with_its_unit() -> None:
    joined = with_breaks('<td title="3 m">3 m or 12 kg, <b>5 %</b> of 7 men, <code>4 m</code></td>')
    assert joined == '<td title="3 m">3\u00a0m or 12\u00a0kg, <b>5 %</b> of 7 men, <code>4 m</code></td>'


# --- size -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "html",
    [
        table(*[" | ".join(["cell"] * 30_000)] * 2),
        "<table><tr><td>" * 20_000 + "</td></tr></table>" * 20_000,
        "<h2>x</h2>" * 20_000 + table(" | ".join(MONTHS.split()), "x"),
        "<table>" * 20_000,
        "</table>" * 20_000 + "<table></h2>" + "<tr><td>" * 10_000,
        table("a | b", f"{'x' * 500_000} | {'<b>' * 50_000}"),
    ],
)
def test_large_tables_take_no_long_time(html: str) -> None:
    start = perf_counter()
    fitted(html, WIDTH, HEIGHT)
    assert perf_counter() - start < 5
