"""What the router decided, written in batches: each carries the epoch, and what is not true any more is not written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from prometheus_client import Histogram
from pydantic_core import to_json

from core.clock import Clock
from core.ids import StaffId, uuid7
from routing import store
from routing.model import AgentId, Decision, QueueId, WorkId
from routing.rounds import Asked
from routing.service import Routing
from routing.store import sql
from routing.values import OfferMade, OfferView, WorkChanged
from routing.world import World
from storage.database import Database, Row, Tx
from storage.leases import Lease

_commit_seconds = Histogram("markaz_router_commit_seconds", "Time to commit a batch of offers.")


class Commits:
    """One batch is in flight at a time; what is decided meanwhile makes the next one."""

    def __init__(self, db: Database, clock: Clock, lease: Lease, routing: Routing, world: World) -> None:
        self._db, self._clock, self._lease = db, clock, lease
        self._routing, self._world = routing, world

    async def write(self, decisions: Sequence[Decision], written: set[WorkId]) -> None:
        """Write what still holds, and add it to `written` once it is committed."""
        auto: list[Decision] = []
        offers: list[Decision] = []
        for decision in decisions:
            is_auto = self._world.queues[decision.work.queue_id].offer_mode == "auto"
            (auto if is_auto else offers).append(decision)
        with _commit_seconds.time():
            if offers:
                written |= await self._offer(offers)
            if auto:
                written |= await self._assign(auto)

    async def _offer(self, decisions: Sequence[Decision]) -> set[WorkId]:
        now = self._clock()
        async with self._db.transaction() as tx:
            await self._lease.fence(tx)
            rows = await self._commit(tx, decisions, now, is_auto=False)
            for row in rows:
                tx.emit(OfferMade(offer=self._view(row, now), agent_id=StaffId(row["agent_id"])))
        return {WorkId(row["work_id"]) for row in rows}

    async def _assign(self, decisions: Sequence[Decision]) -> set[WorkId]:
        """Give work of queues that ask nobody: subjects are locked before their work, all in one order."""
        now, subjects = self._clock(), self._routing.subjects
        async with self._db.transaction() as tx:
            await self._lease.fence(tx)
            for work_id in sorted(decision.work.id for decision in decisions):
                for subject in subjects.values():
                    await subject.lock(tx, work_id)
            rows = await self._commit(tx, decisions, now, is_auto=True)
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
        return {WorkId(row["work_id"]) for row in rows}

    async def _commit(self, tx: Tx, decisions: Sequence[Decision], now: datetime, *, is_auto: bool) -> list[Row]:
        return await tx.rows(
            sql.commit_offers,
            work_ids=[decision.work.id for decision in decisions],
            agent_ids=[decision.agent_id for decision in decisions],
            offer_ids=[uuid7() for _ in decisions],
            units=[decision.units for decision in decisions],
            expires=[self._expires(decision.work.queue_id, now) for decision in decisions],
            decisions=[_reasons(decision) for decision in decisions],
            now=now,
            epoch=self._lease.epoch,
            is_auto=is_auto,
        )

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
                decisions=[_kept("broadcast", pair.considered, []) for pair in pairs],
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


def _reasons(decision: Decision) -> str:
    losers = [{"agent_id": str(agent_id), "reason": str(reason)} for agent_id, reason in decision.losers]
    return _kept(str(decision.rule), decision.considered, losers)


def _kept(rule: str, considered: int, losers: list[dict[str, str]]) -> str:
    """Keep what a supervisor may ask later: the rule, how many were looked at, and why some of them lost."""
    return to_json({"rule": rule, "considered": considered, "losers": losers}).decode()
