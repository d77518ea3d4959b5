"""Travel times: by a router where one is configured and answers in time, else by the crow and what own trips taught."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from math import isfinite
from uuid import UUID
from zoneinfo import ZoneInfo

from core.clock import Clock
from core.place import At
from geo import store
from geo.routers import Router, RoutingServer, Ways
from geo.store import sql
from geo.travel import (
    ROAD_RANGE,
    Band,
    Calibration,
    Calibrations,
    DrivenTrip,
    Estimate,
    Flown,
    Source,
    band_of,
    by_road,
    crow,
    flown,
    learn,
    spread_of,
)
from organisation.service import Organisation
from storage.database import Database

_MOMENT_SECONDS = 0.3
_KEPT_SECONDS = 60.0
_TRIPS_MOST = 200_000
Times = list[list[Estimate]]


class TravelTimes:
    """From everywhere to everywhere. Always answers: a router that is away makes the answer coarser, and it says so."""

    def __init__(self, db: Database, clock: Clock, server: RoutingServer | None = None) -> None:
        self._db, self._clock = db, clock
        self._router = None if server is None else Router(server)
        self._known: tuple[float, Calibrations, ZoneInfo] = (0.0, {}, ZoneInfo("UTC"))

    async def close(self) -> None:
        if self._router is not None:
            await self._router.close()

    async def between(
        self, begins: Sequence[At], ends: Sequence[At], at: datetime, territory_id: UUID | None = None
    ) -> Times:
        """Estimate every way from a begin to an end that starts about then, in a territory where one is known.

        For people who wait: a router that takes longer than a moment is not waited for.
        """
        band, known = await self._hours(at, territory_id)
        flown = [[crow(begin, end, band, known) for end in ends] for begin in begins]
        driven = None if self._router is None else await self._router.ways(begins, ends, _MOMENT_SECONDS)
        if driven is None or self._router is None:
            return flown
        source = self._router.source
        # Where the router knows no road there may be one all the same: somebody is there.
        return [
            [by_road(*way, source) if isfinite(way.seconds) else guess for way, guess in zip(*rows, strict=True)]
            for rows in zip(driven, flown, strict=True)
        ]

    async def driven(self, places: Sequence[At]) -> tuple[Ways, Source, float] | None:
        """Return all ways between places by the router, with its name and by which part they may take longer.

        None where none is configured, or none answers: ask `flown`.
        """
        ways = None if self._router is None else await self._router.table(places)
        return None if ways is None or self._router is None else (ways, self._router.source, ROAD_RANGE[1] - 1)

    async def flown(self, places: Sequence[At], at: datetime) -> tuple[Iterator[Flown], Source, float]:
        """Estimate all ways between many places, with their source and by which part they may take longer."""
        band, known = await self._hours(at, None)
        return flown(places, band, known), "crow" if known is None else "calibrated", spread_of(known)

    async def _hours(self, at: datetime, territory_id: UUID | None) -> tuple[Band, Calibration | None]:
        """Return the hours that a moment belongs to, and what was learnt of them."""
        calibrations, zone = await self._learnt()
        band = band_of(at, zone)
        return band, calibrations.get((territory_id, band)) or calibrations.get((None, band))

    async def _learnt(self) -> tuple[Calibrations, ZoneInfo]:
        until, calibrations, zone = self._known
        if time.monotonic() >= until:
            calibrations = store.calibrations(await self._db.rows(sql.calibrations))
            zone = ZoneInfo(await Organisation(self._db).time_zone())
            self._known = (time.monotonic() + _KEPT_SECONDS, calibrations, zone)
        return calibrations, zone

    async def calibrate(self, days: int) -> int:
        """Learn anew from the own trips that are kept; returns of how many places and hours something is known."""
        zone = ZoneInfo(await Organisation(self._db).time_zone())
        since = self._clock() - timedelta(days=days)
        rows = await self._db.rows(sql.trips_driven, since=since, most=_TRIPS_MOST)
        trips = [
            DrivenTrip(
                territory_id,
                row["began_at"],
                row["seconds"],
                (row["begin_lat"], row["begin_lon"]),
                (row["end_lat"], row["end_lon"]),
            )
            for row in rows
            # Each trip teaches about its territory, and about everywhere.
            for territory_id in {row["territory_id"], None}
        ]
        learnt = await asyncio.to_thread(learn, trips, zone)
        async with self._db.transaction() as tx:
            await tx.run(sql.clear_calibrations)
            await tx.many(
                sql.insert_calibration,
                [
                    {
                        "territory_id": territory_id,
                        "band": band.value,
                        "factor": each.factor,
                        "least": each.least,
                        "most": each.most,
                        "trips": each.trips,
                    }
                    for (territory_id, band), each in learnt.items()
                ],
            )
        self._known = (0.0, {}, zone)
        return len(learnt)
