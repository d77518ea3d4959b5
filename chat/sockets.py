"""The widget over sockets: the `/chat` namespace."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

from aiohttp import web
from pydantic import Field

from chat.identity import TOKEN_MOST
from chat.model import Answers, ChatSaid, ChatText, ClientId
from chat.opening import Known
from chat.service import Chats, Visitor
from chat.words import BLOCKED
from core.allowance import Allowances
from core.commands import Commands, Payload, Sender, command
from core.errors import Invalid, MarkazError, NotFound, Unauthenticated
from core.events import LoggedEvent
from core.feed import Feed
from core.http import PUBLIC
from core.http.api import client_address
from core.realtime import SocketServer
from core.realtime.door import Door, Guest
from core.tasks import Tasks
from interactions.model import visitor_message
from storage.database import Database

NAMESPACE = "/chat"
_LAST = 2**31 - 1
_BEAT_SECONDS = 30.0


class Hello(Payload):
    seq: int | None = Field(None, ge=0, le=2**53)


class Send(Payload, Answers):
    client_id: ClientId
    text: ChatText = ""
    name: str | None = Field(None, max_length=100, pattern=r"^[^\x00-\x1f]*$")
    email: str | None = Field(None, max_length=254, pattern=r"^[^\s\x00]+@[^\s\x00]+$")
    phone: str | None = Field(None, max_length=40, pattern=r"^[^\x00-\x1f]*$")
    attachments: tuple[UUID, ...] = Field(default=(), max_length=5)


class Rate(Payload):
    score: int = Field(ge=1, le=5)
    comment: str = Field("", max_length=2000, pattern=r"^[^\x00]*$")


class AskTranscript(Payload):
    email: str = Field(min_length=3, max_length=254)
    email_again: str = Field(min_length=3, max_length=254)


class Typing(Payload):
    is_typing: bool
    preview: str = Field("", max_length=500)


class Seen(Payload):
    seq: int = Field(ge=0, le=_LAST)


class End(Payload):
    """Nothing more is needed."""


class WidgetDoor:
    """Visitors' sockets. `hint` carries what is not stored to the sockets of all nodes."""

    def __init__(
        self,
        db: Database,
        sockets: SocketServer,
        feed: Feed,
        chats: Chats,
        hint: Callable[[str, str, dict[str, Any]], None],
        tasks: Tasks,
        burst: int,
    ) -> None:
        self._db, self._sockets, self._feed, self._chats, self._hint = db, sockets, feed, chats, hint
        self._tasks = tasks
        self.commands = Commands(NAMESPACE)
        self.commands.add(self)
        self._visitors: dict[str, Visitor] = {}
        self._allowances = Allowances(burst, time.monotonic)
        self._door = Door(self.commands, self._admit, self._left)

    def open(self) -> None:
        self._sockets.register(self._door)

    async def _admit(self, request: web.Request, auth: Any, sid: str) -> Guest:
        if not isinstance(auth, dict):
            raise Invalid("The widget says which site it is on.")
        texts = {
            name: auth[name]
            for name in ("visitor_token", "site", "page", "locale", "identity")
            if isinstance(auth.get(name), str)
        }
        if any(len(text) > TOKEN_MOST for text in texts.values()):
            raise Invalid("This is too long.")
        origin = request.headers.get("Origin")
        visitor = await self._chats.enter(
            texts.get("site", ""),
            texts.get("visitor_token"),
            texts.get("identity"),
            texts.get("locale"),
            texts.get("page", ""),
            origin,
            own_origin(request),
            client_address(request),
        )
        self._visitors[sid] = visitor

        async def identify() -> None:
            return None

        return Guest(sid, visitor.actor, identify)

    async def _left(self, guest: Guest) -> None:
        visitor = self._visitors.pop(guest.sid, None)
        if visitor is not None:
            # The database may be away, and the socket is gone all the same: the last beat stands then.
            with suppress(MarkazError):
                await self._chats.beat([visitor.id])

    async def beat(self) -> None:
        """Say now and then who is here, so that mail does not follow somebody who reads along."""
        await self._chats.beat(list({visitor.id for visitor in self._visitors.values()}))
        await asyncio.sleep(_BEAT_SECONDS)

    def blocked(self, event: LoggedEvent) -> None:
        """Listen to the feed: sockets of a visitor who was blocked just now are told why, and closed."""
        told = event.data
        for sid, visitor in list(self._visitors.items()):
            if visitor.site != told["site"]:
                continue
            if str(visitor.id) == told["visitor_id"] or visitor.address_hash == told["address_hash"]:
                self._sockets.emit_now("blocked", {"detail": BLOCKED[visitor.locale]}, [sid], NAMESPACE)
                self._tasks.start("blocked", self._sockets.disconnect(sid, NAMESPACE))

    def visitor(self, sender: Sender) -> Visitor:
        """Return who is on a socket."""
        visitor = self._visitors.get(sender.sid)
        if visitor is None:
            raise Unauthenticated
        return visitor

    @command("hello", permission=PUBLIC)
    async def hello(self, sender: Sender, payload: Hello) -> dict[str, Any]:
        """Get the own token, the widget, and the snapshot or what was missed since `seq`."""
        visitor = self.visitor(sender)
        answer: dict[str, Any] = {
            "visitor_token": self._chats.token(visitor.id, visitor.site, is_verified=visitor.is_verified),
            "is_verified": visitor.is_verified,
            "widget": (await self._chats.widget(visitor)).model_dump(mode="json"),
        }
        if payload.seq is not None:
            joined = await self._join(sender.sid, visitor, payload.seq)
            if joined is None:
                return {**answer, "kind": "resync"}
            return {**answer, "kind": "events", "seq": joined[0], "events": joined[1]}
        start = self._feed.position
        async with self._db.transaction(visitor.actor, isolation="repeatable_read") as tx:
            state = await self._chats.state(tx, visitor)
        joined = await self._join(sender.sid, visitor, start)
        if joined is None:
            return {**answer, "kind": "resync"}
        return {**answer, "kind": "snapshot", "seq": start, "state": state, "events": joined[1]}

    async def _join(self, sid: str, visitor: Visitor, after: int) -> tuple[int, list[dict[str, Any]]] | None:
        room = f"visitor:{visitor.id}"
        return await self._feed.join(after, [room], NAMESPACE, lambda: self._sockets.enter(sid, room, NAMESPACE))

    @command("chat.send", permission=PUBLIC)
    async def send(self, sender: Sender, payload: Send) -> ChatSaid:
        """Say something, once per `client_id`; opens a chat when there is none."""
        visitor = self.visitor(sender)
        self._allowances.spend(visitor.id)
        message = await self._chats.send(
            visitor,
            payload.client_id,
            payload.text,
            Known(payload.name, payload.email, payload.phone),
            payload.attachments,
            payload,
        )
        told = visitor_message(message.model_dump(mode="json"))
        if told is None:
            raise NotFound
        return ChatSaid(message=told)

    @command("chat.typing", permission=PUBLIC)
    async def typing(self, sender: Sender, payload: Typing) -> None:
        """Show the agent that you type, and what; not stored."""
        owner = await self._chats.owner(self.visitor(sender))
        if owner is not None:
            interaction_id, agent_id = owner
            told = {
                "interaction_id": str(interaction_id),
                "who": "visitor",
                "is_typing": payload.is_typing,
                "preview": payload.preview,
            }
            self._hint("typing", f"agent:{agent_id}", told)

    @command("chat.read", permission=PUBLIC)
    async def read(self, sender: Sender, payload: Seen) -> None:
        """Say that everything up to `seq` was seen."""
        await self._chats.see(self.visitor(sender), payload.seq)

    @command("chat.end", permission=PUBLIC)
    async def end(self, sender: Sender, payload: End) -> None:  # noqa: ARG002 - every command has a payload
        """Leave the chat for good."""
        await self._chats.end(self.visitor(sender))

    @command("chat.rate", permission=PUBLIC)
    async def rate(self, sender: Sender, payload: Rate) -> None:
        """Say how the last chat was, once it is over; again within a day changes it."""
        await self._chats.rate(self.visitor(sender), payload.score, payload.comment)

    @command("chat.transcript", permission=PUBLIC)
    async def transcript(self, sender: Sender, payload: AskTranscript) -> None:
        """Have the last chat sent to the address that was given in it, typed once more."""
        await self._chats.ask_transcript(self.visitor(sender), payload.email, payload.email_again)


def own_origin(request: web.Request) -> str:
    """Return the origin of our own page of a widget, as the browser that shows it calls us."""
    origin = request.headers.get("Origin", "")
    return origin if origin.partition("://")[2] == request.host else ""
