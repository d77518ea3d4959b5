"""What happens in queues and to agents, kept: one process follows the event log and writes each fact once.

The cursor moves in the transaction of what it led to. To make everything anew, empty `queue_contact` and
`agent_interval` and delete the consumer `board`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from board import store
from board.contacts import AlertFact, Contact, Fact, HoldFact, OfferFact, WorkFact, after
from board.store import sql
from core.events import LoggedEvent
from storage.database import Database, Tx
from storage.follower import Follower

log = logging.getLogger(__name__)

NAME = "board"
_PRESENCE = "presence.changed"


class Interval(NamedTuple):
    """A state of an agent from one event to the next."""

    id: int
    agent_id: UUID
    state: str
    reason: str | None
    began_at: datetime


class Facts(Follower):
    """Follows the log; who holds its lease also looks after alarms."""

    def __init__(self, db: Database) -> None:
        super().__init__(db, NAME, frozenset({*_READ, _PRESENCE}), _keep)


async def _keep(tx: Tx, events: Sequence[LoggedEvent]) -> None:
    """Write what these events say, in order."""
    seq = events[-1].seq
    facts = [fact for event in events if (fact := _fact(event)) is not None]
    if facts:
        await _save(tx, await _applied(tx, facts), seq)
    intervals = [_interval(event) for event in events if event.kind == _PRESENCE]
    if intervals:
        await _save_intervals(tx, intervals, seq)


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
