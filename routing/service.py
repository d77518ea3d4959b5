"""Use-cases of routing: what waits, offers and their answers, hand-overs, queues.

Each is one conditional change by whichever process got it; only making offers is the elected router's.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from access.model import Permission
from agents.model import Presence
from agents.service import Agents
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Forbidden, NotFound
from core.ids import StaffId, uuid7
from notices.model import DocumentRef, Notice
from notices.service import Notices
from routing import store
from routing.model import DEFAULT_BOOSTS, SECOND, Priority
from routing.store import sql
from routing.values import (
    Cause,
    NewWork,
    OfferClosed,
    OfferView,
    Outcome,
    Queue,
    QueueChange,
    QueueSaved,
    QueueSettings,
    WorkChanged,
)
from routing.waits import Waits
from storage.database import Database, Row, Tx

_MISSED_EXCLUSION = timedelta(seconds=60)
_BOOST_SECONDS = [DEFAULT_BOOSTS[priority] // SECOND for priority in Priority]
# Voice is taken off at the first miss, anything else at the second in a row (routing.md section 6).
_MISSES_ALLOWED = {"voice": 1}


class OfferGone(Conflict):
    """The offer is over: it was answered, withdrawn or not answered in time."""


_KNOWS_QUEUES = (
    Permission.WORK_TAKE,
    Permission.INTERACTION_TRANSFER,
    Permission.WORK_SUPERVISE,
    Permission.QUEUE_MANAGE,
)


class Subject(Protocol):
    """What waits: told inside the transaction in which its work changes hands.

    Everybody locks in one order: the subject, its work, its agent. Who begins with the work would meet who does not.
    """

    async def lock(self, tx: Tx, work_id: UUID) -> None: ...

    async def assigned(self, tx: Tx, work_id: UUID, agent_id: StaffId, now: datetime) -> None: ...

    async def wrapped_up(self, tx: Tx, work_id: UUID, now: datetime) -> None: ...


class Callbacks(Protocol):
    """Who calls back: asked inside the transaction in which an overflow runs."""

    async def offer(self, tx: Tx, work_id: UUID) -> None:
        """Let whoever waits choose to be called back."""
        ...


class Routing:
    """Queues and what waits in them."""

    def __init__(self, db: Database, clock: Clock, agents: Agents, notices: Notices | None = None) -> None:
        self._db, self._clock, self._agents, self._notices = db, clock, agents, notices
        self._subjects: dict[str, Subject] = {}
        self.waits = Waits(db)

    def serve(self, kind: str, subject: Subject) -> None:
        """Say who is told of work of this kind."""
        self._subjects[kind] = subject

    # --- what others do in their own transactions

    async def enqueue(self, tx: Tx, new: NewWork) -> None:
        """Let something wait."""
        await tx.run(sql.enqueue_work, **new.model_dump())
        tx.emit(
            WorkChanged(
                work_id=new.id,
                state="queued",
                cause="enqueued",
                work_kind=new.kind,
                channel=new.channel,
                queue_id=new.queue_id,
            )
        )

    async def describe(self, tx: Tx, work_id: UUID, summary: dict[str, Any]) -> None:
        """Change what an offer shows of it."""
        await tx.run(sql.save_summary, id=work_id, summary=summary)

    async def requeue(self, tx: Tx, work_id: UUID, *, queue_id: UUID | None = None, to: StaffId | None = None) -> None:
        """Let it wait again, with its place; `to` is asked first while online."""
        row = await self._lock(tx, work_id)
        await self._take_away(tx, row)
        await tx.run(sql.requeue_work, id=work_id, queue_id=queue_id, sticky_agent_id=to)
        cause: Cause = "requeued" if queue_id in (None, row["queue_id"]) else "transferred"
        tx.emit(self._changed(row, "queued", cause, queue_id=queue_id or row["queue_id"]))

    async def finish(self, tx: Tx, work_id: UUID) -> str:
        """End it: into wrap-up when its queue has one and an agent had it, else done. Returns the state."""
        row = await self._lock(tx, work_id)
        queue = await store.get_queue(tx, row["queue_id"])
        if row["state"] == "assigned" and queue.has_wrap_up:
            is_timed = queue.wrap_up_mode == "timed"
            until = self._clock() + timedelta(seconds=queue.wrap_up_seconds) if is_timed else None
            await tx.run(sql.begin_wrap_up, id=work_id, until=until)
            tx.emit(self._changed(row, "wrap_up", "finished"))
            return "wrap_up"
        await self._done(tx, row, "finished")
        return "done"

    async def extend_wrap_up(self, tx: Tx, work_id: UUID) -> None:
        """Give a wrap-up its time again, once."""
        row = await self._lock(tx, work_id)
        queue = await store.get_queue(tx, row["queue_id"])
        if await tx.value(sql.extend_wrap_up, id=work_id, seconds=queue.wrap_up_seconds) is None:
            raise Conflict("This wrap-up is over, or was made longer before.")

    async def take(self, tx: Tx, work_id: UUID, agent_id: StaffId, units: int) -> None:
        """Give it to somebody at once, whoever had it; beyond the capacity it weighs what is left of that."""
        row = await self._lock(tx, work_id)
        # Both agents in one order: two who take from each other must not wait for each other.
        await tx.rows(sql.lock_agents, ids=[agent_id, *([row["agent_id"]] if row["agent_id"] else [])])
        await self._take_away(tx, row)
        taken = await tx.value(sql.take_work, id=work_id, agent_id=agent_id, units=units, now=self._clock())
        if taken is None:
            raise Conflict("It is no longer in work, or you are no agent.")
        await tx.run(sql.use_units, agent_id=agent_id, units=taken, idle=False)
        tx.emit(self._changed(row, "assigned"))
        tx.emit(self._changed(row, "assigned", "taken", agent_id=agent_id))

    async def rest(self, tx: Tx, work_id: UUID) -> None:
        """Let its agent have room for other work while it waits for a moment."""
        row = await self._lock(tx, work_id)
        freed = await tx.value(sql.rest_work, id=work_id)
        if freed is not None:
            await tx.run(sql.use_units, agent_id=row["agent_id"], units=-freed, idle=False)
            tx.emit(self._changed(row, "assigned"))

    async def rouse(self, tx: Tx, work_id: UUID) -> None:
        """Count it again, as far as its agent has room."""
        row = await self._lock(tx, work_id)
        if row["agent_id"] is None:
            return
        await tx.rows(sql.lock_agents, ids=[row["agent_id"]])
        units = await tx.value(sql.rouse_work, id=work_id)
        if units is not None:
            await tx.run(sql.use_units, agent_id=row["agent_id"], units=units, idle=False)
            tx.emit(self._changed(row, "assigned"))

    async def offered(self, tx: Tx, actor: Actor, offer_id: UUID) -> Row:
        """Return the work of an open offer to this actor; nobody else learns that there is one."""
        row = await tx.row(sql.offered_work, id=offer_id, agent_id=actor.id)
        if row is None:
            raise NotFound("There is no such offer for you.")
        return row

    async def wrap_up_done(self, tx: Tx, work_id: UUID) -> None:
        """End the wrap-up; work in another state is left alone."""
        row = await self._lock(tx, work_id)
        if row["state"] == "wrap_up":
            await self._done(tx, row)

    async def resume(self, tx: Tx, work_id: UUID) -> None:
        """Go on with what was being wrapped up; the units are still used."""
        row = await self._lock(tx, work_id)
        if await tx.run(sql.resume_work, id=work_id):
            tx.emit(self._changed(row, "assigned"))

    async def withdraw(self, tx: Tx, work_id: UUID, *, cause: Cause = "abandoned") -> None:
        """End it without wrap-up, whatever its state: the customer is gone, or `cause` says why it waits no longer."""
        row = await self._lock(tx, work_id)
        if row["state"] != "done":
            await self._done(tx, row, cause if row["state"] in ("queued", "offered") else "finished")

    async def position(self, tx: Tx | Database, work_id: UUID) -> int | None:
        """Return the place in the queue, from 1; None when it does not wait."""
        found = await tx.value(sql.position_in_queue, id=work_id, boosts=_BOOST_SECONDS)
        return None if found is None else int(found)

    # --- answers to offers

    async def accept(self, actor: Actor, offer_id: UUID) -> UUID:
        """Take what was offered: exactly one of accept, decline, timeout and withdrawal wins."""
        now = self._clock()
        async with self._db.transaction(actor) as tx:
            row = await self._offered_to(tx, actor, offer_id)
            actor.must(Permission.WORK_TAKE, row["branch_id"])
            if row["expires_at"] <= now:
                raise OfferGone
            await self._subjects[row["kind"]].lock(tx, row["work_id"])
            work = await self._lock(tx, row["work_id"])
            if await tx.value(sql.accept_work, id=work["id"], offer_id=offer_id, now=now) is None:
                raise OfferGone
            await self._close_offer(tx, offer_id, "accepted", now)
            await tx.run(sql.forgive_misses, agent_id=row["agent_id"])
            tx.emit(self._changed(work, "assigned", "answered"))
            await self._subjects[work["kind"]].assigned(tx, work["id"], StaffId(row["agent_id"]), now)
        return UUID(str(work["id"]))

    async def decline(self, actor: Actor, offer_id: UUID, reason: str | None) -> None:
        """Refuse what was offered; it is not offered to this agent again."""
        now = self._clock()
        async with self._db.transaction(actor) as tx:
            row = await self._offered_to(tx, actor, offer_id)
            actor.must(Permission.WORK_DECLINE, row["branch_id"])
            await self._return(tx, offer_id, row["work_id"], "declined", now, reason)

    async def time_out(self, offer_id: UUID) -> None:
        """End an offer that was not answered in time: the work keeps its place, the agent pauses after too many."""
        now = self._clock()
        async with self._db.transaction() as tx:
            row = await tx.row(sql.find_offer, id=offer_id)
            if row is None or row["state"] != "offered" or row["expires_at"] > now:
                return
            work = await self._return(tx, offer_id, row["work_id"], "timeout", now, None)
            missed = await tx.row(sql.count_miss, agent_id=row["agent_id"])
            allowed = _MISSES_ALLOWED.get(work["channel"], 2)
            if missed is not None and missed["misses"] >= allowed and missed["state"] == "available":
                presence = Presence(state="not_ready", reason="missed", since=now)
                await self._agents.change_presence(tx, StaffId(row["agent_id"]), presence)
            if self._notices is not None:
                ref = DocumentRef(kind=row["kind"], id=row["work_id"])
                notice = Notice(kind="missed_offer", source=f"offer:{offer_id}")
                await self._notices.notify(tx, [row["agent_id"]], ref, notice)

    async def drop_agent(self, agent_id: StaffId) -> None:
        """Somebody's sockets are gone for good: offline, open offers return; what was accepted stays theirs."""
        now = self._clock()
        async with self._db.transaction() as tx:
            for row in await tx.rows(sql.open_offers_of, agent_id=agent_id):
                found = await tx.row(sql.find_offer, id=row["id"])
                if found is not None:
                    await self._return(tx, row["id"], found["work_id"], "withdrawn", now, "connection lost")
            await self._agents.change_presence(
                tx, agent_id, Presence(state="offline", reason="connection_lost", since=now)
            )

    async def end_wrap_up(self, work_id: UUID) -> None:
        """The time for it is over."""
        now = self._clock()
        async with self._db.transaction() as tx:
            for subject in self._subjects.values():
                await subject.lock(tx, work_id)
            row = await self._lock(tx, work_id)
            if row["state"] == "wrap_up":
                await self._done(tx, row)
                await self._subjects[row["kind"]].wrapped_up(tx, work_id, now)

    async def offers(self, tx: Tx, actor: Actor) -> list[OfferView]:
        """Return what is offered to somebody now."""
        rows = await tx.rows(sql.offers_for_snapshot, agent_id=actor.id)
        return [store.offer(row, row["queue_name"], row["made_at"]) for row in rows]

    # --- queues

    async def queues(self, actor: Actor) -> list[Queue]:
        return await store.queues(self._db, actor.branch_scope)

    async def queue_names(self, tx: Tx, actor: Actor) -> list[dict[str, str]]:
        """Name the queues to those who work with them."""
        if not any(map(actor.may, _KNOWS_QUEUES)):
            return []
        found = await store.queues(tx, actor.branch_scope)
        return [{"id": str(queue.id), "name": queue.name} for queue in found if queue.is_active]

    async def must_see(self, tx: Tx, actor: Actor, queue_id: UUID) -> Queue:
        """Return a queue; one that is out of scope is refused like one that is not there."""
        queue = await store.get_queue(tx, queue_id)
        if not actor.sees(queue.branch_id):
            raise NotFound("There is no such queue.")
        return queue

    async def add_queue(self, actor: Actor, new: QueueSettings) -> Queue:
        return await self._save_queue(actor, uuid7(), new, 0)

    async def change_queue(self, actor: Actor, queue_id: UUID, change: QueueChange) -> Queue:
        """Change a queue; takes effect at once, also for what waits in it."""
        known = await store.get_queue(self._db, queue_id)
        actor.must(Permission.QUEUE_MANAGE, known.branch_id)
        return await self._save_queue(actor, queue_id, change, change.version)

    async def _save_queue(self, actor: Actor, queue_id: UUID, settings: QueueSettings, version: int) -> Queue:
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.QUEUE_MANAGE, settings.branch_id)
            if settings.branch_id is None and actor.branches is not None:
                raise Forbidden("A queue of the whole organisation is beyond your scope.")
            values = settings.model_dump(mode="json", exclude={"version"})
            saved = await tx.value(sql.save_queue, id=queue_id, version=version, **values)
            if saved is None:
                raise Conflict("Somebody changed this meanwhile; load it anew.")
            tx.emit(QueueSaved(queue_id=queue_id, name=settings.name))
            return await store.get_queue(tx, queue_id)

    # --- moves that several use-cases share

    async def _offered_to(self, tx: Tx, actor: Actor, offer_id: UUID) -> Row:
        row = await tx.row(sql.find_offer, id=offer_id)
        if row is None or row["agent_id"] != actor.id:
            raise NotFound("There is no such offer for you.")
        return row

    async def _lock(self, tx: Tx, work_id: UUID) -> Row:
        row = await tx.row(sql.lock_work, id=work_id)
        if row is None:
            raise NotFound("There is no such work.")
        return row

    async def _close_offer(
        self, tx: Tx, offer_id: UUID, outcome: Outcome, now: datetime, reason: str | None = None
    ) -> None:
        row = await tx.row(sql.close_offer, id=offer_id, state=outcome, now=now)
        if row is None:
            raise OfferGone
        tx.emit(
            OfferClosed(
                offer_id=offer_id, work_id=row["work_id"], agent_id=row["agent_id"], outcome=outcome, reason=reason
            )
        )

    async def _return(
        self, tx: Tx, offer_id: UUID, work_id: UUID, outcome: Outcome, now: datetime, reason: str | None
    ) -> Row:
        """Let offered work wait again with its place; the agent is kept from it, after a decline for good."""
        work = await self._lock(tx, work_id)
        await self._close_offer(tx, offer_id, outcome, now, reason)
        until = None if outcome == "declined" else now + _MISSED_EXCLUSION
        await tx.run(sql.exclude, work_id=work_id, agent_id=work["agent_id"], until=until)
        await tx.run(sql.use_units, agent_id=work["agent_id"], units=-work["units"], idle=False)
        await tx.run(sql.requeue_work, id=work_id, queue_id=None, sticky_agent_id=None)
        tx.emit(self._changed(work, "queued", "requeued"))
        return work

    async def _take_away(self, tx: Tx, work: Row) -> None:
        """Withdraw the offer and give the agent's units back, whatever the state was."""
        if work["offer_id"] is not None:
            await self._close_offer(tx, work["offer_id"], "withdrawn", self._clock())
        if work["agent_id"] is not None:
            await tx.run(
                sql.use_units, agent_id=work["agent_id"], units=-work["units"], idle=work["state"] != "offered"
            )

    async def _done(self, tx: Tx, work: Row, cause: Cause = "changed") -> None:
        await self._take_away(tx, work)
        await tx.run(sql.work_done, id=work["id"], is_abandoned=cause == "abandoned")
        tx.emit(self._changed(work, "done", cause))

    def _changed(self, work: Row, state: str, cause: Cause = "changed", **now: Any) -> WorkChanged:
        """Tell of a change; `now` is what is not as the row was."""
        known = {"agent_id": work["agent_id"], "queue_id": work["queue_id"]} | now
        return WorkChanged(
            work_id=work["id"], state=state, cause=cause, work_kind=work["kind"], channel=work["channel"], **known
        )
