"""Use-cases of an agent on a conversation: reply, note, close; and reading. `handing` gives it to others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from pydantic import ValidationError

from access.model import Permission
from access.people import People
from channels.base import Channel
from channels.dialling import TEXT_KINDS
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Invalid, NotFound
from core.ids import StaffId, uuid7
from customers.model import CustomerId
from interactions import drafts, store
from interactions.calls import Calls
from interactions.conversations import Conversations, author_of, must_answer, must_own
from interactions.handing import Handing
from interactions.held import HeldReplies
from interactions.model import (
    Call,
    Close,
    InteractionId,
    InteractionView,
    MessageView,
    NewNote,
    NewReply,
    OutboundAccount,
    StartInteraction,
    State,
)
from interactions.outbox import leave_hang_up
from interactions.pieces import bind
from interactions.recipients import Recipient, Recipients
from interactions.signatures import Signatures
from interactions.snooze import leave_follow_up
from interactions.speaking import Letter, Speaking
from interactions.store import sql
from interactions.watching import whisper
from interactions.words import Words, words_of
from interactions.work import ConversationWork
from routing.takeable import parameters, takeable
from storage.database import Database, Row, Tx


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list shows; None is all."""

    state: State | None = None
    channel: str | None = None
    customer_id: CustomerId | None = None
    queue_id: UUID | None = None
    agent_id: StaffId | None = None


# A call is not written, a visitor has to be there, and on the portal it is the customer who asks.
_NEVER_FIRST = ("voice", "ari", "cti", "webchat", "portal")


