"""Rows of call flows to values and back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from channels.flows import Played
from core.errors import NotFound
from flows.model import Flow, FlowView, Passed, faults, silent_faults
from storage.database import Database, Row, Tx
from storage.queries import Queries

sql = Queries(__file__)
_PLAYED: TypeAdapter[Played] = TypeAdapter(Played)


def view(row: Row) -> FlowView:
    draft = Flow.model_validate(row["draft"])
    known = {name: row[name] for name in ("id", "name", "branch_id", "published", "account_ids", "version")}
    unheard = silent_faults(draft) if row["plays_only"] else []
    return FlowView(**known, draft=draft, problems=[*faults(draft), *unheard])


async def get(reader: Tx | Database, flow_id: UUID) -> FlowView:
    row = await reader.row(sql.get_flow, id=flow_id)
    if row is None:
        raise NotFound("There is no such call flow.")
    return view(row)


async def lock(tx: Tx, flow_id: UUID) -> Row:
    row = await tx.row(sql.lock_flow, id=flow_id)
    if row is None:
        raise NotFound("There is no such call flow.")
    return row


def kept(played: Played) -> dict[str, Any]:
    found: dict[str, Any] = _PLAYED.dump_python(played, mode="json")
    return found


def played(row: Row) -> Played:
    return _PLAYED.validate_python(row["played"])


async def path(reader: Tx | Database, account_id: UUID, call_id: str) -> list[Passed]:
    """Return the steps of a call with the names that they had then."""
    rows = await reader.rows(sql.path_of_call, account_id=account_id, call_id=call_id)
    steps = {step["id"]: step for step in rows[0]["flow"]["steps"]} if rows else {}
    return [
        Passed(
            step=row["step"],
            kind=steps[row["step"]]["kind"],
            name=steps[row["step"]]["name"] or row["step"],
            exit=row["exit"],
            typed=row["typed"],
            at=row["at"],
        )
        for row in rows
    ]
