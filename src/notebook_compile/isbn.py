"""International Standard Book Numbers (ISO 2108): 13 digits, before 2007 ten.

Text as people write it comes in, 13 digits go out.
"""

from __future__ import annotations

import re

_GAP = re.compile(r"[\s\u2010-\u2015\u2212-]+")


def isbn_digits(written: str) -> str | None:
    """The 13 digits of an ISBN, hyphens or none; None for a text that is none, as its check digit says."""
    digits = _GAP.sub("", written).upper()
    if re.fullmatch(r"[0-9]{9}[0-9X]", digits):
        values = [10 if digit == "X" else int(digit) for digit in digits]
        if sum(weight * value for weight, value in zip(range(10, 0, -1), values, strict=True)) % 11:
            return None
        return _with_check_digit("978" + digits[:9])
    if re.fullmatch(r"97[89][0-9]{10}", digits) and _with_check_digit(digits[:12]) == digits:
        return digits
    return None


def _with_check_digit(twelve: str) -> str:
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve))
    return f"{twelve}{-total % 10}"
