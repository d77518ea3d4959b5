"""A technician's days, as they are looked at: by colleagues with the right to, and by the technician."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date

from access.model import Permission
from core.actor import Actor
from core.errors import Forbidden
from core.ids import StaffId
from geo import store
from geo.days import bounds
from geo.model import DaySummary, DayView, TrackPoint, TrackViewed
from geo.quality import MOVES_NOTHING
from geo.store import sql
from geo.thinning import thinned
from storage.database import Database, Row

_DRAWN_MOST = 3000
_EXACT_METRES = 5.0


class Tracks:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def days(self, actor: Actor, technician_id: StaffId, most: int) -> list[DaySummary]:
        """List the days of which something is kept, newest first."""
        row = await store.technician(self._db, technician_id)
        actor.must(Permission.GEO_VIEW, row["branch_id"])
        found = await self._db.rows(sql.list_days, technician_id=technician_id, most=most)
        return [store.summary(each) for each in found]

    async def day(self, actor: Actor, technician_id: StaffId, day: date) -> DayView:
        """Return somebody's day; that it was looked at is written down."""
        row = await store.technician(self._db, technician_id)
        actor.must(Permission.GEO_VIEW, row["branch_id"])
        if technician_id != actor.id:
            async with self._db.transaction(actor) as tx:
                tx.emit(TrackViewed(technician_id=technician_id, day=day))
        return await self._day(row, day)

    async def own_day(self, actor: Actor, day: date) -> DayView:
        """Return the own day: it is the technician's before anybody else's."""
        if actor.id is None:
            raise Forbidden("Only people have days.")
        return await self.day_of(StaffId(actor.id), day)

    async def day_of(self, technician_id: StaffId, day: date) -> DayView:
        """Return the day of who proved to be the technician."""
        return await self._day(await store.technician(self._db, technician_id), day)

    async def _day(self, row: Row, day: date) -> DayView:
        technician_id = row["staff_id"]
        since, until = bounds(day, store.shift(row).zone)
        key = {"technician_id": technician_id, "day": day}
        async with self._db.transaction(isolation="repeatable_read") as tx:
            points = await store.points_of(tx, technician_id, since, until)
            legs = [store.leg(each) for each in await tx.rows(sql.legs_of, **key)]
            visits = [store.visit(each) for each in await tx.rows(sql.visits_of, **key)]
            known = await tx.row(sql.show_day, **key)
        believed = [each for each in points if not each["flags"] & MOVES_NOTHING]
        drawn = await asyncio.to_thread(_drawn, believed)
        return DayView(
            **key,
            metres=known["metres"] if known else 0.0,
            moving_seconds=known["moving_seconds"] if known else 0.0,
            standing_seconds=known["standing_seconds"] if known else 0.0,
            first_at=believed[0]["at"] if believed else None,
            last_at=believed[-1]["at"] if believed else None,
            points=len(points),
            flagged=len(points) - len(believed),
            is_thinned=len(drawn) < len(believed),
            track=drawn,
            legs=legs,
            visits=visits,
        )


def _drawn(rows: Sequence[Row]) -> list[TrackPoint]:
    """Return the points that a line needs: where it bends by more than the eye sees."""
    kept = range(len(rows))
    tolerance = _EXACT_METRES
    while len(kept) > _DRAWN_MOST:
        kept = thinned([(row["lat"], row["lon"]) for row in rows], tolerance)  # type: ignore[assignment]  # places of rows
        tolerance *= 2
    return [TrackPoint(at=rows[n]["at"], lat=rows[n]["lat"], lon=rows[n]["lon"]) for n in kept]
