"""Tickets as people and other folders see them."""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import IntEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field, model_validator

from access.model import Locale, Name
from core.events import Event
from core.ids import BranchId, StaffId
from core.values import Value
from customers.model import CustomerId
from sla.model import Category, ChangeView, Standing
from sla.model import Priority as PriorityName

Kind = Literal["support_request", "complaint", "suggestion", "development_request", "inquiry", "service_case", "lead"]
KINDS: tuple[Kind, ...] = (
    "support_request",
    "complaint",
    "suggestion",
    "development_request",
    "inquiry",
    "service_case",
    "lead",
)
# What stands before a number: SR-1042. Latin in every language, so that it can be said on the telephone.
PREFIX: dict[Kind, str] = {
    "support_request": "SR",
    "complaint": "CP",
    "suggestion": "SG",
    "development_request": "DR",
    "inquiry": "IQ",
    "service_case": "SC",
    "lead": "LD",
}
_SERIAL = re.compile(r"[0-9]{1,18}", re.ASCII)
_PAPER_PREFIX = {"visit": "VS", "call": "CL", "execution": "EX", "training": "TR", "answer": "AN", "fix": "FX"}
LinkKind = Literal["parent", "related", "duplicate", "converted", "split"]
PaperKind = Literal["visit", "call", "execution", "training", "answer", "fix"]
SlaState = Literal["none", "kept", "near", "breached"]
FieldType = Literal["text", "long_text", "number", "date", "yes_no", "choice", "choices"]


class Priority(IntEnum):
    LOW = 0
    NORMAL = 1
    HIGH = 2
    URGENT = 3

    @property
    def word(self) -> PriorityName:
        return PRIORITIES[self]


PRIORITIES: tuple[PriorityName, ...] = ("low", "normal", "high", "urgent")


def _one_line(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    return " ".join(text.split())


Subject = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00]*$"), AfterValidator(_one_line)]
Text = Annotated[str, Field(max_length=20_000, pattern=r"^[^\x00]*$")]
Names = Annotated[dict[Locale, Name], Field(min_length=1)]
FieldValue = str | int | float | bool | list[str] | None
Fields = Annotated[dict[str, FieldValue], Field(max_length=100)]
ClientId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]


def number(kind: Kind, serial: int) -> str:
    """Return a ticket's number as it is said and written.

    >>> number("complaint", 17)
    'CP-17'
    """
    return f"{PREFIX[kind]}-{serial}"


def parse_number(text: str) -> tuple[Kind, int] | None:
    """Read a number that somebody typed; None when it is none.

    >>> parse_number("cp 17")
    ('complaint', 17)
    """
    prefix, serial = text.strip().upper().replace("#", "")[:2], text.strip().replace("#", "")[2:].strip(" -")
    kind = next((kind for kind, known in PREFIX.items() if known == prefix), None)
    if kind is None or not _SERIAL.fullmatch(serial):
        return None
    return kind, int(serial)


def paper_number(kind: PaperKind, serial: int) -> str:
    """Return the number of what was done: VS of a visit, CL of a call, EX of an execution, TR, AN and FX.

    >>> paper_number("training", 4)
    'TR-4'
    """
    return f"{_PAPER_PREFIX[kind]}-{serial}"


class NewTicket(Value):
    """What opens a ticket. External: for a customer. Internal: for a colleague, who is usually whoever opens it."""

    kind: Kind
    subject: Subject
    description: Text = ""
    priority: PriorityName = "normal"
    type_id: UUID | None = None
    customer_id: CustomerId | None = None
    requester_id: StaffId | None = Field(None, description="The colleague who asks; without a customer: yourself.")
    branch_id: BranchId | None = None
    queue_id: UUID | None = Field(None, description="The team; without an owner the router gives it to somebody there.")
    owner_id: StaffId | None = None
    interaction_id: UUID | None = Field(None, description="The conversation from which it is opened.")
    from_ticket_id: UUID | None = Field(None, description="The ticket from which it is made; both are linked.")
    is_confidential: bool = False
    fields: Fields = Field(default={})
    client_id: ClientId | None = Field(None, description="Opened once per sender and id.")

    @model_validator(mode="after")
    def _has_one_requester(self) -> NewTicket:
        if self.customer_id is not None and self.requester_id is not None:
            raise ValueError("A ticket has one requester: a customer or a colleague.")
        return self


class TicketChange(Value):
    """What changes; what is not named stays. `version` is the one that was read."""

    version: int = Field(ge=1)
    subject: Subject | None = None
    description: Text | None = None
    priority: PriorityName | None = None
    type_id: UUID | None = None
    status_id: UUID | None = None
    queue_id: UUID | None = None
    owner_id: StaffId | None = None
    customer_id: CustomerId | None = None
    branch_id: BranchId | None = None
    is_confidential: bool | None = None
    fields: Fields | None = Field(None, description="Those named change, the others stay.")

    @property
    def named(self) -> dict[str, Any]:
        """The fields that were sent: null empties what may be empty."""
        return {name: getattr(self, name) for name in self.model_fields_set if name != "version"}


