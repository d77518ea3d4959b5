"""Upkeep: what has to be done once in a while, by one process."""

from __future__ import annotations

import asyncio

from storage.database import Database, sql
from storage.leases import Lease

_EVERY_SECONDS = 3600.0


class Upkeep:
    """Makes coming partitions and forgets what has done its duty."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._lease = Lease(db, "upkeep", ttl_seconds=60.0)

    async def turn(self) -> None:
        if await self._lease.renew():
            await self._db.value(sql.ensure_partitions)
            await self._db.run(sql.forget_old)
        await asyncio.sleep(_EVERY_SECONDS)
