"""Formulas: a list of them as notes have them, each with its MathML or what is wrong with it in `formulas.expected`.

`UPDATE=1 pytest tests/notes/test_formulas.py` writes the expectations anew; a person reads the difference.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from notebook_compile.notes.formulas import MAX_DEPTH, NAMESPACE, to_mathml

FOLDER = Path(__file__).with_name("formulas")
FORMULAS = FOLDER.joinpath("formulas.txt").read_text(encoding="utf-8").split("\n")[:-1]

PIECES = (
    r"\frac \sqrt \sum \int _ ^ { } & \\ \begin{matrix} \end{matrix} \begin{align} \end{align} \left( \right) \text{ "
    r"\hat \vec \mathbb \mathrm{ \operatorname{ \color{red} \cancel \boxed \tag{1} \hline \newcommand \def \foo $ # % "
    "~ ' a 1 + < > \" &amp; &#0; ]]> <!-- é 潮 \0 \ufffe \ue003 ] [ \t \n"
).split(" ")
many = settings(max_examples=500, deadline=None, derandomize=True)

HOSTILE = {
    "braces": "{" * 2000 + "x" + "}" * 2000,
    "open braces": "{" * 20000,
    "fractions": r"\frac{" * 2000 + "1" + "}{2}" * 2000,
    "roots": r"\sqrt " * 800 + "x",
    "accents": r"\hat" * 900,
    "fences": r"\left(" * 300 + "x" + r"\right)" * 300,
    "environments": r"\begin{matrix}" * 100 + r"\end{matrix}" * 100,
    "styles": r"\displaystyle" * 380,
    "length": "x" * 20000,
    "many commands": r"\alpha" * 5000,
    "macros that double": r"\newcommand{\a}[1]{#1#1}" + r"\a{" * 60 + "x" + "}" * 60,
    "macros that are long": r"\newcommand\b{" + "x" * 4500 + "}" + r"\b" * 99,
    "macros of themselves": r"\def\a{\a\a}\a",
    "texts": r"\text{$" * 1000,
    "texts of formulas": r"\text{" + "$x$" * 1500 + "}",
    "primes": "x" + "'" * 4999,
    "scripts": "x" + "^{x" * 1000 + "}" * 1000,
}


def test_formulas() -> None:
    snapshot = FOLDER / "formulas.expected"
    lines = []
    for tex in FORMULAS:
        mathml, problem = to_mathml(tex, True)
        shown = re.sub(r' (?:xmlns|display|alttext)="[^"]*"', "", mathml)
        lines += [tex, f"    {shown or problem}"]
    actual = "\n".join(lines) + "\n"
    if os.environ.get("UPDATE"):
        snapshot.write_text(actual, encoding="utf-8")
    assert actual == snapshot.read_text(encoding="utf-8")


@pytest.mark.parametrize("tex", FORMULAS)
def test_mathml_is_well_formed_and_of_mathematics_alone(tex: str) -> None:
    for display in (False, True):
        mathml, problem = to_mathml(tex, display)
        assert bool(mathml) != bool(problem)
        if mathml:
            math = etree.fromstring(mathml)
            assert math.get("alttext") == " ".join(tex.split())
            assert math.get("display") == ("block" if display else None)
            assert {etree.QName(element).namespace for element in math.iter()} == {NAMESPACE}
            names = {str(name) for element in math.iter() for name in element.attrib}
            assert not {name for name in names if name in ("href", "src", "id", "class") or name.startswith("on")}


@pytest.mark.parametrize("tex", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_formulas_end_soon(tex: str) -> None:
    start = process_time()
    mathml, problem = to_mathml(tex, True)
    assert process_time() - start < 1
    assert mathml or problem
    if mathml:
        depth = max(sum(1 for _ in element.iterancestors()) for element in etree.fromstring(mathml).iter())
        assert depth <= MAX_DEPTH + 1


@many
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=2), max_size=20).map(" ".join), st.booleans())
def test_any_text_is_a_formula_or_has_a_problem(tex: str, display: bool) -> None:
    mathml, problem = to_mathml(tex, display)
    assert bool(mathml) != bool(problem)
    if mathml:
        etree.fromstring(mathml)
