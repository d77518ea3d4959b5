"""What the carrier takes: so many calls a second, and none for a while after it refused some. Pure."""

from __future__ import annotations

from bisect import bisect_right, insort
from math import floor
from typing import Any

_MEMORY_SECONDS = 120.0
_REST_SECONDS_AT_MOST = 16.0
_NEVER = float("-inf")


class Carrier:
    """The bucket of a carrier. Times may be told in any order, each once.

    In any second no more calls are dialled than it takes; below one a second, no two within the time that one takes.
    After a refusal nothing is dialled for 1, 2, 4 ... 16 seconds, then one call alone tries whether it takes some.
    """

    __slots__ = ("_accepted_at", "_dialled", "_per_window", "_refused", "_rests_until", "_window")

    def __init__(self, calls_per_second: float) -> None:
        self._window = max(1.0, 1.0 / calls_per_second)
        self._per_window = max(1, floor(calls_per_second * self._window + 1e-9))
        self._dialled: list[float] = []
        self._refused: list[float] = []
        self._accepted_at = _NEVER
        self._rests_until = _NEVER

    def dialled(self, at: float) -> None:
        insort(self._dialled, at)
        del self._dialled[: -2 * self._per_window]

    def accepted(self, at: float) -> None:
        self._accepted_at = max(self._accepted_at, at)

    def refused(self, at: float) -> None:
        insort(self._refused, at)
        if self._refused[0] < self._refused[-1] - _MEMORY_SECONDS:
            self._refused = [time for time in self._refused if time >= self._refused[-1] - _MEMORY_SECONDS]

    def rest(self, now: float) -> None:
        """Take no calls for a second; after a restart nobody knows what was dialled in the last one."""
        self._rests_until = max(self._rests_until, now + self._window)

    def room(self, now: float) -> int:
        """Return how many calls the bucket lets through now."""
        if now < self._rests_until:
            return 0
        return max(0, self._per_window - len(self._dialled) + bisect_right(self._dialled, now - self._window))

    @property
    def is_congested(self) -> bool:
        """The last that it said was a refusal."""
        return bool(self._refused) and self._refused[-1] > self._accepted_at

    def tries_again_at(self) -> float:
        strikes = sum(at > self._accepted_at for at in self._refused)
        if not strikes:
            return _NEVER
        return float(self._refused[-1] + min(_REST_SECONDS_AT_MOST, 2.0 ** min(strikes - 1, 10)))

    def snapshot(self) -> dict[str, Any]:
        return {
            "dialled": list(self._dialled),
            "refused": list(self._refused),
            "accepted_at": None if self._accepted_at == _NEVER else self._accepted_at,
            "rests_until": None if self._rests_until == _NEVER else self._rests_until,
        }

    def restore(self, saved: dict[str, Any]) -> None:
        self._dialled, self._refused = list(saved["dialled"]), list(saved["refused"])
        self._accepted_at = _NEVER if saved["accepted_at"] is None else saved["accepted_at"]
        self._rests_until = _NEVER if saved["rests_until"] is None else saved["rests_until"]
