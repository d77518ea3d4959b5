"""What a batch of points makes of the rows: decided here, written by `ingest`. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from core.ids import StaffId
from geo.clients.base import Fix, Reading
from geo.clients.base import Phone as PhoneState
from geo.quality import Belief, Spot, judge
from geo.shift import Shift

_REQUEST = ("owners", "phones", "received")
_POSITION = (
    "requests", "ats", "lats", "lons", "accuracies", "speeds", "headings", "altitudes", "batteries", "flags",
)  # fmt: skip
_LAST = (
    "last_requests", "seen", "markers", "last_accuracies", "last_speeds", "last_headings", "mocks", "last_batteries",
    "charging", "permissions", "saving", "doubt_ats", "doubt_lats", "doubt_lons", "doubts",
)  # fmt: skip
_DAY = ("day_ids", "days")
_QUARANTINE = ("ids", "devices", "received", "reasons", "raws")


class PhoneLike(Protocol):
    """Whose phone it is."""

    @property
    def id(self) -> Any: ...

    @property
    def technician_id(self) -> StaffId: ...

    @property
    def shift(self) -> Shift: ...


class GivenLike(Protocol):
    """What one request brought."""

    @property
    def phone(self) -> PhoneLike: ...

    @property
    def reading(self) -> Reading: ...

    @property
    def received_at(self) -> datetime: ...


@dataclass(slots=True)
class Written:
    """Columns for each table. What was said once is not again: a point names its request by number, a marker both."""

    _requests: list[tuple[Any, ...]] = field(default_factory=list)
    _positions: list[tuple[Any, ...]] = field(default_factory=list)
    _last: list[tuple[Any, ...]] = field(default_factory=list)
    _quarantine: list[tuple[Any, ...]] = field(default_factory=list)
    days: set[tuple[StaffId, date]] = field(default_factory=set)

    def add_request(self, given: GivenLike) -> int:
        """Return the number of a request, from 1 as PostgreSQL counts."""
        self._requests.append((given.phone.technician_id, given.phone.id, given.received_at))
        return len(self._requests)

    def add_position(self, fix: Fix, flags: int, request: int) -> int:
        """Return the number of a point, from 1 too."""
        at, lat, lon, accuracy, speed, heading, altitude, battery, _, _ = fix
        # No flag is nothing, and a column of nothing is not sent.
        self._positions.append((request, at, lat, lon, accuracy, speed, heading, altitude, battery, flags or None))
        return len(self._positions)

    def add_bad(self, given: GivenLike) -> None:
        phone = given.phone
        for bad in given.reading.bad:
            self._quarantine.append((phone.technician_id, phone.id, given.received_at, bad.reason, bad.raw))

    def add_last(self, row: tuple[Any, ...]) -> None:
        self._last.append(row)

    @property
    def stored(self) -> int:
        return len(self._positions)

    @property
    def columns(self) -> dict[str, Sequence[Any]]:
        """Return all that one statement writes: history, markers, days to work out."""
        return {
            **_columns(_REQUEST, self._requests),
            **_columns(_POSITION, self._positions),
            **_columns(_LAST, self._last),
            **_columns(_DAY, sorted(self.days)),
        }

    @property
    def quarantine(self) -> dict[str, Sequence[Any]]:
        return _columns(_QUARANTINE, self._quarantine)


def belief_of(row: Any) -> Belief:
    """Return what was believed before a batch."""
    good = None if row["at"] is None else Spot(row["at"], row["lat"], row["lon"], row["accuracy"] or 0.0)
    doubt = None if row["doubt_at"] is None else Spot(row["doubt_at"], row["doubt_lat"], row["doubt_lon"])
    return Belief(good, doubt, row["doubts"])


def decide(given: Sequence[GivenLike], known: Mapping[StaffId, Belief]) -> Written:
    """Flag points, move markers forward only, name the days to work out."""
    written = Written()
    mine: dict[StaffId, list[GivenLike]] = {}
    for each in given:
        mine.setdefault(each.phone.technician_id, []).append(each)
    for technician_id in sorted(mine):
        _one(written, technician_id, mine[technician_id], known[technician_id])
    return written


def _one(written: Written, technician_id: StaffId, given: Sequence[GivenLike], belief: Belief) -> None:
    numbered = [(each, written.add_request(each)) for each in given]
    fixes = [(fix, each, request) for each, request in numbered for fix in each.reading.fixes]
    fixes.sort(key=lambda one: one[0][0])
    before = belief.good.at if belief.good is not None else None
    marker: tuple[Fix, int] | None = None
    quarters: set[int] = set()
    for fix, each, request in fixes:
        if before is not None and fix.at <= before:
            # Late: whether it leaps is seen when its day is worked out anew.
            flags, after = judge(fix, Belief())[0], belief
        else:
            flags, after = judge(fix, belief)
        number = written.add_position(fix, flags, request)
        if after.good is not belief.good:
            marker = fix, number
        belief = after
        # A day begins at a quarter of an hour of UTC, wherever it is.
        quarter = int(fix.at.timestamp() // 900)
        if quarter not in quarters:
            quarters.add(quarter)
            written.days.add((technician_id, each.phone.shift.day_of(fix.at)))
    for each in given:
        written.add_bad(each)
    newest = fixes[-1][0] if fixes else None
    written.add_last((numbered[-1][1], *_last_row(given, marker, belief, newest)))


def _last_row(
    given: Sequence[GivenLike], marker: tuple[Fix, int] | None, belief: Belief, newest: Fix | None
) -> tuple[Any, ...]:
    phone = _newest([each.reading.phone for each in given])
    alive = [each.received_at for each in given if each.reading.is_alive]
    battery = newest.battery if newest is not None and newest.battery is not None else phone.battery
    doubt = belief.doubt
    return (
        max(alive, default=None),
        *((None,) * 5 if marker is None else _marker(*marker)),
        battery,
        None if newest is None else newest.is_charging,
        phone.permission,
        phone.is_saving_power,
        *((None, None, None) if doubt is None else (doubt.at, doubt.lat, doubt.lon)),
        belief.doubts or None,
    )


def _marker(fix: Fix, number: int) -> tuple[Any, ...]:
    """Return what a marker takes of its point; the rest is looked up there, in columns without gaps."""
    return (number, fix.accuracy, fix.speed, fix.heading, fix.is_mock or None)


def _newest(said: Sequence[PhoneState]) -> PhoneState:
    """Return the last word on each."""
    if len(said) == 1:
        return said[0]
    found = PhoneState()
    for each in said:
        found = PhoneState(
            each.permission or found.permission,
            found.is_saving_power if each.is_saving_power is None else each.is_saving_power,
            found.battery if each.battery is None else each.battery,
        )
    return found


def _columns(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> dict[str, Sequence[Any]]:
    """Turn rows into columns. One of nothing alone is empty: PostgreSQL fills it up, and no value of it is packed."""
    if not rows:
        return dict.fromkeys(names, ())
    columns = zip(*rows, strict=True)
    return {
        name: () if column[0] is None and column.count(None) == len(column) else column
        for name, column in zip(names, columns, strict=True)
    }
