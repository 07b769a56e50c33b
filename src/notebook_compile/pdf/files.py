"""The one door through which WeasyPrint reads files: fonts and styles of the package, images of the notebook."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit
from urllib.request import url2pathname

from notebook_compile.notes.folder import read_file

_NOTEBOOK = "notebook:"


def file_address(path: str) -> str:
    """The address of a file of the notebook, by its path relative to it."""
    return _NOTEBOOK + quote(path, safe="/")


def file_of(address: str) -> str:
    """The path of the notebook's file that an address names; the address itself where it names another."""
    return unquote(address.removeprefix(_NOTEBOOK)) if address.startswith(_NOTEBOOK) else address


@dataclass(frozen=True, slots=True)
class Files:
    """Reads what an address names. Frozen and plain, so that worker processes can have one each."""

    notebook: str  # folder
    styles: str  # folder

    def __call__(self, address: str) -> bytes:
        """The bytes at an address; raises OSError for any that is not of the notebook or the styles."""
        if address.startswith(_NOTEBOOK):
            return read_file(Path(self.notebook), file_of(address))
        if address.startswith("file:"):
            path = Path(url2pathname(urlsplit(address).path))
            styles, notebook = Path(self.styles).resolve(), Path(self.notebook)
            if path.resolve().is_relative_to(styles):
                return path.read_bytes()
            if path.is_relative_to(notebook):  # what a style sheet of the notebook names
                return read_file(notebook, path.relative_to(notebook).as_posix())
        message = f"{address} is neither in the notebook nor in the styles"
        raise PermissionError(message)

    def digest(self, address: str) -> str:
        """A digest of what stands at an address; empty where nothing can be read."""
        try:
            return hashlib.sha256(self(address)).hexdigest()
        except OSError:
            return ""

    def digests(self, addresses: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """Those of the addresses that are of no file of the package, each with its digest."""
        styles = Path(self.styles).resolve().as_uri()
        named = {each for each in addresses if not each.startswith(("data:", styles))}
        return tuple((each, self.digest(each)) for each in sorted(named))

    def relative(self, address: str) -> str:
        """An address with the notebook's folder and that of the styles by these words, wherever they are."""
        for word, folder in (("styles", self.styles), ("notebook", self.notebook)):
            if folder and address.startswith(uri := Path(folder).absolute().as_uri()):
                return word + address.removeprefix(uri)
        return address
