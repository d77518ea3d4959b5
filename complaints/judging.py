"""What is decided, whether the complainant is content with it, and what they were told."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from access.model import Permission
from complaints import store
from complaints.cases import Case, Cases
from complaints.model import AFTER_REVIEW, NewAnswer, NewDecision, NewReview
from complaints.path import LACKS
from complaints.store import sql
from core.actor import Actor
from core.errors import Conflict, Forbidden, Invalid
from core.ids import BranchId, StaffId, uuid7
from notices.model import DocumentRef, Notice
from notices.service import Notices
from sla.model import OVER
from storage.database import Tx
from tickets.work import KIND

_TOLD_MOST = 50
_ARRIVED = ("sent", "delivered", "read")


class DecidedBefore(Forbidden):
    """Who decided a complaint before does not review it: somebody else has to."""


class Judging:
    def __init__(self, cases: Cases, notices: Notices) -> None:
        self._cases, self._notices = cases, notices
        self._db, self._clock = cases.db, cases.clock

    async def decide(self, actor: Actor, ticket_id: UUID, new: NewDecision) -> None:
        """Decide for the first time; what was decided is changed by a review alone."""
        async with self._db.transaction(actor) as tx:
            _, case = await self._cases.going(tx, actor, ticket_id, Permission.COMPLAINT_HANDLE)
            facts = await store.facts(tx, ticket_id)
            if facts.outcome is not None:
                raise Conflict("It is decided already: only a review decides anew.")
            await self._decided(tx, actor, case, new, "complaint_decided")

    async def review(self, actor: Actor, ticket_id: UUID, new: NewDecision) -> None:
        """Decide again, as somebody else; both decisions stay. Raises DecidedBefore."""
        async with self._db.transaction(actor) as tx:
            _, case = await self._cases.going(tx, actor, ticket_id, Permission.COMPLAINT_REVIEW)
            if not (await store.facts(tx, ticket_id)).is_review_open:
                raise Conflict("Nobody asked for a review, or it is decided.")
            if actor.id in {row["decided_by"] for row in await tx.rows(sql.list_decisions, ticket_id=ticket_id)}:
                raise DecidedBefore
            await self._decided(tx, actor, case, new, "complaint_reviewed")

    async def _decided(self, tx: Tx, actor: Actor, case: Case, new: NewDecision, cause: str) -> None:
        ticket_id, now, decision_id = case["ticket_id"], self._clock(), uuid7()
        if (await store.facts(tx, ticket_id)).open_referrals:
            raise Conflict(LACKS["referral"])
        known = await tx.rows(sql.list_decisions, ticket_id=ticket_id)
        await tx.run(
            sql.insert_decision,
            id=decision_id,
            ticket_id=ticket_id,
            number=len(known) + 1,
            decided_by=actor.must_be_somebody(),
            now=now,
            **new.model_dump(),
        )
        await tx.run(sql.end_review, ticket_id=ticket_id, decision_id=decision_id)
        case["investigated_at"] = case["investigated_at"] or now
        before = known[-1]["outcome"] if known else None
        changes = {"outcome": [before, new.outcome], "reasons": [None, new.reasons]}
        await self._cases.moved(tx, case, cause, changes, done=("investigation", "decision", "review"))

    async def ask_review(self, actor: Actor, ticket_id: UUID, new: NewReview) -> None:
        """Ask for a review on behalf of the complainant, who is not content; what was closed is open again."""
        async with self._db.transaction(actor) as tx:
            ticket, case = await self._cases.hold(tx, actor, ticket_id, Permission.TICKET_WRITE)
            await self.asked(tx, ticket, case, new.reason, by=actor.id)

    async def asked(self, tx: Tx, ticket: Case, case: Case, reason: str, *, by: UUID | None) -> None:
        """A review is asked for, of a complaint that is held; by nobody here where the complainant asks."""
        ticket_id = ticket["id"]
        facts, now = await store.facts(tx, ticket_id), self._clock()
        if facts.outcome is None or ticket["merged_into"] is not None:
            raise Conflict("There is nothing to review: it is not decided.")
        if facts.is_review_open:
            raise Conflict(LACKS["review"])
        values = {"id": uuid7(), "ticket_id": ticket_id, "reason": reason, "asked_by": by, "now": now}
        await tx.run(sql.insert_review, **values)
        await tx.run(sql.begin_anew, ticket_id=ticket_id, steps=["review", *AFTER_REVIEW])
        await self._cases.fit(tx, ticket, case)
        await self._cases.save(tx, case)
        changes = {"review": [None, reason]}
        if ticket["category"] in OVER:
            await self._cases.above.reopen(tx, ticket, "complaint_review", changes)
        else:
            await self._cases.above.note(tx, ticket_id, "complaint_review", changes)
        await self._tell_reviewers(tx, ticket, now)

    async def _tell_reviewers(self, tx: Tx, ticket: Case, now: datetime) -> None:
        """Tell those who may review it and did not decide it."""
        branch = None if ticket["branch_id"] is None else BranchId(ticket["branch_id"])
        able = await self._notices.who_may(tx, Permission.COMPLAINT_REVIEW, branch, _TOLD_MOST)
        decided = {row["decided_by"] for row in await tx.rows(sql.list_decisions, ticket_id=ticket["id"])}
        notice = Notice(kind="complaint_review", source=f"complaint:{ticket['id']}:review:{now.isoformat()}")
        people = [person for person in able if person not in decided]
        await self._notices.notify(tx, people, DocumentRef(kind=KIND, id=ticket["id"]), notice)

    async def answer(self, actor: Actor, ticket_id: UUID, new: NewAnswer) -> None:
        """Say how the complainant was told of the decision that counts: what was not sent is no answer."""
        async with self._db.transaction(actor) as tx:
            _, case = await self._cases.going(tx, actor, ticket_id, Permission.COMPLAINT_HANDLE)
            facts = await store.facts(tx, ticket_id)
            if facts.outcome is None or facts.is_review_open:
                raise Conflict("There is no decision of which to tell.")
            if facts.is_answered and not facts.is_answer_lost:
                raise Conflict("The complainant was told of this decision already.")
            decision = (await tx.rows(sql.list_decisions, ticket_id=ticket_id))[-1]
            now = self._clock()
            values = await self._given(tx, actor, ticket_id, new, decision["decided_at"], now)
            await tx.run(sql.insert_answer, id=uuid7(), ticket_id=ticket_id, decision_id=decision["id"], **values)
            changes: dict[str, list[Any]] = {"answer": [None, new.way], "note": [None, new.note]}
            await self._cases.moved(tx, case, "complaint_answered", changes, done=("answered",))

    async def _given(
        self, tx: Tx, actor: Actor, ticket_id: UUID, new: NewAnswer, since: datetime, now: datetime
    ) -> dict[str, Any]:
        """Return when and by what it was given. Raises Invalid for what is no answer to this decision."""
        by = actor.must_be_somebody()
        values = {"way": new.way, "message_id": new.message_id, "note": new.note, "given_by": by, "now": now}
        if new.message_id is None:
            given_at = new.given_at or now
            if not since <= given_at <= now:
                raise Invalid("An answer is given after the decision, and not in the future.", field="given_at")
            return values | {"given_at": given_at}
        row = await tx.row(sql.sent_messages, ticket_id=ticket_id, since=since, message_id=new.message_id)
        if row is None:
            raise Invalid("No such message was written to the complainant since the decision.", field="message_id")
        if row["delivery"] not in _ARRIVED:
            raise Conflict("This message is not sent yet, or did not arrive.", field="message_id")
        return values | {"given_at": row["at"], "given_by": StaffId(by)}
