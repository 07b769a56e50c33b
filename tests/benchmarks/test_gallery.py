"""The gallery shows pages by what is on them, in small pictures."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PIL import Image

from notebook_compile.book.anchors import chapter_anchors

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "benchmarks"))

import gallery  # noqa: E402
from printed.volume import Volume  # noqa: E402

NOTES = {
    "index.md": "---\ntitle: Seas\n---\n\n### Deep\n\n- [[one]]\n- [[two]]\n",
    "one.md": "# One\n\nText only.\n",
    "two.md": "---\nvideoId: dQw4w9WgXcQ\n---\n# Two\n\nA moment [00:01:02].\n",
}


def test_gallery(tmp_path: Path) -> None:
    for name, text in NOTES.items():
        (tmp_path / name).write_text(text, "utf-8")
    book, folder = tmp_path / "book.pdf", tmp_path / "gallery"
    subprocess.run([sys.executable, "-m", "notebook_compile", "pdf", tmp_path, "-o", book, "-q"], check=True)
    folder.mkdir()
    (folder / "book-99.png").write_bytes(b"of before")

    gallery.write(folder, {"book": book})

    volume = Volume(book.read_bytes())
    shown = {name: page for page, name in gallery.chosen(volume).items()}
    named = {entry.name: entry.page for entry in volume.outline}
    assert [shown[name] for name in ("Contents", "Part", "Chapter")] == [
        named[name] for name in ("contents", "p1", chapter_anchors(["two.md"])["two.md"])
    ]
    pictures = sorted(folder.glob("*.png"))
    assert [each.name for each in pictures] == [f"book-{number}.png" for number in range(1, len(shown) + 1)]
    for each in pictures:
        with Image.open(each) as picture:
            assert (picture.width, picture.mode) == (gallery.WIDTH, "P")
        assert f'src="{each.name}"' in (folder / "README.md").read_text("utf-8")
