"""QR codes as WeasyPrint's images: drawn by their modules, without an SVG that is written and interpreted for each.

`img` elements name them by `code_address`; `Images` is the cache of images that WeasyPrint looks in first.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote

from tinycss2.color5 import parse_color

from notebook_compile.qr import QUIET_ZONE, Code, qr_code

_SCHEME = "qr:"
_BLACK = parse_color("black")


def code_address(target: str) -> str:
    """The address of the image that is the QR code of an address."""
    return _SCHEME + quote(target, safe="")


class Images(dict[str, Any]):
    """The images of a document, by their addresses; codes are made when they are asked for."""

    def __contains__(self, address: object) -> bool:
        return super().__contains__(address) or str(address).startswith(_SCHEME)

    def __missing__(self, address: str) -> _CodeImage:
        self[address] = image = _CodeImage(qr_code(unquote(address.removeprefix(_SCHEME))))
        return image


class _CodeImage:
    """A QR code, to be scaled; it has no size of its own."""

    def __init__(self, code: Code) -> None:
        self._size = code.size
        self._modules = b"".join(b"%d %d %d %d re " % each for each in code.rectangles) + b"f"

    def get_intrinsic_size(self, resolution: float, font_size: float) -> tuple[None, None, float]:
        return None, None, 1.0

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        across, down = width / self._size, height / self._size
        stream.transform(a=across, d=down, e=QUIET_ZONE * across, f=QUIET_ZONE * down)
        stream.set_color(_BLACK)
        stream.stream.append(self._modules)
