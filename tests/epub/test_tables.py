"""Tables on narrow screens: which words may break, and which tables become several."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from notebook_compile.epub.tables import with_fitted_tables
from notebook_compile.resources import styles_folder


def table(*rows: str, attributes: str = "") -> str:
    """A table of words with blanks between them; the first row is its head."""
    head, *body = rows
    lines = ["".join(f"<th>{word}</th>" for word in head.split())]
    lines += ["".join(f"<td>{word}</td>" for word in row.split()) for row in body]
    return f"<table{attributes}>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def tables(markup: str) -> list[etree._Element]:
    return list(etree.fromstring(f"<div>{markup}</div>").iter("table"))


def rows(element: etree._Element) -> list[str]:
    return [" ".join(str(cell.text) for cell in row) for row in element.iter("tr")]


@pytest.mark.parametrize(
    ("markup", "classes"),
    [
        (table("port rise", "Brest 6.1"), "fitted"),
        (table("port rise", "Brest 6.1", attributes=' class="mine"'), "fitted mine"),
        (table("port address", "Brest https://example.org/ports/of/the/world/Brest"), "fitted breaks-2"),
        (table(*["September October November Mon"] * 2), "fitted"),
        (table(*["no Monday Tuesday Thursday Friday Saturday"] * 2), "fitted small"),
        (table("<b>a</b> b", "c d").replace("<td>", '<td colspan="2">', 1), None),
    ],
)
def test_classes(markup: str, classes: str | None) -> None:
    (found,) = tables(with_fitted_tables(markup))
    assert found.get("class") == classes


MONTHS = "January February March April May June July August September October November December"


def test_a_table_that_is_too_wide_becomes_several() -> None:
    """Each has the first column; all others stand once, in their order."""
    calm = "quiet " * 12
    found = tables(with_fitted_tables(table(f"harbour {MONTHS}", f"Aberdeen {calm}", f"Stavanger {calm}")))
    assert len(found) > 2
    assert [month for each in found for month in rows(each)[0].split()[1:]] == MONTHS.split()
    for each in found:
        assert [row.split()[0] for row in rows(each)] == ["harbour", "Aberdeen", "Stavanger"]
        assert each.get("class") == "fitted"


def test_what_is_unique_stands_once() -> None:
    """Ids, marks of notes, breaks of pages and the caption."""
    mark = '<a class="noteref" id="fnref1-1" href="#fn1"><sup>1</sup></a>'
    page = '<span epub:type="pagebreak" role="doc-pagebreak" id="p7"></span>'
    markup = table(f"harbour {MONTHS}", f"Aberdeen {MONTHS}").replace("Aberdeen", f"Aberdeen{mark}{page}")
    markup = markup.replace("<table>", '<table id="t"><caption>Storms</caption>').replace("<tr>", '<tr id="r">', 1)
    made = with_fitted_tables(markup)
    assert made.count("<table") > 2
    for unique in ("fnref1-1", "pagebreak", 'id="t"', 'id="r"', "<caption"):
        assert made.count(unique) == (2 if unique == "pagebreak" else 1), unique


@pytest.mark.parametrize(
    "markup",
    [
        table(f"harbour {MONTHS}", f"Aberdeen {MONTHS}").replace("<td>May", '<td><span role="doc-pagebreak"/>May'),
        table(f"harbour {MONTHS}", *[f"Aberdeen {MONTHS}"] * 300),
        table(f"harbour {MONTHS}", "Aberdeen"),
    ],
    ids=["pages in their order", "too long to be said again", "irregular"],
)
def test_some_stay_one(markup: str) -> None:
    assert len(tables(with_fitted_tables(markup))) == 1


def test_a_number_and_its_unit_stay_together() -> None:
    markup = "<table><tr><td>6.1 m</td><td>6 or</td><td>7 days</td><td><code>6 m</code></td></tr></table>"
    cells = list(etree.fromstring(with_fitted_tables(markup)).itertext())
    assert cells == ["6.1\N{NO-BREAK SPACE}m", "6\N{NO-BREAK SPACE}or", "7 days", "6 m"]


def test_the_style_sheet_knows_every_class() -> None:
    css = (styles_folder() / "epub.css").read_text(encoding="utf-8")
    assert "table.fitted" in css
    assert "table.small" in css
    assert re.findall(r"table\.breaks-(\d+) tr > :nth-child\((\d+)\)", css) == [(str(n), str(n)) for n in range(1, 13)]
