"""How long it takes from one place to another, as the crow flies and by what own trips taught. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import asin, cos, log10, radians, sin, sqrt
from statistics import quantiles
from typing import Literal, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from core.place import At
from core.values import Value
from geo.sphere import EARTH, metres

Source = Literal["crow", "calibrated", "osrm", "valhalla"]
# So many own trips in a territory at such an hour say more than a formula.
TRIPS_LEAST = 30
# How far the real time lies from the answer, four times of five.
_CROW_RANGE = (0.7, 1.5)
ROAD_RANGE = (0.85, 1.3)
_NEAR_KM, _FAR_KM = 1.0, 10.0
_WINDING, _STRAIGHT = 1.8, 1.25
_SLOW_KM, _SLOW, _MIDDLE, _FAST = 3.0, 22.0, 30.0, 50.0
_RUSH = 0.75
_MOUNTING_SECONDS = 60.0
# Shorter trips teach about parking, longer ones are other people's roads.
_LEARNT_METRES = (500.0, 100_000.0)


class Band(StrEnum):
    """Hours of a day that are alike on the road."""

    MORNING = "morning"
    DAY = "day"
    EVENING = "evening"
    NIGHT = "night"


_HOURS = ((Band.MORNING, range(7, 9)), (Band.DAY, range(9, 16)), (Band.EVENING, range(16, 19)))


class Estimate(Value):
    """A travel time is a range, with where it comes from."""

    seconds: float
    least_seconds: float
    most_seconds: float
    metres: float
    source: Source


@dataclass(frozen=True, slots=True)
class Calibration:
    """What own trips took, as a share of the crow's time: most of them between `least` and `most`."""

    factor: float
    least: float
    most: float
    trips: int


Calibrations = Mapping[tuple[UUID | None, Band], Calibration]


@dataclass(frozen=True, slots=True)
class DrivenTrip:
    """A trip that somebody made."""

    territory_id: UUID | None
    began_at: datetime
    seconds: float
    begin: At
    end: At


def band_of(at: datetime, zone: ZoneInfo) -> Band:
    hour = at.astimezone(zone).hour
    return next((band for band, hours in _HOURS if hour in hours), Band.NIGHT)


def winding(kilometres: float) -> float:
    """Return how much longer a road is than the line: 1.8 below 1 km, falling with the logarithm to 1.25 at 10 km."""
    if kilometres <= _NEAR_KM:
        return _WINDING
    if kilometres >= _FAR_KM:
        return _STRAIGHT
    return _WINDING + (_STRAIGHT - _WINDING) * log10(kilometres / _NEAR_KM) / log10(_FAR_KM / _NEAR_KM)


def crow_metres(begin: At, end: At) -> float:
    line = metres(begin, end)
    return line * winding(line / 1000)


def crow_seconds(begin: At, end: At, band: Band) -> float:
    """Return the formula's time. The speed goes by the straight distance, as the winding does."""
    kilometres = metres(begin, end) / 1000
    speed = _SLOW if kilometres < _SLOW_KM else _MIDDLE if kilometres <= _FAR_KM else _FAST
    if band in (Band.MORNING, Band.EVENING):
        speed *= _RUSH
    return _MOUNTING_SECONDS + crow_metres(begin, end) / (speed / 3.6)


def crow(begin: At, end: At, band: Band, calibration: Calibration | None = None) -> Estimate:
    """Estimate without a road map; by own trips where there are enough of them."""
    seconds, length = crow_seconds(begin, end, band), crow_metres(begin, end)
    if calibration is None:
        return ranged(seconds, length, "crow", _CROW_RANGE)
    return Estimate(
        seconds=seconds * calibration.factor,
        least_seconds=seconds * calibration.least,
        most_seconds=seconds * calibration.most,
        metres=length,
        source="calibrated",
    )


class Flown(NamedTuple):
    """The ways from one place to each of those after it in a list: what `crow` says of them, as plain numbers."""

    seconds: list[float]
    metres: list[float]


def flown(places: Sequence[At], band: Band, calibration: Calibration | None = None) -> Iterator[Flown]:
    """Estimate all ways between places, of which each is as long back as there, a row at a time.

    A day of a branch is fifty thousand ways: each takes a microsecond so, and fifteen when it is asked for by itself.
    """
    known = [(radians(lat), radians(lon), cos(radians(lat))) for lat, lon in places]
    factor = 1.0 if calibration is None else calibration.factor
    rush = _RUSH if band in (Band.MORNING, Band.EVENING) else 1
    slow, middle, fast = (speed * rush / 3.6 for speed in (_SLOW, _MIDDLE, _FAST))
    for number, (lat, lon, cosine) in enumerate(known, 1):
        seconds, lengths = [], []
        for lat_, lon_, cosine_ in known[number:]:
            part = sin((lat_ - lat) / 2) ** 2 + cosine * cosine_ * sin((lon_ - lon) / 2) ** 2
            line = 2 * EARTH * asin(min(1.0, sqrt(part)))
            kilometres = line / 1000
            length = line * winding(kilometres)
            pace = slow if kilometres < _SLOW_KM else middle if kilometres <= _FAR_KM else fast
            seconds.append((_MOUNTING_SECONDS + length / pace) * factor)
            lengths.append(length)
        yield Flown(seconds, lengths)


def spread_of(calibration: Calibration | None) -> float:
    """Return by which part a way may take longer than `crow` says."""
    return _CROW_RANGE[1] - 1 if calibration is None else max(calibration.most / calibration.factor - 1, 0)


def by_road(seconds: float, length: float, source: Source) -> Estimate:
    """Give what a router said a range: it knows roads, and not what is on them today."""
    return ranged(seconds, length, source, ROAD_RANGE)


def ranged(seconds: float, length: float, source: Source, around: tuple[float, float]) -> Estimate:
    return Estimate(
        seconds=seconds,
        least_seconds=seconds * around[0],
        most_seconds=seconds * around[1],
        metres=length,
        source=source,
    )


def learn(trips: Sequence[DrivenTrip], zone: ZoneInfo) -> dict[tuple[UUID | None, Band], Calibration]:
    """Return what trips teach about each territory and band of hours that has enough of them.

    The middle is the median, the range holds the middle 80 %: one who had lunch on the way moves neither.
    """
    shares: dict[tuple[UUID | None, Band], list[float]] = {}
    for trip in trips:
        if not _LEARNT_METRES[0] <= metres(trip.begin, trip.end) <= _LEARNT_METRES[1]:
            continue
        band = band_of(trip.began_at, zone)
        share = trip.seconds / crow_seconds(trip.begin, trip.end, band)
        shares.setdefault((trip.territory_id, band), []).append(share)
    found = {}
    for key, values in shares.items():
        if len(values) >= TRIPS_LEAST:
            tenths = quantiles(values, n=10, method="inclusive")
            found[key] = Calibration(tenths[4], tenths[0], tenths[8], len(values))
    return found
