"""What a jurisdiction asks of whoever calls without being called: a preset. Values; never legal advice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from core.values import Value
from sla.hours import Holiday, Hours, Interval

CampaignKind = Literal[
    "telesales",
    "payment_reminder",
    "appointment_reminder",
    "satisfaction",
    "research",
    "announcement",
    "renewal",
]
Medium = Literal["voice", "recording", "sms"]
ZoneSource = Literal["contact", "postal", "country"]
# What an earlier attempt came to, as far as any law asks: `talked` is a conversation, `refused` one that said no more.
Ended = Literal["unanswered", "machine", "talked", "refused", "abandoned"]
MARKETING: frozenset[CampaignKind] = frozenset({"telesales", "renewal"})
FOREVER_DAYS = 36_500


class Frequency(Value):
    """At most so many attempts in the last hours, or on one day by the clocks of who is called."""

    most: int = Field(ge=0, le=1000)
    hours: int = Field(24, ge=1, le=24 * 366, description="Rolling; with `is_day` the calendar day counts instead.")
    is_day: bool = False
    per: Literal["number", "campaign"] = Field("number", description="Over all campaigns, or within one.")
    counts: Literal["all", "unanswered"] = "all"


class Abandonment(Value):
    """How many answered calls may find no agent, counted per campaign."""

    most_percent: float = Field(3.0, ge=0, le=100)
    hours: int = Field(24 * 30, ge=1, le=24 * 366, description="Over so many hours up to now.")
    within_seconds: float = Field(2.0, ge=0, le=60, description="Later than this without an agent is abandoned.")


class Preset(Value):
    """The rules of one jurisdiction, or of one law in it. Of all that match a number the strictest holds."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,59}$")]
    name: str = Field(min_length=1, max_length=200)
    countries: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...] = Field(
        (), max_length=250, description="Empty: all."
    )
    kinds: tuple[CampaignKind, ...] = Field((), description="Which campaigns it is about; empty: every kind.")
    media: tuple[Medium, ...] = Field((), description="Empty: calls, recorded messages and texts.")
    valid_from: date | None = None
    valid_until: date | None = Field(None, description="The last day.")
    source: str = Field("", max_length=500)
    is_active: bool = True
    windows: tuple[Interval, ...] = Field(
        (), max_length=50, description="By the clocks of who is called; none: always."
    )
    holidays: tuple[Holiday, ...] = Field((), max_length=100)
    days_off: tuple[date, ...] = Field((), max_length=400)
    frequency: tuple[Frequency, ...] = Field((), max_length=10)
    after_refusal_days: int = Field(0, ge=0, le=FOREVER_DAYS)
    after_talk_days: int = Field(0, ge=0, le=FOREVER_DAYS)
    after_abandon_hours: int = Field(0, ge=0, le=24 * 366)
    is_forbidden: bool = Field(default=False, description="Nobody is contacted this way for this purpose.")
    needs_consent: bool = False
    abandonment: Abandonment | None = None
    ring_least_seconds: int = Field(0, ge=0, le=120)
    message_within_seconds: float | None = Field(None, ge=0, le=60)
    caller_id: Literal["any", "local"] = "any"
    announces_recording: bool = False
    sender_suffix: str = Field("", max_length=10, description="How the sender of a promotional text ends.")
    text_suffix: Annotated[str, Field(max_length=160, pattern=r"^[^\x00-\x1f]*$")] = Field(
        "", description="What every text ends with: who writes, how to stop it."
    )
    retention_years: int = Field(0, ge=0, le=50)

    def hours(self, zone: str) -> Hours | None:
        """Return when it lets be called, by the clocks of a zone; None is always."""
        return _hours(zone, self.windows, self.holidays, self.days_off) if self.windows else None

    def is_about(self, country: str | None, kind: CampaignKind | None, medium: Medium, day: date) -> bool:
        """Tell whether it has a say in this contact: a country that is not known is not one of a list, a purpose is."""
        return (
            self.is_active
            and (not self.countries or country in self.countries)
            and (not self.kinds or kind is None or kind in self.kinds)
            and (not self.media or medium in self.media)
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day <= self.valid_until)
        )


# Of each rule and zone once: to find out whether a zone exists takes longer than to judge a number.
@lru_cache(maxsize=4096)
def _hours(zone: str, weekly: tuple[Interval, ...], rules: tuple[Holiday, ...], holidays: tuple[date, ...]) -> Hours:
    return Hours(zone=zone, weekly=weekly, rules=rules, holidays=holidays)


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier attempt at the same number."""

    at: datetime
    ended: Ended
    campaign_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number may ring: every one of these zones counts."""

    country: str | None
    zones: tuple[str, ...]
    source: ZoneSource


@dataclass(frozen=True, slots=True)
class Callers:
    """An account's numbers: its own, and those that are shown to numbers which begin so."""

    number: str = ""
    by_prefix: Mapping[str, str] = field(default_factory=dict)

    @property
    def owned(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each for each in (self.number, *self.by_prefix.values()) if each))


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known when a number is about to be dialled. `own` are the campaign's hours, by the same clocks.

    `kind` None: nobody says what it is for.
    """

    place: Place
    kind: CampaignKind | None
    medium: Medium
    at: datetime
    campaign_id: UUID | None = None
    past: tuple[Past, ...] = ()
    is_opted_out: bool = False
    has_consent: bool = False
    own: Hours | None = None
    own_frequency: tuple[Frequency, ...] = ()
    number: str = ""
    callers: Callers | None = None
    own_caller: str = ""
    is_local: bool = False


class Verdict(Value):
    """Whether it may be dialled, by which rule, and judged by which clocks. Kept with the attempt."""

    is_allowed: bool
    rule: str = Field(description="`ok`, or what forbids it: `us_ftc_fcc.window`.")
    zone: str = Field("", description="The clocks that decided.")
    zone_source: ZoneSource = "country"
    until: datetime | None = Field(None, description="When it may be asked again; none with a refusal: never.")
    caller_id: str = Field("", description="Which number of ours they see.")
    text_suffix: str = Field("", description="What the text has to end with, a line for each rule.")
