"""Routes of the board: figures for other systems, rules and the log of alarms, the own reasons."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, Field

from access.model import Permission
from board.alarms import AlarmRules
from board.changes import whole
from board.model import AlarmRule, AlarmRuleChange, AlarmRuleSettings, AlarmView, Snapshot
from board.reasons import OwnDecision, Reasons
from board.service import Board
from core.http import Call, Page, PageQuery, route
from customers.http import before_id


class Rules(BaseModel):
    items: list[AlarmRule]


class OwnDecisions(BaseModel):
    items: list[OwnDecision]


class AlarmQuery(PageQuery):
    queue_id: UUID | None = Field(None, description="Of one queue only.")


class BoardRoutes:
    def __init__(self, board: Board, rules: AlarmRules, reasons: Reasons) -> None:
        self._board, self._rules, self._reasons = board, rules, reasons

    @route("GET", "/api/board", permission=Permission.WORK_SUPERVISE)
    async def show(self, call: Call) -> Snapshot:
        """Show the figures of queues and agents now and today; docs/metrics.md defines them."""
        await self._board.refresh()
        await self._board.estimate()
        return whole(self._board.day_start, self._board.parts(call.actor.branches).values())

    @route("GET", "/api/alarm-rules", permission=Permission.WORK_SUPERVISE)
    async def rules(self, call: Call) -> Rules:
        """List what raises alarms about the queues in your scope."""
        return Rules(items=await self._rules.rules(call.actor))

    @route("POST", "/api/alarm-rules", permission=Permission.QUEUE_MANAGE, status=201)
    async def add_rule(self, call: Call, body: AlarmRuleSettings) -> AlarmRule:
        """Add a rule; supervisors of the queue's branch are told when it raises an alarm."""
        return await self._rules.add(call.actor, body)

    @route("PUT", "/api/alarm-rules/{rule_id}", permission=Permission.QUEUE_MANAGE)
    async def change_rule(self, call: Call, rule_id: UUID, body: AlarmRuleChange) -> AlarmRule:
        """Change a rule; takes effect within seconds."""
        return await self._rules.change(call.actor, rule_id, body)

    @route("DELETE", "/api/alarm-rules/{rule_id}", permission=Permission.QUEUE_MANAGE)
    async def remove_rule(self, call: Call, rule_id: UUID) -> None:
        """Remove a rule; what it raised stays in the log of alarms."""
        await self._rules.remove(call.actor, rule_id)

    @route("GET", "/api/alarms", permission=Permission.WORK_SUPERVISE)
    async def alarms(self, call: Call, query: AlarmQuery) -> Page[AlarmView]:
        """List alarms, newest first; one without `cleared_at` is open."""
        found = await self._rules.alarms(call.actor, query.queue_id, before_id(query.cursor), query.limit + 1)
        items = found[: query.limit]
        return Page[AlarmView](items=items, next_cursor=str(items[-1].id) if len(found) > query.limit else None)

    @route("GET", "/api/work/{work_id}/own-decisions", permission=Permission.WORK_TAKE)
    async def own_decisions(self, call: Call, work_id: UUID) -> OwnDecisions:
        """Say why this work came to you: which rule chose, and among how many."""
        return OwnDecisions(items=await self._reasons.own(call.actor, work_id))
