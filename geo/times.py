"""Travel times: by a router where one is configured and answers in time, else by the crow and what own trips taught."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

import aiohttp
from prometheus_client import Counter

from core.clock import Clock
from core.place import At
from geo import store
from geo.store import sql
from geo.travel import (
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

log = logging.getLogger(__name__)

_TIMEOUT_SECONDS = 0.3
# What routers take in one question, by their own limits.
_PLACES_MOST = 50
_KEPT_SECONDS = 60.0
_TRIPS_MOST = 200_000
_asked = Counter("markaz_travel_questions_total", "Questions to a router, by how they ended.", ["outcome"])

Provider = Literal["crow", "osrm", "valhalla"]
Times = list[list[Estimate]]


class RoutingServer(Protocol):
    """Somebody who knows roads. Raises whatever it likes when it does not answer."""

    async def ask(self, session: aiohttp.ClientSession, begins: Sequence[At], ends: Sequence[At]) -> Times: ...


class Osrm:
    """Talks to OSRM's table service."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    async def ask(self, session: aiohttp.ClientSession, begins: Sequence[At], ends: Sequence[At]) -> Times:
        places = ";".join(f"{lon:.6f},{lat:.6f}" for lat, lon in [*begins, *ends])
        parameters = {
            "sources": ";".join(map(str, range(len(begins)))),
            "destinations": ";".join(map(str, range(len(begins), len(begins) + len(ends)))),
            "annotations": "duration,distance",
        }
        url = f"{self._url}/table/v1/driving/{places}"
        async with session.get(url, params=parameters, raise_for_status=True) as response:
            answer = await response.json()
        pairs = zip(answer["durations"], answer["distances"], strict=True)
        return [[by_road(s, m, "osrm") for s, m in zip(*row, strict=True)] for row in pairs]


class Valhalla:
    """Talks to Valhalla's matrix service."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    async def ask(self, session: aiohttp.ClientSession, begins: Sequence[At], ends: Sequence[At]) -> Times:
        question = {"sources": _places(begins), "targets": _places(ends), "costing": "auto", "units": "kilometers"}
        url = f"{self._url}/sources_to_targets"
        async with session.post(url, json=question, raise_for_status=True) as response:
            answer: dict[str, Any] = await response.json()
        return [
            [by_road(each["time"], each["distance"] * 1000, "valhalla") for each in row]
            for row in answer["sources_to_targets"]
        ]


def _places(points: Sequence[At]) -> list[dict[str, float]]:
    return [{"lat": lat, "lon": lon} for lat, lon in points]


def server_of(provider: Provider, url: str) -> RoutingServer | None:
    return {"crow": None, "osrm": Osrm(url), "valhalla": Valhalla(url)}[provider]


class TravelTimes:
    """From everywhere to everywhere. Always answers: a router that is away makes the answer coarser, and it says so."""

    def __init__(self, db: Database, clock: Clock, server: RoutingServer | None = None) -> None:
        self._db, self._clock, self._server = db, clock, server
        self._session: aiohttp.ClientSession | None = None
        self._known: tuple[float, Calibrations, ZoneInfo] = (0.0, {}, ZoneInfo("UTC"))

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def between(
        self, begins: Sequence[At], ends: Sequence[At], at: datetime, territory_id: UUID | None = None
    ) -> Times:
        """Estimate every way from a begin to an end that starts about then, in a territory where one is known."""
        if not begins or not ends:
            return [[] for _ in begins]
        if self._server is not None and len(begins) <= _PLACES_MOST and len(ends) <= _PLACES_MOST:
            found = await self._by_road(begins, ends)
            if found is not None:
                return found
        band, known = await self._hours(at, territory_id)
        return [[crow(begin, end, band, known) for end in ends] for begin in begins]

    async def flown(self, places: Sequence[At], at: datetime) -> tuple[Iterator[Flown], Source, float] | None:
        """Estimate all ways between many places, with their source and by which part they may take longer.

        None where they are few enough for the router that is configured: ask `between`.
        """
        if self._server is not None and len(places) <= _PLACES_MOST:
            return None
        band, known = await self._hours(at, None)
        return flown(places, band, known), "crow" if known is None else "calibrated", spread_of(known)

    async def _hours(self, at: datetime, territory_id: UUID | None) -> tuple[Band, Calibration | None]:
        """Return the hours that a moment belongs to, and what was learnt of them."""
        calibrations, zone = await self._learnt()
        band = band_of(at, zone)
        return band, calibrations.get((territory_id, band)) or calibrations.get((None, band))

    async def _by_road(self, begins: Sequence[At], ends: Sequence[At]) -> Times | None:
        assert self._server is not None  # noqa: S101 - for the reader of types
        if self._session is None:
            self._session = aiohttp.ClientSession()
        try:
            async with asyncio.timeout(_TIMEOUT_SECONDS):
                found = await self._server.ask(self._session, begins, ends)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError) as error:
            _asked.labels("failed").inc()
            log.warning("the router of travel times does not answer: %s", type(error).__name__)
            return None
        if len(found) != len(begins) or any(len(row) != len(ends) for row in found):
            _asked.labels("failed").inc()
            return None
        _asked.labels("answered").inc()
        return found

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
