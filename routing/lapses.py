"""What time brings, written by the elected router only: each change carries the epoch of its lease."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

from agents.model import Presence
from core.clock import Clock
from core.ids import StaffId
from notices.model import DocumentRef, Notice
from routing import moves
from routing.moves import OfferGone
from routing.overflow import Ripe
from routing.service import Routing
from routing.store import sql
from routing.subjects import Talk
from routing.values import Overflow, Queue
from storage.database import Database, Row, Tx
from storage.leases import Lease

# Voice is taken off at the first miss, anything else at the second in a row (routing.md section 6).
_MISSES_ALLOWED = {"voice": 1}
_USUAL_MISSES = 2


class Lapses:
    """Ends what was not answered, not finished or not kept alive in time. Each raises LostLease once replaced."""

    def __init__(self, db: Database, clock: Clock, routing: Routing, lease: Lease) -> None:
        self._db, self._clock = db, clock
        self._routing, self._lease = routing, lease

    @asynccontextmanager
    async def fenced(self) -> AsyncIterator[Tx]:
        """Open a transaction of the leading router: whoever was replaced writes nothing in it."""
        async with self._db.transaction() as tx:
            await self._lease.fence(tx)
            yield tx

    async def time_out(self, offer_id: UUID) -> None:
        """End an offer that was not answered in time: the work keeps its place, the agent pauses after too many."""
        now = self._clock()
        async with self.fenced() as tx:
            row = await tx.row(sql.find_offer, id=offer_id)
            if row is None or row["state"] != "offered" or row["is_broadcast"] or row["expires_at"] > now:
                return
            work = await self._routing.offers.give_back(tx, row, "timeout", now, None)
            missed = await tx.row(sql.count_miss, agent_id=row["agent_id"])
            allowed = _MISSES_ALLOWED.get(work["channel"], _USUAL_MISSES)
            if missed is not None and missed["misses"] >= allowed and missed["state"] == "available":
                presence = Presence(state="not_ready", reason="missed", since=now)
                await self._routing.agents.change_presence(tx, StaffId(row["agent_id"]), presence)
            ref = DocumentRef(kind=row["kind"], id=row["work_id"])
            notice = Notice(kind="missed_offer", source=f"offer:{offer_id}")
            await self._routing.alerts.tell(tx, [row["agent_id"]], ref, notice)

    async def end_round(self, work_id: UUID) -> None:
        """Nobody took in time what many were asked: they are asked anew, and have missed nothing."""
        now = self._clock()
        async with self.fenced() as tx:
            work = await moves.lock(tx, work_id)
            rows = await tx.rows(sql.expire_broadcast, work_id=work_id, now=now)
            for row in rows:
                moves.tell_closed(tx, row, "timeout")
            if rows and work["state"] == "queued":
                tx.emit(moves.changed(work, "queued"))
                await self._routing.offers.end_round(tx, work)

    async def end_wrap_up(self, work_id: UUID) -> None:
        """The time for it is over."""
        now = self._clock()
        async with self.fenced() as tx:
            for subject in self._routing.subjects.values():
                await subject.lock(tx, work_id)
            row = await moves.lock(tx, work_id)
            if row["state"] == "wrap_up":
                await moves.done(tx, row, now)
                await self._routing.subjects[row["kind"]].wrapped_up(tx, work_id, now)

    async def drop_agent(self, agent_id: StaffId) -> None:
        """Somebody's sockets are gone for good: offline, open offers return; what was accepted stays theirs.

        One transaction each: who locks an agent and then another work would meet who answers for it.
        """
        for offer in await self._db.rows(sql.open_offers_of, agent_id=agent_id):
            with suppress(OfferGone):
                await self._return_lost(offer)
        async with self.fenced() as tx:
            presence = Presence(state="offline", reason="connection_lost", since=self._clock())
            await self._routing.agents.change_presence(tx, agent_id, presence)

    async def _return_lost(self, offer: Row) -> None:
        offers, now, why = self._routing.offers, self._clock(), "connection lost"
        async with self.fenced() as tx:
            if offer["is_broadcast"]:
                await offers.leave_round(tx, offer, "withdrawn", now, why)
            else:
                await offers.give_back(tx, offer, "withdrawn", now, why, is_failure=False)

    async def requeue_lost(self, work_id: UUID) -> None:
        """The customer waits before a screen and the agent is gone: it waits again with its key, for them first."""
        async with self.fenced() as tx:
            talk, work = await self._talk(tx, work_id)
            if talk is None or work["state"] != "assigned":
                return
            await self._routing.requeue(tx, work_id, to=work["agent_id"])
            await talk.waits_again(tx, work_id, None, "requeued", "")

    async def calm(self, work_id: UUID) -> None:
        """The customer has been silent for a while: the conversation takes little room until the next word."""
        async with self.fenced() as tx:
            talk, work = await self._talk(tx, work_id)
            if talk is None:
                return
            units = await tx.value(sql.calm_work, id=work_id, now=self._clock())
            if units is not None:
                await moves.load(tx, work["agent_id"], units - work["units"])
                await talk.calmed(tx, work_id)
                tx.emit(moves.changed(work, "assigned"))

    async def overflow(self, ripe: Ripe, queue: Queue, target: Queue | None) -> None:
        """Run a rule of a queue for a work that waits, once."""
        async with self.fenced() as tx:
            talk, work = await self._talk(tx, ripe.work_id)
            if work["queue_id"] != queue.id or await tx.value(sql.overflow_done, id=work["id"], rule=ripe.name) is None:
                return
            await self._run(tx, ripe.rule, talk, work, queue, target)

    async def _run(
        self, tx: Tx, rule: Overflow, talk: Talk | None, work: Row, queue: Queue, target: Queue | None
    ) -> None:
        match rule.action:
            case "queue":
                await self._let_wait_in(tx, talk, work, target)
            case "message":
                if talk is not None:
                    await talk.tell_customer(tx, work["id"], rule.text)
            case "alert":
                which = f"{queue.id}:{rule.after_seconds}"
                await self._routing.alerts.raise_for(tx, work, rule.when, which, queue.name)
            case "callback":
                # Queues cannot be set to this while nobody can call back.
                if self._routing.callbacks is not None:
                    await self._routing.callbacks.offer(tx, work["id"])

    async def _let_wait_in(self, tx: Tx, talk: Talk | None, work: Row, target: Queue | None) -> None:
        """Move it with its key; into a queue that is gone, switched off or its own it stays where it is."""
        if target is None or not target.is_active or target.id == work["queue_id"]:
            return
        await self._routing.requeue(tx, work["id"], queue_id=target.id, cause="overflowed")
        if talk is not None:
            await talk.waits_again(tx, work["id"], target.id, "overflowed", target.name)

    async def withdraw_round(self, work_id: UUID) -> None:
        """Many are asked for work whose queue does not ask so any more: it is offered anew in the other way."""
        async with self.fenced() as tx:
            work = await moves.lock(tx, work_id)
            if work["state"] == "queued":
                await moves.withdraw_offers(tx, work_id, self._clock())
                tx.emit(moves.changed(work, "queued"))

    async def repair(self, agent_id: UUID) -> bool:
        """Count anew what an agent has; False when that is what was counted."""
        async with self.fenced() as tx:
            await tx.rows(sql.lock_agents, ids=[agent_id])
            return await tx.value(sql.repair_units, agent_id=agent_id) is not None

    async def _talk(self, tx: Tx, work_id: UUID) -> tuple[Talk | None, Row]:
        """Lock a work behind its subject; the subject too, when customers talk in it."""
        for subject in self._routing.subjects.values():
            await subject.lock(tx, work_id)
        work = await moves.lock(tx, work_id)
        owner = self._routing.subjects.get(work["kind"])
        return (owner if isinstance(owner, Talk) else None), work
