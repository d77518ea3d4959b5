"""Positions to the disk: read, kept to the shift, written with all others of the same moment, then acknowledged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from prometheus_client import Counter

from core.clock import Clock
from core.tasks import Tasks
from geo import batch
from geo.clients import Reading, Request, read
from geo.devices import Phone
from geo.store import sql
from storage.database import Database
from storage.groupcommit import GroupCommit

_REQUESTS_MOST = 2000
_WAITING_MOST = 20_000
_GATHER_SECONDS = 0.005
_points = Counter("markaz_positions_total", "Points taken, by what became of them.", ["outcome"])
_stored, _quarantined, _off_shift = map(_points.labels, ("stored", "quarantined", "off_shift"))


class Given(NamedTuple):
    """What one request brought, of one phone."""

    phone: Phone
    reading: Reading
    received_at: datetime


class Positions:
    """Takes what phones send. What is answered is committed; what is wrong is kept aside and answered all the same."""

    def __init__(self, db: Database, clock: Clock, tasks: Tasks, retention_days: int) -> None:
        self._db, self._clock, self._retention = db, clock, timedelta(days=retention_days)
        self._days: set[date] = set()
        self._group: GroupCommit[Given, None] = GroupCommit(
            "positions",
            self._write,
            tasks,
            most=_REQUESTS_MOST,
            waiting=_WAITING_MOST,
            gather_seconds=_GATHER_SECONDS,
        )

    async def take(self, phone: Phone, sent: Sent) -> bytes:
        """Take a request of a known phone; returns the answer that its kind of client waits for."""
        now = self._clock()
        request = Request(
            sent.query,
            sent.content_type,
            sent.body,
            now,
            now - self._retention,
            sent.is_owntracks,
            phone.secret,
        )
        reading = read(request)
        if sent.fault:
            reading.refuse(sent.fault, sent.body)
        _within_shift(reading, phone, now)
        if reading.fixes or reading.bad or reading.is_alive:
            await self._group.submit(Given(phone, reading, now))
        return reading.answer

    async def _write(self, given: Sequence[Given]) -> list[None]:
        """Store one batch in one transaction: history, markers, which days are to be worked out, what was wrong."""
        await self._ensure_days(given)
        ids = sorted({each.phone.technician_id for each in given})
        async with self._db.transaction() as tx:
            known = {row["technician_id"]: batch.belief_of(row) for row in await tx.rows(sql.lock_last, ids=ids)}
            written = batch.decide([each for each in given if each.phone.technician_id in known], known)
            await tx.run(sql.keep_batch, **written.columns)
            quarantine = written.quarantine
            if quarantine["ids"]:
                await tx.run(sql.quarantine, **quarantine)
        _stored.inc(written.stored)
        _quarantined.inc(len(quarantine["ids"]))
        return [None] * len(given)

    async def _ensure_days(self, given: Sequence[Given]) -> None:
        for day in {fix.at.astimezone(UTC).date() for each in given for fix in each.reading.fixes} - self._days:
            await self._db.value(sql.ensure_day, day=day)
            self._days.add(day)

    def forget(self, day: date) -> None:
        """Know no more of days before; they were dropped."""
        self._days = {each for each in self._days if each >= day}


class Sent(NamedTuple):
    """A request as it came; `fault`: why its body could not be read to the end."""

    query: dict[str, str]
    content_type: str
    body: bytes
    is_owntracks: bool = False
    fault: str = ""


def _within_shift(reading: Reading, phone: Phone, now: datetime) -> None:
    """Let what is private fall: outside of the shift neither points nor signs of life are kept."""
    before = len(reading.fixes)
    reading.fixes = [fix for fix in reading.fixes if phone.shift.is_on(fix.at)]
    if before > len(reading.fixes):
        _off_shift.inc(before - len(reading.fixes))
    reading.is_alive = (reading.is_alive or before > 0) and phone.shift.is_on(now)
