"""Every figure of a queue and of an agent, from contacts. Pure; docs/metrics.md defines each in words.

Each count belongs to the moment at which its event happened: queued when it came, answered or abandoned when it left
the queue, handled when its agent was done with it. So a period of any length is the sum of its minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from board.contacts import Contact

Stage = Literal["came", "left", "ended"]
Span = tuple[float, float]


@dataclass(slots=True)
class Tally:
    """Sums over contacts; times in seconds."""

    queued: int = 0
    answered: int = 0
    abandoned: int = 0
    transferred: int = 0
    overflowed: int = 0
    removed: int = 0
    answered_in_target: int = 0
    abandoned_in_target: int = 0
    answer_seconds: float = 0.0
    abandon_seconds: float = 0.0
    handled: int = 0
    handle_seconds: float = 0.0
    wrap_up_seconds: float = 0.0
    hold_seconds: float = 0.0

    def add(self, other: Tally) -> None:
        """Add up; written out, since it is what all figures are made with."""
        self.queued += other.queued
        self.answered += other.answered
        self.abandoned += other.abandoned
        self.transferred += other.transferred
        self.overflowed += other.overflowed
        self.removed += other.removed
        self.answered_in_target += other.answered_in_target
        self.abandoned_in_target += other.abandoned_in_target
        self.answer_seconds += other.answer_seconds
        self.abandon_seconds += other.abandon_seconds
        self.handled += other.handled
        self.handle_seconds += other.handle_seconds
        self.wrap_up_seconds += other.wrap_up_seconds
        self.hold_seconds += other.hold_seconds

    @property
    def left(self) -> int:
        """How many left the queue, by whatever way."""
        return self.answered + self.abandoned + self.transferred + self.overflowed + self.removed

    # Three definitions of the service level, in percent; None where there is nothing to divide by.

    @property
    def service_level(self) -> float | None:
        """Answered within the target, of all that were answered or abandoned."""
        return percent(self.answered_in_target, self.answered + self.abandoned)

    @property
    def service_level_late(self) -> float | None:
        """The same without those who gave up within the target."""
        return percent(self.answered_in_target, self.answered + self.abandoned - self.abandoned_in_target)

    @property
    def service_level_removed(self) -> float | None:
        """Answered or given up within the target, of all that were answered or abandoned."""
        return percent(self.answered_in_target + self.abandoned_in_target, self.answered + self.abandoned)

    @property
    def abandonment_rate(self) -> float | None:
        return percent(self.abandoned, self.answered + self.abandoned)

    @property
    def average_answer_seconds(self) -> float | None:
        return ratio(self.answer_seconds, self.answered)

    @property
    def average_handle_seconds(self) -> float | None:
        return ratio(self.handle_seconds, self.handled)

    @property
    def average_wrap_up_seconds(self) -> float | None:
        return ratio(self.wrap_up_seconds, self.handled)


def total(tallies: Iterable[Tally]) -> Tally:
    found = Tally()
    for each in tallies:
        found.add(each)
    return found


def ratio(part: float, whole: float) -> float | None:
    return None if whole <= 0 else round(part / whole, 1)


def percent(part: float, whole: float) -> float | None:
    return None if whole <= 0 else round(100 * part / whole, 1)


def stages(contact: Contact) -> dict[Stage, tuple[datetime, Tally]]:
    """Return what a contact adds to the figures so far, each part with the moment to which it belongs."""
    found: dict[Stage, tuple[datetime, Tally]] = {}
    if contact.came != "taken":
        found["came"] = (contact.enqueued_at, Tally(queued=1))
    if contact.left_at is not None:
        found["left"] = (contact.left_at, _leaving(contact, contact.left_at))
    if contact.ended_at is not None and contact.agent_id is not None:
        found["ended"] = (contact.ended_at, _handled(contact))
    return found


def _leaving(contact: Contact, left_at: datetime) -> Tally:
    waited = (left_at - contact.enqueued_at).total_seconds()
    is_early = int(waited <= contact.target_seconds)
    match contact.outcome:
        case "answered":
            return Tally(answered=1, answered_in_target=is_early, answer_seconds=waited)
        case "abandoned":
            return Tally(abandoned=1, abandoned_in_target=is_early, abandon_seconds=waited)
        case "transferred":
            return Tally(transferred=1)
        case "overflowed":
            return Tally(overflowed=1)
        case _:
            return Tally(removed=1)


def _handled(contact: Contact) -> Tally:
    """Handle time is talk, hold and after-contact work; hold lies within the talk."""
    return Tally(
        handled=1,
        handle_seconds=contact.handling_seconds + contact.wrap_up_seconds,
        wrap_up_seconds=contact.wrap_up_seconds,
        hold_seconds=contact.hold_seconds,
    )


# --- an agent's time


def united(spans: Iterable[Span]) -> list[Span]:
    """Return the union of spans of time, in order: two chats at once are one time at work."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif start < end:
            found.append((start, end))
    return found


def length(spans: Iterable[Span]) -> float:
    return sum(end - start for start, end in spans)


def clipped(spans: Iterable[Span], since: float, until: float) -> list[Span]:
    """Return the part of each span that lies in a period."""
    return [(max(start, since), min(end, until)) for start, end in spans if start < until and end > since]


def overlap(one: Sequence[Span], other: Sequence[Span]) -> float:
    """Return how long both hold; each is a union in order."""
    found, first, second = 0.0, 0, 0
    while first < len(one) and second < len(other):
        start, end = max(one[first][0], other[second][0]), min(one[first][1], other[second][1])
        found += max(0.0, end - start)
        if one[first][1] <= other[second][1]:
            first += 1
        else:
            second += 1
    return found


def occupancy(on_contact: Iterable[Span], available: Iterable[Span]) -> float | None:
    """Return the percentage of time on contacts, of that time and the time available without any."""
    busy, free = united(on_contact), united(available)
    at_work = length(busy)
    return percent(at_work, at_work + length(free) - overlap(busy, free))
