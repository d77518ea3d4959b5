"""Routes of an account's rules and of its acknowledgement."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel

from access.model import Permission
from core.http import Call, route
from mailroom.model import (
    Acknowledgement,
    AcknowledgementChange,
    NewRule,
    Rule,
    RuleChange,
    SelfService,
    SelfServiceChange,
)
from mailroom.service import Mailroom


class SortingRules(BaseModel):
    items: list[Rule]


class MailroomRoutes:
    def __init__(self, mailroom: Mailroom) -> None:
        self._mailroom = mailroom

    @route("GET", "/api/accounts/{account_id}/rules", permission=Permission.CHANNEL_MANAGE)
    async def rules(self, call: Call, account_id: UUID) -> SortingRules:
        """List what sorts the new conversations of an account."""
        return SortingRules(items=await self._mailroom.rules(call.actor, account_id))

    @route("POST", "/api/accounts/{account_id}/rules", permission=Permission.CHANNEL_MANAGE, status=201)
    async def add_rule(self, call: Call, account_id: UUID, body: NewRule) -> Rule:
        """Add a rule."""
        return await self._mailroom.add(call.actor, account_id, body)

    @route("PUT", "/api/accounts/{account_id}/rules/{rule_id}", permission=Permission.CHANNEL_MANAGE)
    async def change_rule(self, call: Call, account_id: UUID, rule_id: UUID, body: RuleChange) -> Rule:
        """Change a rule; it holds from the next message on."""
        return await self._mailroom.change(call.actor, account_id, rule_id, body)

    @route("DELETE", "/api/accounts/{account_id}/rules/{rule_id}", permission=Permission.CHANNEL_MANAGE)
    async def remove_rule(self, call: Call, account_id: UUID, rule_id: UUID) -> None:
        """Remove a rule."""
        await self._mailroom.remove(call.actor, account_id, rule_id)

    @route("GET", "/api/accounts/{account_id}/acknowledgement", permission=Permission.CHANNEL_MANAGE)
    async def acknowledgement(self, call: Call, account_id: UUID) -> Acknowledgement:
        """Say when and how an account acknowledges."""
        return await self._mailroom.acknowledgement(call.actor, account_id)

    @route("PUT", "/api/accounts/{account_id}/acknowledgement", permission=Permission.CHANNEL_MANAGE)
    async def change_acknowledgement(
        self, call: Call, account_id: UUID, body: AcknowledgementChange
    ) -> Acknowledgement:
        """Change when and how an account acknowledges."""
        return await self._mailroom.change_acknowledgement(call.actor, account_id, body)

    @route("GET", "/api/accounts/{account_id}/self-service", permission=Permission.CHANNEL_MANAGE)
    async def self_service(self, call: Call, account_id: UUID) -> SelfService:
        """Say by which words customers ask this account how their requests stand."""
        return await self._mailroom.self_service(call.actor, account_id)

    @route("PUT", "/api/accounts/{account_id}/self-service", permission=Permission.CHANNEL_MANAGE)
    async def change_self_service(self, call: Call, account_id: UUID, body: SelfServiceChange) -> SelfService:
        """Change by which words customers ask this account how their requests stand."""
        return await self._mailroom.change_self_service(call.actor, account_id, body)
