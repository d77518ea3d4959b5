"""Routes of the floor."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel

from access.http import after_id
from access.model import Permission
from agents.model import Agent, AgentProfile, NewSkill, Presence, Reason, Skill, SkillChange, State
from agents.service import Agents
from core.http import COLLEAGUE, Call, Page, PageQuery, route
from core.ids import StaffId
from core.values import Value


class Skills(BaseModel):
    items: list[Skill]


class NewPresence(Value):
    state: State
    reason: Reason | None = None


class AgentRoutes:
    def __init__(self, agents: Agents) -> None:
        self._agents = agents

    @route("GET", "/api/agents", permission=Permission.AGENT_MANAGE)
    async def list_agents(self, call: Call, query: PageQuery) -> Page[Agent]:
        """List agents with their skills, trust, load and presence."""
        found = await self._agents.list_agents(call.actor, after_id(query.cursor), query.limit + 1)
        items = found[: query.limit]
        return Page[Agent](items=items, next_cursor=str(items[-1].staff_id) if len(found) > query.limit else None)

    @route("GET", "/api/agents/{staff_id}", permission=Permission.AGENT_MANAGE)
    async def show(self, call: Call, staff_id: UUID) -> Agent:
        """Show one agent."""
        return await self._agents.get(call.actor, StaffId(staff_id))

    @route("PUT", "/api/agents/{staff_id}", permission=Permission.AGENT_MANAGE)
    async def save_profile(self, call: Call, staff_id: UUID, body: AgentProfile) -> Agent:
        """Set an agent's skills, trust and capacity."""
        return await self._agents.save_profile(call.actor, StaffId(staff_id), body)

    @route("PUT", "/api/agents/{staff_id}/presence", permission=COLLEAGUE)
    async def force_presence(self, call: Call, staff_id: UUID, body: NewPresence) -> Presence:
        """Set an agent's presence, as who manages agents or supervises work in their branch."""
        return await self._agents.force_presence(call.actor, StaffId(staff_id), body.state, body.reason)

    @route("GET", "/api/skills", permission=COLLEAGUE)
    async def skills(self, call: Call) -> Skills:  # noqa: ARG002 - every handler gets the call
        """List skills."""
        return Skills(items=await self._agents.skills())

    @route("POST", "/api/skills", permission=Permission.AGENT_MANAGE, status=201)
    async def add_skill(self, call: Call, body: NewSkill) -> Skill:
        """Add a skill."""
        return await self._agents.add_skill(call.actor, body)

    @route("PUT", "/api/skills/{skill_id}", permission=Permission.AGENT_MANAGE)
    async def change_skill(self, call: Call, skill_id: UUID, body: SkillChange) -> Skill:
        """Rename a skill."""
        return await self._agents.change_skill(call.actor, skill_id, body)
