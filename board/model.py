"""The figures as supervisors see them; docs/metrics.md defines each. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from core.events import Event
from core.values import Value

Activity = Literal["available", "on_contact", "after_contact_work", "at_capacity", "non_productive", "offline"]
Metric = Literal["oldest_contact_age", "contacts_in_queue", "service_level", "agents_available", "abandonment_rate"]
# Of these too little is an alarm, of the others too much.
TOO_LITTLE: frozenset[Metric] = frozenset({"service_level", "agents_available"})
RATES: frozenset[Metric] = frozenset({"service_level", "abandonment_rate"})
MOST_PERCENT = 100.0


class Figures(Value):
    """What a queue did in a period."""

    contacts_queued: int = 0
    contacts_answered: int = 0
    contacts_abandoned: int = 0
    contacts_transferred_out: int = 0
    contacts_overflowed: int = 0
    contacts_removed: int = 0
    contacts_handled: int = 0
    abandonment_rate: float | None = Field(None, description="Percent.")
    average_queue_answer_seconds: float | None = None
    average_handle_seconds: float | None = None
    average_after_contact_work_seconds: float | None = None
    service_level: float | None = Field(None, description="Percent; abandons count against it.")
    service_level_late: float | None = Field(None, description="Percent; abandons within the target do not count.")
    service_level_removed: float | None = Field(None, description="Percent; abandons within the target count for it.")


class ContactAlert(Value):
    """A work that waits and needs a person to look at it, and why."""

    work_id: UUID
    kind: str
    reason: str = Field(description="As in `work.alert`: offers_failed, waited, no_agent, closed.")
    at: datetime


class QueueFigures(Value):
    """One queue now, today and in the last 30 minutes; `channel` empty is all of its channels together."""

    queue_id: UUID
    queue_name: str
    channel: str
    target_seconds: int
    goal_percent: int
    contacts_in_queue: int
    oldest_contact_at: datetime | None = Field(description="Since when the one that waits longest does.")
    contacts_waiting_at_start: int = Field(description="How many waited when the day began.")
    estimated_wait_seconds: int | None = Field(description="For who comes now; null when nothing honest can be said.")
    slots_active: int = Field(description="Contacts that an agent has, wrap-up included.")
    slots_available: int
    agents_online: int
    agents_available: int
    agents_on_contact: int
    agents_after_contact_work: int
    agents_non_productive: int
    alerts: list[ContactAlert] = Field(description="At most ten of what waits and needs a look.")
    today: Figures
    recent: Figures


class CurrentContact(Value):
    """What somebody has now."""

    work_id: UUID
    kind: str
    queue_id: UUID
    channel: str
    phase: Literal["waiting", "handling", "wrap_up", "over"]
    since: datetime


class AgentFigures(Value):
    """One agent now and today."""

    id: UUID
    name: str
    branch_id: UUID | None
    state: Literal["available", "not_ready", "offline"]
    reason: str | None
    since: datetime
    activity: Activity
    used_units: int
    capacity_units: int
    contacts: list[CurrentContact]
    contacts_handled: int
    average_handle_seconds: float | None
    occupancy: float | None = Field(description="Percent of the time on contacts or available.")


class AlarmView(Value):
    """A figure that was beyond its threshold for long enough; open until it was back for as long."""

    id: UUID
    rule_id: UUID | None
    queue_id: UUID
    queue_name: str
    metric: Metric
    threshold: float
    value: float = Field(description="When it was raised.")
    raised_at: datetime
    cleared_at: datetime | None


class Snapshot(Value):
    """The whole board at one moment."""

    day_start: datetime = Field(description="When the organisation's day began.")
    queues: list[QueueFigures]
    agents: list[AgentFigures]
    alarms: list[AlarmView]


class Change(Value):
    """What is different from the version before: whole values by their ids, and what is gone."""

    epoch: str
    version: int
    day_start: datetime
    queues: list[QueueFigures] = Field(default=[])
    agents: list[AgentFigures] = Field(default=[])
    alarms: list[AlarmView] = Field(default=[])
    gone: list[str] = Field(default=[], description="`queue:<id>:<channel>`, `agent:<id>`, `alarm:<id>`.")


class Opened(Snapshot):
    """The board at a version of one process, with the first agents; `after` is where `board.agents` goes on."""

    kind: Literal["snapshot"] = "snapshot"
    epoch: str
    version: int
    after: str | None


class AlarmRuleSettings(Value):
    """When to raise an alarm about a queue."""

    queue_id: UUID
    metric: Metric
    threshold: float = Field(gt=0, le=1_000_000, description="Seconds, contacts, agents or percent.")
    for_seconds: int = Field(60, ge=0, le=3600, description="For so long it has to be so, and to be over.")
    is_active: bool = True

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if self.metric in RATES and self.threshold > MOST_PERCENT:
            raise ValueError("a percentage is at most 100")
        return self


class AlarmRuleChange(AlarmRuleSettings):
    version: int = Field(ge=1, description="The one that was read.")


class AlarmRule(AlarmRuleSettings):
    id: UUID
    version: int


class AlarmRuleSaved(Event, kind="alarm_rule.saved"):
    rule_id: UUID
    queue_id: UUID
    metric: Metric
    threshold: float
    is_gone: bool = False

    def subject(self) -> str:
        return f"queue:{self.queue_id}"


class AlarmRaised(Event, kind="alarm.raised"):
    alarm_id: UUID
    queue_id: UUID
    metric: Metric
    threshold: float
    value: float

    def subject(self) -> str:
        return f"queue:{self.queue_id}"


class AlarmCleared(Event, kind="alarm.cleared"):
    alarm_id: UUID
    queue_id: UUID
    metric: Metric

    def subject(self) -> str:
        return f"queue:{self.queue_id}"


def key_of(value: Any) -> str:
    """Return the id under which a value of the board is kept."""
    if isinstance(value, QueueFigures):
        return f"queue:{value.queue_id}:{value.channel}"
    return f"{'agent' if isinstance(value, AgentFigures) else 'alarm'}:{value.id}"
