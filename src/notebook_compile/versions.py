"""What results depend on besides what is read and asked for: this package, the libraries that it uses, the fonts.

Out: one digest, for the keys of the cache. It is made at each start, so it reads nothing that takes long.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from notebook_compile.resources import styles_folder

# Libraries that have a say in what becomes of a note or a page, and those that these use.
LIBRARIES = frozenset(
    "babel brotli cffi cssselect2 fonttools jinja2 latex2mathml lxml markdown markupsafe math-core nh3 pikepdf"
    " pillow pydyf pygments pyphen pyyaml quickjs-ng tinycss2 tinyhtml5 weasyprint webencodings ziafont ziamath"
    " zopfli zxing-cpp".split()
)
# Libraries of the system that set text, with what tells their version.
_SYSTEM_LIBRARIES = {
    "pango_version": ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll", "libpango-1.0-0"),
    "hb_version_string": ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "libharfbuzz-0.dll", "libharfbuzz-0"),
    "FcGetVersion": ("libfontconfig.so.1", "libfontconfig.1.dylib", "libfontconfig-1.dll"),
}
_FONT_VARIABLES = ("FONTCONFIG_FILE", "FONTCONFIG_PATH", "FONTCONFIG_SYSROOT")
_INSTALLED = re.compile(r"(.+?)-([^-]+)(?:-.*)?\.(?:dist|egg)-info")


@cache
def versions() -> str:
    """The digest of all this. A font that is installed, or a line of the package that is changed, makes it another."""
    made = hashlib.sha256()
    for fact in (sys.version, platform.machine(), *_libraries(), *_system_libraries(), *_fonts_of_system()):
        made.update(fact.encode("utf-8", "surrogateescape") + b"\0")
    for folder in (Path(__file__).parent, styles_folder()):
        for path in _files(str(folder)):
            made.update(path[len(str(folder)) :].encode("utf-8", "surrogateescape") + b"\0")
            with open(path, "rb") as file:  # noqa: PTH123
                made.update(hashlib.sha256(file.read()).digest())
    return made.hexdigest()


def _libraries() -> Iterator[str]:
    """Name and version of each of LIBRARIES, by the names of the folders that say that they are installed."""
    for folder in sys.path:
        if os.path.isdir(folder):  # noqa: PTH112
            for name in sorted(os.listdir(folder)):  # noqa: PTH208
                match = _INSTALLED.fullmatch(name)
                if match and re.sub(r"[-_.]+", "-", match[1]).lower() in LIBRARIES:
                    yield name


def _system_libraries() -> Iterator[str]:
    for function, names in _SYSTEM_LIBRARIES.items():
        yield next((str(version) for name in names if (version := _version(name, function))), f"no {function}")


def _version(library: str, function: str) -> object:
    try:
        ask = getattr(ctypes.CDLL(library), function)
    except (OSError, AttributeError):
        return None
    ask.restype = ctypes.c_char_p if function.endswith("string") else ctypes.c_int
    return ask()


def _fonts_of_system() -> Iterator[str]:
    """Paths, sizes and times of fonts that WeasyPrint may find, and of what tells it where and how."""
    yield from (f"{name}={os.environ.get(name, '')}" for name in _FONT_VARIABLES)
    for folder in _font_folders():
        for path in _files(folder):
            try:
                state = os.stat(path)  # noqa: PTH116
            except OSError:  # a link that leads nowhere
                continue
            yield f"{path} {state.st_size} {state.st_mtime_ns}"


def _font_folders() -> tuple[str, ...]:
    """Where systems keep fonts and the settings of fontconfig."""
    home = os.path.expanduser("~")  # noqa: PTH111
    if sys.platform == "win32":
        windows, local = os.environ.get("WINDIR", "C:\\Windows"), os.environ.get("LOCALAPPDATA", home)
        return (f"{windows}\\Fonts", f"{local}\\Microsoft\\Windows\\Fonts")
    data = os.environ.get("XDG_DATA_HOME") or f"{home}/.local/share"
    settings = os.environ.get("XDG_CONFIG_HOME") or f"{home}/.config"
    shared = (os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")
    of_mac = ("/System/Library/Fonts", "/Library/Fonts", f"{home}/Library/Fonts", "/opt/homebrew/etc/fonts")
    folders = [f"{home}/.fonts", f"{data}/fonts", f"{settings}/fontconfig", "/etc/fonts"]
    return (*folders, *(f"{each}/fonts" for each in shared), *(of_mac if sys.platform == "darwin" else ()))


def _files(folder: str) -> Iterator[str]:
    """The files below a folder, in order of their paths, but for those that Python makes."""
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        yield from (os.path.join(here, name) for name in sorted(names))  # noqa: PTH118
