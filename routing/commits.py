"""What the router decided, written in batches: each carries the epoch, and what is not true any more is not written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from prometheus_client import Histogram

from core.actor import SYSTEM
from core.clock import Clock
from core.ids import StaffId, uuid7
from routing import store
from routing.batches import Batch, kept
from routing.model import AgentId, Decision, QueueId, WorkId
from routing.rounds import Asked
from routing.service import Routing
from routing.store import sql
from routing.values import OfferMade, OfferView, WorkChanged
from routing.world import World
from storage.database import Database, Row
from storage.eventlog import logged
from storage.leases import Lease

_commit_seconds = Histogram("markaz_router_commit_seconds", "Time to commit a batch of offers.")


class Commits:
    """One batch is in flight at a time; what is decided meanwhile makes the next one."""

    def __init__(self, db: Database, clock: Clock, lease: Lease, routing: Routing, world: World) -> None:
        self._db, self._clock, self._lease = db, clock, lease
        self._routing, self._world = routing, world

    def batch(self, decisions: Iterable[Decision] = ()) -> Batch:
        """Return what `write` writes; more may be added until then."""
        return Batch(self._world.queues, self._clock, decisions)

    async def write(self, batch: Batch) -> None:
        """Write what still holds; the batch knows then what that was."""
        with _commit_seconds.time():
            if batch.offers.decisions:
                await self._offer(batch)
            if batch.auto.decisions:
                await self._assign(batch)

    def tell(self, batch: Batch) -> None:
        """Hand the offers that were written to whoever reads the log here."""
        if batch.told:
            self._db.committed([logged(row) for row in batch.told])

    async def _offer(self, batch: Batch) -> None:
        """Commit work, agents, offers and events by one statement: whoever waits, waits for each round trip."""
        batch.told = await self._db.rows(
            sql.commit_offers,
            **batch.offers.values(),
            views=batch.views,
            made=batch.made,
            epoch=self._lease.epoch,
            lease=self._lease.name,
            kind=OfferMade.kind,
            actor=SYSTEM.label,
        )
        if not batch.told:
            await self._lease.check()

    async def _assign(self, batch: Batch) -> None:
        """Give work of queues that ask nobody: subjects are locked before their work, all in one order."""
        now, subjects = self._clock(), self._routing.subjects
        async with self._db.transaction() as tx:
            await self._lease.fence(tx)
            for work_id in sorted(batch.auto.work_ids):
                for subject in subjects.values():
                    await subject.lock(tx, work_id)
            rows = await tx.rows(sql.commit_assignments, **batch.auto.values(), now=now, epoch=self._lease.epoch)
            for row in rows:
                agent_id = StaffId(row["agent_id"])
                tx.emit(
                    WorkChanged(
                        work_id=row["work_id"],
                        state="assigned",
                        cause="answered",
                        work_kind=row["kind"],
                        channel=row["channel"],
                        agent_id=agent_id,
                        queue_id=row["queue_id"],
                    )
                )
                if row["kind"] in subjects:
                    await subjects[row["kind"]].assigned(tx, row["work_id"], agent_id, now)
        batch.given = {WorkId(row["work_id"]) for row in rows}

    async def ask(self, pairs: Sequence[Asked]) -> list[tuple[WorkId, AgentId]]:
        """Ask many agents at once; returns who was asked for what."""
        now = self._clock()
        async with self._db.transaction() as tx:
            await self._lease.fence(tx)
            rows = await tx.rows(
                sql.commit_broadcast,
                work_ids=[pair.work.id for pair in pairs],
                agent_ids=[pair.agent_id for pair in pairs],
                offer_ids=[uuid7() for _ in pairs],
                expires=[self._expires(pair.work.queue_id, now) for pair in pairs],
                decisions=[kept("broadcast", pair.considered, []) for pair in pairs],
                now=now,
                epoch=self._lease.epoch,
            )
            for row in rows:
                view = self._view(row, now, is_broadcast=True)
                tx.emit(OfferMade(offer=view, agent_id=StaffId(row["agent_id"])))
        return [(WorkId(row["work_id"]), AgentId(row["agent_id"])) for row in rows]

    def _expires(self, queue_id: QueueId, now: datetime) -> datetime:
        return now + timedelta(seconds=self._world.queues[queue_id].offer_timeout_seconds)

    def _view(self, row: Row, now: datetime, *, is_broadcast: bool = False) -> OfferView:
        return store.offer(row, self._world.queues[row["queue_id"]].name, now, is_broadcast=is_broadcast)
