r"""Formulas: TeX as notes have it becomes MathML, or a sentence that says why it cannot.

In: what stands between the dollars. Out: a `math` element for the EPUB and, drawn, for print. It never guesses: what
math-core does not know, as `\ce`, is a problem, and so is a formula without bounds.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html.entities import html5

from lxml import etree
from math_core import LatexError, LatexToMathML

from notebook_compile.superscripts import lowered, raised

MAX_LENGTH = 5000
MAX_COMMANDS = 1000  # with groups; math-core nests calls, and 3000 overflow a stack of 8 MB
MAX_DEPTH = 60  # of groups, and of elements in the MathML
MAX_MARKUP = 200_000

NAMESPACE = "http://www.w3.org/1998/Math/MathML"

_TOKEN = re.compile(r"\\(?:begin|end)\s*\{([^{}]*)\}|\\(?:[A-Za-z]+|.)|[{}&%]", re.DOTALL)
# Numbers of equations mean nothing in a book whose formulas stand alone, so what counts them becomes what does not.
_ENVIRONMENTS = {
    **dict.fromkeys(("align", "align*", "flalign", "flalign*", "split"), "aligned"),
    **dict.fromkeys(("gather", "gather*", "multline", "multline*"), "gathered"),
    "smallmatrix": "matrix",
}
_PLAIN = tuple(
    (re.compile(pattern, re.MULTILINE), plain)
    for pattern, plain in (
        (r"^[ \t]*%[^\n]*", ""),
        (r"\\(?:(?:begin|end)\s*\{equation\*?\}|label\s*\{[^{}]*\}|(?:nonumber|notag)(?![A-Za-z]))", ""),
        (r"\\(?:tiny|scriptsize|footnotesize|small|normalsize|large|Large|LARGE|huge|Huge)(?![A-Za-z])", ""),
        (r"\\begin\s*\{(?:alignat\*?|alignedat)\}\s*\{[^{}]*\}", r"\\begin{aligned}"),
        (r"\\end\s*\{(?:alignat\*?|alignedat)\}", r"\\end{aligned}"),
        (r"\\begin\s*\{eqnarray\*?\}", r"\\begin{array}{rcl}"),
        (r"\\end\s*\{eqnarray\*?\}", r"\\end{array}"),
        (r"(\\(?:left|middle|right|[Bb]igg?[lr]?)\s*)<", r"\1\\langle "),
        (r"(\\(?:left|middle|right|[Bb]igg?[lr]?)\s*)>", r"\1\\rangle "),
        (r"\\tag\s*\{([^{}]*)\}", r"\\qquad\\text{(\1)}"),
        (r"\\tag\*\s*\{([^{}]*)\}", r"\\qquad\\text{\1}"),
    )
)
_TEXT = re.compile(r"(\\(?:text|textrm|textbf|textit|textsf|texttt|textnormal|mbox)\s*)\{([^{}]*)\}")
_NUMBER = re.compile(r"\\(?:eq)?ref(?![A-Za-z])")
_UNDERSCORE, _ESCAPED = re.compile(r"(?<!\\)_"), r"\\_"
_MACROS = {
    "dotsb": r"\cdots",
    "dotsc": r"\ldots",
    "dotsi": r"\cdots",
    "dotsm": r"\cdots",
    "dotso": r"\ldots",
    "mbox": r"\text{#1}",
    "mathnormal": r"#1",
    "pmb": r"\boldsymbol{#1}",
    "substack": r"\begin{matrix}#1\end{matrix}",
}
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z]+;)")
_VARIATION = re.compile("[\ufe00-\ufe0f]")
_ERROR = re.compile(r"(?:\d+: )?(.*?)\.?\Z", re.DOTALL)

_ELEMENTS = frozenset(
    "math maction menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt "
    "mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none".split()
)
_ATTRIBUTES = frozenset(
    "accent accentunder columnalign depth display displaystyle form height linethickness lspace mathvariant maxsize "
    "minsize movablelimits notation rspace scriptlevel stretchy voffset width".split()
)
_VARIANTS = {"b": "bold", "i": "italic", "em": "italic", "code": "monospace", "span": "sans-serif"}
# What MathML's operator dictionary stretches, for what combines with the letter before it.
_STRETCHED = {("mover", "\u0332"): "\u203e", ("munder", "\u0332"): "_", ("mover", "\u0302"): "^"}
_VALUE = re.compile(r"[A-Za-z0-9.+%# -]*\Z")
# Browsers align cells by their style alone.
_DECLARATION = re.compile(
    r"\s*(?:(?:text-align|justify-items|(?:padding|margin)-(?:left|right)):\s*-?[\w.]+"
    r"|border-(?:top|right|bottom|left):\s*[\w.]+ [a-z]+ currentcolor)\s*\Z"
)
_TOP = re.compile(r"border-top: [^;]*")
_ALIGNED = re.compile(r"text-align:\s*(left|right|center)")


class _BadFormula(Exception):  # noqa: N818 - never leaves this module
    """What is wrong with a formula, in words."""


@lru_cache(maxsize=1024)
def to_mathml(tex: str, display: bool) -> tuple[str, str]:
    """The formula as a `math` element, and the empty text; or the empty text, and what is wrong with it."""
    try:
        math = _read(tex, display)
        _clean(math)
    except _BadFormula as problem:
        return "", str(problem)
    math.set("alttext", " ".join(tex.split()))
    return etree.tostring(math, encoding="unicode"), ""


def plain_formula(mathml: str) -> str:
    """The characters of a formula, powers and indices raised and lowered where Unicode has them so."""
    math = etree.fromstring(mathml)
    for name, changed in (("msup", raised), ("msub", lowered)):
        for element in math.iter(f"{{{NAMESPACE}}}{name}"):
            script = element[-1]
            if not len(script):
                script.text = changed(script.text or "") or script.text
    return "".join(map(str, math.itertext()))


def _read(tex: str, display: bool) -> etree._Element:
    """The formula as math-core has it."""
    _check_size(tex)
    if number := _NUMBER.search(tex):
        raise _BadFormula(f"`{number[0]}` has no number to refer to")
    try:
        markup = _converter().convert_with_local_state(_plain(tex), displaystyle=display)
    except LatexError as error:
        raise _BadFormula(_sentence(str(error))) from error
    if len(markup) > MAX_MARKUP:
        raise _BadFormula("it is too long")
    markup = _ENTITY.sub(lambda entity: html5.get(entity[1], "\ufffd"), _VARIATION.sub("", markup))
    try:
        math = etree.fromstring(markup)
    except etree.XMLSyntaxError as error:  # nested deeper than libxml2 goes, or a character that XML does not have
        raise _BadFormula("it is nested too deeply") from error
    if not "".join(map(str, math.itertext())).strip():
        raise _BadFormula("it shows nothing")
    return math


@lru_cache(maxsize=1)
def _converter() -> LatexToMathML:
    return LatexToMathML(
        macros=_MACROS,
        xml_namespace=True,
        allow_unreliable_rendering=True,
        fancy_error=False,
        max_expansions=100,
    )


def _check_size(tex: str) -> None:
    """Look at the length, the number of commands, and the depth of groups."""
    if len(tex) > MAX_LENGTH:
        raise _BadFormula("it is too long")
    depth = deepest = commands = 0
    for token in _TOKEN.finditer(tex):
        opens = token[0] in ("{", r"\left") or token[0].startswith(r"\begin")
        depth += opens - (token[0] in ("}", r"\right") or token[0].startswith(r"\end"))
        deepest = max(deepest, depth)
        commands += opens or token[0][0] == "\\"
    if deepest > MAX_DEPTH:
        raise _BadFormula("it is nested too deeply")
    if commands > MAX_COMMANDS:
        raise _BadFormula("it is too long")


def _plain(tex: str) -> str:
    """The formula with what math-core knows by another name, or not at all and has no say in how it looks."""
    for pattern, plain in _PLAIN:
        tex = pattern.sub(plain, tex)
    tex = _TEXT.sub(_text, tex)
    pieces: list[str] = []
    end = depth = 0
    breaks = columns = False
    for token in _TOKEN.finditer(tex):
        shown = token[0]
        depth += shown in ("{", r"\left") or shown.startswith(r"\begin")
        depth -= shown in ("}", r"\right") or shown.startswith(r"\end")
        breaks |= depth == 0 and shown == r"\\"
        columns |= depth == 0 and shown == "&"
        if shown == "%":  # in prose a sign, where TeX would hide the rest of the line
            shown = r"\%"
        elif token[1] is not None:
            shown = shown.replace(f"{{{token[1]}}}", f"{{{_ENVIRONMENTS.get(token[1], token[1])}}}")
        pieces += (tex[end : token.start()], shown)
        end = token.end()
    tex = "".join(pieces) + tex[end:]
    if breaks:
        environment = "aligned" if columns else "gathered"
        return rf"\begin{{{environment}}}{tex}\end{{{environment}}}"
    return tex


def _text(match: re.Match[str]) -> str:
    """Text with its underscores escaped, and with formulas in it as parts of the formula around it."""
    parts = match[2].split("$")
    if len(parts) % 2 == 0:
        return match[0]
    parts[::2] = [f"{match[1]}{{{_UNDERSCORE.sub(_ESCAPED, part)}}}" if part else "" for part in parts[::2]]
    parts[1::2] = [f"{{{part}}}" for part in parts[1::2]]
    return "".join(parts) or match[0]


def _sentence(error: str) -> str:
    """What math-core says, as diagnostics say it."""
    match = _ERROR.match(error)
    text = (match[1] if match else error).replace('"', "`")
    return text[:1].lower() + text[1:]


# --- tidying ----------------------------------------------------------------------------------------------------------


def _clean(math: etree._Element) -> None:
    """Leave only elements and attributes that are known, as MathML 3 has them."""
    for text in math.iter(f"{{{NAMESPACE}}}mtext"):
        for variant in text:  # HTML, which XML editions of MathML have no place for
            text.set("mathvariant", _VARIANTS.get(etree.QName(variant).localname, "sans-serif"))
        etree.strip_tags(text, "{*}*")
    for element in list(math.iter()):
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if name not in _ELEMENTS:
            raise _BadFormula(f"`{name}` has no place in it")
        if sum(1 for _ in element.iterancestors()) > MAX_DEPTH:
            raise _BadFormula("it is nested too deeply")
        if (element.get("class") or "").startswith("menclose"):  # a strike that style sheets draw
            _remove(element)
            continue
        if name == "mo" and (parent := element.getparent()) is not None:
            element.text = _STRETCHED.get((etree.QName(parent).localname, element.text or ""), element.text)
        _clean_attributes(element, name)
    for table in math.iter(f"{{{NAMESPACE}}}mtable"):
        _close_table(table)
    for element in list(math.iter(f"{{{NAMESPACE}}}mfrac", f"{{{NAMESPACE}}}mrow")):
        _move_style(element)


def _clean_attributes(element: etree._Element, name: str) -> None:
    style = str(element.attrib.pop("style", ""))
    declarations = [each.strip() for each in style.split(";") if _DECLARATION.match(each)]
    for attribute, value in list(element.attrib.items()):
        if attribute not in _ATTRIBUTES or not _VALUE.match(str(value)):
            del element.attrib[attribute]
    if name == "mtable":
        element.attrib.pop("scriptlevel", "")
    if name == "mtd" and (align := _ALIGNED.search(style)):
        element.set("columnalign", align[1])
    if declarations:
        element.set("style", "; ".join(declarations))


def _close_table(table: etree._Element) -> None:
    """Give the last row the rule that stands below it, for which TeX has a row of nothing."""
    if len(table) < 2 or "".join(map(str, table[-1].itertext())).strip():
        return
    tops = [_TOP.search(str(cell.get("style", ""))) for cell in table[-1]]
    table.remove(table[-1])
    for cell, top in zip(table[-1], [*tops, *[tops[-1]] * len(table[-1])] if tops else (), strict=False):
        if top:
            style = [str(cell.get("style", "")), top[0].replace("border-top", "border-bottom")]
            cell.set("style", "; ".join(filter(None, style)))


def _move_style(element: etree._Element) -> None:
    """Move the attributes of styles to an element that MathML 3 lets have them."""
    styles = {name: str(element.attrib.pop(name)) for name in ("displaystyle", "scriptlevel") if name in element.attrib}
    if not styles:
        return
    parent = element.getparent()
    wrapper = etree.Element(f"{{{NAMESPACE}}}mstyle", styles)
    if parent is not None:
        wrapper.tail, element.tail = element.tail, None
        parent.replace(element, wrapper)
        wrapper.append(element)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
