"""The text that stands for an image."""

from __future__ import annotations

import pytest

from notebook_compile.epub.alternatives import alternative
from notebook_compile.model import Image
from notebook_compile.words import words


@pytest.mark.parametrize(
    ("file", "alt", "text"),
    [
        ("heart.png", " A heart ", "A heart"),
        ("pictures/left-ventricle.png", "", "left ventricle"),
        ("Linkes Herz.JPG", " ", "Linkes Herz"),
        ("心臓の図.png", "", "心臓の図"),
        ("Pasted image 20240117102030.png", "", "Image"),
        ("pasted image.png", "", "Image"),
        ("IMG_2034.jpg", "", "Image"),
        ("0f8fad5b-d9cb-469f.png", "", "Image"),
        ("ab.png", "", "Image"),
        ("_.png", "", "Image"),
    ],
)
def test_alternatives(file: str, alt: str, text: str) -> None:
    assert alternative(Image(file, alt), words("en")) == text


def test_in_the_books_language() -> None:
    assert alternative(Image("IMG_2034.jpg", ""), words("de")) == "Bild"
