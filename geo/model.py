"""Technicians, their phones, fences, and what is shown of a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from access.model import Name
from core.events import Event
from core.ids import BranchId, StaffId
from core.place import Place
from core.values import Value
from geo.fencing import Shape
from geo.signals import Signal
from sla.hours import Hours

Client = Literal["traccar", "owntracks", "overland", "page"]
Line = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")]


class TechnicianSettings(Value):
    """What makes an agent a technician. Positions are kept inside of the shift alone."""

    shift: Hours
    home: Place | None = None
    territory_id: UUID | None = Field(None, description="A fence that is a territory.")
    vehicle: Line = ""
    text_number: Annotated[str, Field(pattern=r"^(\+[1-9][0-9]{5,14})?$")] = Field(
        "", description="Where tasks go by text, with + and the country; empty: they do not."
    )
    interval_seconds: int = Field(60, ge=1, le=3600, description="How often the phone tells where it is.")
    ping_seconds: int = Field(300, ge=10, le=86_400, description="How often it tells that it is there.")
    is_active: bool = True


class TechnicianChange(TechnicianSettings):
    """`version` is the one that was read; 0 for an agent who is no technician yet."""

    version: int = Field(ge=0)


class Device(Value):
    """A phone; its token was shown once."""

    id: UUID
    name: str
    client: Client
    is_encrypted: bool
    created_at: datetime


class NewDevice(Value):
    client: Client
    name: Name
    is_encrypted: bool = Field(default=False, description="OwnTracks: sealed with a key that only phone and we have.")


class DeviceMade(Device):
    """What the phone is told: by hand, by `link`, or by the picture of it (SVG). Shown this once."""

    url: str
    token: str
    secret: str | None
    link: str
    picture: str


class Position(Value):
    """The last known place of somebody, inside of the shift."""

    at: datetime
    place: Place
    accuracy: float | None
    speed: float | None
    heading: float | None


class TechnicianView(Value):
    """A technician as the map has them now."""

    id: StaffId
    name: str
    branch_id: BranchId | None
    settings: TechnicianSettings
    skills: dict[UUID, int]
    devices: int
    is_on_shift: bool
    position: Position | None
    seen_at: datetime | None
    battery: int | None
    signals: list[Signal]
    version: int


class TechnicianDetail(TechnicianView):
    phones: list[Device]


class LegView(Value):
    kind: Literal["trip", "stop"]
    began_at: datetime
    ended_at: datetime
    begin: Place
    end: Place
    metres: float
    fastest: float


class VisitView(Value):
    fence_id: UUID
    fence_name: str
    entered_at: datetime
    left_at: datetime | None
    dwelt_at: datetime | None


class TrackPoint(Value):
    at: datetime
    lat: float
    lon: float


class DayView(Value):
    """A technician's day: what was believed of the track, trips, stops, fences, and what it adds up to."""

    technician_id: StaffId
    day: date
    metres: float
    moving_seconds: float
    standing_seconds: float
    first_at: datetime | None
    last_at: datetime | None
    points: int
    flagged: int
    is_thinned: bool = Field(description="A long track is drawn with fewer points than there are.")
    track: list[TrackPoint]
    legs: list[LegView]
    visits: list[VisitView]


class DaySummary(Value):
    day: date
    metres: float
    moving_seconds: float
    standing_seconds: float
    points: int
    first_at: datetime | None
    last_at: datetime | None


class FenceSettings(Value):
    name: Name
    shape: Shape
    branch_id: BranchId | None = None
    dwell_seconds: int | None = Field(None, ge=60, le=86_400, description="After so long inside it is told once more.")
    is_territory: bool = Field(default=False, description="Whether technicians may have it as their territory.")
    is_active: bool = True


class FenceChange(FenceSettings):
    version: int = Field(ge=1, description="The one that was read.")


class Fence(FenceSettings):
    id: UUID
    version: int


class Quarantined(Value):
    """A point that could not be stored, as it was sent."""

    id: int
    technician_id: StaffId
    name: str
    received_at: datetime
    reason: str
    raw: str


class MapSettings(Value):
    """What the map is drawn with beside the outline that is always there."""

    tile_url: str
    attribution: str
    file: str | None = Field(description="Where the file with tiles is served, if there is one.")


class Wanted(Value):
    """Whom to look for: near a place, with these skills, at a time."""

    place: Place
    skills: dict[UUID, Annotated[int, Field(ge=1, le=10)]] = Field(default={}, max_length=20)
    at: AwareDatetime | None = None
    most: int = Field(10, ge=1, le=50)


class TechnicianSaved(Event, kind="technician.saved"):
    technician_id: StaffId
    is_active: bool

    def subject(self) -> str:
        return f"agent:{self.technician_id}"


class DeviceChanged(Event, kind="device.changed"):
    device_id: UUID
    technician_id: StaffId
    name: str
    is_revoked: bool

    def subject(self) -> str:
        return f"agent:{self.technician_id}"


class TrackViewed(Event, kind="technician.track_viewed"):
    """Somebody looked at another's day: who did is kept."""

    technician_id: StaffId
    day: date

    def subject(self) -> str:
        return f"agent:{self.technician_id}"


class FenceSaved(Event, kind="fence.saved"):
    fence_id: UUID
    name: str
    is_removed: bool = False

    def subject(self) -> str:
        return f"fence:{self.fence_id}"


class FenceCrossed(Event, kind="fence.crossed"):
    """A technician came into a fence, left it, or stayed as long as it asks; told while it is news."""

    fence_id: UUID
    fence_name: str
    technician_id: StaffId
    branch_id: BranchId | None
    what: Literal["enter", "exit", "dwell"]
    at: datetime

    def subject(self) -> str:
        return f"fence:{self.fence_id}"

    def told(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude={"branch_id"})
