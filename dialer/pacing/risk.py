"""How likely it is that nobody is free when the next call is answered. Pure.

At ten horizons, each weighed by how likely a call is answered about then: how many of the ringing calls will have been
answered, how many of the busy agents will be free.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import erfc, sqrt
from operator import add, sub

from dialer.pacing.laws import BIN_SECONDS, BINS, still_busy

HORIZONS = (1.5, 4.0, 6.5, 9.0, 11.5, 14.0, 17.0, 20.0, 24.0, 30.0)
_BORDERS = tuple((a + b) / 2 for a, b in pairwise(HORIZONS))
_STEPS = tuple(round(h / BIN_SECONDS) for h in HORIZONS)
_PLACES = len(HORIZONS)
# Of busy agents, in steps of two seconds up to half an hour.
_ELAPSED_SECONDS, _PLACES_OF_ELAPSED = 2.0, 900
_NOTHING = 1e-9
# Of a variance, so that there is something to divide by.
_LEAST = 1e-6
# Up to so many agents the distribution is computed and not approximated.
EXACT_UP_TO = 6

Row = tuple[float, ...]


class Ringing:
    """The chance to be answered within each horizon by how long a call has rung; then its variances."""

    __slots__ = ("_answered", "_p", "_rows", "_unanswered", "new", "weights")

    def __init__(self, p: float, answered: Sequence[float], unanswered: Sequence[float]) -> None:
        self._p = p
        # The longest horizon reaches beyond the last bin, where nobody answers any more.
        self._answered = [*answered, *[answered[-1]] * _STEPS[-1]]
        self._unanswered = unanswered
        self._rows: dict[int, Row] = {}
        self.new = self.row(0.0)
        marks = [0.0, *(answered[round(border / BIN_SECONDS)] for border in _BORDERS), 1.0]
        self.weights = tuple(map(sub, marks[1:], marks))

    def row(self, age: float) -> Row:
        place = int(age / BIN_SECONDS)
        return self._rows.get(place) or self._add(place)

    def rows(self, dialled: Iterable[float], now: float) -> list[Row]:
        """Return the rows of calls by when each was dialled."""
        get, add = self._rows.get, self._add
        return [get(place := int((now - at) / BIN_SECONDS)) or add(place) for at in dialled]

    def _add(self, place: int) -> Row:
        found = self._rows[place] = self._row(min(BINS, max(0, place)))
        return found

    def _row(self, place: int) -> Row:
        p, answered, before = self._p, self._answered, self._answered[place]
        left = p * (1 - before) + (1 - p) * (1 - self._unanswered[place])
        if left <= _NOTHING:
            return (0.0,) * (2 * _PLACES)
        scale = p / left
        q = [(answered[place + step] - before) * scale for step in _STEPS]
        return (*q, *[x * (1 - x) for x in q])


class Freeing:
    """The chance to be free within each horizon by how long an agent has been busy; then its variances."""

    __slots__ = ("_grace", "_rows", "law")

    def __init__(self, law: tuple[float, float], grace: float) -> None:
        self.law, self._grace = law, grace
        self._rows: dict[int, Row] = {}

    def row(self, elapsed: float) -> Row:
        place = int(elapsed / _ELAPSED_SECONDS)
        return self._rows.get(place) or self._add(place)

    def rows(self, busy: Iterable[float], now: float) -> list[Row]:
        """Return the rows of agents by since when each is busy."""
        get, add = self._rows.get, self._add
        return [get(place := int((now - at) / _ELAPSED_SECONDS)) or add(place) for at in busy]

    def _add(self, place: int) -> Row:
        found = self._rows[place] = self._row((min(_PLACES_OF_ELAPSED, max(0, place)) + 0.5) * _ELAPSED_SECONDS)
        return found

    def _row(self, elapsed: float) -> Row:
        law, since = self.law, elapsed + self._grace
        now = still_busy(elapsed, law)
        if now <= _NOTHING:
            return (0.0,) * (2 * _PLACES)
        stay = [still_busy(since + horizon, law) / now for horizon in HORIZONS]
        return (*[x - 1 for x in stay], *[x * (1 - x) for x in stay])


def total(rows: Iterable[Row]) -> list[float]:
    """Return the sums over calls and agents: answered less freed at each horizon, then the variances."""
    return list(map(sum, zip(*rows, strict=True))) or [0.0] * (2 * _PLACES)


def plus(sums: Sequence[float], row: Sequence[float]) -> list[float]:
    return list(map(add, sums, row))


def minus(sums: Sequence[float], row: Row) -> list[float]:
    return list(map(sub, sums, row))


def risk(sums: Sequence[float], spare: int, weights: Sequence[float]) -> float:
    """Return the risk with `spare` agents idle (below zero: calls waiting), by the normal approximation."""
    found, less = 0.0, spare - 0.5
    for weight, mean, variance in zip(weights, sums, sums[_PLACES:], strict=False):
        found += weight * erfc((less - mean) / sqrt(variance + variance if variance > _LEAST else _LEAST + _LEAST))
    return 0.5 * found


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
        odds = [stay * a + chance * b for a, b in zip([*odds, 0.0], [0.0, *odds], strict=True)]
    return min(1.0, sum(odds[need:]))
