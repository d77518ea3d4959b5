"""Rows of proposed plans to values and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.ids import StaffId
from core.values import Value
from dispatch.model import State
from dispatch.run_model import RunCost, RunNote, RunPlan, RunView
from storage.database import Row


class Before(Value):
    """What a visit was before a plan moved it; `version` is the one that it had right after."""

    technician_id: StaffId | None
    planned_at: datetime | None
    is_locked: bool
    state: State
    version: int

    @property
    def columns(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("technician_id", "planned_at", "is_locked", "state")}


def before(row: Row, version: int) -> dict[str, Any]:
    names = ("technician_id", "planned_at", "is_locked", "state")
    return Before(**{name: row[name] for name in names}, version=version).model_dump(mode="json")


def view(row: Row) -> RunView:
    names = ("id", "kind", "state", "branch_id", "begins_at", "ends_at", "seconds", "seed", "made_by_name", "made_at",
             "accepted_by_name", "accepted_at")  # fmt: skip
    return RunView(
        **{name: row[name] for name in names},
        plan=RunPlan.model_validate(row["plan"]),
        cost=RunCost.model_validate(row["cost"]),
        notes=[RunNote.model_validate(note) for note in row["notes"]],
    )
