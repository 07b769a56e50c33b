"""What `epub.py` judges finished EPUBs by: what stands in the file, and what checkers say of it.

Nothing here knows of the compiler, or of what made a file.
"""
