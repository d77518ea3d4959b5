"""How long somebody will wait: a plain estimate from the pace of the queue. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from uuid import UUID

# Fewer handled contacts say nothing about the next one.
SAMPLES_AT_LEAST = 3
_MOST_MINUTES = 120


@dataclass(frozen=True, slots=True)
class Place:
    """Where a work waits, and about how long."""

    work_id: UUID
    position: int
    minutes: int | None


def wait_seconds(ahead: int, slots: int, handle_seconds: float) -> float:
    """Return the expected wait behind `ahead` others while all `slots` are busy: sum over k=0..q of 1/(n*mu).

    Each of n slots ends a contact at the rate mu = 1/handle_seconds, so that the queue moves n*mu a second; the one who
    waits needs q + 1 of these moves (Erlang's waiting room without abandonment).
    """
    return sum(handle_seconds / slots for _ in range(ahead + 1))


def wait_minutes(position: int, slots: int, handle_seconds: float | None, samples: int) -> int | None:
    """Return whole minutes to say to somebody at this position (from 1); None when nothing honest can be said."""
    if slots < 1 or samples < SAMPLES_AT_LEAST or not handle_seconds:
        return None
    minutes = max(1, ceil(wait_seconds(position - 1, slots, handle_seconds) / 60))
    return minutes if minutes <= _MOST_MINUTES else None
