"""Why this came to whom, and why it waits: asked by a supervisor, answered from what decisions kept and from memory."""

from __future__ import annotations

from uuid import UUID

from access.model import Permission
from agents.service import Agents
from core.actor import Actor
from core.errors import NotFound, Unavailable
from routing.router import Router
from routing.store import sql
from routing.values import DecisionView, Explained, Explanation
from storage.database import Database, Row


class Explainer:
    """Answers from the database for what was decided, from the leading router for what waits."""

    def __init__(self, db: Database, router: Router | None, agents: Agents) -> None:
        self._db, self._router, self._agents = db, router, agents

    async def explain(self, actor: Actor, work_id: UUID) -> Explanation:
        async with self._db.transaction(actor) as tx:
            row = await tx.row(sql.lock_work, id=work_id)
            if row is None:
                raise NotFound
            actor.must(Permission.WORK_EXPLAIN, row["branch_id"])
            names = {named.id: named.name for named in await self._agents.names(tx, actor)}
            decisions = [_decision(found) for found in await tx.rows(sql.decisions_of_work, work_id=work_id)]
        return Explanation(
            decisions=decisions, waiting=self._waiting(work_id, names) if row["state"] == "queued" else []
        )

    def _waiting(self, work_id: UUID, names: dict[UUID, str]) -> list[Explained]:
        if self._router is None or not self._router.is_leading:
            raise Unavailable("Another process routes at the moment; ask there, or later.")
        try:
            verdicts = self._router.verdicts(work_id)
        except NotFound:
            return []
        return [
            Explained(
                agent_id=verdict.agent_id,
                agent_name=names[verdict.agent_id],
                reason=verdict.reason,
                detail=verdict.detail,
            )
            for verdict in verdicts
            if verdict.agent_id in names
        ]


def _decision(row: Row) -> DecisionView:
    kept = row["decision"]
    return DecisionView(
        offer_id=row["id"],
        agent_id=row["agent_id"],
        agent_name=row["agent_name"],
        state=row["state"],
        made_at=row["made_at"],
        closed_at=row["closed_at"],
        rule=kept["rule"],
        considered=kept["considered"],
        losers=kept["losers"],
    )
