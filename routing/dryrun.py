"""A dry run of a queue: on which step a contact would stand, who would get it now, and why nobody else would.

The rules are those of the engine that decides, on the floor as it is; settings that are not saved yet may be tried. Of
what else waits nothing is looked at: the answer is about this contact alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from access.model import Permission
from agents.service import Agents
from core.actor import Actor
from core.clock import Clock
from core.errors import Forbidden, NotFound
from core.ids import BranchId, uuid7
from core.values import Value
from customers.model import CustomerId, traits
from customers.service import Customers
from routing import scene, store
from routing.explain import Called, called
from routing.model import SECOND, ChannelName, Decision, Requirements, Work, step_at
from routing.queues import Queues, at
from routing.rules import Attribute, Demand, Said
from routing.scene import Scene
from routing.store import LIVE, Channels
from routing.values import Explained, Queue, QueueSettings
from sla.working import is_open
from storage.database import Database, Tx

_OTHERS_AT_MOST = 200


class DryRunAsked(Value):
    """A contact that there could be."""

    channel: str = Field(min_length=1, max_length=40)
    priority: int = Field(0, ge=0, le=3)
    age_seconds: int = Field(0, ge=0, le=604_800, description="How long it has waited.")
    branch_id: BranchId | None = Field(None, description="Whose contact it is; null: the queue's branch.")
    customer_id: UUID | None = Field(None, description="Whose traits rules look at.")
    attributes: Annotated[dict[Attribute, Said], Field(max_length=20)] = Field(
        default={}, description="What rules look at besides: language, tier, form.topic, ..."
    )
    draft: QueueSettings | None = Field(None, description="Settings to try that are not saved.")


class Needs(Value):
    """What an agent has to have on the step, rules included; skills by name."""

    skills: dict[str, int]
    permissions: list[str]
    trust: int
    branch: str | None


class Candidate(Value):
    """Who could take it now, in the order in which they would be asked."""

    agent_id: UUID
    agent_name: str
    skills: int = Field(description="How many skills the agent has.")
    used_units: int
    capacity_units: int
    idle_seconds: int


class DryRun(Value):
    """`step` counts from 0. `is_skipped`: nobody online could take it on the step before, which is passed over."""

    step: int
    steps: int
    is_skipped: bool
    next_step_in_seconds: int | None
    needs: Needs
    priority: int
    rules: list[str] = Field(description="The rules of work that are about it.")
    is_active: bool
    is_open: bool
    order: str
    offer_mode: str = Field(description="As the queue says; what takes all of an agent is never offered to many.")
    candidates: list[Candidate]
    others: list[Explained]
    hidden: int = Field(description="Agents of whom this reader does not hear, or who are beyond the first 200.")


class DryRuns:
    def __init__(
        self, db: Database, clock: Clock, queues: Queues, customers: Customers, agents: Agents, channels: Channels
    ) -> None:
        self._db, self._clock, self._queues = db, clock, queues
        self._customers, self._agents, self._channels = customers, agents, channels

    async def run(self, actor: Actor, queue_id: UUID | None, asked: DryRunAsked) -> DryRun:
        """Answer for a queue, or for one that is not there yet; nothing is changed."""
        if not (actor.may(Permission.QUEUE_MANAGE) or actor.may(Permission.WORK_EXPLAIN)):
            raise Forbidden(f"This needs the permission {Permission.QUEUE_MANAGE} or {Permission.WORK_EXPLAIN}.")
        async with self._db.transaction(actor, isolation="repeatable_read") as tx:
            queue = await self._queue(tx, actor, queue_id, asked)
            if not queue.takes(asked.channel):
                raise at("channel", "channel_not_taken", "This queue does not take this channel.")
            branch_id = asked.branch_id or queue.branch_id
            if not actor.sees(branch_id):
                raise NotFound
            attributes = await self._attributes(tx, actor, asked)
            on = await scene.load(tx, self._channels, store.microseconds(self._clock()))
            facts = _facts(asked, queue, branch_id, attributes, on.now)
            names = await called(tx, self._agents, actor)
        work = store.work(facts, queue, 1, is_live=asked.channel in LIVE, rules=on.rules)
        on.engine.put_queue(store.queue_rules(queue))
        demand = store.demand(facts, queue, on.rules)
        return await asyncio.to_thread(self._answer, on, queue, work, demand, names)

    async def _queue(self, tx: Tx, actor: Actor, queue_id: UUID | None, asked: DryRunAsked) -> Queue:
        known = None if queue_id is None else await self._queues.must_see(tx, actor, queue_id)
        if asked.draft is None:
            if known is None:
                raise at("draft", "missing", "Without a queue there is nothing to try.")
            return known
        tried = Queue(**asked.draft.model_dump(), id=queue_id or uuid7(), version=known.version if known else 0)
        await self._queues.check(tx, actor, tried.id, asked.draft)
        return tried

    async def _attributes(self, tx: Tx, actor: Actor, asked: DryRunAsked) -> dict[str, str]:
        known: dict[str, str] = {}
        if asked.customer_id is not None:
            await self._customers.must_read(tx, actor, CustomerId(asked.customer_id))
            people = await self._customers.survivors(tx, [CustomerId(asked.customer_id)])
            known = traits(people[CustomerId(asked.customer_id)])
        return {"direction": "inbound", **known, **asked.attributes, "channel": asked.channel}

    def _mode(self, queue: Queue, channel: ChannelName) -> str:
        rule = self._channels.get(channel)
        is_whole = rule is not None and rule.is_exclusive
        return "offer" if queue.offer_mode == "broadcast" and is_whole else queue.offer_mode

    def _answer(self, on: Scene, queue: Queue, work: Work, demand: Demand, names: Called) -> DryRun:
        verdicts = on.verdicts(work)
        by_age = step_at(work, on.now, lambda _: True)
        found = on.candidates(work) if queue.is_active else []
        standing = found[0].work if found else _standing(on, work)
        told = names.explained(verdicts, on.agents)
        told = sorted(told, key=lambda each: (each.reason == "offline", each.agent_name))[:_OTHERS_AT_MOST]
        seen = [each for each in found if each.agent_id in names.agents]
        ends = work.steps[standing.step].expires_after_us if standing.step < len(work.steps) - 1 else None
        return DryRun(
            step=standing.step,
            steps=len(work.steps),
            is_skipped=standing.step > by_age,
            next_step_in_seconds=None if ends is None else (work.first_enqueued_at + ends - on.now) // SECOND,
            needs=_needs(work.steps[standing.step].requirements, names),
            priority=work.priority,
            rules=list(demand.names),
            is_active=queue.is_active,
            is_open=is_open(queue.hours, self._clock()),
            order=queue.order_by,
            offer_mode=self._mode(queue, work.channel),
            candidates=[_candidate(on, each, names) for each in seen],
            others=told,
            hidden=len(verdicts) - len(told) + len(found) - len(seen),
        )


def _standing(on: Scene, work: Work) -> Work:
    on.engine.add_work(work, on.now)
    return on.engine.waiting(work.id) or work


def _facts(
    asked: DryRunAsked, queue: Queue, branch_id: UUID | None, attributes: Mapping[str, str], now: int
) -> dict[str, Any]:
    """Return the contact as a row of work would be."""
    return {
        "id": uuid7(),
        "queue_id": queue.id,
        "branch_id": branch_id,
        "channel": asked.channel,
        "priority": asked.priority,
        "first_enqueued_at": store.moment(now - asked.age_seconds * SECOND),
        "sticky_agent_id": None,
        "is_emergency": False,
        "attributes": attributes,
        "least_step": 0,
        "asked_skills": {},
        "excluded": {},
    }


def _needs(need: Requirements, names: Called) -> Needs:
    branch = next((each for each in need.permissions if each.startswith("branch:")), None)
    return Needs(
        skills={names.skills.get(skill, str(skill)): level for skill, level in need.skills},
        permissions=sorted(each for each in need.permissions if not each.startswith("branch:")),
        trust=need.trust,
        branch=None if branch is None else names.branch(branch),
    )


def _candidate(on: Scene, decision: Decision, names: Called) -> Candidate:
    agent = on.agents[decision.agent_id]
    return Candidate(
        agent_id=agent.id,
        agent_name=names.agents[agent.id],
        skills=len(agent.levels),
        used_units=agent.used,
        capacity_units=agent.capacity,
        idle_seconds=max(0, on.now - agent.idle_since) // SECOND,
    )
