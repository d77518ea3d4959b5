"""What a campaign's pace is made from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag, StrEnum
from typing import NewType

CallId = NewType("CallId", str)
DialledAgent = NewType("DialledAgent", str)


class Mode(StrEnum):
    """Who decides that a number is dialled, and how many at a time."""

    PREVIEW = "preview"
    PROGRESSIVE = "progressive"
    POWER = "power"
    PREDICTIVE = "predictive"
    AGENTLESS = "agentless"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a campaign asks of its pacer.

    `abandon_cap`: the largest share of calls answered by people that may be abandoned, in any stretch of
    `period_seconds` from the pacer's start on (None: over the whole campaign); a call belongs to the period in which it
    was dialled. `judged_from`: so many answers each period is sure to end with; until it has them it is judged as if it
    had, so that a period need not begin call by call. It must be certain: of a period that ends with fewer, the number
    of abandoned calls is capped and not the share. `grace_seconds`: how long an answered call may wait for an agent
    before it counts as abandoned. `lines_per_agent`: of the mode power, lines that are ringing or in talk for each
    agent who is in. `lines`: how many calls may ring or be in talk at once, whatever the mode; None is no limit.
    `calls_per_second` is the carrier's.
    """

    mode: Mode = Mode.PREDICTIVE
    abandon_cap: float = 0.03
    period_seconds: float | None = None
    judged_from: int = 0
    grace_seconds: float = 2.0
    lines_per_agent: float = 1.0
    lines: int | None = None
    calls_per_second: float = 1.0


class Fact(IntFlag):
    """What can become known of a call, each once."""

    DIALLED = 1
    ACCEPTED = 2
    RINGING = 4
    HUMAN = 8
    MACHINE = 16
    FAILED = 32
    REFUSED = 64
    CONNECTED = 128
    ABANDONED = 256
