"""Campaigns, lists and attempts: values and events. Pure."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from access.model import Locale, Name
from core.events import Event
from core.ids import BranchId, StaffId
from core.values import Value
from dialer.compliance.model import CampaignKind, Frequency, Medium, Preset
from dialer.outcomes import USUAL, Outcome, Recycle
from dialer.pace import Mode
from sla.hours import Hours

CampaignState = Literal["draft", "running", "paused", "stopped", "done"]
AttemptState = Literal["preview", "asked", "ringing", "answered", "connected", "over"]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Long = Annotated[str, Field(max_length=5000, pattern=r"^[^\x00]*$")]
_MEDIA: dict[Mode, Medium] = {"recording": "recording", "sms": "sms"}


def medium_of(mode: Mode) -> Medium:
    return _MEDIA.get(mode, "voice")


class Disposition(Value):
    """How an agent says a call ended. `opts_out` lists the number at once; `calls_back` asks for a moment."""

    key: Key
    names: dict[Locale, Annotated[str, Field(min_length=1, max_length=80)]] = Field(min_length=1)
    is_success: bool = False
    is_refusal: bool = False
    opts_out: bool = False
    calls_back: bool = False
    again_minutes: int | None = Field(None, ge=1, le=60 * 24 * 90, description="Tried again after; none: it is over.")


def _named(key: str, en: str, ar: str, fa: str, **flags: Any) -> Disposition:
    return Disposition(key=key, names={"en": en, "ar": ar, "fa": fa}, **flags)


DISPOSITIONS = (
    _named("success", "Success", "تم بنجاح", "موفق", is_success=True),
    _named("not_interested", "Not interested", "غير مهتم", "علاقه‌مند نیست", is_refusal=True),
    _named("callback", "Call back", "معاودة الاتصال", "تماس دوباره", calls_back=True),
    _named("wrong_person", "Wrong person", "شخص آخر", "شخص دیگر", again_minutes=1440),
    _named("do_not_call", "Do not call again", "عدم الاتصال مجددا", "دیگر تماس نگیرید", is_refusal=True, opts_out=True),
)


class Filter(Value):
    """Only contacts whose field has one of these values."""

    field: Key
    values: list[Annotated[str, Field(max_length=200)]] = Field(min_length=1, max_length=100)


class CampaignSettings(Value):
    """How a campaign dials and what its agents see."""

    ratio: float = Field(1.5, ge=1, le=4, description="Calls for each idle agent, with the mode power.")
    abandon_percent: float | None = Field(None, ge=0, le=100, description="Stricter than the law; none: the law's.")
    lines_most: int = Field(50, ge=1, le=500)
    calls_per_second: float = Field(1.0, gt=0, le=100, description="What the carrier takes; Twilio's usual is 1.")
    ring_seconds: int = Field(25, ge=5, le=120)
    caller_id: Annotated[str, Field(pattern=r"^(\+[1-9][0-9]{5,14})?$")] = ""
    is_caller_local: bool = Field(
        default=False, description="Shown is the account's number that begins most like the called one, in its country."
    )
    is_machine_asked: bool = Field(default=False, description="Calls that machines answer are ended.")
    message: Annotated[str, Field(max_length=1000)] = Field("", description="Said when nobody is free, or by itself.")
    play_url: Annotated[str, Field(pattern=r"^(https?://\S{1,490})?$")] = ""
    language: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{2,20}$")] = "en-US"
    stop_key: Annotated[str, Field(pattern=r"^[0-9]?$")] = Field("9", description="Opts out of a recorded message.")
    text: Annotated[str, Field(max_length=1000)] = Field("", description="A text message; names of fields in braces.")
    script: Long = Field("", description="What agents read; names of fields in braces.")
    dispositions: tuple[Disposition, ...] = Field(DISPOSITIONS, min_length=1, max_length=40)
    recycling: tuple[Recycle, ...] = Field(USUAL, max_length=20)
    attempts_most: int = Field(6, ge=1, le=100)
    frequency: tuple[Frequency, ...] = Field((Frequency(most=3, hours=24),), max_length=10)
    hours: Hours | None = Field(None, description="When it dials, by the clocks of who is called.")
    starts_on: date | None = None
    ends_on: date | None = None
    filters: tuple[Filter, ...] = Field((), max_length=10)
    presets: tuple[str, ...] = Field((), max_length=20, description="Rules that hold whatever the country.")
    inbound_queue_id: UUID | None = Field(None, description="For whose callers some agents stay idle.")
    spare: int | None = Field(None, ge=0, le=1000, description="How many; none: half the square root, and one.")
    preview_seconds: int = Field(120, ge=10, le=3600, description="Then a preview that nobody dialled is taken back.")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        keys = [each.key for each in self.dispositions]
        if len(set(keys)) < len(keys):
            raise PydanticCustomError("twice", "Two dispositions have the same key.")
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise PydanticCustomError("order", "It ends before it starts.")
        return self


class NewCampaign(Value):
    name: Name
    kind: CampaignKind
    mode: Mode
    branch_id: BranchId | None = None
    queue_id: UUID = Field(description="Whose agents speak, and where its conversations belong.")
    account_id: UUID = Field(description="The telephone, or the number that sends texts.")
    settings: CampaignSettings = CampaignSettings()


class CampaignChange(NewCampaign):
    version: int = Field(ge=1, description="The one that was read.")


class Progress(Value):
    """How far its contacts are."""

    ready: int = 0
    live: int = 0
    done: int = 0
    callbacks: int = 0


class Campaign(NewCampaign):
    id: UUID
    state: CampaignState
    idle_why: str
    created_at: datetime
    started_at: datetime | None
    version: int
    progress: Progress = Progress()


class CampaignQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    state: CampaignState | None = None


class Switch(Value):
    """What to do with it: `stop` is for good but can be started again, `pause` is for a while."""

    action: Literal["start", "pause", "resume", "stop"]


class LiveFigures(Value):
    """A campaign at this moment, and today's hour and day."""

    state: CampaignState
    why: str = Field(description="Why nothing is dialled now; empty while something is.")
    pace: dict[str, Any]
    agents_idle: int
    agents_at_work: int
    in_flight: int
    waiting: int
    connected: int
    attempts: int
    answered: int
    abandoned: int
    abandoned_percent: float
    answer_percent: float
    attempts_hour: int
    per_agent_hour: float
    outcomes: dict[str, int]
    progress: Progress
    next_at: datetime | None


