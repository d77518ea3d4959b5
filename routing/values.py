"""Queues, offers and events of routing as people and other folders see them; `model` holds what the engine sees."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from access.model import Name, Permission
from core.events import Event
from core.ids import BranchId, StaffId
from core.values import Value

Level = Annotated[int, Field(ge=1, le=10)]
Outcome = Literal["accepted", "declined", "timeout", "withdrawn"]


class QueueSettings(Value):
    """What an administrator sets of a queue."""

    name: Name
    branch_id: BranchId | None = None
    skills: dict[UUID, Level] = Field(default={}, max_length=50, description="Skill id to the least level, 1 to 10.")
    permission: Permission = Permission.WORK_TAKE
    trust: int = Field(0, ge=0, le=10)
    target_seconds: int = Field(60, ge=1, le=86_400, description="Answer within; decides between queues too.")
    offer_timeout_seconds: int = Field(30, ge=1, le=3600)
    wrap_up_seconds: int = Field(0, ge=0, le=3600)
    relax_after_seconds: int | None = Field(
        None, ge=1, le=86_400, description="From then on any level of the skills will do."
    )
    order_by: Literal["reserve", "best", "fair"] = "reserve"
    is_active: bool = True


class QueueChange(QueueSettings):
    version: int = Field(ge=1, description="The one that was read.")


class Queue(QueueSettings):
    id: UUID
    version: int


class NewWork(Value):
    """Something that is to wait for an agent. `sticky_agent_id` is asked first while online."""

    id: UUID
    kind: str
    queue_id: UUID
    branch_id: BranchId | None
    channel: str
    units: int
    first_enqueued_at: datetime
    priority: int = 0
    sticky_agent_id: StaffId | None = None
    summary: dict[str, Any] = Field(default={})


class OfferView(Value):
    """What an agent sees before accepting."""

    id: UUID
    interaction_id: UUID
    channel: str
    queue_name: str
    customer: dict[str, Any]
    subject: str | None
    preview: str
    made_at: datetime
    expires_at: datetime
    waited_seconds: int


class Explained(Value):
    """Why an agent got it or not."""

    agent_id: UUID
    agent_name: str
    reason: str
    detail: str = ""


class DecisionView(Value):
    offer_id: UUID
    agent_id: UUID
    agent_name: str
    state: str
    made_at: datetime
    closed_at: datetime | None
    rule: str
    considered: int
    losers: list[dict[str, str]]


class Explanation(Value):
    decisions: list[DecisionView]
    waiting: list[Explained]


class QueueSaved(Event, kind="queue.saved"):
    queue_id: UUID
    name: str

    def subject(self) -> str:
        return f"queue:{self.queue_id}"


class WorkChanged(Event, kind="work.changed"):
    """A work waits, was assigned, wraps up or is done: the router looks at it anew."""

    work_id: UUID
    state: str
    agent_id: StaffId | None = None
    queue_id: UUID

    def subject(self) -> str:
        return f"work:{self.work_id}"


class OfferMade(Event, kind="offer.made"):
    offer: OfferView
    agent_id: StaffId

    def subject(self) -> str:
        return f"work:{self.offer.interaction_id}"

    def audience(self) -> tuple[str, ...]:
        return (f"agent:{self.agent_id}",)

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        return ("offer.made", {"offer": data["offer"]}) if namespace == "/agent" else None


class OfferClosed(Event, kind="offer.closed"):
    offer_id: UUID
    work_id: UUID
    agent_id: StaffId
    outcome: Outcome
    reason: str | None = None

    def subject(self) -> str:
        return f"work:{self.work_id}"

    def audience(self) -> tuple[str, ...]:
        return (f"agent:{self.agent_id}",)

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        told = {"offer_id": data["offer_id"], "outcome": data["outcome"]}
        return ("offer.closed", told) if namespace == "/agent" else None
