"""Addresses that an EPUB may hold, and links that stand in links."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notebook_compile.epub.links import mend_links, part_links, sound_address


@pytest.mark.parametrize(
    ("written", "sound"),
    [
        ("https://example.org/a?b=1&c=2#d", "https://example.org/a?b=1&c=2#d"),
        ("HTTP://example.org", "http://example.org"),
        ("https://example.org/a b|c", "https://example.org/a%20b%7Cc"),
        ("https://example.org/%zz%20", "https://example.org/%25zz%20"),
        ("https://example.org/é", "https://example.org/%C3%A9"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("http://", None),
        ("http://[", None),
        ("http://a b/", None),
        ("https://example.org:99999/", None),
        ("javascript:alert(1)", None),
        ("other.md", None),
        ("", None),
    ],
)
def test_addresses(written: str, sound: str | None) -> None:
    assert sound_address(written) == sound


@given(st.text(max_size=40).map("https://example.org/".__add__) | st.text(max_size=40))
def test_a_sound_address_is_ascii_and_stays(written: str) -> None:
    sound = sound_address(written)
    if sound is not None:
        assert sound.isascii()
        assert " " not in sound
        assert urlsplit(sound).scheme in ("http", "https", "mailto", "tel")
        assert sound_address(sound) == sound


def test_links_to_ids_are_asked_for() -> None:
    known = {"b": "other.xhtml#b"}
    assert mend_links('<a href="#b" title=">">x</a> <a href="#c">y</a>', known.get) == (
        '<a href="other.xhtml#b" title="&gt;">x</a> <a>y</a>'
    ).replace("&gt;", ">")


@pytest.mark.parametrize(
    ("markup", "parted"),
    [
        ('<a href="x">a</a> <a href="y">b</a>', '<a href="x">a</a> <a href="y">b</a>'),
        ('<a href="x">a<a href="y">b</a>c</a>d', '<a href="x">abc</a>d'),
        (
            '<a href="x"><b>a<a class="noteref" id="n"><sup>1</sup></a></b></a>d',
            '<a href="x"><b>a</b></a><a class="noteref" id="n"><sup>1</sup></a>d',
        ),
        ('<a title="x"/><a href="x">a<a title="y"/></a>', '<a title="x"/><a href="x">a</a>'),
    ],
)
def test_links_in_links(markup: str, parted: str) -> None:
    assert part_links(markup) == parted
