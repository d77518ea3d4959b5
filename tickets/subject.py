"""Tickets as routing, the clocks and colleagues' notes know them; all of it in the transactions of those who ask."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from access.model import Permission
from core.errors import Conflict
from core.ids import StaffId
from notices.model import Document, DocumentRef
from sla.model import Metric, Standing
from storage.database import Tx
from tickets import store
from tickets.confidence import beyond
from tickets.flow import changed, difference
from tickets.model import number
from tickets.service import Tickets
from tickets.store import sql
from tickets.work import KIND


class TicketSubject:
    """Told by routing who has it."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def lock(self, tx: Tx, work_id: UUID) -> None:
        await tx.row(sql.lock_ticket, id=work_id)

    async def assigned(self, tx: Tx, work_id: UUID, agent_id: StaffId, now: datetime) -> None:
        """An agent accepted: they own it, and it is no longer new."""
        row = await store.lock(tx, work_id)
        if agent_id in row["hidden_from"]:
            raise Conflict("This ticket is not for you.")
        said = {"owner_id": agent_id}
        before = dict(row)
        after = changed(before, said, await self._tickets.stage_after(tx, row, said), now)
        if after["is_confidential"]:
            after["readers"] = sorted({*row["readers"], agent_id})
        changes = difference(before, after)
        if changes:
            await self._tickets.settle(tx, after | {"now": now}, "assigned", changes, is_told_by_routing=True)

    async def wrapped_up(self, tx: Tx, work_id: UUID, now: datetime) -> None:
        """A ticket has no time for wrap-up of its own: its stage says when it is done."""


class TicketClocks:
    """Told by time what is near or late."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def lock(self, tx: Tx, subject_id: UUID) -> bool:
        return await tx.row(sql.lock_ticket, id=subject_id) is not None

    async def told(self, tx: Tx, subject_id: UUID, now_stands: Standing) -> None:
        await self._tickets.stands(tx, subject_id, now_stands)
        await self._tickets.tell(tx, subject_id, "due")

    async def rang(self, tx: Tx, subject_id: UUID, metric: Metric, *, is_late: bool) -> None:
        await self._tickets.telling.rang(tx, subject_id, metric, is_late=is_late)


class TicketDocuments:
    """Comments, mentions and assignments at tickets."""

    async def documents(self, tx: Tx, ids: Sequence[UUID]) -> dict[UUID, Document]:
        """Return what each is called and who may know of it; of a confidential one, who had to do with it."""
        rows = await tx.rows(sql.tickets_as_documents, ids=list(ids))
        return {
            row["id"]: Document(
                ref=DocumentRef(kind=KIND, id=row["id"]),
                title=f"{number(row['kind'], row['serial'])} {row['subject']}",
                link=["tickets", str(row["id"])],
                permission=Permission.TICKET_READ,
                branch_id=row["branch_id"],
                owners=frozenset({row["owner_id"], *row["followers"]} - {None}),
                only=frozenset(row["readers"]) if row["is_confidential"] else None,
                beyond=beyond(row["kind"]),
                never=frozenset(row["hidden_from"]),
            )
            for row in rows
        }
