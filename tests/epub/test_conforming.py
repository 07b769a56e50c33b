"""HTML that notes hold becomes XHTML that an EPUB may hold: cases, and that sound markup stays as it is."""

from __future__ import annotations

import pytest

from notebook_compile.epub.conforming import conform

CASES = {
    "<ul><li>a</li><ul><li>b</li></ul></ul>": "<ul><li>a<ul><li>b</li></ul></li></ul>",
    "<ul>a<p>b</p>c</ul>": "<ul><li>a</li><li><p>b</p></li><li>c</li></ul>",
    "<ul><li>a</li><span>\n</span></ul>": "<ul><li>a</li></ul>",
    '<ul><li>a</li><ref n="1"></ref></ul>': '<ul><li>a</li><li><ref n="1"></ref></li></ul>',
    "<li>a</li>": "<div>a</div>",
    "<b>x<p>y</p>z</b>": "x<p>y</p>z",
    "<h2>a<div>b</div>c</h2>": "<h2>ab c</h2>",
    "<p>a<table><tr><td>b</td></tr></table></p>": "<p>ab </p>",
    "<dl><dt>a</dt></dl>": "<div><div>a</div></div>",
    "<details><summary>a</summary>b</details>": '<div class="details"><div class="summary">a</div>b</div>',
    "<p>a<wbr>b</wbr>c</p>": "<p>abc</p>",
    '<table><tr><td align="Right">a</td></tr></table>': '<table><tr><td class="align-right">a</td></tr></table>',
    "<table><tr><td>a</td></tr><caption>b</caption></table>": "<table><caption>b</caption><tr><td>a</td></tr></table>",
    '<table><tr><th scope="col"> </th><th>a</th><th><ref n="1"></ref></th></tr></table>': (
        '<table><tr><td> </td><th>a</th><th><ref n="1"></ref></th></tr></table>'
    ),
    '<ol start="x" type="z"><li value="1.5">a</li></ol>': "<ol><li>a</li></ol>",
    '<p dir="up" lang="e n">a</p>': "<p>a</p>",
    '<p>a<span href="">b</span><ref n="1"></ref></p>': '<p>a<span>b</span><ref n="1"></ref></p>',
    "<ruby>a</ruby><rt>b</rt>": "<span>a</span><span>b</span>",
    '<p><time datetime="x">a</time></p>': "<p><span>a</span></p>",
    "<p>2<sup>t+1</sup>, H<sub>2</sub>O, <b>x</b><sup>2</sup></p>": "<p>2ᵗ⁺¹, H₂O, <b>x</b><sup>2</sup></p>",
    "<p>(a)<sup>2</sup> x<sup>q</sup> <sup>2</sup>y<sup><b>2</b></sup><sup></sup></p>": (
        "<p>(a)² x<sup>q</sup> <sup>2</sup>y<sup><b>2</b></sup><sup/></p>"
    ),
    "<p>not <b>closed</p>": "<p>not <b>closed</b></p>",
}


@pytest.mark.parametrize("markup", CASES)
def test_cases(markup: str) -> None:
    assert conform(markup) == CASES[markup]


@pytest.mark.parametrize(
    "markup",
    [
        "",
        "text &amp; <b>b</b>",
        '<p>a <ref n="0">b</ref><ref n="1"></ref></p>\n<ul>\n<li><p>c</p></li>\n</ul>',
        '<ol start="3" type="a"><li value="4">a<ul><li>b</li></ul></li></ol>',
        "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>",
        "<dl><dt>a</dt><dd>b</dd></dl><ruby>a<rt>b</rt></ruby>",
        '<p><math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi></math></p>',
    ],
)
def test_sound_markup_stays_as_it_is(markup: str) -> None:
    assert conform(markup) == markup


@pytest.mark.parametrize("markup", CASES)
def test_twice_is_as_once(markup: str) -> None:
    assert conform(conform(markup)) == conform(markup)
