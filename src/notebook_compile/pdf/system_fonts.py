"""Fonts of the system: those in colour come last, whatever is installed.

Where a style sheet names a font for emoji, fontconfig prefers fonts in colour to the families that are asked for. Fonts
of emoji have figures too, so that a book's figures would be taken from them on one machine and not on another.
"""

from __future__ import annotations

from weasyprint.text.ffi import ffi, fontconfig
from weasyprint.text.fonts import FontConfiguration

_RULE = b"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><match target="pattern">
<edit name="color" mode="assign_replace" binding="strong"><bool>false</bool></edit>
</match></fontconfig>
"""

ffi.cdef("FcConfig * FcConfigGetCurrent (void);")


def prefer_outlines(fonts: FontConfiguration) -> None:
    """Take fonts in colour only where no other has a character, from now on, in this process."""
    # Which of the two Pango asks depends on its version.
    for config in (fontconfig.FcConfigGetCurrent(), fonts._config):
        fontconfig.FcConfigParseAndLoadFromMemory(config, _RULE, True)
