"""The peer of `notebook-compile pdf`: the same book as one plain WeasyPrint document.

    python benchmarks/plain_weasyprint.py NOTEBOOK OUTPUT.pdf [--index NOTE] [--limit N]

Chapters, footnotes, QR codes, theme and page size are those of the compiler, which does its work up to the book. Page
numbers are left to CSS, as WeasyPrint's users do: `target-counter` in the contents and behind every cross-reference.
The PDF is not tagged, as WeasyPrint's are not by default; that leaves the peer less to do.
"""

from __future__ import annotations

import argparse
import re
from html import escape, unescape
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from notebook_compile.compiler import compile_notebook, design
from notebook_compile.model import Book
from notebook_compile.pdf.back import back_html
from notebook_compile.pdf.design import Design, Looks, measure, style_sheets
from notebook_compile.pdf.files import Files
from notebook_compile.pdf.folios import DIGITS, target_of
from notebook_compile.pdf.front import front_html
from notebook_compile.pdf.numbering import Numbering
from notebook_compile.pdf.pages import signature_html
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
_START = re.compile(r'<body class="text"[^<>]*>')
_BODY = re.compile(r'<body class="(\w+)"[^<>]*>(.*)</body>', re.S)


def document(book: Book, looks: Looks) -> str:
    """The book as one HTML document: front matter, parts and chapters, indexes, linked by their ids."""
    text = signature_html(book, book.entries, Numbering({}), looks)
    start = _START.search(text)
    if start is None:
        message = "the compiler's documents are not as this benchmark knows them"
        raise ValueError(message)
    whole = text[: start.end()] + _content(front_html(book, 1)) + text[start.end() :]
    whole = whole.replace("</body>", _content(back_html(book, {})) + "</body>")
    whole = _ADDRESS.sub(_plain_address, whole)
    return _NUMBER.sub(r'<a class="page-number" \1></a>', whole).replace('src="notebook:', 'src="')


def _content(html: str) -> str:
    """What is in a document, as an element of its kind."""
    found = _BODY.search(html)
    return f'<div class="{found[1]}">{found[2]}</div>' if found else ""


def _plain_address(match: re.Match[str]) -> str:
    """The address of an id in the same document for one that is filled in when a book is bound."""
    anchor = target_of(unescape(match[1]))
    return match[0] if anchor is None else f'href="#{escape(anchor)}"'


def print_plainly(book: Book, chosen: Design, output: Path) -> None:
    """Write the book's PDF."""
    fonts = FontConfiguration()
    sheets = style_sheets(chosen, book.root)
    looks = Looks(measure(sheets, Files(str(book.root), str(styles_folder()))), chosen.timestamps)
    styles = [
        *(CSS(string=sheet.text, base_url=sheet.base or None, font_config=fonts) for sheet in sheets),
        CSS(string=STYLES, font_config=fonts),
    ]
    HTML(string=document(book, looks), base_url=f"{book.root}/").write_pdf(
        output, stylesheets=styles, font_config=fonts
    )


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
    print_plainly(compiled.book, design(settings), options.output)


if __name__ == "__main__":
    main()
