"""How likely it is that nobody is free when the next call is answered. Pure.

At ten horizons, each weighed by how likely a call is answered about then: how many of the ringing calls will have been
answered, how many of the busy agents will be free.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import erfc, sqrt
from operator import itemgetter, sub
from struct import Struct

from dialer.pacing.laws import BIN_SECONDS, BINS, still_busy

# In the order of how much each says: a risk that is too large is seen by the first three or four, mostly.
HORIZONS = (11.5, 6.5, 14.0, 9.0, 17.0, 20.0, 24.0, 4.0, 30.0, 1.5)
_AT_BORDERS = itemgetter(*[round((a + b) / 2 / BIN_SECONDS) for a, b in pairwise(sorted(HORIZONS))])
_BY_RANK = itemgetter(*map(sorted(HORIZONS).index, HORIZONS))
_STEPS = tuple(round(h / BIN_SECONDS) for h in HORIZONS)
_PLACES = len(HORIZONS)
# Of values by bin, those at the horizons as seen from each bin.
_LATER = tuple(itemgetter(*[place + step for step in _STEPS]) for place in range(BINS + 1))
# Of busy agents, in steps of two seconds up to half an hour.
_ELAPSED_SECONDS, _PLACES_OF_ELAPSED = 2.0, 900
_NOTHING = 1e-9
# Up to so many agents the distribution is computed and not approximated.
EXACT_UP_TO = 6
_NO_LIMIT = float("inf")

# At each horizon a chance.
Row = Sequence[float]
# Sums over calls and agents are one whole number with 64 bits for each of twenty places: at each horizon the sum of the
# chances, then those of their variances. So one addition takes a call or an agent in or out, and exactly. A place has
# the bits of the float 2 ** 16 + its sum: from there to 2 ** 17 one more in the bits is always 2 ** -36 more in value.
Sums = int
NOBODY: Sums = 0
_BITS = Struct(f"<{2 * _PLACES}d")
_ZERO = 2.0**16
_ALL_ZERO = int.from_bytes(_BITS.pack(*[_ZERO] * 2 * _PLACES), "little")
_SIZE = _BITS.size
# Of a variance, so that there is something to divide by.
_LEAST = 1e-6


class _Table:
    """Chances by how long something has lasted, in steps of `step` seconds; made when first asked for."""

    __slots__ = ("_parts", "_rows", "_step")

    def __init__(self, step: float) -> None:
        self._step = step
        self._rows: dict[float, Row] = {}
        self._parts: dict[float, Sums] = {}

    def rows(self, since: Iterable[float], now: float) -> list[Row]:
        get, add, step = self._rows.get, self._add_row, self._step
        return [get(place := (now - at) // step) or add(place) for at in since]

    def part(self, age: float) -> Sums:
        place = age // self._step
        return self._parts.get(place) or self._add_part(place)

    def total(self, since: Iterable[float], now: float) -> Sums:
        get, add, step = self._parts.get, self._add_part, self._step
        return sum([get(place := (now - at) // step) or add(place) for at in since])

    def _add_row(self, place: float) -> Row:
        found = self._rows[place] = self._chances(int(place))
        return found

    def _add_part(self, place: float) -> Sums:
        chances = self._chances(int(place))
        bits = _BITS.pack(*[_ZERO + x for x in chances], *[_ZERO + (x - x * x) for x in chances])
        found = self._parts[place] = int.from_bytes(bits, "little") - _ALL_ZERO
        return found

    def _chances(self, place: int) -> Row:
        raise NotImplementedError


class Ringing(_Table):
    """The chance to be answered within each horizon by how long a call has rung."""

    __slots__ = ("_answered", "_p", "_unanswered", "new", "weights")

    def __init__(self, p: float, answered: Sequence[float], unanswered: Sequence[float]) -> None:
        super().__init__(BIN_SECONDS)
        self._p = p
        # The longest horizon reaches beyond the last bin, where nobody answers any more.
        self._answered = [*answered, *[answered[-1]] * max(_STEPS)]
        self._unanswered = unanswered
        self.new = self.part(0.0)
        marks = [0.0, *_AT_BORDERS(answered), 1.0]
        self.weights = _BY_RANK(list(map(sub, marks[1:], marks)))

    def _chances(self, place: int) -> Row:
        if not 0 <= place <= BINS:
            place = max(0, min(BINS, place))
        p, before = self._p, self._answered[place]
        left = p * (1 - before) + (1 - p) * (1 - self._unanswered[place])
        if left <= _NOTHING:
            return [0.0] * _PLACES
        scale = p / left
        return [(until - before) * scale for until in _LATER[place](self._answered)]


class Freeing(_Table):
    """The chance to be busy yet at each horizon by how long an agent has been busy."""

    __slots__ = ("_grace", "law")

    def __init__(self, law: tuple[float, float], grace: float) -> None:
        super().__init__(_ELAPSED_SECONDS)
        self.law, self._grace = law, grace

    def _chances(self, place: int) -> Row:
        elapsed = (min(_PLACES_OF_ELAPSED, max(0, place)) + 0.5) * _ELAPSED_SECONDS
        since = elapsed + self._grace
        now, *then = still_busy([elapsed, *[since + horizon for horizon in HORIZONS]], self.law)
        if now <= _NOTHING:
            return [1.0] * _PLACES
        return [chance / now for chance in then]


def risk(sums: Sums, agents: int, weights: Row, limit: float = _NO_LIMIT) -> float:
    """Return the risk that none of `agents`, idle and busy, is left, by the normal approximation.

    A call that waits is one agent less. Of a risk above `limit` only so much is added up as to see that it is.
    """
    values = _BITS.unpack((_ALL_ZERO + sums).to_bytes(_SIZE, "little"))
    found, less, limit = 0.0, _ZERO + agents - 0.5, limit + limit
    for weight, mean, variance in zip(weights, values, values[_PLACES:], strict=False):
        spread = variance - _ZERO
        found += weight * erfc((less - mean) / sqrt(spread + spread if spread > _LEAST else _LEAST + _LEAST))
        if found > limit:
            break
    return 0.5 * found


def exact_risk(rows: Sequence[Row], agents: int, weights: Row, limit: float = _NO_LIMIT) -> float:
    """Return the same by the distribution itself (Poisson-binomial): of calls answered plus agents who stay busy."""
    found = 0.0
    for k, weight in enumerate(weights):
        found += weight * at_least(agents, [row[k] for row in rows])
        if found > limit:
            break
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
