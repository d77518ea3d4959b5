"""What somebody could ever take of what waits: everyone sees the own classified list, and no other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from access.model import Permission
from core.actor import Actor, ActorKind
from core.values import Value
from routing import store
from routing.model import MIN_LEVEL, AgentState, SkillId
from routing.rules import ActiveRule
from routing.store import sql
from routing.values import Queue
from storage.database import Tx

# Who looks after the whole of it sees all of it.
_SEES_ALL = (Permission.WORK_SUPERVISE, Permission.WORK_EXPLAIN, Permission.QUEUE_MANAGE)


class Barred(Value):
    """Work that a rule keeps somebody from. `is_strict`: only in queues that relax nothing."""

    queue_id: UUID | None
    branches: list[UUID] | None
    conditions: dict[str, list[str]]
    is_strict: bool


class Takeable(Value):
    """The queues from which somebody could take work, on the last step at the latest, and what of it not."""

    agent_id: UUID
    queues: list[UUID]
    barred: list[Barred]


async def takeable(tx: Tx, actor: Actor) -> Takeable | None:
    """Return what this actor could take; None is all, for who looks after it."""
    if actor.kind is ActorKind.SYSTEM or any(map(actor.may, _SEES_ALL)):
        return None
    agent_id = actor.id or UUID(int=0)
    rows = await tx.rows(sql.agents_for_router, ids=[agent_id], alive_seconds=0.0)
    if not rows:
        return Takeable(agent_id=agent_id, queues=[], barred=[])
    agent = store.agent(rows[0], {}, [])
    queues = [queue.id for queue in await store.queues(tx, None) if could_take(agent, queue)]
    return Takeable(agent_id=agent_id, queues=queues, barred=list(barred(agent, await store.rules(tx))))


def could_take(agent: AgentState, queue: Queue) -> bool:
    """Tell whether somebody is what the last step of a queue asks for."""
    last = queue.steps[-1].skills if queue.steps else queue.skills
    is_trusted = agent.trust >= queue.trust and str(queue.permission) in agent.permissions
    return is_trusted and _has(agent, last)


def barred(agent: AgentState, rules: Iterable[ActiveRule]) -> Iterable[Barred]:
    """Yield what rules keep somebody from: for good where what is hard lacks, else where nothing is relaxed."""
    for rule in rules:
        said = rule.settings
        is_let = agent.trust >= (said.trust or 0) and (said.permission or "") in (*agent.permissions, "")
        if is_let and _has(agent, said.skills):
            continue
        is_strict = is_let and _has(agent, dict.fromkeys(said.skills, MIN_LEVEL))
        yield Barred(
            queue_id=said.queue_id,
            branches=None if rule.branches is None else sorted(rule.branches),
            conditions=said.conditions,
            is_strict=is_strict,
        )


def _has(agent: AgentState, levels: Mapping[UUID, int]) -> bool:
    return all(agent.levels.get(SkillId(skill), 0) >= level for skill, level in levels.items())


def parameters(found: Takeable | None) -> dict[str, Any]:
    """Return it as parameters of a query; nulls are for who sees all."""
    if found is None:
        return {"taker_id": None, "takeable": None, "barred": None}
    barred_from: Collection[dict[str, Any]] = [each.model_dump(mode="json") for each in found.barred]
    return {"taker_id": found.agent_id, "takeable": found.queues, "barred": barred_from}
