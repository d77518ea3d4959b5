"""The board of this process: what is true in the database, read by what changed, and pictures of it for each scope."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from board import store
from board.changes import Part
from board.ledger import RECENT, Ledger
from board.model import AgentFigures, AlarmView, QueueFigures, key_of
from board.picture import (
    EVERY,
    Agent,
    Crews,
    Queue,
    Scope,
    agent_figures,
    channels_of,
    queue_figures,
    sees,
    serves,
)
from board.store import sql
from core.clock import Clock
from core.events import LoggedEvent
from organisation.service import Organisation
from sla.hours import Hours
from storage.database import Database, Row
from storage.database import sql as storage_sql

log = logging.getLogger(__name__)

_ALIVE_SECONDS = 15.0
# Another day, whose sockets are gone, and what was saved elsewhere: no event that is heard here need tell of them.
_ALL_SECONDS = timedelta(seconds=15)
_ESTIMATE_EVERY = timedelta(seconds=10)
# So many at once: between them others have their turn.
_PAGE = 500
_CHUNK = 100
# What changes who serves which queue.
_CHANGES_ALL = frozenset(
    {"queue.saved", "role.saved", "branch.saved", "skill.saved", "channel.saved", "organisation.changed"}
)
_AGENT_IN = {
    "work.changed": ("agent_id",),
    "offer.made": ("agent_id",),
    "offer.closed": ("agent_id",),
    "presence.changed": ("agent_id",),
    "agent.saved": ("agent_id",),
    "staff.rights_changed": ("staff_id",),
    "staff.saved": ("staff_id",),
}
FOLLOWED = (*_CHANGES_ALL, *_AGENT_IN)


# About how many seconds somebody would wait who came into a queue on a channel now.
Estimate = Callable[[UUID, str], Awaitable[float | None]]


class Board:
    """Loaded when somebody first looks, and from then on kept by what changed. Not looked at, it does nothing."""

    def __init__(self, db: Database, clock: Clock, units: Mapping[str, int], estimate: Estimate | None = None) -> None:
        self._db, self._clock, self._units, self._estimate = db, clock, units, estimate
        self._estimates: dict[tuple[UUID, str], float | None] = {}
        self._estimated_at: datetime | None = None
        self._lock = asyncio.Lock()
        self._ledger: Ledger | None = None
        self._seq = 0
        self._queues: dict[UUID, Queue] = {}
        self._agents: dict[UUID, Agent] = {}
        self._served: dict[UUID, frozenset[UUID]] = {}
        self._shown: dict[UUID, tuple[str, AgentFigures]] = {}
        self._alarms: list[tuple[UUID | None, AlarmView]] = []
        self._crews = Crews((), units)
        self._dirty: set[UUID] = set()
        self._is_stale = True
        self._all_read_at: datetime | None = None

    def hear(self, event: LoggedEvent) -> None:
        """Listen to the feed: whose row has to be read anew, once somebody looks."""
        if self._ledger is None:
            return
        if event.kind in _CHANGES_ALL:
            self._is_stale = True
        for field in _AGENT_IN.get(event.kind, ()):
            agent_id = event.data.get(field)
            if agent_id:
                self._dirty.add(UUID(agent_id))

    @property
    def day_start(self) -> datetime:
        return self._known.day_start

    @property
    def _known(self) -> Ledger:
        if self._ledger is None:
            raise RuntimeError("the board was not refreshed yet")
        return self._ledger

    async def refresh(self) -> None:
        """Take in what changed since the last time."""
        async with self._lock:
            now = self._clock()
            is_all = self._is_stale or self._all_read_at is None or now - self._all_read_at >= _ALL_SECONDS
            ledger = await self._whole(now) if is_all or self._ledger is None else self._ledger
            concerned = await self._read_changes(ledger)
            ledger.forget_minutes(now)
            dirty, self._dirty = self._dirty | concerned, set()
            await self._read_agents(None if is_all else dirty)
            await self._show(list(self._agents) if is_all else dirty, now)
            self._alarms = [(row["branch_id"], store.alarm(row)) for row in await self._db.rows(sql.open_alarms)]
            if is_all:
                self._all_read_at = now

    async def estimate(self) -> None:
        """Ask routing how long who comes now would wait; it takes some asking, so not at every turn."""
        now = self._clock()
        if self._estimate is None or (self._estimated_at is not None and now - self._estimated_at < _ESTIMATE_EVERY):
            return
        self._estimated_at = now
        for queue in [queue for queue in self._queues.values() if queue.is_active]:
            for channel in channels_of(queue, self._known):
                if channel != EVERY:
                    self._estimates[queue.id, channel] = await self._estimate(queue.id, channel)
            known = [
                seconds
                for channel in queue.channels
                if (seconds := self._estimates.get((queue.id, channel))) is not None
            ]
            self._estimates[queue.id, EVERY] = max(known, default=None)

    def parts(self, scope: Scope) -> dict[str, Part]:
        """Return everything that somebody with this scope sees, by its key."""
        found: dict[str, Part] = {key_of(each): each for each in self.queues(scope)}
        found |= {key_of(alarm): alarm for branch_id, alarm in self._alarms if sees(scope, branch_id)}
        found |= {key: each for key, each in self._shown.values() if sees(scope, each.branch_id)}
        return found

    def queues(self, scope: Scope) -> list[QueueFigures]:
        """Return the figures of each queue that takes contacts, over all channels and of each."""
        ledger, now = self._known, self._clock()
        return [
            queue_figures(
                queue, channel, self._crews[queue.id], ledger, scope, now, self._estimates.get((queue.id, channel))
            )
            for queue in self._queues.values()
            if queue.is_active and sees(scope, queue.branch_id)
            for channel in channels_of(queue, ledger)
        ]

    def totals(self) -> dict[UUID, QueueFigures]:
        """Return the figures over all channels of each queue, for who sees everything."""
        return {each.queue_id: each for each in self.queues(None) if each.channel == EVERY}

    # --- reading

    async def _whole(self, now: datetime) -> Ledger:
        """Read queues anew; the contacts of the day when there are none, or when another day began."""
        day_start = await self._day(now)
        queues = {row["id"]: _queue(row) for row in await self._db.rows(sql.queues_on_board)}
        if queues != self._queues:
            self._queues, self._crews, self._served = queues, Crews(queues.values(), self._units), {}
        self._is_stale = False
        if self._ledger is None or self._ledger.day_start != day_start:
            self._ledger = await self._load(day_start, min(day_start, now - RECENT))
        return self._ledger

    async def _day(self, now: datetime) -> datetime:
        zone = ZoneInfo(await Organisation(self._db).time_zone())
        return datetime.combine(now.astimezone(zone).date(), time(0), zone).astimezone(now.tzinfo)

    async def _load(self, day_start: datetime, since: datetime) -> Ledger:
        """Read what is open or ended since then, as one moment had it, letting others have their turn between pages."""
        ledger = Ledger(day_start)
        ledger.forget_minutes(self._clock())
        async with self._db.transaction(isolation="repeatable_read") as tx:
            self._seq = int(await tx.value(storage_sql.read_cursor, name="board") or 0)
            for number, row in enumerate(await tx.rows(sql.contacts_open), 1):
                ledger.put(store.contact(row))
                if number % _PAGE == 0:
                    await asyncio.sleep(0)
            after = {"after_at": since, "after_id": -(2**62)}
            while rows := await tx.rows(sql.contacts_ended, **after, most=_PAGE):
                for row in rows:
                    ledger.put(store.contact(row))
                after = {"after_at": rows[-1]["ended_at"], "after_id": rows[-1]["id"]}
            for row in await tx.rows(sql.intervals_of_day, since=day_start):
                ledger.put_interval(*row)
        return ledger

    async def _read_changes(self, ledger: Ledger) -> set[UUID]:
        async with self._db.transaction(isolation="repeatable_read") as tx:
            seq = int(await tx.value(storage_sql.read_cursor, name="board") or 0)
            if seq == self._seq:
                return set()
            contacts = await tx.rows(sql.contacts_changed, seq=self._seq)
            intervals = await tx.rows(sql.intervals_changed, seq=self._seq)
        self._seq = seq
        concerned = {agent_id for row in contacts if (agent_id := ledger.put(store.contact(row)))}
        for row in intervals:
            ledger.put_interval(*row)
        return concerned | {row["agent_id"] for row in intervals}

    async def _read_agents(self, ids: Collection[UUID] | None) -> None:
        """Read agents: these, or all, with what no event tells: whose sockets are gone."""
        if ids is not None and not ids:
            return
        wanted = None if ids is None else list(ids)
        rows = await self._db.rows(sql.agents_on_board, ids=wanted, alive_seconds=_ALIVE_SECONDS)
        found = {row["id"]: _agent(row) for row in rows}
        for gone in (set(self._agents) if ids is None else set(ids)) - found.keys():
            for known in (self._agents, self._served, self._shown):
                known.pop(gone, None)
            self._crews.remove(gone)
        for number, (agent_id, agent) in enumerate(found.items(), 1):
            if agent_id not in self._served or not _is_like(agent, self._agents.get(agent_id)):
                self._served[agent_id] = frozenset(q.id for q in self._queues.values() if serves(agent, q))
            self._agents[agent_id] = agent
            if number % _CHUNK == 0:
                await asyncio.sleep(0)

    async def _show(self, ids: Collection[UUID], now: datetime) -> None:
        """Make the figures of agents; who is as before stays the very same."""
        for number, agent_id in enumerate(ids, 1):
            agent = self._agents.get(agent_id)
            if agent is None:
                continue
            made = agent_figures(agent, self._known, now)
            before = self._shown.get(agent_id)
            if before is None or before[1] != made:
                self._shown[agent_id] = (key_of(made), made)
            self._crews.put(agent, made.activity, self._served[agent_id])
            if number % _CHUNK == 0:
                await asyncio.sleep(0)


def _queue(row: Row) -> Queue:
    return Queue(
        id=row["id"],
        name=row["name"],
        branch_id=row["branch_id"],
        skills={UUID(skill_id): level for skill_id, level in row["skills"].items()},
        permission=row["permission"],
        trust=row["trust"],
        target_seconds=row["target_seconds"],
        goal_percent=row["goal_percent"],
        channels=tuple(sorted({*row["fed"], *(row["channels"] or ())})),
        hours=None if row["hours"] is None else Hours.model_validate(row["hours"]),
        is_active=row["is_active"],
    )


def _agent(row: Row) -> Agent:
    values: dict[str, Any] = dict(row)
    values["skills"] = {UUID(skill_id): level for skill_id, level in row["skills"].items()}
    values["permissions"] = frozenset(row["permissions"])
    values["branches"] = None if row["branches"] is None else frozenset(row["branches"])
    return Agent(**values)


def _is_like(agent: Agent, before: Agent | None) -> bool:
    """Tell whether nothing changed of what decides which queues an agent serves."""
    return before is not None and all(
        getattr(agent, name) == getattr(before, name) for name in ("skills", "trust", "permissions", "branches")
    )
