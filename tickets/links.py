"""Tickets among each other: parents, what is related, merging and splitting, each of which can be taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import Field

from access.model import Permission
from core.actor import Actor
from core.errors import Conflict, Invalid
from core.values import Value
from storage.database import Row, Tx
from tickets import store
from tickets.flow import changed, difference, first_status, must_be_whole, undone
from tickets.model import LinkKind, NewLink, NewTicket, Subject
from tickets.service import Tickets
from tickets.store import sql

_MERGED = "merged"


class NewSplit(Value):
    """What becomes a ticket of its own."""

    subject: Subject
    interaction_ids: tuple[UUID, ...] = Field((), max_length=100, description="Conversations that go along.")


class Links:
    def __init__(self, tickets: Tickets) -> None:
        self._tickets, self._db, self._clock = tickets, tickets.db, tickets.clock

    async def link(self, actor: Actor, ticket_id: UUID, new: NewLink) -> None:
        """Name another ticket; nothing becomes its own ancestor."""
        async with self._db.transaction(actor) as tx:
            await self._both(tx, actor, ticket_id, new.to_id)
            if new.kind == "parent":
                above = {row["id"] for row in await tx.rows(sql.ancestors, id=new.to_id)}
                if ticket_id in above:
                    raise Invalid("That ticket stands below this one.", field="to_id")
            await tx.run(sql.add_link, from_id=ticket_id, to_id=new.to_id, kind=new.kind, now=self._clock())
            await self._tickets.tell(tx, ticket_id, "links")
            await self._tickets.tell(tx, new.to_id, "links")

    async def unlink(self, actor: Actor, ticket_id: UUID, other_id: UUID, kind: LinkKind) -> None:
        async with self._db.transaction(actor) as tx:
            await self._both(tx, actor, ticket_id, other_id)
            await tx.run(sql.remove_link, one=ticket_id, other=other_id, kind=kind)
            await self._tickets.tell(tx, ticket_id, "links")
            await self._tickets.tell(tx, other_id, "links")

    async def merge(self, actor: Actor, ticket_id: UUID, into_id: UUID) -> None:
        """End a ticket in another one of the same requester: its conversations are about that one as well.

        It keeps all that hangs on it, so that `unmerge` gives everything back.
        """
        async with self._db.transaction(actor) as tx:
            row, into = await self._both(tx, actor, ticket_id, into_id)
            actor.must(Permission.TICKET_MERGE, row["branch_id"])
            if into["merged_into"] is not None or row["merged_into"] is not None:
                raise Conflict("One of them is merged already.")
            if await self._requesters(tx, row) != await self._requesters(tx, into):
                raise Conflict("They are of different requesters.")
            if row["kind"] != into["kind"] or row["is_confidential"] != into["is_confidential"]:
                raise Conflict("They are of different kinds, or one of them is confidential.")
            if set(row["hidden_from"]) != set(into["hidden_from"]):
                raise Conflict("One of them is hidden from somebody who may know of the other.")
            now = self._clock()
            closed = first_status(await store.statuses(tx), row["kind"], "closed")
            before = dict(row)
            after = changed(before, {"merged_into": into_id, "status_id": closed.id}, closed.stage, now)
            moved = await tx.rows(sql.move_interactions, from_id=ticket_id, to_id=into_id)
            changes: dict[str, Any] = difference(before, after)
            changes["interactions"] = [[], [str(each["interaction_id"]) for each in moved]]
            await tx.run(sql.add_link, from_id=ticket_id, to_id=into_id, kind="duplicate", now=now)
            await self._tickets.settle(tx, after | {"now": now}, _MERGED, changes)
            await self._tickets.tell(tx, into_id, "links")

    async def unmerge(self, actor: Actor, ticket_id: UUID) -> None:
        """Take a merge back: the ticket is where it was, and what went along with it comes back."""
        async with self._db.transaction(actor) as tx:
            row = await self._tickets.must_see(tx, actor, ticket_id)
            actor.must(Permission.TICKET_MERGE, row["branch_id"])
            if row["merged_into"] is None:
                raise Conflict("It is not merged.")
            into_id, now = row["merged_into"], self._clock()
            last = next(
                each
                for each in await store.history(tx, ticket_id, UUID(int=2**128 - 1), 500)
                if each.cause == _MERGED and each.undone_at is None
            )
            changes = {name: list(pair) for name, pair in last.changes.items() if name != "interactions"}
            said = undone(dict(row), changes)
            status = next(each for each in await store.statuses(tx) if each.id == said["status_id"])
            before = dict(row)
            after = changed(before, said, status.stage, now)
            for interaction_id in last.changes["interactions"][1]:
                await tx.run(sql.unlink_interaction, ticket_id=into_id, interaction_id=UUID(interaction_id))
            await tx.run(sql.remove_link, one=ticket_id, other=into_id, kind="duplicate")
            await tx.run(sql.mark_undone, id=last.id, now=now)
            await self._tickets.settle(tx, after | {"now": now}, "unmerged", difference(before, after))
            await self._tickets.tell(tx, into_id, "links")

    async def split(self, actor: Actor, ticket_id: UUID, new: NewSplit) -> UUID:
        """Make a ticket of its own of a part; merging the two takes it back."""
        async with self._db.transaction(actor) as tx:
            row = await self._tickets.must_see(tx, actor, ticket_id)
            must_be_whole(row["merged_into"])
            here = {each["interaction_id"] for each in await tx.rows(sql.list_interactions, ticket_id=ticket_id)}
            if not set(new.interaction_ids) <= here:
                raise Invalid("This conversation is not about the ticket.", field="interaction_ids")
            taken = {name: row[name] for name in ("kind", "customer_id", "branch_id", "queue_id", "is_confidential")}
            requester = row["requester_id"] if row["requester_kind"] == "internal" else None
            opened = NewTicket(subject=new.subject, requester_id=requester, fields=row["fields"], **taken)
            hidden = row["hidden_from"]
            split_id = await self._tickets.open_in(tx, actor, opened, source=row["source"], hidden_from=hidden)
            now = self._clock()
            for interaction_id in new.interaction_ids:
                await tx.run(sql.link_interaction, ticket_id=split_id, interaction_id=interaction_id, now=now)
                await tx.run(sql.unlink_interaction, ticket_id=ticket_id, interaction_id=interaction_id)
            await tx.run(sql.add_link, from_id=ticket_id, to_id=split_id, kind="split", now=now)
            await self._tickets.tell(tx, ticket_id, "links")
        return split_id

    async def _both(self, tx: Tx, actor: Actor, one: UUID, other: UUID) -> tuple[Row, Row]:
        """Hold two tickets, in one order whoever asks."""
        if one == other:
            raise Invalid("A ticket has nothing to do with itself.", field="to_id")
        await tx.rows(sql.lock_tickets, ids=[one, other])
        rows = await self._tickets.must_see(tx, actor, one), await self._tickets.must_see(tx, actor, other)
        for row in rows:
            actor.must(Permission.TICKET_WRITE, row["branch_id"])
        return rows

    async def _requesters(self, tx: Tx, row: Row) -> tuple[object, ...]:
        """Return whose it is, following merges of customers."""
        if row["customer_id"] is None:
            return ("staff", row["requester_id"])
        return ("customer", (await self._tickets.customers.card(tx, row["customer_id"])).id)
