"""Routes of widgets, and of visitors' files."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field

from access.model import Permission
from chat.model import NewWidget, Widget, WidgetChange
from chat.service import Chats
from core.actor import Actor, ActorKind
from core.errors import NotFound, Unauthenticated
from core.http import PUBLIC, Call, route
from interactions.attachments import Attachments
from interactions.model import AttachmentView

Site = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]


class Widgets(BaseModel):
    items: list[Widget]


class ChatRoutes:
    def __init__(self, chats: Chats, attachments: Attachments) -> None:
        self._chats, self._attachments = chats, attachments

    @route("GET", "/api/widgets", permission=Permission.CHANNEL_MANAGE)
    async def widgets(self, call: Call) -> Widgets:
        """List the chat widgets."""
        return Widgets(items=await self._chats.widgets(call.actor))

    @route("POST", "/api/widgets", permission=Permission.CHANNEL_MANAGE, status=201)
    async def add_widget(self, call: Call, body: NewWidget) -> Widget:
        """Add a chat widget for a site."""
        return await self._chats.add_widget(call.actor, body)

    @route("PUT", "/api/widgets/{site}", permission=Permission.CHANNEL_MANAGE)
    async def change_widget(self, call: Call, site: Site, body: WidgetChange) -> Widget:
        """Change a chat widget, or switch it off."""
        return await self._chats.change_widget(call.actor, site, body)

    @route("POST", "/chat/files", permission=PUBLIC, status=201, form=True)
    async def upload(self, call: Call) -> AttachmentView:
        """Upload a file as a visitor; the header X-Visitor-Token and X-Site say who it is."""
        stored = await self._attachments.upload(self._visitor(call), call.request)
        return stored.model_copy(update={"url": f"/chat/files/{stored.id}"})

    @route("GET", "/chat/files/{file_id}", permission=PUBLIC)
    async def download(self, call: Call, file_id: UUID) -> web.Response:
        """Get a file of the own chat as a visitor."""
        return await self._attachments.download_as_visitor(self._visitor(call), file_id)

    def _visitor(self, call: Call) -> Actor:
        headers = call.request.headers
        site = headers.get("X-Site", "")
        if len(site) > 40:  # noqa: PLR2004 - no site is longer
            raise NotFound
        visitor_id = self._chats.visitor_id(headers.get("X-Visitor-Token"), site)
        if visitor_id is None:
            raise Unauthenticated("The visitor's token is missing or not ours.")
        return Actor(ActorKind.VISITOR, visitor_id, "Visitor")
