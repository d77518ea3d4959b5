"""Routes of calendars and policies."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from access.model import Permission
from core.http import COLLEAGUE, Call, route
from core.values import Value
from sla.hours import Hours
from sla.model import Calendar, CalendarChange, CalendarSettings, Minutes, Policy, PolicyChange, PolicySettings
from sla.rules import Calendars, Policies
from sla.working import due, is_open


class CalendarList(BaseModel):
    items: list[Calendar]


class PolicyList(BaseModel):
    items: list[Policy]


class Trial(Value):
    """Hours to be tried before they are saved."""

    hours: Hours
    start: AwareDatetime
    minutes: Minutes = Field(description="Of business time.")


class TrialResult(BaseModel):
    is_open: bool
    due_at: datetime | None = Field(description="Null: that much time never comes.")


class SlaRoutes:
    def __init__(self, calendars: Calendars, policies: Policies) -> None:
        self._calendars, self._policies = calendars, policies

    @route("GET", "/api/calendars", permission=COLLEAGUE)
    async def calendars(self, call: Call) -> CalendarList:  # noqa: ARG002 - every handler gets the call
        """List the calendars of business time."""
        return CalendarList(items=await self._calendars.all())

    @route("POST", "/api/calendars", permission=Permission.SLA_MANAGE, status=201)
    async def add_calendar(self, call: Call, body: CalendarSettings) -> Calendar:
        """Add a calendar."""
        return await self._calendars.add(call.actor, body)

    @route("PUT", "/api/calendars/{calendar_id}", permission=Permission.SLA_MANAGE)
    async def change_calendar(self, call: Call, calendar_id: UUID, body: CalendarChange) -> Calendar:
        """Change a calendar; what is due by it is due at another moment."""
        return await self._calendars.change(call.actor, calendar_id, body)

    @route("DELETE", "/api/calendars/{calendar_id}", permission=Permission.SLA_MANAGE)
    async def remove_calendar(self, call: Call, calendar_id: UUID) -> None:
        """Drop a calendar that no policy names."""
        await self._calendars.remove(call.actor, calendar_id)

    @route("POST", "/api/calendars/trial", permission=COLLEAGUE)
    async def try_hours(self, call: Call, body: Trial) -> TrialResult:  # noqa: ARG002 - every handler gets the call
        """Say whether it is open at a moment, and when so many minutes of business time will have passed from then."""
        return TrialResult(is_open=is_open(body.hours, body.start), due_at=due(body.hours, body.start, body.minutes))

    @route("GET", "/api/sla-policies", permission=Permission.SLA_MANAGE)
    async def policies(self, call: Call) -> PolicyList:
        """List the policies in the order in which they are asked."""
        return PolicyList(items=await self._policies.all(call.actor))

    @route("POST", "/api/sla-policies", permission=Permission.SLA_MANAGE, status=201)
    async def add_policy(self, call: Call, body: PolicySettings) -> Policy:
        """Add a policy; what is open and fits is measured by it."""
        return await self._policies.add(call.actor, body)

    @route("PUT", "/api/sla-policies/{policy_id}", permission=Permission.SLA_MANAGE)
    async def change_policy(self, call: Call, policy_id: UUID, body: PolicyChange) -> Policy:
        """Change a policy; what is open is measured by it from its beginning on."""
        return await self._policies.change(call.actor, policy_id, body)

    @route("DELETE", "/api/sla-policies/{policy_id}", permission=Permission.SLA_MANAGE)
    async def remove_policy(self, call: Call, policy_id: UUID) -> None:
        """Drop a policy; what it promised, the next one that fits promises, or nobody."""
        await self._policies.remove(call.actor, policy_id)
