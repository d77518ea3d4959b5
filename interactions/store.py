"""Rows of the neck to values and back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from core.errors import NotFound
from customers.model import CustomerCard
from interactions.details import shown_details
from interactions.model import (
    AttachmentView,
    Author,
    Call,
    InteractionId,
    InteractionView,
    MessageView,
)
from interactions.recipients import from_row
from storage.database import Database, Row, Tx
from storage.queries import Queries

sql = Queries(__file__)
_LAST = 2**31 - 1


def interaction(row: Row, customer: CustomerCard) -> InteractionView:
    return InteractionView(
        id=row["id"],
        number=row["number"],
        channel=row["channel"],
        direction=row["direction"],
        state=row["state"],
        subject=row["subject"],
        customer=customer,
        address=row["address"],
        queue_id=row["queue_id"],
        queue_name=row["queue_name"],
        agent_id=row["agent_id"],
        agent_name=row["agent_name"],
        branch_id=row["branch_id"],
        last_seq=row["last_seq"],
        preview=row["preview"],
        unread=row["unread"],
        opened_at=row["opened_at"],
        assigned_at=row["assigned_at"],
        closed_at=row["closed_at"],
        disposition=row["disposition"],
        call=Call(**row["call"]) if row["call"] else None,
        details=row["details"],
        read_seq=row["read_seq"],
        customer_at=row["customer_at"],
        answered_at=row["answered_at"],
        snoozed_until=row["snoozed_until"],
        follow_up_at=row["follow_up_at"],
        wrap_up_until=row["wrap_up_until"],
        is_extended=bool(row["is_extended"]),
        wrap_up_mode=row["wrap_up_mode"],
        wrap_up_since=row["wrap_up_since"],
        priority=row["priority"] or 0,
        is_emergency=bool(row["is_emergency"]),
    )


def attachment(row: Row) -> dict[str, Any]:
    """Return what a message keeps of an attachment."""
    return {"id": str(row["id"]), "name": row["name"], "content_type": row["content_type"], "size": row["size"]}


def message(row: Row) -> MessageView:
    return MessageView(
        id=row["id"],
        seq=row["seq"],
        interaction_id=row["interaction_id"],
        direction=row["direction"],
        author=Author(kind=row["author_kind"], id=row["author_id"], name=row["author_name"]),
        text=row["text"],
        html=row["html"],
        attachments=[AttachmentView(**each, url=f"/api/files/{each['id']}") for each in row["attachments"]],
        delivery=row["delivery"],
        error=row["error"],
        client_id=row["client_id"],
        event=row["event"],
        details=shown_details(row["details"]),
        recipients=from_row(row["recipients"]),
        at=row["at"],
    )


async def insert(tx: Tx, **interaction: Any) -> None:
    """Insert one by its columns; nothing is said in it yet."""
    await tx.together(sql.insert_interactions, [{**interaction, "said": 0, "unread": 0, "preview": ""}])


async def add_keys(writer: Tx | Database, account_id: UUID, interaction_id: UUID, keys: Sequence[str]) -> None:
    """Keep by what later messages of an account may refer to a conversation."""
    ids = [interaction_id] * len(keys)
    await writer.run(sql.add_thread_keys, account_id=account_id, keys=list(keys), interaction_ids=ids)


async def lock(tx: Tx, interaction_id: UUID) -> Row:
    row = await tx.row(sql.lock_interaction, id=interaction_id)
    if row is None:
        raise NotFound
    return row


async def get(reader: Tx | Database, interaction_id: UUID) -> Row:
    row = await reader.row(sql.get_interaction, id=interaction_id)
    if row is None:
        raise NotFound
    return row


async def last_messages(
    reader: Tx | Database, interaction_id: UUID, most: int = 50, before: int = _LAST
) -> list[MessageView]:
    """Return a page of a conversation, oldest first."""
    rows = await reader.rows(sql.list_messages, interaction_id=interaction_id, before_seq=before, most=most)
    return [message(row) for row in reversed(rows)]


async def lock_all(tx: Tx, ids: Collection[UUID]) -> dict[UUID, Row]:
    """Lock several for the changes that follow, always in the same order; one that is not there is left out."""
    rows = await tx.rows(sql.lock_interactions, ids=list(ids)) if ids else []
    return {row["id"]: row for row in rows}


async def get_all(reader: Tx | Database, ids: Collection[UUID]) -> dict[UUID, Row]:
    rows = await reader.rows(sql.get_interactions, ids=list(ids)) if ids else []
    return {row["id"]: row for row in rows}


def interaction_id(row: Row) -> InteractionId:
    return InteractionId(row["id"])
