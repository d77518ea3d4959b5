"""What is said in conversations about tickets: our answers stop clocks, the customer's words start them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from core.clock import Clock
from core.events import LoggedEvent
from sla.model import Category
from sla.service import Sla
from storage.database import Database, Row, Tx
from storage.follower import Follower
from tickets import store
from tickets.flow import changed, difference, first_status
from tickets.service import Tickets
from tickets.store import sql

NAME = "tickets"
# What the customer's word brings back: it is our turn again.
_WAITING: frozenset[Category] = frozenset({"pending", "solved"})


class TicketTalk(Follower):
    """Follows the messages of conversations, one event a transaction: each may lock several tickets."""

    def __init__(self, db: Database, clock: Clock, tickets: Tickets, sla: Sla) -> None:
        super().__init__(db, NAME, frozenset({"message.added"}), self._hear, at_once=1, gather_seconds=0.05)
        self._clock, self._tickets, self._sla = clock, tickets, sla

    async def concerning(self, events: Sequence[LoggedEvent]) -> Sequence[LoggedEvent]:
        """Leave out what is said where there is no ticket, which is nearly all of it."""
        if not events:
            return []
        about = {event.subject: UUID(event.subject.partition(":")[2]) for event in events}
        rows = await self._db.rows(sql.tickets_of_interactions, interaction_ids=list(about.values()))
        theirs = {row["interaction_id"] for row in rows}
        return [event for event in events if about[event.subject] in theirs and _is_word(event.data["message"])]

    async def _hear(self, tx: Tx, events: Sequence[LoggedEvent]) -> None:
        for event in events:
            data = event.data
            message = data["message"]
            is_ours = message["author"]["kind"] == "agent"
            interaction_id = UUID(data["interaction_id"])
            rows = await tx.rows(sql.tickets_of_interactions, interaction_ids=[interaction_id])
            for row in rows:
                await self._tell(tx, row["ticket_id"], interaction_id, message, is_ours=is_ours)

    async def joined(self, tx: Tx, ticket_id: UUID, interaction_id: UUID) -> None:
        """A conversation that the customer began is about a ticket that is there: they ask again."""
        ticket = await store.lock(tx, ticket_id)
        if await tx.run(sql.link_interaction, ticket_id=ticket_id, interaction_id=interaction_id, now=self._clock()):
            await self._asked(tx, ticket)

    async def _tell(
        self, tx: Tx, ticket_id: UUID, interaction_id: UUID, message: dict[str, Any], *, is_ours: bool
    ) -> None:
        ticket = await store.lock(tx, ticket_id)
        seen = {"ticket_id": ticket_id, "interaction_id": interaction_id, "seq": message["seq"]}
        if await tx.value(sql.see_message, **seen) is None:
            return
        if is_ours:
            await self._answered(tx, ticket)
        else:
            await self._asked(tx, ticket)

    async def _answered(self, tx: Tx, ticket: Row) -> None:
        now = self._clock()
        if ticket["answered_at"] is None:
            await store.save(tx, dict(ticket) | {"answered_at": now}, now)
        await self._tickets.stands(tx, ticket["id"], await self._sla.answered(tx, ticket["id"], now))
        await self._tickets.tell(tx, ticket["id"], "answered")

    async def _asked(self, tx: Tx, ticket: Row) -> None:
        now = self._clock()
        if ticket["category"] in _WAITING:
            opened = first_status(await store.statuses(tx), ticket["kind"], "open")
            before = dict(ticket)
            after = changed(before, {"status_id": opened.id}, opened.stage, now)
            await self._tickets.settle(tx, after | {"now": now}, "customer", difference(before, after))
        await self._tickets.stands(tx, ticket["id"], await self._sla.asked(tx, ticket["id"], now))
        await self._tickets.tell(tx, ticket["id"], "asked")


def _is_word(message: dict[str, Any]) -> bool:
    return message["direction"] in ("inbound", "outbound") and message["author"]["kind"] != "system"
