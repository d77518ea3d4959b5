"""Use-cases of queues: who may see them, and changes that leave every queue in order."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any, Protocol
from uuid import UUID

from access.model import Permission
from core.actor import Actor
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.ids import BranchId, uuid7
from routing import store
from routing.checks import Around, faults_of, refuse
from routing.store import sql
from routing.values import Queue, QueueChange, QueueSaved, QueueSettings
from storage.database import Database, Tx

_KNOWS_QUEUES = (
    Permission.WORK_TAKE,
    Permission.INTERACTION_TRANSFER,
    Permission.WORK_SUPERVISE,
    Permission.QUEUE_MANAGE,
)


class Source(Protocol):
    """What sends contacts into queues: it says over which channels."""

    async def channels_into(self, tx: Tx, queue_id: UUID) -> AbstractSet[str]: ...


class Queues:
    """The queues. `channels` is set by whoever knows them; None stands for whatever channel there is."""

    def __init__(self, db: Database, has_callbacks: Callable[[], bool] = lambda: False) -> None:
        self._db, self._has_callbacks = db, has_callbacks
        self._sources: list[Source] = []
        self.channels: frozenset[str] | None = None

    def serve(self, source: Source) -> None:
        """Let a source say which channels it sends here, so that a queue goes on taking them."""
        self._sources.append(source)

    async def all(self, actor: Actor) -> list[Queue]:
        return await store.queues(self._db, actor.branch_scope)

    async def names(self, tx: Tx, actor: Actor) -> list[dict[str, Any]]:
        """Name the queues to those who work with them, with the channels that each takes."""
        if not any(map(actor.may, _KNOWS_QUEUES)):
            return []
        found = await store.queues(tx, actor.branch_scope)
        return [
            {"id": str(queue.id), "name": queue.name, "channels": queue.channels} for queue in found if queue.is_active
        ]

    async def get(self, tx: Tx, queue_id: UUID) -> Queue:
        """Return a queue to the program itself; people are shown what `must_see` lets them."""
        return await store.get_queue(tx, queue_id)

    async def must_see(self, tx: Tx, actor: Actor, queue_id: UUID) -> Queue:
        """Return a queue; one that is out of scope is refused like one that is not there."""
        queue = await store.get_queue(tx, queue_id)
        if not actor.sees(queue.branch_id):
            raise NotFound("There is no such queue.")
        return queue

    async def must_fit(
        self, tx: Tx, actor: Actor, queue_id: UUID, channel: str, branch_id: BranchId | None, field: str = "queue_id"
    ) -> None:
        """Refuse a queue for what a branch has on a channel, unless it is seen, belongs there and takes the channel.

        `field` is what the refusal is about. Who else changes queues meanwhile waits for the caller's commit.
        """
        await tx.value(sql.lock_queues)
        row = await tx.row(sql.get_queue, id=queue_id)
        found = None if row is None else store.queue(row)
        if found is None or not actor.sees(found.branch_id):
            raise at(field, "not_there", "There is no such queue.")
        if not Around(parents=await store.parents(tx)).sees(branch_id, found.branch_id):
            raise at(field, "foreign_queue", f"The queue {found.name} belongs to another branch.")
        if not found.takes(channel):
            raise at(field, "channel_not_taken", f"The queue {found.name} does not take this channel ({channel}).")

    async def add(self, actor: Actor, new: QueueSettings) -> Queue:
        return await self._save(actor, uuid7(), new, 0)

    async def change(self, actor: Actor, queue_id: UUID, change: QueueChange) -> Queue:
        """Change a queue; takes effect at once, also for what waits in it."""
        known = await store.get_queue(self._db, queue_id)
        actor.must(Permission.QUEUE_MANAGE, known.branch_id)
        return await self._save(actor, queue_id, change, change.version)

    async def check(self, tx: Tx, actor: Actor, queue_id: UUID, settings: QueueSettings) -> None:
        """Refuse settings that this queue cannot have; Invalid names every field that is wrong."""
        found = await store.queues(tx, None)
        skills = {*settings.skills, *(skill_id for step in settings.steps for skill_id in step.skills)}
        used = [await source.channels_into(tx, queue_id) for source in self._sources]
        around = Around(
            queues={queue.id: queue for queue in found if queue.id != queue_id},
            parents=await store.parents(tx),
            unknown_skills=await store.unknown_skills(tx, skills),
            channels=self.channels,
            used_channels=frozenset().union(*used),
            has_callbacks=self._has_callbacks(),
        )
        refuse(faults_of(queue_id, settings, around))
        named = {rule.queue_id for rule in settings.overflow}
        if not all(actor.sees(other.branch_id) for other in around.queues.values() if other.id in named):
            raise at("overflow", "overflow_queue", "There is no such queue.")

    async def _save(self, actor: Actor, queue_id: UUID, settings: QueueSettings, version: int) -> Queue:
        async with self._db.transaction(actor) as tx:
            # One change at a time: overflow may not run in a circle that two changes close together.
            await tx.value(sql.lock_queues)
            actor.must(Permission.QUEUE_MANAGE, settings.branch_id)
            if settings.branch_id is None and actor.branches is not None:
                raise Forbidden("A queue of the whole organisation is beyond your scope.")
            await self.check(tx, actor, queue_id, settings)
            values = settings.model_dump(mode="json", exclude={"version"})
            saved = await tx.value(sql.save_queue, id=queue_id, version=version, **values)
            if saved is None:
                raise Conflict.overtaken()
            tx.emit(QueueSaved(queue_id=queue_id, name=settings.name))
            return await store.get_queue(tx, queue_id)


def at(loc: str, kind: str, text: str) -> Invalid:
    """Return a refusal that is about one field."""
    return Invalid(text, errors=[{"loc": loc, "msg": text, "type": kind}])
