"""Every module of `pdf/faster` lays out as WeasyPrint does without it, and does less."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pydyf
import pytest
from cssselect2.tree import ElementWrapper
from weasyprint import css, draw
from weasyprint.css import StyleFor
from weasyprint.document import Document
from weasyprint.draw import text
from weasyprint.formatting_structure import build
from weasyprint.formatting_structure.boxes import Box, FootnoteAreaBox
from weasyprint.layout import LayoutContext, inline
from weasyprint.pdf import fonts
from weasyprint.text import line_break
from weasyprint.text.ffi import ffi

from notebook_compile.pdf import linesetting
from notebook_compile.pdf.design import Design, style_sheets
from notebook_compile.pdf.faster import (
    REPLACED,
    drawn_texts,
    flow,
    footnote_area,
    lines,
    objects,
    siblings,
    styles,
    texts,
    used_values,
)
from notebook_compile.pdf.files import Files
from notebook_compile.pdf.footnotes import code
from notebook_compile.pdf.rendering import _press, _render
from notebook_compile.resources import styles_folder
from notebook_compile.words import words

Place = tuple[object, ...]
# What sets lines by other rules, without what makes it faster.
LINES_ALONE = {**vars(line_break), "_width_without_blank": linesetting._width_without_blank}
exec(linesetting.split_source(), LINES_ALONE)
# What each module replaces: where it is, its name, and what it is without that module.
ORIGINALS: dict[Any, list[tuple[Any, str, Any]]] = {
    drawn_texts: [
        (draw, "draw_text", drawn_texts._draw_text),
        (text, "draw_first_line", drawn_texts._draw_first_line),
    ],
    flow: [(Box, "is_in_normal_flow", flow._is_in_normal_flow)],
    footnote_area: [
        (LayoutContext, "_update_footnote_area", footnote_area._update_footnote_area),
        (FootnoteAreaBox, "deepcopy", footnote_area._deepcopy),
        (inline, "inline_block_box_layout", footnote_area._inline_block_box_layout),
    ],
    lines: [
        (line_break, "split_first_line", LINES_ALONE["split_first_line"]),
        (inline, "split_first_line", LINES_ALONE["split_first_line"]),
        (line_break, "can_break_text", lines._can_break_text),
        (inline, "can_break_text", lines._can_break_text),
        (inline, "create_layout", lines._create_layout),
    ],
    objects: [
        (fonts.Font, "_harfbuzz_subset", objects._harfbuzz_subset),
        (pydyf.PDF, "page_references", objects._page_references),
    ],
    siblings: [(ElementWrapper, "iter_next_siblings", siblings._iter_next_siblings)],
    styles: [
        (css, "find_style_attributes", styles._find_style_attributes),
        (StyleFor, "__init__", styles._init),
        (StyleFor, "set_computed_styles", styles._set_computed_styles),
        (build, "set_viewport_overflow", styles._set_viewport_overflow),
    ],
    texts: [
        (line_break.Layout, "setup", texts._setup),
        (line_break.Layout, "set_text", texts._set_text),
        (line_break, "strut", texts._strut),
        (inline, "strut", texts._strut),
    ],
    used_values: [(module, "resolve_percentages", used_values._resolve_percentages) for module in used_values.MODULES],
}
WORDS = """international understanding development a of the and in “quoted” – naïve isn’t 12:30 to we
concentration unfortunately on https://example.org/a/long/address?with=parts temperature""".split()


