"""Rows of tickets to values and back."""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any
from uuid import UUID

from core.errors import NotFound
from core.text import fold
from storage.database import Database, Row, Tx
from storage.queries import Queries
from tickets.fields import TicketField, searchable
from tickets.flow import Status
from tickets.model import (
    PRIORITIES,
    CheckView,
    FileView,
    HistoryView,
    PaperView,
    TicketRow,
    TimeView,
    number,
    paper_number,
)

sql = Queries(__file__)

_PLAIN = [name for name in TicketRow.model_fields if name not in ("number", "priority")]
# A page of fifty has more than a thousand of these.
_plain = itemgetter(*_PLAIN)
_SAVED = (
    "id", "subject", "description", "status_id", "category", "priority", "type_id", "customer_id", "branch_id",
    "queue_id", "owner_id", "is_confidential", "readers", "hidden_from", "fields", "answered_at", "solved_at",
    "closed_at", "merged_into", "due_at", "sla",
)  # fmt: skip
_SEARCHED = 20_000


def ticket_row(row: Row) -> TicketRow:
    values = dict(zip(_PLAIN, _plain(row), strict=True))
    values["number"], values["priority"] = number(row["kind"], row["serial"]), PRIORITIES[row["priority"]]
    return TicketRow.model_validate(values)


def _there(row: Row | None) -> Row:
    if row is None:
        raise NotFound("There is no such ticket.")
    return row


async def lock(tx: Tx, ticket_id: UUID) -> Row:
    """Hold one. Raises NotFound."""
    return _there(await tx.row(sql.lock_ticket, id=ticket_id))


async def get(reader: Tx | Database, ticket_id: UUID) -> Row:
    """Return one with the names that a page shows. Raises NotFound."""
    return _there(await reader.row(sql.get_ticket, id=ticket_id))


async def insert(tx: Tx, values: Mapping[str, Any]) -> Row:
    """Keep a new one, and return it as `get` does."""
    return _there(await tx.row(sql.insert_ticket, **{name: values[name] for name in sql.insert_ticket.parameters}))


async def save(tx: Tx, values: Mapping[str, Any], now: Any) -> Row:
    """Keep one as it is now, and return it as `get` does. Raises NotFound."""
    return _there(await tx.row(sql.save_ticket, now=now, **{name: values[name] for name in _SAVED}))


async def words(tx: Tx, values: Mapping[str, Any], fields: list[TicketField], customer_name: str) -> str:
    """Return the words by which it is found: its own, those of searchable fields, the customer's name, its number."""
    named = number(values["kind"], values["serial"])
    found = [named, named.replace("-", ""), values["subject"], customer_name, searchable(fields, values["fields"])]
    if values["kind"] == "service_case":
        found.append(await tx.value(sql.words_of_unit, ticket_id=values["id"]) or "")
    text = " ".join([*found, values["description"][:_SEARCHED]])
    return f" {fold(text)} "


async def setup(reader: Tx | Database) -> tuple[list[Status], list[TicketField]]:
    """Return stages and custom fields, as `statuses` and `fields` do, in one round trip."""
    (row,) = await reader.rows(sql.ticket_setup)
    stages = [Status.model_validate(each) for each in row["statuses"]]
    return stages, [TicketField.model_validate(each) for each in row["fields"]]


async def statuses(reader: Tx | Database) -> list[Status]:
    return [Status.model_validate(dict(row)) for row in await reader.rows(sql.list_statuses)]


async def fields(reader: Tx | Database) -> list[TicketField]:
    return [TicketField.model_validate(dict(row)) for row in await reader.rows(sql.list_fields)]


async def checks(reader: Tx | Database, ticket_id: UUID) -> list[CheckView]:
    return [CheckView(**dict(row)) for row in await reader.rows(sql.list_checks, ticket_id=ticket_id)]


async def times(reader: Tx | Database, ticket_id: UUID) -> list[TimeView]:
    return [TimeView(**dict(row)) for row in await reader.rows(sql.list_times, ticket_id=ticket_id)]


async def papers(reader: Tx | Database, ticket_id: UUID) -> list[PaperView]:
    found = []
    for row in await reader.rows(sql.list_papers, ticket_id=ticket_id):
        plain = {name: row[name] for name in PaperView.model_fields if name != "number"}
        found.append(PaperView(**plain, number=paper_number(row["kind"], row["serial"])))
    return found


async def files(reader: Tx | Database, ticket_id: UUID, label: str) -> list[FileView]:
    """Return its files, as whoever has this label sees them."""
    return [
        FileView(
            **{name: row[name] for name in FileView.model_fields if name not in ("url", "is_own")},
            url=f"/api/tickets/{ticket_id}/files/{row['id']}",
            is_own=row["by_label"] == label,
        )
        for row in await reader.rows(sql.list_files, ticket_id=ticket_id)
    ]


async def history(reader: Tx | Database, ticket_id: UUID, before: UUID, most: int) -> list[HistoryView]:
    rows = await reader.rows(sql.list_changes, ticket_id=ticket_id, before=before, most=most)
    return [HistoryView.model_validate(dict(row)) for row in rows]
