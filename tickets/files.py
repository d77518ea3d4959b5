"""Files on a ticket itself: checked like any other, and for whoever may know of the ticket."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from access.model import Permission
from core.actor import Actor
from core.errors import Conflict, Forbidden, NotFound
from interactions.attachments import Attachments
from tickets import store
from tickets.service import Tickets
from tickets.store import sql

_MOST = 100


class TicketFiles:
    """What is added and removed stands in the ticket's history, with the name of the file."""

    def __init__(self, tickets: Tickets, attachments: Attachments) -> None:
        self._tickets, self._db, self._clock = tickets, tickets.db, tickets.clock
        self._attachments = attachments

    async def add(self, actor: Actor, ticket_id: UUID, request: web.Request) -> None:
        """Put a file on it, once it is known that it may be put there."""
        async with self._db.transaction(actor) as tx:
            row = await self._tickets.must_see(tx, actor, ticket_id)
            actor.must(Permission.TICKET_WRITE, row["branch_id"])
        stored = await self._attachments.upload(actor, request)
        now = self._clock()
        async with self._db.transaction(actor) as tx:
            row = await self._tickets.must_see(tx, actor, ticket_id)
            actor.must(Permission.TICKET_WRITE, row["branch_id"])
            if len(await tx.rows(sql.list_files, ticket_id=ticket_id)) >= _MOST:
                raise Conflict(f"A ticket has at most {_MOST} files.")
            bound = await tx.value(sql.bind_file, id=stored.id, ticket_id=ticket_id, owner=actor.label)
            if bound is None:
                raise NotFound
            by = {"by_label": actor.label, "by_name": tx.actor.name}
            await tx.run(sql.add_file, attachment_id=stored.id, ticket_id=ticket_id, at=now, **by)
            await self._tickets.kept(tx, dict(row) | {"now": now}, "changed", {"file": (None, stored.name)})

    async def remove(self, actor: Actor, ticket_id: UUID, file_id: UUID) -> None:
        """Take a file away: the own, or anybody's for whoever manages tickets."""
        async with self._db.transaction(actor) as tx:
            row = await self._tickets.must_see(tx, actor, ticket_id)
            actor.must(Permission.TICKET_WRITE, row["branch_id"])
            file = await tx.row(sql.get_file, ticket_id=ticket_id, id=file_id)
            if file is None:
                raise NotFound
            if file["by_label"] != actor.label and not actor.may(Permission.TICKET_MANAGE):
                raise Forbidden("Somebody else put this file there.")
            await tx.run(sql.remove_file, ticket_id=ticket_id, id=file_id)
            changes = {"file": (file["name"], None)}
            await self._tickets.kept(tx, dict(row) | {"now": self._clock()}, "changed", changes)

    async def download(self, actor: Actor, ticket_id: UUID, file_id: UUID) -> web.Response:
        """Serve a file of a ticket to whoever may know of it."""
        self._tickets.must_know(actor, await store.get(self._db, ticket_id))
        file = await self._db.row(sql.get_file, ticket_id=ticket_id, id=file_id)
        if file is None:
            raise NotFound
        return await self._attachments.serve(file)
