"""Requests from outside become a conversation and the ticket about it, in one transaction; the portal's and forms'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from access.model import Locale, Permission
from channels.base import Address, IdentityKind, InboundMessage, ThreadKey
from core.actor import Actor
from customers.model import CustomerId
from interactions.arrivals import Arrival, Opening
from interactions.model import MessageView
from interactions.receive import Receiver
from portal.store import sql
from storage.database import Row, Tx
from tickets.model import FieldValue, Kind, NewTicket
from tickets.service import Tickets

# What opening a ticket about an own conversation takes; a customer has no permission of their own.
_NEEDED = frozenset(
    {
        Permission.TICKET_READ,
        Permission.TICKET_WRITE,
        Permission.CUSTOMER_READ,
        Permission.INTERACTION_READ,
    }
)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes. `is_proven`: they signed in with this address."""

    kind: IdentityKind
    address: str
    name: str
    locale: Locale
    is_proven: bool


@dataclass(frozen=True, slots=True)
class Word:
    """Something said, once per `external_id`."""

    external_id: str
    text: str
    subject: str
    uploads: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for, once per actor and `client_id`."""

    kind: Kind
    fields: dict[str, FieldValue]
    client_id: str
    source: str


@dataclass(frozen=True, slots=True)
class Raised:
    """A ticket and its conversation; `is_new`: they were not there before."""

    ticket_id: UUID
    interaction_id: UUID
    is_new: bool


class Raising:
    def __init__(self, receiver: Receiver, tickets: Tickets) -> None:
        self._receiver, self._tickets = receiver, tickets

    async def say(self, tx: Tx, account: Row, sender: Sender, word: Word, *, into: UUID | None = None) -> MessageView:
        """Say it, in the conversation that is named while that takes it; known words are returned as they were kept."""
        thread = () if into is None else (ThreadKey(f"interaction:{into}", is_proof=True),)
        inbound = InboundMessage(
            external_id=word.external_id,
            sender=Address(sender.kind, sender.address, sender.name),
            text=word.text,
            subject=word.subject,
            thread=thread,
            is_sender_verified=sender.is_proven,
        )
        opening = Opening(details={"locale": sender.locale}, locale=sender.locale)
        return await self._receiver.message(tx, account, Arrival(inbound, uploads=word.uploads, opening=opening))

    async def raise_(self, tx: Tx, account: Row, sender: Sender, word: Word, request: Request) -> Raised:
        """Open a ticket with its conversation; both are there once, however often and however much at once it is asked.

        Saying it holds whoever asks the same until this one is through: only then it is known whether it is new.
        """
        message = await self.say(tx, account, sender, word)
        known = await tx.value(sql.opened_before, opened_by=tx.actor.label, client_id=request.client_id)
        if known is not None:
            return Raised(UUID(str(known)), message.interaction_id, is_new=False)
        new = NewTicket(
            kind=request.kind,
            subject=word.subject,
            description=word.text,
            interaction_id=message.interaction_id,
            fields=request.fields,
            client_id=request.client_id,
        )
        ticket_id = await self._tickets.open_in(tx, deputy(tx.actor), new, source=request.source)
        return Raised(ticket_id, message.interaction_id, is_new=True)

    async def known_as(self, tx: Tx, customer_id: CustomerId) -> list[UUID]:
        """Return all ids of a customer."""
        return [UUID(str(each)) for each in await self._tickets.customers.family(tx, customer_id)]


def deputy(actor: Actor) -> Actor:
    """Return the actor as they open a ticket: what they may is decided by the portal, for this one step."""
    return replace(actor, permissions=_NEEDED, branches=None)


def plain(fields: dict[str, Any], shown: set[str]) -> dict[str, Any]:
    """Return the fields of a ticket that its customer sees."""
    return {key: value for key, value in fields.items() if key in shown}
