"""Which points are worth believing. Pure. What is flagged is kept, and moves no marker."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntFlag

from geo.clients.base import Fix
from geo.sphere import metres

INACCURATE_METRES = 200.0
# 200 km/h.
FASTEST = 200 / 3.6
# So many that agree with each other, and not with what was believed, are believed: he took a plane, or it was wrong.
_AGREE = 3
_NEARLY_ZERO = 1e-6


class Flag(IntFlag):
    """Why a point moves nothing (MOCK only tells)."""

    ZERO = 1
    INACCURATE = 2
    JUMP = 4
    MOCK = 8


MOVES_NOTHING = Flag.ZERO | Flag.INACCURATE | Flag.JUMP


@dataclass(frozen=True, slots=True)
class Spot:
    """Where and when, and within how many metres."""

    at: datetime
    lat: float
    lon: float
    accuracy: float = 0.0


@dataclass(frozen=True, slots=True)
class Belief:
    """The last point that was believed, and a later one that was not, with how many agreed with it."""

    good: Spot | None = None
    doubt: Spot | None = None
    doubts: int = 0


def judge(fix: Fix, belief: Belief) -> tuple[Flag, Belief]:
    """Flag a point that comes after what is believed, and say what is believed then."""
    flags = Flag.MOCK if fix.is_mock else Flag(0)
    if abs(fix.lat) < _NEARLY_ZERO and abs(fix.lon) < _NEARLY_ZERO:
        return flags | Flag.ZERO, belief
    if fix.accuracy is not None and fix.accuracy > INACCURATE_METRES:
        return flags | Flag.INACCURATE, belief
    spot = Spot(fix.at, fix.lat, fix.lon, fix.accuracy or 0.0)
    if belief.good is None or can_reach(belief.good, spot):
        return flags, Belief(spot)
    doubts = belief.doubts + 1 if belief.doubt is not None and can_reach(belief.doubt, spot) else 1
    if doubts >= _AGREE:
        return flags, Belief(spot)
    return flags | Flag.JUMP, Belief(belief.good, spot, doubts)


def can_reach(one: Spot, other: Spot) -> bool:
    """Tell whether somebody on the ground can have been at both, given how exact they are."""
    apart = metres((one.lat, one.lon), (other.lat, other.lon)) - one.accuracy - other.accuracy
    return apart <= FASTEST * max((other.at - one.at).total_seconds(), 0.0)


def judged(fixes: Iterable[Fix], belief: Belief | None = None) -> list[tuple[Fix, Flag]]:
    """Flag points in the order of their time."""
    known, found = belief or Belief(), []
    for fix in fixes:
        flags, known = judge(fix, known)
        found.append((fix, flags))
    return found
