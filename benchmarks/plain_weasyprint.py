"""The peer of `notebook-compile pdf`: the same book as one plain WeasyPrint document.

    python benchmarks/plain_weasyprint.py NOTEBOOK OUTPUT.pdf [--index NOTE] [--limit N]

Chapters, footnotes, QR codes, theme and page size are those of the compiler, whose HTML and style sheets are written
to files. WeasyPrint's own command prints them, in a process that nothing of the compiler is in: only this is measured.
Page numbers are left to CSS, as WeasyPrint's users do: `target-counter` in the contents and behind cross-references.
The PDF is not tagged, as WeasyPrint's are not by default; that leaves the peer less to do.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from html import escape, unescape
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from notebook_compile.compiler import Compiled, compile_notebook, design
from notebook_compile.config import Settings
from notebook_compile.model import Book
from notebook_compile.pdf.back import back_html, back_sections
from notebook_compile.pdf.design import Looks, measure, style_sheets
from notebook_compile.pdf.files import Files
from notebook_compile.pdf.folios import DIGITS, target_of
from notebook_compile.pdf.front import contents_html, front_html
from notebook_compile.pdf.numbering import Numbering
from notebook_compile.pdf.pages import signature_html
from notebook_compile.qr import QUIET_ZONE, qr_code
from notebook_compile.resources import styles_folder

STYLES = """
@page { @bottom-center { content: counter(page) } }
.page-number::after { content: target-counter(attr(href), page) }
.contents-line .page-number { position: absolute; right: 0; bottom: 0 }
.book-title, .part-title, .chapter-title, .contents h1, .front-introduction h1 { bookmark-level: 1 }
.chapter h2 { bookmark-level: 2 }
"""

_ADDRESS = re.compile(r'href="([a-z]+:[^"]*)"')
_NUMBER = re.compile(rf'<a class="late-number[^"]*" (href="[^"]*")>{DIGITS}</a>')
_CODE = re.compile(r'src="qr:([^"]*)"')
_START = re.compile(r'<body class="text"[^<>]*>')
_BODY = re.compile(r'<body class="(\w+)"[^<>]*>(.*)</body>', re.S)


def document(book: Book, looks: Looks) -> str:
    """The book as one HTML document: front matter, parts and chapters, indexes, linked by their ids."""
    text = signature_html(book, book.entries, Numbering({}), looks)
    start = _START.search(text)
    if start is None:
        message = "the compiler's documents are not as this benchmark knows them"
        raise ValueError(message)
    whole = text[: start.end()] + _content(front_html(book)) + _content(contents_html(book, 1, 1)) + text[start.end() :]
    back = "".join(_content(back_html(book, anchor, 4)) for anchor, _ in back_sections(book))
    whole = whole.replace("</body>", back + "</body>")
    whole = _ADDRESS.sub(_plain_address, whole)
    whole = _CODE.sub(_drawn_code, whole)
    return _NUMBER.sub(r'<a class="page-number" \1></a>', whole).replace('src="notebook:', 'src="')


def _content(html: str) -> str:
    """What is in a document, as an element of its kind."""
    found = _BODY.search(html)
    return f'<div class="{found[1]}">{found[2]}</div>' if found else ""


def _plain_address(match: re.Match[str]) -> str:
    """The address of an id in the same document for one that is filled in when a book is bound."""
    anchor = target_of(unescape(match[1]))
    return match[0] if anchor is None else f'href="#{escape(anchor)}"'


def _drawn_code(match: re.Match[str]) -> str:
    """The address of a QR code's picture for that of a code which the compiler draws itself."""
    code = qr_code(unquote(match[1]))
    path = "".join(f"M{x} {y}h{width}v{height}h-{width}z" for x, y, width, height in code.rectangles)
    box = f"{-QUIET_ZONE} {-QUIET_ZONE} {code.size} {code.size}"
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"><path d="{path}"/></svg>'
    return f'src="data:image/svg+xml,{quote(svg)}"'


def write_document(compiled: Compiled, settings: Settings, folder: Path, output: Path) -> tuple[str, ...]:
    """Write the HTML and the style sheets to a folder; what prints them to `output`."""
    book, chosen = compiled.book, design(settings)
    sheets = style_sheets(chosen, book.root)
    looks = Looks(measure(sheets, Files(str(book.root), str(styles_folder()))), chosen.timestamps)
    (folder / "book.html").write_text(document(book, looks), encoding="utf-8")
    styles: list[str] = []
    for number, sheet in enumerate(sheets):
        # One that has an address is read there, so that it finds what it imports.
        file = Path(unquote(urlsplit(sheet.base).path)) if sheet.base else folder / f"{number}.css"
        if not sheet.base:
            file.write_text(sheet.text, encoding="utf-8")
        styles += ["--stylesheet", str(file)]
    (folder / "plain.css").write_text(STYLES, encoding="utf-8")
    styles += ["--stylesheet", str(folder / "plain.css"), "--base-url", f"{book.root}/"]
    return (sys.executable, "-m", "weasyprint", "--quiet", *styles, str(folder / "book.html"), str(output))


def main() -> None:
    """Read the arguments and print."""
    parser = argparse.ArgumentParser(description="Print a notebook as one plain WeasyPrint document.")
    parser.add_argument("notebook", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--index")
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    flags = {name: value for name in ("index", "limit") if (value := getattr(options, name)) is not None}
    compiled, settings = compile_notebook(options.notebook, flags, lambda *_: None)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(write_document(compiled, settings, Path(folder), options.output), check=True)


if __name__ == "__main__":
    main()
