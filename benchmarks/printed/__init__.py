"""What a finished PDF is like on its pages: what `pages.py` judges, a section a module.

`volume.py` reads a PDF into values, by its structure tree and by what PDFium sees on its pages; sections take those
values and give figures with their bars. Nothing here knows how the compiler lays out.
"""
