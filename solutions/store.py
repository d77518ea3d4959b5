"""Rows of solutions to values and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from consents.wishes import WISHES
from solutions.model import Became, SolutionRow, Telling, standing
from storage.database import Database, Row, Tx
from storage.queries import Queries
from tickets.model import number

sql = Queries(__file__)

_DERIVED = frozenset({"number", "state", "reason"})


def solution(row: Row) -> SolutionRow:
    return SolutionRow(**{name: row[name] for name in SolutionRow.model_fields})


def telling(row: Row) -> Telling:
    plain = {name: row[name] for name in Telling.model_fields if name not in _DERIVED}
    how = {"is_mail": row["channel"] == "email", "was_taken": row["was_taken"], "detail": row["detail"]}
    state, reason = standing(row["state"], row["delivery"], row["error"], **how)
    return Telling(**plain, number=number(row["kind"], row["serial"]), state=state, reason=reason)


async def keep(tx: Tx, solution_id: UUID, ticket_id: UUID, *, became: Became, now: datetime) -> None:
    """Keep what became of one ticket."""
    await tx.run(
        sql.save_telling,
        solution_id=solution_id,
        ticket_id=ticket_id,
        state=became.state,
        channel=became.channel,
        message_id=became.message_id,
        detail=became.detail,
        is_solved=became.is_solved,
        now=now,
    )


async def listed(reader: Tx | Database, **wanted: Any) -> list[Row]:
    return await reader.rows(sql.list_solutions, unwanted=sorted(WISHES), **wanted)
