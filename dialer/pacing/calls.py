"""What is known of each call, so that the same facts in any order are the same knowledge.

A call is a set of facts, each with its earliest time. Facts are only ever added, and all figures follow from the set:
so neither order nor repetition can matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import NamedTuple

from dialer.pacing.model import Fact

_ANSWERED = int(Fact.HUMAN | Fact.CONNECTED | Fact.ABANDONED)
_OVER = int(Fact.CONNECTED | Fact.ABANDONED | Fact.FAILED)
_UNANSWERED = int(Fact.MACHINE | Fact.FAILED)
_AT_CARRIER = int(Fact.ACCEPTED | Fact.RINGING)
_HUMAN, _MACHINE = int(Fact.HUMAN), int(Fact.MACHINE)
_DIALLED, _REFUSED, _ABANDONED = int(Fact.DIALLED), int(Fact.REFUSED), int(Fact.ABANDONED)
_KNOWN_FACTS = tuple(int(fact) for fact in Fact)
_SETS_OF_FACTS = range(1 << len(_KNOWN_FACTS))


class Stage(IntEnum):
    """Where a call is: open calls may still be answered, waiting ones were, by a person whom nobody talks to yet."""

    STRANGE = 0
    OPEN = 1
    WAITING = 2
    OVER = 3


class Share(NamedTuple):
    """What a call adds to the figures. `is_answered` is None while that is not known."""

    is_answered: bool | None = None
    is_abandoned: bool = False
    at: float = 0.0
    after_seconds: float = 0.0


NOTHING = Share()


def _stage(known: int) -> Stage:
    if not known & _DIALLED:
        return Stage.STRANGE
    if known & _OVER:
        return Stage.OVER
    if known & _HUMAN:
        return Stage.WAITING
    if known & _MACHINE or (known & _REFUSED and not known & _AT_CARRIER):
        return Stage.OVER
    return Stage.OPEN


def _telling(known: int) -> int:
    """Return the facts of which the earliest is the answer, or the end without one."""
    if not known & _DIALLED:
        return 0
    return known & _ANSWERED or known & _UNANSWERED


# By the set of facts, since each news of each call asks for both.
_STAGES = tuple(map(_stage, _SETS_OF_FACTS))
_TELLING = tuple(map(_telling, _SETS_OF_FACTS))


class Call:
    """One call, by what is known of it. `dialled_at` is sense once that it was dialled is known."""

    __slots__ = ("dialled_at", "known", "latest", "period", "share", "stage", "times")

    def __init__(self) -> None:
        self.known = 0
        self.times: dict[int, float] = {}
        self.stage = Stage.STRANGE
        self.share = NOTHING
        self.period = 0
        self.dialled_at = 0.0
        self.latest = float("-inf")

    def learn(self, fact: int, at: float) -> bool:
        """Add a fact; False when it says nothing new. The earliest of several times holds."""
        times = self.times
        is_known = self.known & fact
        if is_known and times[fact] <= at:
            return False
        self.known = known = self.known | fact
        times[fact] = at
        # Where an earlier time takes the place of a later one, that may have been the latest.
        if is_known:
            self.latest = max(times.values())
        elif at > self.latest:
            self.latest = at
        if fact == _DIALLED:
            self.dialled_at = at
        self.stage = _STAGES[known]
        telling = _TELLING[known]
        if fact & (telling | _DIALLED):
            self.share = self._share(telling) if telling else NOTHING
        return True

    @property
    def is_accepted(self) -> bool:
        """The carrier took it, or whatever became of it shows that it did."""
        return self.known & ~(_DIALLED | _REFUSED) != 0

    def snapshot(self) -> list[list[float]]:
        return [[fact, at] for fact, at in sorted(self.times.items())]

    def _share(self, telling: int) -> Share:
        """Return what it adds: the time from dialling to the answer, or to its end without one."""
        times = self.times
        at = times[telling] if telling in times else min([at for fact, at in times.items() if fact & telling])
        is_answered, is_abandoned = self.known & _ANSWERED != 0, self.known & _ABANDONED != 0
        return Share(is_answered, is_abandoned, at, max(0.0, at - self.dialled_at))


def restored(facts: Mapping[int, float]) -> Call:
    call = Call()
    for fact in _KNOWN_FACTS:
        if fact in facts:
            call.learn(fact, facts[fact])
    return call
