"""Formulas in the EPUB: MathML that EPUBCheck takes, declared in the manifest, and shown by a browser."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from notebook_compile.epub.formulas import formula_markup
from notebook_compile.epub.package import package
from notebook_compile.model import Book, Chapter, Formula, Text
from notebook_compile.notes.formulas import NAMESPACE, to_mathml
from notebook_compile.resources import styles_folder

if TYPE_CHECKING:
    from collections.abc import Callable

FORMULAS = Path(__file__).parents[1].joinpath("notes", "formulas", "formulas.txt").read_text("utf-8").split("\n")[:-1]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def formulas() -> Book:
    """A book with every formula, in a line and on one of its own."""
    read = [
        Formula(tex, mathml, display, (1, 1))
        for tex in FORMULAS
        for display in (False, True)
        if (mathml := to_mathml(tex, display)[0])
    ]
    body = "".join(
        f'<div class="math display"><ref n="{number}">x</ref></div>'
        if each.display
        else f'<p>In a <b>line <ref n="{number}">x</ref></b>.</p>'
        for number, each in enumerate(read)
    )
    plain = Chapter(2, "Two", 0, "c2", "2.md", None, Text("<p>None.</p>"))
    return Book("Formulas", "en", Text(), (Chapter(1, "One", 0, "c1", "1.md", None, Text(body, tuple(read))), plain))


def test_epubcheck_finds_nothing(formulas: Book, epubcheck: Callable[[bytes], object]) -> None:
    assert epubcheck(package(formulas)[0]) == (0, [])


def test_documents_hold_it_and_the_manifest_says_so(
    formulas: Book, taken_apart: Callable[[Book], dict[str, bytes]]
) -> None:
    files = taken_apart(formulas)
    opf = etree.fromstring(next(data for name, data in files.items() if name.endswith(".opf")))
    items = {str(item.get("href")): item.get("properties") for item in opf.iter("{*}item")}
    maths: list[etree._Element] = []
    for name, properties in items.items():
        if name.endswith(".xhtml"):
            document = etree.fromstring(next(data for path, data in files.items() if path.endswith(name)))
            found = list(document.iter(f"{{{NAMESPACE}}}math"))
            assert bool(found) == (properties == "mathml")
            maths += found
    assert len(maths) > 300
    assert all(math.get("alttext") for math in maths)
    assert {math.get("display") for math in maths} == {None, "block"}


def markup(tex: str, display: bool = True) -> str:
    mathml, problem = to_mathml(tex, display)
    assert not problem
    return formula_markup(Formula(tex, mathml, display, (1, 1)))


def pieces(tex: str, display: bool = True) -> list[str]:
    """What each `math` element of a formula shows."""
    found = []
    for math in etree.fromstring(f"<div>{markup(tex, display)}</div>").iter(f"{{{NAMESPACE}}}math"):
        etree.strip_elements(math, f"{{{NAMESPACE}}}annotation", with_tail=False)
        found.append("".join(map(str, math.itertext())))
    return found


@pytest.mark.parametrize(
    ("tex", "display", "expected"),
    [
        ("a = b + c", True, ["a=b+c"]),
        ("a + b = c + d + e = f + g - h", True, ["a+b", "=c+d+e", "=f+g−h"]),
        ("a + b = c + d + e = f + g - h", False, ["a+b=", "c+d+e=", "f+g−h"]),
        ("a = -b - (-c - d) + e(f + g) + 1 + 2", True, ["a", "=−b", "−(−c−d)", "+e(f+g)", "+1", "+2"]),
        ("m(a + b + c + d + e + f + g + h + i + j)", True, ["m(a", *(f"+{x}" for x in "bcdefghi"), "+j)"]),
        ("a" * 70, True, ["a" * 16] * 4 + ["a" * 6]),
        ("x_1 + y_1 + z_1, x_2 + y_2, \\; x_3 + y_3", True, None),
        ("\\begin{pmatrix} 1000 & 2000 & 30 \\end{pmatrix} \\begin{pmatrix} 4 \\\\ 5 \\end{pmatrix}", True, None),
    ],
)
def test_a_long_formula_is_broken_where_tex_would(tex: str, display: bool, expected: list[str] | None) -> None:
    """Never at a sign that belongs to what follows it, never within brackets if there is another place."""
    found = pieces(tex, display)
    assert found == expected or (expected is None and len(found) > 1)
    assert "".join(found) == "".join(map(str, etree.fromstring(to_mathml(tex, display)[0]).itertext()))


@pytest.mark.parametrize(
    ("tex", "size"),
    [
        (r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}", None),
        (r"\begin{pmatrix}" + " & ".join("abcdefghijklmn") + r"\end{pmatrix}", "80"),
        (r"\begin{pmatrix}" + " & ".join("abcdefghijklmnopqrs") + r"\end{pmatrix}", "60"),
        (r"\frac{a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p}{2}", "60"),
    ],
)
def test_what_cannot_be_broken_is_set_smaller(tex: str, size: str | None) -> None:
    made = etree.fromstring(markup(tex))
    assert made.get("class") == (f"formula-{size}" if size else None)


def test_the_style_sheet_knows_every_size() -> None:
    css = (styles_folder() / "epub.css").read_text(encoding="utf-8")
    for size in (90, 80, 70, 60, 50):
        assert f".formula-{size} {{ font-size: {size}%; }}" in css


def test_a_broken_formula_has_its_tex_once_and_speaks_of_every_piece() -> None:
    made = etree.fromstring(markup(r"P(A) = \frac{a + b}{c} + \sqrt{x_1^2 + 1} + d + e + f"))
    assert [each.text for each in made.iter("{*}annotation")] == [
        r"P(A) = \frac{a + b}{c} + \sqrt{x_1^2 + 1} + d + e + f"
    ]
    spoken = [each.get("alttext") for each in made.iter("{*}math")]
    assert spoken[:3] == ["P(A)", "= (a + b)/c", "+ √(x_1^2 + 1)"]


def test_equations_below_each_other_stay_lines() -> None:
    made = etree.fromstring(
        markup(
            r"\begin{aligned} s &= a + b + c + d + e + f + g + h + i + j + k + m + n \\ &= l \\ t &= m \end{aligned}"
        )
    )
    assert [each.get("class") for each in made] == ["line", "line further", "line"]


def test_long_words_are_text() -> None:
    made = markup(r"\text{the number of all words in a book} = \frac{a}{b}")
    assert made.startswith('<span class="formula">the number of all words in a book <math')


def test_a_head_of_formulas_alone_is_a_cell(taken_apart: Callable[[Book], dict[str, bytes]]) -> None:
    """axe-core, which Ace runs, sees no MathML: an empty header (empty-table-header)."""
    formula = Formula("x", to_mathml("x", display=False)[0], False, (1, 1))
    head = '<tr><th scope="col"><ref n="0">x</ref></th><th scope="col">and <ref n="0">x</ref></th></tr>'
    text = Text(f"<table><thead>{head}</thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>", (formula,))
    files = taken_apart(Book("B", "en", Text(), (Chapter(1, "One", 0, "c1", "1.md", None, text),)))
    document = next(data for data in files.values() if b"<thead" in data)
    cells = list(etree.fromstring(document).find(".//{*}thead/{*}tr"))  # type: ignore[arg-type]
    assert [(etree.QName(cell).localname, cell.get("scope")) for cell in cells] == [("td", None), ("th", "col")]


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_browser_shows_it(formulas: Book, tmp_path: Path) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with zipfile.ZipFile(io.BytesIO(package(formulas)[0])) as archive:
        archive.extractall(tmp_path)
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 600, "height": 800})
        page.goto((tmp_path / "EPUB" / "text" / "c1.xhtml").as_uri())
        flat = page.evaluate(
            "[...document.querySelectorAll('math')].filter(m => m.getBoundingClientRect().height < 1)"
            ".map(m => m.getAttribute('alttext'))"
        )
        wide = page.evaluate("document.documentElement.scrollWidth")
        browser.close()
    assert flat == []
    assert wide <= 600
