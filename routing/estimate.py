"""How long somebody will wait, from what the queue has done lately. Pure.

Where each figure comes from: how many are before a work and may take the same agents' time, from the router's own key
(`line`); how many agents can be busy at once, from who is available now; how long one takes, a moving average of what
was handled within hours; how fast patience ends, from who left in the time that all of them waited.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from uuid import UUID

# Fewer handled contacts say nothing about the next one.
SAMPLES_AT_LEAST = 3
_MOST_MINUTES = 120
# 65 of 100 wait no longer than is said: the middle of the 50 and 80 between which a wait should be announced. This is
# the value below which so many of a normal distribution lie.
_SHARE_65 = 0.385
# From here on the time is proportional to the number ahead for all that people are told.
_MOST_AHEAD = 2000


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a queue goes on one channel.

    `slots`: how many contacts the available agents can have at once; `units`: what one of them weighs;
    `abandons_a_second`: how many of those who waited left, for each second that somebody waited.
    """

    slots: int
    units: float
    handle_seconds: float | None
    samples: int
    abandons_a_second: float = 0.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A work that waits, with the key by which the router takes it."""

    id: UUID
    queue_id: UUID
    channel: str
    is_emergency: bool
    key: int
    units: int
    is_offered: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a work waits in its queue, how many contacts of the same agents go before, and about how long it takes."""

    work_id: UUID
    position: int
    ahead: float = 0.0
    seconds: float | None = None

    @property
    def minutes(self) -> int | None:
        return minutes_of(self.seconds)


def line(waiting: Iterable[Waiting], queue_id: UUID, shares: Mapping[UUID, float], units: float) -> list[Place]:
    """Return the places of a queue's waiting work in the router's order.

    `shares` says of each queue which part of its available agents serves this queue too: so much of what waits there
    and comes earlier takes the time of our agents. A contact that weighs twice as much takes two of our slots.
    """
    position, ahead, found = 1, 0.0, []
    for work in sorted(waiting, key=lambda work: (not work.is_emergency, work.key, work.id)):
        if work.queue_id == queue_id:
            found.append(Place(work.id, position, ahead))
        if not work.is_offered:
            position += work.queue_id == queue_id
            ahead += shares.get(work.queue_id, 0.0) * work.units / units
    return found


def known(lists: Iterable[Sequence[Waiting]], most: int) -> list[Waiting]:
    """Return what is surely in order of lists that were read to a bound, each by its key.

    Behind the last that was read of a longer list nobody's place is known: others may stand there.
    """
    lists = list(lists)
    horizon = min((each[-1].key for each in lists if len(each) >= most), default=None)
    return [work for each in lists for work in each if horizon is None or work.key <= horizon]


def wait_seconds(ahead: float, pace: Pace) -> float | None:
    """Return the wait that about 65 of 100 do not exceed, behind `ahead` others; None when nothing honest can be said.

    While all n slots are busy the one who waits needs q + 1 moves of the queue, and with k still ahead it moves at the
    rate n*mu + k*theta: a service ends, or one of the k loses patience (the mean is the sum of 1/(n*mu + k*theta) over
    k = 0..q, Erlang's waiting room with abandonment). The sum of these exponential times has about the quantiles of a
    gamma distribution of the same mean and variance (Wilson and Hilferty's cube).
    """
    if pace.slots < 1 or pace.samples < SAMPLES_AT_LEAST or not pace.handle_seconds:
        return None
    rate, theta = pace.slots / pace.handle_seconds, pace.abandons_a_second
    whole = min(int(ahead), _MOST_AHEAD)
    moves = [1 / (rate + k * theta) for k in range(whole + 1)]
    moves.append((ahead - whole) / (rate + (whole + 1) * theta))
    mean, variance = sum(moves), sum(move * move for move in moves)
    narrow = variance / (9 * mean * mean)
    return float(mean * (1 - narrow + _SHARE_65 * sqrt(narrow)) ** 3)


def minutes_of(seconds: float | None) -> int | None:
    """Return whole minutes to say to somebody: hours are no estimate."""
    if seconds is None:
        return None
    minutes = max(1, ceil(seconds / 60))
    return minutes if minutes <= _MOST_MINUTES else None


def soften(said: int | None, now: int | None) -> int | None:
    """Return the minutes to say after these were said: a wait that was announced does not grow."""
    return now if said is None or now is None else min(said, now)
