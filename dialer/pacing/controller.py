"""How much risk is right: less the nearer the share of abandoned calls is to its cap. Pure.

theta = theta0 * exp(5 e + J), e = (target - a) / target with the target at 0.93 of the cap; J gathers 0.01 e each 30 s
and stays within 1.
"""

from __future__ import annotations

from math import exp
from typing import Any

THETA_0 = 0.022
TARGET = 0.93
GAIN = 5.0
GATHER, GATHER_SECONDS, GATHERED_AT_MOST = 0.01, 30.0, 1.0
# The share is judged as if so many calls had been answered at the target before: of a few calls it says nothing.
IMAGINED = 200.0
THETA_AT_MOST = 0.5


class Controller:
    """The risk that is taken, from the share of abandoned calls."""

    __slots__ = ("_at", "_gathered")

    def __init__(self, start: float) -> None:
        self._at = start
        self._gathered = 0.0

    def theta(self, now: float, answered: int, abandoned: int, cap: float) -> float:
        target = TARGET * cap
        if target <= 0:
            return 0.0
        share = (abandoned + IMAGINED * target) / (answered + IMAGINED)
        error = (target - share) / target
        steps = int((now - self._at) / GATHER_SECONDS)
        if steps > 0:
            gathered = self._gathered + steps * GATHER * error
            self._gathered = max(-GATHERED_AT_MOST, min(GATHERED_AT_MOST, gathered))
            self._at += steps * GATHER_SECONDS
        return min(THETA_AT_MOST, THETA_0 * exp(GAIN * error + self._gathered))

    def snapshot(self) -> dict[str, Any]:
        return {"at": self._at, "gathered": self._gathered}

    def restore(self, saved: dict[str, Any]) -> None:
        self._at, self._gathered = saved["at"], saved["gathered"]
