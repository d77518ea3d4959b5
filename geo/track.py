"""A day as trips and stops, by the rules of Traccar. Pure.

A trip begins with 500 m or 300 s of motion, a stop with 300 s without; an hour without a point ends either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from statistics import median

from core.place import At
from geo.sphere import metres

TRIP_METRES = 500.0
TRIP_SECONDS = 300.0
PARKING_SECONDS = 300.0
GAP_SECONDS = 3600.0
# So long at a red light is no end of a beginning trip.
_PAUSE_SECONDS = 90.0
_MOVING_SPEED = 1.0
# What a phone at rest wanders.
_WANDERS_METRES = 25.0


@dataclass(frozen=True, slots=True)
class Point:
    """A believed point of a track; `speed` in m/s where the phone said it."""

    at: datetime
    lat: float
    lon: float
    speed: float | None = None
    accuracy: float | None = None

    @property
    def place(self) -> At:
        return (self.lat, self.lon)


class LegKind(StrEnum):
    TRIP = "trip"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Leg:
    """A trip from `begin` to `end`, or a stop at `begin`."""

    kind: LegKind
    began_at: datetime
    ended_at: datetime
    begin: At
    end: At
    metres: float
    fastest: float

    @property
    def seconds(self) -> float:
        return (self.ended_at - self.began_at).total_seconds()


@dataclass(frozen=True, slots=True)
class Day:
    """What a track adds up to."""

    legs: list[Leg]
    metres: float
    moving_seconds: float
    standing_seconds: float


def day_of(points: Sequence[Point]) -> Day:
    """Return trips and stops of points in the order of their time."""
    legs = [leg for run in _runs(points) for leg in _legs(run)]
    trips = [leg for leg in legs if leg.kind is LegKind.TRIP]
    stops = [leg for leg in legs if leg.kind is LegKind.STOP]
    return Day(
        legs,
        sum(leg.metres for leg in trips),
        sum(leg.seconds for leg in trips),
        sum(leg.seconds for leg in stops),
    )


def _runs(points: Sequence[Point]) -> Iterator[Sequence[Point]]:
    start = 0
    for number, (one, other) in enumerate(pairwise(points), 1):
        if (other.at - one.at).total_seconds() > GAP_SECONDS:
            yield points[start:number]
            start = number
    if points:
        yield points[start:]


def _legs(run: Sequence[Point]) -> Iterator[Leg]:
    """Yield the legs between the places where motion truly began or ended."""
    borders = _borders(run)
    for (first, is_moving), (last, _) in pairwise([*borders, (len(run) - 1, False)]):
        leg = _leg(run[first : last + 1], is_moving=is_moving)
        if is_moving or leg.seconds >= PARKING_SECONDS:
            yield leg


def _borders(run: Sequence[Point]) -> list[tuple[int, bool]]:
    """Return from which point on it moved or stood."""
    borders = [(0, False)]
    watch = _Watch()
    for number in range(1, len(run)):
        begun = watch.take(run, number)
        if begun is not None:
            borders.append((begun, watch.is_moving))
    # What began with a trip did not stand before.
    return borders[1:] if len(borders) > 1 and borders[1][0] == 0 else borders


class _Watch:
    """Whether it moves, and a change of that which is not certain yet."""

    def __init__(self) -> None:
        self.is_moving = False
        self._since: int | None = None
        self._metres = 0.0
        self._rests: int | None = None

    def take(self, run: Sequence[Point], number: int) -> int | None:
        """Look at one more point; returns where the other state began, once that is certain."""
        moves = _moves(run[number - 1], run[number])
        if self.is_moving:
            return self._while_moving(run, number, moves=moves)
        return self._while_standing(run, number, moves=moves)

    def _while_moving(self, run: Sequence[Point], number: int, *, moves: bool) -> int | None:
        if moves:
            self._since = None
            return None
        if self._since is None:
            # It stood from where the last motion ended.
            self._since = number - 1 if run[number].speed is None else number
        if _seconds(run, self._since, number) >= PARKING_SECONDS:
            return self._turn()
        return None

    def _while_standing(self, run: Sequence[Point], number: int, *, moves: bool) -> int | None:
        if not moves:
            self._rest(run, number)
            return None
        if self._since is None:
            self._since, self._metres = number - 1, 0.0
        self._rests = None
        self._metres += metres(run[number - 1].place, run[number].place)
        if self._metres >= TRIP_METRES or _seconds(run, self._since, number) >= TRIP_SECONDS:
            return self._turn()
        return None

    def _rest(self, run: Sequence[Point], number: int) -> None:
        if self._since is None:
            return
        if self._rests is None:
            self._rests = number
        if _seconds(run, self._rests, number) > _PAUSE_SECONDS:
            self._since = self._rests = None

    def _turn(self) -> int | None:
        begun, self._since, self._rests = self._since, None, None
        self.is_moving = not self.is_moving
        return begun


def _moves(before: Point, point: Point) -> bool:
    """Tell whether it moved up to this point: as the phone says, else by where it was."""
    if point.speed is not None:
        return point.speed >= _MOVING_SPEED
    apart = metres(before.place, point.place)
    seconds = (point.at - before.at).total_seconds()
    return apart > max(_WANDERS_METRES, point.accuracy or 0.0) and apart >= _MOVING_SPEED * seconds


def _seconds(run: Sequence[Point], first: int, last: int) -> float:
    return (run[last].at - run[first].at).total_seconds()


def _leg(part: Sequence[Point], *, is_moving: bool) -> Leg:
    begin, end = part[0], part[-1]
    if not is_moving:
        # A middle that no straying point draws away.
        middle = (median(point.lat for point in part), median(point.lon for point in part))
        return Leg(LegKind.STOP, begin.at, end.at, middle, middle, 0.0, 0.0)
    length = sum(metres(one.place, other.place) for one, other in pairwise(part))
    fastest = max((point.speed or 0.0 for point in part), default=0.0)
    return Leg(LegKind.TRIP, begin.at, end.at, begin.place, end.place, length, fastest)
