"""Telling people of a ticket: whoever looks at it, its owner, followers, supervisors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from access.model import Permission
from core.ids import BranchId
from notices.model import DocumentRef, Notice, NoticeKind
from notices.service import Notices
from sla.model import Metric
from storage.database import Row, Tx
from tickets import store
from tickets.model import TicketChanged, TicketRow
from tickets.store import sql
from tickets.work import KIND

_TOLD_MOST = 50


class Telling:
    """All of it in the transaction of what is told."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices

    async def tell(
        self, tx: Tx, ticket_id: UUID, change: str, *, changed: Sequence[str] = (), row: Row | None = None
    ) -> TicketRow:
        """Tell what it is now; `row`: as it was just saved."""
        row = row or await store.get(tx, ticket_id)
        shown = store.ticket_row(row)
        readers = {*row["readers"]} if row["is_confidential"] else set()
        told = {*readers, row["owner_id"]} - {None, *row["hidden_from"]}
        tx.emit(TicketChanged(change=change, changed=list(changed), ticket=shown, told=sorted(told)))
        return shown

    async def rang(self, tx: Tx, ticket_id: UUID, metric: Metric, *, is_late: bool) -> None:
        """Tell its owner what is near; of what is late, and of what nobody owns, supervisors hear as well."""
        row = await store.lock(tx, ticket_id)
        people = [] if row["owner_id"] is None else [row["owner_id"]]
        if is_late or not people:
            branch_id = None if row["branch_id"] is None else BranchId(row["branch_id"])
            people += await self._notices.who_may(tx, Permission.WORK_SUPERVISE, branch_id, _TOLD_MOST)
        kind: NoticeKind = "ticket_late" if is_late else "ticket_due"
        source = f"ticket:{ticket_id}:{metric}:{'late' if is_late else 'near'}:{row['due_at']}"
        await self._notices.notify(tx, people, DocumentRef(kind=KIND, id=ticket_id), Notice(kind=kind, source=source))

    async def notify(self, tx: Tx, values: Mapping[str, Any], cause: str, changes: Mapping[str, Sequence[Any]]) -> None:
        """A new owner hears that it is theirs; whoever follows it hears of a change of stage."""
        document = DocumentRef(kind=KIND, id=values["id"])
        source = f"ticket:{values['id']}:{values['now'].isoformat()}"
        if values["owner_id"] is not None and (cause == "opened" or "owner_id" in changes):
            await self._notices.notify(tx, [values["owner_id"]], document, Notice(kind="assignment", source=source))
        if "status_id" in changes:
            followers = [row["staff_id"] for row in await tx.rows(sql.list_followers, ticket_id=values["id"])]
            others = [person for person in followers if person != values["owner_id"]]
            await self._notices.notify(tx, others, document, Notice(kind="ticket_changed", source=source))

    async def ring(self, tx: Tx, ticket_id: UUID, to: str, people: Sequence[UUID], text: str, source: str) -> int:
        """Ring bells for a rule; returns of how many. Who may not see the ticket hears nothing."""
        row = await store.lock(tx, ticket_id)
        if to == "owner":
            people = [] if row["owner_id"] is None else [row["owner_id"]]
        elif to == "followers":
            people = [each["staff_id"] for each in await tx.rows(sql.list_followers, ticket_id=ticket_id)]
        elif to == "supervisors":
            branch_id = None if row["branch_id"] is None else BranchId(row["branch_id"])
            people = await self._notices.who_may(tx, Permission.WORK_SUPERVISE, branch_id, _TOLD_MOST)
        notice = Notice(kind="ticket_rule", source=source, text=text)
        await self._notices.notify(tx, people, DocumentRef(kind=KIND, id=ticket_id), notice)
        return len(people)
