"""Days worked out anew when points came: trips, stops, fences; crossings are told while they are news."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.clock import Clock
from core.ids import BranchId, StaffId
from geo import store
from geo.clients.base import Fix
from geo.fencing import Visit, visits
from geo.model import Fence, FenceCrossed
from geo.quality import MOVES_NOTHING, Flag, judged
from geo.store import sql
from geo.track import Day, Point, day_of
from storage.database import Database, Row, Tx

_EVERY_SECONDS = 2.0
_AT_ONCE = 20
_NEWS = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class _Claim:
    """A day that is ours to work out, until somebody thinks that we are gone."""

    technician_id: StaffId
    day: date
    running_at: datetime
    since: datetime
    until: datetime
    branch_id: BranchId | None

    @property
    def key(self) -> dict[str, object]:
        return {"technician_id": self.technician_id, "day": self.day}


@dataclass(frozen=True, slots=True)
class _Found:
    points: list[Point]
    total: int
    reflagged: list[tuple[datetime, int]]
    day: Day
    visits: list[tuple[Fence, Visit]]


class Days:
    """Works days out, each at most once in `rest_seconds`; several processes share the work."""

    def __init__(self, db: Database, clock: Clock, *, rest_seconds: float = 15.0) -> None:
        self._db, self._clock, self._rest_seconds = db, clock, rest_seconds

    async def turn(self) -> None:
        if not await self.work_out():
            await asyncio.sleep(_EVERY_SECONDS)

    async def work_out(self) -> int:
        """Work out some days that have new points; returns how many."""
        rows = await self._db.rows(sql.claim_days, rest_seconds=self._rest_seconds, most=_AT_ONCE)
        if rows:
            fences = [store.fence(row) for row in await self._db.rows(sql.list_fences, branches=None)]
            for row in rows:
                await self._one(_claim(row), [each for each in fences if each.is_active])
        return len(rows)

    async def _one(self, claim: _Claim, fences: Sequence[Fence]) -> None:
        rows = await store.points_of(self._db, claim.technician_id, claim.since, claim.until)
        mine = [each for each in fences if each.branch_id in (None, claim.branch_id)]
        # A long day is a second of work: others have their turn meanwhile.
        found = await asyncio.to_thread(_work_out, rows, mine)
        async with self._db.transaction() as tx:
            held = await tx.row(sql.hold_day, **claim.key, running_at=claim.running_at)
            if held is None:
                return
            if found.reflagged:
                ats, flags = zip(*found.reflagged, strict=True)
                between = {"since": claim.since, "until": claim.until}
                await tx.run(sql.reflag, technician_id=claim.technician_id, ats=list(ats), flags=list(flags), **between)
            await store.save_legs(tx, claim.technician_id, claim.day, found.day)
            await self._save_visits(tx, claim, found.visits)
            last = found.points[-1].at if found.points else None
            self._tell(tx, claim, found.visits, held["told_until"])
            await tx.run(
                sql.finish_day,
                **claim.key,
                told_until=last,
                metres=found.day.metres,
                moving_seconds=found.day.moving_seconds,
                standing_seconds=found.day.standing_seconds,
                points=found.total,
                first_at=found.points[0].at if found.points else None,
                last_at=last,
            )

    async def _save_visits(self, tx: Tx, claim: _Claim, found: Sequence[tuple[Fence, Visit]]) -> None:
        await tx.run(sql.clear_visits, **claim.key)
        if found:
            await tx.run(
                sql.insert_visits,
                **claim.key,
                fences=[fence.id for fence, _ in found],
                entereds=[visit.entered_at for _, visit in found],
                lefts=[visit.left_at for _, visit in found],
                dwelts=[visit.dwelt_at for _, visit in found],
            )

    def _tell(self, tx: Tx, claim: _Claim, found: Sequence[tuple[Fence, Visit]], told_until: datetime | None) -> None:
        """Tell what happened after what was told, unless it is old by now: late batches tell nothing."""
        fresh = max(self._clock() - _NEWS, told_until or datetime.min.replace(tzinfo=UTC))
        happened = [
            (at, what, fence)
            for fence, visit in found
            for at, what in ((visit.entered_at, "enter"), (visit.dwelt_at, "dwell"), (visit.left_at, "exit"))
            if at is not None and at > fresh
        ]
        for at, what, fence in sorted(happened, key=lambda each: each[0]):
            tx.emit(
                FenceCrossed(
                    fence_id=fence.id,
                    fence_name=fence.name,
                    technician_id=claim.technician_id,
                    branch_id=claim.branch_id,
                    what=what,
                    at=at,
                )
            )


def _claim(row: Row) -> _Claim:
    since, until = bounds(row["day"], ZoneInfo(row["zone"]))
    return _Claim(row["technician_id"], row["day"], row["running_at"], since, until, row["branch_id"])


def bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when a day begins and ends on the wall."""
    begin, end = (datetime.combine(each, time(0), zone).astimezone(UTC) for each in (day, day + timedelta(days=1)))
    return begin, end


def _work_out(rows: Sequence[Row], fences: Sequence[Fence]) -> _Found:
    """Judge all points of a day in their order, late ones too, and make of the believed ones what they tell."""
    fixes = [
        Fix(row["at"], row["lat"], row["lon"], row["accuracy"], is_mock=bool(row["flags"] & Flag.MOCK)) for row in rows
    ]
    flags = [int(flag) for _, flag in judged(fixes)]
    reflagged = [(row["at"], flag) for row, flag in zip(rows, flags, strict=True) if row["flags"] != flag]
    points = [store.point(row) for row, flag in zip(rows, flags, strict=True) if not flag & MOVES_NOTHING]
    inside = [(fence, each) for fence in fences for each in visits(fence.shape, points, fence.dwell_seconds)]
    return _Found(points, len(rows), reflagged, day_of(points), inside)
