"""Rows of routing to values, for people and for the engine."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from access.model import Permission
from core.errors import NotFound
from core.ids import BranchId
from routing.model import (
    DEFAULT_BOOSTS,
    SECOND,
    AgentId,
    AgentState,
    ChannelName,
    ChannelRule,
    Exclusion,
    Holding,
    Order,
    Presence,
    Priority,
    QueueId,
    QueueRules,
    Requirements,
    SkillId,
    Step,
    Work,
    WorkId,
    sticky_step,
    work_key,
)
from routing.rules import NOTHING, ActiveRule, Demand, WorkRule, apply, relaxed
from routing.values import OfferView, Queue
from storage.database import Database, Row, Tx
from storage.queries import Queries

sql = Queries(__file__)

_RESTING = ChannelName("resting")

Channels = Mapping[ChannelName, ChannelRule]
# By queue, branch and least step.
KnownSteps = dict[tuple[UUID, UUID | None, int, str | None], tuple[Step, ...]]
# Since when something waits, in microseconds, its id, and by when it is due if that was promised.
Place = tuple[int, UUID, int | None]
# A row of work, or a contact that there could be.
Facts = Row | Mapping[str, Any]
# Where somebody sits and waits for the answer.
LIVE = frozenset({"voice", "webchat"})
# What opens the page of a work: who may not open it is not asked to take it.
_OPENED_WITH: Mapping[str, Permission] = {"ticket": Permission.TICKET_READ}


def microseconds(moment: datetime) -> int:
    """Return a moment as the engine counts: whole microseconds since 1970."""
    return round(moment.timestamp() * SECOND)


def moment(at: int) -> datetime:
    """Return what the engine counts as a moment."""
    return datetime.fromtimestamp(at / SECOND, UTC)


def queue(row: Row) -> Queue:
    return Queue(**dict(row))


async def queues(reader: Tx | Database, branches: list[BranchId] | None) -> list[Queue]:
    return [queue(row) for row in await reader.rows(sql.list_queues, branches=branches)]


async def get_queue(reader: Tx | Database, queue_id: UUID) -> Queue:
    row = await reader.row(sql.get_queue, id=queue_id)
    if row is None:
        raise NotFound("There is no such queue.")
    return queue(row)


async def parents(reader: Tx | Database) -> dict[BranchId, BranchId | None]:
    """Return the tree of branches: each with the one above it."""
    return {BranchId(row["id"]): row["parent_id"] for row in await reader.rows(sql.branch_tree)}


async def unknown_skills(reader: Tx | Database, ids: Collection[UUID]) -> frozenset[UUID]:
    """Return those of the ids that are no skill's."""
    return frozenset(row["id"] for row in await reader.rows(sql.unknown_skills, ids=sorted(ids)))


def offer(row: Row, queue_name: str, made_at: datetime, *, is_broadcast: bool = False) -> OfferView:
    summary = row["summary"]
    waited = made_at - row["first_enqueued_at"]
    return OfferView(
        id=row["offer_id"],
        interaction_id=row["work_id"],
        channel=row["channel"],
        queue_name=queue_name,
        customer=summary.get("customer", {}),
        subject=summary.get("subject"),
        preview=summary.get("preview", ""),
        made_at=made_at,
        expires_at=row["expires_at"],
        waited_seconds=max(0, int(waited.total_seconds())),
        is_broadcast=is_broadcast,
    )


def steps(row: Facts, of: Queue, *, is_live: bool, demand: Demand = NOTHING) -> tuple[Step, ...]:
    """Return who may take work of a queue: the sticky agent first, then the levels of each step.

    The branch is a permission that is never relaxed, like the queue's own, those of rules and what opens the work.
    """
    branch_id, sticky, opened_with = row["branch_id"], row["sticky_agent_id"], _OPENED_WITH.get(row["channel"])
    hard = {str(of.permission), *demand.permissions, *([f"branch:{branch_id}"] if branch_id else [])}
    hard |= {str(opened_with)} if opened_with else set()
    base = Requirements(permissions=frozenset(hard), trust=max(of.trust, demand.trust))
    asked = relaxed([of.skills, *(step.skills for step in of.steps)], demand)
    ends: list[int | None] = [*(step.after_seconds * SECOND for step in of.steps), None]
    own = [Step(replace(base, skills=_levels(skills)), end) for skills, end in zip(asked, ends, strict=True)]
    if sticky is None:
        return tuple(own)
    return (sticky_step(AgentId(sticky), base, of.target_seconds * SECOND, is_live=is_live), *own)


def _levels(skills: Mapping[UUID, int]) -> tuple[tuple[SkillId, int], ...]:
    return _sorted({SkillId(skill_id): level for skill_id, level in skills.items()})


def _sorted(levels: Mapping[SkillId, int]) -> tuple[tuple[SkillId, int], ...]:
    return tuple(sorted(levels.items()))


def demand(row: Facts, of: Queue, rules: Sequence[ActiveRule]) -> Demand:
    """Return what rules ask for a work besides its queue."""
    return apply(rules, row["attributes"] or {}, of.id, row["branch_id"])


def work(
    row: Facts,
    of: Queue,
    number: int,
    *,
    is_live: bool,
    rules: Sequence[ActiveRule] = (),
    known: KnownSteps | None = None,
) -> Work:
    """Return waiting work for the engine. The key is computed from what never changes, so nothing loses its place.

    `known` keeps the steps of works that ask for no more than their queue and branch; it holds for these queues only.
    """
    places = [place(row)]
    return works(row, of, places, [number], is_live=is_live, rules=rules, known=known)[0]


