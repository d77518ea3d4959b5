"""Use-cases of clocks: owners of subjects say what happened, under the lock of the subject; time says the rest."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from prometheus_client import Counter

from core.clock import Clock as Now
from core.errors import MarkazError, Unavailable
from sla import course, store
from sla.clocks import Clock
from sla.course import Clocks, Known, Promise
from sla.model import OVER, Category, Cause, ChangeView, Facts, Metric, SlaBreached, SlaWarned, Standing, standing
from sla.rules import REFIT, Rules
from sla.store import Subject, sql
from storage import jobs
from storage.database import Database, Tx
from storage.leases import Lease, LostLease

log = logging.getLogger(__name__)

_EVERY_SECONDS = 1.0
_MOST = 200
# A job's lease is a minute: what is left goes to the next.
_REFIT_SECONDS = 30.0

_breaches = Counter("markaz_sla_breaches", "Promises that were not kept in time.", ["kind", "metric"])


class Timed(Protocol):
    """Who owns subjects of a kind; everybody locks the subject first, then its clocks."""

    async def lock(self, tx: Tx, subject_id: UUID) -> bool:
        """Lock one; False when it is not there any more."""
        ...

    async def told(self, tx: Tx, subject_id: UUID, now_stands: Standing) -> None:
        """It stands like this now, by the time or by another promise."""
        ...

    async def rang(self, tx: Tx, subject_id: UUID, metric: Metric, *, is_late: bool) -> None:
        """A promise is near, or was not kept: people should know."""
        ...


class Sla:
    """Times what others own. Each method is called in the owner's transaction, under the lock of the subject."""

    def __init__(self, db: Database, clock: Now) -> None:
        self._db, self._clock = db, clock
        self._owners: dict[str, Timed] = {}
        self._lease = Lease(db, "sla")

    def serve(self, kind: str, owner: Timed) -> None:
        """Say who owns subjects of this kind."""
        self._owners[kind] = owner

    # --- what owners say

    async def opened(self, tx: Tx, subject_id: UUID, kind: str, facts: Facts, now: datetime) -> Standing:
        """Time something new; `now` is when it came."""
        promise = (await Rules.read(tx)).promise(facts)
        await tx.run(
            sql.insert_subject,
            id=subject_id,
            kind=kind,
            facts=facts.model_dump(mode="json"),
            policy_id=None if promise.policy is None else promise.policy.id,
            opened_at=now,
            is_open=facts.category not in OVER,
        )
        known = Subject(subject_id, kind, facts, None, now, None)
        after = course.opened(promise, facts.priority, facts.category, now)
        return await self._save(tx, known, facts, promise, ((), after), "opened", now)

    async def changed(self, tx: Tx, subject_id: UUID, facts: Facts, now: datetime) -> Standing:
        """It is of another priority, status, customer or branch: other promises may hold, clocks stop or go on."""
        known, before, rules = await self._known_with_rules(tx, subject_id)
        promise = rules.promise(facts)
        was, after = known.facts, before
        has_other = promise.policy is None or promise.policy.id != known.policy_id or was.priority != facts.priority
        if has_other or was.branch_id != facts.branch_id:
            after = course.refitted(after, promise, _stands(known, was.category, facts), now)
        after = course.moved(after, promise, facts.category, now)
        reopened = was.category in OVER and facts.category not in OVER
        cause: Cause = "reopened" if reopened else "status" if was.category != facts.category else "facts"
        return await self._save(tx, known, facts, promise, (before, after), cause, now)

    async def answered(self, tx: Tx, subject_id: UUID, now: datetime) -> Standing:
        """We answered the customer."""
        known, before, rules = await self._known_with_rules(tx, subject_id)
        promise = rules.promise(known.facts)
        after = course.answered(before, now)
        return await self._save(tx, known, known.facts, promise, (before, after), "answered", now, answered=now)

    async def asked(self, tx: Tx, subject_id: UUID, now: datetime) -> Standing:
        """The customer wrote again."""
        known, before, rules = await self._known_with_rules(tx, subject_id)
        promise = rules.promise(known.facts)
        after = course.asked(before, promise, known.facts.priority, now)
        return await self._save(tx, known, known.facts, promise, (before, after), "asked", now)

    async def stands(self, reader: Tx | Database, subject_id: UUID) -> Standing:
        """Tell how a subject stands; one that is not timed stands nowhere."""
        row = await reader.row(sql.get_subject, id=subject_id)
        if row is None:
            return Standing()
        policy = None if row["policy_id"] is None else await reader.row(sql.get_policy, id=row["policy_id"])
        shown = [store.view(each) for each in store.clocks(row)]
        return standing(None if policy is None else store.policy(policy), shown)

    async def history(self, reader: Tx | Database, subject_id: UUID) -> list[ChangeView]:
        """Tell when what was due when, and why it changed."""
        return await store.changes(reader, subject_id)

    # --- what changes by itself

    def handle(self, worker: jobs.Worker) -> None:
        worker.handle(REFIT, self._refit)

    async def watch(self) -> None:
        """Look once for what is near or late, in the one process that does."""
        if await self._lease.renew():
            while len(await self.look()) == _MOST and self._lease.is_held:
                await self._lease.renew()
        await asyncio.sleep(_EVERY_SECONDS)

    async def look(self) -> Sequence[UUID]:
        """Tell what is near or late by now; returns whose clocks rang. One that cannot be told stops no other."""
        rows = await self._db.rows(sql.due_subjects, now=self._clock(), most=_MOST)
        return [
            row["subject_id"] for row in rows if await self._alone(row["subject_id"], self._ring(row["subject_id"]))
        ]

    async def _alone(self, subject_id: UUID, doing: Awaitable[None]) -> bool:
        """Do something to one subject; what refuses that is this subject's alone, a lost lease or database nobody's."""
        try:
            await doing
        except (LostLease, Unavailable):
            raise
        except MarkazError:
            log.exception("the clocks of %s are left as they are", subject_id)
            return False
        return True

    async def _ring(self, subject_id: UUID) -> None:
        now = self._clock()
        async with self._db.transaction() as tx:
            await self._lease.fence(tx)
            owner = await self._locked(tx, subject_id)
            if owner is None:
                return
            known, before = await self._known(tx, subject_id)
            after = course.rung(before, now)
            await store.save_clocks(tx, subject_id, before, after)
            for metric, is_late, due_at in _news(before, after):
                told = {"subject_kind": known.kind, "subject_id": subject_id, "metric": metric, "due_at": due_at}
                tx.emit(SlaBreached(**told) if is_late else SlaWarned(**told))
                await owner.rang(tx, subject_id, metric, is_late=is_late)
                if is_late:
                    _breaches.labels(known.kind, metric).inc()
            await owner.told(tx, subject_id, await self.stands(tx, subject_id))

    async def _refit(self, job: jobs.Job) -> None:
        """Measure whatever is open by what holds now; in order, so that it goes on where it stopped."""
        after, cause = UUID(job.payload["after"]), job.payload["cause"]
        until = asyncio.get_running_loop().time() + _REFIT_SECONDS
        while rows := await self._db.rows(sql.open_subjects, after=after, most=_MOST):
            for row in rows:
                await self._alone(row["id"], self._fit(row["id"], cause))
                after = row["id"]
            if asyncio.get_running_loop().time() > until:
                async with self._db.transaction() as tx:
                    await jobs.enqueue(tx, REFIT, {"after": str(after), "cause": cause}, key=REFIT)
                return

    async def _fit(self, subject_id: UUID, cause: Cause) -> None:
        now = self._clock()
        async with self._db.transaction() as tx:
            owner = await self._locked(tx, subject_id)
            if owner is None:
                return
            known, before, rules = await self._known_with_rules(tx, subject_id)
            promise = rules.promise(known.facts)
            after = course.refitted(before, promise, _stands(known, known.facts.category, known.facts), now)
            stands = await self._save(tx, known, known.facts, promise, (before, after), cause, now)
            await owner.told(tx, subject_id, stands)

    # --- what several share

    async def _locked(self, tx: Tx, subject_id: UUID) -> Timed | None:
        row = await tx.row(sql.get_subject, id=subject_id)
        owner = None if row is None else self._owners.get(row["kind"])
        return owner if owner is not None and await owner.lock(tx, subject_id) else None

    async def _known(self, tx: Tx, subject_id: UUID) -> tuple[Subject, Clocks]:
        row = await tx.row(sql.get_subject, id=subject_id)
        if row is None:
            raise LookupError(f"{subject_id} is not timed")
        return store.subject(row), store.clocks(row)

    async def _known_with_rules(self, tx: Tx, subject_id: UUID) -> tuple[Subject, Clocks, Rules]:
        row = await tx.row(sql.get_subject_and_rules, id=subject_id)
        if row is None:
            raise LookupError(f"{subject_id} is not timed")
        return store.subject(row), store.clocks(row), Rules.of(row)

    async def _save(
        self,
        tx: Tx,
        known: Subject,
        facts: Facts,
        promise: Promise,
        clocks: tuple[Clocks, Clocks],
        cause: Cause,
        now: datetime,
        *,
        answered: datetime | None = None,
    ) -> Standing:
        before, after = clocks
        policy = promise.policy
        await store.save_clocks(tx, known.id, before, after)
        await store.save_changes(tx, known.id, before, after, cause, None if policy is None else policy.name, now)
        if cause == "opened":
            return standing(policy, [store.view(each) for each in after])
        policy_id = None if policy is None else policy.id
        told = replace(known, facts=facts, policy_id=policy_id, answered_at=known.answered_at or answered)
        if told != known:
            await tx.run(
                sql.save_subject,
                id=told.id,
                facts=facts.model_dump(mode="json"),
                policy_id=policy_id,
                answered_at=told.answered_at,
                is_open=facts.category not in OVER,
            )
        return standing(policy, [store.view(each) for each in after])


def _stands(known: Subject, category: Category, facts: Facts) -> Known:
    return Known(
        priority=facts.priority,
        category=category,
        opened_at=known.opened_at,
        is_answered=known.answered_at is not None,
    )


def _news(before: Sequence[Clock], after: Sequence[Clock]) -> list[tuple[Metric, bool, datetime | None]]:
    """Return what was not warned of before and is now, and what was not late."""
    found: list[tuple[Metric, bool, datetime | None]] = []
    for old, new in zip(before, after, strict=True):
        if new.breached_at and not old.breached_at:
            found.append((new.metric, True, new.due_at))
        elif new.warned_at and not old.warned_at:
            found.append((new.metric, False, new.due_at))
    return found
