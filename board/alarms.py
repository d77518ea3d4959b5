"""Rules of alarms, and the evaluator that holds the figures against them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from prometheus_client import Gauge

from access.model import Permission
from board import store
from board.judging import Standing, judge, value_of
from board.model import (
    AlarmCleared,
    AlarmRaised,
    AlarmRule,
    AlarmRuleChange,
    AlarmRuleSaved,
    AlarmRuleSettings,
    AlarmView,
    QueueFigures,
)
from board.service import Board
from board.store import sql
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, NotFound
from core.ids import uuid7
from notices.model import DocumentRef, Notice
from notices.service import Notices
from sla.hours import Hours
from sla.working import is_open
from storage.database import Database, Row, Tx
from storage.leases import Lease

_EVERY_SECONDS = 5.0
_TOLD_MOST = 200

_in_queue = Gauge("markaz_queue_contacts", "Contacts that wait; told by the one process that counts.", ["queue"])
_oldest = Gauge("markaz_queue_oldest_contact_seconds", "How long the one that waits longest does.", ["queue"])
_available = Gauge("markaz_queue_agents_available", "Agents who could take a contact of the queue.", ["queue"])


class AlarmRules:
    """What administrators set, and what came of it."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def rules(self, actor: Actor) -> list[AlarmRule]:
        actor.must(Permission.WORK_SUPERVISE)
        return [store.rule(row) for row in await self._db.rows(sql.list_rules, branches=actor.branch_scope)]

    async def add(self, actor: Actor, new: AlarmRuleSettings) -> AlarmRule:
        return await self._save(actor, uuid7(), new, 0)

    async def change(self, actor: Actor, rule_id: UUID, change: AlarmRuleChange) -> AlarmRule:
        """Change a rule; what it raised before is cleared at the next look when it no longer holds."""
        await self._must_change(self._db, actor, rule_id)
        settings = AlarmRuleSettings.model_validate(change.model_dump(exclude={"version"}))
        return await self._save(actor, rule_id, settings, change.version)

    async def remove(self, actor: Actor, rule_id: UUID) -> None:
        async with self._db.transaction(actor) as tx:
            known = await self._must_change(tx, actor, rule_id)
            await tx.run(sql.delete_rule, id=rule_id)
            tx.emit(
                AlarmRuleSaved(
                    rule_id=rule_id,
                    queue_id=known["queue_id"],
                    metric=known["metric"],
                    threshold=known["threshold"],
                    is_gone=True,
                )
            )

    async def alarms(self, actor: Actor, queue_id: UUID | None, before: UUID, most: int) -> list[AlarmView]:
        """Return what was raised, newest first."""
        actor.must(Permission.WORK_SUPERVISE)
        rows = await self._db.rows(
            sql.list_alarms, before=before, queue_id=queue_id, branches=actor.branch_scope, most=most
        )
        return [store.alarm(row) for row in rows]

    async def _must_change(self, reader: Tx | Database, actor: Actor, rule_id: UUID) -> Row:
        row = await reader.row(sql.get_rule, id=rule_id)
        if row is None:
            raise NotFound("There is no such rule.")
        actor.must(Permission.QUEUE_MANAGE, row["branch_id"])
        return row

    async def _save(self, actor: Actor, rule_id: UUID, settings: AlarmRuleSettings, version: int) -> AlarmRule:
        async with self._db.transaction(actor) as tx:
            queue = await tx.row(sql.queue_branch, id=settings.queue_id)
            if queue is None:
                raise NotFound("There is no such queue.")
            actor.must(Permission.QUEUE_MANAGE, queue["branch_id"])
            saved = await tx.value(sql.save_rule, id=rule_id, version=version, **settings.model_dump())
            if saved is None:
                raise Conflict.overtaken()
            known = settings.model_dump(include={"queue_id", "metric", "threshold"})
            tx.emit(AlarmRuleSaved(rule_id=rule_id, **known))
        return AlarmRule(id=rule_id, version=saved, **settings.model_dump())


