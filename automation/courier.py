"""Messages to customers: filled in, in the newest conversation that reaches them, else in one that is begun."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from access.model import Locale
from consents.mail import MailList
from core.dates import written
from core.errors import Conflict
from core.placeholders import filled
from customers.model import CustomerId
from interactions.unasked import Letter, Unasked, Way
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


class NoWay(Conflict):
    """There is no conversation in which the customer could be told, and no address to write to."""


@dataclass(frozen=True, slots=True)
class Said:
    """What customers are told: texts with placeholders, bodies added as they are, the subject of a new mail.

    `mail_list`: it goes to many, and whoever has it by mail can end that kind.
    """

    texts: Mapping[Locale, str]
    bodies: Mapping[Locale, str] = field(default_factory=dict)
    subject: str = ""
    mail_list: MailList | None = None


class Post:
    """Writes as the system: its word is no answer, stops no clock and reopens nothing."""

    def __init__(
        self, tickets: Tickets, conversations: ConversationWork, organisation: Organisation, unasked: Unasked
    ) -> None:
        self._tickets, self._conversations, self._organisation = tickets, conversations, organisation
        self._unasked = unasked

    async def tell(self, tx: Tx, ticket_id: UUID, texts: Mapping[Locale, str]) -> str:
        """Tell the customer with the placeholders filled in; returns by which channel. Raises Conflict when none is.

        Whoever called, or was written down at a counter, is written to first, by the way they like.
        """
        return (await self.send(tx, ticket_id, Said(texts)))[0]

    async def way(self, tx: Tx, ticket_id: UUID) -> Way:
        """Return how the customer of a ticket would be told; nothing is said. Raises Conflict when there is no way.

        A conversation that still reaches them counts before a new one, and a chat that is over comes last.
        """
        row = await self._tickets.hold(tx, ticket_id)
        if row["customer_id"] is None:
            raise Conflict("It is a colleague's ticket.")
        known = await self._tickets.conversations(tx, ticket_id)
        for interaction_id, channel in known:
            if await self._unasked.reaches(tx, interaction_id):
                return Way(channel, interaction_id=interaction_id)
        first = await self._unasked.way(tx, CustomerId(row["customer_id"]), row["branch_id"])
        over = [Way(channel, interaction_id=each) for each, channel in known if channel == "webchat"]
        if first is None and not over:
            raise NoWay
        return first or over[0]

    async def refusal(self, tx: Tx, way: Way, mail_list: MailList | None) -> str | None:
        """Return why it would not go out this way, by the wish of its reader; None where it would."""
        return await self._unasked.refusal(tx, way, mail_list)

    async def send(self, tx: Tx, ticket_id: UUID, said: Said) -> tuple[str, UUID]:
        """Tell the customer of a ticket, beginning a conversation about it where there is none.

        Returns the channel and the conversation; what was said is the last that we said there.
        """
        way = await self.way(tx, ticket_id)
        row = await self._tickets.hold(tx, ticket_id)
        texts = await self._filled(tx, row, said)
        if way.interaction_id is not None:
            if not await self._conversations.tell_customer(tx, way.interaction_id, texts, said.mail_list):
                raise Conflict("There is no conversation in which the customer could be told.")
            return way.channel, way.interaction_id
        letter = Letter(CustomerId(row["customer_id"]), said.subject or row["subject"], texts, said.mail_list)
        begun = await self._unasked.begin(tx, way, letter)
        await self._tickets.about(tx, ticket_id, begun)
        return way.channel, begun

    async def _filled(self, tx: Tx, row: Row, said: Said) -> dict[Locale, str]:
        """Fill in what was written for this; what is added to it stands as it is, braces and all."""
        found = {}
        for locale in said.texts.keys() | said.bodies.keys():
            text = filled(said.texts.get(locale, ""), await self._values(tx, row, locale), _USUAL[locale])
            found[locale] = "\n\n".join(part for part in (text.strip(), said.bodies.get(locale, "")) if part)
        return found

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
