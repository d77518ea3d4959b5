"""One promise and the time that it has left. Pure: what happened and when in, the clock as it is then out.

A clock keeps when it ran, not how much is left: with another calendar or another target all that has passed is counted
anew, and nothing that was pending counts.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from core.values import Value
from sla.hours import Hours
from sla.model import ClockState, Metric
from sla.working import after, spent

Run = tuple[datetime, datetime | None]
ENDED: frozenset[ClockState] = frozenset({"met", "dropped"})


class Clock(Value):
    """`due_at` is empty while it is stopped in time, and when that much business time never comes."""

    metric: Metric
    round: int
    state: ClockState
    target_minutes: int
    warn_percent: int
    runs: tuple[Run, ...]
    due_at: datetime | None = None
    warn_at: datetime | None = None
    warned_at: datetime | None = None
    breached_at: datetime | None = None
    ended_at: datetime | None = None


def begin(metric: Metric, number: int, minutes: int, warn_percent: int, hours: Hours | None, now: datetime) -> Clock:
    """Start a clock."""
    runs: tuple[Run, ...] = ((now, None),)
    clock = Clock(
        metric=metric, round=number, state="running", target_minutes=minutes, warn_percent=warn_percent, runs=runs
    )
    return timed(clock, hours, now)


def elapsed(clock: Clock, hours: Hours | None, now: datetime) -> timedelta:
    """Return the business time for which it has run until now."""
    return sum((spent(hours, start, end or now) for start, end in clock.runs), timedelta())


def moment(clock: Clock, hours: Hours | None, amount: timedelta) -> datetime | None:
    """Return when it will have run, or had run, for so much business time; None when it does not run so far."""
    for start, stop in clock.runs:
        found = after(hours, start, amount)
        if stop is None or (found is not None and found <= stop):
            return found
        amount -= spent(hours, start, stop)
    return None


def timed(clock: Clock, hours: Hours | None, now: datetime) -> Clock:
    """Return it with the moments at which it is near and due, by these hours and its target.

    What was late by the old promise and is not by this one is not late any more; what has ended is left alone.
    """
    if clock.state in ENDED:
        return clock
    target = timedelta(minutes=clock.target_minutes)
    due_at, warn_at = moment(clock, hours, target), moment(clock, hours, target * clock.warn_percent / 100)
    return _with(
        clock,
        due_at=due_at,
        warn_at=warn_at,
        breached_at=due_at if clock.breached_at and due_at and due_at <= now else None,
        warned_at=clock.warned_at if warn_at and warn_at <= now else None,
    )


def pause(clock: Clock, hours: Hours | None, now: datetime) -> Clock:
    """Stop it for a while: it is not our turn."""
    if clock.state != "running":
        return clock
    return timed(_with(clock, state="paused", runs=_stopped(clock, now)), hours, now)


def go_on(clock: Clock, hours: Hours | None, now: datetime) -> Clock:
    """Let a clock that was stopped run on."""
    if clock.state != "paused":
        return clock
    return timed(_with(clock, state="running", runs=(*clock.runs, (now, None))), hours, now)


def end(clock: Clock, state: ClockState, now: datetime) -> Clock:
    """End it: what was promised is done, or is asked no more. Late by a moment is late."""
    if clock.state in ENDED:
        return clock
    is_late = clock.state == "running" and state == "met" and clock.due_at is not None and now > clock.due_at
    late = clock.breached_at or (clock.due_at if is_late else None)
    return _with(clock, state=state, runs=_stopped(clock, now), breached_at=late, ended_at=now)


def again(clock: Clock, hours: Hours | None, now: datetime) -> Clock:
    """Go on with a clock that had ended: what was promised was not done after all."""
    if clock.state not in ENDED:
        return clock
    return timed(_with(clock, state="running", runs=(*clock.runs, (now, None)), ended_at=None), hours, now)


def retarget(clock: Clock, minutes: int, warn_percent: int, hours: Hours | None, now: datetime) -> Clock:
    """Promise something else from the beginning on."""
    return timed(_with(clock, target_minutes=minutes, warn_percent=warn_percent), hours, now)


def ring(clock: Clock, now: datetime) -> Clock:
    """Mark what has come by now: that it is near, that it is late."""
    if clock.state != "running":
        return clock
    is_near = clock.warn_at is not None and clock.warn_at <= now
    is_late = clock.due_at is not None and clock.due_at <= now
    return _with(
        clock,
        warned_at=clock.warned_at or (now if is_near else None),
        breached_at=clock.breached_at or (clock.due_at if is_late else None),
    )


def _stopped(clock: Clock, now: datetime) -> tuple[Run, ...]:
    return tuple((start, now if stop is None else stop) for start, stop in clock.runs)


def _with(clock: Clock, **change: object) -> Clock:
    return clock.model_copy(update=change)
