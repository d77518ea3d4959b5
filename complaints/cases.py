"""What the use-cases of complaints share, in the caller's transaction: the ticket is held first, then its path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from complaints import store
from complaints.model import Step
from complaints.path import deadlines, review_deadlines, stage
from complaints.settings import Days, Policy
from complaints.store import sql
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, MarkazError
from sla.model import OVER
from sla.rules import Rules
from storage import jobs
from storage.database import Database, Tx
from tickets.above import Above
from tickets.service import Tickets

LATE = "complaint.late"
Case = dict[str, Any]


class Over(Conflict):
    """A complaint that is closed is only opened again by a review."""


class Cases:
    def __init__(self, db: Database, clock: Clock, tickets: Tickets) -> None:
        self.db, self.clock = db, clock
        self.tickets, self.above = tickets, Above(tickets)

    async def hold(self, tx: Tx, actor: Actor, ticket_id: UUID, permission: str) -> tuple[Case, Case]:
        """Hold a complaint, as ticket and as path, of which the actor may know and with which they may do this."""
        ticket = await self.tickets.must_see(tx, actor, ticket_id)
        actor.must(permission, ticket["branch_id"])
        return dict(ticket), dict(await store.lock(tx, ticket_id))

    async def going(self, tx: Tx, actor: Actor, ticket_id: UUID, permission: str) -> tuple[Case, Case]:
        """Hold one that is not closed. Raises Over."""
        ticket, case = await self.hold(tx, actor, ticket_id, permission)
        if ticket["category"] in OVER or ticket["merged_into"] is not None:
            raise Over
        return ticket, case

    async def moved(
        self,
        tx: Tx,
        case: Case,
        cause: str,
        changes: Mapping[str, Sequence[Any]],
        *,
        done: Sequence[Step] = (),
        receipt_message_id: UUID | None = None,
    ) -> None:
        """Keep a complaint as it is now: its stage, the steps that are done, its history."""
        await self.save(tx, case, done, receipt_message_id)
        await self.above.note(tx, case["ticket_id"], cause, changes)

    async def save(self, tx: Tx, case: Case, done: Sequence[Step] = (), receipt_message_id: UUID | None = None) -> None:
        facts = replace(
            await store.facts(tx, case["ticket_id"]),
            is_acknowledged=case["acknowledged_at"] is not None,
            is_investigated=case["investigated_at"] is not None,
        )
        await store.save(tx, case | {"stage": stage(facts)}, receipt_message_id)
        if done:
            await tx.run(sql.end_steps, ticket_id=case["ticket_id"], steps=list(done), now=self.clock())

    # --- until when

    async def fit(self, tx: Tx, ticket: Mapping[str, Any], case: Mapping[str, Any]) -> None:
        """Let its steps be due by the policy that holds for it now; what is done stays done."""
        days = chosen(await store.policies(tx), ticket["type_id"], case["source_id"])
        hours = (await Rules.read(tx)).hours_at(ticket["branch_id"])
        due = deadlines(days, case["registered_at"], hours)
        reviews = await tx.rows(sql.list_reviews, ticket_id=case["ticket_id"])
        if reviews:
            due |= review_deadlines(days, reviews[-1]["asked_at"], hours)
        for step, at in due.items():
            if await tx.run(sql.set_deadline, ticket_id=case["ticket_id"], step=step, due_at=at):
                await self.leave_late(tx, case["ticket_id"], at)

    async def leave_late(self, tx: Tx, ticket_id: UUID, at: datetime) -> None:
        """Leave people to be told, should it not be done by then."""
        await jobs.enqueue(tx, LATE, {"ticket_id": str(ticket_id)}, run_at=at)


def chosen(policies: Sequence[Policy], type_id: UUID | None, source_id: UUID) -> Days:
    """Return what holds for a complaint: the first of those that name more before, and among equals the type."""
    for policy in policies:
        if policy.type_id in (None, type_id) and policy.source_id in (None, source_id):
            return policy.days
    raise MarkazError("No policy holds for every complaint.")