# --- lists


class Columns(Value):
    """Which column of a file is what, by its heading. Several columns with numbers are tried in their order."""

    numbers: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field(min_length=1, max_length=10)
    name: str = Field("", max_length=200)
    zone: str = Field("", max_length=200)
    postal: str = Field("", max_length=200)
    fields: dict[Key, Annotated[str, Field(min_length=1, max_length=200)]] = Field(default={}, max_length=50)


Duplicates = Literal["list", "campaign", "system"]


class ListSettings(Value):
    columns: Columns | None = None
    region: Annotated[str, Field(pattern=r"^([A-Z]{2})?$")] = Field("", description="Of numbers without a country.")
    duplicates: Duplicates = Field("list", description="Where a number may be but once.")
    order: Literal["list", "newest", "random"] = "list"


class NewList(Value):
    name: Name
    branch_id: BranchId | None = None
    campaign_id: UUID | None = None
    settings: ListSettings = ListSettings()


class CustomerSegment(Value):
    """Customers of whom a list is made."""

    status: Literal["prospect", "active"] | None = None
    kind: Literal["person", "organization"] | None = None
    tier_id: UUID | None = None
    locale: Locale | None = None
    responsible_id: UUID | None = None
    created_since: AwareDatetime | None = None


class ListOfCustomers(NewList):
    segment: CustomerSegment = CustomerSegment()


class ListChange(Value):
    name: Name
    campaign_id: UUID | None = None
    version: int = Field(ge=1)


class ContactList(Value):
    id: UUID
    name: str
    branch_id: BranchId | None
    campaign_id: UUID | None
    campaign_name: str | None
    state: Literal["importing", "ready", "failed"]
    source: str
    settings: ListSettings
    read_rows: int
    taken_rows: int
    refused_rows: int
    problem: str | None
    created_at: datetime
    version: int
    progress: Progress


class ImportError(Value):  # noqa: A001 - what went wrong with a row, as people call it
    row: int
    reason: str
    cells: list[str]


class PostalZones(Value):
    """Zones by how postal codes begin: `US:100` to `America/New_York`."""

    zones: dict[Annotated[str, Field(pattern=r"^[A-Z]{2}:[A-Z0-9]{2,10}$")], str] = Field(max_length=50_000)


class PresetView(Preset):
    version: int = Field(description="0 while it is as it was shipped.")
    is_shipped: bool


class PresetChange(Preset):
    version: int = Field(ge=0, description="The one that was read.")


# --- the agent's screen


class ContactCard(Value):
    id: UUID
    name: str
    numbers: list[str]
    fields: dict[str, str]
    zone: str
    note: str
    attempts: int


class Dial(Value):
    """What an agent sees of a call that we begin."""

    attempt_id: UUID
    interaction_id: UUID
    campaign_id: UUID
    campaign_name: str
    state: AttemptState
    outcome: Outcome | None
    number: str
    contact: ContactCard
    script: str
    dispositions: list[Disposition]
    verdict: dict[str, Any]
    preview_until: datetime | None
    is_settled: bool
    local_time_zone: str


class Disposing(Value):
    """How the call ended; with `callback_at` a promise is made, the agent's own with `is_mine`."""

    key: Key
    note: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")] = ""
    callback_at: AwareDatetime | None = None
    is_mine: bool = True


# --- events


class CampaignSaved(Event, kind="campaign.saved"):
    campaign_id: UUID
    name: str
    state: CampaignState

    def subject(self) -> str:
        return f"campaign:{self.campaign_id}"


class ListSaved(Event, kind="list.saved"):
    list_id: UUID
    name: str
    state: str
    campaign_id: UUID | None = None

    def subject(self) -> str:
        return f"list:{self.list_id}"


class PresetSaved(Event, kind="compliance.saved"):
    preset_id: str

    def subject(self) -> str:
        return f"compliance:{self.preset_id}"


class DialChanged(Event, kind="dial.changed"):
    """An attempt is further."""

    attempt_id: UUID
    campaign_id: UUID
    state: AttemptState
    outcome: Outcome | None = None
    agent_id: StaffId | None = None
    interaction_id: UUID | None = None

    def subject(self) -> str:
        return f"campaign:{self.campaign_id}"
