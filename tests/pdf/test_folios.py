"""Late numbers: laid out before they are known, and right when the book is bound."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from notebook_compile.pdf import folios
from notebook_compile.pdf.binding import Labels, bind
from notebook_compile.pdf.sheaf import unpacked

if TYPE_CHECKING:
    from conftest import Bookbinder, Layout, Pages
    from notebook_compile.pdf.binding import Bound, Metadata

FONT = Path(__file__).parents[2] / "styles/fonts/NotoSerif-Regular.ttf"
PLACES = {
    "running text": "<p>Words (p. {}) and more words</p>",
    "justified text": '<p style="text-align: justify; hyphens: auto">' + "Several words (p. {}). " * 20 + "</p>",
    "indented text": '<p style="text-indent: 2em">{} at the start</p>',
    "emphasis": "<p>An <em>emphasised (p. {})</em> and a <b>bold</b> word</p>",
    "code": "<p><code>code {}</code></p>",
    "heading": "<h2>Heading (p. {})</h2>",
    "list": "<ul><li>Item {}</li><li><p>Loose item {}</p></li></ul>",
    "table": "<table><tr><th>Head {}</th><td>Cell</td></tr><tr><td>{}</td><td>Cell</td></tr></table>",
    "footnote": '<p>Text<span class="footnote">A note (p. {})</span></p>',
    "transparent": '<p style="opacity: 0.5">Pale (p. {})</p>',
    "spaced": '<p style="letter-spacing: 2pt; word-spacing: 4pt; text-transform: uppercase">Spaced {} out</p>',
    "old figures": '<p style="font-variant-numeric: oldstyle-nums proportional-nums">Figures {}</p>',
    "right to left": '<p dir="rtl" style="direction: rtl">Words {} words</p>',
}


@pytest.mark.parametrize("folio", [7, 42, 680, 9153])
@pytest.mark.parametrize("place", PLACES)
def test_number(layout: Layout, binder: Bookbinder, read_pages: Pages, place: str, folio: int) -> None:
    markup = PLACES[place].replace("{}", folios.number("here", len(str(folio))))
    signature = layout(f'<section><h1 id="here">Title</h1>{markup}</section>')
    bound = binder(signature, labels=[Labels(0, first=folio)])
    text = "".join(read_pages(bound))
    assert re.findall(r"\d+", re.sub(r"1\. A note|Text1", "", text)) == [str(folio)] * PLACES[place].count("{}")
    assert not bound.missing
    assert not bound.overfull


def test_repeated_header(layout: Layout, binder: Bookbinder, read_pages: Pages) -> None:
    rows = "".join(f"<tr><td>row {row}</td></tr>" for row in "abcdefghijklmnopqrstuvwxyz")
    header = f"<thead><tr><th>See {folios.number('here', 2)}</th></tr></thead>"
    signature = layout(f'<h1 id="here">Title</h1><table>{header}{rows}</table>')
    pages = read_pages(binder(signature, labels=[Labels(0, first=35)]))
    assert len(pages) > 1
    assert all("See 35" in page for page in pages)


def test_many_numbers(layout: Layout, binder: Bookbinder, read_pages: Pages) -> None:
    count, rounds = 40, 60
    chapters = layout("".join(f'<section id="c{number}">.</section>' for number in range(count)))
    contents = layout("<p>" + " ".join(folios.number(f"c{number}", 4) for number in range(count)) * rounds + "</p>")
    bound = binder(contents, chapters, labels=[Labels(0, "r"), Labels(1, first=1000)])
    numbers = re.findall(r"\d{4}", "\n".join(read_pages(bound)[: contents.pages]))
    assert [int(number) for number in numbers] == list(range(1000, 1000 + count)) * rounds


def _edges(bound: Bound, words: str) -> tuple[float, float]:
    """Where words stand on the first page: their left and right edge, by the glyphs' origins and widths."""
    text = pypdfium2.PdfDocument(bound.pdf)[0].get_textpage()
    index, count = text.search(words).get_next()
    return text.get_charbox(index, loose=True)[0], text.get_charbox(index + count - 1, loose=True)[2]


@pytest.mark.parametrize("face", ["Text", "Code", "Text; font-weight: bold", "Text; font-style: italic"])
def test_width(layout: Layout, binder: Bookbinder, face: str) -> None:
    """The space depends on the count of digits alone, and is as wide as the digits."""
    number = folios.number("here", 3)
    signature = layout(f'<p id="here" style="font-family: {face}">a{number}z</p>')
    first, second = (binder(signature, labels=[Labels(0, first=folio)]) for folio in (111, 748))
    assert _edges(first, "z") == _edges(second, "z")
    assert _edges(first, "a")[1] == pytest.approx(_edges(first, "111")[0], abs=0.05)
    assert _edges(second, "748")[1] == pytest.approx(_edges(second, "z")[0], abs=0.05)


