"""Messages of rules to customers: filled in, and left in the newest conversation that can be written to."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from access.model import Locale
from core.dates import written
from core.errors import Conflict
from core.placeholders import filled
from customers.model import CustomerId
from interactions.work import ConversationWork
from organisation.service import Organisation
from storage.database import Row, Tx
from tickets.model import number
from tickets.service import Tickets

_USUAL: dict[Locale, dict[str, str]] = {
    "en": {"customer.name": "customer", "ticket.due": "soon"},
    "ar": {"customer.name": "عميلنا الكريم", "ticket.due": "قريبًا"},
    "fa": {"customer.name": "مشتری گرامی", "ticket.due": "به‌زودی"},
}


class Post:
    """Writes as the system: its word is no answer, stops no clock and reopens nothing."""

    def __init__(self, tickets: Tickets, conversations: ConversationWork, organisation: Organisation) -> None:
        self._tickets, self._conversations, self._organisation = tickets, conversations, organisation

    async def tell(self, tx: Tx, ticket_id: UUID, texts: Mapping[Locale, str]) -> str:
        """Leave a message with its placeholders filled in; returns where. Raises Conflict when there is nowhere."""
        row = await self._tickets.hold(tx, ticket_id)
        if row["customer_id"] is None:
            raise Conflict("It is a colleague's ticket.")
        said = {
            locale: filled(text, await self._values(tx, row, locale), _USUAL[locale]) for locale, text in texts.items()
        }
        for interaction_id, channel in await self._tickets.conversations(tx, ticket_id):
            if await self._conversations.tell_customer(tx, interaction_id, said):
                return channel
        raise Conflict("There is no conversation in which the customer could be told.")

    async def _values(self, tx: Tx, row: Row, locale: Locale) -> dict[str, str]:
        customer = await self._tickets.customers.card(tx, CustomerId(row["customer_id"]))
        shown = await self._tickets.names(tx, row["id"])
        calendar, zone = await self._organisation.calendar(tx, locale), await self._organisation.time_zone()
        return {
            "customer.name": customer.name,
            "ticket.number": number(row["kind"], row["serial"]),
            "ticket.subject": row["subject"],
            "ticket.stage": shown.stage.get(locale) or shown.stage["en"],
            "ticket.due": "" if row["due_at"] is None else written(row["due_at"], locale, calendar, zone),
            "agent.name": shown.owner,
            "organisation.name": (await self._organisation.face()).name,
        }
