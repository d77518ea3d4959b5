"""Followers of the event log: one process at a time keeps what the events say, each once, in order.

The cursor moves in the transaction of what it led to; the lease is its fence.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence

from core.errors import Conflict, Invalid
from core.events import LoggedEvent
from storage.database import Database, Tx, sql
from storage.eventlog import LogReader
from storage.leases import Lease, LostLease

log = logging.getLogger(__name__)

_IDLE_SECONDS = 2.0
_LOOK_SECONDS = 1.0
# What says nothing moves the cursor once in a while, not with every event.
_KEEP_SECONDS = 1.0

Keep = Callable[[Tx, Sequence[LoggedEvent]], Awaitable[None]]


class Follower:
    """Reads the log from where the consumer `name` stood, and keeps the events of the kinds that it wants.

    `at_once`: how many go down in one transaction; what takes locks of several subjects takes one. `gather_seconds`:
    what comes meanwhile goes down together.
    """

    def __init__(
        self,
        db: Database,
        name: str,
        kinds: frozenset[str],
        keep: Keep,
        *,
        at_once: int = 200,
        gather_seconds: float = 0.2,
    ) -> None:
        self._db, self._name, self._kinds, self._keep = db, name, kinds, keep
        self._at_once, self._gather_seconds = at_once, gather_seconds
        self.lease = Lease(db, name)
        self._kept_at = float("-inf")

    async def follow(self) -> None:
        """Follow the log for ever, while this process is the one that does."""
        if not await self.lease.renew():
            await asyncio.sleep(_IDLE_SECONDS)
            return
        reader = LogReader(self._db, int(await self._db.value(sql.read_cursor, name=self._name) or 0))
        try:
            while await self.lease.keep():
                await self._turn(reader)
        finally:
            reader.close()

    async def _turn(self, reader: LogReader) -> None:
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                events = await reader.next()
        except TimeoutError:
            return
        await self.keep_all(events)
        await asyncio.sleep(self._gather_seconds)

    async def keep_all(self, events: Sequence[LoggedEvent]) -> None:
        """Keep what these events say; one that the database refuses is left out, and stops no other."""
        asked = [event for event in events if event.kind in self._kinds]
        wanted = await self.concerning(asked)
        for start in range(0, len(wanted), self._at_once):
            if not self.lease.is_held and not await self.lease.renew():
                raise LostLease
            await self._kept(wanted[start : start + self._at_once])
        # What was left out says nothing later either, so that it is not looked at again.
        is_left_out = len(wanted) < len(asked)
        if events and (is_left_out or time.monotonic() - self._kept_at >= _KEEP_SECONDS):
            await self.keep((), events[-1].seq)

    async def concerning(self, events: Sequence[LoggedEvent]) -> Sequence[LoggedEvent]:
        """Choose those that say something here, by one look for all: the rest costs no transaction of its own."""
        return events

    async def _kept(self, events: Sequence[LoggedEvent]) -> None:
        try:
            await self.keep(events, events[-1].seq)
        except LostLease:
            raise
        except (Conflict, Invalid):
            if len(events) == 1:
                log.exception("%s leaves out event %s of kind %s", self._name, events[0].seq, events[0].kind)
                return
            for event in events:
                await self._kept([event])

    async def keep(self, events: Sequence[LoggedEvent], seq: int) -> None:
        """Keep these in one transaction, and remember having read up to a position."""
        async with self._db.transaction() as tx:
            await self.lease.fence(tx)
            if events:
                await self._keep(tx, events)
            await tx.run(sql.save_cursor, name=self._name, seq=seq)
        self._kept_at = time.monotonic()
