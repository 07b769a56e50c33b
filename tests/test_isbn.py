"""ISBNs: their digits, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notebook_compile.isbn import isbn_digits


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("978-3-16-148410-0", "9783161484100"),  # the example of the ISBN Users' Manual
        ("978 3 16 148410 0", "9783161484100"),
        ("978‑3‑16‑148410‑0", "9783161484100"),  # hyphens that do not break
        ("979-10-90636-07-1", "9791090636071"),
        ("3-16-148410-X", "9783161484100"),
        ("0306406152", "9780306406157"),
        ("978-3-16-148410-1", None),
        ("3-16-148410-0", None),
        ("123-3-16-148410-0", None),
        ("X306406152", None),
        ("978316148410", None),
        ("", None),
    ],
)
def test_digits(written: str, digits: str | None) -> None:
    assert isbn_digits(written) == digits


@given(st.text(alphabet="0123456789X- ", max_size=18))
def test_what_is_read_is_read_again(written: str) -> None:
    digits = isbn_digits(written)
    assert digits is None or isbn_digits(digits) == digits


@given(st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_found(place: int, more: int) -> None:
    digits = [*"9783161484100"]
    digits[place] = str((int(digits[place]) + more) % 10)
    assert isbn_digits("".join(digits)) is None
