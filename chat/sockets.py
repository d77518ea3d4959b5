"""The widget over sockets: the `/chat` namespace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from aiohttp import web
from pydantic import Field

from chat.model import ChatSaid, ChatText, ClientId
from chat.service import Chats, Visitor
from core.commands import Commands, Payload, Sender, command
from core.errors import Invalid, NotFound, Unauthenticated
from core.feed import Feed
from core.http import PUBLIC
from core.realtime import SocketServer
from core.realtime.door import Door, Guest
from interactions.model import visitor_message
from storage.database import Database

NAMESPACE = "/chat"
_LAST = 2**31 - 1


class Hello(Payload):
    seq: int | None = Field(None, ge=0, le=2**53)


class Send(Payload):
    client_id: ClientId
    text: ChatText = ""
    name: str | None = Field(None, max_length=100, pattern=r"^[^\x00-\x1f]*$")
    email: str | None = Field(None, max_length=254, pattern=r"^[^\s\x00]+@[^\s\x00]+$")
    attachments: tuple[UUID, ...] = Field(default=(), max_length=5)


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
    ) -> None:
        self._db, self._sockets, self._feed, self._chats, self._hint = db, sockets, feed, chats, hint
        self.commands = Commands(NAMESPACE)
        self.commands.add(self)
        self._visitors: dict[str, Visitor] = {}
        self._door = Door(self.commands, self._admit, self._left)

    def open(self) -> None:
        self._sockets.register(self._door)

    async def _admit(self, request: web.Request, auth: Any, sid: str) -> Guest:
        if not isinstance(auth, dict):
            raise Invalid("The widget says which site it is on.")
        texts = {
            name: auth[name] for name in ("visitor_token", "site", "page", "locale") if isinstance(auth.get(name), str)
        }
        if any(len(text) > 2000 for text in texts.values()):  # noqa: PLR2004 - longer than any page's address
            raise Invalid("This is too long.")
        visitor = await self._chats.enter(
            texts.get("site", ""),
            texts.get("visitor_token"),
            texts.get("locale"),
            texts.get("page", ""),
            request.headers.get("Origin"),
        )
        self._visitors[sid] = visitor

        async def identify() -> None:
            return None

        return Guest(sid, visitor.actor, identify)

    async def _left(self, guest: Guest) -> None:
        self._visitors.pop(guest.sid, None)

    def _visitor(self, sender: Sender) -> Visitor:
        visitor = self._visitors.get(sender.sid)
        if visitor is None:
            raise Unauthenticated
        return visitor

    @command("hello", permission=PUBLIC)
    async def hello(self, sender: Sender, payload: Hello) -> dict[str, Any]:
        """Get the own token, the widget, and the snapshot or what was missed since `seq`."""
        visitor = self._visitor(sender)
        answer: dict[str, Any] = {
            "visitor_token": self._chats.token(visitor.id, visitor.site),
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
        visitor = self._visitor(sender)
        message = await self._chats.send(
            visitor, payload.client_id, payload.text, payload.name, payload.email, payload.attachments
        )
        told = visitor_message(message.model_dump(mode="json"))
        if told is None:
            raise NotFound
        return ChatSaid(message=told)

    @command("chat.typing", permission=PUBLIC)
    async def typing(self, sender: Sender, payload: Typing) -> None:
        """Show the agent that you type, and what; not stored."""
        owner = await self._chats.owner(self._visitor(sender))
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
        await self._chats.see(self._visitor(sender), payload.seq)

    @command("chat.end", permission=PUBLIC)
    async def end(self, sender: Sender, payload: End) -> None:  # noqa: ARG002 - every command has a payload
        """Leave the chat for good."""
        await self._chats.end(self._visitor(sender))
