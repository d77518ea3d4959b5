"""The forecast of a campaign, kept up to date by each event and made anew as time passes."""

from __future__ import annotations

from collections.abc import Sequence
from operator import sub

from dialer.pacing import risk
from dialer.pacing.figures import Ledger
from dialer.pacing.floor import Floor
from dialer.pacing.laws import BIN_SECONDS
from dialer.pacing.risk import Freeing, Ringing, Row, Sums

_RINGING_SECONDS = 15.0
_FREEING_SECONDS = 60.0
# How old the ages may be of which the sums were made.
_FRESH_SECONDS = 0.5
_FRESH_SECONDS_MANY, _MANY = 1.0, 20
_FRESH_SECONDS_VERY_MANY, _VERY_MANY = 2.0, 100
# The law of busy agents is taken over when mean or deviation of the logarithm moved by so much.
_LAW_MOVED = 0.03
_LONG_AGO = float("-inf")
_NO_LIMIT = float("inf")


class Outlook:
    """Sums over ringing calls and busy agents at the ten horizons."""

    def __init__(self, ledger: Ledger, floor: Floor, grace: float) -> None:
        self._ledger, self._floor, self._grace = ledger, floor, grace
        self._ringing: Ringing | None = None
        self._freeing: Freeing | None = None
        self._ringing_at = self._freeing_at = self._at = self._good_until = _LONG_AGO
        self._sums: Sums = risk.NOBODY
        self._need_each = 0.0

    def forget(self) -> None:
        """Derive everything anew at the next look."""
        self._ringing = self._freeing = None
        self._ringing_at = self._freeing_at = self._at = self._good_until = _LONG_AGO

    def call(self, dialled_at: float, sign: int) -> None:
        """Take a call in or out of the sums."""
        if self._at != _LONG_AGO and self._ringing:
            self._sums += sign * self._ringing.part(self._at - dialled_at)

    def agent(self, since: float, sign: int) -> None:
        """Take a busy agent in or out of the sums."""
        if self._at != _LONG_AGO and self._freeing:
            self._sums += sign * self._freeing.part(self._at - since)

    def look(self, now: float, spare: int) -> tuple[float, Forecast]:
        """Return how many calls ring at a time when all agents are kept busy, and the forecast as of now.

        `spare`: so many agents are idle (below zero: calls waiting).
        """
        ringing, freeing = self._tables(now)
        floor = self._floor
        size, agents = floor.size, spare + len(floor.busy)
        need = size * self._need_each
        if size <= risk.EXACT_UP_TO:
            rows = ringing.rows(self._dialled_at(), now) + freeing.rows(floor.busy.values(), now)
            return need, ExactForecast(ringing, rows, agents)
        if now - self._at >= _fresh_seconds(size):
            self._sums = ringing.total(self._dialled_at(), now) + freeing.total(floor.busy.values(), now)
            self._at = now
        return need, NormalForecast(ringing, self._sums, agents)

    def over(self, now: float, cap: float) -> float:
        return self._ledger.lately.over(now, cap)

    def _dialled_at(self) -> list[float]:
        return [call.dialled_at for call in self._ledger.open.values()]

    def _tables(self, now: float) -> tuple[Ringing, Freeing]:
        ledger, ringing, freeing = self._ledger, self._ringing, self._freeing
        if ringing and freeing and now < self._good_until:
            return ringing, freeing
        if self._ringing is None or now - self._ringing_at >= _RINGING_SECONDS:
            answered, unanswered = ledger.answered.cumulative(now), ledger.unanswered.cumulative(now)
            p = ledger.rate.value(now)
            self._ringing = Ringing(p, answered, unanswered)
            self._need_each = _mean_ring(p, answered, unanswered) / (p * ledger.handling.mean_seconds())
            self._ringing_at, self._at = now, _LONG_AGO
        if self._freeing is None or now - self._freeing_at >= _FREEING_SECONDS:
            self._freeing_at = now
            law = ledger.handling.law()
            if self._freeing is None or max(map(abs, map(sub, law, self._freeing.law))) > _LAW_MOVED:
                self._freeing, self._at = Freeing(law, self._grace), _LONG_AGO
        self._good_until = min(self._ringing_at + _RINGING_SECONDS, self._freeing_at + _FREEING_SECONDS)
        return self._ringing, self._freeing


class NormalForecast:
    """The forecast by the normal approximation."""

    __slots__ = ("_agents", "_ringing", "_sums")

    def __init__(self, ringing: Ringing, sums: Sums, agents: int) -> None:
        self._ringing, self._sums, self._agents = ringing, sums, agents

    def risk(self, limit: float = _NO_LIMIT) -> float:
        return risk.risk(self._sums, self._agents, self._ringing.weights, limit)

    def dial_one(self) -> None:
        self._sums += self._ringing.new


class ExactForecast:
    """The forecast by the distribution itself, for few agents."""

    __slots__ = ("_agents", "_ringing", "_rows")

    def __init__(self, ringing: Ringing, rows: list[Row], agents: int) -> None:
        self._ringing, self._rows, self._agents = ringing, rows, agents

    def risk(self, limit: float = _NO_LIMIT) -> float:
        return risk.exact_risk(self._rows, self._agents, self._ringing.weights, limit)

    def dial_one(self) -> None:
        self._rows = self._rows + self._ringing.rows([0.0], 0.0)


def _fresh_seconds(size: int) -> float:
    """Of many calls each says less: two seconds of age change nothing that could be seen on a floor of 200."""
    if size > _VERY_MANY:
        return _FRESH_SECONDS_VERY_MANY
    return _FRESH_SECONDS_MANY if size > _MANY else _FRESH_SECONDS


Forecast = NormalForecast | ExactForecast


def _mean_ring(p: float, answered: Sequence[float], unanswered: Sequence[float]) -> float:
    bins = len(answered) - 1
    rings = p * (bins - sum(answered[:bins])) + (1 - p) * (bins - sum(unanswered[:bins]))
    return rings * BIN_SECONDS
