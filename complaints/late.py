"""What is late is told once; and what is promised anew when a policy was changed."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from access.model import Permission
from complaints import store
from complaints.cases import Cases
from complaints.referrals import KIND as REFERRAL
from complaints.store import sql
from core.actor import SYSTEM
from core.ids import BranchId
from notices.model import DocumentRef, Notice
from notices.service import Notices
from sla.model import OVER
from storage import jobs
from storage.database import Row, Tx
from tickets.work import KIND

REFIT = "complaint.refit"
_TOLD_MOST = 50
_AT_ONCE = 50
_FIRST = UUID(int=0)


async def leave_refit(tx: Tx, after: UUID = _FIRST) -> None:
    """Leave every complaint that goes on to be fitted anew, in pages."""
    await jobs.enqueue(tx, REFIT, {"after": str(after)}, key=REFIT)


class Lateness:
    def __init__(self, cases: Cases, notices: Notices) -> None:
        self._cases, self._notices = cases, notices
        self._db, self._clock = cases.db, cases.clock

    async def look(self, job: jobs.Job) -> None:
        """Tell of every step and every unit's answer that is late and was not told of."""
        ticket_id = UUID(job.payload["ticket_id"])
        async with self._db.transaction(SYSTEM) as tx:
            ticket = await self._cases.tickets.must_see(tx, SYSTEM, ticket_id)
            if ticket["category"] in OVER:
                return
            await store.lock(tx, ticket_id)
            now, branch = self._clock(), None if ticket["branch_id"] is None else BranchId(ticket["branch_id"])
            managers = await self._notices.who_may(tx, Permission.COMPLAINT_MANAGE, branch, _TOLD_MOST)
            people = {*managers, ticket["owner_id"]} - {None}
            steps = await tx.rows(sql.take_late_steps, ticket_id=ticket_id, now=now)
            document = DocumentRef(kind=KIND, id=ticket_id)
            for row in steps:
                source = f"complaint:{ticket_id}:{row['step']}:{row['due_at'].isoformat()}"
                await self._notices.notify(tx, people, document, Notice(kind="complaint_late", source=source))
            for row in await tx.rows(sql.take_late_referrals, ticket_id=ticket_id, now=now):
                await self._tell_unit(tx, row, people)
            if steps:
                await self._cases.tickets.tell(tx, ticket_id, "complaint_late")

    async def _tell_unit(self, tx: Tx, row: Row, people: Collection[UUID]) -> None:
        """Remind the unit, and tell those who wait for it."""
        document = DocumentRef(kind=REFERRAL, id=row["id"])
        unit = (await self._notices.register.get(tx, document)).branch_id
        asked = await self._notices.who_may(tx, Permission.COMPLAINT_HANDLE, unit, _TOLD_MOST)
        notice = Notice(kind="complaint_late", source=f"referral:{row['id']}:late")
        await self._notices.notify(tx, sorted({*people, *asked}), document, notice)

    async def refit(self, job: jobs.Job) -> None:
        """Fit a page of open complaints to the policies as they are now, and leave the next page."""
        ids = [
            row["ticket_id"]
            for row in await self._db.rows(sql.open_complaints, after=UUID(job.payload["after"]), most=_AT_ONCE)
        ]
        for ticket_id in ids:
            async with self._db.transaction(SYSTEM) as tx:
                await self._cases.fit(tx, *await self._cases.hold(tx, SYSTEM, ticket_id, Permission.TICKET_READ))
        if len(ids) == _AT_ONCE:
            async with self._db.transaction(SYSTEM) as tx:
                await leave_refit(tx, ids[-1])
