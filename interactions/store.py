"""Rows of the neck to values and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from core.errors import NotFound
from core.text import preview, printable
from customers.model import CustomerCard
from interactions.model import (
    AttachmentView,
    Author,
    Call,
    Direction,
    InteractionId,
    InteractionView,
    MessageId,
    MessageView,
)
from storage.database import Database, Row, Tx
from storage.queries import Queries

sql = Queries(__file__)
_LAST = 2**31 - 1
# What people see of a message's details; the rest is for replies and for later questions.
_SHOWN = (
    "thread", "verdict", "doubt", "unreadable", "participant", "subject_changed", "repeated_id", "email", "page",
    "whisper", "until",
)  # fmt: skip


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
        details={name: row["details"][name] for name in _SHOWN if name in row["details"]},
        at=row["at"],
    )


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


async def add_message(
    tx: Tx,
    interaction_id: UUID,
    message_id: MessageId,
    *,
    direction: Direction,
    author: Author,
    text: str,
    account_id: UUID,
    at: datetime,
    html: str | None = None,
    event: str | None = None,
    attachments: Sequence[dict[str, Any]] = (),
    delivery: str = "none",
    client_id: str | None = None,
    external_id: str | None = None,
    raw_id: int | None = None,
    details: dict[str, Any] | None = None,
    counts_as: Direction | None = None,
) -> tuple[MessageView, Row]:
    """Give a message its place under the interaction's lock; returns it with the interaction's new counters.

    `counts_as` is for what is said by nobody: as `system` it is no answer, and leaves unread what is unread.
    """
    text = printable(text)
    counted = await tx.row(
        sql.next_seq, id=interaction_id, direction=counts_as or direction, preview=preview(text), at=at
    )
    if counted is None:
        raise NotFound
    await tx.run(
        sql.insert_message,
        id=message_id,
        interaction_id=interaction_id,
        seq=counted["last_seq"],
        direction=direction,
        author_kind=author.kind,
        author_id=author.id,
        author_name=author.name,
        text=text,
        html=html,
        event=event,
        attachments=list(attachments),
        delivery=delivery,
        client_id=client_id,
        account_id=account_id,
        external_id=external_id,
        raw_id=raw_id,
        details=details or {},
        at=at,
    )
    row = await tx.row(sql.get_message, id=message_id)
    if row is None:
        raise NotFound
    return message(row), counted


def interaction_id(row: Row) -> InteractionId:
    return InteractionId(row["id"])
