"""Formulas in print: vectors of the right size on the right line, tagged as formulas, the same at every run."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from time import process_time

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pypdfium2 import PdfDocument
from weasyprint import HTML

from notebook_compile.jobs import processes
from notebook_compile.model import Book, Chapter, Formula, Text
from notebook_compile.notes.formulas import to_mathml
from notebook_compile.pdf.design import Design
from notebook_compile.pdf.formulas import SCALE, draw, formula_markup
from notebook_compile.pdf.printing import print_book

LIST = Path(__file__).parents[1] / "notes" / "formulas" / "formulas.txt"
FORMULAS = LIST.read_text("utf-8").split("\n")[:-1]
PIECES = (
    r"\frac{ \sqrt \sum_ ^{ _{ } { & \\ \begin{matrix} \end{matrix} \left( \right) \text{ \hat \vec a 1 + = é \quad "
    r"\hline \cancel \boxed{ \overset \underbrace{ \xrightarrow{ \binom \phantom{ \lim \mathbb \operatorname{ \, ' -"
).split()
NOT_DRAWN = frozenset({"é ü ß 潮 🦀"})
A6 = (105.0, 148.0)


def formula(tex: str, display: bool = False) -> Formula:
    mathml, problem = to_mathml(tex, display)
    assert not problem
    return Formula(tex, mathml, display, (3, 5))


def sizes(tex: str, display: bool = False) -> tuple[float, float, float]:
    """Width, height, and how far the picture goes below the line, in em."""
    drawn = draw(formula(tex, display).mathml, tex)
    assert drawn is not None
    width, height, line = map(float, re.findall(r"-?[\d.]+(?=em)", drawn[1]))
    return width, height, -line


@pytest.mark.parametrize("tex", FORMULAS)
def test_every_formula_that_is_read_is_drawn(tex: str) -> None:
    for display in (False, True):
        mathml, _ = to_mathml(tex, display)
        assert not mathml or (draw(mathml, tex) is not None) == (tex not in NOT_DRAWN)


@pytest.mark.parametrize("tex", [*FORMULAS, r"\frac{1}{2} = y\text{-double-dot} - g", r"\text{a-b} - \dfrac{1}{2}"])
def test_every_sign_is_painted(tex: str) -> None:
    mathml, _ = to_mathml(tex, True)
    drawn = draw(mathml, tex) if mathml else None
    if drawn is not None:
        math = etree.fromstring(mathml)
        etree.strip_elements(math, "{*}mphantom", with_tail=False)
        signs = re.sub(r"[\s\u2061\u2063]", "", "".join(map(str, math.itertext())))
        svg = base64.b64decode(drawn[0].partition(",")[2]).decode()
        assert len(re.findall(r"<(?:path|rect)\b", svg)) >= len(signs)


def test_sizes_are_those_of_the_text() -> None:
    margin = 0.03 * SCALE
    width, height, below = sizes("x")
    assert 0.5 < width < 0.75
    assert height - 2 * margin == pytest.approx(0.53, abs=0.04)  # the x-height of Noto Serif
    assert below == pytest.approx(margin, abs=0.03)
    assert sizes("H")[1] - 2 * margin == pytest.approx(0.72, abs=0.03)  # its capitals
    assert sizes("xx")[0] == pytest.approx(2 * width - 2 * margin, abs=0.1)


def test_what_hangs_below_the_line_does() -> None:
    assert sizes("y")[2] > 0.2
    assert sizes("x_1")[2] > 0.15
    _, height, below = sizes(r"\frac{a}{b}", display=True)
    assert 1.8 < height < 2.8
    assert 0.25 * height < below < 0.5 * height
    assert sizes(r"\frac{a}{b}")[1] < 0.8 * height  # smaller in a line of text


def test_limits_stand_beside_signs_in_text_and_around_them_in_display() -> None:
    in_text, displayed = sizes(r"\sum_{i=1}^{n} i"), sizes(r"\sum_{i=1}^{n} i", display=True)
    assert in_text[1] < 0.8 * displayed[1]
    assert sizes(r"\sum\limits_{i=1}^{n} i")[1] > 1.2 * in_text[1]


def test_tables_have_their_rules() -> None:
    def rules(tex: str) -> int:
        drawn = draw(formula(tex).mathml, tex)
        assert drawn is not None
        svg = base64.b64decode(drawn[0].partition(",")[2]).decode()
        return len(re.findall(r"M", "".join(re.findall(r'<path d="([^"]*)" stroke="black"', svg))))

    assert rules(r"\begin{matrix} a & b \\ c & d \end{matrix}") == 0
    assert rules(r"\begin{array}{c|c} a & b \\ c & d \end{array}") == 1
    assert rules(r"\begin{array}{|c|c|} \hline a & b \\ \hline c & d \\ \hline \end{array}") == 6


def test_pictures_are_vectors_without_names() -> None:
    drawn = draw(formula(r"\sqrt{x^2 + \frac{1}{2}}").mathml, r"\sqrt{x^2}")
    assert drawn is not None
    svg = base64.b64decode(drawn[0].partition(",")[2]).decode()
    assert not re.search(r"<image|<use|\bid=|href", svg)


def test_on_a_page() -> None:
    markup = formula_markup(formula(r"\frac{x}{y}"))
    style = "@page { size: 200px 100px; margin: 0 } body { margin: 0; font: 20px/1.5 'Noto Serif' }"
    document = HTML(string=f"<style>{style}</style><p>{markup} x</p>").render()
    boxes = list(document.pages[0]._page_box.descendants())
    image = next(box for box in boxes if box.element_tag == "img")
    text = next(box for box in boxes if getattr(box, "text", "").strip() == "x")
    width, height, below = sizes(r"\frac{x}{y}")
    assert image.width == pytest.approx(20 * width, abs=0.1)
    assert image.height == pytest.approx(20 * height, abs=0.1)
    line = text.position_y + text.baseline
    assert image.position_y + image.height - line == pytest.approx(20 * below, abs=0.1)


def test_wide_formulas_keep_to_the_page() -> None:
    tex = " + ".join(f"x_{{{number}}}" for number in range(40))
    html = f'<div class="math display">{formula_markup(formula(tex, display=True))}</div>'
    css = Path(__file__).parents[2].joinpath("styles", "book.css").as_uri()
    style = f'<link rel="stylesheet" href="{css}"><style>@page {{ size: 300px 200px }}</style>'
    document = HTML(string=style + html).render()
    image = next(box for box in document.pages[0]._page_box.descendants() if box.element_tag == "img")
    assert 0 < image.width <= 300


def a_book() -> Book:
    tex = r"\frac{a}{b}", r"\begin{pmatrix} 1 & 2 \end{pmatrix}", "潮"
    references = tuple(formula(each, display=number == 1) for number, each in enumerate(tex))
    body = '<p>In <ref n="0">a/b</ref>, <ref n="2">x</ref>.</p><div class="math display"><ref n="1">m</ref></div>'
    chapter = Chapter(1, "One", 0, "c1", "one.md", None, Text(body, references))
    return Book("Book", "en", Text(), (chapter,), modified=1_700_000_000)


def test_in_a_book() -> None:
    with processes(1) as run:
        printed = print_book(a_book(), Design("book", A6, cover="none"), run, lambda *_: None)
    found = [(each.code, each.path, each.line, each.column) for each in printed.diagnostics]
    assert found == [("bad-math", "one.md", 3, 5)]
    with pikepdf.open(BytesIO(printed.pdf)) as pdf:
        elements = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/S" in each]
        formulas = [str(each.Alt) for each in elements if each.S == "/Formula"]
        assert sorted(formulas) == sorted([r"\frac{a}{b}", r"\begin{pmatrix} 1 & 2 \end{pmatrix}"])
        assert not [each for each in elements if each.S == "/Figure"]
        assert not [each for page in pdf.pages for each in page.get_images()]


def test_the_source_is_found_and_not_seen() -> None:
    tex = r"\frac{alpha}{beta} \le \gamma_1"
    drawn = draw(formula(tex).mathml, tex)
    assert drawn is not None
    source = etree.fromstring(base64.b64decode(drawn[0].partition(",")[2])).find("{*}text")
    assert source is not None
    assert (source.text, source.get("fill")) == (tex, "none")
    with processes(1) as run:
        printed = print_book(a_book(), Design("book", A6, cover="none"), run, lambda *_: None)
    pdf = PdfDocument(printed.pdf)
    (page,) = (pdf[index] for index in range(len(pdf)) if pdf.get_page_label(index) == "1")
    assert r"\frac{a}{b}" in page.get_textpage().get_text_range()


def test_pictures_depend_on_nothing_but_the_formula() -> None:
    code = (
        "import sys, hashlib; from notebook_compile.pdf.formulas import draw;"
        "from notebook_compile.notes.formulas import to_mathml;"
        f"tex = open({str(LIST)!r}, encoding='utf-8').read().split('\\n');"
        "drawn = {each: draw(math, each) for each in tex[::int(sys.argv[1])] if (math := to_mathml(each, True)[0])};"
        "print(hashlib.sha256(repr(sorted(drawn.items())).encode()).hexdigest())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code, order], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        )
        for order, seed in (("1", "1"), ("-1", "2"))
    ]
    assert runs[0].stdout == runs[1].stdout


@pytest.mark.parametrize(
    "tex",
    [
        r"\left(" * 25 + "x" + r"\right)" * 25,
        r"\binom{" * 20 + "x" + "}{y}" * 20,
        r"\begin{cases}" * 10 + "x" + r"\end{cases}" * 10,
        r"\frac{" * 25 + "1" + "}{2}" * 25,
        r"\xrightarrow{" * 10 + "x" + "}" * 10,
        "x+" * 2400,
        r"\begin{matrix}" + r"a&b\\" * 300 + r"\end{matrix}",
    ],
    ids=lambda tex: tex[:10],
)
def test_large_formulas_end_soon(tex: str) -> None:
    mathml, _ = to_mathml(tex, True)
    start = process_time()
    assert mathml
    draw(mathml, tex)
    assert process_time() - start < 3


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join), st.booleans())
def test_drawing_never_raises(tex: str, display: bool) -> None:
    mathml, _ = to_mathml(tex, display)
    if mathml:
        draw(mathml, tex)
