"""What complaints go by: sources, causes, deadlines, and whether all are confidential."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field, model_validator

from complaints.model import FROM_REGISTRATION, DayCount, Version
from core.events import Event
from core.values import Value
from tickets.model import Names

Position = Annotated[int, Field(ge=0, le=10_000)]


class Days(Value):
    """Working days from the registration until each step; for a review, from when it was asked for."""

    acknowledged: DayCount
    investigation: DayCount
    decision: DayCount
    answered: DayCount
    closed: DayCount
    review: DayCount

    @model_validator(mode="after")
    def _is_in_order(self) -> Days:
        steps = [getattr(self, step) for step in FROM_REGISTRATION]
        if steps != sorted(steps):
            raise ValueError("A step cannot be due before the one that it follows.")
        return self


class SourceSettings(Value):
    names: Names
    gravity: int = Field(0, ge=0, le=3, description="The least urgency: 0 low, 1 normal, 2 high, 3 urgent.")
    position: Position = 0
    is_active: bool = True


class SourceChange(SourceSettings):
    version: Version


class Source(SourceSettings):
    id: UUID
    version: int


class CauseSettings(Value):
    names: Names
    position: Position = 0
    is_active: bool = True


class CauseChange(CauseSettings):
    version: Version


class Cause(CauseSettings):
    id: UUID
    version: int


class PolicySettings(Value):
    """Until when, for complaints of a type, from a source, or all; the one that names more counts before."""

    type_id: UUID | None = None
    source_id: UUID | None = None
    days: Days


class PolicyChange(PolicySettings):
    version: Version


class Policy(PolicySettings):
    id: UUID
    version: int


class RuleSettings(Value):
    is_confidential: bool = Field(description="Whether every complaint is confidential from its beginning.")


class RuleChange(RuleSettings):
    version: Version


class Rule(RuleSettings):
    version: int


class ComplaintSetupSaved(Event, kind="complaint.setup_saved"):
    what: str
    id: UUID | None = None

    def subject(self) -> str:
        return f"complaint_{self.what}:{self.id or ''}"
