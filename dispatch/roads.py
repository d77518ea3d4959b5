"""The planner's question to geo: how long the ways between all places take."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable, Sequence
from datetime import datetime

from core.place import At
from dispatch.planning.model import NO_WAY, Table
from geo.routers import Ways
from geo.times import TravelTimes
from geo.travel import Flown

_LEAST_SPREAD = 0.15
_ROWS_AT_ONCE = 8


class Roads:
    """Ways between places, as a table."""

    def __init__(self, times: TravelTimes) -> None:
        self._times = times

    async def table(self, places: Sequence[At], at: datetime) -> Table:
        """Return the ways between all of these places; from a place to itself there is none.

        By a router where one answers, else as the crow flies.
        """
        if not places:
            return Table([], [], "none", _LEAST_SPREAD)
        driven = await self._times.driven(places)
        if driven is not None:
            ways, source, spread = driven
            seconds, metres = await _by_road(places, ways)
        else:
            rows, source, spread = await self._times.flown(places, at)
            seconds, metres = await _by_crow(places, rows)
        return Table(seconds, metres, source, max(_LEAST_SPREAD, spread))


# A long table is made by rows, so that others get their turn.


async def _by_road(places: Sequence[At], ways: Ways) -> tuple[list[list[int]], list[list[int]]]:
    seconds, metres = [], []
    for a, row in enumerate(ways):
        seconds.append([0 if places[a] == b else _whole(way.seconds) for b, way in zip(places, row, strict=True)])
        metres.append([0 if places[a] == b else _whole(way.metres) for b, way in zip(places, row, strict=True)])
        if a % _ROWS_AT_ONCE == 0:
            await asyncio.sleep(0)
    return seconds, metres


async def _by_crow(places: Sequence[At], rows: Iterable[Flown]) -> tuple[list[list[int]], list[list[int]]]:
    """Each is as long back as there: a row is the ways to those after it."""
    seconds, metres = ([[0] * len(places) for _ in places] for _ in range(2))
    for a, row in enumerate(rows):
        for b, (took, length) in enumerate(zip(row.seconds, row.metres, strict=True), a + 1):
            if places[a] != places[b]:
                seconds[a][b] = seconds[b][a] = _whole(took)
                metres[a][b] = metres[b][a] = _whole(length)
        if a % _ROWS_AT_ONCE == 0:
            await asyncio.sleep(0)
    return seconds, metres


def _whole(amount: float) -> int:
    return min(NO_WAY, round(amount)) if math.isfinite(amount) else NO_WAY
