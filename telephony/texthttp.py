"""Routes of the archive of texts, of consent, and of texts to many."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from access.model import Permission
from core.http import PUBLIC, Call, Page, route
from customers.http import before_id
from telephony.batches import Batches
from telephony.media import TextMedia
from telephony.textmodel import Batch, BatchItem, Consent, ConsentChange, NewBatch, Proof, Text, TextFilter, TextQuery
from telephony.texts import Texts


class ConsentQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: str | None = Field(None, max_length=40)


class ConsentList(BaseModel):
    items: list[Consent]


class BatchList(BaseModel):
    items: list[Batch]


class BatchItems(BaseModel):
    items: list[BatchItem]


class TextRoutes:
    def __init__(self, texts: Texts, batches: Batches, media: TextMedia) -> None:
        self._texts, self._batches, self._media = texts, batches, media

    @route("GET", "/api/texts", permission=Permission.INTERACTION_READ)
    async def texts(self, call: Call, query: TextQuery) -> Page[Text]:
        """Search the archive of texts, newest first."""
        more = query.model_copy(update={"limit": query.limit + 1})
        found = await self._texts.search(call.actor, more, before_id(query.cursor) if query.cursor else None)
        items = found[: query.limit]
        return Page[Text](items=items, next_cursor=str(items[-1].id) if len(found) > query.limit else None)

    @route("GET", "/api/texts/export", permission=Permission.REPORT_READ)
    async def export_texts(self, call: Call, query: TextFilter) -> web.StreamResponse:
        """Take what was found along as CSV, with what the carrier said of each text."""
        return await self._texts.export(call.actor, query)

    @route("GET", "/api/texts/{message_id}/proof", permission=Permission.INTERACTION_READ)
    async def proof(self, call: Call, message_id: UUID) -> Proof:
        """Show what the carrier said of a text, word for word."""
        return await self._texts.proof(call.actor, message_id)

    @route("GET", "/api/text-media/{token}", permission=PUBLIC)
    async def text_media(self, call: Call, token: str) -> web.StreamResponse:  # noqa: ARG002 - the token is who asks
        """Hand a file of a text to the carrier, by the address that the text carried."""
        return await self._media.serve(token)

    @route("GET", "/api/text-consents", permission=Permission.INTERACTION_READ)
    async def consents(self, call: Call, query: ConsentQuery) -> ConsentList:
        """List who wants no texts, or wants them again."""
        return ConsentList(items=await self._texts.consents(call.actor, query.number))

    @route("PUT", "/api/text-consents", permission=Permission.INTERACTION_REPLY)
    async def say_consent(self, call: Call, body: ConsentChange) -> None:
        """Keep what somebody told us by another way: no texts, or texts again."""
        await self._texts.say(call.actor, body)

    @route("GET", "/api/text-batches", permission=Permission.TEXT_SEND_MANY)
    async def batches(self, call: Call) -> BatchList:
        """List texts to many, newest first."""
        return BatchList(items=await self._batches.list_all(call.actor))

    @route("POST", "/api/text-batches", permission=Permission.TEXT_SEND_MANY, status=201)
    async def add_batch(self, call: Call, body: NewBatch) -> Batch:
        """Send a text to many, now or at a moment, once per `client_id`; who said stop is left out."""
        return await self._batches.add(call.actor, body)

    @route("GET", "/api/text-batches/{batch_id}/items", permission=Permission.TEXT_SEND_MANY)
    async def batch_items(self, call: Call, batch_id: UUID) -> BatchItems:
        """Show what became of each."""
        return BatchItems(items=await self._batches.items(call.actor, batch_id))

    @route("POST", "/api/text-batches/{batch_id}/cancel", permission=Permission.TEXT_SEND_MANY)
    async def cancel_batch(self, call: Call, batch_id: UUID) -> Batch:
        """Send no more of it."""
        return await self._batches.cancel(call.actor, batch_id)
