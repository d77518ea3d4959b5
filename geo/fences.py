"""Use-cases of fences."""

from __future__ import annotations

from uuid import UUID

from access.model import Permission
from core.actor import Actor
from core.errors import Conflict, Forbidden, NotFound
from core.ids import uuid7
from geo import store
from geo.model import Fence, FenceChange, FenceSaved, FenceSettings
from geo.store import sql
from storage.database import Database, Tx


class Fences:
    """A fence without a branch is everybody's; only who has the whole organisation in scope may draw one."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def all(self, actor: Actor) -> list[Fence]:
        actor.must(Permission.GEO_VIEW)
        return [store.fence(row) for row in await self._db.rows(sql.list_fences, branches=actor.branch_scope)]

    async def add(self, actor: Actor, new: FenceSettings) -> Fence:
        fence_id = uuid7()
        async with self._db.transaction(actor) as tx:
            _must_manage(actor, new)
            await tx.run(sql.insert_fence, id=fence_id, **store.fence_columns(new))
            tx.emit(FenceSaved(fence_id=fence_id, name=new.name))
        return Fence(id=fence_id, version=1, **_fields(new))

    async def change(self, actor: Actor, fence_id: UUID, change: FenceChange) -> Fence:
        async with self._db.transaction(actor) as tx:
            _must_manage(actor, await self._lock(tx, fence_id))
            _must_manage(actor, change)
            version = await tx.value(
                sql.change_fence, id=fence_id, version=change.version, **store.fence_columns(change)
            )
            if version is None:
                raise Conflict.overtaken()
            tx.emit(FenceSaved(fence_id=fence_id, name=change.name))
        return Fence(id=fence_id, **_fields(change) | {"version": version})

    async def remove(self, actor: Actor, fence_id: UUID) -> None:
        """Drop a fence with what it saw; who had it as a territory has none then."""
        async with self._db.transaction(actor) as tx:
            fence = await self._lock(tx, fence_id)
            _must_manage(actor, fence)
            await tx.run(sql.delete_fence, id=fence_id)
            tx.emit(FenceSaved(fence_id=fence_id, name=fence.name, is_removed=True))

    async def _lock(self, tx: Tx, fence_id: UUID) -> Fence:
        row = await tx.row(sql.lock_fence, id=fence_id)
        if row is None:
            raise NotFound
        return store.fence(row)


def _fields(settings: FenceSettings) -> dict[str, object]:
    return {name: getattr(settings, name) for name in type(settings).model_fields}


def _must_manage(actor: Actor, fence: FenceSettings) -> None:
    actor.must(Permission.GEO_MANAGE, fence.branch_id)
    if fence.branch_id is None and actor.branches is not None:
        raise Forbidden("A fence of the whole organisation is beyond your scope.")
