"""Calls that we place: the agent's phone rings first, then the customer is dialled, once for each try.

The try is written before the carrier is asked. Whoever loses the answer, or dies in between, looks the call up at the
carrier before anything is repeated.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from pydantic import Field

from channels.base import CallStatus, Channel
from channels.faults import TextFault
from channels.originate import DialNews
from consents.service import must_reach
from core.clock import Clock
from core.errors import Invalid
from core.values import Value
from customers.model import CustomerId
from interactions import store
from interactions.accounts import ChannelAccounts
from interactions.conversations import Conversations
from interactions.dialguard import CapReached, DialGuard, MayNotDial
from interactions.model import ENDED, Call
from interactions.outbox import phone_of, voice_of
from interactions.store import sql
from routing.values import KeptPlace
from storage import jobs
from storage.database import Database, Row, Tx

log = logging.getLogger(__name__)

_RING_SCHEDULE = (0.5, 1.0, 2.0, 5.0)
# The first repetition comes late enough for the carrier to list what it took.
_DIAL_SCHEDULE = (2.0, 5.0, 15.0, 30.0)
# Longer than any phone rings: a call that is not told to be over by then is asked after.
_CHECK_AFTER = timedelta(seconds=60)
_CHECK_AGAIN_SECONDS = 30.0


class CallOwner(Protocol):
    """Who wants calls placed: told inside the transaction of each change, under the lock of the conversation."""

    async def wanted(self, tx: Tx, row: Row, number: str, client_id: str) -> None:
        """Somebody who waits wants to be called at this number; once per `client_id`."""
        ...

    async def place(self, tx: Tx, row: Row, now: datetime) -> KeptPlace | None:
        """Return the place that was kept for who comes with this conversation."""
        ...

    async def answered(self, tx: Tx, row: Row) -> None: ...

    async def ended(self, tx: Tx, row: Row, call: Call) -> bool:
        """A call that we placed is over; False when its agent shall wrap up as after any call."""
        ...

    async def agent_missed(self, tx: Tx, row: Row) -> None:
        """The agent's phone was not answered, so that nobody was dialled."""
        ...


class DialTaker(Protocol):
    """Who takes news of calls that were dialled before an agent was found; within the transaction."""

    async def heard(self, tx: Tx, account: Row, news: DialNews) -> None: ...

    async def undelivered(self, tx: Tx, interaction_id: UUID, message_id: UUID, fault: TextFault) -> None:
        """Hear that a text of ours did not arrive; under the lock of its conversation."""


class Nobody:
    """Nobody has calls placed."""

    async def wanted(self, tx: Tx, row: Row, number: str, client_id: str) -> None:
        """Leave whoever asks in the queue."""

    async def place(self, tx: Tx, row: Row, now: datetime) -> KeptPlace | None:  # noqa: ARG002 - no place is kept
        return None

    async def answered(self, tx: Tx, row: Row) -> None:
        """Nobody wants to know."""

    async def ended(self, tx: Tx, row: Row, call: Call) -> bool:  # noqa: ARG002 - as above
        return False

    async def agent_missed(self, tx: Tx, row: Row) -> None:
        """Nobody wants to know."""


class NewCall(Value):
    """A call to be placed when its turn comes."""

    id: UUID
    account_id: UUID
    customer_id: CustomerId
    number: str
    queue_id: UUID
    branch_id: UUID | None
    subject: str | None = None
    details: dict[str, Any] = Field(default={})


async def leave_dial(tx: Tx, interaction_id: UUID, attempt: int) -> None:
    """Leave the customer to be dialled."""
    payload = {"interaction_id": str(interaction_id), "attempt": attempt}
    await jobs.enqueue(tx, "call.dial", payload, key=str(interaction_id))


async def leave_end(tx: Tx, interaction_id: UUID) -> None:
    """Leave everybody of a call to be hung up on."""
    await jobs.enqueue(tx, "call.end_room", {"interaction_id": str(interaction_id)}, key=str(interaction_id))


class CallChanges(Protocol):
    """Who keeps what a call is now."""

    async def call_changed(self, tx: Tx, row: Row, before: Call, call: Call) -> None: ...


