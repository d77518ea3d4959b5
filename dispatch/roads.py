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
_AT_ONCE = 50


class Roads:
    """Ways between places, as a table."""

    def __init__(self, times: TravelTimes) -> None:
        self._times = times

    async def table(self, places: Sequence[At], at: datetime) -> Table:
        """Return the ways between all of these places; from a place to itself there is none."""
        ways = await self._ways(places, at)
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

    async def _ways(self, places: Sequence[At], at: datetime) -> list[list[Estimate]]:
        """Ask for all at once where a router may answer; long tables by rows, so that others get their turn."""
        if len(places) <= _AT_ONCE:
            return await self._times.between(places, places, at)
        rows = []
        for place in places:
            rows += await self._times.between([place], places, at)
            await asyncio.sleep(0)
        return rows


def _whole(amount: float) -> int:
    return min(NO_WAY, round(amount)) if math.isfinite(amount) else NO_WAY