def test_narrower_than_its_space(layout: Layout, binder: Bookbinder) -> None:
    """In a column, numbers are aligned on the right."""
    signature = layout(f'<p id="here">a{folios.number("here", 4)}z</p>')
    for folio in (5, 67, 890, 1234):
        bound = binder(signature, labels=[Labels(0, first=folio)])
        assert _edges(bound, str(folio))[1] == pytest.approx(_edges(bound, "z")[0], abs=0.05)


# --- lists of pages ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _List:
    """A list of pages in print: where each piece of it stands from left to right, and each link, line by line."""

    pieces: list[tuple[str, float, float]]
    links: list[tuple[float, float]]


def _listed(bound: Bound) -> list[_List]:
    """The lists on the first page."""
    with pikepdf.open(BytesIO(bound.pdf)) as pdf:
        rectangles = [[float(edge) for edge in each.Rect] for each in pdf.pages[0].Annots]
    text = pypdfium2.PdfDocument(bound.pdf)[0].get_textpage()
    boxes = [(text.get_text_range(at, 1), text.get_charbox(at, loose=True)) for at in range(text.count_chars())]
    lines = []
    for bottom in sorted({round(box[1]) for character, box in boxes if character.strip()}, reverse=True):
        line = [(character, box[0], box[2]) for character, box in boxes if round(box[1]) == bottom]
        links = [
            (left, right) for left, one, right, other in rectangles if min(one, other) < bottom + 4 < max(one, other)
        ]
        lines.append(_List(line, links))
    return lines


@pytest.mark.parametrize("folio", [1, 98, 997, 8000])
@pytest.mark.parametrize("room", [4, 6])
def test_what_follows_a_number_in_a_list_moves_up_to_it(
    layout: Layout, binder: Bookbinder, room: int, folio: int
) -> None:
    names = [f"c{number}" for number in range(30)]
    numbers = ", ".join(folios.listed(name, room, leftward=False) for name in names)
    text = layout("".join(f'<section id="{name}">.</section>' for name in names))
    bound = binder(layout(f"<p>See pp. {numbers}; the end</p>"), text, labels=[Labels(0, "r"), Labels(1, first=folio)])
    assert (bound.missing, bound.overfull) == ((), ())
    lines = _listed(bound)
    assert len(lines) > 2
    assert "".join(character for line in lines for character, *_ in line.pieces).replace("\r\n", "") == (
        "See pp. " + ", ".join(str(folio + number) for number in range(30)) + "; the end"
    )
    for line in lines:
        shown = [piece for piece in line.pieces if piece[0].strip()]
        assert shown[0][1] == pytest.approx(30, abs=0.5)  # the page's margin
        gaps = [right[1] - left[2] for left, right in pairwise(shown)]
        assert max(gaps) < 4  # a blank
        assert min(gaps) > -0.1
        figures = [list(group) for is_digit, group in groupby(shown, lambda piece: piece[0].isdigit()) if is_digit]
        edges = [edge for figure in figures for edge in (figure[0][1], figure[-1][2])]
        assert [edge for link in line.links for edge in link] == pytest.approx(edges, abs=0.1)


def test_a_list_from_right_to_left(layout: Layout, binder: Bookbinder) -> None:
    numbers = ", ".join(folios.listed(name, 4, leftward=True) for name in ("here", "there"))
    html = f'<p dir="rtl" style="direction: rtl">אב {numbers} גד</p><p id="here">x<p id="there">x'
    bound = binder(layout(html), labels=[Labels(0, first=7)])
    (line, *_) = _listed(bound)
    places = {character: (left, right) for character, left, right in line.pieces if character.strip()}
    order = sorted(places, key=lambda character: -places[character][0])
    assert order[:2] == ["א", "ב"]
    sevens = [piece for piece in line.pieces if piece[0] == "7"]
    assert len(sevens) == 2
    edges = sorted(((left, right) for character, left, right in line.pieces if character.strip()), reverse=True)
    assert max(left - after for (left, _), (_, after) in pairwise(edges)) < 4
    assert [right - left for left, right in line.links] == pytest.approx([5.59, 5.59], abs=0.1)
    assert sorted(left for _, left, _ in sevens) == pytest.approx(
        sorted(right - 5.59 for _, right in line.links), abs=0.5
    )


def test_wider_than_its_space(layout: Layout, binder: Bookbinder, read_pages: Pages) -> None:
    bound = binder(layout(f'<p id="here">{folios.number("here", 1)}</p>'), labels=[Labels(0, first=12)])
    assert bound.overfull == ("here",)
    assert read_pages(bound) == ["12"]


