"""What every reader gives: points, signs of life, what was wrong, and the answer that this kind of client expects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple

KNOT = 0.514444
KILOMETRE_PER_HOUR = 1 / 3.6
_SECONDS_END = 2**31
# Dates of ISO 8601 have one, numbers have not.
_DATE = "T"
_AHEAD = timedelta(hours=24)
_RAW_MOST = 2000
# So many bad points of one request are kept; the rest is the same again.
BAD_MOST = 20

Permission = Literal["always", "foreground", "denied"]


class BadPoint(ValueError):  # noqa: N818 - what it is, not that it failed
    """One point that can never be stored; its text is why."""


class Fix(NamedTuple):
    """Where a phone was: degrees, metres, metres per second, degrees from north, percent. None: it did not say."""

    at: datetime
    lat: float
    lon: float
    accuracy: float | None = None
    speed: float | None = None
    heading: float | None = None
    altitude: float | None = None
    battery: int | None = None
    is_charging: bool | None = None
    is_mock: bool = False


class Bad(NamedTuple):
    """A point that is kept aside: why, and what was sent of it."""

    reason: str
    raw: str


class Phone(NamedTuple):
    """What a phone says of itself; None: nothing new."""

    permission: Permission | None = None
    is_saving_power: bool | None = None
    battery: int | None = None


NO_NEWS = Phone()


class Request(NamedTuple):
    """What is read: nothing of it is trusted but the identity, which was checked before."""

    query: Mapping[str, str]
    content_type: str
    body: bytes
    now: datetime
    # What is older is not taken: it would be forgotten at once.
    oldest: datetime
    # The user's name, where the client sent one by itself (`X-Limit-U`): only OwnTracks does.
    is_owntracks: bool = False
    # The key of the device for encrypted payloads.
    secret: bytes | None = None

    @property
    def latest(self) -> datetime:
        """Clocks are off; what lies farther ahead is no clock."""
        return self.now + _AHEAD


@dataclass(slots=True)
class Reading:
    """What a request held. `answer` is the JSON that the client needs to hear to forget what it sent."""

    answer: bytes = b"{}"
    fixes: list[Fix] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)
    phone: Phone = NO_NEWS
    # Whether it was heard of without a point.
    is_alive: bool = False
    refused: int = 0

    def refuse(self, reason: str, raw: object) -> None:
        """Keep aside what was wrong; of many the first."""
        self.refused += 1
        if len(self.bad) < BAD_MOST:
            text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
            self.bad.append(Bad(reason[:200], text[:_RAW_MOST].replace("\x00", "")))


def moment(value: Any, request: Request) -> datetime:
    """Read a time: seconds below 2^31, else milliseconds; ISO 8601, without a zone UTC."""
    try:
        number = None if isinstance(value, str) and _DATE in value else _seconds(value)
        if number is None:
            at = datetime.fromisoformat(value.strip())
            if at.tzinfo is not UTC:
                at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        else:
            at = datetime.fromtimestamp(number, UTC)
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise BadPoint("no time") from error
    if at > request.latest:
        raise BadPoint("from the future")
    if at < request.oldest:
        raise BadPoint("too old")
    return at


def _seconds(value: Any) -> float | None:
    """Return a number as seconds; None for a text that is none."""
    try:
        found = float(value)
    except ValueError:
        return None
    return found if abs(found) < _SECONDS_END else found / 1000


def number(value: Any, least: float, most: float) -> float | None:
    """Return a number within bounds, None for what is none: a strange altitude is no reason to lose a point."""
    if type(value) is not float:
        if value is None or isinstance(value, bool):
            return None
        try:
            value = float(value)
        except (TypeError, ValueError, OverflowError):
            return None
    # What is no number is within no bounds.
    return value if least <= value <= most else None


def degrees(value: Any, most: float) -> float:
    found = number(value, -most, most)
    if found is None:
        raise BadPoint("no coordinates on Earth")
    return found


def speed_of(value: Any, unit: float = 1.0) -> float | None:
    """Return metres per second; below zero means unknown."""
    found = None if value is None else number(value, 0, 1e6)
    return None if found is None else min(found * unit, 1e4)


def percent(value: Any, whole: float = 100.0) -> int | None:
    """Return the charge in percent of what counts as full; below zero means unknown."""
    found = None if value is None else number(value, 0, whole)
    return None if found is None else round(found / whole * 100)


def truth(value: Any) -> bool | None:
    """Read a flag as clients write them."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value.strip().lower() in {"1", "true", "yes"}
    return bool(value)


def make_fix(
    at: datetime,
    place: tuple[Any, Any],
    *,
    accuracy: Any = None,
    speed: float | None = None,
    heading: Any = None,
    altitude: Any = None,
    battery: int | None = None,
    is_charging: bool | None = None,
    is_mock: bool | None = False,
) -> Fix:
    """Make a point of what was read; BadPoint when it lies nowhere."""
    lat, lon = place
    return Fix(
        at,
        lat if type(lat) is float and -90 <= lat <= 90 else degrees(lat, 90),  # noqa: PLR2004 - the poles
        lon if type(lon) is float and -180 <= lon <= 180 else degrees(lon, 180),  # noqa: PLR2004 - the date line
        None if accuracy is None else number(accuracy, 0, 1e7),
        speed,
        None if heading is None else number(heading, 0, 360),
        None if altitude is None else number(altitude, -12_000, 100_000),
        battery,
        is_charging,
        bool(is_mock),
    )
