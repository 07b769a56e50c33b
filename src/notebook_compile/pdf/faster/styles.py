"""Computed styles, shared by all that they are the same for.

WeasyPrint shares the styles of elements that the same rules match within one parent. But it makes a rule of each `id`:
an element that links lead to shares its style with none, nor does what is in it. And pseudo-elements, pages and the
boxes in their margins share none. Here anchors are left out while styles are computed, and each is put in a style that
takes all else from the shared one; and styles that come from the same rules and the same parent are one.
"""

from __future__ import annotations

import inspect
from typing import Any

from weasyprint import css
from weasyprint.css import ComputedStyle, StyleFor
from weasyprint.layout import page

_find_style_attributes = css.find_style_attributes
_init = StyleFor.__init__
_set_computed_styles = StyleFor.set_computed_styles

_ANCHORS = ("if id_ := element.get('id'):", "if name := element.get('name'):")


def install() -> None:
    """Share styles so from now on, in this process."""
    source = inspect.getsource(_find_style_attributes)
    for anchor in _ANCHORS:
        source = source.replace(anchor, "if False:")
    exec(source, vars(css))
    StyleFor.__init__ = _init_with_anchors_apart
    StyleFor.set_computed_styles = _set_once


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


def _init_with_anchors_apart(
    self: StyleFor, html: Any, sheets: Any, hints: bool, font_config: Any, target_collector: Any
) -> None:
    """Compute the styles of all elements."""
    self.once = {}
    _init(self, html, sheets, hints, font_config, target_collector)
    styles = self.get_computed_styles()
    for element in html.etree_element.iter():
        anchor = (element.get("name") if element.tag == "a" else None) or element.get("id")
        if anchor:
            styles[element, None] = _Anchored(styles[element, None], anchor)
            target_collector.collect_anchor(anchor)


def _set_once(
    self: StyleFor,
    element: Any,
    parent: Any,
    root: Any = None,
    pseudo_type: str | None = None,
    base_url: str | None = None,
    target_collector: Any = None,
) -> None:
    """Compute a style, or take one that was computed from the same rules and the same parent."""
    if pseudo_type is None and not isinstance(element, page.PageType):  # `_init` shares these
        _set_computed_styles(self, element, parent, root, pseudo_type, base_url, target_collector)
        return
    styles = self.get_computed_styles()
    rules = self.get_cascaded_styles().get((element, pseudo_type), {})
    key = (
        id(styles[parent, None]),
        pseudo_type,
        tuple((name, id(value), *weight[:2], *weight[2]) for name, (value, weight) in rules.items()),
    )
    if key not in self.once:
        _set_computed_styles(self, element, parent, root, pseudo_type, base_url, target_collector)
        self.once[key] = styles[element, pseudo_type]
    styles[element, pseudo_type] = self.once[key]
