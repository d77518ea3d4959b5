"""What hangs on a ticket: who follows it, its conversations, checklist, time spent, what was done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from access.model import Permission
from core.actor import Actor
from core.errors import Invalid, NotFound
from core.ids import StaffId, uuid7
from core.text import must_be_seen
from storage.database import Row, Tx
from storage.queries import Query
from tickets.model import CheckChange, NewCheck, NewPaper, NewTime
from tickets.service import Tickets
from tickets.store import sql


class Worklog:
    """Small things, each a use-case of its own; a change of any tells the ticket's page."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets, self._db, self._clock = tickets, tickets.db, tickets.clock

    async def follow(self, actor: Actor, ticket_id: UUID) -> None:
        """Hear of every change of stage."""
        await self._note(actor, ticket_id, Permission.TICKET_READ, sql.add_follower, staff_id=actor.must_be_somebody())

    async def unfollow(self, actor: Actor, ticket_id: UUID) -> None:
        await self._note(
            actor, ticket_id, Permission.TICKET_READ, sql.remove_follower, staff_id=actor.must_be_somebody()
        )

    async def add_interaction(self, actor: Actor, ticket_id: UUID, interaction_id: UUID) -> None:
        """Say that a conversation is about it."""
        async with self._db.transaction(actor) as tx:
            await self._held(tx, actor, ticket_id)
            row = await tx.row(sql.interaction_for_ticket, id=interaction_id)
            if row is None or not actor.sees(row["branch_id"]):
                raise Invalid("There is no such conversation.", field="interaction_id")
            link = {"ticket_id": ticket_id, "interaction_id": interaction_id}
            await tx.run(sql.link_interaction, **link, now=self._clock())
            await self._tickets.tell(tx, ticket_id, "interactions")

    async def remove_interaction(self, actor: Actor, ticket_id: UUID, interaction_id: UUID) -> None:
        await self._note(
            actor, ticket_id, Permission.TICKET_WRITE, sql.unlink_interaction, interaction_id=interaction_id
        )

    async def add_check(self, actor: Actor, ticket_id: UUID, new: NewCheck) -> None:
        """Write down something to be done."""
        await self._note(actor, ticket_id, Permission.TICKET_WRITE, sql.add_check, id=uuid7(), text=new.text)

    async def put_check(self, tx: Tx, ticket_id: UUID, text: str) -> None:
        """Write down something to be done, for a rule; the ticket is held."""
        await tx.run(sql.add_check, id=uuid7(), ticket_id=ticket_id, text=text)
        await self._tickets.tell(tx, ticket_id, "list")

    async def change_check(self, actor: Actor, ticket_id: UUID, check_id: UUID, change: CheckChange) -> None:
        said = {"id": check_id, "text": change.text, "is_done": change.is_done, "now": self._clock(), "by": actor.id}
        await self._note(actor, ticket_id, Permission.TICKET_WRITE, sql.save_check, must_be_there=True, **said)

    async def remove_check(self, actor: Actor, ticket_id: UUID, check_id: UUID) -> None:
        await self._note(actor, ticket_id, Permission.TICKET_WRITE, sql.remove_check, must_be_there=True, id=check_id)

    async def add_time(self, actor: Actor, ticket_id: UUID, new: NewTime) -> None:
        """Book the own time; the ticket knows its sum."""
        async with self._db.transaction(actor) as tx:
            await self._held(tx, actor, ticket_id)
            now = self._clock()
            # Tomorrow is today somewhere.
            if new.worked_on is not None and new.worked_on > now.date() + timedelta(days=1):
                raise Invalid("Time is booked when it was spent.", field="worked_on")
            await tx.run(
                sql.add_time,
                id=uuid7(),
                ticket_id=ticket_id,
                staff_id=actor.must_be_somebody(),
                minutes=new.minutes,
                worked_on=new.worked_on or now.date(),
                note=new.note,
                now=now,
            )
            await self._summed(tx, ticket_id)

    async def remove_time(self, actor: Actor, ticket_id: UUID, time_id: UUID) -> None:
        """Take back time that was booked: the own, or anybody's for whoever manages tickets."""
        async with self._db.transaction(actor) as tx:
            await self._held(tx, actor, ticket_id)
            own = None if actor.may(Permission.TICKET_MANAGE) else actor.must_be_somebody()
            if await tx.value(sql.remove_time, id=time_id, ticket_id=ticket_id, staff_id=own) is None:
                raise NotFound
            await self._summed(tx, ticket_id)

    async def add_paper(self, actor: Actor, ticket_id: UUID, new: NewPaper) -> UUID:
        """Record what was done for the customer; `follows_id` links the document from which it was made."""
        must_be_seen("summary", new.summary)
        async with self._db.transaction(actor) as tx:
            await self._held(tx, actor, ticket_id)
            follows = new.follows_id
            if follows is not None and not await tx.value(sql.is_paper_of, id=follows, ticket_id=ticket_id):
                raise Invalid("There is no such document on this ticket.", field="follows_id")
            now, paper_id = self._clock(), uuid7()
            values: dict[str, Any] = new.model_dump() | {
                "at": new.at or now,
                "staff_id": new.staff_id or (None if actor.id is None else StaffId(actor.id)),
            }
            by = {"now": now, "created_by": actor.label}
            await tx.run(sql.add_paper, id=paper_id, ticket_id=ticket_id, **by, **values)
            await self._tickets.tell(tx, ticket_id, "papers")
        return paper_id

    async def put_paper(self, tx: Tx, ticket_id: UUID, new: NewPaper) -> None:
        """Record what was done elsewhere for a ticket: whoever did it was permitted to there."""
        await self._tickets.hold(tx, ticket_id)
        by = {"now": self._clock(), "created_by": tx.actor.label}
        values = new.model_dump() | {"at": new.at or self._clock()}
        await tx.run(sql.add_paper, id=uuid7(), ticket_id=ticket_id, **by, **values)
        await self._tickets.tell(tx, ticket_id, "papers")

    async def _summed(self, tx: Tx, ticket_id: UUID) -> None:
        await tx.run(sql.sum_time, ticket_id=ticket_id)
        await self._tickets.tell(tx, ticket_id, "times")

    async def _held(self, tx: Tx, actor: Actor, ticket_id: UUID, permission: str = Permission.TICKET_WRITE) -> Row:
        row = await self._tickets.must_see(tx, actor, ticket_id)
        actor.must(permission, row["branch_id"])
        return row

    async def _note(  # one statement under the lock of the ticket
        self, actor: Actor, ticket_id: UUID, permission: str, query: Query, *, must_be_there: bool = False, **said: Any
    ) -> None:
        async with self._db.transaction(actor) as tx:
            await self._held(tx, actor, ticket_id, permission)
            if not await tx.run(query, ticket_id=ticket_id, **said) and must_be_there:
                raise NotFound
            await self._tickets.tell(tx, ticket_id, "list")
