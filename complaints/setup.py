"""What complaints go by: sources, causes, deadlines, and whether all are confidential."""

from __future__ import annotations

from collections.abc import Container
from uuid import UUID

from access.model import Permission
from complaints import store
from complaints.late import leave_refit
from complaints.model import CUSTOMER
from complaints.settings import (
    Cause,
    CauseSettings,
    ComplaintSetupSaved,
    Policy,
    PolicySettings,
    Rule,
    RuleChange,
    Source,
    SourceSettings,
)
from complaints.store import sql
from core.actor import Actor
from core.errors import Conflict, Forbidden, NotFound
from core.text import must_be_seen
from core.values import Value
from storage import versions
from storage.database import Database, Tx
from storage.queries import Query


class ComplaintSetup:
    """Nothing that complaints refer to is dropped: what is not wanted any more is switched off."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def sources(self) -> list[Source]:
        return list((await store.sources(self._db)).values())

    async def causes(self) -> list[Cause]:
        return list((await store.causes(self._db)).values())

    async def policies(self) -> list[Policy]:
        return await store.policies(self._db)

    async def rule(self) -> Rule:
        return await store.rule(self._db)

    async def save_source(self, actor: Actor, source_id: UUID | None, said: SourceSettings) -> Source:
        """Add or change a source; that of customers themselves stays switched on."""
        async with self._db.transaction(actor) as tx:
            await _may(tx, actor)
            if source_id == CUSTOMER and not said.is_active:
                raise Conflict("What nobody names a source of comes from the customer.", field="is_active")
            must_be_seen("names", *said.names.values())
            saved = await _save(tx, sql.save_source, "source", source_id, await store.sources(tx), said)
        return Source(id=saved[0], version=saved[1], **said.model_dump(exclude={"version"}))

    async def save_cause(self, actor: Actor, cause_id: UUID | None, said: CauseSettings) -> Cause:
        async with self._db.transaction(actor) as tx:
            await _may(tx, actor)
            must_be_seen("names", *said.names.values())
            saved = await _save(tx, sql.save_cause, "cause", cause_id, await store.causes(tx), said)
        return Cause(id=saved[0], version=saved[1], **said.model_dump(exclude={"version"}))

    async def save_policy(self, actor: Actor, policy_id: UUID | None, said: PolicySettings) -> Policy:
        """Add or change deadlines; open complaints are fitted anew. The policy for all stays one for all."""
        async with self._db.transaction(actor) as tx:
            await _may(tx, actor)
            known = {each.id: each for each in await store.policies(tx)}
            old = None if policy_id is None else known.get(policy_id)
            if old is not None and _is_general(old) and not _is_general(said):
                raise Conflict("There must be deadlines for all complaints.", field="type_id")
            saved = await _save(tx, sql.save_policy, "policy", policy_id, known, said)
            await leave_refit(tx)
        return Policy(id=saved[0], version=saved[1], **said.model_dump(exclude={"version"}))

    async def remove_policy(self, actor: Actor, policy_id: UUID) -> None:
        async with self._db.transaction(actor) as tx:
            await _may(tx, actor)
            if policy_id not in {each.id for each in await store.policies(tx)}:
                raise NotFound
            if not await tx.run(sql.delete_policy, id=policy_id):
                raise Conflict("There must be deadlines for all complaints.")
            tx.emit(ComplaintSetupSaved(what="policy", id=policy_id))
            await leave_refit(tx)

    async def save_rule(self, actor: Actor, change: RuleChange) -> Rule:
        """Say whether complaints are confidential from their beginning; those that are there stay as they are."""
        async with self._db.transaction(actor) as tx:
            await _may(tx, actor)
            version = await tx.value(sql.save_rule, **change.model_dump())
            if version is None:
                raise Conflict.overtaken()
            tx.emit(ComplaintSetupSaved(what="rule"))
        return Rule(is_confidential=change.is_confidential, version=version)


def _is_general(policy: PolicySettings) -> bool:
    return policy.type_id is None and policy.source_id is None


async def _may(tx: Tx, actor: Actor) -> None:
    actor.must(Permission.COMPLAINT_MANAGE)
    if actor.branches is not None:
        raise Forbidden("What complaints go by is the whole organisation's.")
    await tx.rows(sql.lock_setup)


async def _save(
    tx: Tx, query: Query, what: str, thing_id: UUID | None, known: Container[UUID], said: Value
) -> tuple[UUID, int]:
    saved = await versions.save(tx, query, said, thing_id, known)
    tx.emit(ComplaintSetupSaved(what=what, id=saved[0]))
    return saved