class Interactions:
    """What staff does with conversations."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        conversations: Conversations,
        channels: dict[str, type[Channel]],
        people: People,
    ) -> None:
        self._db, self._clock, self._conversations = db, clock, conversations
        self.signatures = Signatures(db, clock, conversations)
        self.speaking = Speaking(clock, conversations, channels, self.signatures)
        self.held = HeldReplies(db, clock, conversations, self.speaking, people)
        self.calls = Calls(db)
        self.work = ConversationWork(clock, conversations, channels)
        self.handing = Handing(db, clock, conversations, channels)

    # --- talking

    async def reply(self, actor: Actor, interaction_id: UUID, reply: NewReply) -> MessageView:
        """Say something to the customer; the row is the promise that it is sent."""
        said = await words_of(reply.text, reply.html)
        if not (said.text.strip() or reply.attachments or reply.forwards):
            raise Invalid("There is nothing to send.")
        async with self._db.transaction(actor) as tx:
            row = await store.lock(tx, interaction_id)
            actor.must(Permission.INTERACTION_REPLY, row["branch_id"])
            # Before the question whose it is: who lost the first answer may ask after it was closed or handed over.
            known = await self._known(tx, actor, interaction_id, reply.client_id)
            if known is not None:
                return known
            must_answer(actor, row)
            # What its author said before and could still take back goes before it.
            await self.held.release(tx, row, with_undo=True)
            files = await bind(tx, interaction_id, reply.attachments)
            letter = Letter.of(reply)
            sent = await self.speaking.send(tx, row, author_of(actor), said, reply.client_id, files, letter)
            await drafts.drop_sent(tx, actor, interaction_id, "reply", said.text)
            return sent

    async def note(self, actor: Actor, interaction_id: UUID, note: NewNote) -> MessageView:
        """Write something for colleagues; anyone who may read the conversation may."""
        async with self._db.transaction(actor) as tx:
            row = await store.lock(tx, interaction_id)
            actor.must(Permission.INTERACTION_READ, row["branch_id"])
            known = await self._known(tx, actor, interaction_id, note.client_id)
            if known is not None:
                return known
            details = whisper(actor, row) if note.is_whisper else {}
            said = await self._conversations.say(
                tx, row, "note", author_of(actor), note.text, self._clock(), client_id=note.client_id, details=details
            )
            await drafts.drop_sent(tx, actor, interaction_id, "note", note.text)
            return said

    async def start(self, actor: Actor, new: StartInteraction) -> InteractionView:
        """Write to a customer first; the conversation belongs to who starts it."""
        now = self._clock()
        async with self._db.transaction(actor) as tx:
            account = await tx.row(sql.get_account, id=new.account_id)
            if account is None or not account["is_enabled"]:
                raise NotFound("There is no such enabled account.")
            actor.must(Permission.INTERACTION_START, account["branch_id"])
            if account["kind"] in _NEVER_FIRST:
                raise Invalid("This channel cannot be written to first.")
            await self._conversations.customers.must_read(tx, actor, CustomerId(new.customer_id))
            interaction_id = InteractionId(_started_id(actor, new))
            if await tx.row(sql.get_interaction, id=interaction_id) is None:
                await self._open_outbound(tx, interaction_id, account, new, now)
                row = await store.lock(tx, interaction_id)
                await self._conversations.note_event(tx, row, "opened", now)
                files = await bind(tx, interaction_id, new.attachments)
                letter = Letter(recipients=_copied(new))
                await self.speaking.send(tx, row, author_of(actor), Words(new.text), new.client_id, files, letter)
                await self._conversations.move(
                    tx, await store.lock(tx, interaction_id), "closed", now, agent_id=row["agent_id"]
                )
            row = await store.get(tx, interaction_id)
            return await self._conversations.tell(tx, row["id"], "opened")

    async def _open_outbound(
        self, tx: Tx, interaction_id: UUID, account: Row, new: StartInteraction, now: datetime
    ) -> None:
        """Open it closed in routing's eyes: an answer reopens it through the queue, its author asked first."""
        await store.insert(
            tx,
            id=interaction_id,
            channel=account["kind"],
            account_id=account["id"],
            direction="outbound",
            customer_id=new.customer_id,
            address=new.address.strip().lower(),
            address_name="",
            subject=new.subject,
            state="assigned",
            queue_id=account["queue_id"],
            agent_id=tx.actor.id,
            branch_id=account["branch_id"],
            call=None,
            opened_at=now,
            assigned_at=now,
            details={},
        )
        keys = [f"peer:{new.address.strip()}"] if account["kind"] in (*TEXT_KINDS, "fax") else []
        await store.add_keys(tx, account["id"], interaction_id, keys)

    async def outbound_accounts(self, actor: Actor) -> list[OutboundAccount]:
        actor.must(Permission.INTERACTION_START)
        rows = await self._db.rows(sql.outbound_accounts, never=list(_NEVER_FIRST), branches=actor.branch_scope)
        return [OutboundAccount(**dict(row)) for row in rows]

    # --- ending

    async def close(self, actor: Actor, interaction_id: UUID, close: Close) -> State:
        """End the conversation: wrap-up when the queue has one, else closed."""
        now = self._clock()
        async with self._db.transaction(actor) as tx:
            row = await self._own(tx, actor, interaction_id, Permission.INTERACTION_REPLY)
            # Whoever closes it has nothing more to take back.
            await self.held.release(tx, row, with_undo=True)
            if close.note:
                await self._conversations.say(tx, row, "note", author_of(actor), close.note, now)
            call = None if row["call"] is None else Call(**row["call"])
            if call is not None and not call.is_over and not call.is_elsewhere:
                await leave_hang_up(tx, row)
            await leave_follow_up(tx, interaction_id, close.follow_up_at, now)
            if row["state"] == "wrap_up":
                await self._conversations.routing.wrap_up_done(tx, interaction_id)
                await self._conversations.closed(tx, row, now, close.disposition)
                return "closed"
            left = await self._conversations.routing.finish(tx, interaction_id, wants_wrap_up=close.wants_wrap_up)
            state: State = "wrap_up" if left == "wrap_up" else "closed"
            if state == "closed":
                await self._conversations.closed(tx, row, now, close.disposition)
            else:
                await self._conversations.move(
                    tx, row, state, now, agent_id=row["agent_id"], disposition=close.disposition
                )
                await self._conversations.tell(tx, interaction_id, "wrap_up")
            return state

    async def wrap_up_done(self, actor: Actor, interaction_id: UUID) -> None:
        """End the wrap-up early."""
        now = self._clock()
        async with self._db.transaction(actor) as tx:
            row = await self._own(tx, actor, interaction_id, Permission.INTERACTION_REPLY)
            if row["state"] != "wrap_up":
                raise Conflict("It is not in wrap-up.")
            await self._conversations.routing.wrap_up_done(tx, interaction_id)
            await self._conversations.closed(tx, row, now)

    async def hang_up(self, actor: Actor, interaction_id: UUID) -> None:
        """End the call; its wrap-up begins when the carrier says that it is over."""
        async with self._db.transaction(actor) as tx:
            row = await self._own(tx, actor, interaction_id, Permission.INTERACTION_REPLY)
            if row["call"] is None:
                raise Invalid("This is not a call.")
            if Call(**row["call"]).is_elsewhere:
                raise Conflict("Somebody else has the call by now.")
            await leave_hang_up(tx, row)

    async def end_by_customer(self, tx: Tx, interaction_id: UUID) -> None:
        """The customer leaves; in the caller's transaction."""
        row = await store.lock(tx, interaction_id)
        now = self._clock()
        await self._conversations.note_event(tx, row, "left", now)
        if row["state"] == "queued":
            await self._conversations.routing.withdraw(tx, interaction_id)
            await self._conversations.closed(tx, row, now)

    # --- reading

    async def read(self, actor: Actor, interaction_id: UUID) -> None:
        """Mark as read by its agent."""
        async with self._db.transaction(actor) as tx:
            row = await self._own(tx, actor, interaction_id, Permission.INTERACTION_READ)
            if row["unread"]:
                await tx.run(sql.mark_read, id=interaction_id)
                await self._conversations.tell(tx, interaction_id, "read")

    async def get(self, actor: Actor, interaction_id: UUID) -> InteractionView:
        async with self._db.transaction(actor) as tx:
            return await self._conversations.view(tx, await self._readable(tx, actor, interaction_id))

    async def messages(self, actor: Actor, interaction_id: UUID, before: int, most: int) -> list[MessageView]:
        """Return a page of a conversation, oldest first."""
        async with self._db.transaction(actor) as tx:
            await self._readable(tx, actor, interaction_id)
            return await store.last_messages(tx, interaction_id, most, before)

    async def search(self, actor: Actor, wanted: Filter, before: UUID, most: int) -> list[InteractionView]:
        """List conversations in scope, newest first; of one customer with all records that went up in it.

        Of what waits an agent sees only what they could ever take, but for a customer's own history.
        """
        actor.must(Permission.INTERACTION_READ)
        async with self._db.transaction(actor) as tx:
            customers, takes = None, None
            if wanted.customer_id is None:
                takes = await takeable(tx, actor)
            else:
                await self._conversations.customers.must_read(tx, actor, wanted.customer_id)
                customers = await self._conversations.customers.family(tx, wanted.customer_id)
            rows = await tx.rows(
                sql.list_interactions,
                before=before,
                branches=actor.branch_scope,
                state=wanted.state,
                channel=wanted.channel,
                customers=customers,
                queue_id=wanted.queue_id,
                agent_id=wanted.agent_id,
                most=most,
                **parameters(takes),
            )
            return [await self._conversations.view(tx, row) for row in rows]

    async def own(self, tx: Tx, actor: Actor) -> list[dict[str, Any]]:
        """Return an agent's own conversations with their last messages, for the snapshot."""
        found = []
        for row in await tx.rows(sql.interactions_of_agent, agent_id=actor.id):
            view = await self._conversations.view(tx, row)
            messages = await store.last_messages(tx, row["id"])
            found.append(
                {
                    "interaction": view.model_dump(mode="json"),
                    "messages": [message.model_dump(mode="json") for message in messages],
                }
            )
        return found

    async def visitor_of(self, actor: Actor, interaction_id: UUID) -> str | None:
        """Return whose socket hears that the agent types; None when it is not a chat of this agent's."""
        row = await store.get(self._db, interaction_id)
        actor.must(Permission.INTERACTION_REPLY, row["branch_id"])
        if row["agent_id"] != actor.id or row["channel"] != "webchat":
            return None
        return str(row["address"])

    async def everybody(self, actor: Actor, interaction_id: UUID) -> Recipients:
        """Return to whom an answer to all goes."""
        async with self._db.transaction(actor) as tx:
            return await self.speaking.everybody(tx, await self._readable(tx, actor, interaction_id))

    # --- what several share

    async def _own(self, tx: Tx, actor: Actor, interaction_id: UUID, permission: Permission) -> Row:
        row = await store.lock(tx, interaction_id)
        actor.must(permission, row["branch_id"])
        must_own(actor, row)
        return row

    async def _readable(self, tx: Tx, actor: Actor, interaction_id: UUID) -> Row:
        row = await store.get(tx, interaction_id)
        actor.must(Permission.INTERACTION_READ, row["branch_id"])
        return row

    async def _known(self, tx: Tx, actor: Actor, interaction_id: UUID, client_id: str) -> MessageView | None:
        row = await tx.row(
            sql.find_client_message,
            interaction_id=interaction_id,
            author_kind="agent",
            author_id=actor.id,
            client_id=client_id,
        )
        return None if row is None else store.message(row)


def _copied(new: StartInteraction) -> Recipients | None:
    if not (new.cc or new.bcc):
        return None
    try:
        return Recipients(to=[Recipient(address=new.address)], cc=new.cc, bcc=new.bcc).once()
    except ValidationError as error:
        raise Invalid("is not a mail address", field="address") from error


def _started_id(actor: Actor, new: StartInteraction) -> UUID:
    """Derive the id from who starts it and the client's id, so that a repeated request finds the first one."""
    return uuid5(actor.id or uuid7(), f"{new.account_id}:{new.client_id}")
