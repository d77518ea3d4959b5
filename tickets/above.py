"""What those who stand above tickets do with them: they permitted it themselves, under the lock of the ticket."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from core.actor import Actor
from core.events import LoggedEvent
from storage.database import Row, Tx
from tickets import store
from tickets.confidence import may_know, readers
from tickets.flow import changed, difference, first_status
from tickets.model import TicketNarrowed
from tickets.service import Tickets
from tickets.store import sql

Changes = Mapping[str, Sequence[Any]]


class Sieve(Protocol):
    def __call__(self, room: str, may_stay: Callable[[Actor], bool]) -> None: ...


class Narrowing:
    """Lets sockets out of the pages of tickets of which their people may not know any more."""

    def __init__(self, sift: Sieve) -> None:
        self._sift = sift

    def narrowed(self, event: LoggedEvent) -> None:
        told = TicketNarrowed.model_validate_json(event.text)
        row = told.model_dump() | {"kind": told.kind_of}
        self._sift(f"document:ticket:{told.ticket_id}", lambda actor: may_know(actor, row))


class Above:
    """Changes by rule; history and all that follows are those of any other change."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def adjust(
        self,
        tx: Tx,
        ticket_id: UUID,
        said: Mapping[str, Any],
        cause: str,
        also: Mapping[str, Sequence[Any]] | None = None,
    ) -> None:
        """Change what is said; `also` is kept in its history besides, such as the reason."""
        row, now = await store.lock(tx, ticket_id), self._tickets.clock()
        before = dict(row)
        after = changed(before, said, await self._tickets.stage_after(tx, row, said), now)
        after["readers"] = readers(after["is_confidential"], row["readers"], after["owner_id"], row["requester_id"])
        changes = difference(before, after)
        if not changes:
            await self._note(tx, row, cause, also or {})
            return
        await self._tickets.settle(tx, after | {"now": now}, cause, {**changes, **(also or {})})

    async def note(self, tx: Tx, ticket_id: UUID, cause: str, changes: Mapping[str, Sequence[Any]]) -> None:
        """Write into its history what happened to it, and tell it."""
        await self._note(tx, await store.lock(tx, ticket_id), cause, changes)

    async def _note(self, tx: Tx, row: Row, cause: str, changes: Mapping[str, Sequence[Any]]) -> None:
        await self._tickets.kept(tx, dict(row) | {"now": self._tickets.clock()}, cause, changes)

    async def about(self, tx: Tx, ticket_id: UUID, interaction_id: UUID) -> None:
        """The customer began another conversation about it: what is said there counts from the first word on."""
        await store.lock(tx, ticket_id)
        await self._tickets.about(tx, ticket_id, interaction_id, is_heard=False)

    async def end(self, tx: Tx, actor: Actor, ticket_id: UUID) -> bool:
        """Close it, if whoever guards it agrees; False when it is closed already."""
        row = await store.lock(tx, ticket_id)
        stage = first_status(await store.statuses(tx), row["kind"], "closed")
        return await self._tickets.apply(tx, actor, row, {"status_id": stage.id}, cause="closed")

    async def reopen(self, tx: Tx, ticket: Mapping[str, Any], cause: str, also: Changes) -> None:
        """Let it be our turn again."""
        stage = first_status(await store.statuses(tx), ticket["kind"], "open")
        await self.adjust(tx, ticket["id"], {"status_id": stage.id}, cause, also)

    async def hide(self, tx: Tx, ticket_id: UUID, staff_ids: Sequence[UUID]) -> None:
        """Let exactly these never know of a ticket, nor of what was made of it, nor own it, nor be offered it."""
        made = [row["id"] for row in await tx.rows(sql.converted_from, id=ticket_id)]
        await tx.rows(sql.lock_tickets, ids=sorted({ticket_id, *made}))
        before = set((await store.lock(tx, ticket_id))["hidden_from"])
        for each in (ticket_id, *made):
            await self._hidden(tx, each, set(staff_ids), before - set(staff_ids))

    async def _hidden(self, tx: Tx, ticket_id: UUID, from_whom: set[UUID], shown_to: set[UUID]) -> None:
        row, now = await store.lock(tx, ticket_id), self._tickets.clock()
        hidden = (set(row["hidden_from"]) - shown_to) | from_whom
        if hidden == set(row["hidden_from"]):
            return
        before = dict(row)
        said = {"owner_id": None} if row["owner_id"] in hidden else {}
        after = changed(before, said, await self._tickets.stage_after(tx, row, said), now)
        after |= {"hidden_from": sorted(hidden), "readers": sorted(set(row["readers"]) - hidden)}
        changes = difference(before, after)
        changes["hidden_from"] = [sorted(map(str, row["hidden_from"])), sorted(map(str, hidden))]
        await self._tickets.settle(tx, after | {"now": now}, "hidden", changes)
