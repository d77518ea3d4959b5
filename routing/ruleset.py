"""Use-cases of rules of work: who may make them, and that what they name is there."""

from __future__ import annotations

from uuid import UUID

from access.model import Permission
from core.actor import Actor
from core.errors import Conflict, Forbidden, NotFound
from core.ids import uuid7
from routing import store
from routing.checks import Around
from routing.queues import at
from routing.rules import RuleChange, RuleSaved, RuleSettings, WorkRule
from routing.store import sql
from storage.database import Database, Row, Tx


class Rules:
    """What contacts of a kind need besides what their queue asks. A change counts at once, also for what waits."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def all(self, actor: Actor) -> list[WorkRule]:
        actor.must(Permission.QUEUE_MANAGE)
        return [store.rule(row) for row in await self._db.rows(sql.list_rules, branches=actor.branch_scope)]

    async def add(self, actor: Actor, new: RuleSettings) -> WorkRule:
        async with self._db.transaction(actor) as tx:
            return await self._save(tx, actor, uuid7(), new, 0)

    async def change(self, actor: Actor, rule_id: UUID, change: RuleChange) -> WorkRule:
        async with self._db.transaction(actor) as tx:
            await self._must_manage(tx, actor, rule_id)
            return await self._save(tx, actor, rule_id, change, change.version)

    async def remove(self, actor: Actor, rule_id: UUID) -> None:
        """Drop a rule: what it asked for is asked no more."""
        async with self._db.transaction(actor) as tx:
            row = await self._must_manage(tx, actor, rule_id)
            await tx.run(sql.delete_rule, id=rule_id)
            tx.emit(RuleSaved(rule_id=rule_id, name=row["name"], is_removed=True))

    async def _must_manage(self, tx: Tx, actor: Actor, rule_id: UUID) -> Row:
        row = await tx.row(sql.get_rule, id=rule_id)
        if row is None:
            raise NotFound
        actor.must(Permission.QUEUE_MANAGE, row["branch_id"])
        if row["branch_id"] is None and actor.branches is not None:
            raise Forbidden("A rule of the whole organisation is beyond your scope.")
        return row

    async def _save(self, tx: Tx, actor: Actor, rule_id: UUID, said: RuleSettings, version: int) -> WorkRule:
        actor.must(Permission.QUEUE_MANAGE, said.branch_id)
        if said.branch_id is None and actor.branches is not None:
            raise Forbidden("A rule of the whole organisation is beyond your scope.")
        await self._must_fit(tx, actor, said)
        values = said.model_dump(mode="json", exclude={"version"})
        if await tx.value(sql.save_rule, id=rule_id, version=version, **values) is None:
            raise Conflict.overtaken()
        tx.emit(RuleSaved(rule_id=rule_id, name=said.name))
        row = await tx.row(sql.get_rule, id=rule_id)
        if row is None:
            raise NotFound
        return store.rule(row)

    async def _must_fit(self, tx: Tx, actor: Actor, said: RuleSettings) -> None:
        if await store.unknown_skills(tx, said.skills):
            raise at("skills", "not_there", "There is no such skill.")
        if said.queue_id is None:
            return
        row = await tx.row(sql.get_queue, id=said.queue_id)
        if row is None or not actor.sees(row["branch_id"]):
            raise at("queue_id", "not_there", "There is no such queue.")
        if not Around(parents=await store.parents(tx)).sees(said.branch_id, row["branch_id"]):
            raise at("queue_id", "foreign_queue", f"The queue {row['name']} belongs to another branch.")