class TicketRow(Value):
    """A ticket as lists show it."""

    id: UUID
    kind: Kind
    number: str
    subject: str
    status_id: UUID
    category: Category
    priority: PriorityName
    type_id: UUID | None
    requester_kind: Literal["external", "internal"]
    customer_id: UUID | None
    customer_name: str | None
    requester_id: UUID | None
    requester_name: str | None
    branch_id: UUID | None
    queue_id: UUID | None
    owner_id: UUID | None
    owner_name: str | None
    source: str
    is_confidential: bool
    due_at: datetime | None
    sla: SlaState
    opened_at: datetime
    changed_at: datetime
    solved_at: datetime | None
    closed_at: datetime | None
    merged_into: UUID | None
    version: int


class LinkView(Value):
    """`is_outgoing`: this ticket names the other; of a parent, that the other is its parent."""

    ticket: TicketRow
    kind: LinkKind
    is_outgoing: bool


class CheckView(Value):
    id: UUID
    text: str
    done_at: datetime | None
    done_by: UUID | None


class TimeView(Value):
    id: UUID
    staff_id: UUID
    staff_name: str
    minutes: int
    worked_on: date
    note: str
    at: datetime


class PaperView(Value):
    """A visit, a call, work carried out; a training, a question answered, a problem fixed."""

    id: UUID
    kind: PaperKind
    number: str
    at: datetime
    minutes: int | None
    staff_id: UUID | None
    staff_name: str | None
    interaction_id: UUID | None
    summary: str
    outcome: str
    follows_id: UUID | None
    version: int


class FileView(Value):
    """A file on the ticket; `is_own`: the reader put it there."""

    id: UUID
    name: str
    content_type: str
    size: int
    url: str
    at: datetime
    by_name: str
    is_own: bool


class HistoryView(Value):
    """One change: each field with what stood there before and what stands there now."""

    id: UUID
    at: datetime
    by_name: str
    cause: str
    changes: dict[str, tuple[Any, Any]]
    batch_id: UUID | None
    undone_at: datetime | None


class TicketView(TicketRow):
    """A ticket with all that hangs on it."""

    description: str
    fields: dict[str, FieldValue]
    answered_at: datetime | None
    minutes_spent: int
    followers: list[UUID]
    readers: list[UUID]
    interactions: list[UUID]
    links: list[LinkView]
    checks: list[CheckView]
    times: list[TimeView]
    papers: list[PaperView]
    files: list[FileView]
    standing: Standing
    due_history: list[ChangeView]


class NewCheck(Value):
    text: Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_one_line)]


class CheckChange(Value):
    text: Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_one_line)] | None = None
    is_done: bool | None = None


class NewTime(Value):
    minutes: int = Field(ge=1, le=1440)
    worked_on: date | None = Field(None, description="None: today.")
    note: Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")] = ""


class NewPaper(Value):
    kind: PaperKind
    at: AwareDatetime | None = Field(None, description="When it took place; none: now.")
    minutes: int | None = Field(None, ge=0, le=100_000)
    staff_id: StaffId | None = Field(None, description="Who did it; none: yourself.")
    interaction_id: UUID | None = None
    summary: Annotated[str, Field(min_length=1, max_length=4000, pattern=r"^[^\x00]*$")]
    outcome: Annotated[str, Field(max_length=4000, pattern=r"^[^\x00]*$")] = ""
    follows_id: UUID | None = Field(None, description="The document from whose window it is made.")


class NewLink(Value):
    to_id: UUID
    kind: Literal["parent", "related", "duplicate"]


class TicketChanged(Event, kind="ticket.changed"):
    """A ticket as lists show it; told to whoever has its page open, and to these."""

    change: str
    changed: list[str] = Field(default=[])
    ticket: TicketRow
    told: list[UUID] = Field(default=[])

    def subject(self) -> str:
        return f"ticket:{self.ticket.id}"

    def audience(self) -> tuple[str, ...]:
        page = f"document:ticket:{self.ticket.id}"
        return (page, *(f"agent:{person}" for person in self.told))

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        told = {name: data[name] for name in ("change", "ticket")}
        return ("ticket.put", told) if namespace == "/agent" else None


class TicketNarrowed(Event, kind="ticket.narrowed"):
    """Fewer may know of a ticket from here on: whoever has its page open and is not among them hears no more of it."""

    ticket_id: UUID
    kind_of: str
    is_confidential: bool
    readers: list[UUID]
    hidden_from: list[UUID]

    def subject(self) -> str:
        return f"ticket:{self.ticket_id}"
