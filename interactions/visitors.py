"""The neck as live chat uses it: the chat of a visitor on an account."""

from __future__ import annotations

from collections import OrderedDict
from uuid import UUID

from core.errors import NotFound
from core.events import LoggedEvent
from interactions import store
from interactions.conversations import Conversations
from interactions.model import InteractionView, MessageView
from interactions.service import Interactions
from interactions.store import sql
from storage.database import Database, Row, Tx

_REMEMBERED = 50_000
_SHOWN = 50


class VisitorChats:
    """Finds a visitor's chat. The open ones are remembered; the hot lane checks them again under the lock."""

    def __init__(self, db: Database, conversations: Conversations, interactions: Interactions) -> None:
        self._db, self._conversations, self._interactions = db, conversations, interactions
        self._open: OrderedDict[str, UUID] = OrderedDict()

    def opened(self, visitor_id: str, interaction_id: UUID) -> None:
        self._open[visitor_id] = interaction_id
        self._open.move_to_end(visitor_id)
        while len(self._open) > _REMEMBERED:
            self._open.popitem(last=False)

    def forget(self, event: LoggedEvent) -> None:
        """Listen to the feed: a chat that was closed is open no longer."""
        interaction = event.data["interaction"]
        if interaction["channel"] == "webchat" and interaction["state"] in ("closed", "wrap_up"):
            self._open.pop(interaction["address"], None)

    async def open_id(self, account_id: UUID, visitor_id: str) -> UUID | None:
        known = self._open.get(visitor_id)
        if known is not None:
            return known
        found = await self._db.value(sql.open_chat, account_id=account_id, address=visitor_id)
        if found is not None:
            self.opened(visitor_id, found)
        return None if found is None else UUID(str(found))

    async def last(
        self, tx: Tx, account_id: UUID, visitor_id: str
    ) -> tuple[InteractionView, list[MessageView], int | None] | None:
        """Return the last chat, what was said lately in this and earlier chats, and the place in the queue."""
        found = await tx.value(sql.last_chat, account_id=account_id, address=visitor_id)
        if found is None:
            return None
        view = await self._conversations.view(tx, await store.get(tx, found))
        position = await self._conversations.routing.position(tx, found) if view.state == "queued" else None
        rows = await tx.rows(sql.last_words_with, account_id=account_id, address=visitor_id, most=_SHOWN)
        return view, [store.message(row) for row in reversed(rows)], position

    async def account(self, tx: Tx, account_id: UUID) -> Row:
        row = await tx.row(sql.get_account, id=account_id)
        if row is None:
            raise NotFound
        return row

    async def see(self, tx: Tx, account_id: UUID, visitor_id: str, seq: int) -> None:
        found = await tx.value(sql.last_chat, account_id=account_id, address=visitor_id)
        if found is not None:
            await tx.run(sql.mark_seen, id=found, seq=seq)

    async def end(self, tx: Tx, account_id: UUID, visitor_id: str) -> None:
        found = await tx.value(sql.open_chat, account_id=account_id, address=visitor_id)
        if found is not None:
            await self._interactions.end_by_customer(tx, found)
            self._open.pop(visitor_id, None)

    async def owner(self, account_id: UUID, visitor_id: str) -> tuple[UUID, UUID] | None:
        found = await self.open_id(account_id, visitor_id)
        if found is None:
            return None
        row = await store.get(self._db, found)
        return None if row["agent_id"] is None else (found, row["agent_id"])
