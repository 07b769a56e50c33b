"""Reading: from a folder to parsed notes. Nothing here knows of books."""
