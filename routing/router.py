"""The elected router: one process holds the engine, decides, commits in batches and undoes what was not written.

PostgreSQL is the truth. The engine is fed from the event log by reading anew what an event names, so a lost or doubled
event changes nothing; every write carries the epoch of the lease, so a router that was replaced writes nothing.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from uuid import UUID

from prometheus_client import Counter, Gauge, Histogram
from pydantic_core import to_json

from core.clock import Clock
from core.errors import Invalid, MarkazError, Unavailable
from core.events import LoggedEvent
from core.ids import StaffId, uuid7
from core.tasks import Tasks
from routing import store
from routing.engine import Engine
from routing.model import Decision, WorkId
from routing.rules import ActiveRule
from routing.service import Routing
from routing.store import LIVE, Channels, sql
from routing.values import OfferMade, Queue
from storage.database import Database
from storage.eventlog import LogReader
from storage.leases import Lease, LostLease

log = logging.getLogger(__name__)

_BATCH = 50
_ALIVE_SECONDS = 15.0
_LOST_SECONDS = 60.0
_RENEW_SECONDS = 1.0
_SWEEP_SECONDS = 0.25
_HEARTBEAT_SECONDS = 2.0
_RECONCILE_SECONDS = 60.0

# In which fields an event names agents whose rows have changed.
_AGENT_IN = {
    "work.changed": ("agent_id",),
    "offer.closed": ("agent_id",),
    "presence.changed": ("agent_id",),
    "agent.saved": ("agent_id",),
    "staff.rights_changed": ("staff_id",),
}
_CHANGES_ALL = frozenset({"queue.saved", "work_rule.saved", "role.saved", "branch.saved", "skill.saved"})

_decided = Counter("markaz_router_offers_total", "Offers committed.")
_undone = Counter("markaz_router_undone_total", "Decisions that were not written and taken back.")
_drift = Counter("markaz_router_drift_total", "Differences between memory and database, repaired.")
_leads = Gauge("markaz_router_leads", "1 while this process is the router.")
_commit_seconds = Histogram("markaz_router_commit_seconds", "Time to commit a batch of offers.")


class Router:
    """Runs in every process that may route; does its work only while it holds the lease."""

    def __init__(self, db: Database, clock: Clock, routing: Routing, channels: Channels) -> None:
        self._db, self._clock, self.routing, self._channels = db, clock, routing, channels
        self._lease = Lease(db, "router")
        self._engine = Engine()
        self._queues: dict[UUID, Queue] = {}
        self._rules: list[ActiveRule] = []
        self._numbers = itertools.count(1)
        self._reader: LogReader | None = None
        self._alive: set[UUID] = set()
        self._tasks = Tasks("router")
        self._leading: asyncio.Task[None] | None = None
        # Between a read of rows and their use in the engine nobody else may touch it.
        self._engine_lock = asyncio.Lock()

    def start(self) -> None:
        self._tasks.loop("lease", self._keep_lease, pause_seconds=_RENEW_SECONDS)

    async def stop(self) -> None:
        await self._tasks.stop()
        try:
            await self._lease.drop()
        except MarkazError:
            log.warning("the router's lease could not be handed over; it runs out by itself")

    @property
    def is_leading(self) -> bool:
        return self._lease.is_held

    async def _keep_lease(self) -> None:
        before = self._lease.epoch
        held = await self._lease.renew()
        _leads.set(1 if held else 0)
        if held and (before != self._lease.epoch or self._leading is None or self._leading.done()):
            await self._stand_down()
            self._leading = self._tasks.start("lead", self._lead())
        elif not held:
            await self._stand_down()

    async def _stand_down(self) -> None:
        if self._leading is not None and not self._leading.done():
            self._leading.cancel()
            await asyncio.gather(self._leading, return_exceptions=True)
        self._leading = None

    async def _lead(self) -> None:
        """Load everything, then follow the log until the lease is lost."""
        await self._load()
        log.info("this process routes (epoch %s)", self._lease.epoch)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow(), name="router:follow")
            for turn, seconds in (
                (self._sweep, _SWEEP_SECONDS),
                (self._watch_heartbeats, _HEARTBEAT_SECONDS),
                (self._reconcile, _RECONCILE_SECONDS),
            ):
                group.create_task(_again_and_again(turn, seconds), name=f"router:{turn.__name__}")

    # --- the engine's picture of the world

    async def _load(self) -> None:
        if self._reader is not None:
            self._reader.close()
        reader = LogReader(self._db)
        await reader.start_at_end()
        self._reader = reader
        self._engine, self._alive = Engine(), set()
        await self._load_queues()
        await self._read_agents(None)
        await self._read_work(None)
        await self._decide()

    async def _load_queues(self) -> None:
        self._queues = {queue.id: queue for queue in await store.queues(self._db, None)}
        self._rules = await store.rules(self._db)
        for queue in self._queues.values():
            self._engine.put_queue(store.queue_rules(queue))

    async def _read_agents(self, ids: list[UUID] | None) -> None:
        branches = [row["id"] for row in await self._db.rows(sql.all_branches)]
        rows = await self._db.rows(sql.agents_for_router, ids=ids, alive_seconds=_ALIVE_SECONDS)
        now = self._now()
        for row in rows:
            self._engine.put_agent(store.agent(row, self._channels, branches), now)

    async def _read_work(self, ids: list[UUID] | None) -> set[UUID]:
        """Let what waits wait; return who holds what does not, since their rows say so to the engine."""
        rows = await self._db.rows(sql.work_for_router, ids=ids)
        now = self._now()
        holders: set[UUID] = set()
        for row in rows:
            if row["agent_id"] is not None:
                holders.add(row["agent_id"])
                continue
            self._engine.remove_work(WorkId(row["id"]), now)
            queue = self._queues.get(row["queue_id"])
            if row["state"] == "queued" and queue is not None and queue.is_active:
                waiting = store.work(row, queue, next(self._numbers), is_live=row["channel"] in LIVE, rules=self._rules)
                self._engine.add_work(waiting, now)
        return holders

    # --- following the log

    async def _follow(self) -> None:
        while self._reader is not None:
            try:
                await self._take(await self._reader.next())
            except LostLease:
                raise
            except MarkazError as error:
                log.warning("the router lost the thread (%s) and loads anew", error.detail)
                await asyncio.sleep(0.5)
                async with self._engine_lock:
                    await self._load()

    async def _take(self, events: Sequence[LoggedEvent]) -> None:
        agents = {
            UUID(event.data[field]) for event in events for field in _AGENT_IN.get(event.kind, ()) if event.data[field]
        }
        work = {UUID(event.data["work_id"]) for event in events if event.kind == "work.changed"}
        if any(event.kind in _CHANGES_ALL for event in events):
            async with self._engine_lock:
                await self._load_queues()
                await self._read_work(None)
                await self._read_agents(None)
                await self._decide()
        elif agents or work:
            async with self._engine_lock:
                await self._look_at(work, agents)
                await self._decide()

    async def _look_at(self, work: set[UUID], agents: set[UUID]) -> None:
        # Work first: what left an agent must be free of it before the agent's row says what is held.
        holders = await self._read_work(sorted(work)) if work else set()
        if agents | holders:
            await self._read_agents(sorted(agents | holders))

    async def _decide(self) -> None:
        while self._lease.is_held:
            decisions = self._engine.decide(self._now(), _BATCH)
            if not decisions:
                return
            written: set[UUID] = set()
            try:
                with _commit_seconds.time():
                    written = await self._commit(decisions)
            except Invalid:
                # An agent would be over capacity: memory and database differ. Repair both, then go on.
                log.exception("a batch of offers was refused")
                await self._repair_units()
                raise
            finally:
                for decision in decisions:
                    if decision.work.id not in written:
                        self._engine.undo(decision, self._now())
                _decided.inc(len(written))
                _undone.inc(len(decisions) - len(written))
            if len(written) < len(decisions):
                # Somebody was faster: read what is true before deciding on it again.
                lost = [decision for decision in decisions if decision.work.id not in written]
                await self._look_at({decision.work.id for decision in lost}, {decision.agent_id for decision in lost})

    async def _commit(self, decisions: list[Decision]) -> set[UUID]:
        now = self._clock()
        async with self._db.transaction() as tx:
            await self._lease.fence(tx)
            rows = await tx.rows(
                sql.commit_offers,
                work_ids=[decision.work.id for decision in decisions],
                agent_ids=[decision.agent_id for decision in decisions],
                offer_ids=[uuid7() for _ in decisions],
                units=[decision.units for decision in decisions],
                expires=[
                    now + timedelta(seconds=self._queues[decision.work.queue_id].offer_timeout_seconds)
                    for decision in decisions
                ],
                decisions=[_reasons(decision) for decision in decisions],
                now=now,
                epoch=self._lease.epoch,
            )
            for row in rows:
                view = store.offer(row, self._queues[row["queue_id"]].name, now)
                tx.emit(OfferMade(offer=view, agent_id=StaffId(row["agent_id"])))
        return {row["work_id"] for row in rows}

    # --- what time brings

    async def _sweep(self) -> None:
        """Close offers and wrap-ups whose time is over; let the engine look at its own timers."""
        now = self._clock()
        for row in await self._db.rows(sql.expired_offers, now=now, most=500):
            await self.routing.time_out(row["id"])
        for row in await self._db.rows(sql.ended_wrap_ups, now=now, most=500):
            await self.routing.end_wrap_up(row["id"])
        due = self._engine.next_due()
        if due is not None and due <= self._now():
            async with self._engine_lock:
                await self._decide()

    async def _watch_heartbeats(self) -> None:
        """Who has no living socket gets no offers after 15 s, and is offline after 60 s."""
        alive = {row["staff_id"] for row in await self._db.rows(sql.alive_agents, alive_seconds=_ALIVE_SECONDS)}
        if changed := alive ^ self._alive:
            async with self._engine_lock:
                await self._read_agents(sorted(changed))
                await self._decide()
            self._alive = alive
        for row in await self._db.rows(sql.lost_agents, lost_seconds=_LOST_SECONDS):
            await self.routing.drop_agent(StaffId(row["staff_id"]))

    async def _reconcile(self) -> None:
        """Compare memory with the database: used units, and what waits there but not here, are drift and repaired."""
        await self._repair_units()
        async with self._engine_lock:
            waiting = [row["id"] for row in await self._db.rows(sql.waiting_ids)]
            lost = [work_id for work_id in waiting if self._engine.waiting(WorkId(work_id)) is None]
            if lost:
                _drift.inc(len(lost))
                await self._read_work(lost)
                await self._decide()

    async def _repair_units(self) -> None:
        for row in await self._db.rows(sql.drifted_agents):
            _drift.inc()
            log.warning(
                "agent %s: %s units are in use, %s were counted", row["staff_id"], row["actual"], row["used_units"]
            )
            await self._db.run(sql.repair_units, agent_id=row["staff_id"])

    def _now(self) -> int:
        return store.microseconds(self._clock())


async def _again_and_again(turn: Callable[[], Awaitable[None]], seconds: float) -> None:
    """Repeat a turn; when the database has no answer the next one comes all the same."""
    while True:
        try:
            await turn()
        except LostLease:
            raise
        except Unavailable as error:
            log.warning("the router's %s waits: %s", turn.__name__, error.detail)
        await asyncio.sleep(seconds)


def _reasons(decision: Decision) -> str:
    """Keep what a supervisor may ask later: the rule, how many were looked at, and why some of them lost."""
    losers = [{"agent_id": str(agent_id), "reason": str(reason)} for agent_id, reason in decision.losers]
    kept = {"rule": str(decision.rule), "considered": decision.considered, "losers": losers}
    return to_json(kept).decode()