def document(seed: int, length: int = 18) -> str:
    """Chapters with everything that has a layout of its own."""
    dice = random.Random(seed)

    def some(least: int, most: int) -> str:
        return " ".join(dice.choices(WORDS, k=dice.randint(least, most)))

    def footnote(number: int) -> str:
        kind = dice.choice(["coded", "coded", "line", "line long", "text"])
        more = code(f"https://youtu.be/{number}", words("en")) if kind == "coded" else some(1, 30)
        return (
            f'<span class="footnote" id="fn{number}"><span class="footnote-entry {kind}">'
            f'<a class="footnote-number" href="#mark{number}">{number}</a>{more}</span></span>'
        )

    def paragraph(number: int) -> str:
        mark = f'<sup class="note-reference"><a id="mark{number}" href="#fn{number}">{number}</a></sup>'
        return f'<p id="p{number}">{some(3, 70)}{mark}{footnote(number)} <em>{some(1, 9)}</em> {some(0, 20)}.</p>'

    def block(number: int) -> str:
        return dice.choice(
            [
                paragraph(number),
                paragraph(number),
                f'<h2 id="h{number}">{some(2, 6)}</h2>{paragraph(number)}',
                f"<ul><li>{some(2, 30)}</li><li><p>{some(3, 9)}</p>{paragraph(number)}</li></ul>",
                f'<table id="t{number}"><thead><tr><th>{some(1, 3)}</th><th>b</th></tr></thead><tbody>'
                + f"<tr><td>{some(3, 20)}</td><td><u>{some(1, 9)}</u></td></tr>" * 3
                + "</tbody></table>",
                f'<div style="float: right; width: 30%">{some(3, 9)}</div>{paragraph(number)}',
                f'<div style="columns: 2">{some(30, 60)}</div>',
                f'<div style="display: flex"><p>{some(3, 9)}</p><p>{some(9, 20)}</p></div>',
                f'<div style="display: grid"><p>{some(3, 9)}</p><p style="letter-spacing: 2pt">{some(9, 20)}</p></div>',
                f"<blockquote><p>{some(9, 60)}</p></blockquote><pre>{some(3, 9)}\n\t{some(3, 9)}</pre>",
            ]
        )

    chapters = (
        f'<section class="chapter" id="c{chapter}"><header class="chapter-head"><h1 class="chapter-title">{some(1, 9)}'
        f"</h1></header>{''.join(block(100 * chapter + number) for number in range(length // 2))}</section>"
        for chapter in range(2)
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><title>-</title></head>\n<body class="text">'
        + "".join(chapters)
        + "</body></html>"
    )


def rendered(html: str) -> Document:
    folder = styles_folder()
    press = _press(style_sheets(Design("book", (148, 210)), folder), Files(str(folder), str(folder)))
    return _render(html, press)


def written(html: str) -> bytes:
    """The PDF that WeasyPrint makes."""
    return rendered(html).write_pdf(pdf_tags=True)  # type: ignore[no-any-return]


def boxes(html: str, extra: str = "") -> list[Place]:
    """All boxes of all pages, and where they are."""
    pages = rendered(html.replace("</head>", f"<style>{extra}</style></head>")).pages
    return [
        (index, type(box).__name__, box.element_tag, getattr(box, "text", ""), box.style["anchor"], *place(box))
        for index, page in enumerate(pages)
        for box in page._page_box.descendants()
    ]


def place(box: Any) -> tuple[float, ...]:
    return tuple(round(length, 9) for length in (box.position_x, box.position_y, box.width, box.height))


def without(module: Any, patch: pytest.MonkeyPatch) -> None:
    for owner, name, original in ORIGINALS[module]:
        assert getattr(owner, name) is not original, f"{name} is not replaced"
        patch.setattr(owner, name, original)


