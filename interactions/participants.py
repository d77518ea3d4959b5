"""Who takes part in a conversation beside its customer: people confirm them, or send them out.

Nothing is sent to anybody here, and whoever is not confirmed is in no answer to all.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field, field_validator

from access.model import Permission
from channels.base import Address, Channel, IdentityKind
from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from core.events import Event
from core.ids import uuid7
from core.values import Value
from customers.model import Identity, normal
from interactions import bounced, store, threads
from interactions.conversations import must_answer
from interactions.model import Author
from interactions.opening import Beginning
from interactions.receive import Receiver
from interactions.store import sql
from storage.database import Database, Row, Tx

Origin = Literal["customer", "cc", "reply", "signed", "agent"]
Decision = Literal["pending", "confirmed", "refused"]


class Participant(Value):
    """Somebody in a conversation. The customer has no id and is always confirmed."""

    id: UUID | None
    address: str
    name: str
    origin: Origin = Field(description="Named in Cc, spoke by an id or by our signed address, or added by an agent.")
    state: Decision
    bounce: bounced.Bounce | None = Field(None, description="Mail to this address came back.")


class Linked(Value):
    """A conversation that this one follows, or that follows it."""

    id: UUID
    number: int
    channel: str
    subject: str | None
    state: str
    reason: Literal["closed", "refused"]
    is_earlier: bool


class Around(Value):
    """Who is in a conversation, and what it belongs with."""

    participants: list[Participant]
    links: list[Linked]


class NewParticipant(Value):
    address: str = Field(min_length=3, max_length=254)
    name: str = Field("", max_length=120, pattern=r"^[^\x00-\x1f]*$")

    @field_validator("address")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        try:
            return normal(Identity(kind="email", value=value), "").value
        except Invalid as error:
            raise ValueError(error.detail) from error


class ParticipantChanged(Event, kind="participant.changed"):
    """Somebody was added, confirmed or refused by a person; the conversation's own line tells it to consoles."""

    interaction_id: UUID
    participant_id: UUID
    address: str
    state: Decision
    moved_to: UUID | None = None

    def subject(self) -> str:
        return f"interaction:{self.interaction_id}"


