"""The agent's answers to offers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from access.model import Permission
from agents.model import Reason
from core.actor import Actor
from core.commands import Payload, Sender, command
from core.values import Value
from routing.service import Routing
from storage.database import Tx


class Accept(Payload):
    offer_id: UUID


class Decline(Payload):
    offer_id: UUID
    reason: Reason | None = None


class Accepted(Value):
    interaction_id: UUID


class RoutingCommands:
    def __init__(self, routing: Routing) -> None:
        self._routing = routing

    @command("offer.accept", permission=Permission.WORK_TAKE)
    async def accept(self, sender: Sender, payload: Accept) -> Accepted:
        """Take the offered work; a conflict when the offer is over."""
        return Accepted(interaction_id=await self._routing.offers.accept(sender.actor, payload.offer_id))

    @command("offer.decline", permission=Permission.WORK_DECLINE)
    async def decline(self, sender: Sender, payload: Decline) -> None:
        """Refuse the offered work; it is not offered to you again."""
        await self._routing.offers.decline(sender.actor, payload.offer_id, payload.reason)

    async def part(self, tx: Tx, actor: Actor) -> dict[str, Any]:
        """Add open offers and queues to the console's snapshot."""
        offers = await self._routing.offers.mine(tx, actor)
        queues = await self._routing.queues.names(tx, actor)
        return {"offers": [offer.model_dump(mode="json") for offer in offers], "queues": queues}
