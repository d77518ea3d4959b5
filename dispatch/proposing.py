"""A plan that the planner made, in the words of people: stops by the clock, what changes, what is not in it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from core.ids import StaffId
from dispatch.figures import planned, standing
from dispatch.inputs import overlapping
from dispatch.model import OVER, VisitRow
from dispatch.planning.judge import judge
from dispatch.planning.planner import Proposal
from dispatch.reading import Ready
from dispatch.run_model import RunChange, RunCost, RunNote, RunPlan, RunStop


def proposed(ready: Ready, made: Proposal, absent: frozenset[StaffId]) -> tuple[RunPlan, RunCost, list[RunNote]]:
    """Return what is shown and kept of a proposal."""
    rows = ready.gathered.rows
    notes = list(ready.gathered.notes)
    for refusal in made.refused:
        row = rows.get(refusal.visit)
        number, subject = (row.number, row.subject) if row else ("", "")
        said = {"number": number, "subject": subject, "rule": refusal.rule.value, "why": refusal.why}
        notes.append(RunNote(visit_id=refusal.visit, **said))
    stops, pushed = _clear(ready, list(_stops(ready, made)))
    notes += pushed
    changes = list(_changes(rows, stops, absent))
    before = judge(ready.problem, ready.gathered.plan)
    cost = RunCost(
        before_seconds=before.travel_seconds,
        before_metres=before.travel_metres,
        after_seconds=made.verdict.travel_seconds,
        after_metres=made.verdict.travel_metres,
        cost=made.verdict.cost,
        stands=standing(ready),
        planned=planned(ready, stops),
    )
    plan = RunPlan(
        stops=stops,
        changes=changes,
        engine=made.engine,
        source=ready.problem.table.source,
        messages=list(made.notes),
    )
    return plan, cost, notes


def _stops(ready: Ready, made: Proposal) -> Iterator[RunStop]:
    span, known = ready.facts.span, ready.gathered.rows
    for key, table in made.verdict.timetables.items():
        for stop in table.stops:
            row = known.get(stop.visit)
            starts = span.moment(stop.starts)
            # A time that was told and fits stays as it is, to the second.
            if row is not None and row.planned_at is not None and span.second(row.planned_at) == stop.starts:
                starts = row.planned_at
            yield RunStop(
                visit_id=stop.visit,
                technician_id=StaffId(key.technician),
                starts_at=starts,
                ends_at=starts + timedelta(seconds=stop.ends - stop.starts),
                earliest_at=span.exact(stop.eta.earliest),
                latest_at=span.exact(stop.eta.latest),
            )


def _clear(ready: Ready, stops: list[RunStop]) -> tuple[list[RunStop], list[RunNote]]:
    """Take out what would begin where somebody has a visit that the planner could not touch."""
    planned = {stop.visit_id for stop in stops}
    stay = [row for row in ready.facts.visits if row.id not in planned and row.state not in OVER]
    kept, notes = [], []
    for stop in stops:
        other = overlapping(stay, stop.technician_id, stop.starts_at, stop.ends_at)
        row = ready.gathered.rows.get(stop.visit_id)
        if other is None or (row is not None and _is_as_it_was(row, stop)):
            kept.append(stop)
        elif row is not None:
            why = f"{other.number} is there at that time and stays"
            notes.append(RunNote(visit_id=row.id, number=row.number, subject=row.subject, rule="start", why=why))
    return kept, notes


def _is_as_it_was(row: VisitRow, stop: RunStop) -> bool:
    return (row.technician_id, row.planned_at) == (stop.technician_id, stop.starts_at)


def _changes(rows: dict[UUID, VisitRow], stops: list[RunStop], absent: frozenset[StaffId]) -> Iterator[RunChange]:
    after = {stop.visit_id: stop for stop in stops}
    for row in rows.values():
        stop = after.get(row.id)
        if stop is None and row.technician_id not in absent:
            continue
        to = (None, None) if stop is None else (stop.technician_id, stop.starts_at)
        if to != (row.technician_id, row.planned_at):
            yield RunChange(
                visit_id=row.id,
                number=row.number,
                subject=row.subject,
                before_id=row.technician_id,
                before_at=row.planned_at,
                after_id=to[0],
                after_at=to[1],
            )
