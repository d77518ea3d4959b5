"""Routes of the units of service cases."""

from __future__ import annotations

from uuid import UUID

from access.model import Permission
from core.http import Call, route
from tickets.unit import UnitChange, UnitOfCase
from tickets.units import Units


class UnitRoutes:
    def __init__(self, units: Units) -> None:
        self._units = units

    @route("GET", "/api/tickets/{ticket_id}/unit", permission=Permission.TICKET_READ)
    async def unit(self, call: Call, ticket_id: UUID) -> UnitOfCase:
        """Show the unit of a service case, its way through the stages, and earlier cases of it."""
        return await self._units.show(call.actor, ticket_id)

    @route("PUT", "/api/tickets/{ticket_id}/unit", permission=Permission.TICKET_WRITE)
    async def save_unit(self, call: Call, ticket_id: UUID, body: UnitChange) -> UnitOfCase:
        """Register the unit of a service case, or mend what is registered."""
        return await self._units.save(call.actor, ticket_id, body)
