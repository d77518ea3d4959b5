"""The planner's question to geo: how long the ways between all places take."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from datetime import datetime

from core.place import At
from dispatch.planning.model import NO_WAY, Table
from geo.times import TravelTimes
from geo.travel import Estimate

_LEAST_SPREAD = 0.15
_ROWS_AT_ONCE = 8


class Roads:
    """Ways between places, as a table."""

    def __init__(self, times: TravelTimes) -> None:
        self._times = times

    async def table(self, places: Sequence[At], at: datetime) -> Table:
        """Return the ways between all of these places; from a place to itself there is none.

        A router is asked for all at once; where none answers for so many, a long table is made by rows, so that others
        get their turn.
        """
        flown = await self._times.flown(places, at)
        if flown is None:
            return _table(places, await self._times.between(places, places, at))
        rows, source, spread = flown
        seconds, metres = ([[0] * len(places) for _ in places] for _ in range(2))
        for a, row in enumerate(rows):
            for b, (took, length) in enumerate(zip(row.seconds, row.metres, strict=True), a + 1):
                if places[a] != places[b]:
                    seconds[a][b] = seconds[b][a] = _whole(took)
                    metres[a][b] = metres[b][a] = _whole(length)
            if a % _ROWS_AT_ONCE == 0:
                await asyncio.sleep(0)
        return Table(seconds, metres, source if places else "none", max(_LEAST_SPREAD, spread if places else 0))


def _table(places: Sequence[At], ways: Sequence[Sequence[Estimate]]) -> Table:
    seconds = [
        [0 if a == b else _whole(way.seconds) for b, way in zip(places, row, strict=True)]
        for a, row in zip(places, ways, strict=True)
    ]
    metres = [
        [0 if a == b else _whole(way.metres) for b, way in zip(places, row, strict=True)]
        for a, row in zip(places, ways, strict=True)
    ]
    sources = sorted({way.source for row in ways for way in row})
    spreads = [max(way.most_seconds / way.seconds - 1, 0) for row in ways for way in row if way.seconds > 0]
    spread = max(_LEAST_SPREAD, sum(spreads) / len(spreads)) if spreads else _LEAST_SPREAD
    return Table(seconds, metres, "+".join(sources) or "none", spread)


def _whole(amount: float) -> int:
    return min(NO_WAY, round(amount)) if math.isfinite(amount) else NO_WAY
