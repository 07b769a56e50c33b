"""Picture pages of finished PDFs, chosen by what stands on them, and show them in one document.

    python benchmarks/gallery.py FOLDER THEME=BOOK.pdf...

Writes `FOLDER/<theme>-<n>.png`, small and with few greys, and `FOLDER/README.md`. Pictures of before are removed.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from PIL.Image import Dither, Image, Resampling
from printed.volume import Volume, code_address

WIDTH = 500  # of a picture, in pixels
COLOURS = 16

_HEAD = """# Gallery

The sample notebook, [`notes/`](../../notes/), as each theme prints it. `scripts/gallery` makes these pictures.
"""


def chosen(volume: Volume) -> dict[int, str]:
    """The pages that show most of a book, and what is on each; a book that has no such page does without."""
    found: dict[int, str] = {}
    for name, page in _candidates(volume):
        if page is not None:
            found.setdefault(page, name)
    return dict(sorted(found.items()))


def _candidates(volume: Volume) -> Iterator[tuple[str, int | None]]:
    named = {entry.name: entry.page for entry in reversed(volume.outline)}
    openings = [chapter.start for chapter in volume.chapters]
    pages = [page for chapter in volume.chapters for page in chapter]
    yield "Cover", 0 if volume.pages[0].label not in ("i", "1") else None
    yield "Contents", named.get("contents")
    yield "Part", named.get("p1")
    yield "Chapter", max(openings, key=lambda page: _footnotes(volume, page), default=None)
    yield "Figure", next((page for page in pages if _figures(volume, page) and page not in openings), None)
    yield (
        "QR codes",
        max((page for page in pages if _plate(volume, page)), key=lambda p: _plate(volume, p), default=None),
    )
    yield "Videos", named.get("videos")


def _footnotes(volume: Volume, page: int) -> int:
    return sum(volume.elements[block].kind == "Note" for block in volume.blocks(page))


def _figures(volume: Volume, page: int) -> int:
    """How many pictures a page has that are no codes."""
    drawn = (each for each in volume.drawings(page) if volume.elements[each].kind == "Figure")
    return sum(not code_address(volume, each) for each in drawn)


def _plate(volume: Volume, page: int) -> int:
    """How many codes a page has that stand in the text; a single one is that of a video."""
    codes = (each for each in volume.drawings(page) if code_address(volume, each))
    count = sum(not volume.elements[each].within("Note") for each in codes)
    return count if count > 1 else 0


def picture(volume: Volume, page: int) -> Image:
    """A page as a small picture of few colours."""
    drawn = volume.drawn[page]
    image: Image = drawn.render(scale=2 * WIDTH / drawn.get_width()).to_pil()
    small = image.convert("RGB").resize((WIDTH, round(image.height * WIDTH / image.width)), Resampling.LANCZOS)
    return small.quantize(COLOURS, dither=Dither.NONE)


def write(folder: Path, books: dict[str, Path]) -> None:
    """Write the pictures of all themes, and the document that shows them."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    lines = [_HEAD]
    for theme, book in books.items():
        volume = Volume(book.read_bytes())
        lines.append(f"## {theme}\n")
        for number, (page, name) in enumerate(chosen(volume).items(), start=1):
            file = folder / f"{theme}-{number}.png"
            picture(volume, page).save(file, optimize=True)
            lines.append(f'<img src="{file.name}" width="{WIDTH // 2}" alt="{name}: page {volume.pages[page].label}"/>')
        lines.append("")
    (folder / "README.md").write_text("\n".join(lines), "utf-8")


def main() -> None:
    """Read the command line, and write."""
    parser = argparse.ArgumentParser(description="Picture pages of finished PDFs.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("books", nargs="+", metavar="THEME=BOOK.pdf")
    options = parser.parse_args()
    write(options.folder, {theme: Path(book) for theme, _, book in (each.partition("=") for each in options.books)})


if __name__ == "__main__":
    main()
