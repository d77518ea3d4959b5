"""How likely it is that nobody is free when the next call is answered. Pure.

At ten horizons, each weighed by how likely a call is answered about then: how many of the ringing calls will have been
answered, how many of the busy agents will be free.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import erfc, sqrt
from operator import add, sub
from struct import Struct

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

# A row has twenty places: at each horizon a chance, then the variances of these.
Row = Sequence[float]
# Many rows are added as whole numbers, 64 bits for each place, up to a million and in parts of this size.
_PLACE_BITS = Struct(f"<{2 * _PLACES}Q")
_PART = 2.0**-44


class _Rows:
    """Rows by how long something has lasted, in steps of `step` seconds; made when first asked for."""

    __slots__ = ("_packed", "_rows", "_step")

    def __init__(self, step: float) -> None:
        self._step = step
        self._rows: dict[int, Row] = {}
        self._packed: dict[int, int] = {}

    def row(self, age: float) -> Row:
        place = int(age / self._step)
        return self._rows.get(place) or self._add(place)

    def rows(self, since: Iterable[float], now: float) -> list[Row]:
        get, add, step = self._rows.get, self._add, self._step
        return [get(place := int((now - at) / step)) or add(place) for at in since]

    def packed(self, since: Iterable[float], now: float) -> int:
        """Return the sum of all rows in one number, which `unpacked` takes apart: of many rows faster than `total`."""
        get, step = self._packed.get, self._step
        return sum([get(place := int((now - at) / step)) or self._pack(place) for at in since])

    def _add(self, place: int) -> Row:
        chances = self._chances(place)
        found = self._rows[place] = (*chances, *[x * (1 - x) for x in chances])
        return found

    def _pack(self, place: int) -> int:
        row = self._rows.get(place) or self._add(place)
        places = _PLACE_BITS.pack(*map(int, [value / _PART for value in row]))
        found = self._packed[place] = int.from_bytes(places, "little")
        return found

    def _chances(self, place: int) -> list[float]:
        raise NotImplementedError


class Ringing(_Rows):
    """The chance to be answered within each horizon by how long a call has rung."""

    __slots__ = ("_answered", "_p", "_unanswered", "new", "weights")

    def __init__(self, p: float, answered: Sequence[float], unanswered: Sequence[float]) -> None:
        super().__init__(BIN_SECONDS)
        self._p = p
        # The longest horizon reaches beyond the last bin, where nobody answers any more.
        self._answered = [*answered, *[answered[-1]] * _STEPS[-1]]
        self._unanswered = unanswered
        self.new = self.row(0.0)
        marks = [0.0, *(answered[round(border / BIN_SECONDS)] for border in _BORDERS), 1.0]
        self.weights = tuple(map(sub, marks[1:], marks))

    def _chances(self, place: int) -> list[float]:
        place = min(BINS, max(0, place))
        p, answered, before = self._p, self._answered, self._answered[place]
        left = p * (1 - before) + (1 - p) * (1 - self._unanswered[place])
        if left <= _NOTHING:
            return [0.0] * _PLACES
        scale = p / left
        return [(answered[place + step] - before) * scale for step in _STEPS]


class Freeing(_Rows):
    """The chance to be busy yet at each horizon by how long an agent has been busy."""

    __slots__ = ("_grace", "law")

    def __init__(self, law: tuple[float, float], grace: float) -> None:
        super().__init__(_ELAPSED_SECONDS)
        self.law, self._grace = law, grace

    def _chances(self, place: int) -> list[float]:
        elapsed = (min(_PLACES_OF_ELAPSED, max(0, place)) + 0.5) * _ELAPSED_SECONDS
        law, since = self.law, elapsed + self._grace
        now = still_busy(elapsed, law)
        if now <= _NOTHING:
            return [1.0] * _PLACES
        return [still_busy(since + horizon, law) / now for horizon in HORIZONS]


def total(rows: Iterable[Row]) -> Row:
    """Return the sums over calls and agents: answered or busy yet at each horizon, then the variances."""
    return list(map(sum, zip(*rows, strict=True))) or [0.0] * (2 * _PLACES)


def unpacked(packed: int) -> Row:
    """Return the sums of rows that were added in one number."""
    return [value * _PART for value in _PLACE_BITS.unpack(packed.to_bytes(_PLACE_BITS.size, "little"))]


def plus(sums: Row, row: Row) -> list[float]:
    return list(map(add, sums, row))


def minus(sums: Row, row: Row) -> list[float]:
    return list(map(sub, sums, row))


def risk(sums: Row, agents: int, weights: Sequence[float]) -> float:
    """Return the risk that none of `agents`, idle and busy, is left, by the normal approximation.

    A call that waits is one agent less.
    """
    found, less = 0.0, agents - 0.5
    for weight, mean, variance in zip(weights, sums, sums[_PLACES:], strict=False):
        found += weight * erfc((less - mean) / sqrt(variance + variance if variance > _LEAST else _LEAST + _LEAST))
    return 0.5 * found


def exact_risk(rows: Sequence[Row], agents: int, weights: Sequence[float]) -> float:
    """Return the same by the distribution itself (Poisson-binomial): of calls answered plus agents who stay busy."""
    found = 0.0
    for k, weight in enumerate(weights):
        found += weight * at_least(agents, [row[k] for row in rows])
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
