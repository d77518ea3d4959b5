"""What the leading router does again and again: look at what time has brought, and hold memory against the database."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from prometheus_client import Counter

from core.clock import Clock
from core.errors import MarkazError
from core.ids import StaffId
from routing.lapses import Lapses
from routing.model import AgentId
from routing.overflow import Wait, ripe
from routing.service import Routing
from routing.store import LIVE, sql
from routing.subjects import Talk
from routing.world import ALIVE_SECONDS, World
from sla.working import is_open
from storage.database import Database, Row
from storage.leases import LostLease

log = logging.getLogger(__name__)

_SWEEP_SECONDS = 0.25
_WAITING_SECONDS = 1.0
_HEARTBEAT_SECONDS = 2.0
_SILENCE_SECONDS = 5.0
_RECONCILE_SECONDS = 60.0
_LOST_SECONDS = 60.0
# Between one and two minutes after the agent's last sign of life; a call goes on by telephone.
_LIVE_LOST_SECONDS = 90.0
_SILENT_AFTER = timedelta(minutes=4)
# Sockets beat every five seconds.
_SURE_SECONDS = 8.0
# What has not changed for so long is known to memory, or never will be.
_SETTLED_SECONDS = 5.0
_PAGE = 500
_SPOKEN = frozenset({"voice"})

_drift = Counter("markaz_router_drift_total", "Differences between memory and database, repaired.", ["kind"])


class Turns:
    """`decide` is the router's: it decides whatever can be decided now, under the lock of the world."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        world: World,
        routing: Routing,
        lapses: Lapses,
        decide: Callable[[], Awaitable[None]],
    ) -> None:
        self._db, self._clock, self._world = db, clock, world
        self._routing, self._lapses, self._decide = routing, lapses, decide
        # Since when nobody online could take a work; another process that takes over counts from its own first look.
        self._deserted: dict[UUID, datetime] = {}

    def all(self) -> list[tuple[str, Coroutine[Any, Any, None]]]:
        return [
            (turn.__name__, again_and_again(turn, seconds, first_after))
            for turn, seconds, first_after in (
                (self.sweep, _SWEEP_SECONDS, 0.0),
                (self.watch_waiting, _WAITING_SECONDS, 0.0),
                (self.watch_heartbeats, _HEARTBEAT_SECONDS, 0.0),
                (self.watch_silence, _SILENCE_SECONDS, 0.0),
                # Everything has just been read; who routes anew is waited for.
                (self.reconcile, _RECONCILE_SECONDS, _RECONCILE_SECONDS),
            )
        ]

    async def sweep(self) -> None:
        """Close offers and wrap-ups whose time is over; let memory look at its own timers."""
        now = self._clock()
        rounds: set[UUID] = set()
        for row in await self._db.rows(sql.expired_offers, now=now, most=_PAGE):
            if row["is_broadcast"]:
                rounds.add(row["work_id"])
            else:
                await _one(self._lapses.time_out(row["id"]))
        for work_id in sorted(rounds):
            await _one(self._lapses.end_round(work_id))
        for row in await self._db.rows(sql.ended_wrap_ups, now=now, most=_PAGE):
            await _one(self._lapses.end_wrap_up(row["id"]))
        due = self._world.next_due()
        if due is not None and due <= self._world.now():
            async with self._world.lock:
                self._world.rounds.tick(self._world.now())
                await self._decide()

    async def watch_waiting(self) -> None:
        """Run the rules of queues for those who wait too long, whom nobody can take, or who come outside the hours."""
        now, after, seen = self._clock(), (datetime.min.replace(tzinfo=self._clock().tzinfo), UUID(int=0)), set[UUID]()
        while True:
            rows = await self._db.rows(sql.work_with_overflow, after_at=after[0], after_id=after[1], most=_PAGE)
            for row in rows:
                seen.add(row["id"])
                await self._overflow(row, now)
            if len(rows) < _PAGE:
                break
            after = rows[-1]["first_enqueued_at"], rows[-1]["id"]
        self._deserted = {work_id: since for work_id, since in self._deserted.items() if work_id in seen}

    async def _overflow(self, row: Row, now: datetime) -> None:
        queue = self._world.queues.get(row["queue_id"])
        if queue is None:
            return
        if self._world.has_somebody(row["id"]) is False:
            since = self._deserted.setdefault(row["id"], now)
        else:
            self._deserted.pop(row["id"], None)
            since = None
        wait = Wait(
            work_id=row["id"],
            queue_id=queue.id,
            waited_seconds=(now - row["first_enqueued_at"]).total_seconds(),
            is_open=is_open(queue.hours, now),
            deserted_seconds=None if since is None else (now - since).total_seconds(),
            ran=row["overflowed"],
        )
        for due in ripe(wait, queue.overflow):
            target = self._world.queues.get(due.rule.queue_id) if due.rule.queue_id else None
            await _one(self._lapses.overflow(due, queue, target))

    async def watch_heartbeats(self) -> None:
        """Without a living socket: no offers after 15 s, offline after 60 s; live chats wait again after 90 s."""
        known = self._world.alive_mark
        found = await self._db.row(sql.alive_agents, alive_seconds=ALIVE_SECONDS, known=known)
        if found is not None and found["mark"] != known:
            alive = set(found["ids"] or ())
            if changed := alive ^ self._world.alive:
                async with self._world.lock:
                    await self._world.read_agents(sorted(changed))
                    await self._decide()
            self._world.alive, self._world.alive_mark = alive, found["mark"]
        for row in await self._db.rows(sql.lost_agents, lost_seconds=_LOST_SECONDS):
            await _one(self._lapses.drop_agent(StaffId(row["staff_id"])))
        channels = sorted(LIVE - _SPOKEN)
        for row in await self._db.rows(
            sql.lost_live_work, channels=channels, lost_seconds=_LIVE_LOST_SECONDS, most=_PAGE
        ):
            await _one(self._lapses.requeue_lost(row["id"]))

    async def watch_silence(self) -> None:
        """Let conversations weigh less in which it has been the customer's turn for four minutes."""
        before = self._clock() - _SILENT_AFTER
        for subject in self._routing.subjects.values():
            if isinstance(subject, Talk):
                for work_id in await subject.silent(self._db, before, _PAGE):
                    await _one(self._lapses.calm(work_id))

    async def reconcile(self) -> None:
        """Compare memory with the database; what differs is counted by its kind, and read anew."""
        await self.repair_units(None)
        async with self._world.lock:
            work, agents = await self._unlike_waiting(), await self._unlike_held()
            if work or agents:
                await self._world.look_at(work, agents)
                await self._decide()

    async def _unlike_waiting(self) -> set[UUID]:
        rows = await self._db.rows(sql.waiting_ids, settled_seconds=_SETTLED_SECONDS)
        known = self._world.waiting_ids()
        unknown = {row["id"] for row in rows if row["is_due"]} - known
        gone = sorted(known - {row["id"] for row in rows})
        # What was taken in these seconds is on its way here; what has been elsewhere for longer is a ghost.
        ghosts = {
            row["id"] for row in await self._db.rows(sql.settled_elsewhere, ids=gone, settled_seconds=_SETTLED_SECONDS)
        }
        for work_id in ghosts:
            self._world.drop(work_id)
        _count("waiting", unknown)
        _count("ghost", ghosts)
        return unknown | ghosts

    async def _unlike_held(self) -> set[UUID]:
        rows = await self._db.rows(sql.settled_holdings, settled_seconds=_SETTLED_SECONDS)
        held = {row["agent_id"] for row in rows if not self._world.holds(AgentId(row["agent_id"]), row["works"])}
        _count("holding", held)
        agents = await self._db.rows(sql.settled_agents, settled_seconds=_SETTLED_SECONDS, sure_seconds=_SURE_SECONDS)
        states = {row["staff_id"] for row in agents if self._disagrees(row)}
        _count("presence", states)
        return held | states

    def _disagrees(self, row: Row) -> bool:
        known = self._world.is_available(AgentId(row["staff_id"]))
        return known != row["is_available"] if known or row["is_surely_alive"] else False

    async def repair_units(self, ids: list[UUID] | None) -> None:
        """Let used units be what the work adds up to."""
        for row in await self._db.rows(sql.drifted_agents, ids=ids):
            if await self._lapses.repair(row["staff_id"]):
                _drift.labels("units").inc()
                log.warning("agent %s: %s units in use, %s counted", row["staff_id"], row["actual"], row["used_units"])


def _count(kind: str, found: set[UUID]) -> None:
    if found:
        _drift.labels(kind).inc(len(found))
        log.warning("memory and database differ in %s of %s", len(found), kind)


async def _one(change: Awaitable[None]) -> None:
    """Make one change; one that is refused, since somebody was faster, does not take the others along."""
    try:
        await change
    except LostLease:
        raise
    except MarkazError as error:
        log.info("the router passes over one change: %s", error.detail)


async def again_and_again(turn: Callable[[], Awaitable[None]], seconds: float, first_after: float) -> None:
    """Repeat a turn; when the database has no answer the next one comes all the same."""
    await asyncio.sleep(first_after)
    while True:
        try:
            await turn()
        except LostLease:
            raise
        except MarkazError as error:
            log.warning("the router's %s waits: %s", turn.__name__, error.detail)
        await asyncio.sleep(seconds)
