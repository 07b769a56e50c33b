"""Compile a folder of linked notes into one book: PDF through WeasyPrint, EPUB through ebooklib."""

from importlib.metadata import version

__version__ = version("notebook-compile")
