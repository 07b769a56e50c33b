"""Whether a box is in normal flow.

WeasyPrint asks this twenty times for each line, each time by five functions. Two values of the box's style tell.
"""

from __future__ import annotations

from typing import Any

from weasyprint.formatting_structure.boxes import Box

_is_in_normal_flow = Box.is_in_normal_flow

_FLOATS = ("left", "right", "inline-start", "inline-end", "footnote")
_APART = ("absolute", "fixed")
_TAKEN_OUT = ("running()", "note()")


def install() -> None:
    """Ask so from now on, in this process."""
    Box.is_in_normal_flow = _is_in_normal_flow_by_style


def _is_in_normal_flow_by_style(self: Any) -> bool:
    style = self.style
    position = style["position"]
    return style["float"] not in _FLOATS and position not in _APART and position[0] not in _TAKEN_OUT
