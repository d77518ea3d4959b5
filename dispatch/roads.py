"""What geo knows, asked by dispatch: where technicians are, how long ways take; and what geo asks of dispatch."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from core.actor import SYSTEM
from core.clock import Clock
from core.errors import NotFound
from core.ids import StaffId
from core.place import At
from dispatch.planning.model import NO_WAY, Table
from dispatch.store import sql
from dispatch.whereabouts import Arrival, Whereabout
from geo.ranking import Load
from geo.technicians import Technicians
from geo.times import TravelTimes
from geo.travel import Estimate
from storage.database import Database, Tx

# An older position tells where somebody was.
STALE = timedelta(hours=2)
_LEAST_SPREAD = 0.15
_AT_ONCE = 50


class Roads:
    """Answers `Whereabouts`, and the planner's question for the ways between all places."""

    def __init__(self, technicians: Technicians, times: TravelTimes, clock: Clock) -> None:
        self._technicians, self._times, self._clock = technicians, times, clock

    async def last(self, reader: Tx | Database, technician_id: UUID) -> Whereabout | None:  # noqa: ARG002 - the Protocol
        """Return where somebody was last, within the shift; geo keeps nothing else."""
        try:
            found = (await self._technicians.get(SYSTEM, StaffId(technician_id))).position
        except NotFound:
            return None
        if found is None or self._clock() - found.at > STALE:
            return None
        return Whereabout(latitude=found.place.lat, longitude=found.place.lon, at=found.at)

    async def arrival(self, begin: At, end: At, at: datetime) -> Arrival | None:
        """Return when somebody who starts then would be there, as a range."""
        way = (await self._times.between([begin], [end], at))[0][0]
        return Arrival(
            earliest_at=at + timedelta(seconds=round(way.least_seconds)),
            latest_at=at + timedelta(seconds=round(way.most_seconds)),
            metres=round(way.metres),
            source=way.source,
        )

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


class VisitLoads:
    """What technicians have before them, for who asks who could go somewhere."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def of(self, ids: Sequence[StaffId], at: datetime) -> Mapping[StaffId, Load]:
        rows = await self._db.rows(sql.loads_of, ids=list(ids), at=at)
        return {
            StaffId(row["technician_id"]): Load(visits=row["visits"], free_in_seconds=row["free_in_seconds"])
            for row in rows
        }
