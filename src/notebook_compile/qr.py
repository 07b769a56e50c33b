"""QR codes for print, through segno."""

from __future__ import annotations

from functools import lru_cache

import segno

# Four modules on each side (ISO/IEC 18004, 9.1): with less, one in a hundred was not read at 13 mm.
QUIET_ZONE = 4


@lru_cache(maxsize=1024)
def qr_image(address: str) -> str:
    """The QR code of an address as a `data:` address of an SVG image, to be scaled; the quiet zone is part of it."""
    code = segno.make_qr(address)
    return str(
        code.svg_data_uri(
            xmldecl=False, svgns=True, border=QUIET_ZONE, omitsize=True, nl=False, svgclass=None, lineclass=None
        )
    )
