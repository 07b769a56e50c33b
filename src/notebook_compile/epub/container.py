"""Writing the container: ebooklib's writer, made repeatable and kept away from the documents' markup.

A filled `EpubBook` comes in, the bytes of the `.epub` file go out. No markup is made or changed here: ebooklib's own
documents are parsed and printed again, which damages `<pre>` and mixed text, so ours pass through as bytes.
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ebooklib import epub

if TYPE_CHECKING:
    from notebook_compile.words import Direction

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_FIRST_ZIP_YEAR = datetime(1980, 1, 1, tzinfo=UTC)  # a ZIP's date has no earlier one


class Document(epub.EpubHtml):  # type: ignore[misc]
    """A content document whose bytes are final."""

    def get_content(self, default: object = None) -> bytes:
        """The bytes as they were given, even none."""
        content: bytes = self.content
        return content


def write(book: Any, modified: int, direction: Direction) -> bytes:
    """The container of a book. Calls the writer itself: `write_epub` reports a failure only by returning False."""
    when = datetime.fromtimestamp(modified, UTC)
    file = io.BytesIO()
    _Writer(file, book, {"mtime": when, "package_direction": direction == "rtl"}).write()
    return file.getvalue()


class _Writer(epub.EpubWriter):  # type: ignore[misc]
    """ebooklib's writer with the package's language, and with dates that come from the book, not from the clock."""

    def write(self) -> None:
        with _Archive(self.file_name, self.options["mtime"], self.options["compresslevel"]) as self.out:
            # EPUB 3.3, OCF ZIP container: `mimetype` is the first file, stored, without extra fields.
            self.out.writestr("mimetype", b"application/epub+zip", zipfile.ZIP_STORED)
            self._write_container()
            self._write_opf()
            self._write_items()

    def _write_opf_file(self, root: Any) -> None:
        root.set(XML_LANG, self.book.language)
        super()._write_opf_file(root)


class _Archive:
    """As much of `ZipFile` as the writer uses: every file has the same date, rights and system of origin."""

    def __init__(self, file: io.BytesIO, when: datetime, compresslevel: int) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=compresslevel)
        self._date = max(when, _FIRST_ZIP_YEAR).timetuple()[:6]

    def __enter__(self) -> _Archive:
        return self

    def __exit__(self, *failure: object) -> None:
        self._zip.close()

    def writestr(self, name: str, data: str | bytes, compress_type: int = zipfile.ZIP_DEFLATED) -> None:
        info = zipfile.ZipInfo(name, self._date)
        info.create_system = 3  # Unix everywhere, so that Windows writes the same bytes
        info.external_attr = 0o644 << 16
        self._zip.writestr(info, data, compress_type)
