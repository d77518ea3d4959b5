"""Time as an argument: services take a `Clock`, pure code takes the moment itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the present moment, aware, in UTC: the only zone that is stored."""
    return datetime.now(UTC)
