"""Formulas in print: MathML is drawn by ziamath, as outlines of STIX Two Math.

In: a formula of the book. Out: an image of vectors whose size and baseline follow the type around it, with the TeX as
its alternative text; or the TeX as code, where the font lacks a character or ziamath gives up.
"""

from __future__ import annotations

import re
import unicodedata
from base64 import b64encode
from functools import lru_cache
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from lxml import etree
from markupsafe import escape
from ziafont.config import config
from ziamath import operators
from ziamath.nodes.mrow import Mrow
from ziamath.nodes.mtable import Mtable
from ziamath.zmath import Math, loadedfonts

from notebook_compile.pdf.numbering import undrawn_id
from notebook_compile.pdf.tagging import FORMULA

if TYPE_CHECKING:
    from notebook_compile.model import Formula

# STIX Two Math has an x-height of 0.473 em, Noto Serif of 0.536; capitals would be too high at the same ratio.
SCALE = 1.1
_SIZE = 24  # that ziamath reckons with: it sets no smaller type than 0.3 of this
_MARGIN = 0.03 * _SIZE  # on each side, as letters have
_EM = 1 / 1.333  # what ziamath takes an em for

_EMS = re.compile(r"(-?[\d.]+)(?:em)?\Z")
_BORDER = re.compile(r"border-(left|right|top|bottom):")
_MOVED_BACK = re.compile(r"margin-left:\s*(-[\d.]+em)")
_PADDING = re.compile(r"padding-left:\s*([\d.]+)(?:em)?")
_ROWS = frozenset({"math", "mrow", "mtr", "mtd", "msqrt", "menclose"})
_STRETCHY = frozenset(name for (name, _), params in operators.operators.items() if params.get("stretchy") == "true")
_MAX_WORK = 20_000  # a second
_MAX_PARTS = 1500
_LETTER = 0.6  # em, the width of one in the mean
_ROW_GAP = "0.35em"
_NUMBER = re.compile(r"-?[\d.]+")
_BLANKS = re.compile(r" ?([MLQZ]) ?")
_FUNCTION, _SEPARATOR = "\u2061", "\u2063"
_OUTSIDE = ("mover", "munder", "munderover")  # what they put above and below letters keeps no distance from the sides

_BARS = {
    "\u203e": "\u2015",
    "\u00af": "\u2015",
    "_": "\u2015",
    "^": "\u0302",
}  # what ziamath stretches, or draws as a rule
_LONG_ARROWS = dict(zip("\u2190\u2192\u2194\u21d0\u21d2\u21d4", "\u27f5\u27f6\u27f7\u27f8\u27f9\u27fa", strict=True))
_INTEGRALS = frozenset("\u222b\u222c\u222d\u222e\u222f\u2230")
_LARGE = frozenset("\u220f\u2210\u2211\u22c0\u22c1\u22c2\u22c3\u2a00\u2a01\u2a02\u2a04\u2a06")

config.svg2 = False  # glyphs stand in their places as paths, not by names that would be alike in all images
config.precision = 2


def formula_markup(formula: Formula, chapter: str = "") -> str:
    """The markup of a formula; one that could not be drawn has an anchor, by that of its chapter."""
    drawn = draw(formula.mathml, formula.tex)
    if drawn is None:
        return f'<code class="math" id="{undrawn_id(chapter, formula.place)}">{escape(formula.tex)}</code>'
    return f'<img class="formula" src="{drawn[0]}" style="{drawn[1]}" alt="{FORMULA}{escape(formula.tex)}"/>'


