"""An agent at work."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from access.model import Calendar, Locale, Name
from core.events import Event
from core.ids import StaffId
from core.values import Value

State = Literal["available", "not_ready", "offline"]
Reason = Annotated[str, Field(max_length=60, pattern=r"^[^\x00-\x1f]*$")]
Level = Annotated[int, Field(ge=1, le=10)]


class Skill(Value):
    id: UUID
    name: str
    version: int


class NewSkill(Value):
    name: Name


class SkillChange(NewSkill):
    version: int = Field(ge=1, description="The one that was read.")


class Presence(Value):
    """What an agent says of being there. Available counts only while a socket of theirs is alive."""

    state: State
    reason: str | None = None
    since: datetime


class Agent(Value):
    """What routing knows of a person: experience as skill levels, the trust granted, how much at once."""

    staff_id: StaffId
    name: str
    trust: int
    capacity_units: int
    used_units: int
    skills: dict[UUID, int]
    presence: Presence
    version: int


class AgentProfile(Value):
    """What an administrator sets. `version` is the one that was read; 0 for a person who is no agent yet."""

    version: int = Field(ge=0)
    trust: int = Field(0, ge=0, le=10)
    capacity_units: int = Field(100, ge=1, le=1000)
    skills: dict[UUID, Level] = Field(default={}, max_length=200)


class Named(Value):
    id: UUID
    name: str


class Self(Value):
    """The signed-in agent in the console's snapshot."""

    id: StaffId
    name: str
    login: str
    locale: Locale
    calendar: Calendar
    permissions: list[str]


class PresenceChanged(Event, kind="presence.changed"):
    agent_id: StaffId
    presence: Presence

    def subject(self) -> str:
        return f"agent:{self.agent_id}"

    def audience(self) -> tuple[str, ...]:
        return (f"agent:{self.agent_id}",)

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        return ("presence.changed", {"presence": data["presence"]}) if namespace == "/agent" else None


class AgentSaved(Event, kind="agent.saved"):
    agent_id: StaffId
    trust: int
    capacity_units: int
    skills: dict[str, int]

    def subject(self) -> str:
        return f"agent:{self.agent_id}"


class SkillSaved(Event, kind="skill.saved"):
    skill_id: UUID
    name: str

    def subject(self) -> str:
        return f"skill:{self.skill_id}"
