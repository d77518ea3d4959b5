"""Rows of callbacks to values and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from callbacks.model import Callback, CallbackChanged, Rule, State
from core.errors import NotFound
from core.telephone import zone_of
from storage.database import Database, Row, Tx
from storage.queries import Queries

sql = Queries(__file__)

_CLOSED = frozenset({"done", "failed", "cancelled"})
_KEPT = ("attempts", "next_try_at", "reason", "agent_id", "queue_id", "first_enqueued_at")


def callback(row: Row) -> Callback:
    found = {name: row[name] for name in Callback.model_fields if name not in ("state", "zone")}
    return Callback(**found, state=row["shown"], zone=zone_of(row["number"]))


async def get(reader: Tx | Database, callback_id: UUID) -> Callback:
    row = await reader.row(sql.get_callback, id=callback_id)
    if row is None:
        raise NotFound("There is no such callback.")
    return callback(row)


async def rule(reader: Tx | Database, queue_id: UUID) -> Rule:
    row = await reader.row(sql.rule_of_queue, queue_id=queue_id)
    if row is None:
        raise NotFound("There is no such queue.")
    return Rule(**dict(row), can_call=row["account_id"] is not None)


async def still_waits(tx: Tx, row: Row) -> bool:
    """Tell whether nothing is on the line yet, and nobody is about to call; under the conversation's lock."""
    return row["state"] in ("scheduled", "waiting") and not await tx.value(sql.is_taken, id=row["id"])


async def save(tx: Tx, row: Row, state: State, now: datetime, **change: Any) -> None:
    """Keep what a callback is now, and tell it; a moment to try at belongs to `scheduled` alone."""
    values = {name: row[name] for name in _KEPT} | {"next_try_at": None} | change
    await tx.run(sql.save_callback, id=row["id"], state=state, closed_at=now if state in _CLOSED else None, **values)
    told = {name: values[name] for name in ("attempts", "next_try_at", "reason", "agent_id", "queue_id")}
    tx.emit(CallbackChanged(callback_id=row["id"], state=state, **told))