@dataclass(frozen=True, slots=True)
class PlacedCalls:
    """Opens the conversations of calls that we place, and does what the carrier has to be asked for."""

    db: Database
    clock: Clock
    accounts: ChannelAccounts
    channels: dict[str, Channel]
    conversations: Conversations
    changes: CallChanges

    async def open(self, tx: Tx, new: NewCall, attempt: int) -> Row:
        """Let the conversation of a call wait, or wait again for another try; its work is the caller's business."""
        now = self.clock()
        call = Call(call_id="", status="ringing", started_at=now, attempt=attempt).model_dump(mode="json")
        known = await tx.row(sql.lock_interaction, id=new.id)
        if known is not None:
            await tx.run(sql.set_call, id=new.id, call=call)
            await self.conversations.move(tx, known, "queued", now, queue_id=new.queue_id)
            row = await store.lock(tx, new.id)
            await self.conversations.note_event(tx, row, "reopened", now)
            await self.conversations.tell(tx, new.id, "reopened")
            return row
        await store.insert(
            tx,
            id=new.id,
            channel="voice",
            account_id=new.account_id,
            direction="outbound",
            customer_id=new.customer_id,
            address=new.number,
            address_name="",
            subject=new.subject,
            state="queued",
            queue_id=new.queue_id,
            agent_id=None,
            branch_id=new.branch_id,
            call=call,
            opened_at=now,
            assigned_at=None,
            details=new.details,
        )
        row = await store.lock(tx, new.id)
        await self.conversations.note_event(tx, row, "opened", now)
        await self.conversations.tell(tx, new.id, "opened")
        return row

    def handle(self, worker: jobs.Worker) -> None:
        worker.handle("call.ring_agent", self._ring, schedule=_RING_SCHEDULE)
        worker.handle("call.dial", self._dial, schedule=_DIAL_SCHEDULE, on_give_up=self._not_dialled)
        worker.handle("call.check", self._check, schedule=(30.0, 60.0))
        worker.handle("call.end_room", self._end, schedule=(0.5, 1.0, 5.0))

    async def _ring(self, job: jobs.Job) -> None:
        """Ring the agent's phone; that it is answered is what the carrier tells later."""
        interaction_id, agent_id = UUID(job.payload["interaction_id"]), UUID(job.payload["agent_id"])
        row = await store.get(self.db, interaction_id)
        if row["agent_id"] != agent_id or row["state"] != "assigned" or Call(**row["call"]).is_over:
            return
        account, channel = await voice_of(self.accounts, self.channels, row)
        try:
            await channel.ring_agent(account, interaction_id, agent_id, await phone_of(self.db, agent_id) or "")
        except Invalid as error:
            log.warning("the agent's phone for call %s cannot be rung: %s", interaction_id, error.detail)

    async def _dial(self, job: jobs.Job) -> None:
        """Dial the customer, once for a try: what was begun before is looked up first."""
        try:
            row, call, since = await self._begin(UUID(job.payload["interaction_id"]), job.payload["attempt"])
        except (MayNotDial, CapReached) as error:
            log.warning("call %s is not placed: %s", job.payload["interaction_id"], error.detail)
            await self._failed(UUID(job.payload["interaction_id"]), job.payload["attempt"])
            return
        if row is None or call is None:
            return
        account, channel = await voice_of(self.accounts, self.channels, row)
        found = None
        if since is not None:
            found = await channel.find_dialled(account, row["id"], row["address"], since)
        if found is None:
            try:
                await must_reach(self.db, row["address"], row["account_id"])
                found = await channel.dial(account, row["id"], row["address"], call.attempt)
            except Invalid as error:
                log.warning("call %s cannot be placed: %s", row["id"], error.detail)
                await self._failed(row["id"], call.attempt)
                return
        await self._dialled(row, call.attempt, found)

    async def _begin(self, interaction_id: UUID, attempt: int) -> tuple[Row | None, Call | None, datetime | None]:
        """Write down that the carrier is asked now; return since when it may have been asked."""
        async with self.db.transaction() as tx:
            row = await store.lock(tx, interaction_id)
            call = Call(**row["call"])
            if row["state"] != "assigned" or call.is_over or call.call_id or call.attempt != attempt:
                return None, None, None
            if call.dialled_at is None:
                account, _ = await self.accounts.get(row["account_id"])
                await DialGuard(self.clock).begin(tx, account, row["address"], "call", row["id"])
                begun = call.model_copy(update={"dialled_at": self.clock()})
                await tx.run(sql.set_call, id=interaction_id, call=begun.model_dump(mode="json"))
        return row, call, call.dialled_at

    async def _dialled(self, row: Row, attempt: int, call_id: str) -> None:
        now = self.clock()
        async with self.db.transaction() as tx:
            fresh = await store.lock(tx, row["id"])
            call = Call(**fresh["call"])
            if call.attempt != attempt or call.call_id not in ("", call_id):
                return
            known = call.model_copy(update={"call_id": call_id})
            await tx.run(sql.set_call, id=row["id"], call=known.model_dump(mode="json"))
            keys = [f"call:{call_id}"]
            await store.add_keys(tx, row["account_id"], row["id"], keys)
            payload = {"interaction_id": str(row["id"]), "attempt": attempt}
            await jobs.enqueue(tx, "call.check", payload, run_at=now + _CHECK_AFTER)

    async def _check(self, job: jobs.Job) -> None:
        """Ask how a call stands that nobody told the end of."""
        row = await store.get(self.db, UUID(job.payload["interaction_id"]))
        call = Call(**row["call"])
        if call.attempt != job.payload["attempt"] or call.status != "ringing" or not call.call_id:
            return
        account, channel = await voice_of(self.accounts, self.channels, row)
        try:
            status = await channel.status_of(account, call.call_id)
        except Invalid:
            status = "failed"
        if status not in ENDED and status != "joined":
            raise jobs.RetryLater(_CHECK_AGAIN_SECONDS, "it still rings")
        await self._settle(row["id"], call.attempt, status)

    async def _end(self, job: jobs.Job) -> None:
        """Hang up on everybody; of a customer who was never dialled nobody else would tell the end."""
        row = await store.get(self.db, UUID(job.payload["interaction_id"]))
        account, channel = await voice_of(self.accounts, self.channels, row)
        await channel.end_room(account, row["id"])
        call = Call(**row["call"])
        if call.dialled_at is None:
            await self._settle(row["id"], call.attempt, "canceled")

    async def _not_dialled(self, job: jobs.Job, reason: str) -> None:
        log.error("call %s was not placed: %s", job.payload["interaction_id"], reason)
        await self._failed(UUID(job.payload["interaction_id"]), job.payload["attempt"])

    async def _failed(self, interaction_id: UUID, attempt: int) -> None:
        await self._settle(interaction_id, attempt, "failed")

    async def _settle(self, interaction_id: UUID, attempt: int, status: CallStatus) -> None:
        async with self.db.transaction() as tx:
            row = await store.lock(tx, interaction_id)
            before = Call(**row["call"])
            if before.attempt == attempt:
                await self.changes.call_changed(tx, row, before, before.changed(status, -1, self.clock()))
