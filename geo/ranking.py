"""Who could go there: fit technicians in the order in which they would be there, and why. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from core.place import Place
from core.values import Value
from geo.travel import Estimate

# What another territory, an old position or a level to spare are worth, in seconds on the road.
_FOREIGN_SECONDS = 900.0
_SPARE_LEVEL_SECONDS = 20.0
_OLD_SECONDS = 900.0
_PER_VISIT_SECONDS = 300.0

ReasonKind = Literal[
    "travel", "skills", "load", "shift", "shift_later", "off_shift", "territory", "other_territory", "old_position",
    "from_home", "no_place", "lacks_skill",
]  # fmt: skip


class Load(Value):
    """What somebody has before them: visits to come, and when they will be free."""

    visits: int = 0
    free_in_seconds: float = 0.0


NO_LOAD = Load()


class Reason(Value):
    """One thing that counted: seconds that it adds (below zero: takes away), and its figure where it has one."""

    kind: ReasonKind
    seconds: float = 0.0
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a technician."""

    id: UUID
    name: str
    place: Place | None
    position_at: datetime | None
    is_home: bool
    skills: Mapping[UUID, int]
    is_on_shift: bool
    # Seconds until the shift begins; None: it is on, or none is in sight.
    shift_in_seconds: float | None
    is_in_territory: bool | None
    load: Load = NO_LOAD


class Ranked(Value):
    """Somebody who could go. `score_seconds`: about when they would be there, and what speaks for or against."""

    technician_id: UUID
    name: str
    place: Place | None
    position_at: datetime | None
    estimate: Estimate | None
    score_seconds: float | None
    is_fit: bool
    reasons: list[Reason]


def rank(
    candidates: Sequence[Candidate], estimates: Mapping[UUID, Estimate], needs: Mapping[UUID, int], now: datetime
) -> list[Ranked]:
    """Order candidates: who is fit first, by seconds; who is not last, with what is missing."""
    found = [_ranked(each, estimates.get(each.id), needs, now) for each in candidates]
    return sorted(found, key=lambda each: (not each.is_fit, each.score_seconds or 0.0, each.name))


def _ranked(each: Candidate, estimate: Estimate | None, needs: Mapping[UUID, int], now: datetime) -> Ranked:
    reasons = [*_way(each, estimate, now), *_shift(each), *_skills(each, needs), *_work(each), *_territory(each)]
    is_fit = not {"lacks_skill", "off_shift", "no_place"} & {reason.kind for reason in reasons}
    return Ranked(
        technician_id=each.id,
        name=each.name,
        place=each.place,
        position_at=each.position_at,
        estimate=estimate,
        score_seconds=sum(reason.seconds for reason in reasons) if is_fit else None,
        is_fit=is_fit,
        reasons=reasons,
    )


def _way(each: Candidate, estimate: Estimate | None, now: datetime) -> list[Reason]:
    if estimate is None:
        return [Reason(kind="no_place")]
    reasons = [Reason(kind="travel", seconds=estimate.seconds, value=estimate.metres)]
    if each.is_home:
        reasons.append(Reason(kind="from_home"))
    elif each.position_at is not None:
        age = (now - each.position_at).total_seconds()
        if age > _OLD_SECONDS:
            reasons.append(Reason(kind="old_position", seconds=min(age / 10, _OLD_SECONDS), value=age))
    return reasons


def _shift(each: Candidate) -> list[Reason]:
    if each.is_on_shift:
        return [Reason(kind="shift")]
    if each.shift_in_seconds is None:
        return [Reason(kind="off_shift")]
    return [Reason(kind="shift_later", seconds=each.shift_in_seconds, value=each.shift_in_seconds)]


def _skills(each: Candidate, needs: Mapping[UUID, int]) -> list[Reason]:
    if not needs:
        return []
    spare = [each.skills.get(skill, 0) - level for skill, level in needs.items()]
    if min(spare) < 0:
        return [Reason(kind="lacks_skill", value=float(sum(1 for over in spare if over < 0)))]
    return [Reason(kind="skills", seconds=-_SPARE_LEVEL_SECONDS * min(sum(spare), 10), value=float(sum(spare)))]


def _work(each: Candidate) -> list[Reason]:
    load = each.load
    if not load.visits and not load.free_in_seconds:
        return []
    return [Reason(kind="load", seconds=load.free_in_seconds + _PER_VISIT_SECONDS * load.visits, value=load.visits)]


def _territory(each: Candidate) -> list[Reason]:
    if each.is_in_territory is None:
        return []
    if each.is_in_territory:
        return [Reason(kind="territory")]
    return [Reason(kind="other_territory", seconds=_FOREIGN_SECONDS)]
