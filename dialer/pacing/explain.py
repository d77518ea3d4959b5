"""Why so many numbers are dialled now, or none: for the campaign's page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """What held the number down in the last decision."""

    DIALS = "dials"
    BY_AGENTS = "by_agents"
    NOBODY_IN = "nobody_in"
    ENOUGH_RINGING = "enough_ringing"
    RISK = "risk"
    CAP = "cap"
    CALLS_PER_SECOND = "calls_per_second"
    CONGESTION = "congestion"
    LINES = "lines"
    RESTARTED = "restarted"


@dataclass(frozen=True, slots=True)
class Explanation:
    """The last decision with all that it was made from.

    `asked` are calls that the carrier has not taken yet, `in_flight` those it has; `share` is that of abandoned calls
    among the answered, `worst_share` what it would be if all open calls were answered at once; `risk` and `theta`: how
    likely the next answered call finds nobody, and how likely it may be (predictive only).
    """

    at: float
    dial: int
    reason: Reason
    idle: int = 0
    busy: int = 0
    elsewhere: int = 0
    asked: int = 0
    in_flight: int = 0
    waiting: int = 0
    answered: int = 0
    abandoned: int = 0
    share: float = 0.0
    worst_share: float = 0.0
    answer_rate: float = 0.0
    handle_seconds: float = 0.0
    risk: float | None = None
    theta: float | None = None
    tries_again_at: float | None = None
