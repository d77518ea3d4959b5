"""Why a work came to the one who asks: the own offers, without a word about colleagues."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from access.model import Permission
from board.store import sql
from core.actor import Actor
from core.errors import NotFound
from core.values import Value
from storage.database import Database


class OwnDecision(Value):
    """One offer to the one who asks: what chose, and among how many."""

    offer_id: UUID
    state: str
    made_at: datetime
    closed_at: datetime | None
    rule: str
    considered: int


class Reasons:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def own(self, actor: Actor, work_id: UUID) -> list[OwnDecision]:
        """Return the offers of a work to the actor, newest first; without one there is nothing to tell."""
        rows = await self._db.rows(sql.own_offers, work_id=work_id, agent_id=actor.id)
        if not rows:
            raise NotFound("This was not offered to you.")
        actor.must(Permission.WORK_TAKE, rows[0]["branch_id"])
        return [
            OwnDecision(
                offer_id=row["id"],
                state=row["state"],
                made_at=row["made_at"],
                closed_at=row["closed_at"],
                rule=row["decision"]["rule"],
                considered=row["decision"]["considered"],
            )
            for row in rows
        ]
