"""The neck as live chat uses it: the chat of a visitor on an account."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from access.model import Permission
from core.actor import Actor
from core.errors import Conflict, NotFound
from core.events import LoggedEvent
from interactions import store
from interactions.conversations import Conversations
from interactions.model import InteractionView, MessageView
from interactions.service import Interactions
from interactions.store import sql
from storage.database import Database, Row, Tx

_REMEMBERED = 50_000
_SHOWN = 50
_RATED_WITHIN = timedelta(days=1)


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
        """The visitor has seen the last chat up to here: what was said to them is read."""
        found = await tx.value(sql.last_chat, account_id=account_id, address=visitor_id)
        if found is None:
            return
        row = await store.lock(tx, found)
        await tx.run(sql.mark_seen, id=found, seq=seq)
        for message in await tx.rows(sql.messages_seen, interaction_id=found, seq=seq):
            self._conversations.tell_message(tx, store.message(message), row)

    async def rate(self, tx: Tx, account_id: UUID, visitor_id: str, score: int, comment: str, now: datetime) -> Row:
        """Keep on the last chat how the visitor found it, once it is over and for a day; returns the chat."""
        found = await tx.value(sql.last_chat, account_id=account_id, address=visitor_id)
        if found is None:
            raise NotFound
        row = await store.lock(tx, found)
        is_late = row["closed_at"] is not None and now - row["closed_at"] > _RATED_WITHIN
        if row["state"] not in ("wrap_up", "closed") or row["assigned_at"] is None or is_late:
            raise Conflict("A chat is rated when it is over, within a day.")
        await tx.run(sql.add_details, id=found, details={"rating": {"score": score, "comment": comment}})
        await self._conversations.note_event(tx, row, "rated", now, f"{score}/5 {comment}".strip())
        await self._conversations.tell(tx, found, "rated")
        return row

    async def last_row(self, tx: Tx, account_id: UUID, visitor_id: str) -> Row:
        """Return the last chat of a visitor."""
        found = await tx.value(sql.last_chat, account_id=account_id, address=visitor_id)
        if found is None:
            raise NotFound("There is no chat yet.")
        return await store.get(tx, found)

    async def lock_last(self, tx: Tx, account_id: UUID, visitor_id: str) -> Row:
        """Lock the last chat of a visitor for the change that follows."""
        return await store.lock(tx, (await self.last_row(tx, account_id, visitor_id))["id"])

    async def visitors_of(self, interaction_ids: Sequence[UUID]) -> dict[UUID, str]:
        """Return whose chats these are."""
        if not interaction_ids:
            return {}
        rows = await self._db.rows(sql.addresses_of, ids=list(interaction_ids))
        return {row["id"]: row["address"] for row in rows}

    async def is_going_on(self, tx: Tx, account_id: UUID, visitor_id: str) -> bool:
        """Tell whether a chat is open: what is said now belongs to it."""
        return await tx.value(sql.open_chat, account_id=account_id, address=visitor_id) is not None

    async def chat_of(self, tx: Tx, actor: Actor, permission: Permission, interaction_id: UUID) -> Row:
        """Return a chat that the actor may have to do with; NotFound also for what is no chat."""
        row = await store.get(tx, interaction_id)
        actor.must(permission, row["branch_id"])
        if row["channel"] != "webchat":
            raise NotFound
        return row

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
