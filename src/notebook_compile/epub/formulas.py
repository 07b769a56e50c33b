"""Formulas on narrow screens: nothing of them is cut off.

A formula of the book comes in, its markup goes out. Readers break no line within a `math` element, and those that show
pages cut off what is wider; so a long formula becomes several elements with blanks between them, where TeX would break
it too: at relations, then at operators, then within brackets. A piece that is too wide even so is set smaller.

Every reader has its own fonts, so widths are estimates. They are in em of the text around the formula.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from html import escape
from itertools import chain, pairwise, zip_longest
from typing import TYPE_CHECKING

from lxml import etree

from notebook_compile.notes.formulas import NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from notebook_compile.model import Formula

# A reader of six inches has lines of 20 em at its usual size of type; a list, a quote, or an equation that goes on in
# a second line leaves less of it.
_LINE = 18.0
_WHOLE = 10.0  # a formula no wider than this is not broken
_SIZES = (90, 80, 70, 60, 50)  # percent, which the style sheet has classes for; what is smaller is not legible
_LEAST_OF_ROWS = 0.7  # equations below each other that would be smaller are broken, each for itself

_SCRIPT = 0.71  # MathML Core, 4.5, `math-depth`
_GAP = 0.8  # between columns (MathML Core, A, `mtd`)
_LETTER, _CAPITAL, _SIGN, _NARROW_LETTER, _WIDE_LETTER, _FULL_WIDTH = 0.62, 0.74, 0.84, 0.35, 0.95, 1.05
_LARGE, _LARGE_WIDTH = frozenset("∑∏∐⋃⋂⋁⋀∫∬∭∮⨀⨁⨂⨄⨆"), 1.1
_NARROW, _WIDE = frozenset("Iijlft.,:;|!()[]{}'`′∣⟨⟩⌊⌋⌈⌉ \u00a0"), frozenset("mwMW%@—…⋯")
_WORDS = 0.8  # the width of letters in words, as part of those in formulas
_AROUND_RELATIONS, _AROUND_OPERATORS = 0.56, 0.44
_NOTHING = frozenset("\u2061\u2062\u2063\u2064\u200b\u2060")

# What TeX takes for relations, for operators between two things, and for brackets.
_RELATION = re.compile("[=<>←-⇿∈-∍∝∣-∦∴-∷∼-⊋⊏-⊒⊢-⊯⋐⋑⋖-⋭⟰-⟿⩽-⫿]")
_OPERATORS = frozenset("+-−±∓×÷⋅·∗∙∘∪∩∧∨∖⊎⊓⊔⊕⊖⊗⊘⊙⋆")
_OPENING, _CLOSING = frozenset("([{⟨⌊⌈"), frozenset(")]}⟩⌋⌉")
_PUNCTUATION = frozenset(",;")
_QUAD = 1.0

_TAG = re.compile(r"<[^>]*>")
_MATH = re.compile(r"(<math\b[^>]*>)(.*?)</math>", re.DOTALL)
_LENGTH = re.compile(r"(-?[\d.]+)(?:em)?\Z")
_PADDINGS = tuple(re.compile(rf"padding-{side}:\s*([\d.]+)") for side in ("left", "right"))
_BLANKS = re.compile(r"[ \n\t\u00a0]+")
_STACKED = frozenset({"munder", "mover", "munderover"})
_SCRIPTED = frozenset({"msub", "msup", "msubsup", "mmultiscripts"})
_LINEAR = {
    "mfrac": "{0}/{1}",
    "msub": "{0}_{1}",
    "msup": "{0}^{1}",
    "msubsup": "{0}_{1}^{2}",
    "munder": "{0}_{1}",
    "mover": "{0}^{1}",
    "munderover": "{0}_{1}^{2}",
    "msqrt": "√{0}",
    "mroot": "{1}√{0}",
}
_ELEMENTS_OF_WORDS = {"bold": "b", "italic": "i", "monospace": "code"}

_Row = list[etree._Element]


@dataclass(frozen=True, slots=True)
class _Line:
    """What a formula has on a line of its own, in pieces; each is a row of elements."""

    pieces: list[_Row]
    goes_on: bool = False  # with the equation of the line before


def formula_markup(formula: Formula) -> str:
    """The markup of a formula, with its TeX as annotation (MathML 3, 5.2) for whoever searches or copies."""
    if len(_TAG.sub("", formula.mathml)) > _WHOLE / _WIDE_LETTER:
        math = etree.fromstring(formula.mathml)
        if _width(math, formula.display) > _WHOLE:
            return _fitted(formula, math)
    return _annotated(formula.mathml, formula.tex)


def _fitted(formula: Formula, math: etree._Element) -> str:
    """The markup of a long formula."""
    row, style = list(math), {"displaystyle": "true"} if formula.display else {}
    while len(row) == 1 and _name(row[0]) in ("mrow", "mstyle") and not _is_fenced(row[0]):
        style |= {str(name): str(value) for name, value in row[0].attrib.items()}
        row = list(row[0])
    lines = list(_lines(row, formula.display))
    pieces = [piece for line in lines for piece in line.pieces]
    widths = (_row_width(piece, formula.display) for piece in pieces if not _is_words(piece))
    size = _size(max(widths, default=0.0))
    if len(pieces) == 1 and not _is_words(pieces[0]):
        tag = f'<math class="{size}"' if size else "<math"
        return _annotated(formula.mathml.replace("<math", tag, 1), formula.tex)
    texts = [_markup_of_pieces(line.pieces, style) for line in lines]
    texts[0] = _MATH.sub(lambda first: _annotated(first[0], formula.tex), texts[0], count=1)
    if len(lines) > 1:
        kinds = ["line further" if line.goes_on else "line" for line in lines]
        texts = [f'<span class="{kind}">{text}</span>' for kind, text in zip(kinds, texts, strict=True)]
    return f'<span class="{f"formula {size}".strip()}">{"".join(texts)}</span>'


def _annotated(math: str, tex: str) -> str:
    annotation = f'<annotation encoding="application/x-tex">{escape(tex, quote=False)}</annotation>'
    return _MATH.sub(lambda math: f"{math[1]}<semantics><mrow>{math[2]}</mrow>{annotation}</semantics></math>", math)


def _size(width: float) -> str:
    """The class of the size at which a line holds a width, "" for that of the text."""
    size = next((each for each in (100, *_SIZES) if width * each <= 100 * _LINE), _SIZES[-1])
    return f"formula-{size}" if size < 100 else ""


# --- breaking -----------------------------------------------------------------------------------------------


def _lines(row: _Row, display: bool) -> Iterator[_Line]:
    """The lines that a formula has of itself: one, but for equations below each other that are too wide."""
    if len(row) > 1 or not _is_aligned(row[0]) or _row_width(row, display) * _LEAST_OF_ROWS <= _LINE:
        yield _Line(_pieces(row, display))
        return
    for number, equation in enumerate(row[0]):
        cells = [list(cell) for cell in equation]
        yield _Line(_pieces([each for cell in cells for each in cell], display), goes_on=number > 0 and not cells[0])


def _is_aligned(element: etree._Element) -> bool:
    """Whether an element has equations below each other, and neither cells nor rules."""
    if _name(element) != "mtable" or "border" in etree.tostring(element, encoding="unicode"):
        return False
    sides = [[str(cell.get("columnalign")) for cell in row] for row in element]
    return all(len(row) == 1 or row == (["right", "left"] * len(row))[: len(row)] for row in sides)


def _pieces(row: _Row, display: bool) -> list[_Row]:
    """A row in pieces, none cut finer than it has to be."""
    pieces = _cut(_flat(row), _words_apart)
    for places, limit in (
        (_relations, _WHOLE),
        (_operators, _WHOLE),
        (_within_brackets, _LINE),
        (_anywhere, 100 * _LINE / _SIZES[-1]),
    ):
        cuts = (_cut(piece, places, display) if _row_width(piece, display) > limit else [piece] for piece in pieces)
        pieces = list(chain.from_iterable(cuts))
    for before, behind in pairwise(pieces):
        _set_apart(before[-1], "rspace")
        _set_apart(behind[0], "lspace")
    return pieces or [row]


def _flat(row: _Row) -> _Row:
    """A row without groups that mean nothing."""
    flat: _Row = []
    for element in row:
        is_group = _name(element) == "mrow" and len(element) > 1
        is_group = is_group and "mo" not in (_name(element[0]), _name(element[-1]))
        flat += _flat(list(element)) if is_group else [element]
    return flat


def _cut(row: _Row, places: Callable[[_Row], Iterator[int]], before: bool = True) -> list[_Row]:
    """A row cut at the places: before the signs that stand there or, as within text, behind them."""
    cuts = {place + (not before and _is_sign(row[place])) for place in places(row)}
    return [row[start:end] for start, end in pairwise(sorted({0, *cuts, len(row)}))]


def _set_apart(element: etree._Element, side: str) -> None:
    """Have a sign at an end of its piece stay one between two things; the blank between the pieces is its distance."""
    if _is_sign(element):
        core = _core(element)
        core.set("form", "infix")
        core.set(side, "0")


def _words_apart(row: _Row) -> Iterator[int]:
    for place, element in enumerate(row):
        if _is_words([element]):
            yield place
            yield from (place + 1,) * (place + 1 < len(row))


def _relations(row: _Row) -> Iterator[int]:
    return (place for place, depth in _joints(row) if depth == 0 and _is_relation(row[place]))


def _operators(row: _Row) -> Iterator[int]:
    return (place for place, depth in _joints(row) if depth == 0)


def _within_brackets(row: _Row) -> Iterator[int]:
    return (place for place, _ in _joints(row))


def _anywhere(row: _Row) -> Iterator[int]:
    """Where no smaller type is legible: a formula without signs, as of prose between two dollars."""
    width = 0.0
    for place, element in enumerate(row):
        width += _width(element)
        if width > _WHOLE:
            yield place
            width = _width(element)


def _joints(row: _Row) -> Iterator[tuple[int, int]]:
    """The places in a row where a line may begin, and within how many brackets they are."""
    depth = 0
    for place, element in enumerate(row):
        sign, before = _sign(element), row[place - 1] if place else None
        depth = max(0, depth - (sign in _CLOSING))
        if before is not None and _is_joint(before, element):
            yield place, depth
        depth += sign in _OPENING


def _is_joint(before: etree._Element, element: etree._Element) -> bool:
    if _is_sign(before) or _sign(before) in _OPENING:
        return False
    spaced = _sign(before) in _PUNCTUATION and before.get("rspace") != "0"
    quad = _name(before) == "mspace" and _length(before.get("width")) >= _QUAD
    return spaced or quad or _is_sign(element) or (_is_fenced(element) and element.find(".//{*}mtable") is not None)


def _is_sign(element: etree._Element) -> bool:
    """Whether an element stands between two things, as a relation or an operator."""
    core = _core(element)
    is_prefix = core.get("lspace") == core.get("rspace") == "0"
    return _is_relation(element) or (_sign(element) in _OPERATORS and not is_prefix)


def _is_relation(element: etree._Element) -> bool:
    return _RELATION.match(_sign(element)) is not None


def _sign(element: etree._Element) -> str:
    core = _core(element)
    return (core.text or "").strip() if _name(core) == "mo" else ""


def _core(element: etree._Element) -> etree._Element:
    """What an operator is within its scripts and spaces (MathML Core, 3.2.4.1)."""
    while len(element):
        name, parts = _name(element), [each for each in element if _name(each) != "mspace"]
        if name in _STACKED | _SCRIPTED or (name in ("mrow", "mstyle") and len(parts) == 1):
            element = parts[0]
        else:
            break
    return element


def _is_fenced(element: etree._Element) -> bool:
    return _name(element) == "mrow" and len(element) > 1 and _name(element[0]) == _name(element[-1]) == "mo"


def _is_words(row: _Row) -> bool:
    """Whether a piece is words alone, too many for one line of a table's column, say."""
    return len(row) == 1 and _name(row[0]) == "mtext" and _width(row[0]) > _WHOLE


