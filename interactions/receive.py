"""Receiving: what a channel read becomes a customer, an interaction, a message, work; once, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from access.model import Locale
from channels.base import (
    Address,
    Channel,
    DeliveryStatus,
    InboundFile,
    InboundMessage,
    RawInput,
)
from core.clock import Clock
from core.errors import Invalid, Unavailable
from core.ids import StaffId, uuid7
from core.text import preview
from customers.model import Identity
from interactions import bounced, store, threads
from interactions.conversations import Conversations
from interactions.model import Author, Call, InteractionId, MessageView, State, supersedes
from interactions.placed import CallOwner, Nobody
from interactions.store import sql
from routing.values import NewWork
from storage.database import Database, Row, Tx
from storage.files import Files, StoredFile


@dataclass(frozen=True, slots=True)
class Opening:
    """How a conversation begins: where it waits, what came with it, and which further addresses are proven."""

    queue_id: UUID | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    proven: tuple[Identity, ...] = ()
    locale: Locale | None = None


@dataclass(frozen=True, slots=True)
class Sorted:
    """Where a new conversation goes; `rule` is which rule said so. What is parked waits for nobody."""

    rule: str = ""
    queue_id: UUID | None = None
    priority: int = 0
    is_parked: bool = False
    is_acknowledged: bool | None = None


class Sorter(Protocol):
    """Who sorts new conversations, and hears that they opened; within the transaction."""

    async def sort(self, tx: Tx, account: Row, inbound: InboundMessage, *, is_known: bool) -> Sorted: ...

    async def opened(self, tx: Tx, row: Row, inbound: InboundMessage, found: Sorted) -> None: ...


class UnknownMessage(Unavailable):
    """A status of a message that is not known here yet."""


class Receiver:
    """Takes what channels read."""

    def __init__(
        self, db: Database, clock: Clock, files: Files, conversations: Conversations, channels: dict[str, type[Channel]]
    ) -> None:
        self._db, self.clock, self._files = db, clock, files
        self.conversations, self._channels = conversations, channels
        self._sorter: Sorter | None = None
        # Who has calls placed and keeps places is set by whoever builds it.
        self.owner: CallOwner = Nobody()

    def ask(self, sorter: Sorter) -> None:
        """Say who sorts what no widget has placed."""
        self._sorter = sorter

    async def store_files(self, files: Sequence[InboundFile]) -> list[tuple[InboundFile, StoredFile]]:
        """Write files durably before the transaction that refers to them."""
        return [(file, await self._files.put(file.content, file.content_type)) for file in files]

    async def message(
        self,
        tx: Tx,
        account: Row,
        inbound: InboundMessage,
        files: Sequence[tuple[InboundFile, StoredFile]] = (),
        raw_id: int | None = None,
        *,
        client_id: str | None = None,
        uploads: Sequence[UUID] = (),
        opening: Opening | None = None,
    ) -> MessageView:
        """Take one message; one that is known already is returned as it was kept.

        `uploads` are files that the sender stored before, by the actor of the transaction.
        """
        await tx.value(sql.lock_thread, account_id=str(account["id"]), key=inbound.external_id)
        known = await tx.row(sql.find_external_message, account_id=account["id"], external_id=inbound.external_id)
        if known is not None:
            return store.message(known)
        now = self.clock()
        place, row, found = await self._conversation(tx, account, inbound, now, opening)
        name = inbound.sender.name or inbound.sender.value
        author = Author(kind="customer", id=row["customer_id"], name=name)
        details = {**inbound.details, "thread": place.reason, **threads.changed_subject(row, inbound)}
        if place.is_flagged:
            # Not the customer, and under no name but the address: a display name is whatever a stranger likes.
            author = Author(kind="customer", name=inbound.sender.value)
            details |= await threads.flag(tx, row, inbound, place, now)
        attachments = [*await self._attach(tx, row["id"], files), *await bind(tx, row["id"], uploads)]
        if await tx.value(sql.knows_keys, account_id=account["id"], keys=list(inbound.keys)):
            # Its content is another: a mail that comes twice is one raw input.
            details["repeated_id"] = True
        if not inbound.is_sender_verified:
            details["verdict"] = "unverified"
        message = await self.conversations.say(
            tx,
            row,
            "inbound",
            author,
            inbound.text,
            now,
            html=inbound.html,
            attachments=attachments,
            external_id=inbound.external_id,
            client_id=client_id,
            raw_id=raw_id,
            account_id=account["id"],
            details=details,
            # Who is out of office neither waits for an answer nor has read anything.
            counts_as="system" if place.row is not None and details.get("automatic") == "auto-replied" else None,
        )
        await threads.note_others(tx, row, inbound, place, now)
        keys = [*inbound.keys, *(inbound.awaited if place.row is None else ())]
        await tx.run(sql.add_thread_keys, account_id=account["id"], keys=keys, interaction_id=row["id"])
        if place.row is not None and inbound.is_automatic:
            # No person wrote it: nothing wakes, nothing is reopened, no clock begins anew.
            return message
        if found is not None and found.is_parked:
            await self.conversations.move(tx, row, "closed", now)
            await self.conversations.tell(tx, row["id"], "closed")
            return message
        await self.go_on(tx, row["id"], priority=found.priority if found else 0)
        if found is not None and self._sorter is not None:
            await self._sorter.opened(tx, await store.lock(tx, row["id"]), inbound, found)
        return message

    async def _conversation(
        self, tx: Tx, account: Row, inbound: InboundMessage, now: datetime, opening: Opening | None
    ) -> tuple[threads.Found, Row, Sorted | None]:
        """Find the conversation that a message belongs to, or open one where it is sorted to."""
        place = await threads.find(tx, account, inbound, now)
        if place.row is not None:
            return place, place.row, None
        if opening is not None or self._sorter is None:
            row = await self.open(tx, account, inbound.sender, now, subject=inbound.subject, opening=opening)
            return place, row, None
        identity = _identity(inbound.sender)
        is_known = await self.conversations.customers.knows(tx, identity)
        found = await self._sorter.sort(tx, account, inbound, is_known=is_known)
        state: State = "closed" if found.is_parked else "queued"
        placed = Opening(queue_id=found.queue_id)
        row = await self.open(tx, account, inbound.sender, now, subject=inbound.subject, opening=placed, state=state)
        if found.rule or found.is_parked:
            await self.conversations.note_event(tx, row, "parked" if found.is_parked else "sorted", now, found.rule)
        if place.previous is not None:
            await threads.link(tx, self.conversations, place.previous, row, "closed", now)
        return place, row, found

    async def open(
        self,
        tx: Tx,
        account: Row,
        sender: Address,
        now: datetime,
        *,
        subject: str | None = None,
        call: Call | None = None,
        state: State = "queued",
        opening: Opening | None = None,
    ) -> Row:
        """Open an inbound interaction: its customer is recognised, its work waits."""
        begin = opening or Opening()
        customer = await self.conversations.customers.recognise(
            tx, _identity(sender), sender.name or sender.value, account["branch_id"], begin.locale, begin.proven
        )
        interaction_id = InteractionId(uuid7())
        await tx.run(
            sql.insert_interaction,
            id=interaction_id,
            channel=account["kind"],
            account_id=account["id"],
            direction="inbound",
            customer_id=customer.id,
            address=sender.value,
            address_name=sender.name,
            subject=subject,
            state=state,
            queue_id=begin.queue_id or account["queue_id"],
            agent_id=None,
            branch_id=account["branch_id"],
            call=call.model_dump(mode="json") if call else None,
            opened_at=now,
            assigned_at=None,
            details=dict(begin.details),
        )
        row = await store.lock(tx, interaction_id)
        await self.conversations.note_event(tx, row, "opened", now)
        await self.conversations.customers.contacted(tx, customer.id, interaction_id, account["kind"])
        return row

    async def go_on(self, tx: Tx, interaction_id: UUID, *, priority: int = 0) -> None:
        """See that somebody answers: new work waits, a lost owner's work waits again, a wrap-up ends."""
        row = await store.lock(tx, interaction_id)
        routing, conversations = self.conversations.routing, self.conversations
        now = self.clock()
        await conversations.wake(tx, row, now)
        await conversations.stir(tx, row)
        if row["state"] in ("queued", "closed"):
            await self.wait(tx, row, now, priority=priority)
        elif row["state"] == "wrap_up":
            await routing.resume(tx, interaction_id)
            await conversations.move(tx, row, "assigned", now, agent_id=row["agent_id"])
            await conversations.tell(tx, interaction_id, "resumed")
        elif not await conversations.is_present(tx, StaffId(row["agent_id"])):
            owner = StaffId(row["agent_id"])
            await conversations.move(tx, row, "queued", now)
            await routing.requeue(tx, interaction_id, to=owner)
            await conversations.note_event(tx, row, "requeued", now)
            await conversations.tell(tx, interaction_id, "requeued")

    async def wait(self, tx: Tx, row: Row, now: datetime, *, sticky: StaffId | None = None, priority: int = 0) -> None:
        """Put it into its queue; `sticky` is asked first. What waits there already shows the newest words."""
        conversations = self.conversations
        change: Any = "opened"
        if sticky is None:
            sticky = await tx.value(sql.last_agent_of, customer_id=row["customer_id"], now=now)
        if row["state"] == "closed":
            await conversations.move(tx, row, "queued", now)
            await conversations.note_event(tx, row, "reopened", now)
            row, change = await store.lock(tx, row["id"]), "reopened"
            await conversations.customers.contacted(tx, row["customer_id"], row["id"], row["channel"])
        summary = await conversations.summary(tx, row)
        kept = await self.owner.place(tx, row, now) if change == "opened" else None
        await conversations.routing.enqueue(
            tx,
            NewWork(
                id=row["id"],
                kind="interaction",
                queue_id=row["queue_id"],
                branch_id=row["branch_id"],
                channel=row["channel"],
                units=self._channels[row["channel"]].units,
                first_enqueued_at=now if kept is None else kept.first_enqueued_at,
                attributes=await conversations.attributes(tx, row),
                priority=priority if kept is None else max(priority, kept.priority),
                sticky_agent_id=sticky,
                summary=summary,
            ),
        )
        await conversations.routing.describe(tx, row["id"], summary)
        await conversations.tell(tx, row["id"], change)

    async def _attach(
        self, tx: Tx, interaction_id: UUID, files: Sequence[tuple[InboundFile, StoredFile]]
    ) -> list[dict[str, Any]]:
        kept = []
        for file, stored in files:
            attachment_id = uuid7()
            await self._files.remember(tx, stored)
            await tx.run(
                sql.insert_attachment,
                id=attachment_id,
                sha256=stored.sha256,
                name=file.name[:200] or "file",
                content_type=file.content_type,
                size=stored.size,
                owner="customer",
                interaction_id=interaction_id,
            )
            kept.append(
                {
                    "id": str(attachment_id),
                    "name": file.name[:200] or "file",
                    "content_type": file.content_type,
                    "size": stored.size,
                }
            )
        return kept

    async def status(self, tx: Tx, account: Row, status: DeliveryStatus) -> None:
        """Take what became of an outbound message; UnknownMessage while its receipt is not kept yet."""
        found = await tx.row(sql.find_external_message, account_id=account["id"], external_id=status.external_id)
        if found is None and status.message_id is not None:
            # Our own id came back, so whoever took the message is known even if the receipt was lost.
            found = await tx.row(sql.find_own_message, account_id=account["id"], id=status.message_id)
        if found is None:
            raise UnknownMessage
        row = await store.lock(tx, found["interaction_id"])
        known = await tx.row(sql.lock_message, id=found["id"])
        if known is not None:
            await bounced.heard(tx, row, known, status.delivery, status.bounced, self.clock())
        if known is None or not supersedes(status.delivery, known["delivery"]):
            return
        await tx.run(
            sql.set_delivery,
            id=known["id"],
            delivery=status.delivery,
            error=status.error,
            external_id=status.external_id,
        )
        changed = await tx.row(sql.get_message, id=known["id"])
        if changed is not None:
            self.conversations.tell_message(tx, store.message(changed), row)


def _identity(sender: Address) -> Identity:
    return Identity(kind=sender.kind.value, value=sender.value[:254] or "unknown")


async def bind(tx: Tx, interaction_id: UUID, uploads: Sequence[UUID]) -> list[dict[str, Any]]:
    """Let stored files go with a message of the conversation: the actor's own, each once."""
    if not uploads:
        return []
    rows = await tx.rows(sql.bind_attachments, interaction_id=interaction_id, ids=list(uploads), owner=tx.actor.label)
    if len(rows) != len(set(uploads)):
        raise Invalid("An attachment is not there, is not yours, or was sent before.")
    return [store.attachment(row) for row in rows]


def unreadable(raw: RawInput, reason: str, sender: Address) -> InboundMessage:
    """Return what people see of input that cannot be read: who sent it, why, and the raw file itself."""
    file = InboundFile("message.eml" if raw.kind == "mail" else "raw.txt", "application/octet-stream", raw.body)
    return InboundMessage(
        external_id=raw.external_id,
        sender=sender,
        text="",
        subject=None,
        files=(file,),
        is_sender_verified=False,
        is_automatic=False,
        details={"unreadable": preview(reason, 500)},
    )
