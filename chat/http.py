"""Routes of widgets: what pages ask, what administrators set, blocks, ratings; and visitors' files."""

from __future__ import annotations

from html import escape
from typing import Annotated
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from access.model import Permission
from chat.blocks import Block, Blocks, NewBlock
from chat.model import Key, NewWidget, Outcome, Secret, Widget, WidgetChange, WidgetView
from chat.ratings import Period, Ratings, Summary
from chat.service import Chats
from chat.sockets import own_origin
from chat.widgets import Widgets, locale_of
from core.actor import Actor, ActorKind
from core.errors import NotFound, Unauthenticated
from core.http import PUBLIC, Call, route
from interactions.attachments import Attachments
from interactions.model import AttachmentView

Site = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
_PAGE = """<!doctype html>
<html lang="{locale}" dir="{side}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<link rel="icon" href="data:,">
<script async src="/widget/markaz.js" data-site="{site}" data-locale="{locale}" data-page="full"></script></head>
<body></body></html>
"""
_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self' ws: wss:; img-src 'self' blob: data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors {frames}"
)


class WidgetList(BaseModel):
    items: list[Widget]


class WidgetQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    locale: str | None = Field(None, max_length=20)


class Invited(BaseModel):
    model_config = ConfigDict(extra="forbid")

    site: Site
    invitation: Key
    outcome: Outcome


class InvitationCount(BaseModel):
    invitation: str
    outcome: Outcome
    count: int


class InvitationCounts(BaseModel):
    items: list[InvitationCount]


class BlockQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    site: Site | None = None


class BlockList(BaseModel):
    items: list[Block]


class Summaries(BaseModel):
    items: list[Summary]


class WidgetRoutes:
    """What administrators set."""

    def __init__(self, widgets: Widgets) -> None:
        self._widgets = widgets

    @route("GET", "/api/widgets", permission=Permission.CHANNEL_MANAGE)
    async def widgets(self, call: Call) -> WidgetList:
        """List the chat widgets."""
        return WidgetList(items=await self._widgets.widgets(call.actor))

    @route("POST", "/api/widgets", permission=Permission.CHANNEL_MANAGE, status=201)
    async def add_widget(self, call: Call, body: NewWidget) -> Widget:
        """Add a chat widget for a site."""
        return await self._widgets.add(call.actor, body)

    @route("PUT", "/api/widgets/{site}", permission=Permission.CHANNEL_MANAGE)
    async def change_widget(self, call: Call, site: Site, body: WidgetChange) -> Widget:
        """Change a chat widget, or switch it off."""
        return await self._widgets.change(call.actor, site, body)

    @route("POST", "/api/widgets/{site}/secret", permission=Permission.CHANNEL_MANAGE, status=201, shows_secret=True)
    async def new_secret(self, call: Call, site: Site) -> Secret:
        """Make a new key for signing who a visitor is; the one before no longer counts."""
        return await self._widgets.new_secret(call.actor, site)

    @route("GET", "/api/widgets/{site}/invitations", permission=Permission.CHANNEL_MANAGE)
    async def invitations(self, call: Call, site: Site) -> InvitationCounts:
        """Count what became of a widget's invitations in the last 30 days."""
        rows = await self._widgets.counts(call.actor, site)
        return InvitationCounts(items=[InvitationCount(**dict(row)) for row in rows])


class VisitorRoutes:
    """What staff does about visitors."""

    def __init__(self, blocks: Blocks, ratings: Ratings) -> None:
        self._blocks, self._ratings = blocks, ratings

    @route("GET", "/api/visitors/blocks", permission=Permission.VISITOR_BLOCK)
    async def blocks(self, call: Call, query: BlockQuery) -> BlockList:
        """List who is blocked now."""
        return BlockList(items=await self._blocks.list_blocks(call.actor, query.site))

    @route("POST", "/api/visitors/blocks", permission=Permission.VISITOR_BLOCK, status=201)
    async def block(self, call: Call, body: NewBlock) -> Block:
        """Block the visitor of a chat."""
        return await self._blocks.block(call.actor, body)

    @route("DELETE", "/api/visitors/blocks/{block_id}", permission=Permission.VISITOR_BLOCK)
    async def lift(self, call: Call, block_id: UUID) -> None:
        """Let a blocked visitor write again."""
        await self._blocks.lift(call.actor, block_id)

    @route("GET", "/api/ratings/summary", permission=Permission.WORK_EXPLAIN)
    async def ratings(self, call: Call, query: Period) -> Summaries:
        """Sum up how visitors rated their chats, for each agent or queue."""
        return Summaries(items=await self._ratings.summaries(call.actor, query))


class ChatRoutes:
    """What pages with the widget ask."""

    def __init__(self, chats: Chats, widgets: Widgets, blocks: Blocks, attachments: Attachments) -> None:
        self._chats, self._widgets, self._blocks, self._attachments = chats, widgets, blocks, attachments

    @route("GET", "/chat/widgets/{site}", permission=PUBLIC)
    async def widget(self, call: Call, site: Site, query: WidgetQuery) -> WidgetView:
        """Get what a widget shows before anybody connects."""
        widget = await self._widgets.admitted(site, call.request.headers.get("Origin"), own_origin(call.request))
        return await self._widgets.view(widget, locale_of(query.locale, widget))

    @route("POST", "/chat/invitations", permission=PUBLIC, status=204)
    async def invited(self, call: Call, body: Invited) -> None:
        """Count what became of an invitation."""
        await self._widgets.count(body.site, body.invitation, body.outcome, call.address)

    @route("GET", "/chat/page/{site}", permission=PUBLIC)
    async def page(self, call: Call, site: Site, query: WidgetQuery) -> web.Response:  # noqa: ARG002 - every route has one
        """Show the widget on a page of its own, for phones, links in mails, and frames of the allowed sites (C11)."""
        found = await self._widgets.own(site)
        locale = locale_of(query.locale, found)
        view = await self._widgets.view(found, locale)
        text = _PAGE.format(site=site, locale=locale, side="ltr" if locale == "en" else "rtl", title=escape(view.title))
        policy = _POLICY.format(frames=" ".join(["'self'", *found.origins]) if found.origins else "*")
        headers = {"Content-Security-Policy": policy, "Cache-Control": "no-cache"}
        return web.Response(text=text, content_type="text/html", headers=headers)

    @route("POST", "/chat/files", permission=PUBLIC, status=201, form=True)
    async def upload(self, call: Call) -> AttachmentView:
        """Upload a file as a visitor; the header X-Visitor-Token and X-Site say who it is."""
        stored = await self._attachments.upload(await self._visitor(call), call.request)
        return stored.model_copy(update={"url": f"/chat/files/{stored.id}"})

    @route("GET", "/chat/files/{file_id}", permission=PUBLIC)
    async def download(self, call: Call, file_id: UUID) -> web.Response:
        """Get a file of the own chat as a visitor."""
        return await self._attachments.download_as_visitor(await self._visitor(call), file_id)

    async def _visitor(self, call: Call) -> Actor:
        headers = call.request.headers
        site = headers.get("X-Site", "")
        if len(site) > 40:  # noqa: PLR2004 - no site is longer
            raise NotFound
        visitor_id = self._chats.visitor_id(headers.get("X-Visitor-Token"), site)
        if visitor_id is None:
            raise Unauthenticated("The visitor's token is missing or not ours.")
        await self._blocks.must_be_welcome(visitor_id, site, self._chats.address_hash(call.address))
        return Actor(ActorKind.VISITOR, visitor_id, "Visitor")
