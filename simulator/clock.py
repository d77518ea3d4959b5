"""The time of the simulated carrier: real by default, faster for tests, replaceable altogether."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What the carrier asks of time. Webhook time limits stay real, because our server answers in real time."""

    def now(self) -> datetime: ...

    async def sleep(self, seconds: float) -> None: ...


class SpeedClock:
    """Real time, run `speed` times as fast: with 20, a ring of two seconds takes a tenth of one."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed
        self._epoch = datetime.now(UTC)
        self._started = time.monotonic()

    def now(self) -> datetime:
        return self._epoch + timedelta(seconds=(time.monotonic() - self._started) * self._speed)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds) / self._speed)
