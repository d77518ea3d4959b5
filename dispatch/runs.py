"""Use-cases of plans: proposed, accepted in one transaction, refused, undone while nothing moved since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from access.model import Permission
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.ids import uuid7
from dispatch import run_store
from dispatch.inputs import Rules
from dispatch.planning.judge import judge
from dispatch.planning.model import Keep, Lock, Plan, Rule, TechnicianId, TourId, VisitId, Window
from dispatch.planning.planner import Proposal
from dispatch.planning.solver import Effort
from dispatch.planning.worker import Planners
from dispatch.proposing import proposed
from dispatch.reading import Reading, Ready
from dispatch.run_model import (
    Better,
    BetterRequest,
    RunChange,
    RunInputs,
    RunKind,
    RunRequest,
    RunState,
    RunTold,
    RunView,
)
from dispatch.store import sql
from dispatch.visits import Visits
from storage.database import Row, Tx

# Nobody sets out the moment that a plan is made: it is looked at and accepted first.
_LEAD = timedelta(minutes=10)
# So much later than proposed a visit may begin when the plan is accepted.
_DRIFT_SECONDS = 300
# Less driving than this is not worth a call to anybody.
_WORTH_TELLING = 60
_STALE = "Something changed since this was planned: {}. Plan anew."


class Runs:
    def __init__(self, visits: Visits, reading: Reading, planners: Planners, clock: Clock) -> None:
        self._visits, self._reading, self._planners, self._clock = visits, reading, planners, clock
        self._db = visits.db

    async def plan(self, actor: Actor, asked: RunRequest) -> RunView:
        """Plan days and keep what came of it as a proposal; no visit changes."""
        actor.must(Permission.VISIT_DISPATCH, asked.branch_id)
        if asked.extra and asked.kind != "what_if":
            raise Invalid("Only a question may have visits that nobody opened.", field="extra")
        span = await self._reading.span(asked.day, asked.days)
        facts = await self._reading.facts(actor, span, asked.branch_id)
        ready = await self._reading.ready(facts, self._rules(asked))
        effort = Effort(asked.seconds, asked.rounds, asked.seed)
        made = await self._planners.plan(ready.with_cap(asked.moves), effort)
        return await self._keep(actor, asked.kind, asked, ready, made)

    async def better(self, actor: Actor, asked: BetterRequest) -> Better:
        """Think over what is planned on a day: a proposal where less driving is worth telling, moving few."""
        actor.must(Permission.VISIT_DISPATCH, asked.branch_id)
        said = asked.model_dump(exclude={"rounds", "seconds"})
        request = RunRequest(**said, rounds=asked.rounds, seconds=asked.seconds)
        facts = await self._reading.facts(actor, await self._reading.span(asked.day), asked.branch_id)
        ready = (await self._reading.ready(facts, self._rules(request))).of_given()
        if not ready.problem.visits:
            return Better(run=None)
        keep = Keep(ready.gathered.plan, None, asked.moves)
        found = await self._planners.improvement(ready.problem, keep, seconds=asked.seconds, rounds=asked.rounds)
        if found is None or found.saved_seconds < _WORTH_TELLING:
            return Better(run=None)
        return Better(run=await self._keep(actor, "better", request, ready, found.proposal))

    async def _keep(self, actor: Actor, kind: RunKind, asked: RunRequest, ready: Ready, made: Proposal) -> RunView:
        """Keep what was planned, with all that tells later whether it still holds."""
        plan, cost, notes = proposed(ready, made, frozenset(asked.absent_ids))
        span = ready.facts.span
        inputs = RunInputs(
            asked=asked,
            versions={row.id: row.version for row in ready.gathered.rows.values()},
            assigned=sorted(_assigned(ready)),
        )
        run_id = uuid7()
        async with self._db.transaction(actor) as tx:
            await tx.run(
                sql.insert_run,
                id=run_id,
                kind=kind,
                branch_id=asked.branch_id,
                begins_at=span.begins_at,
                ends_at=span.ends_at,
                inputs=inputs.model_dump(mode="json"),
                plan=plan.model_dump(mode="json"),
                cost=cost.model_dump(mode="json"),
                notes=[note.model_dump(mode="json") for note in notes],
                seed=asked.seed,
                seconds=asked.seconds,
                made_by=actor.id,
                now=self._clock(),
            )
            self._tell(tx, run_id, "proposed", asked, len(plan.changes))
        return await self.show(actor, run_id)

    async def accept(self, actor: Actor, run_id: UUID) -> RunView:
        """Do what was proposed, all of it or nothing. Raises Conflict when it is not so any more, and says what."""
        view, inputs = await self._known(actor, run_id)
        if view.kind == "what_if":
            raise Conflict("This was only a question; plan the day to accept it.", constraint="kind")
        reason = "" if view.state != "proposed" else await self._changed(actor, view, inputs)
        if reason:
            await self._end(actor, run_id, inputs.asked, "stale")
            raise Conflict(_STALE.format(reason), constraint="stale")
        async with self._db.transaction(actor) as tx:
            await self._must_be(tx, run_id, "proposed")
            rows = {row["id"]: row for row in await tx.rows(sql.lock_visits, ids=sorted(inputs.versions))}
            moved = [
                key for key, version in inputs.versions.items() if key not in rows or rows[key]["version"] != version
            ]
            if moved:
                # Between the look and the lock: whoever asks again is told which, and the proposal becomes stale then.
                raise Conflict(_STALE.format("a visit"), constraint="stale")
            applied = await self._apply(tx, rows, view.plan.changes)
            await tx.run(
                sql.end_run,
                id=run_id,
                state="accepted",
                applied=applied,
                accepted_by=actor.id,
                accepted_at=self._clock(),
            )
            self._tell(tx, run_id, "accepted", inputs.asked, len(applied))
        return await self.show(actor, run_id)

    async def undo(self, actor: Actor, run_id: UUID) -> RunView:
        """Put everything back that an accepted plan moved. Raises Conflict when any of it changed since."""
        _, inputs = await self._known(actor, run_id)
        async with self._db.transaction(actor) as tx:
            row = await self._must_be(tx, run_id, "accepted")
            before = {UUID(key): run_store.Before.model_validate(each) for key, each in (row["applied"] or {}).items()}
            rows = {each["id"]: each for each in await tx.rows(sql.lock_visits, ids=sorted(before))}
            if any(key not in rows or rows[key]["version"] != each.version for key, each in before.items()):
                raise Conflict("Something of it changed since; it cannot be undone as a whole.", constraint="stale")
            for key, each in before.items():
                await self._visits.put_back(tx, rows[key], each.columns)
            for key in before:
                await self._visits.must_be_free(tx, key)
            await self._closed(tx, run_id, "undone")
            self._tell(tx, run_id, "undone", inputs.asked, len(before))
        return await self.show(actor, run_id)

    async def refuse(self, actor: Actor, run_id: UUID) -> RunView:
        """Say that a proposal is not wanted."""
        _, inputs = await self._known(actor, run_id)
        async with self._db.transaction(actor) as tx:
            await self._must_be(tx, run_id, "proposed")
            await self._closed(tx, run_id, "refused")
            self._tell(tx, run_id, "refused", inputs.asked, 0)
        return await self.show(actor, run_id)

    async def show(self, actor: Actor, run_id: UUID) -> RunView:
        return (await self._known(actor, run_id))[0]

    async def page(self, actor: Actor, before: UUID, most: int) -> list[RunView]:
        """Return what was proposed, the newest first; who has not all branches in scope sees those of their own."""
        actor.must(Permission.VISIT_DISPATCH)
        rows = await self._db.rows(sql.list_runs, branches=actor.branch_scope, before=before, most=most)
        return [run_store.view(row) for row in rows]

    # --- what they share

    def _rules(self, asked: RunRequest, *, lead: timedelta = _LEAD) -> Rules:
        freeze = timedelta(minutes=asked.freeze_minutes)
        return Rules(frozenset(asked.absent_ids), freeze, lead, asked.extra)

    async def _known(self, actor: Actor, run_id: UUID) -> tuple[RunView, RunInputs]:
        row = await self._db.row(sql.get_run, id=run_id)
        if row is None:
            raise NotFound("There is no such plan.")
        actor.must(Permission.VISIT_DISPATCH, row["branch_id"])
        if row["branch_id"] is None and actor.branches is not None:
            raise Forbidden("This plan is of all branches.")
        return run_store.view(row), RunInputs.model_validate(row["inputs"])

    async def _changed(self, actor: Actor, view: RunView, inputs: RunInputs) -> str:
        """Judge a proposal by what is so now; returns what is wrong with it, or nothing."""
        asked = inputs.asked
        span = await self._reading.span(asked.day, asked.days)
        facts = await self._reading.facts(actor, span, asked.branch_id)
        ready = await self._reading.ready(facts, self._rules(asked, lead=timedelta()))
        now = {row.id: row.version for row in facts.visits}
        changes = {each.visit_id: each for each in view.plan.changes}
        for visit_id, version in inputs.versions.items():
            if now.get(visit_id) != version:
                return changes[visit_id].number if visit_id in changes else "a visit"
            if visit_id in changes and visit_id in ready.gathered.frozen:
                return f"{changes[visit_id].number} begins soon"
        if not _assigned(ready) <= set(inputs.assigned):
            return "somebody was given another visit"
        return _illegal(ready, view)

    async def _apply(self, tx: Tx, rows: Mapping[UUID, Row], changes: list[RunChange]) -> dict[str, Any]:
        """Move every visit, and only then look whether anybody is at two places."""
        for each in changes:
            row = rows[each.visit_id]
            if each.after_id is None or each.after_at is None:
                await self._visits.free_in(tx, row)
            else:
                await self._visits.give_in(tx, row, each.after_id, each.after_at, is_locked=False)
        applied = {}
        for each in changes:
            version = await self._visits.must_be_free(tx, each.visit_id)
            applied[str(each.visit_id)] = run_store.before(rows[each.visit_id], version)
        return applied

    async def _must_be(self, tx: Tx, run_id: UUID, state: RunState) -> Row:
        row = await tx.row(sql.lock_run, id=run_id)
        if row is None:
            raise NotFound("There is no such plan.")
        if row["state"] != state:
            raise Conflict(f"This plan is {row['state']} already.", constraint="state")
        return row

    async def _closed(self, tx: Tx, run_id: UUID, state: RunState) -> None:
        await tx.run(sql.end_run, id=run_id, state=state, applied=None, accepted_by=None, accepted_at=None)

    async def _end(self, actor: Actor, run_id: UUID, asked: RunRequest, state: RunState) -> None:
        async with self._db.transaction(actor) as tx:
            await self._must_be(tx, run_id, "proposed")
            await self._closed(tx, run_id, state)
            self._tell(tx, run_id, state, asked, 0)

    def _tell(self, tx: Tx, run_id: UUID, state: RunState, asked: RunRequest, changes: int) -> None:
        tx.emit(RunTold(run_id=run_id, state=state, branch_id=asked.branch_id, changes=changes))


def _assigned(ready: Ready) -> set[UUID]:
    """Return the visits of the problem that somebody has."""
    return {visit for visits in ready.gathered.keep.values() for visit in visits}


def _illegal(ready: Ready, view: RunView) -> str:
    """Let the judge look at the proposed times by today's ways and shifts; returns the first rule that is broken."""
    span, known = ready.facts.span, {visit.id: visit for visit in ready.problem.visits}
    tours: dict[TourId, list[VisitId]] = {}
    visits = dict(known)
    for stop in sorted(view.plan.stops, key=lambda each: each.starts_at):
        visit = known.get(VisitId(stop.visit_id))
        if visit is None:
            continue
        begin = span.second(stop.starts_at)
        window = Window(begin, begin + _DRIFT_SECONDS)
        visits[visit.id] = replace(visit, windows=(window,), promised=visit.promised, lock=Lock(visit.lock.technician))
        key = TourId(TechnicianId(stop.technician_id), span.number(stop.starts_at))
        tours.setdefault(key, []).append(visit.id)
    planned = {visit for route in tours.values() for visit in route}
    problem = replace(ready.problem, visits=tuple(visits.values()))
    plan = Plan({key: tuple(route) for key, route in tours.items()}, frozenset(visits.keys() - planned))
    faults = [fault for fault in judge(problem, plan).broken if fault.rule is not Rule.LEFT_OUT]
    if not faults:
        return ""
    row = ready.gathered.rows.get(faults[0].visit) if faults[0].visit is not None else None
    return f"{row.number if row else 'a day'} would break {faults[0].rule} by {faults[0].by}"