# --- markup -------------------------------------------------------------------------------------------------


def _markup_of_pieces(pieces: list[_Row], style: Mapping[str, str]) -> str:
    """Words as text, which keeps its own blanks, and blanks between the others."""
    made = [_words(piece[0]) if _is_words(piece) else _math(piece, style) for piece in pieces]
    for place, (before, behind) in enumerate(pairwise(pieces), 1):
        if not (_is_words(before) or _is_words(behind)) or _is_sign(before[-1]) or _is_sign(behind[0]):
            made[place] = " " + made[place]
    return "".join(made)


def _words(text: etree._Element) -> str:
    words = escape(" ".join(_BLANKS.split(text.text or "")), quote=False)
    kind = _ELEMENTS_OF_WORDS.get(str(text.get("mathvariant")))
    return f"<{kind}>{words}</{kind}>" if kind else words


def _math(piece: _Row, style: Mapping[str, str]) -> str:
    spoken = "".join(map(_linear, piece)).strip()
    math = etree.fromstring(f'<math xmlns="{NAMESPACE}"/>')
    math.set("alttext", spoken)
    row = etree.SubElement(math, f"{{{NAMESPACE}}}mstyle", dict(style)) if style else math
    row.extend(piece)
    return etree.tostring(math, encoding="unicode")


