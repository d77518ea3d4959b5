"""How likely it is that nobody is free when the next call is answered. Pure.

At ten horizons, each weighed by how likely a call is answered about then: how many of the ringing calls will have been
answered, how many of the busy agents will be free.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import erfc, sqrt
from operator import add, sub

from dialer.pacing.laws import BIN_SECONDS, BINS, still_busy

HORIZONS = (1.5, 4.0, 6.5, 9.0, 11.5, 14.0, 17.0, 20.0, 24.0, 30.0)
_BORDERS = tuple((a + b) / 2 for a, b in zip(HORIZONS, HORIZONS[1:], strict=False))
_STEPS = tuple(round(h / BIN_SECONDS) for h in HORIZONS)
_PLACES = len(HORIZONS)
_SECONDS_KEPT = 900
_SQRT_HALF = sqrt(0.5)
# Up to so many agents the distribution is computed and not approximated.
EXACT_UP_TO = 6

Row = tuple[float, ...]


class Ringing:
    """The chance to be answered within each horizon by how long a call has rung; then its variances."""

    __slots__ = ("bins", "new", "rows", "weights")

    def __init__(self, p: float, answered: Sequence[float], unanswered: Sequence[float]) -> None:
        self.bins = len(answered) - 1
        self.rows = [self._row(k, p, answered, unanswered) for k in range(self.bins)]
        self.new = self.rows[0]
        marks = [0.0, *(answered[min(self.bins, round(b / BIN_SECONDS))] for b in _BORDERS), 1.0]
        self.weights = tuple(b - a for a, b in zip(marks, marks[1:], strict=False))

    def row(self, age: float) -> Row:
        return self.rows[min(self.bins - 1, max(0, int(age / BIN_SECONDS)))]

    def _row(self, k: int, p: float, answered: Sequence[float], unanswered: Sequence[float]) -> Row:
        left = p * (1 - answered[k]) + (1 - p) * (1 - unanswered[k])
        if left <= 1e-9:
            return (0.0,) * (2 * _PLACES)
        q = [p * (answered[min(self.bins, k + step)] - answered[k]) / left for step in _STEPS]
        return (*q, *(x * (1 - x) for x in q))


class Freeing:
    """The chance to be free within each horizon by how long an agent has been busy; then its variances."""

    __slots__ = ("rows",)

    def __init__(self, law: tuple[float, float], grace: float) -> None:
        self.rows = [self._row(second, law, grace) for second in range(_SECONDS_KEPT)]

    def row(self, elapsed: float) -> Row:
        return self.rows[min(_SECONDS_KEPT - 1, max(0, int(elapsed)))]

    @staticmethod
    def _row(second: int, law: tuple[float, float], grace: float) -> Row:
        elapsed = second + 0.5
        now = still_busy(elapsed, law)
        s = [1 - still_busy(elapsed + h + grace, law) / now if now > 1e-9 else 0.0 for h in HORIZONS]
        return (*(-x for x in s), *(x * (1 - x) for x in s))


def total(rows: Iterable[Row]) -> list[float]:
    """Return the sums over calls and agents: answered less freed at each horizon, then the variances."""
    sums = [sum(column) for column in zip(*rows, strict=True)]
    return sums or [0.0] * (2 * _PLACES)


def plus(sums: list[float], row: Row) -> list[float]:
    return list(map(add, sums, row))


def minus(sums: list[float], row: Row) -> list[float]:
    return list(map(sub, sums, row))


def risk(sums: Sequence[float], spare: int, weights: Sequence[float]) -> float:
    """Return the risk with `spare` agents idle (below zero: calls waiting), by the normal approximation."""
    found = 0.0
    for k in range(_PLACES):
        mean = sums[k] - spare + 0.5
        deviation = sqrt(max(1e-6, sums[_PLACES + k]))
        found += weights[k] * 0.5 * erfc(-mean / deviation * _SQRT_HALF)
    return found


def exact_risk(calls: Sequence[Row], agents: Sequence[Row], spare: int, weights: Sequence[float]) -> float:
    """Return the same by the distribution itself (Poisson-binomial): of calls answered plus agents who stay busy."""
    found = 0.0
    need = spare + len(agents)
    for k, weight in enumerate(weights):
        chances = [row[k] for row in calls] + [1.0 + row[k] for row in agents]
        found += weight * at_least(need, chances)
    return found


def at_least(need: int, chances: Sequence[float]) -> float:
    """Return the probability that `need` or more of independent events happen."""
    if need <= 0:
        return 1.0
    if need > len(chances):
        return 0.0
    odds = [1.0]
    for chance in chances:
        stay = 1.0 - chance
        odds = [
            stay * a + chance * b for a, b in zip([*odds, 0.0], [0.0, *odds], strict=True)
        ]
    return min(1.0, sum(odds[need:]))


assert BINS * BIN_SECONDS > HORIZONS[-1]
