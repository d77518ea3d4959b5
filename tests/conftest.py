"""What tests of several folders share: one embedded PostgreSQL for the run, one database for each test that asks."""

from __future__ import annotations

import gc
import itertools
import os
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, Phase, settings

from storage.database import Database
from storage.embedded import Embedded
from storage.migrate import migrate
from tests.folders import database_folder

# A slow machine is no failure. At a desk an example that fails is made small; CI draws the same examples every time and
# names the first that fails.
settings.register_profile(
    "desk",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)
settings.register_profile(
    "ci", settings.get_profile("desk"), derandomize=True, database=None, phases=[Phase.explicit, Phase.generate]
)
settings.load_profile("ci" if os.environ.get("CI") else "desk")

_numbers = itertools.count()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of every later collection of garbage: a fifth of the time was that."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


@pytest_asyncio.fixture(scope="session")
async def server_dsn() -> AsyncIterator[str]:
    """A PostgreSQL of this run without fsync: what tests check is logic, not the disk."""
    with database_folder() as folder:
        server = Embedded(folder, fsync=False)
        dsn = await server.start()
        db = Database(dsn, size=2)
        await db.open()
        await migrate(db)
        await db.close()
        yield dsn
        await server.stop()


@pytest_asyncio.fixture
async def dsn(server_dsn: str) -> AsyncIterator[str]:
    """The DSN of a fresh database with the whole schema, copied from the migrated one."""
    name = f"test_{next(_numbers)}"
    connection = await asyncpg.connect(server_dsn.replace("/markaz?", "/postgres?"))
    await connection.execute(f"create database {name} template markaz")
    yield server_dsn.replace("/markaz?", f"/{name}?")
    await connection.execute(f"drop database {name} with (force)")
    await connection.close()


@pytest_asyncio.fixture
async def db(dsn: str) -> AsyncIterator[Database]:
    database = Database(dsn, size=8)
    await database.open()
    yield database
    await database.close()
