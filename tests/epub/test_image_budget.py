"""Images within a budget: what is heavy becomes smaller, what is light stays."""

from __future__ import annotations

import io
from random import Random

import pytest
from PIL import Image, ImageDraw

from notebook_compile.epub.image_budget import STEPS, within_budget
from notebook_compile.epub.image_files import ImageFile, fit_for_readers, size_of


def photograph(width: int, height: int, seed: int) -> ImageFile:
    spots = Image.frombytes("RGB", (48, 48), Random(seed).randbytes(48 * 48 * 3))
    return _file(spots.resize((width, height), Image.Resampling.BICUBIC), "JPEG", quality=95)


def lines() -> ImageFile:
    picture = Image.new("L", (900, 600), 255)
    ImageDraw.Draw(picture).ellipse((50, 50, 850, 550), outline=0, width=4)
    return _file(picture, "PNG")


def _file(picture: Image.Image, format_: str, **options: int) -> ImageFile:
    data = io.BytesIO()
    picture.save(data, format_, **options)
    return fit_for_readers(data.getvalue())


FILES = [photograph(1800, 1200, 1), lines(), photograph(1200, 800, 2), photograph(200, 100, 3)]
SVG = ImageFile("image/svg+xml", "svg", b"<svg/>" * 1000)


def weight(files: list[ImageFile]) -> int:
    return sum(len(file.data) for file in files)


def test_what_fits_stays_as_it_is() -> None:
    fitted = within_budget(FILES, weight(FILES))
    assert all(one is other for one, other in zip(fitted, FILES, strict=True))
    assert within_budget([], 0) == []


def test_the_heaviest_pay() -> None:
    budget = weight(FILES) - len(FILES[0].data) // 4
    fitted = within_budget(FILES, budget)
    assert weight(fitted) <= budget
    assert [one is other for one, other in zip(fitted, FILES, strict=True)] == [False, True, True, True]


@pytest.mark.parametrize("share", [0.6, 0.3, 0.15])
def test_any_budget_is_kept_that_can_be(share: float) -> None:
    budget = round(weight(FILES) * share)
    fitted = within_budget(FILES, budget)
    assert budget * 0.5 < weight(fitted) <= budget
    assert all(len(one.data) <= len(other.data) for one, other in zip(fitted, FILES, strict=True))
    assert fitted[1] is FILES[1]
    assert fitted == within_budget(FILES, budget)


def test_what_cannot_be_had() -> None:
    fitted = within_budget([*FILES, SVG], 1)
    assert fitted[-1] is SVG
    assert all(max(size_of(file)) <= STEPS[-1][0] for file in fitted if file.extension == "jpg")
    assert weight(fitted[:-1]) < weight(FILES) / 5
