"""Visits as people and other folders see them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator

from access.model import Locale, Name
from agents.model import Level
from core.events import Event
from core.ids import BranchId, StaffId
from core.values import Value

State = Literal["planned", "dispatched", "on_the_way", "arrived", "working", "done", "not_done", "cancelled"]
OVER: tuple[State, ...] = ("done", "not_done", "cancelled")
# A technician goes there, is there, or was told to: nobody plans it anew.
MOVING: tuple[State, ...] = ("on_the_way", "arrived", "working")
# So much around the planned time a customer is told to expect somebody, where nothing else was promised.
AROUND = timedelta(minutes=30)
Charge = Literal["free", "charged"]
PhotoKind = Literal["photo", "signature"]

_NUMBER = re.compile(r"(?:VT)?[- ]*([0-9]{1,18})", re.ASCII | re.IGNORECASE)
_LONGEST = timedelta(days=92)

Line = Annotated[str, Field(max_length=300, pattern=r"^[^\x00-\x1f]*$")]
Text = Annotated[str, Field(max_length=10_000, pattern=r"^[^\x00]*$")]
Names = Annotated[dict[Locale, Name], Field(min_length=1)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Minutes = Annotated[int, Field(ge=1, le=24 * 60)]
Skills = Annotated[dict[UUID, Level], Field(max_length=20)]
ClientId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]


def number(serial: int) -> str:
    """Return a visit's number as it is said and written.

    >>> number(17)
    'VT-17'
    """
    return f"VT-{serial}"


def parse_number(text: str) -> int | None:
    """Read a number that somebody typed; None when it is none.

    >>> parse_number("vt 17")
    17
    """
    found = _NUMBER.fullmatch(text.strip())
    return None if found is None else int(found[1])


class Window(Value):
    """When the customer can be visited; half open."""

    begins_at: AwareDatetime
    ends_at: AwareDatetime

    @model_validator(mode="after")
    def _has_length(self) -> Window:
        if not timedelta(0) < self.ends_at - self.begins_at <= _LONGEST:
            raise ValueError("A window ends after it begins, within three months.")
        return self


class Part(Value):
    """Something that was, or will be, used up."""

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
    code: Line = ""
    quantity: float = Field(1.0, gt=0, le=100_000)


class Check(Value):
    text: Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f]+$")]
    is_done: bool = False


class Place(Value):
    """Where it is: said for people, and as a point when it is known."""

    address: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")] = ""
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    phone: Line = Field("", description="Whom to call at the door.")

    @model_validator(mode="after")
    def _is_a_point(self) -> Place:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("A point has a latitude and a longitude.")
        return self


class KindSettings(Value):
    """A kind of visit: how long it usually takes, and what it needs."""

    names: Names
    minutes: Minutes = 60
    skills: Skills = Field(default={}, description="Skill -> least level of whoever goes.")
    checklist: list[Annotated[str, Field(min_length=1, max_length=300)]] = Field(default=[], max_length=50)
    needs_signature: bool = False
    needs_photo: bool = False
    position: int = Field(0, ge=0, le=10_000)
    is_active: bool = True


class KindChange(KindSettings):
    version: int = Field(ge=1, description="The one that was read.")


class VisitKind(KindSettings):
    id: UUID
    version: int


class NewVisit(Value):
    """What opens a visit: from a ticket, or by hand. What is not said comes from the kind and the ticket."""

    kind_id: UUID
    subject: Line = ""
    notes: Text = ""
    ticket_id: UUID | None = None
    customer_id: UUID | None = None
    branch_id: BranchId | None = None
    place: Place = Place()
    minutes: Minutes | None = None
    skills: Skills | None = None
    windows: list[Window] = Field(default=[], max_length=14)
    promised: Window | None = Field(None, description="What the customer was promised: it is kept or it is no plan.")
    priority: int = Field(1, ge=0, le=3)
    parts: list[Part] = Field(default=[], max_length=100)
    is_in_warranty: bool | None = Field(None, description="In warranty it is free, out of it charged; null: not known.")
    territory: Line = ""
    client_id: ClientId | None = Field(None, description="Opened once per sender and id.")


class VisitChange(Value):
    """What changes; what is not named stays. `version` is the one that was read."""

    version: int = Field(ge=1)
    subject: Line | None = None
    notes: Text | None = None
    place: Place | None = None
    minutes: Minutes | None = None
    skills: Skills | None = None
    windows: list[Window] | None = Field(None, max_length=14)
    promised: Window | None = None
    priority: int | None = Field(None, ge=0, le=3)
    parts: list[Part] | None = Field(None, max_length=100)
    is_in_warranty: bool | None = None
    territory: Line | None = None
    is_locked: bool | None = Field(None, description="Nobody but a dispatcher by hand moves it.")

    @property
    def named(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.model_fields_set if name != "version"}


class Assignment(Value):
    """Who goes, and when it begins there."""

    version: int = Field(ge=1)
    technician_id: StaffId
    planned_at: AwareDatetime
    is_locked: bool = False
    dispatch: bool = Field(default=False, description="Tell the technician and the customer now.")


class Ending(Value):
    version: int = Field(ge=1)
    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]+$")]


class Versioned(Value):
    version: int = Field(ge=1)


class Step(Value):
    """Something that a technician did, perhaps long ago without a line: each is taken once by its `client_id`."""

    client_id: ClientId
    state: Literal["on_the_way", "arrived", "working", "done", "not_done"]
    at: AwareDatetime
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    reason: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")] = ""
    outcome: Text = ""
    checklist: list[Check] | None = Field(None, max_length=100)
    parts: list[Part] | None = Field(None, max_length=100)
    minutes_worked: int | None = Field(None, ge=0, le=24 * 60)
    signed_by: Line = ""

    @model_validator(mode="after")
    def _says_why(self) -> Step:
        if self.state == "not_done" and not self.reason.strip():
            raise ValueError("Say why it could not be done.")
        return self


Why = Literal["given_away", "clock", "state", "signature", "photo"]


class StepTaken(Value):
    """What became of a step: `taken`, or `refused` with the reason; a refused one stays in the history."""

    client_id: str
    outcome: Literal["taken", "known", "refused"]
    detail: str = ""
    why: Why | None = Field(None, description="The reason for machines: pages say it in the reader's language.")


class StepView(Value):
    state: State
    at: datetime
    received_at: datetime
    by_name: str
    latitude: float | None
    longitude: float | None
    reason: str
    outcome: str = Field(description="taken or refused")


class FileView(Value):
    id: UUID
    kind: PhotoKind
    name: str
    content_type: str
    size: int
    url: str


class VisitRow(Value):
    id: UUID
    number: str
    kind_id: UUID
    subject: str
    state: State
    ticket_id: UUID | None
    customer_id: UUID | None
    customer_name: str | None
    branch_id: BranchId | None
    place: Place
    minutes: int
    skills: dict[UUID, int]
    windows: list[Window]
    promised: Window | None
    priority: int
    territory: str
    technician_id: StaffId | None
    technician_name: str | None
    planned_at: datetime | None
    is_locked: bool
    charge: Charge | None
    due_on: date | None
    service_plan_id: UUID | None
    changed_at: datetime
    version: int


class VisitView(VisitRow):
    notes: str
    is_in_warranty: bool | None
    parts: list[Part]
    checklist: list[Check]
    needs_signature: bool
    needs_photo: bool
    reason: str
    outcome: str
    minutes_worked: int | None
    signed_by: str
    attempts: int
    steps: list[StepView]
    files: list[FileView]


VisitChanged = Literal[
    "opened", "changed", "assigned", "dispatched", "taken_back", "on_the_way", "arrived", "working", "done",
    "not_done", "cancelled", "again", "file",
]  # fmt: skip


class VisitTold(Event, kind="visit.changed"):
    """A visit as it is now, for boards of its branch and the technician's page."""

    visit: VisitRow
    change: VisitChanged
    before_id: StaffId | None = None

    def subject(self) -> str:
        return f"visit:{self.visit.id}"

    def audience(self) -> tuple[str, ...]:
        people = {self.visit.technician_id, self.before_id} - {None}
        return (visits_room(self.visit.branch_id), *sorted(f"agent:{person}" for person in people))

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        return ("visit.changed", data) if namespace == "/agent" else None


class VisitSetupSaved(Event, kind="visit.setup_saved"):
    what: str
    id: UUID

    def subject(self) -> str:
        return f"visit_{self.what}:{self.id}"


def visits_room(branch_id: BranchId | None) -> str:
    """Name the room of those who dispatch a branch's visits."""
    return f"visits:{branch_id or 'all'}"
