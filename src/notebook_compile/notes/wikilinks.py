"""What stands between the brackets of a wiki-link: target, heading or block, label, an image's size."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from notebook_compile.notes.scan import STAND_IN, Found, number_of

# A number sign before a blank, or at the end, belongs to the note's name: `[[C# and F#]]`.
_FRAGMENT = re.compile(r"#(?=\S)")
_PICTURES = frozenset("apng avif bmp gif heic ico jfif jpeg jpg png svg tif tiff webp".split())
_SIZE = re.compile(r"(\d{1,5})(?:x(\d{1,5}))?\Z")


@dataclass(frozen=True, slots=True)
class WikiLink:
    """The parts of `target#fragment|label`."""

    target: str
    fragment: str
    label: str


def read_wikilink(link: str) -> WikiLink:
    """The parts of a wiki-link. Without a label of its own it shows its target, a slug's underscores as blanks."""
    address, _, label = link.replace("\\|", "|").partition("|")
    target, *fragments = _FRAGMENT.split(address.strip())
    fragments = [part for part in fragments if part]
    return WikiLink(target.strip(), "#".join(fragments), label.strip() or _shown(target.strip(), fragments))


def read_size(label: str) -> tuple[str, int | None, int | None]:
    """An image's description, width and height in CSS pixels, from Obsidian's `text|100` and `text|100x200`."""
    text, bar, size = label.rpartition("|")
    match = _SIZE.match(size.strip())
    if not match or not (bar or size.strip() == label.strip()):
        return label, None, None
    return text.strip(), int(match[1]), int(match[2]) if match[2] else None


def plain_text(text: str, found: tuple[Found, ...]) -> str:
    """Text with its links as their labels and its times left out, blanks joined."""
    labelled = STAND_IN.sub(lambda match: _label_of(found[number_of(match)]), text)
    return " ".join(labelled.split())


def file_label(target: str) -> str:
    """What stands for a file or a note that has no label."""
    path = PurePosixPath(target.removesuffix(".md"))
    return (path.stem if is_picture(target) else path.name).replace("_", " ")


def is_picture(file: str) -> bool:
    """Whether a file's name is that of a picture; recordings, PDFs and canvases are none."""
    return file.rpartition(".")[2].lower() in _PICTURES


def _label_of(item: Found) -> str:
    if item.is_time:
        return ""
    label = read_wikilink(item.link).label
    if item.embed:  # a picture's description, if it has one
        return read_size(label)[0] if "|" in item.link else ""
    return label


def _shown(target: str, fragments: list[str]) -> str:
    target = target.removesuffix(".md")
    target = target if " " in target else target.replace("_", " ")
    return " \u203a ".join(part for part in (target, *(part.lstrip("^") for part in fragments)) if part)
