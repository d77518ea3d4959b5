"""Rows of complaints to values and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from complaints.model import ComplaintRow, ReferralView
from complaints.path import Facts
from complaints.settings import Cause, Policy, Rule, Source
from core.errors import NotFound
from storage.database import Database, Row, Tx
from storage.queries import Queries
from tickets.model import PRIORITIES, number

sql = Queries(__file__)

_SAVED = (
    "ticket_id", "source_id", "stage", "acknowledged_at", "investigated_at", "receipt", "receipt_note", "level",
    "cause_id", "remedy", "lesson",
)  # fmt: skip


class NoComplaint(NotFound):
    """A ticket of another kind has no such path."""


async def lock(tx: Tx, ticket_id: UUID) -> Row:
    """Hold the path of a complaint; its ticket is held already."""
    row = await tx.row(sql.lock_complaint, ticket_id=ticket_id)
    if row is None:
        raise NoComplaint
    return row


async def save(tx: Tx, case: Mapping[str, Any], receipt_message_id: UUID | None = None) -> None:
    values = {name: case[name] for name in _SAVED}
    await tx.run(sql.save_complaint, receipt_message_id=receipt_message_id, **values)


async def facts(reader: Tx | Database, ticket_id: UUID) -> Facts:
    row = await reader.row(sql.facts, ticket_id=ticket_id)
    if row is None:
        raise NoComplaint
    return Facts(**dict(row))


async def sources(reader: Tx | Database) -> dict[UUID, Source]:
    return {row["id"]: Source.model_validate(dict(row)) for row in await reader.rows(sql.list_sources)}


async def causes(reader: Tx | Database) -> dict[UUID, Cause]:
    return {row["id"]: Cause.model_validate(dict(row)) for row in await reader.rows(sql.list_causes)}


async def policies(reader: Tx | Database) -> list[Policy]:
    return [Policy.model_validate(dict(row)) for row in await reader.rows(sql.list_policies)]


async def rule(reader: Tx | Database) -> Rule:
    row = await reader.row(sql.get_rule)
    assert row is not None, "the migration leaves one"  # noqa: S101 - the schema allows exactly one
    return Rule(**dict(row))


def complaint_row(row: Row) -> ComplaintRow:
    plain = {name: row[name] for name in ComplaintRow.model_fields if name not in ("number", "priority")}
    return ComplaintRow(**plain, number=number("complaint", row["serial"]), priority=PRIORITIES[row["priority"]])


def referral(row: Row) -> ReferralView:
    plain = {name: row[name] for name in ReferralView.model_fields if name != "number"}
    return ReferralView(**plain, number=number("complaint", row["serial"]))