def test_nowhere(layout: Layout, binder: Bookbinder, read_pages: Pages) -> None:
    bound = binder(layout(f"<p>a{folios.number('nowhere', 2)}z</p>"))
    assert bound.missing == ("nowhere",)
    assert not re.search(r"\d", read_pages(bound)[0])


def test_counts(layout: Layout, metadata: Metadata) -> None:
    """A late number that is no page's is given by its name, and is text like other text."""
    signature = layout(f'<section id="here">Chapter {folios.count("c.number", 2)} <a href="xref:here">x</a></section>')
    bound = bind([signature], [signature.sheaf], [], [], metadata, given={"c.number": 41})
    with pikepdf.open(BytesIO(bound.pdf)) as pdf:
        assert len(pdf.pages[0].Annots) == 1
    assert "Chapter 41 x" in pypdfium2.PdfDocument(bound.pdf)[0].get_textpage().get_text_bounded()
    assert not bound.missing


def test_digits_that_are_no_number(layout: Layout, binder: Bookbinder, read_pages: Pages) -> None:
    """What a note says stays, even when it looks like a placeholder."""
    text = '<p>0123456789 <a href="xref:here" id="here">0123456789</a> <a href="folio:x:y">0123456789</a></p>'
    assert read_pages(binder(layout(text)))[0].count(folios.DIGITS) == 3


# --- folios in the margins --------------------------------------------------------------------------------------------

SECTIONS = '<section id="a"><h1>One</h1></section><section id="b"><h1>Two</h1></section>'


@pytest.mark.parametrize("first", [3, 9, 99, 12_345])
@pytest.mark.parametrize("align", ["left", "center", "right"])
def test_folio(layout: Layout, binder: Bookbinder, read_pages: Pages, align: folios.Align, first: int) -> None:
    css = f"@page {{ @bottom-{align} {{ content: {folios.folio_content(align)}; text-align: {align} }} }}"
    bound = binder(layout(SECTIONS, css), labels=[Labels(0, first=first)])
    for folio, page in enumerate(read_pages(bound), start=first):
        assert page.split()[-1] == str(folio)
    left, right = _edges(bound, str(first))
    seen = {"left": left - 30, "center": (left + right) / 2 - 120, "right": right - 210}
    assert seen[align] == pytest.approx(0, abs=0.1)


def test_text_beside_a_folio(layout: Layout, binder: Bookbinder, read_pages: Pages) -> None:
    css = f"@page {{ @top-center {{ content: '– ' {folios.folio_content('center')} ' –'; text-align: center }} }}"
    bound = binder(layout(SECTIONS, css), labels=[Labels(0, first=41)])
    assert "– 41 –" in read_pages(bound)[0]
    left, right = _edges(bound, "– 41 –")
    assert (left + right) / 2 == pytest.approx(120, abs=0.1)


def test_recto_and_verso(layout: Layout, binder: Bookbinder, read_pages: Pages) -> None:
    """Which side a page is on is known at last; text in other fonts goes with its folio."""
    verso, recto = folios.folio_content("left", "verso"), folios.folio_content("right", "recto")
    css = f"""h1 {{ string-set: title content() }}
@page {{ @top-left {{ content: {verso} " " string(title) " → left"; white-space: nowrap }}
@top-right {{ content: string(title) " → right " {recto}; white-space: nowrap }} }}"""
    one = layout('<section><h1>One</h1></section><section style="break-before: page">more</section>', css)
    for before, sides in ((0, ["→ right 1", "2 One → left"]), (1, ["2 One → left", "→ right 3"])):
        blank = [layout("<p>blank</p>")] * before
        pages = read_pages(binder(*blank, one))[before:]
        assert [side in page for side, page in zip(sides, pages, strict=True)] == [True, True]
        assert [page.count("→") for page in pages] == [1, 1]


def test_folios_are_artifacts(layout: Layout) -> None:
    css = f"@page {{ @top-left {{ content: 'Head ' {folios.folio_content('left')} }} }}"
    (number,) = (each for stream in unpacked(layout("<p>Text</p>", css).sheaf).streams for each in stream.printed)
    assert (number.target, number.page, number.side) == ("", 0, "both")


def test_uneven_figures(layout: Layout, tmp_path: Path) -> None:
    font = TTFont(FONT)
    advance, bearing = font["hmtx"]["one"]
    font["hmtx"]["one"] = (advance - 100, bearing)
    font.save(tmp_path / "uneven.ttf")
    address = (tmp_path / "uneven.ttf").as_uri()
    css = f"@font-face {{ font-family: Uneven; src: url({address}) }} p {{ font-family: Uneven }}"
    with pytest.raises(folios.UnevenFiguresError, match="Uneven"):
        layout(f"<p>{folios.number('here', 2)}</p>", css)
