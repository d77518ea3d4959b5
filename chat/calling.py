"""A visitor who waits asks to be called instead, and may call that off."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from pydantic import Field

from callbacks.parts import CallingBack
from chat.model import ClientId
from chat.service import Chats, Visitor
from chat.words import WORDS
from core.clock import Clock
from core.commands import Payload, Sender, command
from core.errors import Conflict, Invalid
from core.http import PUBLIC
from core.values import Value
from interactions.visitors import VisitorChats
from storage.database import Database

# Kept with the consent: what the widget says beside its check box; other words need another version.
CONSENT_VERSION = "callback-1"


class NotWaiting(Conflict):
    """Only who waits for an answer can be called instead."""


class AskCallback(Payload):
    client_id: ClientId
    phone: str = Field(min_length=3, max_length=40, pattern=r"^[^\x00-\x1f]+$")
    consent: bool


class WhichCallback(Payload):
    callback_id: UUID


class Promised(Value):
    """Whom we call, and under which id."""

    callback_id: UUID
    phone: str


class ChatCallbacks:
    def __init__(self, db: Database, clock: Clock, found: VisitorChats, calling: CallingBack, chats: Chats) -> None:
        self._db, self._clock, self._found, self._calling, self._chats = db, clock, found, calling, chats

    async def ask(self, visitor: Visitor, asked: AskCallback) -> Promised:
        """Keep the place for a call; the chat ends. Once per `client_id`."""
        if not asked.consent:
            raise Invalid("The consent is missing.", field="consent")
        number = self._calling.callbacks.number(asked.phone)
        async with self._db.transaction(visitor.actor) as tx:
            row = await self._found.lock_last(tx, visitor.account_id, str(visitor.id))
            known = row["details"].get("callback") if row["state"] == "closed" else None
            if known is not None:
                # The answer to the first request was lost.
                return Promised(callback_id=UUID(known["id"]), phone=known["number"])
            if row["state"] != "queued":
                raise NotWaiting
            callback_id = await self._calling.callbacks.ask(
                tx, row, number, asked.client_id, requested_by=visitor.actor.label, locale=visitor.locale
            )
            await self._chats.keep_consent(
                tx, visitor, row["id"], (CONSENT_VERSION, WORDS[visitor.locale]["callConsent"])
            )
        return Promised(callback_id=callback_id, phone=number)

    async def cancel(self, visitor: Visitor, callback_id: UUID) -> None:
        """The own one only; whoever is being called at this moment is told so."""
        async with self._db.transaction(visitor.actor) as tx:
            await self._calling.desk.cancel_by_customer(tx, callback_id, visitor.actor.label)


class Visitors(Protocol):
    """Who is on which socket."""

    def visitor(self, sender: Sender) -> Visitor: ...


class CallbackCommands:
    def __init__(self, visitors: Visitors, callbacks: ChatCallbacks) -> None:
        self._visitors, self._callbacks = visitors, callbacks

    @command("chat.callback", permission=PUBLIC)
    async def ask(self, sender: Sender, payload: AskCallback) -> Promised:
        """Be called at this number when your turn comes, instead of waiting here; ends the chat."""
        return await self._callbacks.ask(self._visitors.visitor(sender), payload)

    @command("chat.callback_cancel", permission=PUBLIC)
    async def cancel(self, sender: Sender, payload: WhichCallback) -> None:
        """Say that you need no call any more."""
        await self._callbacks.cancel(self._visitors.visitor(sender), payload.callback_id)
