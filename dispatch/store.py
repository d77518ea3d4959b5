"""Rows of visits to values and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from core.errors import NotFound
from dispatch.model import Charge, FileView, Place, StepView, VisitRow, VisitView, Window, number
from storage.database import Database, Row, Tx
from storage.queries import Queries

sql = Queries(__file__)

_DERIVED = ("number", "place", "windows", "promised", "charge")
_SAVED = (
    "id", "subject", "notes", "place", "minutes", "skills", "windows", "promised_from", "promised_to", "priority",
    "territory", "parts", "checklist", "is_in_warranty", "technician_id", "planned_at", "is_locked", "state",
    "state_at", "reason", "outcome", "minutes_worked", "signed_by", "attempts", "had",
)  # fmt: skip


def charge(is_in_warranty: bool | None) -> Charge | None:
    """Tell whether it is free or charged; None while nobody knows whether it is in warranty."""
    return None if is_in_warranty is None else ("free" if is_in_warranty else "charged")


def visit_row(row: Row) -> VisitRow:
    return VisitRow(**_plain(row))


def _plain(row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {name: row[name] for name in VisitRow.model_fields if name not in _DERIVED}
    promised = None
    if row["promised_from"] is not None:
        promised = Window(begins_at=row["promised_from"], ends_at=row["promised_to"])
    return found | {
        "number": number(row["serial"]),
        "place": Place.model_validate(row["place"]),
        "windows": [Window.model_validate(each) for each in row["windows"]],
        "promised": promised,
        "charge": charge(row["is_in_warranty"]),
    }


async def lock(tx: Tx, visit_id: UUID) -> Row:
    """Hold one. Raises NotFound."""
    row = await tx.row(sql.lock_visit, id=visit_id)
    if row is None:
        raise NotFound("There is no such visit.")
    return row


async def get(reader: Tx | Database, visit_id: UUID) -> Row:
    row = await reader.row(sql.get_visit, id=visit_id)
    if row is None:
        raise NotFound("There is no such visit.")
    return row


async def view(reader: Tx | Database, row: Row) -> VisitView:
    """Return a visit with all that hangs on it, of what `get` returned."""
    steps = await reader.rows(sql.list_steps, visit_id=row["id"])
    files = await reader.rows(sql.list_files, visit_id=row["id"])
    more = VisitView.model_fields.keys() - VisitRow.model_fields.keys() - {"steps", "files"}
    return VisitView(
        **_plain(row),
        **{name: row[name] for name in more},
        steps=[StepView.model_validate(dict(each)) for each in steps],
        files=[FileView(**dict(each), url=f"/api/visit-files/{each['id']}") for each in files],
    )


async def save(tx: Tx, values: Mapping[str, Any], now: Any) -> None:
    place = values["place"]
    point = {"latitude": place.get("latitude"), "longitude": place.get("longitude")}
    await tx.run(sql.save_visit, now=now, **point, **{name: values[name] for name in _SAVED})
