"""What geo knows, as visits ask for it; and what visits know, as geo asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from core.ids import StaffId
from dispatch.store import sql
from dispatch.whereabouts import Arrival, Whereabout
from geo.ranking import Load
from geo.technicians import Technicians
from geo.times import TravelTimes
from storage.database import Database, Tx

# About a hundred metres: a stranger is shown that somebody comes, not at which door they stop before.
_ROUNDED = 3
_AHEAD = timedelta(hours=12)


class GeoWhereabouts:
    """Where technicians are for those who wait: rounded, and inside of the shift alone."""

    def __init__(self, technicians: Technicians, times: TravelTimes) -> None:
        self._technicians, self._times = technicians, times

    async def last(self, reader: Tx | Database, technician_id: UUID) -> Whereabout | None:  # noqa: ARG002 - geo reads its own
        position = await self._technicians.position(StaffId(technician_id))
        if position is None:
            return None
        place = position.place
        return Whereabout(latitude=round(place.lat, _ROUNDED), longitude=round(place.lon, _ROUNDED), at=position.at)

    async def arrival(self, begin: tuple[float, float], end: tuple[float, float], at: datetime) -> Arrival | None:
        ((way,),) = await self._times.between([begin], [end], at)
        return Arrival(
            earliest_at=at + timedelta(seconds=way.least_seconds),
            latest_at=at + timedelta(seconds=way.most_seconds),
            metres=round(way.metres),
            source=way.source,
        )


class VisitLoads:
    """What technicians have before them: visits that are planned for the next hours, and the one that they are at."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def of(self, ids: Sequence[StaffId], at: datetime) -> Mapping[StaffId, Load]:
        rows = await self._db.rows(sql.loads_of, ids=list(ids), at=at, until=at + _AHEAD)
        return {
            row["technician_id"]: Load(visits=row["visits"], free_in_seconds=max(0.0, row["busy_seconds"]))
            for row in rows
        }
