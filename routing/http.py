"""Routes of queues, of rules of work, and of why work goes where it goes."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel

from access.model import Permission
from core.http import COLLEAGUE, Call, route
from routing.dryrun import DryRun, DryRunAsked, DryRuns
from routing.explain import Explainer
from routing.queues import Queues
from routing.rules import RuleChange, RuleSettings, WorkRule
from routing.ruleset import Rules
from routing.values import Explanation, Queue, QueueChange, QueueSettings


class QueueList(BaseModel):
    items: list[Queue]


class RuleList(BaseModel):
    items: list[WorkRule]


class RoutingRoutes:
    def __init__(self, queues: Queues, explainer: Explainer, dry_runs: DryRuns) -> None:
        self._queues, self._explainer, self._dry_runs = queues, explainer, dry_runs

    @route("GET", "/api/queues", permission=COLLEAGUE)
    async def queues(self, call: Call) -> QueueList:
        """List the queues in your scope."""
        return QueueList(items=await self._queues.all(call.actor))

    @route("POST", "/api/queues", permission=Permission.QUEUE_MANAGE, status=201)
    async def add_queue(self, call: Call, body: QueueSettings) -> Queue:
        """Add a queue."""
        return await self._queues.add(call.actor, body)

    @route("PUT", "/api/queues/{queue_id}", permission=Permission.QUEUE_MANAGE)
    async def change_queue(self, call: Call, queue_id: UUID, body: QueueChange) -> Queue:
        """Change a queue; takes effect at once."""
        return await self._queues.change(call.actor, queue_id, body)

    @route("POST", "/api/queues/dry-run", permission=COLLEAGUE)
    async def dry_run_of_new(self, call: Call, body: DryRunAsked) -> DryRun:
        """Say who would get a contact from a queue that is not there yet; needs queue.manage or work.explain."""
        return await self._dry_runs.run(call.actor, None, body)

    @route("POST", "/api/queues/{queue_id}/dry-run", permission=COLLEAGUE)
    async def dry_run(self, call: Call, queue_id: UUID, body: DryRunAsked) -> DryRun:
        """Say who would get a contact now, and why nobody else would; needs queue.manage or work.explain."""
        return await self._dry_runs.run(call.actor, queue_id, body)

    @route("GET", "/api/work/{work_id}/explanation", permission=Permission.WORK_EXPLAIN)
    async def explain(self, call: Call, work_id: UUID) -> Explanation:
        """Say why this went to whom, and why it waits."""
        return await self._explainer.explain(call.actor, work_id)


class RuleRoutes:
    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    @route("GET", "/api/work-rules", permission=Permission.QUEUE_MANAGE)
    async def rules(self, call: Call) -> RuleList:
        """List the rules of work in your scope: what contacts of a kind need besides what their queue asks."""
        return RuleList(items=await self._rules.all(call.actor))

    @route("POST", "/api/work-rules", permission=Permission.QUEUE_MANAGE, status=201)
    async def add_rule(self, call: Call, body: RuleSettings) -> WorkRule:
        """Add a rule; it counts at once, also for what waits."""
        return await self._rules.add(call.actor, body)

    @route("PUT", "/api/work-rules/{rule_id}", permission=Permission.QUEUE_MANAGE)
    async def change_rule(self, call: Call, rule_id: UUID, body: RuleChange) -> WorkRule:
        """Change a rule, or switch it on or off."""
        return await self._rules.change(call.actor, rule_id, body)

    @route("DELETE", "/api/work-rules/{rule_id}", permission=Permission.QUEUE_MANAGE)
    async def remove_rule(self, call: Call, rule_id: UUID) -> None:
        """Drop a rule."""
        await self._rules.remove(call.actor, rule_id)