class Alarms:
    """Holds the figures against the rules, in the process that counts: the lease is that of the facts."""

    def __init__(self, db: Database, clock: Clock, board: Board, lease: Lease, notices: Notices) -> None:
        self._db, self._clock, self._board, self._lease, self._notices = db, clock, board, lease, notices
        self._standings: dict[UUID, Standing] = {}
        self._epoch: int | None = None

    async def turn(self) -> None:
        """Look once, while this process is the one that does."""
        if self._lease.is_held:
            await self.look()
        elif self._epoch is not None:
            self._epoch = None
            for gauge in (_in_queue, _oldest, _available):
                gauge.clear()
        await asyncio.sleep(_EVERY_SECONDS)

    async def look(self) -> None:
        """Refresh the figures, tell them to Prometheus, raise and clear alarms."""
        now = self._clock()
        await self._board.refresh()
        totals = self._board.totals()
        _tell(totals, now)
        rules = {row["id"]: row for row in await self._db.rows(sql.active_rules)}
        open_now = await self._db.rows(sql.open_alarms)
        if self._epoch != self._lease.epoch:
            self._standings, self._epoch = {}, self._lease.epoch
        for row in open_now:
            if row["rule_id"] not in rules or row["queue_id"] not in totals:
                await self._clear(row["id"], now)
        raised = {row["rule_id"]: row for row in open_now}
        for rule_id, rule in rules.items():
            if rule["queue_id"] in totals:
                await self._hold(rule, totals[rule["queue_id"]], raised.get(rule_id), now)
        self._standings = {rule_id: standing for rule_id, standing in self._standings.items() if rule_id in rules}

    async def _hold(self, rule: Row, figures: QueueFigures, raised: Row | None, now: datetime) -> None:
        """Hold one rule against the figures; whether it is raised is what the database says."""
        metric, threshold = rule["metric"], rule["threshold"]
        hours = None if rule["hours"] is None else Hours.model_validate(rule["hours"])
        # Nobody is to be there outside the hours.
        value = value_of(metric, figures, now) if is_open(hours, now) else None
        before = self._standings.get(rule["id"], Standing())
        standing = before if before.is_raised == (raised is not None) else Standing(raised is not None)
        after = judge(standing, metric, threshold, rule["for_seconds"], value, now)
        if after.is_raised and raised is None:
            await self._raise(rule, value or 0.0, now)
        elif raised is not None and not after.is_raised:
            await self._clear(raised["id"], now)
        self._standings[rule["id"]] = after

    async def _raise(self, rule: Row, value: float, now: datetime) -> None:
        alarm_id, known = uuid7(), {name: rule[name] for name in ("queue_id", "metric", "threshold")}
        async with self._db.transaction() as tx:
            await self._lease.fence(tx)
            if await tx.value(sql.raise_alarm, id=alarm_id, rule_id=rule["id"], value=value, now=now, **known) is None:
                return
            tx.emit(AlarmRaised(alarm_id=alarm_id, value=value, **known))
            people = await self._notices.who_may(tx, Permission.WORK_SUPERVISE, rule["branch_id"], _TOLD_MOST)
            notice = Notice(kind="queue_alarm", source=f"alarm:{alarm_id}")
            await self._notices.notify(tx, people, DocumentRef(kind="queue", id=rule["queue_id"]), notice)

    async def _clear(self, alarm_id: UUID, now: datetime) -> None:
        async with self._db.transaction() as tx:
            await self._lease.fence(tx)
            row = await tx.row(sql.clear_alarm, id=alarm_id, now=now)
            if row is not None:
                tx.emit(AlarmCleared(alarm_id=alarm_id, queue_id=row["queue_id"], metric=row["metric"]))


def _tell(totals: Mapping[UUID, QueueFigures], now: datetime) -> None:
    for gauge in (_in_queue, _oldest, _available):
        gauge.clear()
    for each in totals.values():
        _in_queue.labels(each.queue_name).set(each.contacts_in_queue)
        _oldest.labels(each.queue_name).set(value_of("oldest_contact_age", each, now) or 0)
        _available.labels(each.queue_name).set(each.agents_available)
