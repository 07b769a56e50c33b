"""Mermaid diagrams: the source in a fence comes in, a drawing in plain SVG goes out, in black and grey for print.

Pele (`pele.js`, see `scripts/renew-mermaid`) reads and lays out the diagram, in QuickJS inside this process; nothing is
fetched. Its SVG is then rewritten with what every reader of SVG understands: no style sheets, variables, links, ids,
scripts or embedded HTML. The same source gives the same bytes, whatever the process, the time and the time zone.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from lxml import etree
from tinycss2.color4 import parse_color

from ..resources import styles_folder

try:
    import quickjs
except ImportError:  # where there is no wheel of it
    quickjs = None

TEXT_SIZE = 16  # CSS pixels, of labels; a book scales drawings down so that it fits its own text

# Wider drawings are laid out anew where their kind allows it: rows are wrapped, left to right becomes top down. At this
# width a drawing fills the column of an A5 book with text of 8.5 pt.
_WIDTH = 600

_SECONDS = 5.0  # of processor time
_MEMORY = 256 << 20

_SANS = '"Noto Sans", "Noto Sans Math", "Noto Sans Symbols 2", "Noto Emoji", sans-serif'
_MONO = '"Noto Sans Mono", "Noto Sans Math", "Noto Sans Symbols 2", "Noto Emoji", monospace'
_FALLBACKS = ("NotoSansMath-Regular", "NotoSansSymbols2-Regular", "NotoEmoji-Regular")  # a later one goes first

# Neighbours differ, and each from white. Where lines are drawn over bars, the bars are light.
_GREYS = ("#4d4d4d", "#b3b3b3", "#808080", "#262626", "#cccccc", "#666666", "#999999", "#e0e0e0")
_LIGHT_GREYS = ("#bfbfbf", "#333333", "#8c8c8c", "#d9d9d9", "#595959", "#a6a6a6", "#737373", "#e6e6e6")
_INKS = {
    "--pele-bg": "#fff",
    "--pele-fg": "#000",
    "--pele-fg-on-light": "#000",
    "--pele-muted": "#444",
    "--pele-line": "#222",
    "--pele-border": "#444",
    "--pele-surface": "#f7f7f7",
    "--pele-surface-alt": "#ececec",
    "--pele-accent": "#666",
    "--pele-critical": "#222",
    **{f"--pele-series-{number}": grey for number, grey in enumerate(_GREYS, 1)},
}
# Named as Mermaid names its colours. Given so, Pele chooses black or white for the text on them; in treemaps it chooses
# wrong, for it puts the text on a paler tint.
_THEME = {
    f"{prefix}{number}": grey
    for prefix, first in (("pie", 1), ("git", 0), ("cScale", 0), ("venn", 1))
    for number, grey in enumerate(_GREYS, first)
}
_TREEMAP_THEME = {
    f"cScale{number}": grey for number, grey in enumerate(("#b8b8b8", "#d4d4d4", "#9c9c9c", "#e6e6e6") * 2)
}
_OPTIONS = {
    "maxWidth": _WIDTH,
    "fontSize": TEXT_SIZE,
    "fontFamily": _SANS,
    "fontFamilyMono": _MONO,
    "responsive": False,
    "links": False,
    "images": False,
    "now": 0,  # so that no line marks today
    "config": {"themeVariables": {**_THEME, "xyChart": {"plotColorPalette": ", ".join(_LIGHT_GREYS)}}},
}
_CONFIGS = {"treemap": {"themeVariables": _TREEMAP_THEME}}  # instead of the above

# Dates are read and written as UTC: a time zone would move the bars of a Gantt chart. QuickJS gives results that were
# put together from pieces in a form which its Python binding does not know; JSON is always in one piece.
_GLUE = """
for (const part of ["FullYear", "Month", "Date", "Day", "Hours", "Minutes", "Seconds", "Milliseconds"]) {
  Date.prototype["get" + part] = Date.prototype["getUTC" + part];
  Date.prototype["set" + part] = Date.prototype["setUTC" + part];
}
Date.prototype.getTimezoneOffset = () => 0;
Date = class extends Date {
  constructor(...given) {
    if (given.length > 1) super(Date.UTC(...given));
    else if (typeof given[0] == "string")
      super([" UTC", "Z", ""].map((zone) => Date.parse(given[0] + zone)).find((time) => !isNaN(time)) ?? NaN);
    else super(...given);
  }
};
((widths, options, configs) => {
  const [regular, bold, mono] = JSON.parse(widths);
  const wide = /[\\u1100-\\u115f\\u2e80-\\ua4cf\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe30-\\ufe6f\\uff00-\\uff60]/;
  const other = (sign) =>
    /[\\p{M}\\p{Cf}]/u.test(sign) ? 0 : sign > "\\uffff" ? 1.27 : wide.test(sign) ? 1 : 0.6;
  const measurer = {
    width(text, size, style) {
      const font = style & 4 ? mono : style & 1 ? bold : regular;
      let sum = 0;
      for (const sign of text) sum += font[sign] ?? other(sign);
      return (sum * size) / (style & 24 ? 1.2 : 1);
    },
  };
  options = { ...JSON.parse(options), measurer };
  configs = JSON.parse(configs);
  return (source) => {
    try {
      const config = configs[pele.detectType(source)] ?? options.config;
      const { svg, width, height, type } = pele.render(source, { ...options, config });
      return JSON.stringify({ svg, width, height, type });
    } catch (error) {
      if (!(error instanceof pele.PeleError)) throw error;
      const { message, code, line, snippet } = error;
      return JSON.stringify({ message, code, line, snippet });
    }
  };
})
"""

_KINDS = {
    "block": "Block diagram",
    "c4": "C4 diagram",
    "class": "Class diagram",
    "er": "Entity relationship diagram",
    "flowchart": "Flowchart",
    "gantt": "Gantt chart",
    "gitGraph": "Git graph",
    "journey": "User journey",
    "kanban": "Kanban board",
    "mindmap": "Mind map",
    "pie": "Pie chart",
    "quadrantChart": "Quadrant chart",
    "radar": "Radar chart",
    "sequence": "Sequence diagram",
    "state": "State diagram",
    "timeline": "Timeline",
    "xychart": "XY chart",
}
_LONGEST_TEXT = 400

_SVG = "{http://www.w3.org/2000/svg}"
_ELEMENTS = frozenset("svg g path rect circle ellipse line polyline polygon text tspan".split())
_PAINT = frozenset(("fill", "stroke"))
_ATTRIBUTES = _PAINT | frozenset(
    "x y x1 y1 x2 y2 dx dy cx cy r rx ry width height d points transform viewBox preserveAspectRatio "
    "fill-opacity fill-rule opacity stroke-opacity stroke-width stroke-dasharray stroke-linecap stroke-linejoin "
    "font-family font-size font-style font-weight text-anchor text-decoration dominant-baseline "
    "baseline-shift {http://www.w3.org/XML/1998/namespace}space".split()
)
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,\s*((?:[^()]|\([^()]*\))*))?\)")
_VARIATION_SELECTORS = dict.fromkeys(range(0xFE00, 0xFE10))
_SHIFTS = {"sub": 0.2, "super": -0.35}  # em, downwards
_MIX = re.compile(r"color-mix\(in srgb,(.+) (\d*\.?\d+)%,(.+)\)")
_REFERENCE = re.compile(r"url\([^)]*\)\s*")


class DiagramError(Exception):
    """A diagram that cannot be drawn; the message is one line."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line  # of the diagram, from 1


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing."""

    svg: str  # one `svg` element, without XML declaration, ids and references
    width: float  # CSS pixels, with labels of `TEXT_SIZE`
    height: float
    text: str  # what stands in for it: title and description, else its kind and its labels


def draw_mermaid(source: str) -> Drawn:
    """Draw a diagram; raises `DiagramError`."""
    found = json.loads(_run(source))
    if "svg" not in found:
        raise _error(found)
    drawing, text = _plain(found["svg"], _KINDS.get(found["type"], f"Diagram ({found['type']})"))
    return Drawn(drawing, found["width"], found["height"], text)


# --- drawing ---------------------------------------------------------------------------------------------------------


def _run(source: str) -> str:
    # The binding ends strings at a null, and does not take half of a surrogate pair.
    source = source.replace("\0", "").encode("utf-8", "replace").decode()
    context, draw = _engine()
    context.set_time_limit(_SECONDS)
    try:
        return draw(source)
    except quickjs.JSException as error:
        _engine.cache_clear()  # it was stopped halfway
        raise DiagramError(_fault(str(error).partition("\n")[0])) from error


def _fault(exception: str) -> str:
    if "interrupted" in exception:
        return f"drawing the diagram takes longer than {_SECONDS:.0f} seconds"
    if "out of memory" in exception or exception == "null":  # no memory even for an exception
        return f"drawing the diagram takes more than {_MEMORY >> 20} MB of memory"
    return f"drawing the diagram fails: {exception}"


@cache
def _engine() -> tuple[Any, Callable[[str], str]]:
    if quickjs is None:
        raise DiagramError("drawing diagrams needs the package quickjs-ng, which is not installed")
    context = quickjs.Context()
    context.set_memory_limit(_MEMORY)
    context.eval(files(__package__).joinpath("pele.js").read_text("utf-8"))
    return context, context.eval(_GLUE)(*map(json.dumps, (_fonts(), _OPTIONS, _CONFIGS)))


@cache
def _fonts() -> tuple[dict[str, float], ...]:
    """How wide each character is, in em: in regular, bold and monospaced text."""
    fallbacks: dict[str, float] = {}
    for name in _FALLBACKS:
        fallbacks |= _advances(name)
    return tuple(fallbacks | _advances(f"NotoSans{name}") for name in ("-Regular", "-Bold", "Mono-Regular"))


def _advances(name: str) -> dict[str, float]:
    with TTFont(styles_folder() / "fonts" / f"{name}.ttf", lazy=True) as font:
        metrics, em = font["hmtx"].metrics, font["head"].unitsPerEm
        return {chr(code): metrics[glyph][0] / em for code, glyph in font.getBestCmap().items()}


def _error(found: dict[str, Any]) -> DiagramError:
    line, code = found["line"] or None, found["code"]
    if code == "unsupported-diagram":
        return DiagramError("the kind of the diagram is not known", line)
    if code == "syntax" and line:
        behind = found["snippet"].partition("\n")[0].strip()[-60:]
        return DiagramError(f"line {line} of the diagram is not understood: `{behind}`", line)
    message = " ".join(found["message"].split()).rstrip(".")
    fault = "too large" if code == "limit" else "wrong"
    return DiagramError(f"the diagram is {fault}: {message[:1].lower()}{message[1:]}", line)


# --- plain SVG -------------------------------------------------------------------------------------------------------


def _plain(svg: str, kind: str) -> tuple[str, str]:
    """The drawing without anything but shapes, text and plain attributes; and what stands in for it."""
    root = etree.fromstring(svg, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    variables = _INKS | dict(_declarations(root.get("style", "")))
    about = [element.text or "" for element in root if element.tag in {f"{_SVG}title", f"{_SVG}desc"}]
    _strip(root, variables)
    root.set("font-family", _SANS)
    root.set("font-size", str(TEXT_SIZE))
    texts = list(root.iter(f"{_SVG}text"))
    labels = ", ".join(dict.fromkeys(filter(None, map(_label, texts))))
    for text in texts:
        _anchor(text)
    standing_in = ". ".join(filter(None, about)) or (f"{kind}: {labels}" if labels else kind)
    return etree.tostring(root, encoding="unicode"), _shortened(standing_in)


def _strip(element: etree._Element, variables: dict[str, str]) -> None:
    given = {str(name): str(value) for name, value in element.attrib.items()}
    element.attrib.clear()
    for name, value in (given | dict(_declarations(given.get("style", "")))).items():
        resolved = _resolved(value, variables)
        if name in _PAINT:
            element.set(name, _grey(resolved))
        elif name in _ATTRIBUTES and resolved and (name == "transform" or "(" not in resolved):
            element.set(name, resolved)
    if "pele-journey-step" in given.get("class", "").split():
        element.set("font-size", "14")  # Pele 1.13 measures these labels with this size, and forgets to write it
    element.text, element.tail = _text(element.text), _text(element.tail)
    coloured = [child for child in element if child.tag == f"{_SVG}text" and child.get("style")]
    for child in list(element):
        if isinstance(child.tag, str) and child.tag.removeprefix(_SVG) in _ELEMENTS:
            _strip(child, variables)
        else:
            element.remove(child)
    for text in coloured:
        _set_off(text, [shape.get("fill", "none") for shape in element if shape.tag != text.tag])


def _set_off(text: etree._Element, grounds: list[str]) -> None:
    """Make text black or white whose author chose a colour for a dark screen, or that differs as a colour only."""
    ground = next((_lightness(fill) for fill in grounds if fill != "none"), 255)
    if abs(_lightness(text.get("fill", "#000000")) - ground) < 96:
        text.set("fill", "#000000" if ground > 127 else "#ffffff")


def _declarations(style: str) -> Iterator[tuple[str, str]]:
    for declaration in style.split(";"):
        name, _, value = declaration.partition(":")
        if value:
            yield name.strip().lower(), value.strip()


def _resolved(value: str, variables: dict[str, str]) -> str:
    for _ in range(4):  # a variable of the drawing stands for one of the theme, and that for a value
        value = _VARIABLE.sub(lambda match: variables.get(match[1], match[2] or ""), value)
    return value


def _grey(paint: str) -> str:
    """A colour as a grey of the same lightness; one that is not understood as a light grey."""
    paint = _REFERENCE.sub("", paint).strip()
    if paint in {"none", "transparent"}:
        return "none"
    if mix := _MIX.fullmatch(paint):
        first, second = _lightness(_grey(mix[1])), _lightness(_grey(mix[3]))
        return _hex(second + (first - second) * min(float(mix[2]), 100) / 100)
    colour = parse_color(paint)
    try:
        red, green, blue = colour.to("srgb").coordinates
    except (AttributeError, NotImplementedError):
        return "#cccccc"
    parts = zip((0.2126, 0.7152, 0.0722), (red, green, blue), strict=True)
    luminance = sum(weight * min(1.0, max(0.0, part)) ** 2.2 for weight, part in parts)
    return _hex(255 * luminance ** (1 / 2.2))


def _hex(lightness: float) -> str:
    return "#" + f"{round(lightness):02x}" * 3


def _lightness(grey: str) -> int:
    return 255 if grey == "none" else int(grey[1:3], 16)


# --- text ------------------------------------------------------------------------------------------------------------


def _text(text: str | None) -> str | None:
    # WeasyPrint draws text in SVG sign by sign: an accent must be part of its letter, and nothing may choose its look.
    return text and unicodedata.normalize("NFC", text).translate(_VARIATION_SELECTORS)


def _label(text: etree._Element) -> str:
    pieces = [(" " if piece.get("x") else "") + (piece.text or "") + (piece.tail or "") for piece in text]
    return " ".join(((text.text or "") + "".join(pieces)).split())


def _anchor(text: etree._Element) -> None:
    """Begin lines of several pieces at their start, and lower and raise pieces, for WeasyPrint can do neither."""
    lines: list[list[etree._Element]] = []
    for piece in (text, *text):
        if piece is text and not text.text:
            continue
        if piece.get("x") or not lines:
            lines.append([])
        lines[-1].append(piece)
    if all(len(line) == 1 and line[0].get("baseline-shift") is None for line in lines):
        return
    size = _size(_inherited(text, "font-size"))
    share = {"middle": 0.5, "end": 1.0}.get(_inherited(text, "text-anchor"), 0.0)
    for line in lines:
        widths, shift = 0.0, 0.0
        for piece in line:
            width, wanted = _width(piece, size), _SHIFTS.get(piece.get("baseline-shift", ""), 0.0) * size
            piece.attrib.pop("baseline-shift", "")
            if piece.get("font-size") == "smaller":
                piece.set("font-size", f"{size / 1.2:.2f}")
                width /= 1.2
            if wanted != shift:
                piece.set("dy", f"{wanted - shift:.2f}")
            widths, shift = widths + width, wanted
        line[0].set("x", f"{float(line[0].get('x') or 0) - share * widths:.2f}")
    text.set("text-anchor", "start")


def _size(written: str) -> float:
    match = re.fullmatch(r"(\d*\.?\d+)(?:px)?", written)
    return float(match[1]) if match else TEXT_SIZE


def _inherited(element: etree._Element, name: str) -> str:
    while element.get(name) is None:
        parent = element.getparent()
        if parent is None:
            return ""
        element = parent
    return element.get(name, "")


def _width(piece: etree._Element, size: float) -> float:
    regular, bold, mono = _fonts()
    font = bold if _inherited(piece, "font-weight") == "bold" else regular
    if "Mono" in _inherited(piece, "font-family").partition(",")[0]:
        font = mono
    return size * sum(
        font.get(sign, 1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.6) for sign in str(piece.text or "")
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT].rsplit(" ", 1)[0] + " …"