def place(row: Facts) -> Place:
    due = row.get("due_at")
    return microseconds(row["first_enqueued_at"]), row["id"], None if due is None else microseconds(due)


def works(
    row: Facts,
    of: Queue,
    places: Sequence[Place],
    numbers: Iterable[int],
    *,
    is_live: bool,
    rules: Sequence[ActiveRule] = (),
    known: KnownSteps | None = None,
) -> list[Work]:
    """Return works that ask for the same, one for each place."""
    asked = demand(row, of, rules)
    priority = max(Priority(row["priority"]), asked.priority)
    excluded = tuple(
        Exclusion(AgentId(UUID(agent_id)), None if until is None else int(float(until) * SECOND))
        for agent_id, until in (row["excluded"] or {}).items()
    )
    target, boost = of.target_seconds * SECOND, DEFAULT_BOOSTS[priority]
    queue_id, channel, is_emergency = QueueId(row["queue_id"]), ChannelName(row["channel"]), row["is_emergency"]
    steps = _steps(row, of, asked, {} if known is None else known, is_live=is_live)
    return [
        Work(
            id=WorkId(work_id),
            queue_id=queue_id,
            channel=channel,
            key=work_key(first, target, boost, due),
            seq=number,
            first_enqueued_at=first,
            steps=steps,
            priority=priority,
            excluded=excluded,
            is_emergency=is_emergency,
        )
        for (first, work_id, due), number in zip(places, numbers, strict=False)
    ]


def _steps(row: Facts, of: Queue, asked: Demand, known: KnownSteps, *, is_live: bool) -> tuple[Step, ...]:
    if row["sticky_agent_id"] is not None or asked is not NOTHING or row["asked_skills"]:
        found = steps(row, of, is_live=is_live, demand=asked)
        return _from_step(_asking_more(found, row), row)
    key = (of.id, row["branch_id"], row["least_step"], _OPENED_WITH.get(row["channel"]))
    if key not in known:
        known[key] = _from_step(steps(row, of, is_live=is_live), row)
    return known[key]


def queue_rules(of: Queue) -> QueueRules:
    """Return a queue for the engine."""
    target, timeout = of.target_seconds * SECOND, of.offer_timeout_seconds * SECOND
    return QueueRules(QueueId(of.id), target, timeout, Order(of.order_by), of.score)


def rule(row: Row) -> WorkRule:
    return WorkRule(**{name: row[name] for name in WorkRule.model_fields})


async def rules(reader: Tx | Database) -> list[ActiveRule]:
    """Return every rule that counts, for the router."""
    return [
        ActiveRule(rule(row), None if row["branches"] is None else frozenset(row["branches"]))
        for row in await reader.rows(sql.rules_for_router)
    ]


def _asking_more(steps: tuple[Step, ...], row: Facts) -> tuple[Step, ...]:
    """Add what a hand-over asked for to every step but the one of a single agent, who was named."""
    asked = {SkillId(UUID(skill_id)): level for skill_id, level in (row["asked_skills"] or {}).items()}
    if not asked:
        return steps
    found = []
    for step in steps:
        need = step.requirements
        levels = dict(need.skills)
        more = {skill: max(level, levels.get(skill, 0)) for skill, level in asked.items()}
        found.append(step if need.agent else replace(step, requirements=replace(need, skills=_sorted(levels | more))))
    return tuple(found)


def _from_step(steps: tuple[Step, ...], row: Facts) -> tuple[Step, ...]:
    """Leave out the first steps when offers failed; an agent who was named is asked first all the same."""
    named = steps[:1] if steps[0].requirements.agent else ()
    others = steps[len(named) :]
    return (*named, *others[min(row["least_step"], len(others) - 1) :])


def agent(row: Row, channels: Channels, branches: list[UUID]) -> AgentState:
    """Return an agent for the engine; available only while a socket is alive."""
    presence = Presence(row["state"])
    if not row["is_active"] or not row["is_alive"]:
        presence = Presence.OFFLINE
    scope = branches if row["branches"] is None else row["branches"]
    permissions = _permissions(tuple(row["permissions"]), tuple(scope))
    return AgentState(
        id=AgentId(row["staff_id"]),
        levels={_skill(skill_id): level for skill_id, level in row["skills"].items()},
        trust=row["trust"],
        permissions=permissions,
        channels=channels,
        presence=presence,
        capacity=row["capacity_units"],
        holding=_holding(row["holding"]),
        idle_since=microseconds(row["idle_since"]),
        ramp_from=microseconds(row["since"]) if presence is Presence.AVAILABLE else None,
        leased_until=microseconds(row["leased_until"]) if row["leased_until"] else None,
    )


# Of skills and of roles with their branches there are few, of agents many.
@lru_cache(1000)
def _skill(skill_id: str) -> SkillId:
    return SkillId(UUID(skill_id))


@lru_cache(1000)
def _permissions(held: tuple[str, ...], branches: tuple[UUID, ...]) -> frozenset[str]:
    return frozenset(held) | {f"branch:{branch_id}" for branch_id in branches}


def _holding(held: dict[str, Any]) -> dict[WorkId, Holding]:
    """Return what an agent has. What rests is of no channel: it is none of those of which only so many go at once."""
    return {
        WorkId(UUID(work_id)): Holding(_RESTING if is_resting else ChannelName(channel), units)
        for work_id, (channel, units, is_resting) in held.items()
    }
