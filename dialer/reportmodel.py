"""What a campaign has come to: values."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from core.events import Event
from core.values import Value
from dialer.model import AttemptState
from dialer.outcomes import Outcome

DAYS_MOST, DAYS_BY_HOUR = 400, 31
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]


class Span(BaseModel):
    """Days by the organisation's clocks, both included; without them the last seven."""

    model_config = ConfigDict(extra="forbid")

    since: Day | None = None
    until: Day | None = None


class ReportQuery(Span):
    by: Literal["hour", "day"] = Field("day", description=f"By the hour at most {DAYS_BY_HOUR} days are shown.")


class AttemptQuery(Span):
    outcome: Outcome | None = None
    cursor: str | None = Field(None, max_length=200, description="`next_cursor` of the page before.")
    limit: int = Field(50, ge=1, le=200)


class Sums(Value):
    """What was begun; `answered` are people, not machines, and `talk_seconds` is with agents."""

    dialled: int = 0
    answered: int = 0
    abandoned: int = 0
    talked: int = 0
    talk_seconds: int = 0


class SumsAt(Sums):
    at: datetime = Field(description="When the hour or the day begins.")


class AgentSums(Value):
    id: UUID
    name: str
    talked: int
    talk_seconds: int


class CampaignReport(Value):
    """A campaign over some days."""

    since: date
    until: date
    by: Literal["hour", "day"]
    time_zone: str
    total: Sums
    abandoned_percent: float = Field(description="Of the answered.")
    lines: list[SumsAt]
    outcomes: dict[str, int]
    dispositions: dict[str, int] = Field(description="Contacts that came to their end in these days, by how.")
    agents: list[AgentSums]


class AttemptView(Value):
    """One attempt at one number, with the verdict that let it be dialled."""

    id: UUID
    at: datetime
    number: str
    contact_name: str
    state: AttemptState
    outcome: Outcome | None
    disposition: str | None = Field(description="How its contact has ended, once it has.")
    agent_name: str | None
    ring_seconds: int | None
    talk_seconds: int | None
    interaction_id: UUID | None
    verdict: dict[str, Any]


class AttemptsExported(Event, kind="campaign.attempts_exported"):
    """Somebody took the attempts of a campaign along."""

    campaign_id: UUID
    rows: int

    def subject(self) -> str:
        return f"campaign:{self.campaign_id}"
