"""Routes of the organisation's settings."""

from __future__ import annotations

from access.model import Permission
from core.http import PUBLIC, Call, route
from organisation.model import OrganisationChange, OrganisationFace, OrganisationView
from organisation.service import Organisation


class OrganisationRoutes:
    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation

    @route("GET", "/api/organisation", permission=Permission.SETTINGS_MANAGE)
    async def show(self, call: Call) -> OrganisationView:
        """Show the organisation's settings, with the schema of them."""
        return await self._organisation.get(call.actor)

    @route("GET", "/api/organisation/face", permission=PUBLIC)
    async def face(self, call: Call) -> OrganisationFace:  # noqa: ARG002 - every handler gets the call
        """Show what the sign-in page needs: name, sign, usual language."""
        return await self._organisation.face()

    @route("PUT", "/api/organisation", permission=Permission.SETTINGS_MANAGE)
    async def change(self, call: Call, body: OrganisationChange) -> OrganisationView:
        """Change the organisation's settings; every console takes them at once."""
        return await self._organisation.change(call.actor, body)
