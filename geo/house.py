"""Positions, put together, and how they come to sockets, the API and the loops of a process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from agents.console import Console
from core.clock import Clock
from core.feed import Feed
from core.secrets import Keyring
from core.settings import Settings
from core.tasks import Tasks
from customers.service import Customers
from geo.days import Days
from geo.devices import FOLLOWED, Devices
from geo.door import Door
from geo.fences import Fences
from geo.http import GeoRoutes
from geo.ingest import Positions
from geo.live import LiveMap
from geo.model import MapSettings
from geo.nearby import Nearby
from geo.routers import server_of
from geo.store import sql
from geo.technicians import Technicians
from geo.times import TravelTimes
from geo.tracks import Tracks
from storage.database import Database
from storage.leases import Lease

TILES = "/map/tiles.pmtiles"
_KEEPING_SECONDS = 3600.0

Emit = Callable[[str, Any, str, str], object]


@dataclass(frozen=True, slots=True)
class GeoHouse:
    """What others ask: `nearby` who could go, `times` how long it takes, `technicians` who they are."""

    technicians: Technicians
    times: TravelTimes
    nearby: Nearby
    days: Days
    positions: Positions
    devices: Devices
    _db: Database
    _clock: Clock
    _settings: Settings
    _customers: Customers
    _lease: Lease

    @classmethod
    def build(
        cls,
        stack: AsyncExitStack,
        db: Database,
        clock: Clock,
        keys: Keyring,
        tasks: Tasks,
        settings: Settings,
        customers: Customers,
    ) -> Self:
        technicians = Technicians(db, clock, keys, settings.base_url)
        times = TravelTimes(db, clock, server_of(settings.travel_provider, settings.travel_url))
        stack.push_async_callback(times.close)
        return cls(
            technicians=technicians,
            times=times,
            nearby=Nearby(db, clock, technicians, times),
            days=Days(db, clock),
            positions=Positions(db, clock, tasks, settings.position_days),
            devices=Devices(db, keys),
            _db=db,
            _clock=clock,
            _settings=settings,
            _customers=customers,
            _lease=Lease(db, "geo", ttl_seconds=60.0),
        )

    def open(self, console: Console, feed: Feed, emit: Emit, tasks: Tasks) -> None:
        """Follow what ends tokens, and keep the maps that somebody of this process looks at."""
        live = LiveMap(self.technicians, self._clock, console, emit)
        console.commands.add(live)
        for kind in FOLLOWED:
            feed.on(kind, self.devices.hear)
        feed.on("fence.crossed", live.crossed)
        tasks.loop("map", live.turn)

    def watch(self, tasks: Tasks) -> None:
        """Work days out, learn travel times, forget what is old."""
        tasks.loop("days", self.days.turn)
        tasks.loop("geo", self._keep)

    async def _keep(self) -> None:
        if await self._lease.renew():
            await self.keep()
        await asyncio.sleep(_KEEPING_SECONDS)

    async def keep(self) -> None:
        """Make the partitions of today and tomorrow, drop those that are over, learn from the trips that are kept."""
        today = self._clock().date()
        for day in (today, today + timedelta(days=1)):
            await self._db.value(sql.ensure_day, day=day)
        # A day is over when none of it could be asked for: zones reach a day around.
        before = today - timedelta(days=self._settings.position_days + 2)
        await self._db.value(sql.forget_before, day=before)
        self.positions.forget(before)
        await self.times.calibrate(self._settings.position_days)

    def routes(self) -> Iterator[object]:
        tracks = Tracks(self._db)
        has_file = self._settings.map_file is not None
        drawn = MapSettings(
            tile_url=self._settings.map_tile_url,
            attribution=self._settings.map_attribution,
            file=TILES if has_file else None,
        )
        yield Door(self.devices, self.positions, tracks)
        yield GeoRoutes(drawn, self.technicians, tracks, Fences(self._db), self.nearby, self._customers)
