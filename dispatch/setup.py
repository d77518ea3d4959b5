"""Kinds of visits: what administrators call things, how long each takes and what it needs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from access.model import Permission
from core.actor import Actor
from core.errors import Conflict, Invalid
from core.ids import uuid7
from dispatch.model import KindChange, KindSettings, VisitKind, VisitSetupSaved
from dispatch.store import sql
from storage.database import Database, Tx


class Kinds:
    """Nothing is dropped: what is not wanted any more is switched off."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def all(self) -> list[VisitKind]:
        return [VisitKind.model_validate(dict(row)) for row in await self._db.rows(sql.list_kinds)]

    async def add(self, actor: Actor, said: KindSettings) -> VisitKind:
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.VISIT_MANAGE)
            kind_id = uuid7()
            await tx.run(sql.insert_kind, id=kind_id, **await _kept(tx, said))
            tx.emit(VisitSetupSaved(what="kind", id=kind_id))
        return VisitKind(id=kind_id, version=1, **said.model_dump())

    async def change(self, actor: Actor, kind_id: UUID, said: KindChange) -> VisitKind:
        """Change a kind. Raises Conflict when somebody changed it since it was read."""
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.VISIT_MANAGE)
            version = await tx.value(sql.save_kind, id=kind_id, version=said.version, **await _kept(tx, said))
            if version is None:
                raise Conflict.overtaken()
            tx.emit(VisitSetupSaved(what="kind", id=kind_id))
        return VisitKind(id=kind_id, version=version, **said.model_dump(exclude={"version"}))


async def _kept(tx: Tx, said: KindSettings) -> dict[str, Any]:
    skills = list(said.skills)
    known = {row["id"] for row in await tx.rows(sql.known_skills, ids=skills)} if skills else set()
    if len(known) != len(skills):
        raise Invalid("There is no such skill.", field="skills")
    values = said.model_dump(exclude={"version"})
    return values | {"skills": {str(key): level for key, level in said.skills.items()}}
