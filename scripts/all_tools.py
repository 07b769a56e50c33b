"""For pytest, as `-p all_tools`: every tool was installed, so a test that is left out for want of one has failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

# What no installing changes: reasons begin like this.
_MAY_LACK = ("NOTEBOOKS names", "VERAPDF names", "not the largest", "a font of this machine")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Make a failure of a test that was left out."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        if not reason.removeprefix("Skipped: ").startswith(_MAY_LACK):
            report.outcome = "failed"
            report.longrepr = f"left out, though every tool was installed: {reason}"
    return report
