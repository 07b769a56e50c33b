"""Which cells of tables keep their words whole."""

from __future__ import annotations

import re
from time import perf_counter

import pytest

from notebook_compile.pdf.tables import with_whole_words

WHOLE = ' class="whole-words"'
LONG = "x" * 80


def table(*rows: str) -> str:
    """Rows of cells between bars, the first one of heads."""
    heads, *cells = ([cell.strip() for cell in row.split("|")] for row in rows)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in cells)
    return (
        f"<table><thead><tr>{''.join(f'<th>{cell}</th>' for cell in heads)}</tr></thead><tbody>{body}</tbody></table>"
    )


@pytest.mark.parametrize(
    ("html", "whole"),
    [
        (table("Name | Age", "Ada | 36"), ["Name", "Age", "Ada", "36"]),
        (table("Name | Address", f"first thing | {LONG}"), ["Name", "Address", "first thing"]),
        (table("Name | Words", f"first | {'many words ' * 30}"), ["Name", "Words", "first", "many words " * 30]),
        (table(f"{LONG} | Age", "Ada | 36"), ["Age", "Ada", "36"]),
        (table("Name", f"one<br/>two <code>{LONG}</code>"), ["Name"]),
        (table(" | ".join(["Heading"] * 30), " | ".join(["cell"] * 30)), []),
        (table("\u6f22" * 80, "\u6f22" * 90), ["\u6f22" * 80, "\u6f22" * 90]),
        ("<p>th td</p><table></table><table><tbody><tr></tr></tbody></table>", []),
    ],
)
def test_cells_with_room_for_their_words(html: str, whole: list[str]) -> None:
    made = with_whole_words(html, 148)
    assert made.replace(WHOLE, "") == html
    assert [cell.strip() for cell in re.findall(f"<t[hd]{WHOLE}>(.*?)</t[hd]>", made)] == [w.strip() for w in whole]


def test_a_larger_page_has_room_for_more() -> None:
    html = table("Name | " + "x" * 60)
    assert with_whole_words(html, 148).count(WHOLE) == 1
    assert with_whole_words(html, 210).count(WHOLE) == 2


@pytest.mark.parametrize(
    "html", [table(*[" | ".join(["cell"] * 30_000)] * 2), "<table><tr><td>" * 20_000 + "</td></tr></table>" * 20_000]
)
def test_large_tables_take_no_long_time(html: str) -> None:
    start = perf_counter()
    with_whole_words(html, 148)
    assert perf_counter() - start < 5
