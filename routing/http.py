"""Routes of queues, and why work went where it went."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel

from access.model import Permission
from core.http import COLLEAGUE, Call, route
from routing.explain import Explainer
from routing.service import Routing
from routing.values import Explanation, Queue, QueueChange, QueueSettings


class Queues(BaseModel):
    items: list[Queue]


class RoutingRoutes:
    def __init__(self, routing: Routing, explainer: Explainer) -> None:
        self._routing, self._explainer = routing, explainer

    @route("GET", "/api/queues", permission=COLLEAGUE)
    async def queues(self, call: Call) -> Queues:
        """List the queues in your scope."""
        return Queues(items=await self._routing.queues(call.actor))

    @route("POST", "/api/queues", permission=Permission.QUEUE_MANAGE, status=201)
    async def add_queue(self, call: Call, body: QueueSettings) -> Queue:
        """Add a queue."""
        return await self._routing.add_queue(call.actor, body)

    @route("PUT", "/api/queues/{queue_id}", permission=Permission.QUEUE_MANAGE)
    async def change_queue(self, call: Call, queue_id: UUID, body: QueueChange) -> Queue:
        """Change a queue; takes effect at once."""
        return await self._routing.change_queue(call.actor, queue_id, body)

    @route("GET", "/api/work/{work_id}/explanation", permission=Permission.WORK_EXPLAIN)
    async def explain(self, call: Call, work_id: UUID) -> Explanation:
        """Say why this went to whom, and why it waits."""
        return await self._explainer.explain(call.actor, work_id)
