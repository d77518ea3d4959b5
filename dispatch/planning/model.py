"""What is planned: visits, technicians, the way between places, and the plan itself.

All times are whole seconds on one axis whose zero the caller chooses (midnight of the first day); costs are whole
numbers too, so that a plan costs the same wherever it is computed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import NamedTuple, NewType
from uuid import UUID

from core.errors import Invalid
from routing.model import SkillId

VisitId = NewType("VisitId", UUID)
TechnicianId = NewType("TechnicianId", UUID)
TerritoryId = NewType("TerritoryId", UUID)

HOUR = 3600
NO_WAY = 10**8
"""Seconds (or metres) between two places that no road joins."""


class Priority(IntEnum):
    LOW = 0
    NORMAL = 1
    HIGH = 2
    URGENT = 3


class Window(NamedTuple):
    """A stretch of time; of a visit, when its work may begin: both ends belong to it."""

    start: int
    end: int


class TourId(NamedTuple):
    """One technician on one day, counted from the first day of the plan."""

    technician: TechnicianId
    day: int


class Break(NamedTuple):
    """A rest that begins within its bounds, on the road or at a door but never in the middle of a visit.

    Who is back before `latest` has not been out for it and need not take it.
    """

    earliest: int
    latest: int
    seconds: int


@dataclass(frozen=True)
class Shift:
    """A day of a technician: where it begins and ends. Without an end place it ends with the last visit."""

    day: int
    start: int
    end: int
    begins_at: int
    ends_at: int | None = None
    breaks: tuple[Break, ...] = ()
    loaded: int = 0
    """How much of the van is taken by visits that are not part of the problem any more."""


@dataclass(frozen=True)
class Technician:
    id: TechnicianId
    shifts: tuple[Shift, ...]
    skills: Mapping[SkillId, int] = field(default_factory=dict)
    territories: frozenset[TerritoryId] = frozenset()
    """Where he works; empty is everywhere."""
    capacity: int | None = None
    """How much of what visits bring along (`Visit.load`) a day's van takes."""


@dataclass(frozen=True)
class Lock:
    """What a dispatcher has decided, or a customer was told: who comes, when the work begins, or both."""

    technician: TechnicianId | None = None
    start: int | None = None


@dataclass(frozen=True)
class Visit:
    """Work at a customer's place. `place` is its row in the table of ways; no windows is any time."""

    id: VisitId
    place: int
    seconds: int
    skills: Mapping[SkillId, int] = field(default_factory=dict)
    windows: tuple[Window, ...] = ()
    promised: Window | None = None
    priority: Priority = Priority.NORMAL
    extra_prize: int = 0
    """What lateness adds to the prize of the priority: a service that was due last week is worth a longer way."""
    lock: Lock = Lock()
    territory: TerritoryId | None = None
    load: int = 0
    is_required: bool = False
    """A plan without it is illegal; everything else may be left out for its prize."""


@dataclass(frozen=True)
class Table:
    """The ways between all places: seconds and metres from row to column, who says so, and how sure it is."""

    seconds: Sequence[Sequence[int]]
    metres: Sequence[Sequence[int]]
    source: str
    spread: float = 0.25
    """By which part a real drive is shorter or longer than said."""


@dataclass(frozen=True)
class Weights:
    """What is saved: seconds on the road, kilometres, and what a visit that is not made costs."""

    second: int = 1
    kilometre: int = 0
    prizes: Mapping[Priority, int] = field(
        default_factory=lambda: {
            Priority.LOW: 2 * HOUR,
            Priority.NORMAL: 6 * HOUR,
            Priority.HIGH: 24 * HOUR,
            Priority.URGENT: 100 * HOUR,
        }
    )


@dataclass(frozen=True)
class Plan:
    """Who goes where in which order. Times follow from the order; what is left out is named, not forgotten."""

    tours: Mapping[TourId, tuple[VisitId, ...]]
    left_out: frozenset[VisitId] = frozenset()

    def place_of(self) -> dict[VisitId, TourId]:
        return {visit: tour for tour, visits in self.tours.items() for visit in visits}


@dataclass(frozen=True)
class Keep:
    """What people have been told already, and how much of it may change.

    Visits that begin before `frozen_until` in `plan` stay the beginning of their tour; of the others at most `moves`
    may change their technician or day or be left out (None: as many as it takes).
    """

    plan: Plan
    frozen_until: int | None = None
    moves: int | None = None


@dataclass(frozen=True)
class Problem:
    technicians: tuple[Technician, ...]
    visits: tuple[Visit, ...]
    table: Table
    weights: Weights = Weights()
    keep: Keep | None = None


class BadProblem(Invalid):
    """The facts about a technician or the table contradict themselves."""


class Rule(StrEnum):
    """What a plan can break. The number beside it counts seconds unless said otherwise."""

    UNKNOWN = "unknown"  # a visit or a tour that the problem does not have
    TWICE = "twice"  # how often too much
    FORGOTTEN = "forgotten"  # neither planned nor left out
    LEFT_OUT = "left_out"  # required, locked or frozen, and left out
    SKILL = "skill"  # levels that are missing
    TERRITORY = "territory"
    TECHNICIAN = "technician"  # locked to somebody else
    START = "start"  # begins that much beside the locked time
    WINDOW = "window"  # begins that much beside every window
    PROMISE = "promise"  # begins that much beside what was promised
    SHIFT = "shift"  # ends that much after the shift
    BREAK = "break"  # begins that much too late, or was missed by that much
    CAPACITY = "capacity"  # more than the van takes, in its units
    NO_WAY = "no_way"  # no road leads there
    FROZEN = "frozen"  # moved although it begins soon
    MOVES = "moves"  # visits moved more than may be
    PRICE = "price"  # why a visit is left out: the way there costs that much more than it is worth


class Broken(NamedTuple):
    """One broken rule: where, which, and by how much."""

    rule: Rule
    by: int
    visit: VisitId | None = None
    tour: TourId | None = None


class Eta(NamedTuple):
    """When somebody arrives, as far as that can be known; `earliest` and `latest` follow the table's spread."""

    at: int
    earliest: int
    latest: int
    source: str


class Stop(NamedTuple):
    """A visit in its tour: he arrives, work begins (perhaps after a wait or a break), work ends."""

    visit: VisitId
    arrives: int
    starts: int
    ends: int
    eta: Eta


@dataclass(frozen=True)
class Timetable:
    """A tour by the clock, everything as early as its order allows."""

    tour: TourId
    stops: tuple[Stop, ...]
    breaks: tuple[Window, ...]
    ends: int
    travel_seconds: int
    travel_metres: int


@dataclass(frozen=True)
class Verdict:
    """What the judge says: every broken rule, the cost, and the timetable of every tour."""

    broken: tuple[Broken, ...]
    cost: int
    travel_seconds: int
    travel_metres: int
    prizes_lost: int
    timetables: Mapping[TourId, Timetable]

    @property
    def is_legal(self) -> bool:
        return not self.broken


@dataclass(frozen=True)
class Refusal:
    """A visit that is in no plan, and why."""

    visit: VisitId
    rule: Rule
    why: str
