"""How truly and how fast notes are read: what `fidelity.py` measures, a section a module.

A section takes notes and options and gives figures, with their bars, and lines that say what was found. It never
prints, and it judges the reader by readings of its own or of other parsers, not by the reader's own code.
"""
