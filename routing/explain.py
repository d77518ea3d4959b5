"""Why this came to whom, and why it waits: asked by a supervisor, answered from the database by any process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from access.model import Permission
from agents.service import Agents
from core.actor import Actor
from core.clock import Clock
from core.errors import NotFound
from routing import scene, store
from routing.model import AgentState, Reason, SkillId, Verdict
from routing.scene import Scene
from routing.store import LIVE, Channels, sql
from routing.values import DecisionView, Explained, Explanation
from storage.database import Database, Row, Tx

_BRANCH = "branch:"


@dataclass(frozen=True, slots=True)
class Called:
    """What things are called, as far as the reader may know: of an agent without a name nothing is said."""

    agents: Mapping[UUID, str]
    skills: Mapping[UUID, str]
    branches: Mapping[UUID, str]

    def explained(self, verdicts: Iterable[Verdict], agents: Mapping[Any, AgentState]) -> list[Explained]:
        """Return verdicts with names instead of ids, without those on people who are out of sight."""
        return [
            Explained(
                agent_id=verdict.agent_id,
                agent_name=self.agents[verdict.agent_id],
                reason=verdict.reason,
                **self._lacking(verdict, agents[verdict.agent_id]),
            )
            for verdict in verdicts
            if verdict.agent_id in self.agents
        ]

    def _lacking(self, verdict: Verdict, agent: AgentState) -> dict[str, Any]:
        thing, _, level = verdict.detail.rpartition(">= ")
        match verdict.reason:
            case Reason.SKILL:
                skill_id = UUID(thing.strip())
                skill, has = self.skills.get(skill_id, thing.strip()), agent.levels.get(SkillId(skill_id), 0)
                return {"detail": f"{skill} >= {level}", "skill": skill, "level": int(level), "has": has}
            case Reason.TRUST:
                return {"detail": verdict.detail, "level": int(level), "has": agent.trust}
            case Reason.PERMISSION:
                lacks = verdict.detail.split(", ")
                permissions = [each for each in lacks if not each.startswith(_BRANCH)]
                branches = [self.branch(each) for each in lacks if each.startswith(_BRANCH)]
                detail = ", ".join((*permissions, *branches))
                return {"detail": detail, "permissions": permissions, "branches": branches}
            case _:
                return {"detail": verdict.detail}

    def branch(self, permission: str) -> str:
        """Return the name of the branch that a permission such as `branch:<id>` is about."""
        branch_id = permission.removeprefix(_BRANCH)
        return self.branches.get(UUID(branch_id), branch_id)


async def called(tx: Tx, agents: Agents, actor: Actor) -> Called:
    """Read the names that this actor may know."""
    skills = {skill.id: skill.name for skill in await agents.skills(tx)}
    branches = {row["id"]: row["name"] for row in await tx.rows(sql.branch_tree)}
    return Called({named.id: named.name for named in await agents.names(tx, actor)}, skills, branches)


class Explainer:
    """Answers from what decisions kept for what was decided, from the floor as it is now for what waits."""

    def __init__(self, db: Database, clock: Clock, agents: Agents, channels: Channels) -> None:
        self._db, self._clock, self._agents, self._channels = db, clock, agents, channels

    async def explain(self, actor: Actor, work_id: UUID) -> Explanation:
        async with self._db.transaction(actor, isolation="repeatable_read") as tx:
            found = await tx.rows(sql.work_for_router, ids=[work_id])
            if not found:
                raise NotFound
            actor.must(Permission.WORK_EXPLAIN, found[0]["branch_id"])
            decisions = [_decision(row) for row in await tx.rows(sql.decisions_of_work, work_id=work_id)]
            waiting = await self._waiting(tx, actor, found[0]) if found[0]["state"] == "queued" else []
        return Explanation(decisions=decisions, waiting=waiting)

    async def _waiting(self, tx: Tx, actor: Actor, row: Row) -> list[Explained]:
        at = await scene.load(tx, self._channels, store.microseconds(self._clock()))
        verdicts = await asyncio.to_thread(_verdicts, at, row)
        return (await called(tx, self._agents, actor)).explained(verdicts, at.agents)


def _verdicts(at: Scene, row: Row) -> list[Verdict]:
    work = store.work(row, at.queues[row["queue_id"]], 1, is_live=row["channel"] in LIVE, rules=at.rules)
    return at.verdicts(work)


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
