"""What a new ticket takes over from the conversation or the ticket from which it is opened, and how they are linked."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from access.model import Permission
from core.actor import Actor
from core.errors import Invalid
from core.ids import BranchId
from storage.database import Row, Tx
from tickets.model import NewTicket
from tickets.store import sql


async def from_conversation(tx: Tx, actor: Actor, new: NewTicket) -> tuple[NewTicket, str]:
    """Take over whose it is and where it belongs, and return the channel; what was said explicitly counts before."""
    row = await tx.row(sql.interaction_for_ticket, id=new.interaction_id)
    if row is None:
        raise Invalid("There is no such conversation.", field="interaction_id")
    actor.must(Permission.INTERACTION_READ, row["branch_id"])
    taken: dict[str, Any] = {}
    if new.customer_id is None and new.requester_id is None:
        taken["customer_id"] = row["customer_id"]
    if new.branch_id is None:
        taken["branch_id"] = row["branch_id"]
    return new.model_copy(update=taken), row["channel"]


def from_ticket(row: Row, new: NewTicket) -> NewTicket:
    """Carry over the requester of the ticket from which it is made, and its confidence."""
    taken: dict[str, Any] = {"is_confidential": new.is_confidential or row["is_confidential"]}
    if new.customer_id is None and new.requester_id is None:
        taken |= {"customer_id": row["customer_id"], "requester_id": row["requester_id"]}
    for name in ("branch_id", "description"):
        if not getattr(new, name):
            taken[name] = row[name]
    return new.model_copy(update=taken)


async def link(tx: Tx, ticket_id: UUID, new: NewTicket, now: datetime) -> None:
    """Link it with what it comes from; the conversations of a ticket are about both."""
    if new.interaction_id is not None:
        await tx.run(sql.link_interaction, ticket_id=ticket_id, interaction_id=new.interaction_id, now=now)
    if new.from_ticket_id is not None:
        await tx.run(sql.add_link, from_id=new.from_ticket_id, to_id=ticket_id, kind="converted", now=now)
        for row in await tx.rows(sql.list_interactions, ticket_id=new.from_ticket_id):
            await tx.run(sql.link_interaction, ticket_id=ticket_id, interaction_id=row["interaction_id"], now=now)


def only_branch(actor: Actor) -> BranchId | None:
    return next(iter(actor.branches)) if actor.branches is not None and len(actor.branches) == 1 else None
