"""Visitors who may not write for a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from pydantic import Field

from access.model import Locale, Permission
from chat.events import VisitorBlocked, VisitorUnblocked
from chat.store import sql
from chat.words import BLOCKED
from core.actor import Actor, ActorKind
from core.clock import Clock
from core.errors import Forbidden, NotFound
from core.ids import uuid7
from core.values import Value
from interactions.visitors import VisitorChats
from storage.database import Database, Row


class NewBlock(Value):
    """The visitor of a chat; with their network address also whoever else writes from there."""

    interaction_id: UUID
    reason: str = Field(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f]+$")
    hours: int | None = Field(None, ge=1, le=8760, description="For how long; none: until it is lifted.")
    has_address: bool = Field(
        default=False, description="Block the network address too; behind a proxy that is everybody's."
    )


class Block(Value):
    id: UUID
    site: str
    visitor_id: UUID
    visitor_name: str | None
    has_address: bool
    reason: str
    blocked_by: str | None
    blocked_at: datetime
    until: datetime | None


class Blocked(Forbidden):
    """The visitor was blocked."""


class Blocks:
    """Blocks visitors, and lifts it again."""

    def __init__(self, db: Database, clock: Clock, chats: VisitorChats) -> None:
        self._db, self._clock, self._chats = db, clock, chats

    async def must_be_welcome(self, visitor_id: UUID, site: str, address_hash: str, locale: Locale = "en") -> None:
        """Refuse a blocked visitor politely, in their language."""
        found = await self._db.value(
            sql.is_blocked, visitor_id=visitor_id, site=site, address_hash=address_hash, now=self._clock()
        )
        if found:
            raise Blocked(BLOCKED[locale])

    async def block(self, actor: Actor, new: NewBlock) -> Block:
        """Block the visitor of a chat; their open sockets are closed as the event is told."""
        now, block_id = self._clock(), uuid7()
        until = None if new.hours is None else now + timedelta(hours=new.hours)
        async with self._db.transaction(actor) as tx:
            chat = await self._chats.chat_of(tx, actor, Permission.VISITOR_BLOCK, new.interaction_id)
            visitor = await tx.row(sql.get_visitor, id=UUID(chat["address"]))
            if visitor is None:
                raise NotFound
            address_hash = visitor["address_hash"] if new.has_address else None
            await tx.run(
                sql.insert_block,
                id=block_id,
                site=visitor["site"],
                visitor_id=visitor["id"],
                address_hash=address_hash,
                reason=new.reason,
                blocked_by=actor.id if actor.kind is ActorKind.STAFF else None,
                now=now,
                until=until,
            )
            tx.emit(
                VisitorBlocked(
                    block_id=block_id, visitor_id=visitor["id"], site=visitor["site"], address_hash=address_hash,
                    reason=new.reason, until=until,
                )
            )  # fmt: skip
            row = await tx.row(sql.get_block, id=block_id)
        if row is None:
            raise NotFound
        return _block(row)

    async def list_blocks(self, actor: Actor, site: str | None) -> list[Block]:
        """Return who is blocked now, of the sites in scope."""
        actor.must(Permission.VISITOR_BLOCK)
        rows = await self._db.rows(sql.list_blocks, site=site, branches=actor.branch_scope, now=self._clock())
        return [_block(row) for row in rows]

    async def lift(self, actor: Actor, block_id: UUID) -> None:
        """Let a visitor write again."""
        async with self._db.transaction(actor) as tx:
            row = await tx.row(sql.get_block, id=block_id)
            if row is None:
                raise NotFound
            actor.must(Permission.VISITOR_BLOCK, row["branch_id"])
            if await tx.run(sql.lift_block, id=block_id, now=self._clock()):
                tx.emit(VisitorUnblocked(block_id=block_id, visitor_id=row["visitor_id"], site=row["site"]))


def _block(row: Row) -> Block:
    values = {name: row[name] for name in Block.model_fields if name != "has_address"}
    return Block(**values, has_address=row["address_hash"] is not None)
