"""Who made a book, as its settings say it: "Ana Lima", "Bo Ek (translator)", "Ana Lima [Lima, Ana]".

One entry comes in, a name, what this person did and how catalogues sort the name go out. Nothing is guessed: a
parenthesis that is no role stays in the name, and a name without a sorted form is sorted by whoever sorts it.
"""

from __future__ import annotations

import re

from notebook_compile.model import Contributor

# MARC relator codes (id.loc.gov/vocabulary/relators), and what else people write for them. `aui`, the introduction's
# author, was withdrawn in 2025 for the four that begin with `w`.
ROLES = {
    "aut": ("author",),
    "edt": ("editor", "ed", "eds"),
    "com": ("compiler",),
    "trl": ("translator", "trans", "tr"),
    "ill": ("illustrator", "illus"),
    "pht": ("photographer",),
    "nrt": ("narrator",),
    "cov": ("cover designer", "cover"),
    "wfw": ("foreword", "writer of foreword"),
    "wpr": ("preface", "writer of preface"),
    "win": ("introduction", "writer of introduction"),
    "waw": ("afterword", "writer of afterword"),
    "ctb": ("contributor",),
}
_CODES = {word: code for code, words in ROLES.items() for word in (code, *words)}
_ROLE = re.compile(r"(.*\S)\s*\(([^()]*)\)")
_SORTED = re.compile(r"(.*\S)\s*\[([^\[\]]*\S[^\[\]]*)\]")


def read_contributor(written: str) -> Contributor:
    """The person that an entry names; an author where it says nothing else."""
    name, role = written.strip(), "aut"
    match = _ROLE.fullmatch(name)
    if match and (code := _CODES.get(match[2].strip().rstrip(".").lower())):
        name, role = match[1], code
    match = _SORTED.fullmatch(name)
    return Contributor(match[1], role, match[2].strip()) if match else Contributor(name, role)
