"""Use-cases of a visitor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from access.model import Locale
from channels.base import Address, IdentityKind, InboundMessage, ThreadKey
from chat import store
from chat.blocks import Blocks
from chat.events import TranscriptAsked
from chat.identity import Identity
from chat.model import Answers, Widget, WidgetView
from chat.opening import Begin, Known, begin
from chat.ratings import Ratings
from chat.store import sql
from chat.widgets import Widgets, locale_of
from chat.words import GUEST
from core.actor import Actor, ActorKind
from core.clock import Clock
from core.errors import Forbidden, Invalid, RateLimited
from core.ids import uuid7
from core.secrets import Keyring
from customers.model import Identity as CustomerIdentity
from interactions.arrivals import Arrival, Opening
from interactions.chatlane import ChatLane, ChatLine
from interactions.model import MessageView, chat_view, visitor_message
from interactions.receive import Receiver
from interactions.visitors import VisitorChats
from storage import jobs
from storage.database import Database, Tx
from storage.database import sql as storage_sql

_PURPOSE = "visitor"
_VERIFIED = "visitor-verified"
_SUBJECT = "visitor-subject"
# The site signs anew with every page; without that somebody else's browser forgets who was signed in.
_VERIFIED_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody on a page with the widget: an id that only we can have signed."""

    id: UUID
    site: str
    account_id: UUID
    locale: Locale
    page: str
    address_hash: str = ""
    is_verified: bool = False

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
        widgets: Widgets,
        blocks: Blocks,
        receiver: Receiver,
        lane: ChatLane,
        chats: VisitorChats,
        ratings: Ratings,
    ) -> None:
        self._db, self._clock, self._keys = db, clock, keys
        self._widgets, self._blocks = widgets, blocks
        self._receiver, self._lane, self._chats, self._ratings = receiver, lane, chats, ratings

    # --- who it is

    def token(self, visitor_id: UUID, site: str, *, is_verified: bool = False) -> str:
        """Return what the widget keeps: the id and our signature, bound to the site (C4: a foreign one is nobody).

        Whom the site vouched for has another kind of token, which ends: neither can stand in for the other (A7).
        """
        name = visitor_id.hex
        if not is_verified:
            return f"{name}.{self._keys.mac(_PURPOSE, f'{site}:{name}')}"
        until = int((self._clock() + _VERIFIED_FOR).timestamp())
        return f"{name}.{until}.{self._keys.mac(_VERIFIED, f'{site}:{name}:{until}')}"

    def visitor_id(self, token: str | None, site: str) -> UUID | None:
        """Return the id in a token that we signed for this site, else None: anonymous."""
        return self._read(token, site)[0]

    def _read(self, token: str | None, site: str) -> tuple[UUID | None, bool]:
        """Return whose token it is and whether the site vouched for them."""
        match (token or "").split("."):
            case [name, signature]:
                is_ours, is_verified = self._keys.is_mac(_PURPOSE, f"{site}:{name}", signature), False
            case [name, until, signature]:
                is_ours = self._keys.is_mac(_VERIFIED, f"{site}:{name}:{until}", signature)
                is_ours, is_verified = is_ours and int(until) > self._clock().timestamp(), True
            case _:
                return None, False
        try:
            return (UUID(hex=name), is_verified) if is_ours else (None, False)
        except ValueError:
            return None, False

    def address_hash(self, address: str) -> str:
        """Return what is kept of a network address: enough to know it again, not to know it."""
        return self._keys.mac("address", address)

    async def enter(
        self, site: str, token: str | None, identity: str | None, locale: str | None, page: str, origin: str | None,
        own_origin: str, address: str,
    ) -> Visitor:  # fmt: skip
        """Admit a visitor of a site that may embed the widget; without a valid token a new one.

        Whom the site vouches for is the same visitor in every browser, and never the one that the browser was before
        (C1): a chat begun under another name stays with that name.
        """
        widget = await self._widgets.admitted(site, origin, own_origin)
        language = locale_of(locale, widget)
        known_id, is_verified = self._read(token, site)
        person = None if identity is None else await self._widgets.who(widget, identity)
        if person is not None:
            known_id, is_verified = UUID(hex=self._keys.mac(_SUBJECT, f"{site}:{person.sub}")), True
        hashed = self.address_hash(address)
        visitor = Visitor(known_id or uuid7(), site, widget.account_id, language, page[:500], hashed, is_verified)
        await self._blocks.must_be_welcome(visitor.id, site, hashed, language)
        if person is not None:
            await self._vouch(visitor, person)
        return visitor

    async def _vouch(self, visitor: Visitor, person: Identity) -> None:
        async with self._db.transaction(visitor.actor) as tx:
            await self._see(tx, visitor, Known(person.name, person.email, person.phone), person)

    async def widget(self, visitor: Visitor) -> WidgetView:
        return await self._widgets.view(await store.get_widget(self._db, visitor.site), visitor.locale)

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
        self, visitor: Visitor, client_id: str, text: str, said: Known, uploads: Sequence[UUID], answers: Answers
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
        widget = await store.get_widget(self._db, visitor.site)
        is_offline = await self._widgets.is_offline(widget.settings)
        async with self._db.transaction(visitor.actor) as tx:
            vouched = await self._vouched(tx, visitor)
            start = await self._begin(tx, visitor, widget, answers, said, vouched, is_offline=is_offline)
            message = await self._open(tx, visitor, client_id, external_id, text, uploads, start, vouched)
        self._chats.opened(str(visitor.id), message.interaction_id)
        return message

    async def _vouched(self, tx: Tx, visitor: Visitor) -> Known:
        """Return what the site signed of a visitor; what was typed is never among it."""
        row = await tx.row(sql.get_visitor, id=visitor.id) if visitor.is_verified else None
        if row is None or row["vouched"] is None:
            return Known()
        return Known(**row["vouched"], is_verified=True)

    async def _begin(
        self,
        tx: Tx,
        visitor: Visitor,
        widget: Widget,
        answers: Answers,
        said: Known,
        vouched: Known,
        *,
        is_offline: bool,
    ) -> Begin:
        """Hold the answers against the form; a chat that goes on is not asked again."""
        who = vouched.or_else({"name": said.name, "email": said.email, "phone": said.phone})
        if await self._chats.is_going_on(tx, visitor.account_id, str(visitor.id)):
            return Begin(who, None, {}, None)
        return begin(widget.settings, answers, who, visitor.locale, is_offline=is_offline)

    async def _open(
        self,
        tx: Tx,
        visitor: Visitor,
        client_id: str,
        external_id: str,
        text: str,
        uploads: Sequence[UUID],
        start: Begin,
        vouched: Known,
    ) -> MessageView:
        key = f"visitor:{visitor.id}"
        name = (start.who.name or "").strip() or _guest(visitor)
        inbound = InboundMessage(
            external_id=external_id,
            sender=Address(IdentityKind.VISITOR, str(visitor.id), name),
            text=text,
            thread=(ThreadKey(key),),
            keys=(key,),
            sole_thread=True,
            details={"page": visitor.page, **({"email": start.who.email} if start.who.email else {})},
        )
        await self._see(tx, visitor, start.who)
        opening = Opening(
            queue_id=start.queue_id,
            details={**start.details, "page": visitor.page},
            proven=_proven(vouched),
            locale=visitor.locale,
        )
        account = await self._chats.account(tx, visitor.account_id)
        arrival = Arrival(inbound, client_id=client_id, uploads=uploads, opening=opening)
        message = await self._receiver.message(tx, account, arrival)
        if start.consent is not None:
            await self.keep_consent(tx, visitor, message.interaction_id, start.consent)
        return message

    async def _see(self, tx: Tx, visitor: Visitor, who: Known, person: Identity | None = None) -> None:
        await tx.run(
            sql.see_visitor,
            id=visitor.id,
            site=visitor.site,
            name=who.name,
            email=who.email,
            phone=who.phone,
            subject=None if person is None else person.sub,
            vouched=None if person is None else person.model_dump(include={"name", "email", "phone"}),
            address_hash=visitor.address_hash,
            locale=visitor.locale,
            page=visitor.page,
            now=self._clock(),
        )

    async def keep_consent(self, tx: Tx, visitor: Visitor, interaction_id: UUID, consent: tuple[str, str]) -> None:
        version, text = consent
        await tx.run(
            sql.insert_consent,
            id=uuid7(),
            visitor_id=visitor.id,
            interaction_id=interaction_id,
            source=f"widget:{visitor.site}",
            version=version,
            text=text,
            now=self._clock(),
        )

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

    async def beat(self, visitor_ids: Sequence[UUID]) -> None:
        """Tell that these have a live socket in this process, or had one until now."""
        if visitor_ids:
            await self._db.run(sql.visitors_are_here, ids=list(visitor_ids), now=self._clock())

    # --- at the end

    async def rate(self, visitor: Visitor, score: int, comment: str) -> None:
        """Say how the last chat was; saying it again within a day changes it."""
        now = self._clock()
        if not (await store.get_widget(self._db, visitor.site)).settings.has_rating:
            raise Forbidden("Chats of this site are not rated.")
        async with self._db.transaction(visitor.actor) as tx:
            row = await self._chats.rate(tx, visitor.account_id, str(visitor.id), score, comment, now)
            await self._ratings.give(tx, row, score, comment, now)

    async def ask_transcript(self, visitor: Visitor, email: str, again: str) -> None:
        """Have what was said sent to the address that was given in this chat, typed once more."""
        address = email.strip().lower()
        if address != again.strip().lower():
            raise Invalid("The two addresses are not the same.")
        if not (await store.get_widget(self._db, visitor.site)).settings.has_transcript:
            raise Forbidden("Chats of this site are not sent by mail.")
        now = self._clock()
        async with self._db.transaction(visitor.actor) as tx:
            row = await self._chats.last_row(tx, visitor.account_id, str(visitor.id))
            if address != str(row["details"].get("email", "")).lower():
                raise Forbidden("A transcript goes only to the address that was given in this chat.")
            await self._count_transcript(tx, address, now)
            payload = {"interaction_id": str(row["id"]), "to": address, "locale": visitor.locale, "id": str(uuid7())}
            await jobs.enqueue(tx, "chat.transcript", payload, key=f"mail:{row['id']}")
            tx.emit(TranscriptAsked(interaction_id=row["id"]))

    async def _count_transcript(self, tx: Tx, address: str, now: datetime) -> None:
        """Send at most one an hour to an address: whose it is, nobody has proven."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        key = f"transcript:{self._keys.mac('address', address)}"
        if await tx.value(storage_sql.count_rate, key=key, window_start=hour) > 1:
            raise RateLimited("It was sent to this address a short while ago.", retry_after=3600)


def _guest(visitor: Visitor) -> str:
    """Name somebody who gave no name, so that staff can tell two of them apart."""
    return f"{GUEST[visitor.locale]} {visitor.id.hex[-4:].upper()}"


def _proven(who: Known) -> tuple[CustomerIdentity, ...]:
    found = []
    if who.email:
        found.append(CustomerIdentity(kind="email", value=who.email))
    if who.phone:
        found.append(CustomerIdentity(kind="phone", value=who.phone))
    return tuple(found)
