"""Conversations of calls that were dialled before an agent was found: opened when somebody answers, joined at once.

The dialer decides; here is what it does to a conversation. From the answer on it is a call like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import Field

from channels.base import CallStatus
from core.clock import Clock
from core.ids import BranchId, StaffId
from core.values import Value
from customers.contacts import Contact
from customers.model import CustomerId, Identity
from interactions import store
from interactions.callnews import CallNews
from interactions.conversations import Conversations, author_of
from interactions.model import Call
from interactions.outbox import leave_connecting, leave_hang_up
from interactions.placed import CallOwner
from interactions.store import sql
from interactions.unasked import Letter, Unasked, Way
from interactions.work import ConversationWork
from routing.values import KeptPlace, NewWork
from storage.database import Row, Tx

_UNITS = 100


class NewDialled(Value):
    """A conversation with somebody whom a campaign calls."""

    attempt_id: UUID
    campaign_id: UUID
    account_id: UUID
    queue_id: UUID
    branch_id: UUID | None
    number: str
    name: str
    customer_id: UUID | None = None
    subject: str = ""
    call_id: str = Field("", description="Empty: nobody has been dialled yet.")
    announces_recording: bool = Field(default=False, description="Whether a law wants it said before it is recorded.")
    recording_days: int | None = Field(None, description="How long a law wants a recording to be kept at least.")


@dataclass(frozen=True, slots=True)
class DialledCalls:
    """In the caller's transaction; everybody locks the conversation first."""

    clock: Clock
    conversations: Conversations
    work: ConversationWork
    news: CallNews
    unasked: Unasked

    async def lock(self, tx: Tx, interaction_id: UUID) -> Row:
        return await store.lock(tx, interaction_id)

    async def open(self, tx: Tx, new: NewDialled, agent_id: StaffId) -> UUID:
        """Open a conversation that is an agent's at once. Raises NoRoom when the agent has other work by now."""
        now = self.clock()
        call = self._call(new.call_id, now) if new.call_id else None
        await store.insert(
            tx,
            id=new.attempt_id,
            channel="voice",
            account_id=new.account_id,
            direction="outbound",
            customer_id=await self._customer(tx, new),
            address=new.number,
            address_name=new.name,
            subject=new.subject or None,
            state="queued",
            queue_id=new.queue_id,
            agent_id=None,
            branch_id=new.branch_id,
            call=None if call is None else call.model_dump(mode="json"),
            opened_at=now,
            assigned_at=None,
            details={
                "dial": str(new.attempt_id),
                "campaign": str(new.campaign_id),
                "announces_recording": new.announces_recording,
                "recording_days": new.recording_days,
            },
        )
        row = await store.lock(tx, new.attempt_id)
        await self.conversations.note_event(tx, row, "opened", now)
        if new.call_id:
            await self._find_by_call(tx, row, new.call_id)
        await self._hand(tx, row, new, agent_id, now)
        return new.attempt_id

    async def _customer(self, tx: Tx, new: NewDialled) -> CustomerId:
        if new.customer_id is not None:
            return (await self.conversations.customers.card(tx, CustomerId(new.customer_id))).id
        branch_id = None if new.branch_id is None else BranchId(new.branch_id)
        contact = Contact(Identity(kind="phone", value=new.number), new.name or new.number, branch_id)
        return (await self.conversations.customers.recognise(tx, [contact]))[0].customer.id

    async def _hand(self, tx: Tx, row: Row, new: NewDialled, agent_id: StaffId, now: datetime) -> None:
        work = NewWork(
            id=row["id"],
            kind="interaction",
            queue_id=new.queue_id,
            branch_id=None if new.branch_id is None else BranchId(new.branch_id),
            channel="voice",
            units=_UNITS,
            first_enqueued_at=now,
            attributes={"direction": "outbound", "campaign": str(new.campaign_id)},
            summary=await self.conversations.summary(tx, row),
        )
        await self.conversations.routing.enqueue(tx, work)
        await self.conversations.routing.take(tx, row["id"], agent_id, _UNITS)
        await self.work.assigned(tx, row["id"], agent_id, now)

    async def reached(self, tx: Tx, interaction_id: UUID, call_id: str) -> bool:
        """The customer of a conversation that an agent has before the call has answered; False: nobody has it."""
        row = await store.lock(tx, interaction_id)
        if row["state"] != "assigned" or row["agent_id"] is None:
            return False
        call = self._call(call_id, self.clock())
        await tx.run(sql.set_call, id=interaction_id, call=call.model_dump(mode="json"))
        await self._find_by_call(tx, row, call_id)
        row = await store.lock(tx, interaction_id)
        await leave_connecting(tx, row, row["agent_id"])
        await self.conversations.tell(tx, interaction_id, "call")
        return True

    async def told(self, tx: Tx, interaction_id: UUID) -> None:
        """Let whoever looks at it look again."""
        await self.conversations.tell(tx, interaction_id, "call")

    async def over(self, tx: Tx, interaction_id: UUID, status: CallStatus, at: datetime) -> None:
        """The customer's call has ended: its agent wraps up, as after any call."""
        row = await store.lock(tx, interaction_id)
        if row["call"] is not None:
            before = Call(**row["call"])
            await self.news.call_changed(tx, row, before, before.changed(status, -1, at))

    async def close(self, tx: Tx, interaction_id: UUID, disposition: str, note: str = "") -> None:
        """End it with what became of it, wrap-up and all; what is still on the line is hung up on."""
        row, now = await store.lock(tx, interaction_id), self.clock()
        if row["state"] == "closed":
            return
        if note:
            await self.conversations.say(tx, row, "note", author_of(tx.actor), note, now)
        if row["call"] is not None and not Call(**row["call"]).is_over:
            await leave_hang_up(tx, row)
        await self.conversations.routing.withdraw(tx, interaction_id, cause="finished")
        await self.conversations.closed(tx, row, now, disposition)

    async def write(self, tx: Tx, account_id: UUID, customer: tuple[CustomerId, str], subject: str, text: str) -> UUID:
        """Begin a conversation of one text message; it goes by the outbox. Returns the conversation."""
        customer_id, number = customer
        way = Way("sms", account_id=account_id, address=number)
        return await self.unasked.begin(tx, way, Letter(customer_id, subject, {"en": text}))

    async def customer_of(self, tx: Tx, new: NewDialled) -> CustomerId:
        return await self._customer(tx, new)

    async def _find_by_call(self, tx: Tx, row: Row, call_id: str) -> None:
        keys = [f"call:{call_id}"]
        await store.add_keys(tx, row["account_id"], row["id"], keys)

    @staticmethod
    def _call(call_id: str, now: datetime) -> Call:
        return Call(call_id=call_id, status="waiting", started_at=now, dialled_at=now)


@dataclass(frozen=True, slots=True)
class Owners:
    """Who is told of calls that we place: of the dialer's it knows more itself, of all others `owner`."""

    owner: CallOwner

    async def wanted(self, tx: Tx, row: Row, number: str, client_id: str) -> None:
        await self.owner.wanted(tx, row, number, client_id)

    async def place(self, tx: Tx, row: Row, now: datetime) -> KeptPlace | None:
        return await self.owner.place(tx, row, now)

    async def answered(self, tx: Tx, row: Row) -> None:
        if not is_dialled(row):
            await self.owner.answered(tx, row)

    async def ended(self, tx: Tx, row: Row, call: Call) -> bool:
        return not is_dialled(row) and await self.owner.ended(tx, row, call)

    async def agent_missed(self, tx: Tx, row: Row) -> None:
        if not is_dialled(row):
            await self.owner.agent_missed(tx, row)


def is_dialled(row: Row) -> bool:
    return "dial" in row["details"]
