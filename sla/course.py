"""The course of a subject: what happens to it moves its clocks. Pure.

An answer ends the wait for the first one, or for the next. The customer's word begins the wait for the next. A status
of ours that waits for others stops the clocks; what is solved has kept its resolution, and what is opened again goes
on where it stood: the time for which it passed as solved is nobody's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from core.values import Value
from sla import clocks as clock_rules
from sla.clocks import ENDED, Clock
from sla.hours import Hours
from sla.model import OVER, Category, Metric, Policy, Priority, Targets

Clocks = tuple[Clock, ...]


class Promise(Value):
    """What holds for a subject: its policy, and the hours that it counts by; no policy promises nothing."""

    policy: Policy | None = None
    hours: Hours | None = None

    def targets(self, priority: Priority) -> Targets:
        return Targets() if self.policy is None else self.policy.targets.get(priority, Targets())

    def is_pausing(self, category: Category) -> bool:
        return self.policy is not None and category in self.policy.pauses_on

    def begin(self, metric: Metric, number: int, minutes: int, now: datetime) -> Clock:
        warn_percent = 75 if self.policy is None else self.policy.warn_percent
        return clock_rules.begin(metric, number, minutes, warn_percent, self.hours, now)


def opened(promise: Promise, priority: Priority, category: Category, now: datetime) -> Clocks:
    """Start what is promised to something new."""
    targets = promise.targets(priority)
    wanted: tuple[Metric, ...] = ("first_response", "resolution")
    begun = tuple(
        promise.begin(metric, 1, minutes, now) for metric in wanted if (minutes := getattr(targets, metric)) is not None
    )
    return moved(begun, promise, category, now)


def answered(clocks: Clocks, now: datetime) -> Clocks:
    """We answered: nobody waits for the first answer, or the next."""
    return _each(clocks, lambda each: each if each.metric == "resolution" else clock_rules.end(each, "met", now))


def asked(clocks: Clocks, promise: Promise, priority: Priority, now: datetime) -> Clocks:
    """The customer wrote: the next answer is awaited from now, unless one is awaited already."""
    minutes = promise.targets(priority).next_response
    if minutes is None or any(each.metric != "resolution" and each.state not in ENDED for each in clocks):
        return clocks
    number = sum(each.metric == "next_response" for each in clocks) + 1
    return (*clocks, promise.begin("next_response", number, minutes, now))


def moved(clocks: Clocks, promise: Promise, category: Category, now: datetime) -> Clocks:
    """It is in another status."""
    if category in OVER:
        return _each(
            clocks, lambda each: clock_rules.end(each, "met" if each.metric == "resolution" else "dropped", now)
        )
    clocks = _each(clocks, lambda each: clock_rules.again(each, promise.hours, now) if _is_kept(each) else each)
    step = clock_rules.pause if promise.is_pausing(category) else clock_rules.go_on
    return _each(clocks, lambda each: step(each, promise.hours, now))


class Known(Value):
    """Where a subject stands when something else is promised to it."""

    priority: Priority
    category: Category
    opened_at: datetime
    is_answered: bool


def refitted(clocks: Clocks, promise: Promise, known: Known, now: datetime) -> Clocks:
    """Something else is promised: what runs is counted anew from its beginning, what is new from the opening.

    A first answer that was given stays given. What is promised no more is dropped, and goes on when it is again.
    """
    targets = promise.targets(known.priority)
    warn_percent = 75 if promise.policy is None else promise.policy.warn_percent

    def refit(clock: Clock) -> Clock:
        minutes = getattr(targets, clock.metric)
        if minutes is None:
            return clock_rules.end(clock, "dropped", now)
        if clock.state == "dropped" and clock.metric == "resolution" and known.category not in OVER:
            clock = clock_rules.again(clock, promise.hours, now)
        return clock_rules.retarget(clock, minutes, warn_percent, promise.hours, now)

    kept = _each(clocks, refit)
    if known.category in OVER:
        return kept
    has = {each.metric for each in kept}
    wanted: tuple[Metric, ...] = ("resolution",) if known.is_answered else ("first_response", "resolution")
    added = tuple(
        promise.begin(metric, 1, minutes, known.opened_at)
        for metric in wanted
        if metric not in has and (minutes := getattr(targets, metric)) is not None
    )
    return moved((*kept, *added), promise, known.category, now)


def rung(clocks: Clocks, now: datetime) -> Clocks:
    """Mark what is near and what is late by now."""
    return _each(clocks, lambda each: clock_rules.ring(each, now))


def _is_kept(clock: Clock) -> bool:
    return clock.metric == "resolution" and clock.state == "met"


def _each(clocks: Sequence[Clock], change: Callable[[Clock], Clock]) -> Clocks:
    return tuple(change(each) for each in clocks)
