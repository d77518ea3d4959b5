"""Snoozing and following up: a conversation that comes back at its moment, once, whatever happened in between."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from pydantic import AwareDatetime, Field

from access.model import Permission
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Invalid
from core.values import Value
from interactions import store
from interactions.conversations import Conversations, author_of, must_own
from interactions.model import InteractionView
from interactions.receive import Receiver
from interactions.store import sql
from notices.model import DocumentRef, Notice
from notices.service import Notices
from storage import jobs
from storage.database import Database, Row, Tx

_LONGEST = timedelta(days=366)


class Snooze(Value):
    until: AwareDatetime
    note: str | None = Field(None, max_length=5000)


async def leave_follow_up(tx: Tx, interaction_id: UUID, at: datetime | None, now: datetime) -> None:
    """Leave a conversation that is being closed to be opened again; None leaves nothing."""
    if at is None:
        return
    _check(at, now)
    await tx.run(sql.follow_up, id=interaction_id, at=at)
    payload = {"interaction_id": str(interaction_id), "at": at.isoformat()}
    await jobs.enqueue(tx, "interaction.follow_up", payload, run_at=at)


class Snoozes:
    """What waits for a moment, kept on the conversation: a job of another moment does nothing."""

    def __init__(
        self, db: Database, clock: Clock, conversations: Conversations, receiver: Receiver, notices: Notices
    ) -> None:
        self._db, self._clock = db, clock
        self._conversations, self._receiver, self._notices = conversations, receiver, notices

    def handle(self, worker: jobs.Worker) -> None:
        worker.handle("interaction.wake", self._wake_due)
        worker.handle("interaction.follow_up", self._follow_up_due)

    async def snooze(self, actor: Actor, interaction_id: UUID, snooze: Snooze) -> InteractionView:
        """Take it out of sight until then, or until the customer writes; meanwhile it takes no room of its agent."""
        now = self._clock()
        _check(snooze.until, now)
        async with self._db.transaction(actor) as tx:
            row = await self._own(tx, actor, interaction_id)
            if row["state"] != "assigned" or row["call"] is not None:
                raise Conflict("Only a conversation in work can be snoozed, and no call.")
            if snooze.note:
                await self._conversations.say(tx, row, "note", author_of(actor), snooze.note, now)
            await tx.run(sql.snooze, id=interaction_id, until=snooze.until)
            await self._conversations.routing.rest(tx, interaction_id)
            details = {"until": snooze.until.isoformat()}
            await self._conversations.say(
                tx, row, "system", author_of(actor), "", now, event="snoozed", details=details
            )
            payload = {"interaction_id": str(interaction_id), "until": snooze.until.isoformat()}
            await jobs.enqueue(tx, "interaction.wake", payload, run_at=snooze.until)
            return await self._conversations.tell(tx, interaction_id, "snoozed")

    async def wake(self, actor: Actor, interaction_id: UUID) -> None:
        """Bring it back now; one that is awake stays so."""
        async with self._db.transaction(actor) as tx:
            row = await self._own(tx, actor, interaction_id)
            await self._conversations.wake(tx, row, self._clock())

    async def extend_wrap_up(self, actor: Actor, interaction_id: UUID) -> InteractionView:
        """Give a wrap-up its time again, once."""
        async with self._db.transaction(actor) as tx:
            await self._own(tx, actor, interaction_id)
            await self._conversations.routing.extend_wrap_up(tx, interaction_id)
            return await self._conversations.tell(tx, interaction_id, "extended")

    async def _wake_due(self, job: jobs.Job) -> None:
        async with self._db.transaction() as tx:
            row = await store.lock(tx, UUID(job.payload["interaction_id"]))
            if row["snoozed_until"] == datetime.fromisoformat(job.payload["until"]):
                await self._conversations.wake(tx, row, self._clock())

    async def _follow_up_due(self, job: jobs.Job) -> None:
        """Open it again for the agent who closed it; whoever is gone is passed over by routing."""
        now = self._clock()
        async with self._db.transaction() as tx:
            row = await store.lock(tx, UUID(job.payload["interaction_id"]))
            if row["follow_up_at"] != datetime.fromisoformat(job.payload["at"]):
                return
            await tx.run(sql.follow_up, id=row["id"], at=None)
            await self._conversations.note_event(tx, row, "follow_up", now)
            if row["state"] == "closed":
                await self._receiver.wait(tx, row, now, sticky=row["agent_id"])
            else:
                await self._conversations.tell(tx, row["id"], "woke")
            if row["agent_id"] is not None:
                ref = DocumentRef(kind="interaction", id=row["id"])
                notice = Notice(kind="follow_up", source=f"follow_up:{row['id']}:{job.payload['at']}")
                await self._notices.notify(tx, [row["agent_id"]], ref, notice)

    async def _own(self, tx: Tx, actor: Actor, interaction_id: UUID) -> Row:
        row = await store.lock(tx, interaction_id)
        actor.must(Permission.INTERACTION_REPLY, row["branch_id"])
        must_own(actor, row)
        return row


def _check(moment: datetime, now: datetime) -> None:
    if not now < moment <= now + _LONGEST:
        raise Invalid("The moment lies in the future, at most a year ahead.")
