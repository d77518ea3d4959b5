"""What goes out, over HTTP and sockets: signatures, replies that wait, to whom a mail goes, what went word for word."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from access.model import Locale, Permission
from core.actor import Actor
from core.commands import Payload, Sender, command
from core.http import SIGNED_IN, Call, route
from core.values import Value
from interactions.departures import Departures
from interactions.desk_settings import DeskSetting, DeskSettings
from interactions.held import HeldReplies, HeldView, HoldReply, Postpone
from interactions.recipients import Recipients
from interactions.service import Interactions
from interactions.signatures import Letterhead, NewSignature, Preview, Signature, SignatureChange
from storage.database import Tx


class Hold(Payload, HoldReply):
    interaction_id: UUID


class TakeBack(Payload):
    """`device` names who has the words in the composer at once, as `client_id` does of drafts."""

    held_id: UUID
    device: str = Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")


class Later(Payload, Postpone):
    held_id: UUID


class SaveDesk(Payload, DeskSetting):
    pass


class Held(Value):
    held: HeldView


class Desk(Value):
    desk: DeskSetting


class SignatureList(BaseModel):
    items: list[Signature]


class Previewed(BaseModel):
    text: str


class HeldList(BaseModel):
    items: list[HeldView]


class HeldQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    interaction_id: UUID | None = None
    of_all: bool = Field(default=False, description="Everybody's, for who supervises.")


class LetterheadQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    locale: Locale | None = None


class PostCommands:
    def __init__(self, held: HeldReplies, desks: DeskSettings) -> None:
        self._held, self._desks = held, desks

    @command("interaction.hold", permission=Permission.INTERACTION_REPLY)
    async def hold(self, sender: Sender, payload: Hold) -> Held:
        """Say something that can be taken back for a while, or that goes at a moment."""
        return Held(held=await self._held.hold(sender.actor, payload.interaction_id, payload))

    @command("held.take_back", permission=Permission.INTERACTION_REPLY)
    async def take_back(self, sender: Sender, payload: TakeBack) -> Held:
        """Stop a reply that has not gone; you have the words as a draft again."""
        return Held(held=await self._held.take_back(sender.actor, payload.held_id, payload.device))

    @command("held.postpone", permission=Permission.INTERACTION_REPLY)
    async def postpone(self, sender: Sender, payload: Later) -> Held:
        """Let a reply that waits for its moment wait for another one."""
        return Held(held=await self._held.postpone(sender.actor, payload.held_id, payload))

    @command("desk.save", permission=Permission.INTERACTION_REPLY)
    async def save_desk(self, sender: Sender, payload: SaveDesk) -> Desk:
        """Say how you want your desk."""
        return Desk(desk=await self._desks.save(sender.actor, payload))

    async def part(self, tx: Tx, actor: Actor) -> dict[str, Any]:
        """Add what waits and how the desk is to the console's snapshot."""
        return {**await self._held.part(tx, actor), **await self._desks.part(tx, actor)}


class PostRoutes:
    def __init__(self, interactions: Interactions, departures: Departures, desks: DeskSettings) -> None:
        self._interactions, self._departures, self._desks = interactions, departures, desks
        self._signatures, self._held = interactions.signatures, interactions.held

    @route("GET", "/api/signatures", permission=Permission.INTERACTION_REPLY)
    async def signatures(self, call: Call) -> SignatureList:
        """List your own signature, and with `answer.manage` those of queues."""
        return SignatureList(items=await self._signatures.list_all(call.actor))

    @route("POST", "/api/signatures", permission=Permission.INTERACTION_REPLY, status=201)
    async def add_signature(self, call: Call, body: NewSignature) -> Signature:
        """Add your own signature, or with `answer.manage` that of a queue."""
        return await self._signatures.add(call.actor, body)

    @route("PUT", "/api/signatures/{signature_id}", permission=Permission.INTERACTION_REPLY)
    async def change_signature(self, call: Call, signature_id: UUID, body: SignatureChange) -> Signature:
        """Change a signature, or switch it on or off."""
        return await self._signatures.change(call.actor, signature_id, body)

    @route("POST", "/api/text-previews", permission=Permission.INTERACTION_REPLY)
    async def preview(self, call: Call, body: Preview) -> Previewed:
        """Fill in a text as a customer would read it; nothing is kept."""
        return Previewed(text=await self._signatures.preview(call.actor, body))

    @route("GET", "/api/interactions/{interaction_id}/letterhead", permission=Permission.INTERACTION_READ)
    async def letterhead(self, call: Call, interaction_id: UUID, query: LetterheadQuery) -> Letterhead:
        """Show the signature and the placeholders' values that a mail of yours would get now."""
        return await self._signatures.letterhead(call.actor, interaction_id, query.locale)

    @route("GET", "/api/interactions/{interaction_id}/recipients", permission=Permission.INTERACTION_READ)
    async def recipients(self, call: Call, interaction_id: UUID) -> Recipients:
        """Say to whom an answer to all would go."""
        return await self._interactions.everybody(call.actor, interaction_id)

    @route("GET", "/api/held-replies", permission=Permission.INTERACTION_REPLY)
    async def held_replies(self, call: Call, query: HeldQuery) -> HeldList:
        """List replies that wait to be sent, the next first."""
        found = await self._held.list_all(call.actor, query.interaction_id, of_all=query.of_all)
        return HeldList(items=found)

    @route(
        "POST", "/api/interactions/{interaction_id}/held-replies", permission=Permission.INTERACTION_REPLY, status=201
    )
    async def hold_reply(self, call: Call, interaction_id: UUID, body: HoldReply) -> HeldView:
        """Say something that can be taken back for a while, or that goes at a moment."""
        return await self._held.hold(call.actor, interaction_id, body)

    @route("PUT", "/api/held-replies/{held_id}", permission=Permission.INTERACTION_REPLY)
    async def postpone_reply(self, call: Call, held_id: UUID, body: Postpone) -> HeldView:
        """Let a reply wait for another moment."""
        return await self._held.postpone(call.actor, held_id, body)

    @route("DELETE", "/api/held-replies/{held_id}", permission=Permission.INTERACTION_REPLY)
    async def stop_reply(self, call: Call, held_id: UUID) -> None:
        """Take a reply back before it goes."""
        await self._held.take_back(call.actor, held_id, "api")

    @route("PUT", "/api/desk-setting", permission=Permission.INTERACTION_REPLY)
    async def save_desk_setting(self, call: Call, body: DeskSetting) -> DeskSetting:
        """Say how you want your desk."""
        return await self._desks.save(call.actor, body)

    @route("GET", "/api/messages/{message_id}/original", permission=SIGNED_IN)
    async def original(self, call: Call, message_id: UUID) -> web.Response:
        """Get a mail of a conversation that you may read, byte for byte as it came or went."""
        return await self._departures.original(call.actor, message_id)