def _linear(element: etree._Element) -> str:
    """A formula in one line of characters."""
    name, parts = _name(element), [_linear(each) for each in element]
    if name == "mspace":
        return " " if _length(element.get("width")) > 0 else ""
    if pattern := _LINEAR.get(name):
        return pattern.format(*(part if len(part) == 1 else f"({part})" for part in (*parts, *[" "] * 3)))
    text = (element.text or "").strip() if name == "mo" else element.text or ""
    between = {"mtable": "; ", "mtr": ", "}.get(name, "")
    return f" {text} " if _is_sign(element) or (len(text) > 1 and name == "mo") else text + between.join(parts)


# --- widths -------------------------------------------------------------------------------------------------


def _row_width(row: Iterable[etree._Element], display: bool = False) -> float:
    return sum(_width(each, display) for each in row)


def _width(element: etree._Element, display: bool = False) -> float:
    """How wide an element is; `display`: whether fractions in it have numbers of full size."""
    name = _name(element)
    if name in ("mi", "mn", "mtext", "ms", "mo"):
        return _token_width(element)
    if name == "mtable":
        return _table_width(element)
    if name == "mspace" or (name == "mpadded" and element.get("width")):
        return _length(element.get("width"))
    display = element.get("displaystyle", str(display).lower()) == "true"
    parts = [_width(each, display and name != "mfrac") for each in element]
    if name == "mfrac":
        return max(parts, default=0.0) * (1 if display else _SCRIPT) + 0.2
    if name in _STACKED | _SCRIPTED:
        return _scripted_width(name, parts[0], [part * _SCRIPT for part in parts[1:]])
    return sum(parts) + (1 if name in ("msqrt", "mroot", "menclose") else 0)