@pytest.fixture
def patch(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    boxes("<p>-</p>")  # which installs all of them
    yield monkeypatch
    monkeypatch.undo()


@pytest.fixture(scope="module")
def pages() -> list[Place]:
    return boxes(document(1))


def test_there_is_a_test_for_each() -> None:
    assert set(ORIGINALS) == set(REPLACED)


@pytest.mark.parametrize("module", REPLACED, ids=lambda module: module.__name__.rpartition(".")[2])
def test_pages_are_the_same_without_it(module: Any, pages: list[Place], patch: pytest.MonkeyPatch) -> None:
    without(module, patch)
    assert boxes(document(1)) == pages


@pytest.mark.parametrize(
    "css",
    [
        ".footnote { footnote-display: block }",
        ".footnote-entry { display: block }",
        ".footnote-entry { display: inline }",
        ".footnote-entry { width: 30% } @page { @footnote { max-height: 4cm } }",
        "@page { @footnote { text-indent: 2em; text-align: justify } }",
        "@page :right { margin: 3cm }",
        "body { columns: 2 }",
    ],
)
def test_footnotes_of_other_themes_are_the_same_without_it(css: str, patch: pytest.MonkeyPatch) -> None:
    html = document(3, 4)
    faster = boxes(html, css)
    without(footnote_area, patch)
    assert boxes(html, css) == faster


OTHER_STYLES = [
    "",
    "p { font-size: 9pt } .footnote { footnote-display: block }",
    "@page { size: 90mm 120mm } p { width: 70vw; line-height: calc(2vh + 12pt) }",
    "@page { size: 120mm 90mm } p { width: 70vw; line-height: calc(2vh + 12pt) }",
    "html { display: none }",
    "body { overflow: hidden } @page { margin: 3cm }",
]


LANGUAGES = {
    "de": "Donaudampfschifffahrtsgesellschaft Lebens\u00adversicherung und Übergrößenträger, ",
    "fr": "l’anticonstitutionnellement\u00a0: « aujourd’hui » peut-être — ",
    "he": "שלום לכולם 2026 (abc) עולם, ",
    "ja": "これは日本語の文章です。 mixed text 123、",
    "th": "ภาษาไทยไม่มีช่องว่างระหว่างคำ ",
    "en": "well-known AVAV. To “W.” https://example.org/very/long/path/ i/o mm\u200bmm ",
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_lines_in_every_language_are_the_same_without_it(lang: str, patch: pytest.MonkeyPatch) -> None:
    dice = random.Random(lang)
    words = LANGUAGES[lang].split(" ")
    html = f'<html lang="{lang}" dir="{"rtl" if lang == "he" else "ltr"}"><body class="text">' + "".join(
        f'<p style="width: {dice.randint(20, 110)}mm; font-size: {dice.choice([8, 9.4, 14])}pt">'
        f"{' '.join(dice.choices(words, k=dice.randint(3, 60)))} <em>{' '.join(words)}</em></p>"
        for _ in range(40)
    )
    faster = boxes(html)
    without(lines, patch)
    assert boxes(html) == faster


@pytest.mark.parametrize("css", OTHER_STYLES)
def test_what_is_laid_out_does_not_depend_on_what_was_before(css: str, patch: pytest.MonkeyPatch) -> None:
    for each in OTHER_STYLES:
        boxes(document(5, 4), each)
    after = boxes(document(4, 4), css)
    without(styles, patch)
    assert boxes(document(4, 4), css) == after


def test_a_document_takes_styles_from_another_unless_they_depend_on_its_pages(patch: pytest.MonkeyPatch) -> None:
    html = footnotes(3)
    boxes(html)
    assert calls(styles, "_computed", html, patch) == 0
    in_pages = html.replace("<p>", '<p style="width: 70vw">')
    boxes(in_pages)
    assert calls(styles, "_computed", in_pages, patch) > 0


# --- what is saved ----------------------------------------------------------------------------------------


def footnotes(count: int) -> str:
    """A page with so many footnotes."""
    return "<p>" + "".join(
        f'word<span class="footnote" id="fn{n}"><span class="footnote-entry line">{n}</span></span> '
        for n in range(count)
    )


def calls(owner: Any, name: str, html: str, patch: pytest.MonkeyPatch) -> int:
    """How often a function is called for a document."""
    original, count = getattr(owner, name), 0

    def counted(*arguments: Any, **named: Any) -> Any:
        nonlocal count
        count += 1
        return original(*arguments, **named)

    with patch.context() as inner:
        inner.setattr(owner, name, counted)
        boxes(html)
    return count


def test_a_footnote_is_laid_out_once(patch: pytest.MonkeyPatch) -> None:
    assert calls(footnote_area, "_inline_block_box_layout", footnotes(20), patch) == 20
    without(footnote_area, patch)
    assert calls(inline, "inline_block_box_layout", footnotes(20), patch) > 5 * 20


def test_styles_are_computed_once(patch: pytest.MonkeyPatch) -> None:
    assert calls(styles, "_computed", f'<html lang="nb"><body>{footnotes(5)}', patch) > 5
    assert calls(styles, "_computed", f'<html lang="nb"><body>{footnotes(20)}', patch) == 0


def test_subsets_of_fonts_and_references_to_pages_are_the_same(patch: pytest.MonkeyPatch) -> None:
    faster = written(document(6, 8))
    without(objects, patch)
    assert written(document(6, 8)) == faster


def test_no_type_is_read_for_a_subset(patch: pytest.MonkeyPatch) -> None:
    written(document(7, 4))
    with patch.context() as inner:
        inner.setattr(ffi, "_typeof_locked", None)
        written(document(8, 6))


def test_used_values_are_resolved_once(patch: pytest.MonkeyPatch) -> None:
    """But for each footnote, whose style WeasyPrint copies."""
    few, many = (calls(used_values, "_resolve_percentages", footnotes(count), patch) for count in (5, 20))
    assert many - few <= 2 * 15


def test_a_line_is_broken_once(patch: pytest.MonkeyPatch) -> None:
    html = footnotes(20)
    boxes(html)
    assert calls(line_break, "_split_anew", html, patch) == 0


def test_fewer_layouts_are_tried_for_a_line(patch: pytest.MonkeyPatch) -> None:
    html = f"<p>{' '.join(WORDS * 20)}"
    lines._known.clear()
    count = calls(line_break.Layout, "set_text", html, patch)
    without(lines, patch)
    assert calls(line_break.Layout, "set_text", html, patch) > 1.5 * count


def test_texts_are_set_up_once(patch: pytest.MonkeyPatch) -> None:
    few, many = (calls(texts, "_setting", footnotes(count), patch) for count in (5, 20))
    assert few == many
