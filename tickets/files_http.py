"""Routes of files on tickets."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from access.model import Permission
from core.http import Call, route
from tickets.files import TicketFiles
from tickets.listing import Listing
from tickets.model import TicketView


class TicketFileRoutes:
    """Each change answers with the ticket as it is then."""

    def __init__(self, files: TicketFiles, listing: Listing) -> None:
        self._files, self._listing = files, listing

    @route("POST", "/api/tickets/{ticket_id}/files", permission=Permission.TICKET_WRITE, status=201, form=True)
    async def add_file(self, call: Call, ticket_id: UUID) -> TicketView:
        """Put a file on a ticket."""
        await self._files.add(call.actor, ticket_id, call.request)
        return await self._listing.show(call.actor, ticket_id)

    @route("GET", "/api/tickets/{ticket_id}/files/{file_id}", permission=Permission.TICKET_READ)
    async def file(self, call: Call, ticket_id: UUID, file_id: UUID) -> web.Response:
        """Get a file of a ticket."""
        return await self._files.download(call.actor, ticket_id, file_id)

    @route("DELETE", "/api/tickets/{ticket_id}/files/{file_id}", permission=Permission.TICKET_WRITE)
    async def remove_file(self, call: Call, ticket_id: UUID, file_id: UUID) -> TicketView:
        """Take a file away from a ticket: the own, or any for who manages tickets."""
        await self._files.remove(call.actor, ticket_id, file_id)
        return await self._listing.show(call.actor, ticket_id)
