"""Queues, offers and events of routing as people and other folders see them; `model` holds what the engine sees."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from access.model import Locale, Name, Permission
from core.events import Event
from core.ids import BranchId, StaffId
from core.values import Value
from sla.hours import Hours

Level = Annotated[int, Field(ge=1, le=10)]
Levels = Annotated[dict[UUID, Level], Field(max_length=50)]
Outcome = Literal["accepted", "declined", "timeout", "withdrawn"]
# Why work changed hands; statistics and the live board count by it.
Cause = Literal[
    "enqueued", "requeued", "transferred", "overflowed", "answered", "taken", "finished", "abandoned", "changed"
]


AlertReason = Literal["offers_failed", "waited", "no_agent", "closed"]


class QueueStep(Value):
    """Which levels are asked for once a work has waited `after_seconds` since it was first queued."""

    after_seconds: int = Field(ge=1, le=86_400)
    skills: Levels = Field(default={})


class Overflow(Value):
    """What happens to work that waits too long, that nobody online can take, or that comes outside the hours."""

    when: Literal["waited", "no_agent", "closed"]
    after_seconds: int = Field(0, ge=0, le=86_400)
    action: Literal["queue", "callback", "message", "alert"]
    queue_id: UUID | None = None
    text: dict[Locale, Annotated[str, Field(max_length=1000)]] = Field(
        default={}, description="What the customer reads."
    )


class QueueSettings(Value):
    """What an administrator sets of a queue."""

    name: Name
    branch_id: BranchId | None = None
    skills: Levels = Field(default={}, description="Skill id to the least level, 1 to 10.")
    steps: list[QueueStep] = Field(default=[], max_length=10, description="What relaxes the levels, by age.")
    channels: list[str] | None = Field(None, max_length=20, description="Which it takes; none is all.")
    permission: Permission = Permission.WORK_TAKE
    trust: int = Field(0, ge=0, le=10)
    target_seconds: int = Field(60, ge=1, le=86_400, description="Answer within; decides between queues too.")
    offer_timeout_seconds: int = Field(30, ge=1, le=3600)
    offer_mode: Literal["offer", "auto", "broadcast"] = "offer"
    wrap_up_mode: Literal["none", "optional", "timed", "manual"] = "timed"
    wrap_up_seconds: int = Field(0, ge=0, le=3600)
    idle_clock: Literal["all", "inbound"] = Field("all", description="Which work starts an agent's idle time anew.")
    goal_percent: int = Field(80, ge=1, le=100, description="How many shall be answered within the target.")
    hours: Hours | None = Field(None, description="When people answer; none is always.")
    overflow: list[Overflow] = Field(default=[], max_length=10)
    order_by: Literal["reserve", "best", "fair", "custom"] = "reserve"
    score: str = Field(
        "closest", min_length=1, max_length=60, description="What sorts agents where the order is custom."
    )
    after_close: Literal["reopen", "reopen_within", "new"] = Field(
        "reopen_within", description="What an answer to a closed conversation does; a new one shows which it follows."
    )
    reopen_days: int = Field(14, ge=1, le=3650, description="For how long an answer reopens it.")
    is_active: bool = True

    def takes(self, channel: str) -> bool:
        return self.channels is None or channel in self.channels

    def takes_all(self, channels: Collection[str] | None) -> bool:
        """Tell whether it takes every one of these; None stands for all that there are."""
        return self.channels is None or (channels is not None and set(channels) <= set(self.channels))


class QueueChange(QueueSettings):
    version: int = Field(ge=1, description="The one that was read.")


class Queue(QueueSettings):
    id: UUID
    version: int

    @property
    def has_wrap_up(self) -> bool:
        """Whether whoever finishes work of this queue wraps up without having asked for it."""
        return self.wrap_up_mode == "manual" or (self.wrap_up_mode == "timed" and self.wrap_up_seconds > 0)


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
    is_emergency: bool = False
    attributes: dict[str, str] = Field(default={}, description="What rules look at: language, tier, type, ...")
    sticky_agent_id: StaffId | None = None
    summary: dict[str, Any] = Field(default={})
    due_at: datetime | None = Field(None, description="What was promised; none: the queue's own target.")


class OutboundAsk(Value):
    """How many agents the dialer wants for a queue, and for whose callers some of them stay idle."""

    id: UUID
    queue_id: UUID
    inbound_queue_id: UUID | None = None
    spare: int | None = None
    wanted: int = 0


class LeaseEnded(Event, kind="agent.lease_ended"):
    """The dialer has this agent no more."""

    agent_id: StaffId

    def subject(self) -> str:
        return f"agent:{self.agent_id}"


class KeptPlace(Value):
    """Where something waits or waited: what a placeholder or a second try needs to wait in the same place."""

    queue_id: UUID
    branch_id: BranchId | None
    first_enqueued_at: datetime
    priority: int
    is_emergency: bool
    attributes: dict[str, str]


class Estimate(Value):
    """About how long somebody would wait who came now; null when the figures say nothing honest."""

    seconds: float | None
    minutes: int | None
    ahead: float = Field(description="Contacts before them that the same agents have to take.")
    slots: int = Field(description="Contacts that the available agents can have at once.")
    handle_seconds: float | None = Field(description="What one takes: a moving average of the last eight hours.")
    samples: int
    abandons_a_second: float = Field(description="Who left, for each second that somebody waited.")


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
    is_broadcast: bool = Field(default=False, description="Whether others are asked too: the first has it.")


class Explained(Value):
    """Why an agent has not got it: the first reason that holds, and what lacks by name."""

    agent_id: UUID
    agent_name: str
    reason: str
    detail: str = Field("", description="What lacks, in short.")
    skill: str | None = Field(None, description="The skill that lacks, by name.")
    level: int | None = Field(None, description="The level of the skill, or of trust, that is asked for.")
    has: int | None = Field(None, description="What the agent has of it.")
    permissions: list[str] = Field(default=[], description="The permissions that lack.")
    branches: list[str] = Field(default=[], description="The branches, by name, whose data the agent does not see.")


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
    cause: Cause = "changed"
    work_kind: str = "interaction"
    channel: str = ""
    agent_id: StaffId | None = None
    queue_id: UUID

    def subject(self) -> str:
        return f"work:{self.work_id}"


class WorkAlert(Event, kind="work.alert"):
    """Waiting work needs a person: its offers failed, or a rule of its queue says so."""

    work_id: UUID
    work_kind: str
    channel: str
    queue_id: UUID
    queue_name: str
    branch_id: BranchId | None
    reason: AlertReason

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
