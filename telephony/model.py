"""Recordings, consent, batches and costs: values and pure rules."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from core.events import Event
from core.values import Value

Kind = Literal["call", "voicemail"]
RecordingState = Literal["waiting", "kept", "failed", "discarded", "expired"]


class RecordingRuleChange(Value):
    """How long recordings are kept; what is held by a person stays beyond it."""

    keep_days: int = Field(90, ge=1, le=3650)
    voicemail_days: int = Field(90, ge=1, le=3650)
    version: int = Field(ge=1)


class RecordingRule(RecordingRuleChange):
    def until(self, kind: Kind, made_at: datetime, least_days: int | None = None) -> datetime:
        """Return when a recording goes; `least_days` is what a law wants at least, and the longer counts."""
        days = self.voicemail_days if kind == "voicemail" else self.keep_days
        return made_at + timedelta(days=days if least_days is None else max(days, least_days))


class Recording(Value):
    id: UUID
    kind: Kind
    state: RecordingState
    seconds: int
    made_at: datetime
    kept_until: datetime | None
    is_held: bool
    interaction_id: UUID
    interaction_number: int
    customer_name: str
    address: str
    agent_name: str | None
    account_name: str


class RecordingQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    interaction_id: UUID | None = None
    kind: Kind | None = None
    state: RecordingState | None = None
    agent_id: UUID | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    cursor: str | None = Field(None, max_length=200, description="`next_cursor` of the page before.")
    limit: int = Field(50, ge=1, le=200)


class Hold(Value):
    is_held: bool = Field(description="Whether it is kept whatever its time.")


class Cost(Value):
    """What one account did on one day, by the carrier's prices; what has none yet is not in it."""

    day: date
    account_id: UUID
    account_name: str
    kind: Literal["call", "text"]
    is_inbound: bool
    count: int
    seconds: int
    segments: int
    price: float
    currency: str


class CostQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    since: date
    until: date
    account_id: UUID | None = None


class RecordingKept(Event, kind="recording.kept"):
    recording_id: UUID
    interaction_id: UUID
    of: Kind

    def subject(self) -> str:
        return f"interaction:{self.interaction_id}"


class RecordingHeard(Event, kind="recording.heard"):
    """Somebody listened to a recording."""

    recording_id: UUID
    interaction_id: UUID

    def subject(self) -> str:
        return f"interaction:{self.interaction_id}"


class RecordingGone(Event, kind="recording.gone"):
    """A recording was deleted by a person, its time was over, or it must not be kept."""

    recording_id: UUID
    interaction_id: UUID
    state: RecordingState

    def subject(self) -> str:
        return f"interaction:{self.interaction_id}"


class RecordingRuleSaved(Event, kind="recording.rule_saved"):
    keep_days: int
    voicemail_days: int

    def subject(self) -> str:
        return "recordings"


class RecordingHeld(Event, kind="recording.held"):
    recording_id: UUID
    is_held: bool

    def subject(self) -> str:
        return f"recording:{self.recording_id}"
