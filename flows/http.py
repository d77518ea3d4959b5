"""Routes of call flows."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from access.model import Permission
from core.http import Call, route
from core.values import Value
from flows.model import CallPath, Edition, FlowChange, FlowView, NewFlow, Publish, StepFigure
from flows.service import FlowDesk


class FlowList(BaseModel):
    items: list[FlowView]


class EditionList(BaseModel):
    items: list[Edition]


class FigureList(BaseModel):
    items: list[StepFigure]


class FigureQuery(Value):
    number: Annotated[int, Field(ge=1, le=1_000_000, description="The version.")]


class FlowRoutes:
    def __init__(self, desk: FlowDesk) -> None:
        self._desk = desk

    @route("GET", "/api/call-flows", permission=Permission.FLOW_MANAGE)
    async def flows(self, call: Call) -> FlowList:
        """List call flows in sight, with the faults of their drafts."""
        return FlowList(items=await self._desk.all(call.actor))

    @route("POST", "/api/call-flows", permission=Permission.FLOW_MANAGE, status=201)
    async def add(self, call: Call, body: NewFlow) -> FlowView:
        """Add a call flow; it answers nobody until it is published and given a number."""
        return await self._desk.add(call.actor, body)

    @route("PUT", "/api/call-flows/{flow_id}", permission=Permission.FLOW_MANAGE)
    async def change(self, call: Call, flow_id: UUID, body: FlowChange) -> FlowView:
        """Keep a draft, and say at which numbers the flow answers."""
        return await self._desk.change(call.actor, flow_id, body)

    @route("POST", "/api/call-flows/{flow_id}/publish", permission=Permission.FLOW_MANAGE)
    async def publish(self, call: Call, flow_id: UUID, body: Publish) -> FlowView:
        """Let new calls begin with the draft, or with an earlier version again."""
        return await self._desk.publish(call.actor, flow_id, body)

    @route("GET", "/api/call-flows/{flow_id}/versions", permission=Permission.FLOW_MANAGE)
    async def versions(self, call: Call, flow_id: UUID) -> EditionList:
        """List what was published, newest first."""
        return EditionList(items=await self._desk.editions(call.actor, flow_id))

    @route("GET", "/api/call-flows/{flow_id}/figures", permission=Permission.FLOW_MANAGE)
    async def figures(self, call: Call, flow_id: UUID, query: FigureQuery) -> FigureList:
        """Count how the steps of a version were left in the last thirty days."""
        return FigureList(items=await self._desk.figures(call.actor, flow_id, query.number))

    @route("GET", "/api/interactions/{interaction_id}/call-path", permission=Permission.INTERACTION_READ)
    async def path(self, call: Call, interaction_id: UUID) -> CallPath:
        """List the steps that a call went through before people had it."""
        return await self._desk.path(call.actor, interaction_id)
