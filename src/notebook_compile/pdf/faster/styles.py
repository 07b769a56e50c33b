"""Computed styles, shared by all that they are the same for, within a document and from one to the next.

WeasyPrint shares the styles of elements that the same rules match within one parent. But it makes a rule of each `id`:
an element that links lead to shares its style with none, nor does what is in it. Pseudo-elements, pages and the boxes
in their margins share none, and each document computes all of them anew: for a chapter of a few pages that is a fifth
of the time, and what layout keeps with a style is lost with it. Here anchors are left out while styles are computed,
and each is put in a style that takes all else from the shared one; and styles that come from the same rules and the
same parent are one, as long as the fonts and style sheets are the same.

A style is a function of these rules and this parent, so that it does not matter which document asked first, but for
lengths that depend on the first page's size (`vw`), and for what WeasyPrint writes into styles: documents for which
either may matter keep their styles to themselves.
"""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import inf
from typing import Any
from weakref import WeakKeyDictionary

import tinycss2
from weasyprint import css
from weasyprint.css import ComputedStyle, InitialStyle, StyleFor
from weasyprint.css.validation import preprocess_declarations
from weasyprint.formatting_structure import build
from weasyprint.text.fonts import FontConfiguration

_find_style_attributes = css.find_style_attributes
_init = StyleFor.__init__
_set_computed_styles = StyleFor.set_computed_styles
_set_viewport_overflow = build.set_viewport_overflow

# What is replaced in the function that finds the rules in attributes: anchors are none, and rules stay texts.
_IN_ATTRIBUTES = (
    ("if id_ := element.get('id'):", "if False:"),
    ("if name := element.get('name'):", "if False:"),
    ("tinycss2.parse_blocks_contents(style)", "style"),
    ("tinycss2.parse_one_declaration(style_attribute)", "style_attribute"),
    ("(declaration,), base_url", "declaration, base_url"),
)
_OF_HINTS = (0, 0, 0)  # the specificity of attributes that mean a rule
_MOST = 5_000  # styles that are kept, each some kilobytes; a book has some hundreds


_Declarations = list[tuple[str, Any, bool]]
# The pseudo-element that it is for; origin, layer, specificity; what it says.
_Rule = tuple[str | None, tuple[str, float, tuple[int, int, int]], _Declarations]


class _PageSizes(dict[str, Any]):
    """The sizes of a document's first page, and whether a style depends on them."""

    are_used = False

    def __getitem__(self, key: str) -> Any:
        self.are_used = True
        return super().__getitem__(key)


class _Kept:
    """Styles, by what they come from."""

    def __init__(self) -> None:
        self.styles: dict[tuple[object, ...], Any] = {}
        self.sizes = _PageSizes()
        self.is_one_documents = False

    def is_for_more(self) -> bool:
        """Whether another document may take them."""
        return not (self.is_one_documents or self.sizes.are_used) and len(self.styles) < _MOST


_kept: WeakKeyDictionary[FontConfiguration, _Kept] = WeakKeyDictionary()


def install() -> None:
    """Share styles so from now on, in this process."""
    source = inspect.getsource(_find_style_attributes)
    for part, instead in _IN_ATTRIBUTES:
        source = source.replace(part, instead)
    exec(source, vars(css))
    StyleFor.__init__ = _init_from_shared
    StyleFor.set_computed_styles = _set_once
    build.set_viewport_overflow = _set_viewport_overflow_apart


class _Anchored(ComputedStyle):  # type: ignore[misc]
    """The style of an element with an anchor."""

    def __init__(self, shared: ComputedStyle, anchor: str) -> None:
        self.__dict__.update(shared.__dict__)
        self.shared = shared
        self["anchor"] = anchor

    def __missing__(self, key: str) -> Any:
        value = self[key] = self.shared[key]
        return value

    @property
    def anonymous_style(self) -> Any:
        """The style of boxes without an element in this one: anchors are not inherited."""
        return self.shared.anonymous_style


