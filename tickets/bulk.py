"""Several tickets at once, each in a transaction of its own; what was done to them is taken back together."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import Field

from core.actor import Actor
from core.errors import Forbidden, MarkazError, NotFound
from core.ids import StaffId, uuid7
from core.values import Value
from sla.model import Priority
from tickets.flow import undone
from tickets.service import Tickets
from tickets.store import sql

MOST = 500


class BulkChange(Value):
    """What is done to all; what is not named stays."""

    ids: tuple[UUID, ...] = Field(min_length=1, max_length=MOST)
    status_id: UUID | None = None
    priority: Priority | None = None
    owner_id: StaffId | None = None
    queue_id: UUID | None = None
    type_id: UUID | None = None

    @property
    def named(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.model_fields_set if name != "ids"}


class Refused(Value):
    """One that stays as it was, and why."""

    id: UUID
    kind: str
    detail: str


class BulkDone(Value):
    """`batch_id` takes it back."""

    batch_id: UUID
    changed: list[UUID]
    unchanged: list[UUID]
    refused: list[Refused]


class Bulk:
    def __init__(self, tickets: Tickets) -> None:
        self._tickets, self._db = tickets, tickets.db

    async def change(self, actor: Actor, change: BulkChange) -> BulkDone:
        """Change each that may be changed; what one refuses stops no other."""
        batch_id = uuid7()
        return await self._each(actor, batch_id, dict.fromkeys(dict.fromkeys(change.ids), change.named), "changed")

    async def undo(self, actor: Actor, batch_id: UUID) -> BulkDone:
        """Take back what was done to several, where nobody has gone on from it; by whoever did it."""
        rows = await self._db.rows(sql.batch_changes, batch_id=batch_id)
        if not rows:
            raise NotFound("There is nothing to take back.")
        if rows[0]["by_label"] != actor.label:
            raise Forbidden("Somebody else did this.")
        return await self._each(
            actor,
            uuid7(),
            {row["ticket_id"]: row["changes"] for row in rows},
            "undone",
            {r["ticket_id"]: r["id"] for r in rows},
        )

    async def _each(
        self,
        actor: Actor,
        batch_id: UUID,
        said: dict[UUID, dict[str, Any]],
        cause: str,
        undoes: dict[UUID, UUID] | None = None,
    ) -> BulkDone:
        done = BulkDone(batch_id=batch_id, changed=[], unchanged=[], refused=[])
        for ticket_id, change in sorted(said.items()):
            try:
                is_changed = await self._one(actor, ticket_id, change, batch_id, cause, (undoes or {}).get(ticket_id))
            except MarkazError as error:
                done.refused.append(Refused(id=ticket_id, kind=error.kind, detail=error.detail))
            else:
                (done.changed if is_changed else done.unchanged).append(ticket_id)
        return done

    async def _one(
        self, actor: Actor, ticket_id: UUID, said: dict[str, Any], batch_id: UUID, cause: str, change_id: UUID | None
    ) -> bool:
        async with self._db.transaction(actor) as tx:
            row = await self._tickets.must_see(tx, actor, ticket_id)
            if change_id is not None:
                said = undone(dict(row), said)
                await tx.run(sql.mark_undone, id=change_id, now=self._tickets.clock())
            return await self._tickets.apply(tx, actor, row, said, cause=cause, batch_id=batch_id)
