"""The templates of the printed book's pages."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from notebook_compile.model import Book
from notebook_compile.words import words

if TYPE_CHECKING:
    from jinja2 import Environment


def render(template: str, book: Book, **values: object) -> str:
    """A template filled in, with the book and the fixed words of its language."""
    return _templates().get_template(template).render(book=book, words=words(book.language), **values)


@cache
def _templates() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415  # slow, for other processes

    return Environment(
        loader=PackageLoader("notebook_compile", "templates/pdf"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
