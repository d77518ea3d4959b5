"""Routes of recordings and costs."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from access.model import Permission
from core.http import Call, Page, route
from customers.http import before_id
from telephony.costs import Costs
from telephony.model import Cost, CostQuery, Hold, Recording, RecordingQuery, RecordingRule, RecordingRuleChange
from telephony.recordings import Recordings


class CostList(BaseModel):
    items: list[Cost]


class RecordingRoutes:
    def __init__(self, recordings: Recordings, costs: Costs) -> None:
        self._recordings, self._costs = recordings, costs

    @route("GET", "/api/recordings", permission=Permission.RECORDING_READ)
    async def recordings(self, call: Call, query: RecordingQuery) -> Page[Recording]:
        """List recordings in sight, newest first."""
        more = query.model_copy(update={"limit": query.limit + 1})
        found = await self._recordings.search(call.actor, more, before_id(query.cursor) if query.cursor else None)
        items = found[: query.limit]
        return Page[Recording](items=items, next_cursor=str(items[-1].id) if len(found) > query.limit else None)

    @route("GET", "/api/recordings/{recording_id}/sound", permission=Permission.RECORDING_READ)
    async def sound(self, call: Call, recording_id: UUID) -> web.StreamResponse:
        """Hear a recording; the audit trail keeps who did."""
        return await self._recordings.sound(call.actor, recording_id)

    @route("PUT", "/api/recordings/{recording_id}/hold", permission=Permission.RECORDING_MANAGE)
    async def hold(self, call: Call, recording_id: UUID, body: Hold) -> Recording:
        """Keep a recording whatever its time, or let its time count again."""
        return await self._recordings.hold(call.actor, recording_id, body)

    @route("DELETE", "/api/recordings/{recording_id}", permission=Permission.RECORDING_MANAGE)
    async def delete(self, call: Call, recording_id: UUID) -> None:
        """Delete a recording for good."""
        await self._recordings.delete(call.actor, recording_id)

    @route("GET", "/api/recording-rule", permission=Permission.RECORDING_MANAGE)
    async def rule(self, call: Call) -> RecordingRule:
        """Show how long recordings are kept."""
        return await self._recordings.rule(call.actor)

    @route("PUT", "/api/recording-rule", permission=Permission.RECORDING_MANAGE)
    async def change_rule(self, call: Call, body: RecordingRuleChange) -> RecordingRule:
        """Say how long recordings are kept."""
        return await self._recordings.change_rule(call.actor, body)

    @route("GET", "/api/carrier-costs", permission=Permission.COST_READ)
    async def costs(self, call: Call, query: CostQuery) -> CostList:
        """Show what accounts cost by day, by the carriers' own prices."""
        return CostList(items=await self._costs.by_day(call.actor, query))
