"""The elected router: one process holds the engine, decides, commits in batches and undoes what was not written.

PostgreSQL is the truth. The engine is fed from the event log by reading anew what an event names, so a lost or doubled
event changes nothing; every write carries the epoch of the lease, so a router that was replaced writes nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from uuid import UUID

from prometheus_client import Counter, Gauge

from core.clock import Clock
from core.errors import Invalid, MarkazError
from core.events import LoggedEvent
from core.tasks import Tasks
from routing.batches import Batch
from routing.commits import Commits
from routing.granting import Granting
from routing.lapses import Lapses
from routing.model import SECOND, Decision
from routing.pauses import Pauses
from routing.service import Routing
from routing.store import Channels
from routing.turns import Turns
from routing.world import World
from storage.database import Database
from storage.eventlog import LogReader
from storage.leases import Lease, LostLease

log = logging.getLogger(__name__)

_BATCH = 50
# So many more are decided while a batch is on its way to the disk; they make the next one.
_AHEAD_MOST = 1000
# Turns of the loop until a statement has a connection and is sent.
_STEPS_TO_SEND = 4
_RENEW_SECONDS = 1.0
# Who stands by looks more often: a leader that died is followed soon after its lease has run out.
_WATCH_SECONDS = 0.25
# Decisions of which nothing could be written: then it waits for the rows that say why.
_BARREN_MOST = 3
_RETRY_US = SECOND

# In which fields an event names agents whose rows have changed.
_AGENT_IN = {
    "work.changed": ("agent_id",),
    "offer.closed": ("agent_id",),
    "presence.changed": ("agent_id",),
    "agent.saved": ("agent_id",),
    "staff.rights_changed": ("staff_id",),
    "agent.lease_ended": ("agent_id",),
}
_CHANGES_ALL = frozenset({"queue.saved", "work_rule.saved", "role.saved", "branch.saved", "skill.saved"})

_decided = Counter("markaz_router_offers_total", "Offers committed.")
_undone = Counter("markaz_router_undone_total", "Decisions that were not written and taken back.")
_leads = Gauge("markaz_router_leads", "1 while this process is the router.")


class Router:
    """Runs in every process that may route; does its work only while it holds the lease."""

    def __init__(self, db: Database, clock: Clock, routing: Routing, channels: Channels) -> None:
        self._db, self.routing = db, routing
        self._lease = Lease(db, "router")
        self._world = World(db, clock, channels)
        self._commits = Commits(db, clock, self._lease, routing, self._world)
        self._lapses = Lapses(db, clock, routing, self._lease)
        self._turns = Turns(db, clock, self._world, routing, self._lapses, self._decide)
        self._granting = Granting(db, self._lease, self._world, self._decide)
        self._pauses = Pauses()
        self._reader: LogReader | None = None
        self._tasks = Tasks("router")
        self._leading: asyncio.Task[None] | None = None

    def start(self, *, is_alone: bool = False) -> None:
        """Stand by, and lead when nobody does. `is_alone`: this process does nothing else."""
        self._pauses.is_alone = is_alone
        self._tasks.loop("lease", self._keep_lease)

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
        await asyncio.sleep(_RENEW_SECONDS if held else _WATCH_SECONDS)

    async def _stand_down(self) -> None:
        if self._leading is not None and not self._leading.done():
            self._leading.cancel()
            await asyncio.gather(self._leading, return_exceptions=True)
        self._leading = None

    async def _lead(self) -> None:
        """Load everything, then follow the log until the lease is lost."""
        try:
            await self._load()
            log.info("this process routes (epoch %s)", self._lease.epoch)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._follow(), name="router:follow")
                group.create_task(self._rest(), name="router:rest")
                for name, turn in (*self._turns.all(), self._granting.turn()):
                    group.create_task(turn, name=f"router:{name}")
        except* LostLease:
            log.warning("another process routes by now; what was decided here was not written")
        finally:
            self._world.forget()
            self._pauses.over()

    async def _load(self) -> None:
        if self._reader is not None:
            self._reader.close()
        reader = LogReader(self._db, is_hasty=True)
        await reader.start_at_end()
        self._reader = reader
        self._world.forget()
        self._pauses.loading()
        await self._world.load()
        self._pauses.loaded()
        await self._decide()

    async def _rest(self) -> None:
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            self._pauses.rest()

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
                async with self._world.lock:
                    await self._load()

    async def _take(self, events: Sequence[LoggedEvent]) -> None:
        agents = {
            UUID(event.data[field]) for event in events for field in _AGENT_IN.get(event.kind, ()) if event.data[field]
        }
        work = {UUID(event.data["work_id"]) for event in events if event.kind == "work.changed"}
        changes_all = any(event.kind in _CHANGES_ALL for event in events)
        if not (agents or work or changes_all):
            return
        self._pauses.busy()
        async with self._world.lock:
            await (self._world.load() if changes_all else self._world.look_at(work, agents))
            await self._decide()

    # --- decisions

    async def _decide(self) -> None:
        """Decide and write until nothing is left to decide, or nothing of it can be written."""
        barren, self._world.retry_at = 0, None
        while self._lease.is_held and barren < _BARREN_MOST:
            decisions = self._world.engine.decide(self._world.now(), _BATCH)
            if not decisions:
                break
            written, lost = await self._burst(decisions)
            barren = 0 if written else barren + 1
            if lost:
                # Somebody was faster, or counts differ: read what is true before deciding on it again.
                agents = {decision.agent_id for decision in lost}
                await self._turns.repair_units(sorted(agents))
                await self._world.look_at({decision.work.id for decision in lost}, agents)
        await self._ask_rounds()
        await self._end_rounds()
        if not self._lease.is_held:
            # A renewal is late. It may still come, with the same epoch: the next sweep looks again.
            self._world.retry_at = self._world.now()
        elif barren == _BARREN_MOST:
            self._world.retry_at = self._world.now() + _RETRY_US

    async def _burst(self, decisions: list[Decision]) -> tuple[int, list[Decision]]:
        """Write, and decide further meanwhile, until nothing is left; returns how many are written, and what is not.

        Nothing is read anew while something is in flight: the rows do not know yet what is decided here.
        """
        written, lost = 0, list[Decision]()
        before, batch = self._commits.batch(), self._commits.batch(decisions)
        while len(batch):
            ahead = self._commits.batch()
            writing = asyncio.create_task(self._write(batch), name="router:commit")
            try:
                await self._under_way(writing)
                lost += self._settle(before)
                if not lost:
                    await self._decide_ahead(writing, ahead)
                await writing
            except BaseException:
                writing.cancel()
                await asyncio.wait([writing])
                for each in (before, batch, ahead):
                    self._settle(each)
                raise
            written += batch.written
            before, batch = batch, ahead
        return written, lost + self._settle(before)

    async def _under_way(self, writing: asyncio.Task[None]) -> None:
        """Let a statement leave before anything else is done: the database shall not wait for us."""
        for _ in range(_STEPS_TO_SEND):
            if not writing.done():
                await asyncio.sleep(0)

    async def _decide_ahead(self, writing: asyncio.Task[None], ahead: Batch) -> None:
        """Decide what makes the next batch while the last one is written; the others get their turn in between."""
        while not writing.done() and len(ahead) < _AHEAD_MOST and self._lease.is_held:
            found = self._world.engine.decide(self._world.now(), _BATCH)
            if not found:
                break
            ahead.add(found)
            await asyncio.sleep(0)
        await asyncio.wait([writing])

    async def _write(self, batch: Batch) -> None:
        try:
            await self._commits.write(batch)
        except Invalid:
            # The database refuses what memory holds for true: it is read anew.
            log.exception("a batch of offers was refused")

    def _settle(self, batch: Batch) -> list[Decision]:
        """Tell what a batch has written and take back what it has not, once; returns that."""
        if batch.is_settled:
            return []
        batch.is_settled = True
        self._commits.tell(batch)
        lost = batch.lost()
        for decision in lost:
            self._world.engine.undo(decision, self._world.now())
        _undone.inc(len(lost))
        _decided.inc(batch.written)
        return lost

    async def _end_rounds(self) -> None:
        while self._world.outdated:
            await self._lapses.withdraw_round(self._world.outdated.pop())

    async def _ask_rounds(self) -> None:
        """Ask whom of the many is to be asked; who could not be asked any more is read anew, with the work."""
        barren = 0
        while self._lease.is_held and barren < _BARREN_MOST:
            pairs = self._world.rounds.ask(self._world.now())
            if not pairs:
                break
            asked = await self._commits.ask(pairs)
            self._world.rounds.asked(asked)
            _decided.inc(len(asked))
            barren = 0 if asked else barren + 1
            lost = {(pair.work.id, pair.agent_id) for pair in pairs} - set(asked)
            if lost:
                await self._world.look_at({work_id for work_id, _ in lost}, {agent_id for _, agent_id in lost})
