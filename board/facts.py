"""What happens in queues and to agents, kept: one process follows the event log and writes each fact once.

The cursor moves in the transaction of what it led to. To make everything anew, empty `queue_contact` and
`agent_interval` and delete the consumer `board`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from board import store
from board.contacts import AlertFact, Contact, Fact, HoldFact, OfferFact, WorkFact, after
from board.store import sql
from core.errors import Conflict, Invalid
from core.events import LoggedEvent
from storage.database import Database, Tx
from storage.database import sql as storage_sql
from storage.eventlog import LogReader
from storage.leases import Lease, LostLease

log = logging.getLogger(__name__)

NAME = "board"
_AT_ONCE = 200
_GATHER_SECONDS = 0.2
_KEEP_SECONDS = 1.0


class Interval(NamedTuple):
    """A state of an agent from one event to the next."""

    id: int
    agent_id: UUID
    state: str
    reason: str | None
    began_at: datetime


class Facts:
    """Follows the log, one process at a time."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._lease = Lease(db, NAME)
        self._kept_at = float("-inf")

    @property
    def lease(self) -> Lease:
        """Who holds it also looks after alarms."""
        return self._lease

    async def follow(self) -> None:
        """Follow the log for ever, while this process is the one that does."""
        if not await self._lease.renew():
            await asyncio.sleep(2.0)
            return
        reader = LogReader(self._db, int(await self._db.value(storage_sql.read_cursor, name=NAME) or 0))
        try:
            while await self._lease.renew():
                await self._turn(reader)
        finally:
            reader.close()

    async def _turn(self, reader: LogReader) -> None:
        try:
            async with asyncio.timeout(1.0):
                events = await reader.next()
        except TimeoutError:
            return
        for start in range(0, len(events), _AT_ONCE):
            await self.keep_all(events[start : start + _AT_ONCE])
        # What comes meanwhile goes down together.
        await asyncio.sleep(_GATHER_SECONDS)

    async def keep_all(self, events: Sequence[LoggedEvent]) -> None:
        """Write what these events say; one that the database refuses is left out, and stops no other."""
        try:
            await self.keep(events)
        except LostLease:
            raise
        except (Conflict, Invalid):
            if len(events) == 1:
                log.exception("event %s of kind %s is left out of the facts", events[0].seq, events[0].kind)
                return
            for event in events:
                await self.keep_all([event])

    async def keep(self, events: Sequence[LoggedEvent]) -> None:
        """Write what these events say, in order, and remember having read them."""
        facts = [fact for event in events if (fact := _fact(event)) is not None]
        intervals = [_interval(event) for event in events if event.kind == "presence.changed"]
        if not (facts or intervals) and time.monotonic() - self._kept_at < _KEEP_SECONDS:
            return
        seq = events[-1].seq
        async with self._db.transaction() as tx:
            await self._lease.fence(tx)
            if facts:
                await _save(tx, await _applied(tx, facts), seq)
            if intervals:
                await _save_intervals(tx, intervals, seq)
            await tx.run(storage_sql.save_cursor, name=NAME, seq=seq)
        self._kept_at = time.monotonic()


async def _applied(tx: Tx, facts: Sequence[Fact]) -> list[Contact]:
    rows = await tx.rows(sql.open_contacts, work_ids=list({fact.work_id for fact in facts}))
    open_now: dict[UUID, Contact] = {row["work_id"]: store.contact(row) for row in rows}
    changed: dict[int, Contact] = {}
    for fact in facts:
        for contact in after(open_now.get(fact.work_id), fact):
            changed[contact.id] = open_now[fact.work_id] = contact
    return list(changed.values())


async def _save(tx: Tx, contacts: Iterable[Contact], seq: int) -> None:
    """Those that are over first: of one work at most one is open."""
    found = list(contacts)
    for part in ([each for each in found if each.phase == "over"], [each for each in found if each.phase != "over"]):
        if part:
            await tx.run(sql.save_contacts, contacts=store.contact_rows(part), seq=seq)


async def _save_intervals(tx: Tx, intervals: Sequence[Interval], seq: int) -> None:
    first: dict[UUID, datetime] = {}
    ends: dict[int, datetime] = {}
    last: dict[UUID, Interval] = {}
    for each in intervals:
        first.setdefault(each.agent_id, each.began_at)
        if each.agent_id in last:
            ends[last[each.agent_id].id] = each.began_at
        last[each.agent_id] = each
    await tx.run(sql.end_intervals, agent_ids=list(first), ats=list(first.values()), seq=seq)
    await tx.run(
        sql.add_intervals,
        ids=[each.id for each in intervals],
        agent_ids=[each.agent_id for each in intervals],
        states=[each.state for each in intervals],
        reasons=[each.reason for each in intervals],
        begans=[each.began_at for each in intervals],
        endeds=[ends.get(each.id) for each in intervals],
        seq=seq,
    )


# --- from events to facts


def _fact(event: LoggedEvent) -> Fact | None:
    read = _READ.get(event.kind)
    try:
        return None if read is None else read(event, event.data)
    except (KeyError, TypeError, ValueError):
        # Written by another version of the program: what it does not say cannot be counted.
        log.warning("event %s of kind %s cannot be read", event.seq, event.kind)
        return None


def _work(event: LoggedEvent, data: dict[str, Any]) -> WorkFact:
    return WorkFact(
        seq=event.seq,
        at=event.at,
        work_id=UUID(data["work_id"]),
        kind=data.get("work_kind", "interaction"),
        queue_id=UUID(data["queue_id"]),
        channel=data.get("channel", ""),
        state=data["state"],
        cause=data.get("cause", "changed"),
        agent_id=UUID(data["agent_id"]) if data["agent_id"] else None,
    )


def _made(event: LoggedEvent, data: dict[str, Any]) -> OfferFact:
    return OfferFact(event.at, UUID(data["offer"]["interaction_id"]), None)


def _closed(event: LoggedEvent, data: dict[str, Any]) -> OfferFact:
    return OfferFact(event.at, UUID(data["work_id"]), data["outcome"])


def _call(event: LoggedEvent, data: dict[str, Any]) -> HoldFact | None:
    call = data["interaction"]["call"] if data["change"] == "call" else None
    return None if call is None else HoldFact(event.at, UUID(data["interaction"]["id"]), bool(call.get("is_held")))


def _alert(event: LoggedEvent, data: dict[str, Any]) -> AlertFact:
    return AlertFact(event.at, UUID(data["work_id"]), data["reason"])


_READ: dict[str, Callable[[LoggedEvent, dict[str, Any]], Fact | None]] = {
    "work.changed": _work,
    "offer.made": _made,
    "offer.closed": _closed,
    "interaction.changed": _call,
    "work.alert": _alert,
}


def _interval(event: LoggedEvent) -> Interval:
    data = event.data
    presence = data["presence"]
    return Interval(event.seq, UUID(data["agent_id"]), presence["state"], presence["reason"], event.at)
