"""The database that the settings name, open and migrated."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from core.settings import Settings
from storage.database import Database
from storage.embedded import Embedded
from storage.migrate import migrate

log = logging.getLogger("markaz")


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """Open the database: the one that is named, else the embedded one."""
    embedded = None
    if settings.database_url is None:
        embedded = Embedded(settings.data_dir)
        dsn = await embedded.start()
    else:
        dsn = settings.database_url.get_secret_value()
    db = Database(dsn, size=settings.pool_size)
    try:
        await db.open()
        for name in await migrate(db):
            log.info("applied migration %s", name)
        yield db
    finally:
        await db.close()
        if embedded is not None:
            await embedded.stop()
