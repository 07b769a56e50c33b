"""Tables on pages: which pages are turned, and that nothing of a table gets lost."""

from __future__ import annotations

import io
import re

import pikepdf
import pypdfium2
import pytest

from notebook_compile.pdf.binding import pdf_of
from notebook_compile.pdf.files import Files
from notebook_compile.pdf.rendering import lay_out
from notebook_compile.pdf.signature import Signature, StyleSheet
from notebook_compile.pdf.tables import fitted
from notebook_compile.resources import styles_folder

WIDTH, HEIGHT, MARGIN = 120, 160, 10  # millimetres
PAGE = f"""
:root {{ --page-width: {WIDTH}mm; --page-height: {HEIGHT}mm; --type-size: 9pt }}
@page {{ size: {WIDTH}mm {HEIGHT}mm; margin: {MARGIN}mm }}
@page turned {{ size: {HEIGHT}mm {WIDTH}mm }}
"""
EM = 0.84 * 9 * 25.4 / 72


def press(body: str) -> Signature:
    """A chapter that is only text."""
    theme = styles_folder() / "book.css"
    html = (
        f'<html lang="en"><head><title>A</title></head><body class="text"><p>Before</p>{body}<p>After</p></body></html>'
    )
    styles = (StyleSheet(theme.read_text(encoding="utf-8"), theme.as_uri()), StyleSheet(PAGE))
    made = fitted(html, (WIDTH - 2 * MARGIN) / EM, (HEIGHT - 2 * MARGIN) / EM)
    return lay_out(made, styles, Files("/", str(styles_folder())))


def pages(signature: Signature) -> list[tuple[bool, list[str]]]:
    """Whether each page is turned, and its words, without the page's number."""
    found: list[tuple[bool, list[str]]] = []
    for page in pypdfium2.PdfDocument(pdf_of(signature)):
        words = page.get_textpage().get_text_range().split()
        turned = page.get_width() > page.get_height()
        assert words[-1] == str(len(found) + 1)
        found.append((turned, words[:-1]))
    return found


def table(heads: list[str], *rows: list[str]) -> str:
    made = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    head = f"<thead><tr>{''.join(f'<th>{cell}</th>' for cell in heads)}</tr></thead>"
    return f"<table>{head}<tbody>{made}</tbody></table>"


MONTHS = "January February March April May June July August September October November December".split()
WIDE = table(MONTHS, *[[f"{month}{row}" for month in range(12)] for row in range(3)])


@pytest.mark.parametrize(
    "around",
    ["{}", "<ul><li>item{}</li></ul>", "<blockquote><p>item</p>{}</blockquote>", '<div class="callout">item {}</div>'],
)
def test_a_turned_table_stands_on_a_page_of_its_own(around: str) -> None:
    before, turned, after = pages(press(around.format(WIDE)))
    assert (before[0], turned[0], after[0]) == (False, True, False)
    assert (before[1][0], turned[1][:12], after[1][0]) == ("Before", MONTHS, "After")


def test_a_heading_stands_with_its_turned_table() -> None:
    before, turned, after = pages(press(f"<h2>Head</h2>{WIDE}"))
    assert (before[1], turned[1][:2], after[1]) == (["Before"], ["Head", "January"], ["After"])


def test_footnotes_of_a_turned_table_are_all_there() -> None:
    note = '<span class="footnote" id="f{0}"><span class="footnote-entry text">note{0}</span></span>'
    rows = [[f"{month}" + note.format(f"{row}-{month}") for month in range(12)] for row in range(5)]
    signature = press(table(MONTHS, *rows))
    assert {f"f{row}-{month}" for row in range(5) for month in range(12)} <= signature.anchors.keys()
    shown = [word for is_turned, words in pages(signature) if is_turned for word in words if word.startswith("note")]
    assert sorted(shown) == sorted(f"note{row}-{month}" for row in range(5) for month in range(12))


@pytest.mark.parametrize("before", ["", "<p>line</p>" * 20])
@pytest.mark.parametrize("count", [150, 700, 2500])
def test_a_row_of_any_height_is_all_there(before: str, count: int) -> None:
    words = [f"word{number}" for number in range(count)]
    found = pages(press(before + table(["Key", "Value"], ["a", " ".join(words)], ["b", "short"])))
    shown = [word for _, page in found for word in page if re.fullmatch(r"word\d+", word)]
    assert shown == words
    assert all(len(page) > 3 for _, page in found)


def test_a_head_is_on_each_page_and_a_tall_one_once() -> None:
    rows = [["a", f"row{number}"] for number in range(90)]
    _, *rest = [words for _, words in pages(press(table(["Key", "Value"], *rows)))]
    assert len(rest) > 1
    assert all(words[:2] == ["Key", "Value"] for words in rest)
    tall = [f"tall{number}" for number in range(300)]
    shown = [word for _, words in pages(press(table(["Key", " ".join(tall)], *rows))) for word in words]
    assert [word for word in shown if word.startswith("tall")] == tall


def test_what_breaks_long_words_is_no_part_of_the_pdf() -> None:
    name = "package.module_with_a_name.ClassWithAName.method_with_a_name"
    signature = press(table(["Name", "Text"], [f"<code>{name}</code>", "many words " * 30]))
    assert not signature.lacking
    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf_of(signature)))
    assert name in re.sub(r"\s", "", text)
    with pikepdf.open(io.BytesIO(pdf_of(signature))) as pdf:
        assert not any(b"200b" in bytes(each.read_bytes()).lower() for each in pdf.objects if is_map(each))


def is_map(item: pikepdf.Object) -> bool:
    """Whether an object is a font's map to characters."""
    return isinstance(item, pikepdf.Stream) and b"begincmap" in bytes(item.read_bytes())
