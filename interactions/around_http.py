"""Routes of who takes part in a conversation, and of addresses that send mail back."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, Field

from access.model import Permission
from core.http import Call, route
from core.values import Value
from customers.model import CustomerId
from interactions.bounced import Bounce, Bounces
from interactions.participants import Around, NewParticipant, Participant, Participants


class BounceList(BaseModel):
    items: list[Bounce]


class WhichAddress(Value):
    address: str = Field(min_length=3, max_length=254)


class AroundRoutes:
    def __init__(self, participants: Participants, bounces: Bounces) -> None:
        self._participants, self._bounces = participants, bounces

    @route("GET", "/api/interactions/{interaction_id}/around", permission=Permission.INTERACTION_READ)
    async def around(self, call: Call, interaction_id: UUID) -> Around:
        """Show who takes part in a conversation, and which conversations come before and after it."""
        return await self._participants.around(call.actor, interaction_id)

    @route(
        "POST", "/api/interactions/{interaction_id}/participants", permission=Permission.INTERACTION_REPLY, status=201
    )
    async def add_participant(self, call: Call, interaction_id: UUID, body: NewParticipant) -> Participant:
        """Let somebody take part in a conversation by mail."""
        return await self._participants.add(call.actor, interaction_id, body)

    @route(
        "POST",
        "/api/interactions/{interaction_id}/participants/{participant_id}/confirm",
        permission=Permission.INTERACTION_REPLY,
    )
    async def confirm_participant(self, call: Call, interaction_id: UUID, participant_id: UUID) -> Participant:
        """Say that somebody belongs to a conversation."""
        return await self._participants.confirm(call.actor, interaction_id, participant_id)

    @route(
        "POST",
        "/api/interactions/{interaction_id}/participants/{participant_id}/refuse",
        permission=Permission.INTERACTION_REPLY,
    )
    async def refuse_participant(self, call: Call, interaction_id: UUID, participant_id: UUID) -> Participant:
        """Say that somebody does not belong to a conversation; what they said goes into one of their own."""
        return await self._participants.refuse(call.actor, interaction_id, participant_id)

    @route("POST", "/api/interactions/{interaction_id}/bounces/clear", permission=Permission.INTERACTION_REPLY)
    async def clear_here(self, call: Call, interaction_id: UUID, body: WhichAddress) -> None:
        """Forget that mail to somebody in a conversation came back."""
        await self._bounces.clear_here(call.actor, interaction_id, body.address)

    @route("GET", "/api/customers/{customer_id}/bounces", permission=Permission.CUSTOMER_READ)
    async def bounces(self, call: Call, customer_id: UUID) -> BounceList:
        """List the addresses of a customer that send mail back."""
        return BounceList(items=await self._bounces.of_customer(call.actor, CustomerId(customer_id)))

    @route("POST", "/api/customers/{customer_id}/bounces/clear", permission=Permission.INTERACTION_REPLY)
    async def clear_bounce(self, call: Call, customer_id: UUID, body: WhichAddress) -> None:
        """Forget that mail to an address of a customer came back."""
        await self._bounces.clear(call.actor, CustomerId(customer_id), body.address)
