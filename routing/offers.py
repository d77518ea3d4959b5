"""Answers to offers: exactly one of accept, decline, timeout and withdrawal wins, by whichever process got it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from access.model import Permission
from core.actor import Actor
from core.clock import Clock
from core.errors import NotFound
from core.ids import StaffId
from routing import moves, store
from routing.alerts import Alerts
from routing.moves import NoRoom, OfferGone
from routing.store import sql
from routing.subjects import Subjects
from routing.values import OfferView, Outcome
from storage.database import Database, Row, Tx

_MISSED_EXCLUSION = timedelta(seconds=60)


class Offers:
    """What agents are asked, and what they answer."""

    def __init__(self, db: Database, clock: Clock, subjects: Subjects, alerts: Alerts) -> None:
        self._db, self._clock = db, clock
        self._subjects, self._alerts = subjects, alerts

    async def accept(self, actor: Actor, offer_id: UUID) -> UUID:
        """Take what was offered, alone or to many: exactly one wins."""
        now = self._clock()
        async with self._db.transaction(actor) as tx:
            row = await self._offered_to(tx, actor, offer_id)
            actor.must(Permission.WORK_TAKE, row["branch_id"])
            if row["expires_at"] <= now:
                raise OfferGone
            await self._subjects[row["kind"]].lock(tx, row["work_id"])
            work = await moves.lock(tx, row["work_id"])
            if row["is_broadcast"]:
                await self._win(tx, row, now)
            elif await tx.value(sql.accept_work, id=work["id"], offer_id=offer_id, now=now) is None:
                raise OfferGone
            else:
                await moves.close_offer(tx, offer_id, "accepted", now)
            await tx.run(sql.forgive_misses, agent_id=row["agent_id"])
            tx.emit(moves.changed(work, "assigned", "answered", agent_id=row["agent_id"]))
            await self._subjects[work["kind"]].assigned(tx, work["id"], StaffId(row["agent_id"]), now)
        return UUID(str(work["id"]))

    async def _win(self, tx: Tx, offer: Row, now: datetime) -> None:
        """The first of many has it, with the units that it takes; the others' offers are withdrawn."""
        await moves.close_offer(tx, offer["id"], "accepted", now)
        await tx.rows(sql.lock_agents, ids=[offer["agent_id"]])
        units = await tx.value(sql.accept_broadcast, id=offer["work_id"], agent_id=offer["agent_id"], now=now)
        if units is None:
            raise NoRoom
        await moves.load(tx, offer["agent_id"], units)
        await moves.withdraw_offers(tx, offer["work_id"], now)

    async def decline(self, actor: Actor, offer_id: UUID, reason: str | None) -> None:
        """Refuse what was offered; it is not offered to this agent again."""
        now = self._clock()
        async with self._db.transaction(actor) as tx:
            row = await self._offered_to(tx, actor, offer_id)
            actor.must(Permission.WORK_DECLINE, row["branch_id"])
            if row["is_broadcast"]:
                await self.leave_round(tx, row, "declined", now, reason)
            else:
                await self.give_back(tx, row, "declined", now, reason)

    async def give_back(
        self, tx: Tx, offer: Row, outcome: Outcome, now: datetime, reason: str | None, *, is_failure: bool = True
    ) -> Row:
        """Let offered work wait again with its place; the agent is kept from it, after a decline for good."""
        work = await moves.lock(tx, offer["work_id"])
        await moves.close_offer(tx, offer["id"], outcome, now, reason)
        await self._keep_from(tx, work["id"], work["agent_id"], outcome, now)
        await moves.load(tx, work["agent_id"], -work["units"])
        await tx.run(sql.requeue_work, id=work["id"], queue_id=None, sticky_agent_id=None, asked_skills=None)
        tx.emit(moves.changed(work, "queued", "requeued"))
        if is_failure:
            await self.fail(tx, work)
        return work

    async def leave_round(self, tx: Tx, offer: Row, outcome: Outcome, now: datetime, reason: str | None) -> None:
        """One of many does not want it, or is gone; the work goes on waiting with the others."""
        work = await moves.lock(tx, offer["work_id"])
        closed = await moves.close_offer(tx, offer["id"], outcome, now, reason)
        await self._keep_from(tx, work["id"], closed["agent_id"], outcome, now)
        tx.emit(moves.changed(work, "queued"))
        await self.end_round(tx, work)

    async def end_round(self, tx: Tx, work: Row) -> None:
        """A round that nobody won is an offer in vain, once nobody is asked any more."""
        if not await tx.value(sql.open_offers, work_id=work["id"]):
            await self.fail(tx, work)

    async def fail(self, tx: Tx, work: Row) -> None:
        """Count an offer in vain; at each third the work stands on its next step, and supervisors hear of it."""
        queue = await store.get_queue(tx, work["queue_id"])
        tolerated = self._alerts.TOLERATED
        failed = await tx.value(sql.fail_offer, id=work["id"], tolerated=tolerated, last_step=len(queue.steps))
        if failed is not None and failed % tolerated == 0:
            await self._alerts.raise_for(tx, work, "offers_failed", f"{failed}", queue.name)

    async def _keep_from(self, tx: Tx, work_id: UUID, agent_id: UUID, outcome: Outcome, now: datetime) -> None:
        until = None if outcome == "declined" else now + _MISSED_EXCLUSION
        await tx.run(sql.exclude, work_id=work_id, agent_id=agent_id, until=until)

    async def context(self, tx: Tx, actor: Actor, offer_id: UUID) -> Row:
        """Return the work of an open offer to this actor; nobody else learns that there is one."""
        row = await tx.row(sql.offered_work, id=offer_id, agent_id=actor.id)
        if row is None:
            raise NotFound("There is no such offer for you.")
        return row

    async def mine(self, tx: Tx, actor: Actor) -> list[OfferView]:
        """Return what is offered to somebody now."""
        rows = await tx.rows(sql.offers_for_snapshot, agent_id=actor.id)
        return [store.offer(row, row["queue_name"], row["made_at"], is_broadcast=row["is_broadcast"]) for row in rows]

    async def _offered_to(self, tx: Tx, actor: Actor, offer_id: UUID) -> Row:
        row = await tx.row(sql.find_offer, id=offer_id)
        if row is None or row["agent_id"] != actor.id:
            raise NotFound("There is no such offer for you.")
        return row
