"""Files that ship with the package: style sheets and fonts. In an installed package they stand inside it."""

from __future__ import annotations

from pathlib import Path


def styles_folder() -> Path:
    """The folder of themes and fonts: in the package when installed, at the top of a checkout otherwise."""
    package = Path(__file__).parent
    installed = package / "styles"
    return installed if installed.is_dir() else package.parents[1] / "styles"
