"""Plans that are proposed, as people see them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from core.events import Event
from core.ids import BranchId, StaffId
from core.values import Value
from dispatch.model import Latitude, Longitude, Minutes, Skills, VisitRow, visits_room

AskedKind = Literal["day", "absence", "what_if"]
RunKind = Literal["day", "absence", "what_if", "better"]
RunState = Literal["proposed", "accepted", "stale", "refused", "undone"]


class Hypothetical(Value):
    """A visit that nobody opened, for asking what a day would be with it."""

    latitude: Latitude
    longitude: Longitude
    minutes: Minutes = 60
    skills: Skills = Field(default={})
    priority: int = Field(1, ge=0, le=3)


class RunRequest(Value):
    """What to plan. Who names no branch plans all of them, if all are in scope."""

    day: date
    days: int = Field(1, ge=1, le=7)
    branch_id: BranchId | None = None
    kind: AskedKind = "day"
    absent_ids: list[StaffId] = Field(default=[], max_length=50)
    moves: int | None = Field(None, ge=0, le=2000, description="So many visits may change hands; null: any number.")
    freeze_minutes: int = Field(60, ge=0, le=24 * 60, description="What begins so soon stays as it is.")
    seconds: float = Field(3.0, ge=0.2, le=30, description="How long to look for a better plan.")
    rounds: int | None = Field(None, ge=1, le=100_000, description="Instead of seconds: the same on every machine.")
    seed: int = Field(1, ge=0, le=2**31 - 1)
    extra: list[Hypothetical] = Field(default=[], max_length=50, description="Only asking what if.")


class BetterRequest(Value):
    """Whether the day as it stands can be driven in less time, with few visits that change hands."""

    day: date
    branch_id: BranchId | None = None
    moves: int = Field(5, ge=1, le=2000, description="So many visits may change hands.")
    freeze_minutes: int = Field(60, ge=0, le=24 * 60, description="What begins so soon stays as it is.")
    seconds: float = Field(2.0, ge=0.2, le=2, description="How long to think.")
    rounds: int | None = Field(None, ge=1, le=100_000, description="Instead of seconds: the same on every machine.")


class RunStop(Value):
    """A visit in somebody's day as it would be; the arrival is a range."""

    visit_id: UUID
    technician_id: StaffId
    starts_at: datetime
    ends_at: datetime
    earliest_at: datetime
    latest_at: datetime


class RunChange(Value):
    """What accepting would do to a visit; without a technician after it nobody goes there for now."""

    visit_id: UUID
    number: str
    subject: str
    before_id: StaffId | None
    before_at: datetime | None
    after_id: StaffId | None
    after_at: datetime | None


class RunNote(Value):
    """A visit that is not in the plan, or a technician who could not be asked, and why."""

    visit_id: UUID | None = None
    technician_id: StaffId | None = None
    number: str = ""
    subject: str = ""
    rule: str
    why: str


class DayFigures(Value):
    """What days cost: driving, visits that begin too late, visits that nobody has, overtime."""

    travel_seconds: int
    travel_metres: int
    late: int
    unassigned: int
    overtime_seconds: int


class RunCost(Value):
    """Travel as it is and as it would be; both in figures, unless it was planned before figures were kept."""

    before_seconds: int
    before_metres: int
    after_seconds: int
    after_metres: int
    cost: int
    stands: DayFigures | None = None
    planned: DayFigures | None = None


class RunPlan(Value):
    stops: list[RunStop]
    changes: list[RunChange]
    engine: str
    source: str
    messages: list[str]


class RunInputs(Value):
    """From what it was planned: enough to ask again, and to know whether something changed since."""

    asked: RunRequest
    versions: dict[UUID, int]
    assigned: list[UUID]


class RunView(Value):
    id: UUID
    kind: RunKind
    state: RunState
    branch_id: BranchId | None
    begins_at: datetime
    ends_at: datetime
    plan: RunPlan
    cost: RunCost
    notes: list[RunNote]
    seconds: float
    seed: int
    made_by_name: str | None
    made_at: datetime
    accepted_by_name: str | None
    accepted_at: datetime | None


class Better(Value):
    """The proposal that saves something; none where nothing worth telling is saved."""

    run: RunView | None


class PriceQuestion(Value):
    """What it is to cost: given to somebody on that day, or at that very time."""

    day: date | None = None
    technician_id: StaffId | None = None
    planned_at: AwareDatetime | None = None


class Offer(Value):
    """What one technician's day would be with it, or the rule that is in the way and by how much (mostly seconds)."""

    technician_id: StaffId
    name: str
    starts_at: datetime | None = None
    earliest_at: datetime | None = None
    latest_at: datetime | None = None
    extra_seconds: int | None = None
    extra_metres: int | None = None
    rule: str | None = None
    by: int | None = None


class Risk(Value):
    """A visit that may begin too late; `is_certain` when even the earliest arrival is."""

    visit_id: UUID
    earliest_at: datetime
    latest_at: datetime
    limit_at: datetime
    is_certain: bool


class WorkingSpan(Value):
    begins_at: datetime
    ends_at: datetime


class DayTechnician(Value):
    id: StaffId
    name: str
    branch_id: BranchId | None
    spans: list[WorkingSpan]


class DayBoard(Value):
    """A day as dispatchers see it: who works when, what is planned, what is not, and what may be late."""

    begins_at: datetime
    ends_at: datetime
    zone: str
    technicians: list[DayTechnician]
    visits: list[VisitRow]
    risks: list[Risk]
    source: str


class RunTold(Event, kind="plan.told"):
    """A plan was proposed, accepted, refused or undone; for the boards of its branch."""

    run_id: UUID
    state: RunState
    branch_id: BranchId | None
    changes: int

    def subject(self) -> str:
        return f"plan_run:{self.run_id}"

    def audience(self) -> tuple[str, ...]:
        return (visits_room(self.branch_id),)

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        return ("plan.told", data) if namespace == "/agent" else None