def _init_from_shared(
    self: StyleFor, html: Any, sheets: Any, hints: bool, font_config: Any, target_collector: Any
) -> None:
    """Compute the styles of all elements, or take those that there are."""
    kept = _kept.get(font_config)
    if kept is None or not kept.is_for_more():
        kept = _kept[font_config] = _Kept()
    kept.sizes.update(box=None, area=None)
    self.kept, self.initial_page_sizes = kept, kept.sizes
    self._sheets, self.font_config = sheets, font_config
    self._cascaded_styles, self._computed_styles = {}, {}
    attributes = _attributes(html, hints)
    shared: dict[Any, Any] = {}  # styles of elements without their anchors
    for wrapper in html.wrapper_element.iter_subtree():
        element = wrapper.etree_element
        parent = shared[wrapper.parent.etree_element] if wrapper.parent else None
        rules = [*attributes[element], *_matching(wrapper, sheets)]
        key = (id(parent), *((pseudo, weight, id(rule)) for pseudo, weight, rule in rules))
        if key not in kept.styles:
            # The parent and the rules are kept too, so that no others have their ids.
            kept.styles[key] = _computed(self, parent, shared.get(html.etree_element), rules, html.base_url), rules
        styles = kept.styles[key][0]
        shared[element] = styles[None]
        for pseudo, style in styles.items():
            self._computed_styles[element, pseudo] = style
            if style["anchor"]:
                target_collector.collect_anchor(style["anchor"])
        anchor = (element.get("name") if element.tag == "a" else None) or element.get("id")
        if anchor:
            self._computed_styles[element, None] = _Anchored(styles[None], anchor)
            target_collector.collect_anchor(anchor)
    if shared[html.etree_element]["display"] == ("none",):  # WeasyPrint writes into all styles that it is not
        kept.is_one_documents = True


def _attributes(html: Any, hints: bool) -> dict[Any, list[_Rule]]:
    """The rules in the attributes of elements."""
    rules: dict[Any, list[_Rule]] = defaultdict(list)
    for specificity, element, text, base_url in css.find_style_attributes(html.etree_element, hints, html.base_url):
        declarations = _declarations(text, base_url, several=specificity > _OF_HINTS)
        rules[element].append((None, ("author", inf, specificity), declarations))
    return rules


@lru_cache(maxsize=1000)
def _declarations(text: str, base_url: str | None, *, several: bool) -> _Declarations:
    parsed = tinycss2.parse_blocks_contents(text) if several else (tinycss2.parse_one_declaration(text),)
    return list(preprocess_declarations(base_url, parsed))


def _matching(wrapper: Any, sheets: Any) -> Iterator[_Rule]:
    """The rules of style sheets that an element matches."""
    for sheet, origin, sheet_specificity in sheets:
        for specificity, _, pseudo, (declarations, layer) in sheet.matcher.match(wrapper):
            order = inf if layer is None else sheet.layers.index(layer)
            yield pseudo, (origin, order, sheet_specificity or specificity), declarations


def _computed(self: StyleFor, parent: Any, root: Any, rules: Iterable[_Rule], base_url: str) -> dict[str | None, Any]:
    """The styles of an element and of its pseudo-elements."""
    cascaded: dict[str | None, dict[str, Any]] = {None: {}}
    for pseudo, (origin, order, specificity), declarations in rules:
        style = cascaded.setdefault(pseudo, {})
        for name, values, importance in declarations:
            weight = css.declaration_precedence(origin, importance), order, specificity
            if name not in style or style[name][1] <= weight:
                style[name] = values, weight
    last = base_url, self.font_config, self.initial_page_sizes
    first = InitialStyle(self.font_config) if root is None else root
    own = ComputedStyle(parent, cascaded.pop(None), None, first, *last)
    first = own if root is None else root
    pseudos = {name: ComputedStyle(own, rest, name, first, *last) for name, rest in cascaded.items()}
    return {None: own, **pseudos}


def _set_once(
    self: StyleFor,
    element: Any,
    parent: Any,
    root: Any = None,
    pseudo_type: str | None = None,
    base_url: str | None = None,
    target_collector: Any = None,
) -> None:
    """Compute the style of a page or of a box in its margins, or take the one that there is."""
    styles, kept = self.get_computed_styles(), self.kept.styles
    rules = self.get_cascaded_styles().get((element, pseudo_type), {})
    key = (
        id(styles[parent, None]),
        pseudo_type,
        tuple((name, id(value), *weight[:2], *weight[2]) for name, (value, weight) in rules.items()),
    )
    if key not in kept:
        _set_computed_styles(self, element, parent, root, pseudo_type, base_url, target_collector)
        kept[key] = styles[element, pseudo_type]
    styles[element, pseudo_type] = kept[key]


def _set_viewport_overflow_apart(root_box: Any) -> Any:
    """Let pages have the overflow of the root or the body, which WeasyPrint takes from the style of these."""
    for box in (root_box, *root_box.children):
        if box.style["overflow"] != "visible":
            box.style = box.style.copy()
    return _set_viewport_overflow(root_box)
