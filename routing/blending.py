"""Agents for the dialer: what it asks for and gets, and how many stay idle for those who call in."""

from __future__ import annotations

from math import ceil, sqrt
from typing import NamedTuple

from routing.model import SECOND, AgentId, ChannelName, QueueId, Requirements

LEASE = 30 * SECOND
ADAPT_EVERY = 300 * SECOND
ENOUGH_CALLS = 10
MARGIN = 0.05


class Ask(NamedTuple):
    """A kind of work, as the dialer asks for agents: what it would be, whether or not any of it waits."""

    queue_id: QueueId
    channel: ChannelName
    need: Requirements = Requirements()


class Grant(NamedTuple):
    """An agent whom the dialer has until then, unless it gives them back or hands them a work before."""

    agent_id: AgentId
    until: int


class Inbound(NamedTuple):
    """What came in since the spare was last adapted: ended waits, and how many of them were answered in time."""

    calls: int
    in_target: int


class Spare(NamedTuple):
    """`agents` more than whom must be idle before one is granted; in force since `since`."""

    agents: int
    since: int


def first_spare(agents: int, now: int) -> Spare:
    """Return where to begin with so many agents on the floor: half the square root, and one (rules, section 7)."""
    return Spare(min(max(1, agents), ceil(0.5 * sqrt(agents)) + 1), now)


def adapted(spare: Spare, agents: int, inbound: Inbound, goal: float, now: int) -> Spare:
    """Return the spare after a look at the service level, which comes every 5 min; before that, the same.

    Below the goal one more is kept, and two when it is missed by more than 10 points; above it by more than 5 points
    one less. Between them nothing changes, and neither with fewer than 10 calls: they would say little.
    """
    if now - spare.since < ADAPT_EVERY:
        return spare
    if inbound.calls < ENOUGH_CALLS:
        return Spare(_within(spare.agents, agents), now)
    level = inbound.in_target / inbound.calls
    return Spare(_within(spare.agents + _change(level, goal), agents), now)


def _change(level: float, goal: float) -> int:
    if level < goal:
        return 2 if level < goal - 2 * MARGIN else 1
    return -1 if level > goal + MARGIN else 0


def _within(count: int, agents: int) -> int:
    return min(max(1, agents), max(1, count))
