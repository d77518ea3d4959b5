"""Conversations that are somebody else's: looked at, joined by a supervisor, taken over."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from access.model import Permission
from core.actor import Actor
from core.errors import Conflict
from core.ids import StaffId
from core.values import Value
from customers.model import CustomerCard, CustomerId
from interactions import store
from interactions.conversations import Conversations
from interactions.model import InteractionView, MessageView
from interactions.store import sql
from storage.database import Database, Row

_SHOWN = 8


class Past(Value):
    """One earlier conversation, as far as an offer shows it."""

    id: UUID
    number: int
    channel: str
    state: str
    subject: str | None
    preview: str
    opened_at: datetime
    closed_at: datetime | None
    disposition: str | None
    agent_name: str | None
    score: int | None = Field(description="What the customer gave at its end, 1 to 5.")


class OfferContext(Value):
    """Who is calling, before the offer is accepted."""

    customer: CustomerCard
    notes: str
    past: list[Past]


class Watching:
    """Reading along and whispering."""

    def __init__(self, db: Database, conversations: Conversations) -> None:
        self._db, self._conversations = db, conversations

    async def read(self, actor: Actor, interaction_id: UUID) -> tuple[InteractionView, list[MessageView]]:
        """Return a conversation with its last messages, as one moment had them."""
        async with self._db.transaction(actor, isolation="repeatable_read") as tx:
            row = await store.get(tx, interaction_id)
            actor.must(Permission.INTERACTION_READ, row["branch_id"])
            return await self._conversations.view(tx, row), await store.last_messages(tx, interaction_id)

    async def owner(self, actor: Actor, interaction_id: UUID) -> StaffId | None:
        """Return whose it is, to somebody who may read it."""
        row = await store.get(self._db, interaction_id)
        actor.must(Permission.INTERACTION_READ, row["branch_id"])
        return None if row["agent_id"] is None else StaffId(row["agent_id"])

    async def context(self, actor: Actor, offer_id: UUID) -> OfferContext:
        """Show who it is to the agent to whom it is offered, and to nobody else.

        Earlier conversations are those of the agent's branches and of the offer's own.
        """
        async with self._db.transaction(actor) as tx:
            work = await self._conversations.routing.offers.context(tx, actor, offer_id)
            row = await store.get(tx, work["work_id"])
            customer_id, customers = CustomerId(row["customer_id"]), self._conversations.customers
            scope = actor.branch_scope
            rows = await tx.rows(
                sql.past_with,
                customers=await customers.family(tx, customer_id),
                beside=row["id"],
                branches=None if scope is None else [*scope, *([work["branch_id"]] if work["branch_id"] else [])],
                most=_SHOWN,
            )
            return OfferContext(
                customer=await customers.card(tx, customer_id),
                notes=await customers.notes(tx, customer_id),
                past=[Past(**dict(each)) for each in rows],
            )


def whisper(actor: Actor, row: Row) -> dict[str, Any]:
    """Return what marks a note as meant for the agent who has the conversation."""
    actor.must(Permission.WORK_SUPERVISE, row["branch_id"])
    if row["agent_id"] is None or row["agent_id"] == actor.id:
        raise Conflict("There is nobody to whisper to.")
    return {"whisper": row["agent_name"] or ""}
