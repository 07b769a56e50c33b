"""What the readers that an EPUB is for want otherwise than EPUB has it; `docs/e-readers.md` says whence it is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from notebook_compile.epub.kepub import to_kepub
from notebook_compile.epub.kindle import to_kindle

if TYPE_CHECKING:
    from collections.abc import Callable


def _as_it_is(document: bytes) -> bytes:
    return document


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of reader."""

    name: str
    ending: str = ".epub"  # of a file's name
    finish: Callable[[bytes], bytes] = _as_it_is  # the last that happens to each content document
    draws_svg: bool = True
    # Kindle Publishing Guidelines, 4.2: the cover must not stand in an HTML page too, or it appears twice. KindleGen
    # leaves such a page out where it is a landmark (w3c/publ-cg issue 22), other ways to a Kindle do not say.
    shows_cover: bool = True
    is_sent: bool = True  # whether books come by Amazon's mail, which has limits


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("generic"),
        Profile("kindle", finish=to_kindle, draws_svg=False, shows_cover=False),
        Profile("kobo", ending=".kepub.epub", finish=to_kepub, is_sent=False),
    )
}
