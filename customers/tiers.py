"""Tiers of loyalty: the organisation's own steps, such as gold and silver. What a tier is worth, rules of work say."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, Field

from access.model import Name, Permission
from core.actor import Actor
from core.errors import Conflict, Forbidden, NotFound
from core.events import Event
from core.http import COLLEAGUE, Call, route
from core.ids import uuid7
from core.values import Value
from customers.store import sql
from storage.database import Database


class NewTier(Value):
    name: Name
    position: int = Field(0, ge=0, le=1000, description="The lowest number is the most loyal.")


class TierChange(NewTier):
    version: int = Field(ge=1, description="The one that was read.")


class Tier(NewTier):
    id: UUID
    version: int


class TierSaved(Event, kind="loyalty_tier.saved"):
    tier_id: UUID
    name: str
    is_removed: bool = False

    def subject(self) -> str:
        return f"loyalty_tier:{self.tier_id}"


class Tiers:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def all(self) -> list[Tier]:
        return [Tier(**dict(row)) for row in await self._db.rows(sql.list_tiers)]

    async def add(self, actor: Actor, new: NewTier) -> Tier:
        return await self._save(actor, uuid7(), new, 0)

    async def change(self, actor: Actor, tier_id: UUID, change: TierChange) -> Tier:
        if await self._db.row(sql.get_tier, id=tier_id) is None:
            raise NotFound
        return await self._save(actor, tier_id, change, change.version)

    async def remove(self, actor: Actor, tier_id: UUID) -> None:
        """Drop a tier that no customer has."""
        async with self._db.transaction(actor) as tx:
            _must_manage(actor)
            row = await tx.row(sql.get_tier, id=tier_id)
            if row is None:
                raise NotFound
            if await tx.value(sql.is_tier_used, id=tier_id):
                raise Conflict("Customers have this tier; give them another one first.", constraint="tier_used")
            await tx.run(sql.delete_tier, id=tier_id)
            tx.emit(TierSaved(tier_id=tier_id, name=row["name"], is_removed=True))

    async def _save(self, actor: Actor, tier_id: UUID, tier: NewTier, version: int) -> Tier:
        async with self._db.transaction(actor) as tx:
            _must_manage(actor)
            saved = await tx.value(sql.save_tier, id=tier_id, name=tier.name, position=tier.position, version=version)
            if saved is None:
                raise Conflict.overtaken()
            tx.emit(TierSaved(tier_id=tier_id, name=tier.name))
        return Tier(id=tier_id, name=tier.name, position=tier.position, version=saved)


def _must_manage(actor: Actor) -> None:
    actor.must(Permission.SETTINGS_MANAGE)
    if actor.branches is not None:
        raise Forbidden("Tiers are the whole organisation's.")


class TierList(BaseModel):
    items: list[Tier]


class TierRoutes:
    def __init__(self, tiers: Tiers) -> None:
        self._tiers = tiers

    @route("GET", "/api/tiers", permission=COLLEAGUE)
    async def tiers(self, call: Call) -> TierList:  # noqa: ARG002 - every handler gets the call
        """List the tiers of loyalty, the most loyal first."""
        return TierList(items=await self._tiers.all())

    @route("POST", "/api/tiers", permission=Permission.SETTINGS_MANAGE, status=201)
    async def add_tier(self, call: Call, body: NewTier) -> Tier:
        """Add a tier."""
        return await self._tiers.add(call.actor, body)

    @route("PUT", "/api/tiers/{tier_id}", permission=Permission.SETTINGS_MANAGE)
    async def change_tier(self, call: Call, tier_id: UUID, body: TierChange) -> Tier:
        """Rename a tier, or give it another place."""
        return await self._tiers.change(call.actor, tier_id, body)

    @route("DELETE", "/api/tiers/{tier_id}", permission=Permission.SETTINGS_MANAGE)
    async def remove_tier(self, call: Call, tier_id: UUID) -> None:
        """Drop a tier that no customer has."""
        await self._tiers.remove(call.actor, tier_id)
