"""Rows of forms to values."""

from __future__ import annotations

from uuid import UUID

from contactforms.model import Choice, ContactForm
from storage.database import Database, Row, Tx
from storage.queries import Queries

sql = Queries(__file__)


async def choices(reader: Tx | Database) -> dict[UUID, Choice]:
    return {row["id"]: Choice(**dict(row)) for row in await reader.rows(sql.list_choices)}


def form(row: Row) -> ContactForm:
    return ContactForm(**dict(row))
