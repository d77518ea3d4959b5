"""A day read for the planner: outside of any transaction, for a router on the network may be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from access.model import Permission
from access.people import People
from core.actor import SYSTEM, Actor
from core.clock import Clock
from core.errors import Invalid
from core.ids import BranchId, StaffId
from dispatch import store
from dispatch.inputs import Facts, Gathered, Rules, Span, gathered
from dispatch.model import VisitRow
from dispatch.planning.model import Keep, Problem
from dispatch.roads import Roads
from dispatch.store import sql
from geo.fences import Fences
from geo.model import TechnicianView
from geo.technicians import Technicians
from organisation.service import Organisation
from storage.database import Database

_VISITS_MOST = 2_000
_PLACES_MOST = 800


@dataclass(frozen=True)
class Ready:
    """What the planner is asked, with what it was made of."""

    facts: Facts
    gathered: Gathered
    problem: Problem

    def with_cap(self, moves: int | None) -> Problem:
        return replace(self.problem, keep=Keep(self.gathered.plan, None, moves))

    def of_given(self) -> Ready:
        """Return the same with nothing but what somebody has: who rethinks a day does not fill it."""
        given = self.gathered.plan.place_of()
        visits = [visit for visit in self.gathered.visits if visit.id in given]
        rows = {key: row for key, row in self.gathered.rows.items() if key in given}
        made = replace(self.gathered, visits=visits, rows=rows, notes=[])
        return replace(self, gathered=made, problem=replace(self.problem, visits=tuple(visits)))


class Reading:
    def __init__(
        self,
        ground: tuple[Database, Clock],
        people: People,
        technicians: Technicians,
        roads: Roads,
        organisation: Organisation,
    ) -> None:
        self._db, self._clock = ground
        self._people, self._technicians, self._roads, self._organisation = people, technicians, roads, organisation
        self._fences = Fences(self._db)

    def now(self) -> datetime:
        return self._clock()

    async def span(self, day: date, days: int = 1) -> Span:
        return Span(day, days, ZoneInfo(await self._organisation.time_zone()))

    async def facts(self, actor: Actor, span: Span, branch_id: BranchId | None) -> Facts:
        """Read the visits of a span, all that could be planned in it, and who works."""
        if branch_id is None and actor.branches is not None:
            raise Invalid("Say which branch.", field="branch_id")
        branches = None if branch_id is None else [branch_id]
        technicians = await self._workers(branches)
        rows = await self._db.rows(
            sql.list_of_days,
            begins_at=span.begins_at,
            ends_at=span.ends_at,
            branches=None,
            technician_id=None,
            most=_VISITS_MOST,
        )
        here = {each.id for each in technicians}
        visits = [row for row in map(store.visit_row, rows) if _concerns(row, branch_id, here)]
        return Facts(span, visits, technicians, await self._territories(), self._clock())

    async def ready(self, facts: Facts, rules: Rules) -> Ready:
        """Make the problem, with the ways between all of its places. Raises Invalid when there are too many."""
        made = gathered(facts, rules)
        if len(made.places) > _PLACES_MOST:
            raise Invalid(f"{len(made.places)} places are too many for one plan; plan fewer days, or one branch.")
        at = max(facts.now, facts.span.begins_at)
        table = await self._roads.table(made.places, at)
        return Ready(facts, made, Problem(tuple(made.technicians), tuple(made.visits), table))

    async def _workers(self, branches: Sequence[BranchId] | None) -> list[TechnicianView]:
        found = await self._technicians.all(None if branches is None else list(branches))
        actors = await self._people.actors(self._db, [each.id for each in found])
        return [each for each in found if each.id in actors and actors[each.id].may(Permission.VISIT_WORK)]

    async def _territories(self) -> dict[str, UUID]:
        return {each.name.casefold(): each.id for each in await self._fences.all(SYSTEM) if each.is_territory}


def _concerns(row: VisitRow, branch_id: BranchId | None, here: set[StaffId]) -> bool:
    """Tell whether it is this branch's, or is on the day of somebody who is asked."""
    return branch_id is None or row.branch_id in (None, branch_id) or row.technician_id in here