def _scripted_width(name: str, base: float, scripts: list[float]) -> float:
    if name in _STACKED:
        return max(base, *scripts)
    return base + (sum(scripts) if name == "mmultiscripts" else max(scripts))


def _token_width(element: etree._Element) -> float:
    text = (element.text or "").strip(" \n\t")
    width = sum(_letter(char) for char in text)
    if _name(element) == "mtext":
        return width * _WORDS
    if _name(element) != "mo":
        return width
    if text in _LARGE:
        return _LARGE_WIDTH
    around = _AROUND_RELATIONS if _is_relation(element) else _AROUND_OPERATORS if text in _OPERATORS else 0.1
    sides = [_length(element.get(side), around / 2) for side in ("lspace", "rspace")]
    return max(width, _SIGN if _is_sign(element) else 0) + sum(sides)


def _letter(char: str) -> float:
    if char in _NOTHING or unicodedata.combining(char):
        return 0
    if unicodedata.east_asian_width(char) in "WF":
        return _FULL_WIDTH
    plain = unicodedata.normalize("NFKD", char)[:1]  # that of 𝑤 is w
    if plain in _NARROW:
        return _NARROW_LETTER
    return _WIDE_LETTER if plain in _WIDE else _CAPITAL if plain.isupper() else _LETTER


def _table_width(table: etree._Element) -> float:
    display = table.get("displaystyle") == "true"
    cells = [[_row_width(cell, display) + _padding(cell) for cell in row] for row in table]
    return sum(max(column) for column in zip_longest(*cells, fillvalue=0.0))


def _padding(cell: etree._Element) -> float:
    style = str(cell.get("style"))
    return sum(float(found[1]) if (found := pattern.search(style)) else _GAP / 2 for pattern in _PADDINGS)


def _length(value: object, otherwise: float = 0.0) -> float:
    """A length in em."""
    found = _LENGTH.match(str(value))
    return float(found[1]) if found else otherwise


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname
