"""What a visit costs before it is given, in each technician's day and moving nobody; and a day with its risks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import UUID

from access.model import Permission
from core.actor import Actor
from core.ids import BranchId, StaffId
from dispatch import store
from dispatch.figures import driven, risks, starts_now
from dispatch.inputs import Rules, working_spans
from dispatch.planning.model import Lock, Stop, TechnicianId, TourId
from dispatch.planning.same_day import TIMED_MOST, Candidate, Today
from dispatch.reading import Reading, Ready
from dispatch.run_model import DayBoard, DayTechnician, Offer, PriceQuestion, WorkingSpan
from storage.database import Database


class Pricing:
    """Reads; nothing here changes anything."""

    def __init__(self, db: Database, reading: Reading) -> None:
        self._db, self._reading = db, reading

    async def offers(self, actor: Actor, visit_id: UUID, asked: PriceQuestion) -> list[Offer]:
        """Say for every technician what the visit would cost on that day, cheapest first, or what is in the way."""
        row = store.visit_row(await store.get(self._db, visit_id))
        actor.must(Permission.VISIT_DISPATCH, row.branch_id)
        span = await self._reading.span(await self._day(asked))
        branch_id = row.branch_id or _only(actor)
        facts = await self._reading.facts(actor, span, branch_id)
        if all(each.id != visit_id for each in facts.visits):
            # It is on another day now, and is asked about as if it were not.
            free = row.model_copy(update={"technician_id": None, "planned_at": None, "state": "planned"})
            facts = replace(facts, visits=[*facts.visits, free])
        ready = await self._reading.ready(facts, Rules(is_as_planned=True, free=visit_id))
        names = {each.id: each.name for each in facts.technicians}
        found = _offers(ready, visit_id, asked, names)
        return [each for each in found if asked.technician_id in (None, each.technician_id)]

    async def day(self, actor: Actor, day: date, branch_id: BranchId | None) -> DayBoard:
        """Return a day: who works when, what is planned and what is not, and what may begin too late."""
        actor.must(Permission.VISIT_READ, branch_id)
        span = await self._reading.span(day)
        facts = await self._reading.facts(actor, span, branch_id or _only(actor))
        ready = await self._reading.ready(facts, Rules(is_as_planned=True))
        starts = starts_now(ready)
        tables = driven(ready, ready.gathered.plan, starts)
        stops = [stop for table in tables.values() for stop in table.stops]
        technicians = [
            DayTechnician(
                id=each.id,
                name=each.name,
                branch_id=each.branch_id,
                spans=[WorkingSpan(begins_at=first, ends_at=last) for first, last in working_spans(span, each, 0)],
            )
            for each in facts.technicians
        ]
        return DayBoard(
            begins_at=span.begins_at,
            ends_at=span.ends_at,
            zone=str(span.zone),
            technicians=technicians,
            visits=[row for row in facts.visits if actor.sees(row.branch_id)],
            risks=list(risks(ready, stops, starts)),
            source=ready.problem.table.source,
        )

    async def _day(self, asked: PriceQuestion) -> date:
        if asked.day is not None and asked.planned_at is None:
            return asked.day
        at = asked.planned_at or self._reading.now()
        return at.astimezone((await self._reading.span(at.date())).zone).date()


def _only(actor: Actor) -> BranchId | None:
    """Return the one branch that somebody has."""
    return next(iter(actor.branches)) if actor.branches is not None and len(actor.branches) == 1 else None


def _offers(ready: Ready, visit_id: UUID, asked: PriceQuestion, names: dict[StaffId, str]) -> Iterator[Offer]:
    visit = next((visit for visit in ready.problem.visits if visit.id == visit_id), None)
    if visit is None:
        note = next((note for note in ready.gathered.notes if note.visit_id == visit_id), None)
        rule = note.rule if note else "window"
        yield from (Offer(technician_id=who, name=name, rule=rule, by=0) for who, name in names.items())
        return
    problem = ready.problem
    if asked.planned_at is not None:
        timed = replace(visit, lock=Lock(None, ready.facts.span.second(asked.planned_at)))
        problem = replace(problem, visits=tuple(timed if each is visit else each for each in problem.visits))
    today = Today(problem, ready.gathered.plan)
    only = None if asked.technician_id is None else TechnicianId(asked.technician_id)
    found = today.offers(visit.id, only)
    for number, candidate in enumerate(found.candidates):
        is_timed = number < TIMED_MOST or candidate.tour.technician == asked.technician_id
        yield _possible(ready, candidate, today.stop(visit.id, candidate) if is_timed else None, names)
    for fault in found.others:
        if fault.tour is not None:
            who = StaffId(fault.tour.technician)
            yield Offer(technician_id=who, name=names[who], rule=fault.rule.value, by=fault.by)
    for who in sorted(names.keys() - {StaffId(tour.technician) for tour in _tours(ready)}):
        yield Offer(technician_id=who, name=names[who], rule="shift", by=0)


def _tours(ready: Ready) -> Iterator[TourId]:
    for technician in ready.problem.technicians:
        for shift in technician.shifts:
            yield TourId(TechnicianId(technician.id), shift.day)


def _possible(ready: Ready, candidate: Candidate, stop: Stop | None, names: dict[StaffId, str]) -> Offer:
    who, span = StaffId(candidate.tour.technician), ready.facts.span
    return Offer(
        technician_id=who,
        name=names[who],
        starts_at=None if stop is None else span.moment(stop.starts),
        earliest_at=None if stop is None else span.exact(stop.eta.earliest),
        latest_at=None if stop is None else span.exact(stop.eta.latest),
        extra_seconds=candidate.extra_seconds,
        extra_metres=candidate.extra_metres,
    )
