"""Addresses of videos and moments."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notebook_compile.model import Moment
from notebook_compile.moments import address, clock, video_address

_ID_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
youtube_ids = st.text(_ID_CHARACTERS, min_size=11, max_size=11)
vimeo_ids = st.integers(1, 10**10).map(str)
seconds = st.integers(0, 400_000)

YOUTUBE_FORMS = (
    "{}",
    " {}\n",
    "https://youtu.be/{}",
    "https://youtu.be/{}?t=42",
    "https://youtu.be/{}/?si=abc&t=1m2s",
    "youtu.be/{}",
    "//www.youtube.com/watch?v={}",
    "www.youtube.com/watch?v={}",
    "http://youtube.com/watch?v={}",
    "https://www.youtube.com/watch?v={}&t=975s",
    "https://www.youtube.com/watch?app=desktop&v={}&list=PL0123&index=4#t=3",
    "HTTPS://M.YouTube.com/watch?v={}",
    "https://music.youtube.com/watch?v={}",
    "https://www.youtube.com/embed/{}?start=4&autoplay=1",
    "https://www.youtube-nocookie.com/embed/{}",
    "https://www.youtube.com/shorts/{}",
    "https://www.youtube.com/live/{}?feature=share",
    "https://www.youtube.com/v/{}",
)
VIMEO_FORMS = (
    "https://vimeo.com/{}",
    "vimeo.com/{}",
    "https://www.vimeo.com/{}#t=3m",
    "https://vimeo.com/{}/?share=copy",
    "https://player.vimeo.com/video/{}?autoplay=1#t=5s",
    "https://vimeo.com/channels/staffpicks/{}",
    "https://vimeo.com/groups/name/videos/{}",
    "https://vimeo.com/album/76/video/{}",
)


@given(youtube_ids, st.sampled_from(YOUTUBE_FORMS))
def test_every_form_of_a_youtube_address_becomes_the_short_one(name: str, form: str) -> None:
    assert video_address(form.format(name)) == f"https://youtu.be/{name}"


@given(vimeo_ids, st.sampled_from(VIMEO_FORMS))
def test_every_form_of_a_vimeo_address_becomes_the_short_one(name: str, form: str) -> None:
    assert video_address(form.format(name)) == f"https://vimeo.com/{name}"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("https://vimeo.com/1234/0a1b2c3d", "https://vimeo.com/1234/0a1b2c3d"),
        ("https://player.vimeo.com/video/1234?h=0a1b2c3d&x=1", "https://vimeo.com/1234/0a1b2c3d"),
        ("https://www.youtube.com/@channel", "https://www.youtube.com/@channel"),
        ("https://www.youtube.com/playlist?list=PL1", "https://www.youtube.com/playlist?list=PL1"),
        ("https://vimeo.com/about", "https://vimeo.com/about"),
        ("https://notyoutube.com/watch?v=dQw4w9WgXcQ", "https://notyoutube.com/watch?v=dQw4w9WgXcQ"),
        ("https://tube.example/w/1?t=3", "https://tube.example/w/1?t=3"),
        ("ftp://example.org/x", None),
        ("javascript:alert(1)", None),
        ("http://", None),
        ("http://[", None),
        ("https://example.org/a b", None),
        ("a note", None),
        ("", None),
    ],
)
def test_other_texts(written: str, found: str | None) -> None:
    assert video_address(written) == found


@given(st.text(max_size=60) | st.text(max_size=30).map("https://vimeo.com/".__add__))
def test_any_text_is_taken_and_an_address_stays(text: str) -> None:
    found = video_address(text)
    assert found is None or video_address(found) == found


@given(youtube_ids, st.sampled_from(YOUTUBE_FORMS), seconds)
def test_moment_of_a_youtube_video(name: str, form: str, second: int) -> None:
    assert address(Moment(form.format(name), second)) == f"https://youtu.be/{name}?t={second}"


@given(vimeo_ids, seconds)
def test_moment_of_a_vimeo_video(name: str, second: int) -> None:
    assert address(Moment(f"https://vimeo.com/{name}", second)) == f"https://vimeo.com/{name}#t={second}s"


@pytest.mark.parametrize("video", ["https://tube.example/w/1", "https://vimeo.com/about", "not an address"])
def test_moment_of_another_site_adds_nothing(video: str) -> None:
    assert address(Moment(video, 975)) == video


def test_clock() -> None:
    assert [clock(n) for n in (0, 59, 975, 3600, 72060, 360000)] == [
        "00:00:00",
        "00:00:59",
        "00:16:15",
        "01:00:00",
        "20:01:00",
        "100:00:00",
    ]


@given(seconds)
def test_clock_can_be_read_back(second: int) -> None:
    hours, minutes, rest = (int(part) for part in clock(second).split(":"))
    assert 3600 * hours + 60 * minutes + rest == second
    assert minutes < 60 > rest
