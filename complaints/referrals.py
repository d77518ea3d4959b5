"""Questions to units: each sees what it is asked, and the complaint itself only if it may know of that anyway."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from uuid import UUID

from access.model import Permission
from complaints import store
from complaints.cases import Case, Cases
from complaints.model import NewReferral, ReferralEnd, ReferralState, ReferralView
from complaints.store import sql
from core.actor import SYSTEM, Actor
from core.errors import Conflict, Invalid, NotFound
from core.ids import BranchId, uuid7
from core.text import preview
from notices.model import Document, DocumentRef, Notice
from notices.service import Notices
from sla.rules import Rules
from sla.working import after_days
from storage.database import Database, Row, Tx
from tickets.confidence import may_know
from tickets.model import number

KIND = "complaint_referral"
_TOLD_MOST = 50
_ENDED = {
    "answered": "complaint_unit_answered",
    "returned": "complaint_sent_back",
    "withdrawn": "complaint_taken_back",
}


class ReferralDocuments:
    """Questions as the bell knows them."""

    async def documents(self, tx: Tx, ids: Sequence[UUID]) -> dict[UUID, Document]:
        """Return what each is called, for whom it is, and who never knows of it."""
        rows = await _rows(tx, SYSTEM, datetime.now(UTC), ids=list(ids))
        return {
            row["id"]: Document(
                ref=DocumentRef(kind=KIND, id=row["id"]),
                title=f"{number('complaint', row['serial'])} {preview(row['question'], 80)}",
                link=["complaints", "referrals", str(row["id"])],
                permission=Permission.COMPLAINT_HANDLE,
                branch_id=row["unit_branch_id"],
                never=frozenset(row["hidden_from"]),
            )
            for row in rows
        }


class Referrals:
    def __init__(self, cases: Cases, notices: Notices) -> None:
        self._cases, self._notices = cases, notices
        self._db, self._clock = cases.db, cases.clock

    async def ask(self, actor: Actor, ticket_id: UUID, new: NewReferral) -> None:
        """Ask a unit, due by its own working days; several may be asked at once."""
        async with self._db.transaction(actor) as tx:
            _, case = await self._cases.going(tx, actor, ticket_id, Permission.COMPLAINT_HANDLE)
            facts = await store.facts(tx, ticket_id)
            if facts.outcome is not None and not facts.is_review_open:
                raise Conflict("It is decided: nobody needs to be asked any more.")
            unit = await tx.row(sql.unit, branch_id=new.branch_id, queue_id=new.queue_id)
            if unit is None:
                raise Invalid("There is no such unit.", field="branch_id" if new.branch_id else "queue_id")
            now, referral_id = self._clock(), uuid7()
            due_at = after_days((await Rules.read(tx)).hours_at(unit["branch_id"]), now, new.days)
            if due_at is None:
                raise Invalid("This unit never works, by its calendar.", field="days")
            where = {"branch_id": new.branch_id, "queue_id": new.queue_id, "question": new.question}
            by = {"asked_by": actor.id, "now": now, "due_at": due_at}
            await tx.run(sql.insert_referral, id=referral_id, ticket_id=ticket_id, **where, **by)
            await self._cases.leave_late(tx, ticket_id, due_at)
            case["investigated_at"] = case["investigated_at"] or now
            changes = {"unit": [None, unit["name"]], "question": [None, preview(new.question, 300)]}
            await self._cases.moved(tx, case, "complaint_referred", changes, done=("investigation",))
            branch = None if unit["branch_id"] is None else BranchId(unit["branch_id"])
            people = await self._notices.who_may(tx, Permission.COMPLAINT_HANDLE, branch, _TOLD_MOST)
            notice = Notice(kind="complaint_referred", source=f"referral:{referral_id}:asked")
            await self._notices.notify(tx, people, DocumentRef(kind=KIND, id=referral_id), notice)

    async def end(self, actor: Actor, referral_id: UUID, state: ReferralState, end: ReferralEnd) -> ReferralView:
        """Answer, send back or take back, once. The unit answers; whoever handles the complaint takes back."""
        async with self._db.transaction(actor) as tx:
            ticket_id = await tx.value(sql.find_referral, id=referral_id)
            if ticket_id is None:
                raise NotFound
            # The unit need not know of the complaint: it is held for them.
            ticket, case = await self._cases.hold(tx, SYSTEM, ticket_id, Permission.TICKET_READ)
            await self._must_be_theirs(tx, actor, referral_id, ticket, is_unit=state != "withdrawn")
            now = self._clock()
            by = {"ended_by": actor.must_be_somebody(), "now": now}
            if await tx.value(sql.end_referral, id=referral_id, state=state, answer=end.answer, **by) is None:
                raise Conflict("This question is answered, sent back or taken back already.")
            changes = {"referral": [None, preview(end.answer, 300)]}
            await self._cases.moved(tx, case, _ENDED[state], changes)
            await self._tell_owner(tx, ticket, referral_id)
            [row] = await _rows(tx, SYSTEM, now, ids=[referral_id])
        return store.referral(row)

    async def _must_be_theirs(self, tx: Tx, actor: Actor, referral_id: UUID, ticket: Case, *, is_unit: bool) -> None:
        actor.must(Permission.COMPLAINT_HANDLE)
        if actor.id in ticket["hidden_from"]:
            raise NotFound
        if is_unit:
            if not await _rows(tx, actor, self._clock(), ids=[referral_id]):
                raise NotFound
        elif not actor.sees(ticket["branch_id"]) or not may_know(actor, ticket):
            raise NotFound

    async def _tell_owner(self, tx: Tx, ticket: Case, referral_id: UUID) -> None:
        if ticket["owner_id"] is not None:
            notice = Notice(kind="complaint_referred", source=f"referral:{referral_id}:ended")
            await self._notices.notify(tx, [ticket["owner_id"]], DocumentRef(kind="ticket", id=ticket["id"]), notice)

    async def unseen(self, actor: Actor, ids: Collection[UUID]) -> set[UUID]:
        """Return which of these are questions about a complaint of which this actor never knows."""
        rows = await self._db.rows(sql.unseen_referrals, ids=sorted(ids), me=actor.id)
        return {row["id"] for row in rows}

    async def list_for_units(self, actor: Actor, state: ReferralState | None) -> list[ReferralView]:
        """Return what the units in scope are asked, what is due first."""
        actor.must(Permission.COMPLAINT_HANDLE)
        return [store.referral(row) for row in await _rows(self._db, actor, self._clock(), state=state)]


async def of_complaint(reader: Tx | Database, ticket_id: UUID, now: datetime) -> list[ReferralView]:
    return [store.referral(row) for row in await _rows(reader, SYSTEM, now, ticket_id=ticket_id)]


async def _rows(
    reader: Tx | Database,
    actor: Actor,
    now: datetime,
    *,
    ids: list[UUID] | None = None,
    ticket_id: UUID | None = None,
    state: ReferralState | None = None,
) -> list[Row]:
    scope = {"branches": actor.branch_scope, "me": actor.id}
    return await reader.rows(sql.list_referrals, ids=ids, ticket_id=ticket_id, state=state, now=now, **scope)
