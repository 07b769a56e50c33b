"""Pages on a screen of 6 inches, by day and by night: nothing is cut off, no box hinders the reader's own colours.

The environment variable PICTURES names a folder that keeps the pictures of the pages, for eyes.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .foliate import DAY, NIGHT, Light
from .pictures import boxes, faint, ink

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PIL import Image

    from .conftest import Made
    from .foliate import Foliate

FOLDER = os.environ.get("PICTURES", "")
FEW = 2  # pages of a document
LIGHTS = {"day": (DAY, 255), "night": (NIGHT, 0)}  # and the grey of the paper


@pytest.fixture(scope="module", params=["sample", "constructs"])
def reader(request: pytest.FixtureRequest, opened: Callable[..., Foliate]) -> Foliate:
    made: Made = request.getfixturevalue(request.param)
    return opened(made.epub)


def test_nothing_is_wider_than_the_page(reader: Foliate) -> None:
    for number, name in enumerate(reader.sections):
        reader.go_to(number)
        left, right = reader.bounds
        marks = [mark for mark in reader.marks() if "cover" not in name]
        outside = [mark for mark in marks if mark.left < left - 1 or mark.right > right + 1]
        assert outside == [], name
        assert [mark for mark in marks if mark.kind == "clipped"] == [], name


@pytest.mark.parametrize("name", LIGHTS)
def test_every_page_is_legible_by_day_and_by_night(
    name: str, reader: Foliate, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    light, paper = LIGHTS[name]
    folder = Path(FOLDER) if FOLDER else tmp_path
    blank = 0
    for label, picture in pictures(reader, light):
        folder.mkdir(parents=True, exist_ok=True)
        picture.save(folder / f"{request.node.callspec.id}-{label}.png")
        shown = reader.shown()
        drawn = [mark for mark in shown if mark.kind == "picture"]
        assert boxes(picture, paper, drawn) == [], label
        assert faint(picture, [mark for mark in shown if mark.kind == "word"]) == [], label
        blank += ink(picture, paper) < 0.001
    assert blank == 0


def pictures(reader: Foliate, light: Light) -> Iterator[tuple[str, Image.Image]]:
    """The first pages of each document, under their names."""
    reader.go_to(0)
    reader.dress(light)
    for number in reversed(range(len(reader.sections))):  # each is loaded anew
        place = reader.go_to(number)
        for page in range(1, FEW + 1):
            yield f"{number:02}-{page}", reader.picture()
            following = reader.turn()
            if following.section != number or following == place:
                break
            place = following
