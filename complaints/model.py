"""Complaints as people and other folders see them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from access.model import Locale
from core.events import Event
from core.ids import BranchId, StaffId
from core.tables import Format
from core.values import Value
from customers.model import CustomerId
from sla.model import Category
from sla.model import Priority as PriorityName
from tickets.model import ClientId, Fields, Subject, Text

Stage = Literal["registered", "acknowledged", "investigation", "referred", "decided", "answered", "review"]
ShownStage = Literal[
    "registered", "acknowledged", "investigation", "referred", "decided", "answered", "review", "closed"
]
Step = Literal["acknowledged", "investigation", "decision", "answered", "closed", "review"]
Outcome = Literal["founded", "partly", "unfounded", "withdrawn"]
Way = Literal["message", "telephone", "letter", "in_person"]
SubjectKind = Literal["product", "service", "employee"]
ReferralState = Literal["open", "answered", "returned", "withdrawn"]
Lack = Literal["referral", "outcome", "review", "answer", "arrival", "cause"]
Dimension = Literal["type", "source", "cause", "subject", "employee", "branch", "queue"]

FROM_REGISTRATION: tuple[Step, ...] = ("acknowledged", "investigation", "decision", "answered", "closed")
AFTER_REVIEW: tuple[Step, ...] = ("answered", "closed")
CUSTOMER = UUID("00000000-0000-7000-8000-000000000101")


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    return text.strip()


Words = Annotated[str, Field(min_length=1, max_length=10_000, pattern=r"^[^\x00]*$"), AfterValidator(_said)]
Note = Annotated[str, Field(max_length=10_000, pattern=r"^[^\x00]*$")]
Short = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$"), AfterValidator(_said)]
DayCount = Annotated[int, Field(ge=1, le=366)]
Version = Annotated[int, Field(ge=1, description="The one that was read.")]


class NewSubject(Value):
    """What is complained of. A colleague by `staff_id` never knows of the complaint."""

    kind: SubjectKind
    name: Short | None = None
    staff_id: StaffId | None = None

    @model_validator(mode="after")
    def _is_somebody_or_something(self) -> NewSubject:
        if self.staff_id is not None and self.kind != "employee":
            raise ValueError("Only an employee is a colleague.")
        if self.staff_id is None and self.name is None:
            raise ValueError("It has a name.")
        return self


class SubjectView(Value):
    kind: SubjectKind
    name: str
    staff_id: UUID | None


class NewComplaint(Value):
    """What opens a complaint: a ticket with whence it came and what it is about."""

    subject: Subject
    description: Text = ""
    priority: PriorityName = "normal"
    type_id: UUID | None = None
    customer_id: CustomerId | None = None
    requester_id: StaffId | None = None
    branch_id: BranchId | None = None
    queue_id: UUID | None = None
    owner_id: StaffId | None = None
    interaction_id: UUID | None = Field(None, description="The conversation in which they complained.")
    from_ticket_id: UUID | None = None
    fields: Fields = Field(default={})
    client_id: ClientId | None = Field(None, description="Opened once per sender and id.")
    source_id: UUID = CUSTOMER
    about: tuple[NewSubject, ...] = Field((), max_length=20)


class ComplaintChange(Value):
    """What changes; what is not named stays. `about` replaces all that stood there."""

    version: Version
    source_id: UUID | None = None
    reason: Note = Field("", description="Why the source is another one.")
    about: tuple[NewSubject, ...] | None = Field(None, max_length=20)
    cause_id: UUID | None = None
    remedy: Note | None = None
    lesson: Note | None = None


class ToldReceipt(Value):
    """How the tracking code was told where nothing could be written: on the telephone, at the counter."""

    note: Words


class NewReferral(Value):
    """A question to a unit: a branch, or a team."""

    branch_id: BranchId | None = None
    queue_id: UUID | None = None
    question: Words
    days: DayCount = Field(description="Working days of the unit.")

    @model_validator(mode="after")
    def _is_one_unit(self) -> NewReferral:
        if (self.branch_id is None) == (self.queue_id is None):
            raise ValueError("A referral goes to one branch or to one team.")
        return self


class ReferralEnd(Value):
    answer: Words


class ReferralView(Value):
    """What the unit sees as well: the question and the number, not the complaint."""

    id: UUID
    ticket_id: UUID
    number: str
    branch_id: UUID | None
    queue_id: UUID | None
    unit_name: str
    question: str
    asked_by_name: str | None
    asked_at: datetime
    due_at: datetime
    is_late: bool
    state: ReferralState
    answer: str
    ended_by_name: str | None
    ended_at: datetime | None


class NewEscalation(Value):
    """`level` is the next one: two who escalate at once do it once."""

    level: int = Field(ge=1, le=9)
    reason: Words
    to_owner_id: StaffId


class EscalationView(Value):
    level: int
    reason: str
    from_owner_name: str | None
    to_owner_id: UUID
    to_owner_name: str
    by_name: str | None
    at: datetime


class NewDecision(Value):
    outcome: Outcome
    reasons: Words


class DecisionView(Value):
    id: UUID
    number: int
    outcome: Outcome
    reasons: str
    decided_by: UUID
    decided_by_name: str
    decided_at: datetime


class NewReview(Value):
    reason: Words


class ReviewView(Value):
    number: int
    reason: str
    asked_by_name: str | None
    asked_at: datetime
    decision_id: UUID | None


class NewAnswer(Value):
    """How the complainant was answered: by a message sent after the decision, or otherwise, by whom and when."""

    way: Way
    message_id: UUID | None = None
    note: Note = ""
    given_at: AwareDatetime | None = Field(None, description="None: now.")

    @model_validator(mode="after")
    def _says_how(self) -> NewAnswer:
        if (self.way == "message") != (self.message_id is not None):
            raise ValueError("A message is named, and nothing else is one.")
        if self.way != "message" and not self.note.strip():
            raise ValueError("Say what was answered, and to whom.")
        return self


class AnswerView(Value):
    decision_id: UUID
    way: Way
    message_id: UUID | None
    delivery: str | None
    note: str
    given_by_name: str | None
    given_at: datetime


class SentView(Value):
    """What was sent to the complainant since the decision, and so can be the answer."""

    message_id: UUID
    interaction_id: UUID
    at: datetime
    preview: str
    delivery: str


class DeadlineView(Value):
    step: Step
    due_at: datetime
    done_at: datetime | None
    is_late: bool


class ComplaintView(Value):
    """The path of one complaint; the ticket has the rest."""

    ticket_id: UUID
    number: str
    code: str
    stage: ShownStage
    source_id: UUID
    registered_at: datetime
    acknowledged_at: datetime | None
    investigated_at: datetime | None
    receipt: Literal["owed", "sent", "told"]
    receipt_note: str
    level: int
    cause_id: UUID | None
    remedy: str
    lesson: str
    about: list[SubjectView]
    deadlines: list[DeadlineView]
    referrals: list[ReferralView]
    escalations: list[EscalationView]
    decisions: list[DecisionView]
    reviews: list[ReviewView]
    answers: list[AnswerView]
    sent: list[SentView]
    lacks: Lack | None = Field(description="Why it cannot be closed yet.")
    version: int


class ComplaintRow(Value):
    """A complaint as lists show it."""

    ticket_id: UUID
    number: str
    subject: str
    category: Category
    priority: PriorityName
    stage: ShownStage
    type_id: UUID | None
    source_id: UUID
    customer_name: str | None
    owner_name: str | None
    branch_id: UUID | None
    queue_id: UUID | None
    unit_name: str | None
    level: int
    registered_at: datetime
    next_step: Step | None
    due_at: datetime | None
    is_late: bool


class ComplaintQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    stage: ShownStage | None = None
    open_only: bool = False
    late: bool = False
    source_id: UUID | None = None
    type_id: UUID | None = None
    cause_id: UUID | None = None
    branch_id: UUID | None = None
    queue_id: UUID | None = None
    cursor: str | None = Field(None, max_length=100)
    limit: int = Field(50, ge=1, le=200)


class AnalysisQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    by: Dimension
    since: date
    until: date = Field(description="The last day that counts.")


class ExportQuery(AnalysisQuery):
    """The figures of an analysis as a file."""

    format: Format = "csv"
    locale: Locale = "en"


class ComplaintsExported(Event, kind="complaint.exported"):
    """Who took figures of complaints out of the system, and which."""

    by: Dimension
    since: date
    until: date
    format: Format

    def subject(self) -> str:
        return "report:complaints"


class BehindQuery(AnalysisQuery):
    """The complaints behind a figure of the analysis."""

    key: str | None = Field(None, max_length=300, description="As it was counted; none: where it is not said.")
    cursor: str | None = Field(None, max_length=100)
    limit: int = Field(50, ge=1, le=200)


class RecurringQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    since: date
    until: date
    least: int = Field(3, ge=2, le=1000)


class Counted(Value):
    """How many of one kind were registered on a day of the organisation's zone. `key` null: it is not said."""

    key: str | None
    label: str | None
    day: date
    number: int


class Recurring(Value):
    """The same cause several times, with the same type and the same thing complained of."""

    cause_id: UUID
    type_id: UUID | None
    subject: str | None
    number: int
    last_at: datetime


class PublicCase(Value):
    """How far a complaint is, for its complainant."""

    code: str
    stage: ShownStage
    may_ask_review: bool


class PublicStage(Value):
    stage: ShownStage
