"""The contacts of today in memory: each one is put as it is now, and the figures stand in sums. Pure.

Finished contacts are only counted, open ones are kept. Whoever loads it puts everything that is open or ended since the
day began, then whatever changes, each change once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from board.contacts import Contact
from board.tally import Span, Tally, clipped, occupancy, stages, total, united

RECENT = timedelta(minutes=30)
_MINUTE = 60


class Key(NamedTuple):
    """What the figures of a queue are kept apart by."""

    channel: str
    branch_id: UUID | None


Wanted = Callable[[Key], bool]
_NOTHING: Mapping[Key, object] = {}
Sums = defaultdict[UUID, defaultdict[Key, Tally]]


def _sums() -> Sums:
    return defaultdict(lambda: defaultdict(Tally))


class Ledger:
    """Sums since `day_start`, and of each of the last minutes."""

    def __init__(self, day_start: datetime) -> None:
        self.day_start = day_start
        self._today = _sums()
        self._minutes: defaultdict[int, Sums] = defaultdict(_sums)
        self._first_minute = 0
        self._open: dict[int, Contact] = {}
        self._waiting: defaultdict[UUID, defaultdict[Key, dict[int, datetime]]] = defaultdict(lambda: defaultdict(dict))
        self._alerted: defaultdict[UUID, dict[int, Contact]] = defaultdict(dict)
        self._active: defaultdict[UUID, Counter[Key]] = defaultdict(Counter)
        self._of_agent: defaultdict[UUID, dict[int, Contact]] = defaultdict(dict)
        self._agents: defaultdict[UUID, Tally] = defaultdict(Tally)
        self._busy: defaultdict[UUID, list[Span]] = defaultdict(list)
        self._present: defaultdict[UUID, dict[int, Span]] = defaultdict(dict)

    # --- what happened

    def put(self, contact: Contact) -> UUID | None:
        """Take a contact as it is now; returns the agent whom it concerns."""
        before = self._open.pop(contact.id, None)
        self._forget(before, waits_on=contact.phase == "waiting")
        known = {} if before is None else stages(before)
        for stage, (at, tally) in stages(contact).items():
            if stage not in known:
                self._count(contact, at, tally)
                if stage == "ended" and contact.agent_id is not None and at >= self.day_start:
                    self._agents[contact.agent_id].add(tally)
        if contact.phase == "over":
            self._end(contact)
        else:
            self._keep(contact)
        return contact.agent_id

    def put_interval(
        self, interval_id: int, agent_id: UUID, state: str, began_at: datetime, ended_at: datetime | None
    ) -> None:
        """Take one state of an agent: only being available counts; an open one lasts until it is looked at."""
        if state == "available":
            self._present[agent_id][interval_id] = (began_at.timestamp(), _stamp(ended_at))

    def forget_minutes(self, now: datetime) -> None:
        """Let go of minutes that nobody asks for any more."""
        self._first_minute = _minute(now - RECENT)
        for minute in [minute for minute in self._minutes if minute < self._first_minute]:
            del self._minutes[minute]

    def _count(self, contact: Contact, at: datetime, tally: Tally) -> None:
        if at >= self.day_start:
            self._today[contact.queue_id][_key(contact)].add(tally)
        if (minute := _minute(at)) >= self._first_minute:
            self._minutes[minute][contact.queue_id][_key(contact)].add(tally)

    def _keep(self, contact: Contact) -> None:
        self._open[contact.id] = contact
        if contact.phase == "waiting":
            self._waiting[contact.queue_id][_key(contact)][contact.id] = contact.enqueued_at
            if contact.alert is not None:
                self._alerted[contact.queue_id][contact.id] = contact
        else:
            self._active[contact.queue_id][_key(contact)] += 1
        if contact.agent_id is not None:
            self._of_agent[contact.agent_id][contact.id] = contact

    def _forget(self, contact: Contact | None, *, waits_on: bool) -> None:
        """Take a contact out as it was; one that waits on keeps its place in the order of those who do."""
        if contact is None or waits_on:
            return
        if contact.phase == "waiting":
            self._waiting[contact.queue_id][_key(contact)].pop(contact.id, None)
            self._alerted[contact.queue_id].pop(contact.id, None)
        else:
            self._active[contact.queue_id][_key(contact)] -= 1
        if contact.agent_id is not None:
            self._of_agent[contact.agent_id].pop(contact.id, None)

    def _end(self, contact: Contact) -> None:
        if contact.agent_id is not None and contact.ended_at is not None:
            self._busy[contact.agent_id].append((_began(contact), contact.ended_at.timestamp()))

    # --- what it comes to

    def channels(self, queue_id: UUID) -> set[str]:
        """Return the channels of which a queue has figures."""
        kept: tuple[Mapping[UUID, Mapping[Key, object]], ...] = (self._today, self._waiting, self._active)
        return {key.channel for each in kept for key in each.get(queue_id, _NOTHING)}

    def today(self, queue_id: UUID, wanted: Wanted) -> Tally:
        return _total(self._today, queue_id, wanted)

    def recent(self, queue_id: UUID, wanted: Wanted, now: datetime) -> Tally:
        """Return the sums of the last 30 minutes, in whole minutes."""
        first = _minute(now - RECENT)
        return total(_total(sums, queue_id, wanted) for minute, sums in self._minutes.items() if minute > first)

    def waiting(self, queue_id: UUID, wanted: Wanted) -> tuple[int, datetime | None]:
        """Return how many wait, and since when the one that waits longest does."""
        kept: Mapping[Key, dict[int, datetime]] = self._waiting.get(queue_id, {})
        found = [contacts for key, contacts in kept.items() if contacts and wanted(key)]
        # They were put in the order in which they came.
        oldest = min((next(iter(contacts.values())) for contacts in found), default=None)
        return sum(map(len, found)), oldest

    def alerted(self, queue_id: UUID, wanted: Wanted, most: int) -> list[Contact]:
        """Return what waits and needs a person to look at it, the oldest first."""
        found = [contact for contact in self._alerted.get(queue_id, {}).values() if wanted(_key(contact))]
        return sorted(found, key=lambda contact: contact.id)[:most]

    def active(self, queue_id: UUID, wanted: Wanted) -> int:
        """Return how many an agent has, wrap-up included."""
        return sum(count for key, count in self._active.get(queue_id, {}).items() if wanted(key))

    def of_agent(self, agent_id: UUID) -> list[Contact]:
        """Return what somebody has now, the longest first."""
        return list(self._of_agent.get(agent_id, {}).values())

    def handled_by(self, agent_id: UUID) -> Tally:
        return self._agents.get(agent_id, Tally())

    def occupancy(self, agent_id: UUID, now: datetime) -> float | None:
        """Return the percentage of the agent's time of today that went into contacts."""
        since, until = self.day_start.timestamp(), now.timestamp()
        busy = self._busy.get(agent_id)
        if busy and len(busy) > 1:
            busy[:] = united(busy)
        going_on = [(_began(contact), until) for contact in self.of_agent(agent_id)]
        present = list(self._present.get(agent_id, {}).values())
        return occupancy(clipped([*(busy or ()), *going_on], since, until), clipped(present, since, until))


def _key(contact: Contact) -> Key:
    return Key(contact.channel, contact.branch_id)


def _total(sums: Sums, queue_id: UUID, wanted: Wanted) -> Tally:
    # Not by index: who is only asked about is not to be kept.
    return total(tally for key, tally in sums.get(queue_id, {}).items() if wanted(key))


def _began(contact: Contact) -> float:
    """Return when the agent got it."""
    return (contact.left_at or contact.enqueued_at).timestamp()


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // _MINUTE


def _stamp(at: datetime | None) -> float:
    return float("inf") if at is None else at.timestamp()
