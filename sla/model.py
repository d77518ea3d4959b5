"""Calendars, policies and what is timed, as people and other folders see them; with the choice of a policy."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from access.model import Name
from core.events import Event
from core.ids import BranchId
from core.values import Value
from sla.hours import Hours

Metric = Literal["first_response", "next_response", "resolution"]
Priority = Literal["low", "normal", "high", "urgent"]
# Where a subject stands, whatever its statuses are called.
Category = Literal["new", "open", "pending", "on_hold", "solved", "closed"]
ClockState = Literal["running", "paused", "met", "dropped"]
Cause = Literal["opened", "answered", "asked", "status", "reopened", "facts", "policy", "calendar"]

OVER: frozenset[Category] = frozenset({"solved", "closed"})
Minutes = Annotated[int, Field(ge=1, le=1_000_000)]


class CalendarSettings(Value):
    name: Name
    hours: Hours
    is_default: bool = Field(default=False, description="For whatever has no calendar of its own.")
    branches: tuple[BranchId, ...] = Field((), max_length=1000, description="Whose hours these are, with those below.")


class CalendarChange(CalendarSettings):
    version: int = Field(ge=1, description="The one that was read.")


class Calendar(CalendarSettings):
    id: UUID
    version: int


class Conditions(Value):
    """What a subject must be for a policy to be its own; empty is any. All of them hold, each by any of its values."""

    kinds: tuple[str, ...] = Field((), max_length=20)
    priorities: tuple[Priority, ...] = Field((), max_length=4)
    tiers: tuple[UUID, ...] = Field((), max_length=100)
    customers: tuple[UUID, ...] = Field((), max_length=1000)
    branches: tuple[BranchId, ...] = Field((), max_length=1000)
    queues: tuple[UUID, ...] = Field((), max_length=200)


class Targets(Value):
    """Minutes of business time; none is not promised."""

    first_response: Minutes | None = None
    next_response: Minutes | None = None
    resolution: Minutes | None = None


class PolicySettings(Value):
    name: Name
    position: int = Field(0, ge=0, le=10_000, description="The first policy that fits counts, the lowest number first.")
    conditions: Conditions = Conditions()
    targets: dict[Priority, Targets]
    calendar_id: UUID | None = Field(None, description="None: the calendar of the subject's branch.")
    warn_percent: int = Field(75, ge=1, le=99, description="Near breach from this share of the time on.")
    pauses_on: tuple[Category, ...] = Field(("pending",), max_length=2, description="While it is not our turn.")
    is_active: bool = True

    @field_validator("targets")
    @classmethod
    def _promises(cls, value: dict[Priority, Targets]) -> dict[Priority, Targets]:
        if not any(minutes for targets in value.values() for minutes in dict(targets).values()):
            raise PydanticCustomError("no_target", "A policy promises something.")
        return value

    @field_validator("pauses_on")
    @classmethod
    def _pauses(cls, value: tuple[Category, ...]) -> tuple[Category, ...]:
        if not set(value) <= {"pending", "on_hold"}:
            raise PydanticCustomError("our_turn", "Clocks stop on pending and on hold, never while it is our turn.")
        return value


class PolicyChange(PolicySettings):
    version: int = Field(ge=1, description="The one that was read.")


class Policy(PolicySettings):
    id: UUID
    version: int


class Facts(Value):
    """What is known of a subject, by which its policy is chosen."""

    kind: str
    priority: Priority
    category: Category
    tier_id: UUID | None = None
    customer_id: UUID | None = None
    branch_id: BranchId | None = None
    queue_id: UUID | None = None


def fits(policy: PolicySettings, facts: Facts, line: Iterable[BranchId] = ()) -> bool:
    """Tell whether a policy is for such a subject; `line` is its branch and all above it."""
    asked = policy.conditions
    return (
        policy.is_active
        and (not asked.kinds or facts.kind in asked.kinds)
        and (not asked.priorities or facts.priority in asked.priorities)
        and (not asked.tiers or facts.tier_id in asked.tiers)
        and (not asked.customers or facts.customer_id in asked.customers)
        and (not asked.queues or facts.queue_id in asked.queues)
        and (not asked.branches or not set(asked.branches).isdisjoint(line))
    )


def choose(policies: Iterable[Policy], facts: Facts, line: Iterable[BranchId] = ()) -> Policy | None:
    """Return the first policy that fits, by position and then by name."""
    above = tuple(line)
    found = (each for each in policies if fits(each, facts, above))
    return min(found, key=lambda each: (each.position, each.name), default=None)


class ClockView(Value):
    metric: Metric
    round: int
    state: ClockState
    target_minutes: int
    due_at: datetime | None
    warned_at: datetime | None
    breached_at: datetime | None
    ended_at: datetime | None


class ChangeView(Value):
    """Once it became due at another moment."""

    metric: Metric
    round: int
    at: datetime
    cause: str
    policy_name: str | None
    target_minutes: int | None
    due_before: datetime | None
    due_after: datetime | None


class Standing(Value):
    """How a subject stands: its policy, its clocks, and when the next promise falls due."""

    policy_id: UUID | None = None
    policy_name: str | None = None
    clocks: tuple[ClockView, ...] = ()
    due_at: datetime | None = None
    state: Literal["none", "kept", "near", "breached"] = "none"


def standing(policy: Policy | None, clocks: Iterable[ClockView]) -> Standing:
    """Sum up the clocks: breached once is breached, near while one that runs was warned of."""
    known = tuple(clocks)
    running = [each for each in known if each.state == "running"]
    if not known:
        state: Literal["none", "kept", "near", "breached"] = "none"
    elif any(each.breached_at for each in known):
        state = "breached"
    else:
        state = "near" if any(each.warned_at for each in running) else "kept"
    return Standing(
        policy_id=None if policy is None else policy.id,
        policy_name=None if policy is None else policy.name,
        clocks=known,
        due_at=min((each.due_at for each in running if each.due_at), default=None),
        state=state,
    )


class CalendarSaved(Event, kind="sla.calendar_saved"):
    calendar_id: UUID
    name: str
    is_removed: bool = False

    def subject(self) -> str:
        return f"sla_calendar:{self.calendar_id}"


class PolicySaved(Event, kind="sla.policy_saved"):
    policy_id: UUID
    name: str
    is_removed: bool = False

    def subject(self) -> str:
        return f"sla_policy:{self.policy_id}"


class SlaWarned(Event, kind="sla.warned"):
    """So much of the time is gone that somebody should look."""

    subject_kind: str
    subject_id: UUID
    metric: Metric
    due_at: datetime | None

    def subject(self) -> str:
        return f"{self.subject_kind}:{self.subject_id}"


class SlaBreached(Event, kind="sla.breached"):
    """What was promised is late."""

    subject_kind: str
    subject_id: UUID
    metric: Metric
    due_at: datetime | None

    def subject(self) -> str:
        return f"{self.subject_kind}:{self.subject_id}"
