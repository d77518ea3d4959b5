"""What a batch of points makes of the rows: decided here, written by `ingest`. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from core.ids import StaffId
from geo.clients.base import Fix, Reading
from geo.clients.base import Phone as PhoneState
from geo.quality import Belief, Flag, Spot, judge
from geo.shift import Shift

_POSITION = (
    "ids", "ats", "received", "devices", "lats", "lons", "accuracies", "speeds", "headings", "altitudes", "batteries",
    "flags",
)  # fmt: skip
_LAST = (
    "ids", "devices", "seen", "ats", "lats", "lons", "accuracies", "speeds", "headings", "mocks", "batteries",
    "charging", "permissions", "saving", "doubt_ats", "doubt_lats", "doubt_lons", "doubts",
)  # fmt: skip
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
    """Columns for each table."""

    positions: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in _POSITION})
    last: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in _LAST})
    quarantine: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in _QUARANTINE})
    days: set[tuple[StaffId, date]] = field(default_factory=set)


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
    fixes = sorted(((fix, each) for each in given for fix in each.reading.fixes), key=lambda pair: pair[0].at)
    before = belief.good.at if belief.good is not None else None
    marker: Fix | None = None
    minutes: set[int] = set()
    for fix, each in fixes:
        if before is not None and fix.at <= before:
            # Late: whether it leaps is seen when its day is worked out anew.
            flags, _ = judge(fix, Belief())
        else:
            flags, after = judge(fix, belief)
            if after.good is not belief.good:
                marker = fix
            belief = after
        _put(written.positions, _POSITION, _row(fix, flags, each))
        minute = int(fix.at.timestamp() // 900)
        if minute not in minutes:
            minutes.add(minute)
            written.days.add((technician_id, each.phone.shift.day_of(fix.at)))
    for each in given:
        for bad in each.reading.bad:
            row = (technician_id, each.phone.id, each.received_at, bad.reason, bad.raw)
            _put(written.quarantine, _QUARANTINE, row)
    _put(written.last, _LAST, _last_row(technician_id, given, marker, belief, [fix for fix, _ in fixes]))


def _row(fix: Fix, flags: Flag, each: GivenLike) -> tuple[Any, ...]:
    return (
        each.phone.technician_id, fix.at, each.received_at, each.phone.id, fix.lat, fix.lon, fix.accuracy, fix.speed,
        fix.heading, fix.altitude, fix.battery, int(flags),
    )  # fmt: skip


def _last_row(
    technician_id: StaffId, given: Sequence[GivenLike], marker: Fix | None, belief: Belief, fixes: Sequence[Fix]
) -> tuple[Any, ...]:
    phone, newest = _newest([each.reading.phone for each in given]), fixes[-1] if fixes else None
    alive = [each.received_at for each in given if each.reading.is_alive]
    battery = newest.battery if newest is not None and newest.battery is not None else phone.battery
    doubt = belief.doubt
    return (
        technician_id,
        given[-1].phone.id,
        max(alive, default=None),
        *((None,) * 7 if marker is None else _marker(marker)),
        battery,
        None if newest is None else newest.is_charging,
        phone.permission,
        phone.is_saving_power,
        *((None, None, None) if doubt is None else (doubt.at, doubt.lat, doubt.lon)),
        belief.doubts,
    )


def _marker(fix: Fix) -> tuple[Any, ...]:
    return (fix.at, fix.lat, fix.lon, fix.accuracy, fix.speed, fix.heading, fix.is_mock)


def _newest(said: Sequence[PhoneState]) -> PhoneState:
    """Return the last word on each."""
    found = PhoneState()
    for each in said:
        found = PhoneState(
            each.permission or found.permission,
            found.is_saving_power if each.is_saving_power is None else each.is_saving_power,
            found.battery if each.battery is None else each.battery,
        )
    return found


def _put(columns: dict[str, list[Any]], names: Sequence[str], row: tuple[Any, ...]) -> None:
    for name, value in zip(names, row, strict=True):
        columns[name].append(value)
