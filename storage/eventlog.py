"""Reading the event log in order without gaps, though transactions commit out of order.

Positions are taken while row locks are held, so their order is true for each row; but a lower position may become
visible after a higher one. A reader therefore stops at a gap until its writer has committed or can no longer exist:
a gap first seen when transaction `upper` was the next to begin is final once the oldest running one is
`upper` or later. What this process commits itself is handed over, and read from there while it follows without a gap.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from core.events import LoggedEvent
from storage.database import Database, Row, sql

_POLL_SECONDS = 0.25
_GAP_POLL_SECONDS = 0.005
_BATCH = 1000


def logged(row: Row | Sequence[Any]) -> LoggedEvent:
    """Return an event from the columns of the log, in their order."""
    seq, at, kind, actor, subject, audience, text = row
    return LoggedEvent(seq, at, kind, actor, subject, tuple(audience), text)


class LogReader:
    """A cursor of one process on the log. `position`: everything up to it is final and was returned.

    With `is_hasty` what this process commits is returned at once, before what an open transaction may still write in
    front of it: for who reads anew what an event names, so that the order means nothing. Nothing is returned twice.
    """

    def __init__(self, db: Database, position: int = 0, *, is_hasty: bool = False) -> None:
        self._db = db
        self.position = position
        self._is_hasty = is_hasty
        self._told: set[int] = set()
        self._looked_at = time.monotonic()
        self._gap: _Gap | None = None
        self._is_at_end = False
        self._wake = asyncio.Event()
        self._handed: dict[int, LoggedEvent] = {}
        self._must_look = True
        self.close = db.on_commit(self._take)

    def wake(self) -> None:
        """Look now: a hint that another process committed."""
        self._must_look = True
        self._wake.set()

    def _take(self, events: Sequence[LoggedEvent]) -> None:
        """Keep what this process committed: while it follows without a gap, the database need not be asked for it."""
        self._handed.update((event.seq, event) for event in events)
        if len(self._handed) > _BATCH:
            # Nobody reads, or a gap lasts long: what is in the database need not wait here as well.
            self._handed.clear()
            self._must_look = True
        self._wake.set()

    def _follow(self) -> list[LoggedEvent]:
        """Return what was handed over and follows the position without a gap: it is final like what `poll` returns."""
        found = []
        while (event := self._handed.pop(self.position + 1, None)) is not None:
            self.position = event.seq
            found.append(event)
        if self._gap is not None and self.position >= self._gap.until:
            self._gap = None
        return found

    async def start_at_end(self) -> None:
        """Begin behind everything that is there now; waits until no older transaction can still add to that."""
        end = int(await self._db.value(sql.last_event))
        _, upper = await self._bounds()
        while (await self._bounds())[0] < upper:  # noqa: ASYNC110 - other processes end their transactions unannounced
            await asyncio.sleep(_GAP_POLL_SECONDS)
        self.position = end

    async def next(self) -> list[LoggedEvent]:
        """Wait for events and return them in order; sleeps until a commit here, a hint from elsewhere or 0.25 s."""
        while True:
            if self._is_at_end:
                await self._rest()
            # Cleared before the look: whoever commits during it is seen by the next one.
            self._wake.clear()
            events = [] if self._must_look else self._fresh(self._follow())
            if not events:
                self._must_look, self._looked_at = False, time.monotonic()
                found = await self.poll()
                self._is_at_end = not found or (self._gap is None and len(found) < _BATCH)
                events = self._fresh(found)
            if events:
                return events

    def _fresh(self, events: list[LoggedEvent]) -> list[LoggedEvent]:
        """In haste add what was handed over behind a gap, and leave out what was returned in this way before."""
        if not self._is_hasty:
            return events
        ahead = [event for seq, event in self._handed.items() if seq > self.position]
        fresh = [event for event in (*events, *ahead) if event.seq not in self._told]
        self._told = {seq for seq in (*self._told, *(event.seq for event in ahead)) if seq > self.position}
        if ahead and time.monotonic() - self._looked_at > _POLL_SECONDS:
            # Who wrote in front of these may be another process, of whom nobody tells.
            self._must_look = True
        return fresh

    async def _rest(self) -> None:
        """Wait for a hint, or until it is time to look without one."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_POLL_SECONDS if self._gap is None else _GAP_POLL_SECONDS):
                await self._wake.wait()

    async def poll(self) -> list[LoggedEvent]:
        """Return what is final now, without waiting."""
        # The bounds are read before the rows: whoever was finished by then is visible in them.
        oldest = 0 if self._gap is None else (await self._bounds())[0]
        rows = await self._db.rows(sql.read_events, after=self.position, most=_BATCH)
        final_until = self.position
        if self._gap is not None and oldest >= self._gap.upper:
            final_until = self._gap.until
            self._gap = None
        count = _final(rows, self.position, final_until)
        if count < len(rows) and self._gap is None:
            _, upper = await self._bounds()
            self._gap = _Gap(upper=upper, until=rows[-1]["seq"])
        if count:
            self.position = rows[count - 1]["seq"]
        self._handed = {seq: event for seq, event in self._handed.items() if seq > self.position}
        return [logged(row) for row in rows[:count]]

    async def _bounds(self) -> tuple[int, int]:
        row = await self._db.row(sql.snapshot_bounds)
        return (row["oldest"], row["upper"]) if row is not None else (0, 0)


@dataclass(frozen=True, slots=True)
class _Gap:
    """Positions up to `until` that are not visible belong to transactions below `upper`, or to nobody."""

    upper: int
    until: int


def _final(rows: Sequence[Row], position: int, final_until: int) -> int:
    """Return how many rows are final: those up to `final_until`, then as many as follow without a gap."""
    for index, row in enumerate(rows):
        if row["seq"] > final_until and row["seq"] != position + 1:
            return index
        position = row["seq"]
    return len(rows)


def replayer(db: Database) -> Callable[[int, int, Sequence[str], int], Awaitable[list[LoggedEvent]]]:
    """Return a reader of what the rooms of one client missed between two positions, in order, at most so many."""

    async def replay(after: int, until: int, rooms: Sequence[str], most: int) -> list[LoggedEvent]:
        rows = await db.rows(sql.replay_events, after=after, until=until, rooms=list(rooms), most=most)
        return [logged(row) for row in rows]

    return replay
