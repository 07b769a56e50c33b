"""Print: from a book to a PDF. Signatures are laid out by WeasyPrint, and bound."""
