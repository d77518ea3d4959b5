"""Moves of one work that several use-cases share, in the caller's transaction and under the lock of its row.

Everybody locks in one order: the subject, its work, agents.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from core.errors import Conflict, NotFound
from routing.store import sql
from routing.values import Cause, OfferClosed, Outcome, WorkChanged
from storage.database import Row, Tx


class OfferGone(Conflict):
    """The offer is over: it was answered, withdrawn or not answered in time."""


class NoRoom(Conflict):
    """You have no room for this now: end something first, or ask somebody who may overload."""


async def lock(tx: Tx, work_id: UUID) -> Row:
    row = await tx.row(sql.lock_work, id=work_id)
    if row is None:
        raise NotFound("There is no such work.")
    return row


def changed(work: Row, state: str, cause: Cause = "changed", **now: Any) -> WorkChanged:
    """Tell of a change; `now` is what is not as the row was."""
    known = {"agent_id": work["agent_id"], "queue_id": work["queue_id"]} | now
    return WorkChanged(
        work_id=work["id"], state=state, cause=cause, work_kind=work["kind"], channel=work["channel"], **known
    )


async def load(tx: Tx, agent_id: UUID, units: int, *, idle: bool = False, may_exceed: bool = False) -> None:
    """Count more or less on an agent; beyond the capacity only when `may_exceed`, and then it is flagged."""
    await tx.run(sql.use_units, agent_id=agent_id, units=units, idle=idle, may_exceed=may_exceed)


async def close_offer(tx: Tx, offer_id: UUID, outcome: Outcome, now: datetime, reason: str | None = None) -> Row:
    """End an open offer, once. Raises OfferGone."""
    row = await tx.row(sql.close_offer, id=offer_id, state=outcome, now=now)
    if row is None:
        raise OfferGone
    tell_closed(tx, row, outcome, reason)
    return row


async def withdraw_offers(tx: Tx, work_id: UUID, now: datetime) -> None:
    """End every open offer of a work: somebody has it, or nobody will."""
    for row in await tx.rows(sql.withdraw_offers, work_id=work_id, now=now):
        tell_closed(tx, row, "withdrawn")


def tell_closed(tx: Tx, row: Row, outcome: Outcome, reason: str | None = None) -> None:
    """Tell an agent that there is nothing to answer any more."""
    tx.emit(
        OfferClosed(
            offer_id=row["id"], work_id=row["work_id"], agent_id=row["agent_id"], outcome=outcome, reason=reason
        )
    )


async def take_away(tx: Tx, work: Row, now: datetime) -> None:
    """Withdraw what is offered and give the agent's units back, whatever the state was."""
    if work["state"] in ("queued", "offered"):
        await withdraw_offers(tx, work["id"], now)
    if work["agent_id"] is not None:
        is_released = work["state"] != "offered" and not work["keeps_idle"]
        await load(tx, work["agent_id"], -work["units"], idle=is_released)


async def done(tx: Tx, work: Row, now: datetime, cause: Cause = "changed") -> None:
    await take_away(tx, work, now)
    await tx.run(sql.work_done, id=work["id"], is_abandoned=cause == "abandoned")
    tx.emit(changed(work, "done", cause))
