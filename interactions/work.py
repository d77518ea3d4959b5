"""Conversations as routing sees them: what it tells in its transactions, and what it asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from access.model import Locale
from channels.base import Channel, Delivery
from consents.mail import MailList
from core.clock import Clock
from core.ids import StaffId
from customers.model import CustomerId
from interactions import store
from interactions.conversations import Conversations
from interactions.model import Author, MessageId
from interactions.outbox import leave_connecting, leave_message
from interactions.store import sql
from storage.database import Database, Row, Tx

# In which language somebody is told something whose own is not known, or not among what there is.
_USUAL: tuple[Locale, ...] = ("en", "ar", "fa")


class ConversationWork:
    """Routing locks the conversation first, then its work; so every method may lock it again."""

    def __init__(self, clock: Clock, conversations: Conversations, channels: Mapping[str, type[Channel]]) -> None:
        self._clock = clock
        self._conversations, self._channels = conversations, channels

    async def lock(self, tx: Tx, work_id: UUID) -> None:
        """Lock the conversation of a work, if the work is one's."""
        await tx.row(sql.lock_interaction, id=work_id)

    async def assigned(self, tx: Tx, work_id: UUID, agent_id: StaffId, now: datetime) -> None:
        """It is an agent's: the conversation is theirs, and a caller is joined with them."""
        row = await store.lock(tx, work_id)
        await self._conversations.move(tx, row, "assigned", now, agent_id=agent_id, assigned_at=now)
        row = await store.lock(tx, work_id)
        await self._conversations.note_event(tx, row, "assigned", now, row["agent_name"] or "")
        await self._conversations.tell(tx, work_id, "assigned", with_messages=True)
        if row["call"] is not None:
            await leave_connecting(tx, row, agent_id)

    async def wrapped_up(self, tx: Tx, work_id: UUID, now: datetime) -> None:
        """The time for wrap-up is over."""
        row = await store.lock(tx, work_id)
        if row["state"] == "wrap_up":
            await self._conversations.closed(tx, row, now)

    async def drop(self, tx: Tx, work_id: UUID, now: datetime) -> None:
        """Close one that waits and whose work is withdrawn; in the caller's transaction."""
        await self._conversations.closed(tx, await store.lock(tx, work_id), now)

    async def answered(self, tx: Tx, work_id: UUID, agent_id: StaffId, now: datetime) -> None:
        """Somebody answered what waited, from outside: nobody is asked to take it any more."""
        row = await store.lock(tx, work_id)
        await self._conversations.routing.withdraw(tx, work_id, cause="finished")
        await self._conversations.note_event(tx, row, "closed", now)
        await self._conversations.move(tx, row, "closed", now, agent_id=agent_id, assigned_at=now)
        await self._conversations.tell(tx, work_id, "closed")

    async def silent(self, reader: Database, before: datetime, most: int) -> list[UUID]:
        """Name conversations in which we spoke last, before then, and the customer has not answered."""
        return [row["id"] for row in await reader.rows(sql.silent_conversations, before=before, most=most)]

    async def calmed(self, tx: Tx, work_id: UUID) -> None:
        """From now on the customer's next word takes the way on which it is told to routing."""
        await tx.run(sql.set_quiet, id=work_id, is_quiet=True)

    async def waits_again(self, tx: Tx, work_id: UUID, queue_id: UUID | None, event: str, text: str) -> None:
        """It has nobody any more, or waits in another queue: a line in the conversation says so."""
        now, row = self._clock(), await store.lock(tx, work_id)
        await self._conversations.move(tx, row, "queued", now, queue_id=queue_id)
        await self._conversations.note_event(tx, row, event, now, text)
        await self._conversations.tell(tx, work_id, "requeued" if event == "requeued" else "transferred")

    async def tell_customer(
        self, tx: Tx, work_id: UUID, texts: Mapping[Locale, str], mail_list: MailList | None = None
    ) -> bool:
        """Say something while the customer waits; it is no answer, and a call cannot be written to.

        `mail_list`: what is said to many, so that whoever has it by mail can end that kind.
        """
        row = await store.lock(tx, work_id)
        if row["call"] is not None:
            return False
        details = {} if mail_list is None else {"mail_list": mail_list}
        return await self._announce(tx, row, texts, None, details) is not None

    async def confirm(
        self, tx: Tx, interaction_id: UUID, texts: Mapping[Locale, str], subjects: Mapping[Locale, str]
    ) -> MessageId | None:
        """Confirm something in a conversation, open or not, in words of ours; it is no answer.

        None where nothing can be written to: a call, and an address of which nobody knows that it is the sender's.
        """
        row = await store.lock(tx, interaction_id)
        if row["call"] is not None or await tx.value(sql.is_anybody_unproven, interaction_id=interaction_id):
            return None
        return await self._announce(tx, row, texts, subjects)

    async def _announce(
        self,
        tx: Tx,
        row: Row,
        texts: Mapping[Locale, str],
        subjects: Mapping[Locale, str] | None,
        more: Mapping[str, str] = MappingProxyType({}),
    ) -> MessageId | None:
        card = await self._conversations.customers.card(tx, CustomerId(row["customer_id"]))
        spoken = [locale for locale in (row["details"].get("locale"), card.locale) if locale]
        said = next(((locale, texts[locale]) for locale in (*spoken, *_USUAL) if texts.get(locale)), None)
        if said is None:
            return None
        locale, text = said
        details = {} if subjects is None else {"is_automatic": True, "subject": subjects[locale]}
        is_fed = self._channels[row["channel"]].is_fed
        message = await self._conversations.say(
            tx,
            row,
            "outbound",
            Author(kind="system"),
            text,
            self._clock(),
            counts_as="system",
            delivery=Delivery.SENT if is_fed else Delivery.QUEUED,
            details={**details, **more},
        )
        if not is_fed:
            await leave_message(tx, row["id"], message.id)
        return message.id
