"""Rows of the portal to values and back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from core.errors import NotFound
from portal.model import CustomerRow, Form, FormFields, PortalSettings
from storage.database import Database, Row, Tx
from storage.queries import Queries
from tickets.model import number

sql = Queries(__file__)

_DERIVED = frozenset({"number"})


async def settings(reader: Tx | Database) -> tuple[PortalSettings, int]:
    """Return the settings and their version; 0 before anything was saved."""
    row = await reader.row(sql.get_settings)
    return (PortalSettings(), 0) if row is None else (PortalSettings.model_validate(row["settings"]), row["version"])


async def form(reader: Tx | Database, form_id: str) -> Form:
    row = await reader.row(sql.get_form, id=form_id)
    if row is None:
        raise NotFound("There is no such form.")
    return form_of(row)


def form_of(row: Row) -> Form:
    return Form.model_validate(dict(row))


def columns(fields: FormFields) -> dict[str, Any]:
    values = fields.model_dump(mode="json", include={"settings", "origins", "is_enabled"})
    return {**values, "account_id": fields.account_id}


async def account(reader: Tx | Database, account_id: UUID | None) -> Row:
    """Return an account of the portal. Raises NotFound."""
    row = None if account_id is None else await reader.row(sql.get_account, id=account_id)
    if row is None:
        raise NotFound("There is no such account of the portal.")
    return row


def ticket_row(row: Row) -> dict[str, Any]:
    """Return what a list shows of a ticket."""
    plain = {name: row[name] for name in CustomerRow.model_fields if name not in _DERIVED}
    return {**plain, "number": number(row["kind"], row["serial"])}
