"""The book as an EPUB 3 publication."""
