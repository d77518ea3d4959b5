"""News of telephone calls: what the carrier tells becomes what a conversation is, in whatever order it is told."""

from __future__ import annotations

from uuid import UUID

from channels.base import AgentLeg, CallbackAsked, CallChange
from channels.spoken import Announced, PartyLeg, RecordingMade
from core.errors import Unavailable
from core.ids import StaffId
from interactions import store
from interactions.legs import leave_alone, leave_joined, leave_recorded, leave_unheard
from interactions.model import Call, State
from interactions.opening import Beginning
from interactions.placed import leave_dial, leave_end
from interactions.receive import Receiver
from interactions.store import sql
from storage.database import Row, Tx

_UNITS = 100


class UnknownCall(Unavailable):
    """News of a call that is not known here yet."""


class CallNews:
    """Takes what channels read of calls."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver

    async def call(self, tx: Tx, account: Row, change: CallChange) -> None:
        """Take a change of a call, in whatever order the carrier tells them."""
        if change.interaction_id is not None:
            await self._placed(tx, account, change, change.interaction_id)
            return
        key = f"call:{change.call_id}"
        await tx.value(sql.lock_thread, account_id=str(account["id"]), key=key)
        found = await tx.value(sql.find_thread, account_id=account["id"], key=key)
        if found is None:
            if not change.is_of_known:
                await self._new_call(tx, account, change, key)
            return
        row = await store.lock(tx, found)
        before = Call(**row["call"])
        if before.attempt and before.call_id != change.call_id:
            # An earlier try of a call that we place.
            return
        call = _changed(before, change)
        await self.call_changed(tx, row, before, call)
        if change.leg_of is not None and call.leg_at == change.at:
            row = await store.lock(tx, found)
            if change.status == "waiting":
                await self.missed(tx, row, change.leg_of)
            elif row["state"] == "queued":
                await self._taken(tx, row, StaffId(change.leg_of))

    async def _taken(self, tx: Tx, row: Row, agent_id: StaffId) -> None:
        """A telephone system has given the call to somebody already: so do we."""
        now, conversations = self._receiver.clock(), self._receiver.conversations
        await conversations.routing.take(tx, row["id"], agent_id, _UNITS, may_exceed=True)
        await conversations.move(tx, row, "assigned", now, agent_id=agent_id, assigned_at=now)
        await conversations.note_event(tx, await store.lock(tx, row["id"]), "taken", now)
        await conversations.tell(tx, row["id"], "taken", with_messages=True)

    async def missed(self, tx: Tx, row: Row, agent_id: UUID) -> None:
        """An agent's phone was not answered while the caller waits: somebody else is asked, and the agent pauses."""
        call = Call(**row["call"])
        if row["state"] != "assigned" or row["agent_id"] != agent_id or call.is_over or call.status == "joined":
            return
        now, conversations = self._receiver.clock(), self._receiver.conversations
        await conversations.note_event(tx, row, "call.agent_missed", now, row["agent_name"] or "")
        await conversations.pause(tx, StaffId(agent_id), now)
        await conversations.routing.requeue(tx, row["id"])
        await conversations.move(tx, row, "queued", now)
        await conversations.tell(tx, row["id"], "requeued")

    async def call_changed(self, tx: Tx, row: Row, before: Call, call: Call) -> None:
        """Keep what a call is now, and what follows from it."""
        if call == before:
            return
        await tx.run(sql.set_call, id=row["id"], call=call.model_dump(mode="json"))
        if before.is_over:
            # Only what is known of it is better now: what followed from its end has followed.
            await self._receiver.conversations.tell(tx, row["id"], "call")
            return
        if call.is_over:
            # Of a call that nobody answered whoever wanted it placed knows what comes next.
            if row["direction"] == "inbound" or not await self._receiver.owner.ended(tx, row, call):
                await self._call_over(tx, row, call)
        elif call.status != before.status:
            await self._receiver.conversations.note_event(tx, row, f"call.{call.status}", self._receiver.clock())
            if call.status == "joined":
                await self._joined(tx, row, call)
        await self._receiver.conversations.tell(tx, row["id"], "call")

    async def _joined(self, tx: Tx, row: Row, call: Call) -> None:
        """Agent and customer hear each other: who waited on hold for it is taken back, and recording begins."""
        if row["direction"] == "outbound":
            await self._receiver.owner.answered(tx, row)
        if row["agent_id"] is not None:
            await leave_joined(tx, row, call)

    async def _placed(self, tx: Tx, account: Row, change: CallChange, interaction_id: UUID) -> None:
        """Take a change of a call that we placed; news of an earlier try or of another leg are old."""
        row = await store.lock(tx, interaction_id)
        if row["account_id"] != account["id"] or row["call"] is None:
            return
        before = Call(**row["call"])
        if before.attempt == change.attempt and before.call_id in ("", change.call_id):
            call = before.model_copy(update={"call_id": change.call_id})
            await store.add_keys(tx, account["id"], row["id"], [f"call:{change.call_id}"])
            await self.call_changed(tx, row, before, _changed(call, change))

    async def agent_leg(self, tx: Tx, account: Row, leg: AgentLeg) -> None:
        """The agent's phone comes first: the customer is dialled once it is answered."""
        row = await store.lock(tx, leg.interaction_id)
        call = None if row["call"] is None else Call(**row["call"])
        if call is None or call.is_over or row["account_id"] != account["id"] or row["agent_id"] != leg.agent_id:
            return
        if leg.status == "left" and call.status == "joined":
            await leave_alone(tx, row, leg.agent_id, self._receiver.clock())
        elif row["direction"] == "inbound":
            return
        elif call.dialled_at is not None:
            if leg.status == "left" and call.status == "ringing":
                await leave_end(tx, row["id"])
        elif leg.status == "answered":
            await leave_dial(tx, row["id"], call.attempt)
        else:
            await self._receiver.conversations.note_event(tx, row, "call.agent_missed", self._receiver.clock())
            await self._receiver.owner.agent_missed(tx, row)

    async def party_leg(self, tx: Tx, account: Row, leg: PartyLeg) -> None:
        """Somebody who was called into a call answered, did not, or left."""
        row = await store.lock(tx, leg.interaction_id)
        if self._receiver.parties is not None and row["account_id"] == account["id"] and row["call"] is not None:
            await self._receiver.parties.party_leg(tx, row, leg)

    async def recorded(self, tx: Tx, account: Row, made: RecordingMade) -> None:
        """Something was recorded; a voicemail may be told before the call that it was left in."""
        found = made.interaction_id
        if found is None:
            key = f"call:{made.call_id}"
            await tx.value(sql.lock_thread, account_id=str(account["id"]), key=key)
            found = await tx.value(sql.find_thread, account_id=account["id"], key=key)
        if found is None:
            raise UnknownCall
        row = await store.lock(tx, found)
        if made.is_voicemail:
            await self._message(tx, row, made)
        is_ours = self._receiver.recordings is not None and row["account_id"] == account["id"]
        if self._receiver.recordings is not None and is_ours and made.status != "begun":
            await self._receiver.recordings.made(tx, row, made)

    async def _message(self, tx: Tx, row: Row, made: RecordingMade) -> None:
        """Somebody hears the tone, has left a message, or has said nothing after all."""
        if made.status == "begun":
            await tx.run(sql.note_message, id=row["id"], is_begun=True)
        elif made.status == "completed" and made.seconds > 0:
            await tx.run(sql.note_voicemail, id=row["id"], seconds=made.seconds)
        else:
            await tx.run(sql.note_message, id=row["id"], is_begun=False)
            await self.no_message(tx, await store.lock(tx, row["id"]))

    async def no_message(self, tx: Tx, row: Row) -> None:
        """Who hung up at the tone and left no message gave up: nothing is to be heard."""
        if row["state"] == "queued" and Call(**row["call"]).is_over and not row["details"].get("voicemail"):
            await self._gave_up(tx, row)
            await self._receiver.conversations.tell(tx, row["id"], "call")

    async def announced(self, tx: Tx, account: Row, told: Announced) -> None:
        """The customer knows that the call is recorded: now it may be."""
        row = await store.lock(tx, told.interaction_id)
        call = None if row["call"] is None else Call(**row["call"])
        if call is None or row["account_id"] != account["id"] or call.call_id != told.call_id or call.is_announced:
            return
        call = call.model_copy(update={"is_announced": True})
        await tx.run(sql.set_call, id=row["id"], call=call.model_dump(mode="json"))
        await self._receiver.conversations.note_event(tx, row, "call.announced", told.at)
        if call.status == "joined":
            await leave_recorded(tx, row)

    async def callback_asked(self, tx: Tx, account: Row, asked: CallbackAsked) -> None:
        """Who waits in a call wants to be called instead; the call's end may have been read before."""
        key = f"call:{asked.call_id}"
        await tx.value(sql.lock_thread, account_id=str(account["id"]), key=key)
        found = await tx.value(sql.find_thread, account_id=account["id"], key=key)
        if found is None:
            raise UnknownCall
        await self._receiver.owner.wanted(tx, await store.lock(tx, found), asked.number, f"call:{asked.call_id}")

    async def _new_call(self, tx: Tx, account: Row, change: CallChange, key: str) -> None:
        now = self._receiver.clock()
        call = _changed(Call(call_id=change.call_id, status="ringing", started_at=change.at), change)
        flows = self._receiver.flows
        where = None if flows is None else await flows.place(tx, account["id"], change.call_id)
        if where is not None and not where.is_waiting and not call.is_over:
            # A machine still speaks with the caller: they wait for nobody yet.
            return
        # The end may be the first thing that is heard of a call: it is history then, and waits for nobody.
        state: State = "closed" if call.is_over else "queued"
        opening = None if where is None else where.opening
        beginning = Beginning(change.caller, opening=opening, call=call, state=state)
        row = await self._receiver.open(tx, account, beginning, now)
        await store.add_keys(tx, account["id"], row["id"], [key])
        if where is not None and where.path:
            await self._receiver.conversations.note_event(tx, row, "call.flow", now, where.path)
        if call.is_over:
            await self._receiver.conversations.note_event(tx, row, f"call.{call.outcome}", now)
            await self._receiver.conversations.tell(tx, row["id"], "closed")
            return
        if where is not None and where.takes_message:
            await tx.run(sql.note_message, id=row["id"], is_begun=True)
        priority = None if where is None else where.priority
        await self._receiver.wait(tx, await store.lock(tx, row["id"]), now, priority=priority)
        if change.leg_of is not None and call.status == "joined":
            await self._taken(tx, await store.lock(tx, row["id"]), StaffId(change.leg_of))

    async def _call_over(self, tx: Tx, row: Row, call: Call) -> None:
        """The caller is gone: nobody is offered it any more; who had it may wrap up."""
        now = self._receiver.clock()
        conversations = self._receiver.conversations
        await conversations.note_event(tx, row, f"call.{call.outcome}", now)
        if row["details"].get("voicemail") and row["state"] == "queued":
            # Who has left a message still waits for somebody who hears it.
            return
        if row["details"].get("leaves_message") and row["state"] == "queued":
            # Who was let speak after the tone did not give up, until the carrier says that nothing was said.
            await leave_unheard(tx, row, now)
            return
        if row["state"] == "queued":
            await self._gave_up(tx, row)
        elif row["state"] == "assigned":
            state = await conversations.routing.finish(tx, row["id"])
            after: State = "wrap_up" if state == "wrap_up" else "closed"
            await conversations.move(tx, row, after, now, agent_id=row["agent_id"])

    async def _gave_up(self, tx: Tx, row: Row) -> None:
        conversations = self._receiver.conversations
        await conversations.routing.withdraw(tx, row["id"])
        await conversations.move(tx, row, "closed", self._receiver.clock())


def _changed(call: Call, change: CallChange) -> Call:
    is_leg = change.leg_of is not None
    return call.changed(change.status, change.sequence, change.at, is_leg=is_leg, answered_at=change.answered_at)
