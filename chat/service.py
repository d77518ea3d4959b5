"""Use-cases of a visitor, and of who sets widgets up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from access.model import Locale, Permission
from agents.service import Agents
from channels.base import Address, IdentityKind, InboundMessage, ThreadKey
from chat import store
from chat.model import (
    DEFAULT_GREETING,
    DEFAULT_TITLE,
    NewWidget,
    Widget,
    WidgetChange,
    WidgetFields,
    WidgetSaved,
    WidgetView,
)
from chat.store import sql
from core.actor import Actor, ActorKind
from core.clock import Clock
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.ids import uuid7
from core.secrets import Keyring
from interactions.chatlane import ChatLane, ChatLine
from interactions.model import MessageView, chat_view, visitor_message
from interactions.receive import Receiver
from interactions.visitors import VisitorChats
from storage.database import Database, Tx

_PURPOSE = "visitor"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody on a page with the widget: an id that only we can have signed."""

    id: UUID
    site: str
    account_id: UUID
    locale: Locale
    page: str

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.VISITOR, self.id, "Visitor", frozenset(), frozenset(), None, self.locale)


class Chats:
    """Live chat as visitors have it."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        keys: Keyring,
        agents: Agents,
        receiver: Receiver,
        lane: ChatLane,
        chats: VisitorChats,
    ) -> None:
        self._db, self._clock, self._keys = db, clock, keys
        self._agents, self._receiver, self._lane, self._chats = agents, receiver, lane, chats

    # --- who it is

    def token(self, visitor_id: UUID, site: str) -> str:
        """Return what the widget keeps: the id and our signature, bound to the site (C4: a foreign one is nobody)."""
        return f"{visitor_id.hex}.{self._keys.mac(_PURPOSE, f'{site}:{visitor_id.hex}')}"

    def visitor_id(self, token: str | None, site: str) -> UUID | None:
        """Return the id in a token that we signed for this site, else None: anonymous."""
        name, _, signature = (token or "").partition(".")
        if len(name) != 32 or not self._keys.is_mac(_PURPOSE, f"{site}:{name}", signature):  # noqa: PLR2004 - hex digits of a UUID
            return None
        try:
            return UUID(hex=name)
        except ValueError:
            return None

    async def enter(self, site: str, token: str | None, locale: str | None, page: str, origin: str | None) -> Visitor:
        """Admit a visitor of a site that may embed the widget; without a valid token a new one."""
        widget = await store.get_widget(self._db, site)
        if not widget.is_enabled:
            raise NotFound("There is no such widget.")
        if widget.origins and origin not in widget.origins:
            raise Forbidden("This site may not embed the widget.")
        known: Locale = (
            "ar" if locale == "ar" else "fa" if locale == "fa" else "en" if locale == "en" else widget.settings.locale
        )
        return Visitor(self.visitor_id(token, site) or uuid7(), site, widget.account_id, known, page[:500])

    async def widget(self, visitor: Visitor) -> WidgetView:
        settings = (await store.get_widget(self._db, visitor.site)).settings
        return WidgetView(
            title=settings.title.get(visitor.locale) or DEFAULT_TITLE[visitor.locale],
            greeting=settings.greeting.get(visitor.locale) or DEFAULT_GREETING[visitor.locale],
            color=settings.color,
            locale=visitor.locale,
            is_open=await self._agents.is_anyone_available(),
        )

    # --- what they see and say

    async def state(self, tx: Tx, visitor: Visitor) -> dict[str, Any]:
        """Return the visitor's snapshot: the last chat with its messages."""
        found = await self._chats.last(tx, visitor.account_id, str(visitor.id))
        if found is None:
            return {"chat": None, "messages": []}
        interaction, messages, position = found
        told = [visitor_message(message.model_dump(mode="json")) for message in messages]
        return {
            "chat": chat_view(interaction.model_dump(mode="json"), position),
            "messages": [message for message in told if message is not None],
        }

    async def send(
        self, visitor: Visitor, client_id: str, text: str, name: str | None, email: str | None, uploads: Sequence[UUID]
    ) -> MessageView:
        """Say something: into the open chat by the hot lane, else a chat is opened."""
        if not (text.strip() or uploads):
            raise Invalid("There is nothing to send.")
        external_id = f"chat:{visitor.id.hex}:{client_id}"
        interaction_id = None if uploads else await self._chats.open_id(visitor.account_id, str(visitor.id))
        if interaction_id is not None:
            line = ChatLine(visitor.account_id, interaction_id, str(visitor.id), external_id, client_id, text)
            message = await self._lane.append(line)
            if message is not None:
                return message
        return await self._open(visitor, client_id, external_id, text, name, email, uploads)

    async def _open(
        self,
        visitor: Visitor,
        client_id: str,
        external_id: str,
        text: str,
        name: str | None,
        email: str | None,
        uploads: Sequence[UUID],
    ) -> MessageView:
        key = f"visitor:{visitor.id}"
        inbound = InboundMessage(
            external_id=external_id,
            sender=Address(IdentityKind.VISITOR, str(visitor.id), (name or "").strip() or _guest(visitor)),
            text=text,
            thread=(ThreadKey(key),),
            keys=(key,),
            sole_thread=True,
            details={"page": visitor.page, **({"email": email} if email else {})},
        )
        async with self._db.transaction(visitor.actor) as tx:
            await tx.run(
                sql.see_visitor,
                id=visitor.id,
                site=visitor.site,
                name=name,
                email=email,
                locale=visitor.locale,
                page=visitor.page,
                now=self._clock(),
            )
            account = await self._chats.account(tx, visitor.account_id)
            message = await self._receiver.message(tx, account, inbound, client_id=client_id, uploads=uploads)
        self._chats.opened(str(visitor.id), message.interaction_id)
        return message

    async def see(self, visitor: Visitor, seq: int) -> None:
        """The visitor read up to here."""
        async with self._db.transaction(visitor.actor) as tx:
            await self._chats.see(tx, visitor.account_id, str(visitor.id), seq)

    async def end(self, visitor: Visitor) -> None:
        """The visitor leaves for good."""
        async with self._db.transaction(visitor.actor) as tx:
            await self._chats.end(tx, visitor.account_id, str(visitor.id))

    async def owner(self, visitor: Visitor) -> tuple[UUID, UUID] | None:
        """Return the open chat and its agent, to show that the visitor types."""
        return await self._chats.owner(visitor.account_id, str(visitor.id))

    # --- setting widgets up

    async def widgets(self, actor: Actor) -> list[Widget]:
        actor.must(Permission.CHANNEL_MANAGE)
        return [store.widget(row) for row in await self._db.rows(sql.list_widgets, branches=actor.branch_scope)]

    async def add_widget(self, actor: Actor, new: NewWidget) -> Widget:
        return await self._save(actor, new.site, new, 0)

    async def change_widget(self, actor: Actor, site: str, change: WidgetChange) -> Widget:
        """Change a widget that is in scope, also before the change."""
        known = await store.get_widget(self._db, site)
        async with self._db.transaction(actor) as tx:
            account = await self._chats.account(tx, known.account_id)
        actor.must(Permission.CHANNEL_MANAGE, account["branch_id"])
        return await self._save(actor, site, change, change.version)

    async def _save(self, actor: Actor, site: str, fields: WidgetFields, version: int) -> Widget:
        async with self._db.transaction(actor) as tx:
            account = await self._chats.account(tx, fields.account_id)
            actor.must(Permission.CHANNEL_MANAGE, account["branch_id"])
            if account["kind"] != "webchat":
                raise Invalid("A widget belongs to an account of web chat.")
            saved = await tx.value(
                sql.save_widget,
                site=site,
                account_id=fields.account_id,
                settings=fields.settings.model_dump(),
                origins=fields.origins,
                is_enabled=fields.is_enabled,
                version=version,
            )
            if saved is None:
                raise Conflict("Somebody changed this meanwhile; load it anew.")
            tx.emit(WidgetSaved(site=site, is_enabled=fields.is_enabled))
        return await store.get_widget(self._db, site)


def _guest(visitor: Visitor) -> str:
    """Name somebody who gave no name, so that staff can tell two of them apart."""
    word = {"en": "Visitor", "ar": "زائر", "fa": "بازدیدکننده"}[visitor.locale]
    return f"{word} {visitor.id.hex[-4:].upper()}"
