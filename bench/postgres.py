"""A PostgreSQL for the time of a bench, with fsync as in production."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from storage.embedded import Embedded


@asynccontextmanager
async def bench_folder() -> AsyncIterator[Path]:
    with tempfile.TemporaryDirectory(prefix="markaz-bench-") as folder:
        # PostgreSQL refuses to run as root; the account that it gets then must be able to walk in.
        os.chmod(folder, 0o755)  # noqa: PTH101, S103 - an empty folder for the time of the bench
        yield Path(folder)


@asynccontextmanager
async def fresh_database(folder: Path) -> AsyncIterator[str]:
    """Yield the DSN of an empty database: on the server of DATABASE_URL, else on an embedded one in the folder."""
    if dsn := os.environ.get("DATABASE_URL"):
        async with _on_server(dsn) as own:
            yield own
        return
    server = Embedded(folder)
    try:
        yield await server.start()
    finally:
        await server.stop()


@asynccontextmanager
async def _on_server(dsn: str) -> AsyncIterator[str]:
    name = f"bench_{secrets.token_hex(6)}"
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(f"create database {name}")
        head, mark, tail = dsn.partition("?")
        yield f"{head.rpartition('/')[0]}/{name}{mark}{tail}"
        await connection.execute(f"drop database {name} with (force)")
    finally:
        await connection.close()
