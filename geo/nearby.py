"""Who could go somewhere: fit technicians by the time that they would need, with the reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from access.model import Permission
from core.actor import Actor
from core.clock import Clock
from core.ids import StaffId
from core.place import At, Place
from geo import store
from geo.fencing import beyond
from geo.model import Fence, TechnicianView, Wanted
from geo.ranking import NO_LOAD, Candidate, Load, Ranked, rank
from geo.shift import Shift
from geo.sphere import boxes, metres
from geo.store import sql
from geo.technicians import Technicians
from geo.times import TravelTimes
from geo.travel import Estimate
from storage.database import Database

# A position of before tells where somebody was.
_STALE = timedelta(hours=2)
# Of so many that are nearest as the crow flies the way is asked.
_ASKED_MOST = 40
_NEARLY_ALL = 20_100_000.0


class Loads(Protocol):
    """What technicians have before them: dispatch tells."""

    async def of(self, ids: Sequence[StaffId], at: datetime) -> Mapping[StaffId, Load]: ...


class NoLoads:
    """Nobody plans visits yet."""

    async def of(self, ids: Sequence[StaffId], at: datetime) -> Mapping[StaffId, Load]:  # noqa: ARG002 - a protocol's names
        return {}


class Near:
    """The truly nearest markers, by an index that knows only degrees."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def find(self, place: At, most: int, since: datetime | None = None) -> list[tuple[float, StaffId]]:
        """Return the nearest by metres, nearest first.

        The index orders by degrees, which are shorter to the east than to the north; but the farthest in metres of
        those that it finds is a bound, and whoever is nearer lies in a box of that size.
        """
        lat, lon = place
        rows = await self._db.rows(sql.nearest_flat, lat=lat, lon=lon, most=most, since=since)
        bound = max((metres(place, (row["lat"], row["lon"])) for row in rows), default=0.0)
        if len(rows) < most:
            bound = _NEARLY_ALL
        first, *others = boxes(place, bound + 1.0)
        second = others[0] if others else first
        found = await self._db.rows(
            sql.within_boxes,
            south=first[0],
            north=first[2],
            west=first[1],
            east=first[3],
            west2=second[1],
            east2=second[3],
            since=since,
        )
        by_metres = sorted((metres(place, (row["lat"], row["lon"])), row["technician_id"]) for row in found)
        return [(away, technician_id) for away, technician_id in by_metres[:most]]


class Nearby:
    def __init__(
        self, db: Database, clock: Clock, technicians: Technicians, times: TravelTimes, loads: Loads | None = None
    ) -> None:
        self._db, self._clock, self._technicians, self._times = db, clock, technicians, times
        self.loads: Loads = loads or NoLoads()

    async def rank(self, actor: Actor, wanted: Wanted) -> list[Ranked]:
        """Rank who could go: travel time, skills, load, shift, territory; unfit ones last, with what they lack."""
        actor.must(Permission.GEO_VIEW)
        now = self._clock()
        at = wanted.at or now
        views = [each for each in await self._technicians.all(actor.branch_scope) if each.settings.is_active]
        fences = {row["id"]: store.fence(row) for row in await self._db.rows(sql.list_fences, branches=None)}
        loads = await self.loads.of([each.id for each in views], at)
        there = wanted.place.at
        candidates = [_candidate(each, fences, there, at, now, loads.get(each.id, NO_LOAD)) for each in views]
        estimates = await self._estimates(candidates, there, at)
        return rank(
            [each for each in candidates if each.id in estimates or each.place is None], estimates, wanted.skills, now
        )[: wanted.most]

    async def _estimates(self, candidates: Sequence[Candidate], there: At, at: datetime) -> dict[UUID, Estimate]:
        """Ask the way of the nearest, and of all of them at once."""
        placed = [(each.id, each.place.at) for each in candidates if each.place is not None]
        placed.sort(key=lambda each: metres(each[1], there))
        asked = placed[:_ASKED_MOST]
        found = await self._times.between([place for _, place in asked], [there], at)
        return {technician_id: row[0] for (technician_id, _), row in zip(asked, found, strict=True)}


def _candidate(
    each: TechnicianView, fences: Mapping[UUID, Fence], there: At, at: datetime, now: datetime, load: Load
) -> Candidate:
    place, is_home = _where(each, now)
    shift = Shift(each.settings.shift)
    territory = fences.get(each.settings.territory_id) if each.settings.territory_id else None
    return Candidate(
        id=each.id,
        name=each.name,
        place=place,
        position_at=None if is_home or each.position is None else each.position.at,
        is_home=is_home,
        skills=each.skills,
        is_on_shift=shift.is_on(at),
        shift_in_seconds=shift.begins_in(at),
        is_in_territory=None if territory is None else beyond(territory.shape, there) <= 0,
        load=load,
    )


def _where(each: TechnicianView, now: datetime) -> tuple[Place | None, bool]:
    """Return where somebody sets out from: where they were last seen of late, else from home."""
    position = each.position
    if position is not None and (now - position.at <= _STALE or each.settings.home is None):
        return position.place, False
    return each.settings.home, each.settings.home is not None
