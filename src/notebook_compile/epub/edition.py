"""What the user asks of an EPUB, beside the book itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from notebook_compile.model import PrintedPage


@dataclass(frozen=True, slots=True)
class Edition:
    """How a book becomes an EPUB."""

    profile: str = "generic"  # the readers that it is for: generic, kindle, kobo
    cover: str = ""  # an image of the notebook; "none"; or "" for one made from the title
    theme: str = "book"  # that the made cover takes its looks from
    css: tuple[str, ...] = ()  # style sheets of the notebook, which the made cover takes its looks from too
    image_budget: int = 30_000_000  # bytes that all images may take together, the cover too
    pages: tuple[PrintedPage, ...] = ()  # of the PDF that was made with it
    claim: str = ""  # the accessibility conformance that the user vouches for: "wcag-2.1-aa"


GENERIC = Edition()
