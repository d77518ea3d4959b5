"""Routes of the organisation's settings."""

from __future__ import annotations

from access.model import Permission
from core.http import Call, route
from organisation.model import OrganisationChange, OrganisationView
from organisation.service import Organisation


class OrganisationRoutes:
    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation

    @route("GET", "/api/organisation", permission=Permission.SETTINGS_MANAGE)
    async def show(self, call: Call) -> OrganisationView:
        """Show the organisation's settings, with the schema of them."""
        return await self._organisation.get(call.actor)

    @route("PUT", "/api/organisation", permission=Permission.SETTINGS_MANAGE)
    async def change(self, call: Call, body: OrganisationChange) -> OrganisationView:
        """Change the organisation's settings; every console takes them at once."""
        return await self._organisation.change(call.actor, body)
