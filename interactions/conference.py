"""More people in a call: a colleague or a number is asked, joins, or takes it over; supervisors listen.

One third person at a time. While the agent speaks with them alone, the customer hears music. A call is handed over to
somebody outside only once they have answered, so that no customer is lost on the way.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import Field

from access.model import Permission
from channels.spoken import PartyLeg
from consents.service import must_reach
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.ids import StaffId, uuid7
from core.telephone import callable_number
from core.values import Value
from interactions import store
from interactions.accounts import ChannelAccounts
from interactions.calls import NotOnTheCall, must_be_ours
from interactions.conversations import Conversations, must_own
from interactions.dialguard import DialGuard
from interactions.legs import Legs, leave_handed, leave_listen, leave_out, leave_party, leave_record
from interactions.model import Call
from interactions.party import Listener, ListenMode, Party
from interactions.store import sql
from notices.model import DocumentRef, Notice
from notices.service import Notices
from storage.database import Database, Row, Tx

_UNITS = 100


class Ask(Value):
    """Whom to call into the own call: a colleague, whoever of a queue is free for longest, or a number.

    `is_blind`: they have it as soon as they answer.
    """

    agent_id: UUID | None = None
    queue_id: UUID | None = None
    number: str | None = Field(None, min_length=3, max_length=40, pattern=r"^[^\x00-\x1f]+$")
    is_blind: bool = False


class Conference:
    """Use-cases of the agent who has the call, and of supervisors."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        accounts: ChannelAccounts,
        conversations: Conversations,
        notices: Notices,
        region: str,
        legs: Legs,
    ) -> None:
        self._db, self._clock, self._accounts = db, clock, accounts
        self._conversations, self._notices, self._region = conversations, notices, region
        self._guard, self._legs = DialGuard(clock), legs

    async def ask(self, actor: Actor, interaction_id: UUID, ask: Ask) -> None:
        """Call a colleague or a number into the own call; the customer hears music meanwhile."""
        if sum(each is not None for each in (ask.agent_id, ask.queue_id, ask.number)) != 1:
            raise Invalid("Name a colleague, a queue or a number.")
        async with self._db.transaction(actor) as tx:
            row, call = await self._own(tx, actor, interaction_id, Permission.INTERACTION_TRANSFER)
            if call.party is not None:
                raise Conflict("Somebody has been called into this call already.")
            if ask.queue_id is not None:
                ask = ask.model_copy(update={"agent_id": await self._free_of(tx, actor, row, ask.queue_id)})
            party = await self._colleague(tx, actor, row, ask) if ask.agent_id else await self._outside(tx, row, ask)
            await self._save(tx, row, call, party=party)
            await self._conversations.note_event(tx, row, "call.party_asked", self._clock(), party.name)
            await leave_party(tx, row, "in", row["agent_id"])
            await self._conversations.tell(tx, row["id"], "call")

    async def _free_of(self, tx: Tx, actor: Actor, row: Row, queue_id: UUID) -> StaffId:
        """Find who of a queue is free for longest; nobody waits in a queue to be asked something."""
        name = await self._conversations.must_reach(tx, actor, row, queue_id, None)
        found = await tx.value(sql.free_of_queue, queue_id=queue_id, but=row["agent_id"], units=_UNITS)
        if found is None:
            raise Conflict(f"Nobody of {name} is free at the moment.")
        return StaffId(found)

    async def _colleague(self, tx: Tx, actor: Actor, row: Row, ask: Ask) -> Party:
        agent_id = StaffId(ask.agent_id or uuid7())
        if agent_id == row["agent_id"]:
            raise Invalid("It is yours already.")
        name = await self._conversations.must_know(tx, actor, agent_id)
        if not await self._conversations.is_present(tx, agent_id):
            raise Conflict(f"{name} is not there.")
        ref = DocumentRef(kind="interaction", id=row["id"])
        await self._notices.notify(tx, [agent_id], ref, Notice(kind="call_asked", source=f"call:{uuid7()}"))
        label = f"agent_{agent_id.hex}"
        return Party(label=label, kind="agent", id=agent_id, name=name, is_handed_over=ask.is_blind)

    async def _outside(self, tx: Tx, row: Row, ask: Ask) -> Party:
        number = callable_number(ask.number or "", self._region)
        account, _ = await self._accounts.get(row["account_id"])
        if number is None:
            self._guard.must_reach(account, (ask.number or "").strip())
            raise Invalid("The number cannot be called: write it with + and the country code.", field="number")
        await must_reach(tx, number, account.id)
        await self._guard.begin(tx, account, number, "call", row["id"])
        return Party(
            label=f"party_{uuid7().hex}", kind="number", name=number, address=number, is_handed_over=ask.is_blind
        )

    async def together(self, actor: Actor, interaction_id: UUID, *, is_private: bool) -> None:
        """Let all three speak, or speak with the third person alone again."""
        async with self._db.transaction(actor) as tx:
            row, call = await self._own(tx, actor, interaction_id, Permission.INTERACTION_TRANSFER)
            party = self._present(call)
            await self._save(tx, row, call, party=party.model_copy(update={"is_private": is_private}))
            await leave_party(tx, row, "private" if is_private else "together", row["agent_id"])
            await self._conversations.tell(tx, row["id"], "call")

    async def dismiss(self, actor: Actor, interaction_id: UUID) -> None:
        """Hang up on the third person; agent and customer speak again."""
        async with self._db.transaction(actor) as tx:
            row, call = await self._own(tx, actor, interaction_id, Permission.INTERACTION_TRANSFER)
            if call.party is None:
                return
            await self._legs.drop_party(tx, row, call, "call.party_left")

    async def complete(self, actor: Actor, interaction_id: UUID) -> None:
        """Hand the call to the third person, who has answered; the agent wraps up, or has nothing more to do."""
        async with self._db.transaction(actor) as tx:
            row, call = await self._own(tx, actor, interaction_id, Permission.INTERACTION_TRANSFER)
            await self._hand_over(tx, row, call, self._present(call))

    async def _hand_over(self, tx: Tx, row: Row, call: Call, party: Party) -> None:
        now, conversations, old = self._clock(), self._conversations, row["agent_id"]
        await conversations.note_event(tx, row, "call.handed_over", now, party.name)
        if party.kind == "agent" and party.id is not None:
            agent_id = StaffId(party.id)
            await self._save(tx, row, call, party=None, listeners=[])
            await conversations.routing.take(tx, row["id"], agent_id, _UNITS, only=("assigned",), may_exceed=True)
            await conversations.move(tx, row, "assigned", now, agent_id=agent_id, assigned_at=now)
            await leave_handed(tx, row, party.label, old, ends=False)
            await conversations.tell(tx, row["id"], "transferred", with_messages=True)
            return
        talking = party.model_copy(update={"is_private": False, "is_handed_over": True})
        await self._save(tx, row, call, party=talking, listeners=[])
        state = await conversations.routing.finish(tx, row["id"])
        await conversations.move(tx, row, "wrap_up" if state == "wrap_up" else "closed", now, agent_id=old)
        await leave_handed(tx, row, party.label, old, ends=True)
        await conversations.tell(tx, row["id"], "call")

    # --- supervisors

    async def listen(self, actor: Actor, interaction_id: UUID, mode: ListenMode) -> None:
        """Listen to somebody's call unheard, whisper to the agent, or speak to both; again to change it."""
        if actor.id is None:
            raise Forbidden
        async with self._db.transaction(actor) as tx:
            row = await store.lock(tx, interaction_id)
            actor.must(Permission.CALL_LISTEN, row["branch_id"])
            call = _call_of(row)
            if row["agent_id"] == actor.id:
                raise Invalid("It is your own call.")
            if row["state"] != "assigned":
                raise Conflict("No agent of ours is in this call any more.")
            known = next((each for each in call.listeners if each.staff_id == actor.id), None)
            if known is not None and known.mode == mode:
                return
            label = f"listen_{actor.id.hex}_{uuid7().hex[-6:]}"
            mine = known or Listener(staff_id=actor.id, name=actor.name, mode=mode, label=label)
            others = [each for each in call.listeners if each.staff_id != actor.id]
            await self._save(tx, row, call, listeners=[*others, mine.model_copy(update={"mode": mode})])
            await self._conversations.note_event(tx, row, f"call.{mode}", self._clock(), actor.name)
            await leave_listen(tx, row, mine.label, actor.id)
            await self._conversations.tell(tx, row["id"], "call")

    async def stop_listening(self, actor: Actor, interaction_id: UUID) -> None:
        async with self._db.transaction(actor) as tx:
            row = await store.lock(tx, interaction_id)
            actor.must(Permission.CALL_LISTEN, row["branch_id"])
            if row["call"] is None:
                raise Invalid("This is not a call.")
            call = Call(**row["call"])
            for each in call.listeners:
                if each.staff_id == actor.id:
                    await leave_out(tx, row, each.label)
            left = [each for each in call.listeners if each.staff_id != actor.id]
            await self._save(tx, row, call, listeners=left)
            await self._conversations.tell(tx, row["id"], "call")

    # --- recording

    async def press(self, actor: Actor, interaction_id: UUID, keys: str) -> None:
        """Send tones to whom the agent speaks with. Nothing keeps them: they may be the number of a card."""
        async with self._db.transaction(actor) as tx:
            row, call = await self._own(tx, actor, interaction_id, Permission.INTERACTION_REPLY)
            if call.status != "joined":
                raise NotOnTheCall
        await self._legs.press(row, call, keys)

    async def pause_recording(self, actor: Actor, interaction_id: UUID, *, is_paused: bool) -> None:
        """Pause the recording while a card number is said, or go on; until the carrier confirms it is `unsure`."""
        async with self._db.transaction(actor) as tx:
            row, call = await self._own(tx, actor, interaction_id, Permission.INTERACTION_REPLY)
            if call.recording == "off":
                raise Conflict("This call is not recorded.")
            more = {"recording": "unsure", "is_doubtful": True} if is_paused else {}
            await self._save(tx, row, call, **more)
            await leave_record(tx, row["id"], "paused" if is_paused else "on")
            await self._conversations.tell(tx, row["id"], "call")

    # --- what the carrier tells

    async def party_leg(self, tx: Tx, row: Row, leg: PartyLeg) -> None:
        """Somebody who was called in answered, did not, or left."""
        call = Call(**row["call"])
        if call.is_over:
            return
        if call.party is not None and call.party.label == leg.label:
            await self._party_leg(tx, row, call, call.party, leg)
            return
        listener = next((each for each in call.listeners if each.label == leg.label), None)
        if listener is None:
            return
        others = [each for each in call.listeners if each.label != leg.label]
        if leg.status == "answered":
            others.append(listener.model_copy(update={"status": "in"}))
        await self._save(tx, row, call, listeners=others)
        if leg.status == "answered" and listener.mode != "monitor":
            # What was chosen while it rang is done now.
            await leave_listen(tx, row, listener.label, listener.staff_id)
        await self._conversations.tell(tx, row["id"], "call")

    async def _party_leg(self, tx: Tx, row: Row, call: Call, party: Party, leg: PartyLeg) -> None:
        if leg.status == "left" and row["state"] != "assigned":
            # The customer's own call ends with theirs.
            return
        if leg.status != "answered":
            await self._legs.drop_party(tx, row, call, f"call.party_{leg.status}")
            return
        if party.status == "talking":
            return
        talking = party.model_copy(update={"status": "talking"})
        await self._save(tx, row, call, party=talking)
        await self._conversations.note_event(tx, row, "call.party_answered", self._clock(), party.name)
        if party.is_handed_over and row["state"] == "assigned":
            row = await store.lock(tx, row["id"])
            await self._hand_over(tx, row, Call(**row["call"]), talking)
            return
        await self._conversations.tell(tx, row["id"], "call")

    # ---

    async def _own(self, tx: Tx, actor: Actor, interaction_id: UUID, permission: Permission) -> tuple[Row, Call]:
        row = await store.lock(tx, interaction_id)
        actor.must(permission, row["branch_id"])
        must_own(actor, row)
        call = _call_of(row)
        if row["state"] != "assigned":
            raise NotOnTheCall
        return row, call

    def _present(self, call: Call) -> Party:
        if call.party is None:
            raise NotFound("Nobody else is in this call.")
        if call.party.status != "talking":
            raise Conflict(f"{call.party.name} has not answered yet.")
        return call.party

    async def _save(self, tx: Tx, row: Row, call: Call, **change: Any) -> None:
        await tx.run(sql.set_call, id=row["id"], call=call.model_copy(update=change).model_dump(mode="json"))


def _call_of(row: Row) -> Call:
    must_be_ours(row)
    call = Call(**row["call"])
    if call.status != "joined":
        raise NotOnTheCall
    return call