@lru_cache(maxsize=2048)
def draw(mathml: str, tex: str) -> tuple[str, str] | None:
    """The `data:` address of a formula's picture and the style that gives its size; None if it cannot be drawn.

    Under the picture lies the TeX, invisible, for whoever searches or copies.
    """
    tree = etree.fromstring(mathml)
    if not _has_glyphs("".join(map(str, tree.itertext()))):
        return None
    _prepare(tree)
    if sum(1 for _ in tree.iter()) > _MAX_PARTS or _work(tree) > _MAX_WORK:
        return None
    try:
        # As a string, ziamath would mend it by patterns, and lose what stands before a hyphen.
        drawing = Math(ElementTree.fromstring(etree.tostring(tree)), size=_SIZE).svgxml()
    except (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return None
    points = list(chain.from_iterable(_points(element) for element in drawing.iter()))
    if not points:
        return None
    left, top = (min(axis) - _MARGIN for axis in zip(*points, strict=True))
    right, bottom = (max(axis) + _MARGIN for axis in zip(*points, strict=True))
    drawing.set("viewBox", f"{left:.2f} {top:.2f} {right - left:.2f} {bottom - top:.2f}")
    for name in ("width", "height"):
        del drawing.attrib[name]
    source = ElementTree.Element("text", {"x": f"{left:.2f}", "y": f"{bottom:.2f}", "fill": "none"})
    source.text = " ".join(tex.split())
    source.set("font-family", "Noto Sans")
    source.set("font-size", f"{min((right - left) / (_LETTER * max(1, len(source.text))), bottom - top):.2f}")
    drawing.insert(0, source)
    svg = _BLANKS.sub(r"\1", ElementTree.tostring(drawing, encoding="unicode"))
    lengths = {"width": right - left, "height": bottom - top, "vertical-align": -bottom}
    style = ";".join(f"{name}:{length * SCALE / _SIZE:.3f}em" for name, length in lengths.items())
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode(), style


def _points(element: ElementTree.Element) -> list[tuple[float, float]]:
    """The corners of what an element paints; ziamath's boxes of signs with accents are too wide."""
    if element.tag == "path":
        numbers = [float(number) for number in _NUMBER.findall(element.get("d", ""))]
        return list(zip(numbers[::2], numbers[1::2], strict=True))
    if element.tag not in ("rect", "ellipse"):
        return []
    x, y, width, height = (float(element.get(name, 0)) for name in ("x", "y", "width", "height"))
    if element.tag == "ellipse":
        width, height = 2 * float(element.get("rx", 0)), 2 * float(element.get("ry", 0))
        x, y = float(element.get("cx", 0)) - width / 2, float(element.get("cy", 0)) - height / 2
    rule = float(element.get("stroke-width", 0)) / 2
    return [(x - rule, y - rule), (x + width + rule, y + height + rule)]


def _has_glyphs(text: str) -> bool:
    font = loadedfonts["default"]
    font.language("math", "")  # type: ignore[no-untyped-call]  # which a text that failed may have left otherwise
    return all(char.isspace() or char in (_FUNCTION, _SEPARATOR) or font.glyphindex(char) for char in text)


# --- MathML as ziamath understands it ---------------------------------------------------------------------------------


def _prepare(math: etree._Element) -> None:
    """Put what MathML 3 leaves to style sheets and to each reader in the attributes that ziamath knows."""
    if math.get("display") != "block":
        math.set("displaystyle", "false")
    for element in list(math.iter("{*}*")):
        element.tag = etree.QName(element).localname
        element.attrib.pop("voffset", "")
        if element.tag == "mi":
            _name(element)
        elif element.tag == "mo":
            _operator(element)
        elif element.tag == "mtable":
            _table(element)
        elif element.tag == "mstyle":
            _style(element)
        elif element.tag in _OUTSIDE:
            _limits(element)
        elif element.tag == "mmultiscripts":
            _scripts_before(element)
        elif element.tag == "mspace" and (back := _MOVED_BACK.search(str(element.get("style")))):
            element.set("width", back[1])
        element.attrib.pop("style", "")
        for name in ("lspace", "rspace", "width", "minsize", "maxsize", "columnspacing", "rowspacing"):
            if name in element.attrib and (length := _EMS.match(str(element.get(name)))):
                element.set(name, f"{float(length[1]) * _EM:.4f}em")


def _name(element: etree._Element) -> None:
    """Keep ziamath from setting names, as `sin`, and signs, as the nabla, with blanks around them."""
    text = (element.text or "").strip()
    if len(text) > 1 or text in operators.names:
        element.tag = "mtext"
        element.text = "\U0001d715" if text == "\u2202" else text


def _style(element: etree._Element) -> None:
    """Give a style to its children: ziamath would do so too, by a pattern that may take other tags as well."""
    element.tag = "mrow"
    for child in element:
        for name, value in element.attrib.items():
            if name not in child.attrib:
                child.set(name, value)


def _operator(element: etree._Element) -> None:
    text, parent = (element.text or "").strip(), element.getparent()
    if text in _INTEGRALS:
        element.set("stretchy", "false")
    if text in ("", _FUNCTION, _SEPARATOR):
        width = str(element.get("lspace", "0"))
        element.tag, element.text = "mspace", None
        element.attrib.clear()
        element.set("width", width)
    elif parent is not None and etree.QName(parent).localname in _OUTSIDE:
        marks = _LONG_ARROWS if element.getprevious() is None else _BARS
        if marks is _BARS or text in marks:
            element.set("lspace", "0")
            element.set("rspace", "0")
        if marks is _LONG_ARROWS or element.get("stretchy") == "true":
            element.text = marks.get(text, text)
        if element.text != text:
            element.set("stretchy", "true" if marks is _BARS else "false")
    elif "lspace" not in element.attrib and element.getprevious() is not None and element.getnext() is not None:
        if text in "\u222a\u2229\u2227\u2228\u2217\u22c5\u2216\u2295\u2297\u2218\u22c6\u00d7\u00f7":
            space = "0.2222em"
        elif operators.get_params(text, "infix") or len(text) > 1 or unicodedata.category(text) != "Sm":
            return
        else:
            space = "0.2778em"
        element.set("lspace", space)
        element.set("rspace", str(element.get("rspace", space)))


def _limits(element: etree._Element) -> None:
    """Put limits beside signs in a line of text."""
    sign = element[0]
    if sign.text in _LARGE and sign.get("movablelimits") != "false" and not _in_display(element):
        element.tag = {"munder": "msub", "mover": "msup"}.get(element.tag, "msubsup")


def _scripts_before(element: etree._Element) -> None:
    """Put scripts that stand before a sign behind nothing."""
    first = element.find("{*}mprescripts")
    behind, before = (list(first.itersiblings(preceding=side)) if first is not None else [] for side in (True, False))
    if len(before) == 2 and len(behind) in (1, 3):
        marked = etree.Element("msubsup" if len(behind) == 3 else "mrow")
        marked.extend(reversed(behind))
        empty = etree.Element("msubsup")
        empty.extend([etree.Element("mrow"), *before])
        element[:] = [empty, marked]
        element.tag = "mrow"


def _in_display(element: etree._Element) -> bool:
    for outer in element.iterancestors():
        if "displaystyle" in outer.attrib:
            return outer.get("displaystyle") == "true"
        if outer.tag in ("mfrac", "mtable", "msub", "msup", "msubsup"):
            return False
    return True


def _table(table: etree._Element) -> None:
    """Give a table the distances that its cells ask for, and say where its rules are."""
    padding = [_PADDING.search(str(cell.get("style"))) for cell in table.iterfind("{*}mtr/{*}mtd")]
    distances = {float(each[1]) for each in padding if each}
    table.set("columnspacing", f"{max(distances, default=0.8)}em")
    rules: dict[str, set[int]] = {"columns": set(), "rows": set()}
    for row_number, row in enumerate(table):
        for number, cell in enumerate(row):
            for side in _BORDER.findall(str(cell.get("style"))):
                kind, place = ("columns", number) if side in ("left", "right") else ("rows", row_number)
                rules[kind].add(place + (side in ("right", "bottom")))
    for side in _BORDER.findall(str(table.get("style"))):
        rules["columns" if side == "left" else "rows"].add(0)
    table.set("rowspacing", _ROW_GAP)
    for kind, places in rules.items():
        if places:
            table.set(f"data-{kind}", " ".join(map(str, sorted(places))))


class _Row(Mrow, tag="mrow"):
    """A row that does not measure its parts before it sets them if nothing in it stretches: each depth doubles that."""

    def _get_height_nostretch(self, line: list[ElementTree.Element], **options: Any) -> tuple[float, float]:
        return super()._get_height_nostretch(line, **options) if any(map(_stretches, line)) else (0.0, 0.0)


def _stretches(element: Any) -> bool:
    """Whether an operator in an element stretches, as far as that can be told without its place."""
    return any(
        operator.get("stretchy") == "true"
        or (operator.get("stretchy") is None and (operator.text or "").strip() in _STRETCHY)
        for operator in element.iter("mo")
    )


def _work(element: etree._Element) -> int:
    """How many parts ziamath sets for an element, counting again those that it sets again."""
    work = 1 + sum(map(_work, element))
    doubled = element.tag in ("mpadded", "mphantom") or (element.tag in _ROWS and _stretches(element))
    return 2 * work if doubled else work


class _RuledTable(Mtable, tag="mtable"):
    """A table with rules, which ziamath does not draw. Defining the class puts it in the place of ziamath's own."""

    def draw(self, x: float, y: float, svg: ElementTree.Element) -> tuple[float, float]:
        """Draw the table, then its rules between its columns and rows."""
        end: tuple[float, float] = super().draw(x, y, svg)
        vertical, horizontal = (
            [int(place) for place in self.element.get(f"data-{kind}", "").split()] for kind in ("columns", "rows")
        )
        if not vertical and not horizontal:
            return end
        gap = self.size_px(self.element.get("columnspacing", "0"))
        rows = self._cells()
        widths = [max(node.bbox.xmax for node, _ in column) for column in zip(*rows, strict=False)]
        edges = [x - gap / 2, *accumulate(chain(widths), lambda edge, width: edge + width + gap, initial=x - gap / 2)][
            1:
        ]
        tops = [min(base - node.bbox.ymax for node, base in row) for row in rows]
        bottoms = [max(base - node.bbox.ymin for node, base in row) for row in rows]
        margin = self.size_px(_ROW_GAP) / 2
        between = ((bottom + top) / 2 for bottom, top in zip(bottoms, tops[1:], strict=False))
        levels = [tops[0] - margin, *between, bottoms[-1] + margin]
        high, low = y + levels[0], y + levels[-1]
        lines = [f"M {edges[n]:.2f} {high:.2f} L {edges[n]:.2f} {low:.2f}" for n in vertical]
        lines += [f"M {edges[0]:.2f} {y + levels[n]:.2f} L {edges[-1]:.2f} {y + levels[n]:.2f}" for n in horizontal]
        ElementTree.SubElement(svg, "path", {"d": " ".join(lines), "stroke": "black", "stroke-width": "1"})
        return end

    def _cells(self) -> list[list[tuple[Any, float]]]:
        """The cells of each row with their baselines."""
        placed = zip(self.nodes, (base for _, base in self.nodexy), strict=True)
        return [[next(placed) for _ in row] for row in self.element]