class Participants:
    """Use-cases of whoever has the conversation, or supervises it."""

    def __init__(self, db: Database, receiver: Receiver, kinds: dict[str, type[Channel]]) -> None:
        self._db, self._receiver, self._kinds = db, receiver, kinds
        self._conversations = receiver.conversations

    async def around(self, actor: Actor, interaction_id: UUID) -> Around:
        """Return who takes part, the customer first, and the conversations before and after it."""
        async with self._db.transaction(actor) as tx:
            row = await store.get(tx, interaction_id)
            actor.must(Permission.INTERACTION_READ, row["branch_id"])
            people = await tx.rows(sql.participants_of, interaction_id=interaction_id)
            addresses = [row["address"], *(one["address"] for one in people)]
            bounces = await bounced.of(tx, addresses)
            linked = await tx.rows(sql.links_of, id=interaction_id)
        owner = Participant(
            id=None, address=row["address"], name=row["address_name"], origin="customer", state="confirmed",
            bounce=bounces.get(row["address"]),
        )  # fmt: skip
        return Around(
            participants=[owner, *(_view(one, bounces) for one in people)],
            links=[_linked(one) for one in linked if actor.sees(one["branch_id"])],
        )

    async def add(self, actor: Actor, interaction_id: UUID, new: NewParticipant) -> Participant:
        """Let somebody take part: an agent's word is the confirmation."""
        now = self._receiver.clock()
        async with self._db.transaction(actor) as tx:
            row = await self._mine(tx, actor, interaction_id)
            if new.address == row["address"]:
                raise Conflict("The customer takes part already.")
            given = {"ids": [uuid7()], "addresses": [new.address], "name": new.name, "origin": "agent"}
            await tx.run(sql.add_participants, interaction_id=interaction_id, state="confirmed", now=now, **given)
            known = await tx.row(sql.standing_of, interaction_id=interaction_id, address=new.address)
            if known is None:
                raise Invalid("This address cannot take part: it is our own, or there are fifty already.")
            return await self._decide(tx, row, known["id"], "confirmed", now)

    async def confirm(self, actor: Actor, interaction_id: UUID, participant_id: UUID) -> Participant:
        """Say that somebody belongs here: from now on they are in an answer to all."""
        now = self._receiver.clock()
        async with self._db.transaction(actor) as tx:
            row = await self._mine(tx, actor, interaction_id)
            return await self._decide(tx, row, participant_id, "confirmed", now)

    async def refuse(self, actor: Actor, interaction_id: UUID, participant_id: UUID) -> Participant:
        """Say that somebody does not belong here: what they said unconfirmed goes into a conversation of their own."""
        now = self._receiver.clock()
        async with self._db.transaction(actor) as tx:
            row = await self._mine(tx, actor, interaction_id)
            person = await tx.row(sql.get_participant, interaction_id=interaction_id, id=participant_id)
            if person is None:
                raise NotFound
            is_to_move = person["state"] == "pending"
            moved = await self._move(tx, row, person, now) if is_to_move else None
            return await self._decide(tx, row, participant_id, "refused", now, moved)

    async def _mine(self, tx: Tx, actor: Actor, interaction_id: UUID) -> Row:
        row = await store.lock(tx, interaction_id)
        actor.must(Permission.INTERACTION_REPLY, row["branch_id"])
        must_answer(actor, row)
        if self._kinds[row["channel"]].identity is not IdentityKind.EMAIL:
            raise Conflict("Only a conversation by mail has further participants.")
        return row

    async def _decide(
        self, tx: Tx, row: Row, participant_id: UUID, state: Decision, now: datetime, moved: UUID | None = None
    ) -> Participant:
        await tx.run(sql.decide_participant, id=participant_id, state=state, by=tx.actor.id, now=now)
        person = await tx.row(sql.get_participant, interaction_id=row["id"], id=participant_id)
        if person is None:
            raise NotFound
        await self._conversations.note_event(tx, row, f"participant_{state}", now, person["address"])
        tx.emit(
            ParticipantChanged(
                interaction_id=row["id"],
                participant_id=participant_id,
                address=person["address"],
                state=state,
                moved_to=moved,
            )
        )
        return _view(person, await bounced.of(tx, [person["address"]]))

    async def _move(self, tx: Tx, row: Row, person: Row, now: datetime) -> UUID | None:
        """Move what somebody said into a conversation of their own, which waits; in each old place a line says so."""
        said = await tx.rows(sql.flagged_messages, interaction_id=row["id"], participant_id=str(person["id"]))
        account = await tx.row(sql.get_account, id=row["account_id"])
        if not said or account is None:
            return None
        sender = Address(self._kinds[row["channel"]].identity, person["address"], person["name"])
        begun = await self._receiver.open(tx, account, Beginning(sender, row["subject"]), now)
        for message in said:
            await self._move_one(tx, row, begun, message)
        counted = await tx.row(sql.count_anew, id=row["id"])
        for message in said:
            changed = await tx.row(sql.get_message, id=message["id"])
            if changed is not None and counted is not None:
                self._conversations.tell_message(tx, store.message(changed), counted)
        await self._receiver.go_on(tx, begun["id"])
        await tx.run(sql.link_interactions, from_id=row["id"], to_id=begun["id"], reason="refused")
        await threads.note_follows(tx, self._conversations, row, begun, now)
        return UUID(str(begun["id"]))

    async def _move_one(self, tx: Tx, row: Row, begun: Row, message: Row) -> None:
        await tx.run(sql.hollow_message, id=message["id"], text=f"#{begun['number']}")
        details = {name: value for name, value in message["details"].items() if name != "participant"}
        files: list[dict[str, Any]] = message["attachments"]
        both = {"from_id": row["id"], "to_id": begun["id"]}
        await tx.run(sql.move_attachments, ids=[UUID(each["id"]) for each in files], **both)
        await self._conversations.say(
            tx,
            begun,
            "inbound",
            Author(kind="customer", id=begun["customer_id"], name=begun["address_name"] or begun["address"]),
            message["text"],
            message["at"],
            html=message["html"],
            attachments=files,
            external_id=message["external_id"],
            raw_id=message["raw_id"],
            account_id=message["account_id"],
            details={**details, "thread": "new:refused"},
        )
        key = f"mid:{details.get('message_id')}"
        await tx.run(sql.move_thread_key, account_id=row["account_id"], key=key, **both)


def _view(row: Row, bounces: dict[str, bounced.Bounce]) -> Participant:
    named = {name: row[name] for name in ("id", "address", "name", "origin", "state")}
    return Participant(**named, bounce=bounces.get(row["address"]))


def _linked(row: Row) -> Linked:
    return Linked(**{name: row[name] for name in Linked.model_fields})
