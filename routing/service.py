"""Use-cases of routing: what waits, hand-overs, wrap-up; `queues` has the queues, `offers` has the answers to offers.

Each is one conditional change by whichever process got it; only making offers is the elected router's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from agents.service import Agents
from core.clock import Clock
from core.errors import Conflict, Forbidden, NotFound
from core.ids import StaffId
from notices.service import Notices
from routing import moves, store
from routing.alerts import Alerts
from routing.model import DEFAULT_BOOSTS, SECOND, ChannelRule, Priority, missing
from routing.moves import NoRoom
from routing.offers import Offers
from routing.outbound import Outbound
from routing.queues import Queues
from routing.ruleset import Rules
from routing.store import sql
from routing.subjects import Callbacks, Subject, Subjects
from routing.values import Cause, NewWork, WorkChanged
from routing.waits import Waits
from storage.database import Database, Tx

_ALIVE_SECONDS = 15.0
_BOOST_SECONDS = [DEFAULT_BOOSTS[priority] // SECOND for priority in Priority]


class Routing:
    """What waits in queues, and who gets it."""

    def __init__(self, db: Database, clock: Clock, agents: Agents, notices: Notices | None = None) -> None:
        self._db, self._clock, self.agents = db, clock, agents
        self.subjects: Subjects = {}
        self.waits = Waits(db)
        self.outbound = Outbound(db)
        self.alerts = Alerts(notices)
        self.offers = Offers(db, clock, self.subjects, self.alerts)
        # Handed in by whoever can call back; without it a queue cannot be set to offer that.
        self.callbacks: Callbacks | None = None
        self.queues, self.rules = Queues(db, lambda: self.callbacks is not None), Rules(db)

    def serve(self, kind: str, subject: Subject) -> None:
        """Say who is told of work of this kind."""
        self.subjects[kind] = subject

    # --- what others do in their own transactions

    async def enqueue(self, tx: Tx, *new: NewWork) -> None:
        """Let these wait; what waits already keeps its place."""
        await tx.together(sql.enqueue_work, [work.model_dump() for work in new])
        for work in new:
            tx.emit(
                WorkChanged(
                    work_id=work.id,
                    state="queued",
                    cause="enqueued",
                    work_kind=work.kind,
                    channel=work.channel,
                    queue_id=work.queue_id,
                )
            )

    async def describe(self, tx: Tx, summaries: Mapping[UUID, dict[str, Any]]) -> None:
        """Change what offers show of these."""
        await tx.many(
            sql.save_summary, [{"id": work_id, "summary": summaries[work_id]} for work_id in sorted(summaries)]
        )

    async def requeue(
        self,
        tx: Tx,
        work_id: UUID,
        *,
        queue_id: UUID | None = None,
        to: StaffId | None = None,
        skills: Mapping[UUID, int] | None = None,
        cause: Cause | None = None,
    ) -> None:
        """Let it wait again, with its place; `to` is asked first while online, `skills` of whoever takes it."""
        row = await moves.lock(tx, work_id)
        if row["state"] == "done":
            raise Conflict("It is no longer in work.")
        await moves.take_away(tx, row, self._clock())
        asked = None if skills is None else {str(skill_id): level for skill_id, level in skills.items()}
        await tx.run(sql.requeue_work, id=work_id, queue_id=queue_id, sticky_agent_id=to, asked_skills=asked)
        usual: Cause = "requeued" if queue_id in (None, row["queue_id"]) else "transferred"
        tx.emit(moves.changed(row, "queued", cause or usual, queue_id=queue_id or row["queue_id"]))

    async def keep_from(self, tx: Tx, work_id: UUID, staff_ids: Sequence[UUID]) -> None:
        """Never offer it to these; what one of them is asked about or has waits again. Nobody is kept from it anew."""
        if not staff_ids:
            return
        row = await moves.lock(tx, work_id)
        kept = {each["agent_id"] for each in await tx.rows(sql.keep_from, work_id=work_id, staff_ids=sorted(staff_ids))}
        if kept and (row["state"] in ("queued", "offered") or row["agent_id"] in kept):
            await self.requeue(tx, work_id)

    async def finish(self, tx: Tx, work_id: UUID, *, wants_wrap_up: bool = False) -> str:
        """End it: into wrap-up when its queue has one, or lets its agent ask for one, else done. Returns the state."""
        row = await moves.lock(tx, work_id)
        queue = await store.get_queue(tx, row["queue_id"])
        is_asked = wants_wrap_up and queue.wrap_up_mode == "optional"
        if row["state"] != "assigned" or not (queue.has_wrap_up or is_asked):
            await moves.done(tx, row, self._clock(), "finished")
            return "done"
        await self.rouse(tx, work_id)
        has_end = queue.wrap_up_mode != "manual" and queue.wrap_up_seconds > 0
        until = self._clock() + timedelta(seconds=queue.wrap_up_seconds) if has_end else None
        await tx.run(sql.begin_wrap_up, id=work_id, until=until)
        tx.emit(moves.changed(row, "wrap_up", "finished"))
        return "wrap_up"

    async def extend_wrap_up(self, tx: Tx, work_id: UUID) -> None:
        """Give a wrap-up its time again, once."""
        row = await moves.lock(tx, work_id)
        queue = await store.get_queue(tx, row["queue_id"])
        if await tx.value(sql.extend_wrap_up, id=work_id, seconds=queue.wrap_up_seconds) is None:
            raise Conflict("This wrap-up is over, or was made longer before.")

    async def take(
        self,
        tx: Tx,
        work_id: UUID,
        agent_id: StaffId,
        units: int,
        *,
        only: Sequence[str] = ("queued", "offered", "assigned"),
        may_exceed: bool = False,
    ) -> None:
        """Give it to somebody at once, whoever had it; what is offered to themselves may always be taken.

        Raises NoRoom unless there is room, or it may be exceeded.
        """
        row = await moves.lock(tx, work_id)
        if row["agent_id"] == agent_id:
            only = (*only, "offered")
        if row["state"] not in only:
            raise Conflict("Somebody else was faster.")
        # Both agents in one order: two who take from each other must not wait for each other.
        await tx.rows(sql.lock_agents, ids=[agent_id, *([row["agent_id"]] if row["agent_id"] else [])])
        await moves.take_away(tx, row, self._clock())
        taken = await tx.value(
            sql.take_work,
            id=work_id,
            agent_id=agent_id,
            units=units,
            only=list(only),
            may_exceed=may_exceed,
            now=self._clock(),
        )
        if taken is None:
            raise NoRoom
        await moves.load(tx, agent_id, taken, may_exceed=may_exceed)
        tx.emit(moves.changed(row, "assigned"))
        tx.emit(moves.changed(row, "assigned", "taken", agent_id=agent_id))

    async def must_admit(self, tx: Tx, work_id: UUID, agent_id: StaffId) -> None:
        """Refuse an agent who lacks what a work asks for on its last step. Raises Forbidden, naming what lacks."""
        row = await tx.row(sql.work_for_router, ids=[work_id])
        found = await tx.row(sql.agents_for_router, ids=[agent_id], alive_seconds=_ALIVE_SECONDS)
        if row is None or found is None:
            raise NotFound
        branches = [each["id"] for each in await tx.rows(sql.all_branches)]
        queue, rules = await store.get_queue(tx, row["queue_id"]), await store.rules(tx)
        work = store.work(row, queue, 0, is_live=False, rules=rules)
        agent = store.agent(found, {work.channel: ChannelRule(0, 1)}, branches)
        lacks = missing(agent, work, work.steps[-1].requirements)
        if lacks is not None:
            raise Forbidden(f"You lack what this asks for: {lacks.reason} {lacks.detail}".strip())

    async def prioritise(self, tx: Tx, work_id: UUID, priority: int, *, is_emergency: bool) -> None:
        """Let waiting work be more or less urgent: its place follows; an emergency goes before everything else."""
        row = await moves.lock(tx, work_id)
        if await tx.value(sql.prioritise_work, id=work_id, priority=priority, is_emergency=is_emergency) is None:
            raise Conflict("It does not wait any more.")
        tx.emit(moves.changed(row, row["state"]))

    async def due(self, tx: Tx, work_id: UUID, due_at: datetime | None) -> None:
        """Say by when it has to be done: its place follows while it waits; of what is not in work nothing is kept."""
        state = await tx.value(sql.save_due, id=work_id, due_at=due_at)
        if state in ("queued", "offered"):
            tx.emit(moves.changed(await moves.lock(tx, work_id), state))

    async def rest(self, tx: Tx, work_id: UUID) -> None:
        """Let its agent have room for other work while it waits for a moment."""
        row = await moves.lock(tx, work_id)
        if await tx.value(sql.rest_work, id=work_id) is not None:
            await moves.load(tx, row["agent_id"], -row["units"])
            tx.emit(moves.changed(row, "assigned"))

    async def rouse(self, tx: Tx, work_id: UUID) -> None:
        """Count all of it again: waking may pass the capacity, and then nothing new comes until there is room."""
        row = await moves.lock(tx, work_id)
        if row["agent_id"] is None:
            return
        await tx.rows(sql.lock_agents, ids=[row["agent_id"]])
        units = await tx.value(sql.rouse_work, id=work_id)
        if units is not None:
            await moves.load(tx, row["agent_id"], units - row["units"], may_exceed=True)
            tx.emit(moves.changed(row, row["state"]))

    async def wrap_up_done(self, tx: Tx, work_id: UUID) -> None:
        """End the wrap-up; work in another state is left alone."""
        row = await moves.lock(tx, work_id)
        if row["state"] == "wrap_up":
            await moves.done(tx, row, self._clock())

    async def resume(self, tx: Tx, work_id: UUID) -> None:
        """Go on with what was being wrapped up; the units are still used."""
        row = await moves.lock(tx, work_id)
        if await tx.run(sql.resume_work, id=work_id):
            tx.emit(moves.changed(row, "assigned"))

    async def withdraw(self, tx: Tx, work_id: UUID, *, cause: Cause = "abandoned") -> None:
        """End it without wrap-up, whatever its state: the customer is gone, or `cause` says why it waits no longer."""
        row = await moves.lock(tx, work_id)
        if row["state"] != "done":
            await moves.done(tx, row, self._clock(), cause if row["state"] in ("queued", "offered") else "finished")

    async def position(self, tx: Tx | Database, work_id: UUID) -> int | None:
        """Return the place in the queue, from 1; None when it does not wait."""
        found = await tx.value(sql.position_in_queue, id=work_id, boosts=_BOOST_SECONDS)
        return None if found is None else int(found)
