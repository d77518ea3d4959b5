"""Queues: calls that wait in order until somebody takes the one at the front."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from simulator.exchange import Exchange
from simulator.leg import Leg
from simulator.model import Sid, TwilioError
from simulator.world import Shelf

_LARGEST = 5000
"""Twilio's limit for the size of a queue."""


@dataclass(eq=False, slots=True)
class Member:
    """One waiting call."""

    leg: Leg
    line: Line
    entered_at: datetime
    left_at: datetime | None = None
    taken: asyncio.Event = field(default_factory=asyncio.Event)
    """Somebody dialled the queue and got this call; the waiting music stops."""
    released: asyncio.Event = field(default_factory=asyncio.Event)
    """Whoever took this call is done with it."""
    was_bridged: bool = False


@dataclass(eq=False, slots=True)
class Line:
    sid: Sid
    name: str
    created_at: datetime
    max_size: int = 1000
    waiting: list[Member] = field(default_factory=list)
    waits: list[float] = field(default_factory=lambda: [0.0])
    """How long the last ones waited, for the average."""
    arrival: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def average_wait_seconds(self) -> int:
        return round(sum(self.waits) / len(self.waits))


class Lines:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._ground = exchange.ground
        self.all: Shelf[Line] = Shelf(may_go=lambda line: not line.waiting)

    def named(self, name: str) -> Line:
        """Find a queue by its name; the first <Enqueue> creates it."""
        return next((line for line in self.all if line.name == name), None) or self.create(name)

    def create(self, name: str, max_size: int = 1000) -> Line:
        if any(line.name == name for line in self.all):
            raise TwilioError(409, 22003, f"A queue named {name} exists already")
        line = Line(self._ground.new_sid("QU"), name, self._ground.clock.now(), max(1, min(max_size, _LARGEST)))
        self.all.put(line.sid, line)
        return line

    def enter(self, name: str, leg: Leg, max_size: int) -> Member | None:
        """Join the end; None when the queue is full."""
        line = self.named(name)
        if len(line.waiting) >= min(max_size, line.max_size):
            return None
        member = Member(leg, line, self._ground.clock.now())
        line.waiting.append(member)
        line.arrival.set()
        self._exchange.move(leg, f"queue {name}")
        return member

    async def somebody(self, name: str) -> bool:
        """Return once somebody waits. Who is called by this must `take` at once: another may be faster."""
        line = self.named(name)
        while not line.waiting:
            line.arrival.clear()
            await line.arrival.wait()
        return True

    def take(self, name: str) -> Member | None:
        """Take the call at the front out of the queue."""
        line = self.named(name)
        if not line.waiting:
            return None
        member = line.waiting[0]
        self.leave(member)
        member.taken.set()
        return member

    def leave(self, member: Member) -> None:
        """Stop waiting; leaving twice changes nothing."""
        if member in member.line.waiting:
            member.left_at = self._ground.clock.now()
            member.line.waiting.remove(member)
            member.line.waits = [*member.line.waits[-99:], self.waited_seconds(member)]
            self._ground.world.touch()

    def waited_seconds(self, member: Member) -> int:
        return round(((member.left_at or self._ground.clock.now()) - member.entered_at).total_seconds())

    def member(self, line: Line, call_sid: str) -> Member:
        """Find who waits; `Front` is whoever is first."""
        for member in line.waiting:
            if call_sid in ("Front", member.leg.sid):
                return member
        raise TwilioError(404, 20404, f"{call_sid} does not wait in {line.name}")

    def params(self, member: Member) -> dict[str, str]:
        """Return what the waitUrl is told."""
        place = member.line.waiting.index(member) + 1 if member in member.line.waiting else 0
        return {
            "QueueSid": member.line.sid,
            "QueueTime": str(self.waited_seconds(member)),
            "QueuePosition": str(place),
            "AvgQueueTime": str(member.line.average_wait_seconds),
            "CurrentQueueSize": str(len(member.line.waiting)),
        }
