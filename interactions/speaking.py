"""Saying something to the customer: one way for what is said now, and for what waited to be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from access.model import Locale
from channels.base import Channel, Delivery
from core.clock import Clock
from core.errors import Invalid, NotFound
from core.ids import uuid7
from interactions.conversations import Conversations
from interactions.model import Author, MessageView, NewReply
from interactions.outbox import leave_message, leave_unseen
from interactions.recipients import Recipient, Recipients, own_among
from interactions.signatures import Signatures
from interactions.store import sql
from interactions.words import Words
from storage.database import Row, Tx


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail has beside its words; a chat has none of it."""

    recipients: Recipients | None = None
    subject: str | None = None
    locale: Locale | None = None
    is_signed: bool = True
    forwards: UUID | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, reply: NewReply) -> Letter:
        recipients = None if reply.recipients is None else reply.recipients.once()
        return cls(recipients, reply.subject or None, reply.locale, reply.is_signed, reply.forwards)


class ToOurselves(Invalid):
    """One of our own mailboxes is among the recipients; the mail would come back to us."""


class Speaking:
    """Says things; everything here runs in the caller's transaction, under the lock of the conversation."""

    def __init__(
        self, clock: Clock, conversations: Conversations, channels: dict[str, type[Channel]], signatures: Signatures
    ) -> None:
        self._clock, self._conversations = clock, conversations
        self._channels, self._signatures = channels, signatures

    async def must_fit(self, tx: Tx, row: Row, said: Words, letter: Letter) -> None:
        """Refuse what this channel cannot carry."""
        if row["call"] is not None:
            raise Invalid("A call is answered by speaking.")
        channel = self._channels[row["channel"]]
        if said.html is not None and not channel.carries_html:
            raise Invalid("This channel carries plain text only.")
        if letter.recipients is None and letter.subject is None and letter.forwards is None:
            return
        if not channel.carries_recipients:
            raise Invalid("On this channel there is nobody to choose.")
        if letter.recipients is not None:
            own = [each["address"] for each in await tx.rows(sql.own_addresses)]
            ours = own_among(letter.recipients.everybody(), own)
            if ours is not None:
                raise ToOurselves(f"{ours} is one of our own mailboxes.", field="recipients")

    async def send(
        self,
        tx: Tx,
        row: Row,
        author: Author,
        said: Words,
        client_id: str,
        files: Sequence[dict[str, Any]],
        letter: Letter | None = None,
    ) -> MessageView:
        """Say it; the row is the promise that it is sent."""
        letter = letter or Letter()
        await self.must_fit(tx, row, said, letter)
        is_fed = self._channels[row["channel"]].is_fed
        details, is_aside = await self._details(tx, row, author, letter), _is_aside(row, letter)
        message = await self._conversations.say(
            tx,
            row,
            "outbound",
            author,
            said.text,
            self._clock(),
            html=said.html,
            client_id=client_id,
            attachments=[*files, *await self._passed_on(tx, row, letter)],
            delivery=Delivery.SENT if is_fed else Delivery.QUEUED,
            details=details | ({"aside": True} if is_aside else {}),
            recipients=letter.recipients,
            # What goes to others alone is no answer: the customer still waits.
            counts_as="system" if is_aside else None,
        )
        if letter.recipients is not None and not is_aside:
            await self._add(tx, row, letter.recipients)
        if not is_fed:
            await leave_message(tx, row["id"], message.id)
        elif row["details"].get("email"):
            await leave_unseen(tx, row["id"], self._clock())
        return message

    async def _details(self, tx: Tx, row: Row, author: Author, letter: Letter) -> dict[str, Any]:
        details = dict(letter.details)
        if letter.subject is not None:
            details["subject"] = letter.subject
        if letter.is_signed and self._channels[row["channel"]].carries_recipients:
            head = await self._signatures.of_mail(tx, row, author.id, author.name, letter.locale)
            if head.signature:
                details["signature"] = head.signature
        return details

    async def _passed_on(self, tx: Tx, row: Row, letter: Letter) -> list[dict[str, Any]]:
        if letter.forwards is None:
            return []
        found = await tx.row(sql.files_of_other, id=letter.forwards, interaction_id=row["id"])
        if found is None:
            raise NotFound("There is no such message in this conversation.")
        return list(found["attachments"])

    async def everybody(self, tx: Tx, row: Row) -> Recipients:
        """Return to whom an answer to all goes: the customer, and who was confirmed to take part."""
        rows = await tx.rows(sql.participants_of, interaction_id=row["id"])
        people = [
            Recipient(address=each["address"], name=each["name"]) for each in rows if each["state"] == "confirmed"
        ]
        return Recipients(to=[Recipient(address=row["address"], name=row["address_name"])], cc=people)

    async def _add(self, tx: Tx, row: Row, recipients: Recipients) -> None:
        """Whom an agent writes to along with the customer takes part: that word is the confirmation."""
        others = [each for each in [*recipients.to, *recipients.cc] if each.address != row["address"]]
        for each in others:
            await tx.run(
                sql.add_participants,
                interaction_id=row["id"],
                ids=[uuid7()],
                addresses=[each.address],
                name=each.name[:120],
                origin="agent",
                state="confirmed",
                now=self._clock(),
            )


def _is_aside(row: Row, letter: Letter) -> bool:
    return letter.recipients is not None and not letter.recipients.includes(row["address"])
