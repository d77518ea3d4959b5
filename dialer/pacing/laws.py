"""What the past says of the next call: how likely it is answered, when, and how long agents are busy. Pure.

Each observation weighs 2 ** (its time / half-life): the newest counts most, and since the weight is the observation's
own, their order says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from math import erfc, exp, log, sqrt
from typing import Any

BIN_SECONDS = 0.5
BINS = 160
_ROOT_2 = sqrt(2.0)
# Weights grow by 2 each half-life; long before a float could not hold them, all are divided.
_DOUBLINGS_AT_MOST = 300.0
# Fewer observations than this have faded away.
_FEW = 0.5


class Fading:
    """Sums that forget: of `sums`, what is a half-life old counts half."""

    __slots__ = ("half_life", "origin", "sums")

    def __init__(self, places: int, half_life: float, origin: float) -> None:
        self.half_life = half_life
        self.origin = origin
        self.sums = [0.0] * places

    def weight(self, at: float) -> float:
        """Return what an observation of that time weighs in the sums."""
        doublings = (at - self.origin) / self.half_life
        if doublings > _DOUBLINGS_AT_MOST:
            self.sums = [value * 2.0**-doublings for value in self.sums]
            self.origin = at
            doublings = 0.0
        elif doublings < -_DOUBLINGS_AT_MOST:
            doublings = -_DOUBLINGS_AT_MOST
        weight: float = 2.0**doublings
        return weight

    def add(self, place: int, at: float, value: float) -> None:
        # What is taken out again leaves nothing, whatever rounding says.
        self.sums[place] = max(0.0, self.sums[place] + value * self.weight(at))

    def effective(self, now: float) -> list[float]:
        """Return the sums as so many observations made now."""
        weight = self.weight(now)
        return [value / weight if value > 0.0 else 0.0 for value in self.sums]

    def snapshot(self) -> dict[str, Any]:
        return {"origin": self.origin, "sums": list(self.sums)}

    def restore(self, saved: dict[str, Any]) -> None:
        self.origin = saved["origin"]
        self.sums = list(saved["sums"])


class AnswerRate:
    """The probability that a dialled number is answered by a person: half at first, half-life ten minutes.

    When the last minutes differ by more than chance would have it, the list or the hour has changed: they alone count.
    """

    __slots__ = ("_fast", "_slow")
    HALF_LIFE, FAST_HALF_LIFE = 600.0, 75.0
    COLD, COLD_WEIGHT = 0.5, 4.0
    _SURPRISE = 3.0

    def __init__(self, origin: float) -> None:
        self._slow, self._fast = Fading(2, self.HALF_LIFE, origin), Fading(2, self.FAST_HALF_LIFE, origin)
        for sums in (self._slow, self._fast):
            sums.sums = [self.COLD * self.COLD_WEIGHT, self.COLD_WEIGHT]

    def add(self, at: float, sign: int, *, is_answered: bool) -> None:
        for fading in (self._slow, self._fast):
            weight = sign * fading.weight(at)
            fading.sums[1] += weight
            if is_answered:
                fading.sums[0] += weight

    def value(self, now: float) -> float:
        answered, count = self._slow.effective(now)
        usual = _within(answered / count) if count > _FEW else self.COLD
        answered, count = self._fast.effective(now)
        if count <= _FEW:
            return usual
        lately = _within(answered / count)
        # The variance of a mean of fading weights is that of twice as many calls.
        is_news = abs(lately - usual) > self._SURPRISE * sqrt(usual * (1 - usual) / (2 * count))
        return lately if is_news else usual

    def snapshot(self) -> dict[str, Any]:
        return {"slow": self._slow.snapshot(), "fast": self._fast.snapshot()}

    def restore(self, saved: dict[str, Any]) -> None:
        self._slow.restore(saved["slow"])
        self._fast.restore(saved["fast"])


class Lately:
    """The share of abandoned calls in the last minutes, half-life five minutes, of few calls drawn to the cap."""

    __slots__ = ("_sums",)
    HALF_LIFE, WEIGHT = 300.0, 20.0

    def __init__(self, origin: float) -> None:
        self._sums = Fading(2, self.HALF_LIFE, origin)

    def add(self, at: float, sign: int, *, is_abandoned: bool) -> None:
        weight = sign * self._sums.weight(at)
        self._sums.sums[1] += weight
        if is_abandoned:
            self._sums.sums[0] += weight

    def over(self, now: float, cap: float) -> float:
        """Return how many times the cap the share is above the cap; never below zero."""
        if cap <= 0:
            return 0.0
        abandoned, answered = self._sums.sums
        if abandoned <= cap * answered:
            return 0.0
        weight = self._sums.weight(now)
        few = self.WEIGHT * weight
        return max(0.0, (max(0.0, abandoned) + few * cap) / (max(0.0, answered) + few) / cap - 1.0)

    def snapshot(self) -> dict[str, Any]:
        return self._sums.snapshot()

    def restore(self, saved: dict[str, Any]) -> None:
        self._sums.restore(saved)


class Rings:
    """How long after dialling a call ends its ringing, one histogram for each way to end it, half-life 20 minutes.

    Where little was seen yet, a few imagined calls are spread evenly over `spread_seconds`.
    """

    __slots__ = ("_prior", "_sums")
    HALF_LIFE = 1200.0
    COLD_WEIGHT = 4.0

    def __init__(self, origin: float, spread_seconds: float) -> None:
        self._sums = Fading(BINS, self.HALF_LIFE, origin)
        places = int(spread_seconds / BIN_SECONDS)
        self._prior = [self.COLD_WEIGHT * min(1.0, place / places) for place in range(BINS + 1)]

    def add(self, at: float, seconds: float, sign: int) -> None:
        self._sums.add(min(BINS - 1, int(seconds / BIN_SECONDS)), at, sign)

    def cumulative(self, now: float) -> list[float]:
        """Return the probability that it is over before bin k begins, for k from 0 to BINS."""
        weight = self._sums.weight(now)
        seen = list(accumulate(self._sums.sums, initial=0.0))
        whole = seen[-1] / weight + self.COLD_WEIGHT
        return [(until / weight + prior) / whole for until, prior in zip(seen, self._prior, strict=True)]

    def snapshot(self) -> dict[str, Any]:
        return self._sums.snapshot()

    def restore(self, saved: dict[str, Any]) -> None:
        self._sums.restore(saved)


class Handling:
    """Talk and wrap-up of a call, lognormal, half-life one hour; at first a mean of 120 s with a CV of 1."""

    __slots__ = ("_sums",)
    HALF_LIFE = 3600.0
    COLD_MEAN, COLD_WEIGHT = 120.0, 4.0

    def __init__(self, origin: float) -> None:
        self._sums = Fading(3, self.HALF_LIFE, origin)
        variance = log(2.0)
        mean = log(self.COLD_MEAN) - variance / 2
        self._sums.sums = [each * self.COLD_WEIGHT for each in (1.0, mean, mean * mean + variance)]

    def add(self, at: float, seconds: float, sign: int) -> None:
        weight, value = sign * self._sums.weight(at), log(max(1.0, seconds))
        sums = self._sums.sums
        sums[0] += weight
        sums[1] += weight * value
        sums[2] += weight * value * value

    def law(self) -> tuple[float, float]:
        """Return mean and standard deviation of the logarithm of the seconds."""
        count, total, squares = self._sums.sums
        mean = total / count
        return mean, sqrt(max(0.01, squares / count - mean * mean))

    def mean_seconds(self) -> float:
        mean, deviation = self.law()
        return exp(mean + deviation * deviation / 2)

    def snapshot(self) -> dict[str, Any]:
        return self._sums.snapshot()

    def restore(self, saved: dict[str, Any]) -> None:
        self._sums.restore(saved)


def _within(share: float) -> float:
    return min(0.999, max(0.001, share))


def still_busy(times: Iterable[float], law: tuple[float, float]) -> list[float]:
    """Return for each time, in seconds above zero, the probability that a lognormal one is longer."""
    mean, deviation = law
    spread = deviation * _ROOT_2
    return [0.5 * erfc((log(seconds) - mean) / spread) for seconds in times]
