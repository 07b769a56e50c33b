"""Clock times: what is written is what is read, and what cannot be one is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notebook_compile.moments import clock
from notebook_compile.notes.clock import Time, read_time, without_added_zeros

SECONDS = st.integers(0, 100 * 3600 - 1)


@given(SECONDS)
def test_a_written_time_is_read_back(seconds: int) -> None:
    time = read_time(clock(seconds))
    assert time
    assert (time.seconds, time.repaired) == (seconds, False)


@given(SECONDS)
def test_a_time_in_letters_is_read_back(seconds: int) -> None:
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    for text in (f"{hours}h{minutes}m{rest}s", f"t={hours}h{minutes}m{rest}"):
        assert read_time(text) == Time(seconds, (hours, minutes, rest))


@given(st.integers(0, 99_999))
def test_plain_seconds_are_read_back(seconds: int) -> None:
    for text in (f"t={seconds}", f"t={seconds}s"):
        assert read_time(text) == Time(seconds, (0, 0, seconds))


@given(st.text('0123456789:hms=t[]., "', max_size=14) | st.text(max_size=8))
def test_any_text_is_a_time_or_none(text: str) -> None:
    time = read_time(text)
    assert time is None or time.seconds >= 0


@pytest.mark.parametrize(
    ("text", "seconds", "repaired"),
    [
        ("00:16:15", 975, False),
        ("16:15", 975, False),
        ("0:5:2", 302, False),
        ("00:5:52", 352, False),
        ("125:30", 7530, False),
        (" [00:16:15] ", 975, False),
        ("00:12:33]", 753, False),
        ('00:12:33"', 753, False),
        ("00:16:15.250", 975, False),
        ("00:16:15,5", 975, False),
        ("00:16:15:24", 975, True),
        ("00:12:75", 795, True),
        ("00:75:00", 4500, True),
        ("1h2m3s", 3723, False),
        ("16m", 960, False),
        ("2h", 7200, False),
        ("t=90", 90, False),
    ],
)
def test_spellings(text: str, seconds: int, repaired: bool) -> None:
    time = read_time(text)
    assert time
    assert (time.seconds, time.repaired) == (seconds, repaired)


@pytest.mark.parametrize(
    "text", ["", ":", "16", "90s", "HH:01:02", "00:100:00", "100:00:00", "1:2:3:4:5", "soon", "t=", "12:", "t=99999999"]
)
def test_no_times(text: str) -> None:
    assert read_time(text) is None


def times(*texts: str) -> list[Time]:
    return [time for text in texts if (time := read_time(text))]


@pytest.mark.parametrize(
    ("texts", "seconds"),
    [
        (("20:01:00", "01:05:00"), [1201, 65]),
        (("20:01:00", "22:10"), [1201, 1330]),
        (("20:01:00", "00:00:30"), [72060, 30]),
        (("11:59:00", "10:00:00"), [43140, 36000]),
        (("22:10", "16:00"), [1330, 960]),
        ((), []),
    ],
    ids=["all of them", "not those of two fields", "one has seconds", "few hours", "only two fields", "none"],
)
def test_zeros_that_were_added(texts: tuple[str, ...], seconds: list[int]) -> None:
    assert [time.seconds for time in without_added_zeros(times(*texts))] == seconds
