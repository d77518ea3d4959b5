"""Which way hints take between processes."""

from __future__ import annotations

from core.hints import Hints
from storage.bus import Bus
from storage.database import Database
from storage.eventlog import LogReader
from storage.valkey import ValkeyBus


def hints_between_nodes(db: Database, reader: LogReader, redis_url: str | None) -> Hints:
    """Carry hints by PostgreSQL, or by Redis or Valkey where there is one; after a cut the reader looks at the log."""
    if redis_url is not None:
        return ValkeyBus(redis_url, on_reconnect=reader.wake)
    return Bus(db.dsn, on_reconnect=reader.wake)
