"""Which points are worth believing. Pure. What is flagged is kept, and moves no marker."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import IntFlag
from typing import NamedTuple

from geo.clients.base import Fix
from geo.sphere import METRES_PER_DEGREE, metres

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


# As plain numbers: every point of everybody is judged with them.
_ZERO, _INACCURATE, _JUMP, _MOCK = (int(flag) for flag in Flag)
MOVES_NOTHING = _ZERO | _INACCURATE | _JUMP


class Spot(NamedTuple):
    """Where and when, and within how many metres."""

    at: datetime
    lat: float
    lon: float
    accuracy: float = 0.0


class Belief(NamedTuple):
    """The last point that was believed, and a later one that was not, with how many agreed with it."""

    good: Spot | None = None
    doubt: Spot | None = None
    doubts: int = 0


def judge(fix: Fix, belief: Belief) -> tuple[int, Belief]:
    """Flag a point that comes after what is believed, and say what is believed then."""
    flags = _MOCK if fix.is_mock else 0
    if abs(fix.lat) < _NEARLY_ZERO and abs(fix.lon) < _NEARLY_ZERO:
        return flags | _ZERO, belief
    if fix.accuracy is not None and fix.accuracy > INACCURATE_METRES:
        return flags | _INACCURATE, belief
    spot = Spot(fix.at, fix.lat, fix.lon, fix.accuracy or 0.0)
    if belief.good is None or can_reach(belief.good, spot):
        return flags, Belief(spot)
    doubts = belief.doubts + 1 if belief.doubt is not None and can_reach(belief.doubt, spot) else 1
    if doubts >= _AGREE:
        return flags, Belief(spot)
    return flags | _JUMP, Belief(belief.good, spot, doubts)


def can_reach(one: Spot, other: Spot) -> bool:
    """Tell whether somebody on the ground can have been at both, given how exact they are."""
    within = FASTEST * max((other.at - one.at).total_seconds(), 0.0) + one.accuracy + other.accuracy
    # Along a meridian and then a parallel it is never shorter, and nearly everybody is near.
    if (abs(other.lat - one.lat) + abs(other.lon - one.lon)) * METRES_PER_DEGREE <= within:
        return True
    return metres((one.lat, one.lon), (other.lat, other.lon)) <= within


def judged(fixes: Iterable[Fix], belief: Belief | None = None) -> list[tuple[Fix, int]]:
    """Flag points in the order of their time."""
    known, found = belief or Belief(), []
    for fix in fixes:
        flags, known = judge(fix, known)
        found.append((fix, flags))
    return found
