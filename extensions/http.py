"""Routes of extensions, and of the context that a frame is told."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel

from access.model import Permission
from core.http import COLLEAGUE, Call, route
from extensions.model import Context, ContextAsked, Extension, ExtensionChange, ExtensionMade, NewExtension
from extensions.service import Extensions


class ExtensionList(BaseModel):
    items: list[Extension]


class ExtensionRoutes:
    def __init__(self, extensions: Extensions) -> None:
        self._extensions = extensions

    @route("GET", "/api/extensions", permission=Permission.EXTENSION_MANAGE)
    async def extensions(self, call: Call) -> ExtensionList:
        """List pages of other systems that are shown in the console."""
        return ExtensionList(items=await self._extensions.list_all(call.actor))

    @route("POST", "/api/extensions", permission=Permission.EXTENSION_MANAGE, status=201, shows_secret=True)
    async def add_extension(self, call: Call, body: NewExtension) -> ExtensionMade:
        """Show another system's page; the secret that signs its context is shown this once."""
        return await self._extensions.add(call.actor, body)

    @route("PUT", "/api/extensions/{extension_id}", permission=Permission.EXTENSION_MANAGE)
    async def change_extension(self, call: Call, extension_id: UUID, body: ExtensionChange) -> Extension:
        """Change an extension, or switch it on or off."""
        return await self._extensions.change(call.actor, extension_id, body)

    @route("POST", "/api/extensions/{extension_id}/secret", permission=Permission.EXTENSION_MANAGE, shows_secret=True)
    async def renew_secret(self, call: Call, extension_id: UUID) -> ExtensionMade:
        """Make another secret for an extension; it is shown this once."""
        return await self._extensions.renew_secret(call.actor, extension_id)

    @route("DELETE", "/api/extensions/{extension_id}", permission=Permission.EXTENSION_MANAGE)
    async def delete_extension(self, call: Call, extension_id: UUID) -> None:
        """Show another system's page no longer."""
        await self._extensions.delete(call.actor, extension_id)

    @route("POST", "/api/extensions/{extension_id}/context", permission=COLLEAGUE, shows_secret=True)
    async def context(self, call: Call, extension_id: UUID, body: ContextAsked) -> Context:
        """Sign, for an extension's frame, who looks at what; for five minutes."""
        return await self._extensions.context(call.actor, extension_id, body)
